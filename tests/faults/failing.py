"""Words that stand nowhere else, sent where what they are sent to fails."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterable

import httpx2
from sqlalchemy import text

from tests.factories import OFFICE, Town, new_nik
from tests.faults.harness import Fragile
from tests.faults.journeys import announcing
from tests.faults.switchboard import FAIL, Hit
from tests.support.canaries import Canaries
from tests.support.files import photo

_NAMING = ("user-agent", "referer", "accept-language", "x-lain")


class Sender:
    """Somebody who sends words that stand nowhere else, in every place that a request has."""

    def __init__(
        self, client: httpx2.AsyncClient, planted: Canaries, reference: str, key: str
    ) -> None:
        self._client, self._planted = client, planted
        self._reference, self._key = reference, key

    async def at_points(self, loket: Fragile) -> list[httpx2.Response]:
        """Return the answers to what breaks at a named point."""

        async def fail(_: Hit) -> str:
            return FAIL

        ways = {
            "track.write.commit": self.message,
            "profile.keep.commit": self.profile,
            "apply.keep_new.commit": self.draft,
            "announcing.begin.commit": self.announced,
            "pages.loaded": self.page,
        }
        answers = []
        for point, way in ways.items():
            trap = loket.points.set(point, fail)
            answers.append(await way(point))
            assert trap.sprung.is_set(), point
        return answers

    async def everything(self, where: str) -> list[httpx2.Response]:
        """Return the answers to all of it."""
        ways = (self.message, self.profile, self.draft, self.announced, self.page)
        return [await way(where) for way in ways]

    async def message(self, where: str) -> httpx2.Response:
        data = {"text": self._plant(where, "message"), self._plant(where, "field"): "x"}
        return await self._send(where, "POST", f"/permohonan/{self._reference}/pesan", data=data)

    async def profile(self, where: str) -> httpx2.Response:
        data = {"nik": new_nik(), "name": self._plant(where, "name"), "phone": "0811222333"}
        self._planted[f"{where}: nik"] = data["nik"]
        return await self._send(where, "POST", "/akun/lengkapi", data={**data, "confirm": "1"})

    async def draft(self, where: str) -> httpx2.Response:
        data = {"purpose": self._plant(where, "purpose"), "office": OFFICE, "action": "save"}
        name = self._planted.plant(f"{where}: file", "{}.jpg")
        file = {"document.ktp": (name, photo()["buffer"], "image/jpeg")}
        page = "/layanan/sktm/ajukan"
        data["form_key"] = self._key
        return await self._send(where, "POST", page, data=data, files=file)

    async def announced(self, where: str) -> httpx2.Response:
        told = {"requirement": "ktp", "service": "sktm", "form_key": self._key}
        told["filename"] = self._plant(where, "file that is announced")
        return await self._send(where, "POST", "/unggah", headers=announcing(told, 1000))

    async def page(self, where: str) -> httpx2.Response:
        query = {self._plant(where, "asked"): self._plant(where, "query")}
        return await self._send(where, "GET", f"/permohonan/{self._reference}", params=query)

    async def document(self, document: str) -> httpx2.Response:
        address = f"/permohonan/{self._reference}/berkas/{document}"
        return await self._send("store", "GET", address)

    async def _send(self, where: str, method: str, path: str, **more: object) -> httpx2.Response:
        headers = {name: self._plant(where, name) for name in _NAMING}
        headers |= more.pop("headers", {})
        return await self._client.request(method, path, headers=headers, **more)

    def _plant(self, where: str, what: str) -> str:
        return self._planted.plant(f"{where}: {what}")


@contextlib.asynccontextmanager
async def refusing_database(town: Town) -> AsyncIterator[None]:
    """Have the database refuse messages with a canary, which it names whole in its error."""

    async def change(rule: str) -> None:
        async with town.open_all() as work:
            await (await work.session.connection()).execute(text(f"ALTER TABLE message {rule}"))

    await change("ADD CONSTRAINT kenari CHECK (text NOT LIKE '%kenari%') NOT VALID")
    try:
        yield
    finally:
        await change("DROP CONSTRAINT kenari")


@contextlib.asynccontextmanager
async def away(loket: Fragile, victim: str) -> AsyncIterator[None]:
    """Have a part be away, however often it is started again."""
    holding = asyncio.create_task(loket.hold_down(victim, 60))
    try:
        yield
    finally:
        holding.cancel()
        await asyncio.gather(holding, return_exceptions=True)


def said(answers: Iterable[httpx2.Response]) -> list[str]:
    return [f"{one.request.method} {one.request.url.path} {one.status_code}" for one in answers]
