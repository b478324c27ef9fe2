"""How the queue of jobs speaks with PostgreSQL: procrastinate's connector, made patient."""

import asyncio
import logging
from typing import Any, LiteralString

import procrastinate
import psycopg
from procrastinate.exceptions import ConnectorException

log = logging.getLogger(__name__)

#: Seconds between tries to reach a database that is away.
_PAUSES = (0.2, 0.5, 1.0, 2.0, 2.0)


class QueueConnector(procrastinate.PsycopgConnector):
    """Says again what became of a job when the connection was lost in the middle of it.

    A job whose end is not written down would seem to run for as long as its worker lives.

    Attributes:
        heard: how many statements without rows were carried out.
    """

    def __init__(self, **options: Any) -> None:
        """Take what procrastinate's connector takes."""
        super().__init__(**options)
        self.heard = 0

    async def execute_query_async(self, query: LiteralString, **arguments: Any) -> None:
        """Run a statement without rows: the end, the retry, the heartbeat."""
        for pause in _PAUSES:
            try:
                await super().execute_query_async(query, **arguments)
                self.heard += 1
                return None
            except ConnectorException as error:
                if not isinstance(error.__cause__, psycopg.OperationalError):
                    raise
                log.warning("the database does not answer: %s", error.__cause__)
            await asyncio.sleep(pause)
        return await super().execute_query_async(query, **arguments)
