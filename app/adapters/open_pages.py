"""Redis, where what is open in browsers is kept when several processes share it."""

_SECONDS = 2.0


class OpenPages:
    """The Redis at `url`, only asked whether it is there: Reflex keeps the pages themselves."""

    def __init__(self, url: str) -> None:
        from redis.asyncio import Redis  # which one process does without

        self._redis = Redis.from_url(url, socket_timeout=_SECONDS, socket_connect_timeout=_SECONDS)

    async def ready(self) -> None:
        """Return when it answers.

        Raises:
            RedisError: it does not, within two seconds.
        """
        await self._redis.execute_command("PING")
