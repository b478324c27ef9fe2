"""What people do while processes die under them; each writes down what it was told is done."""

import asyncio
import base64
import re
import secrets
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from app.domain.identity import Role
from tests.factories import OFFICE, TYPED, Person, Town, photo
from tests.faults.clients import Client, Receipts, news, sha256
from tests.faults.harness import CHECKED_AT_ONCE, Fragile, token
from tests.support.asking import FORM_KEY

SERVICE = "sktm"
DOCUMENTS = ("surat-desa", "pernyataan", "ktp", "kk")
_BREATH = 0.2
_PIECE = 16_384
TUS = {"tus-resumable": "1.0.0"}


@dataclass(frozen=True)
class Office:
    """The people of one office."""

    officer: Person
    section_head: Person
    secretary: Person
    head: Person


async def office_of(town: Town) -> Office:
    """Return a new set of staff."""
    roles = (Role.OFFICER, Role.SECTION_HEAD, Role.SECRETARY, Role.HEAD)
    return Office(*[await town.staff(role) for role in roles])


@dataclass(frozen=True)
class Journeys:
    """All that people do on one Loket, with one book of receipts; `pause` is that of `Client`."""

    loket: Fragile
    receipts: Receipts
    office: Office
    pause: float = 0.0

    def client(self, person: Person | None = None) -> Client:
        """Return the browser of a person, or of a stranger."""
        return Client(self.loket, self.receipts, person, self.pause)

    async def whole(self, resident: Person) -> str:
        """Apply, be reviewed and signed, and download the letter."""
        reference = await self.applied(resident)
        await self.forwarded(reference)
        for person in (self.office.section_head, self.office.secretary, self.office.head):
            await self.signed(person, reference)
        await self.letter(resident, reference)
        return reference

    async def applied(self, resident: Person) -> str:
        """Send a form with its four documents, the same one until it is acknowledged."""
        files = {name: photo() + secrets.token_bytes(16) for name in DOCUMENTS}
        async with self.client(resident) as client:
            page = f"/layanan/{SERVICE}/ajukan"
            typed = {
                "office": OFFICE,
                **TYPED[SERVICE],
                "form_key": await form_key_of(client, page),
            }
            began = time.monotonic()
            while True:
                answer, _ = await client.post(
                    page,
                    {**typed, "action": "submit"},
                    files={
                        f"document.{name}": (f"{name}.jpg", data, "image/jpeg")
                        for name, data in files.items()
                    },
                )
                if news(answer) == "sent":
                    break
                self.receipts.still_patient(
                    began, f"send: {answer.status_code} {answer.headers.get('location')}"
                )
            reference = _number(answer.headers["location"])
        self.receipts.sent[reference] = {name: sha256(data) for name, data in files.items()}
        self.receipts.waited("send", time.monotonic() - began)
        return reference

    async def drafted(self, resident: Person) -> str:
        """Keep a draft with one document, and leave it."""
        data, purpose = photo() + secrets.token_bytes(16), f"Beasiswa {token()}"
        async with self.client(resident) as client:
            page = f"/layanan/{SERVICE}/ajukan"
            typed = {"office": OFFICE, "purpose": purpose}
            typed["form_key"] = await form_key_of(client, page)
            file = {"document.ktp": ("ktp.jpg", data, "image/jpeg")}
            await client.post(page, {**typed, "action": "upload:ktp"}, files=file)
            answer, _ = await client.post(page, {**typed, "action": "save"})
            assert news(answer) == "saved", answer.headers
        self.receipts.drafts[resident.subject] = {"purpose": purpose}
        return resident.subject

    async def in_pieces(self, resident: Person) -> str:
        """Hand in one document in pieces; what was acknowledged is not sent again."""
        data = photo() + secrets.token_bytes(CHECKED_AT_ONCE)
        async with self.client(resident) as client:
            key = await form_key_of(client, f"/layanan/{SERVICE}/ajukan")
            told = {
                "service": SERVICE,
                "form_key": key,
                "requirement": "ktp",
                "filename": "ktp.jpg",
                "sha256": sha256(data),
            }
            answer, _ = await client.ask("POST", "/unggah", headers=announcing(told, len(data)))
            assert answer.status_code in (200, 201), answer.text
            place = answer.headers["location"]
            await self._send_rest(client, place, data)
        self.receipts.uploads[resident.subject] = sha256(data)
        return resident.subject

    async def _send_rest(self, client: Client, place: str, data: bytes) -> None:
        """Ask how much has come, and send the next piece, until nothing is left to send."""
        acknowledged = 0
        while acknowledged < len(data):
            answer, _ = await client.ask("HEAD", place, headers=TUS)
            stands = int(answer.headers["upload-offset"])
            assert stands >= acknowledged, f"{acknowledged} bytes acknowledged, {stands} kept"
            piece = data[stands : stands + _PIECE]
            if not piece:
                return
            headers = {
                **TUS,
                "content-type": "application/offset+octet-stream",
                "upload-offset": str(stands),
            }
            answer, _ = await client.ask("PATCH", place, headers=headers, content=piece)
            # Of two tries the first may have been kept: then the second begins at a wrong place.
            assert answer.status_code in (204, 409), answer.text
            acknowledged = int(answer.headers.get("upload-offset", stands))

    async def withdrawn(self, resident: Person) -> str:
        """Send, write to the office, and take it back."""
        reference = await self.applied(resident)
        text = f"Mohon dibatalkan {token()}"
        async with self.client(resident) as client:
            _, tries = await client.post(f"/permohonan/{reference}/pesan", {"text": text})
            if tries == 1:
                self.receipts.messages.setdefault(reference, []).append(text)
            answer, tries = await client.post(f"/permohonan/{reference}/batalkan", {})
            assert news(answer) == "withdrawn" or tries > 1, answer.headers
            assert await client.status(f"/permohonan/{reference}") == "withdrawn"
        self.receipts.withdrawn.add(reference)
        return reference

    async def forwarded(self, reference: str) -> None:
        """Take a case, accept its documents once they are checked, and pass it on."""
        async with self.client(self.office.officer) as client:
            await self.step(client, reference, "take")
            began = time.monotonic()
            while True:
                await client.post(f"/petugas/{reference}/langkah", {"step": "accept_all"})
                if await self.step(client, reference, "forward"):
                    break
                self.receipts.still_patient(
                    began, f"{reference} cannot be passed on: documents not checked"
                )
                await asyncio.sleep(_BREATH)
        self.receipts.waited("checked", time.monotonic() - began)

    async def signed(self, who: Person, reference: str) -> None:
        """Initial or sign a case, as one of many."""
        async with self.client(who) as client:
            answer, tries = await client.post("/petugas/tanda-tangan", {"reference": reference})
            done = news(answer) == "signed"
            # Of two tries the first may have worked, and the second says that it is done.
            assert done or tries > 1, answer.headers
            if done:
                self.receipts.steps[reference, who.subject] += 1

    async def letter(self, resident: Person, reference: str) -> bytes:
        """Wait for the letter and download it."""
        began = time.monotonic()
        async with self.client(resident) as client:
            while True:
                answer = await client.get(f"/permohonan/{reference}/surat")
                if answer.status_code == 303:
                    answer = await client.get(answer.headers["location"])
                if answer.status_code == 200 and answer.content.endswith(b"%%EOF\n"):
                    break
                self.receipts.still_patient(
                    began, f"no letter of {reference}: {answer.status_code}"
                )
                await asyncio.sleep(_BREATH)
        digest = sha256(answer.content)
        assert self.receipts.letters.setdefault(reference, digest) == digest
        self.receipts.waited("letter", time.monotonic() - began)
        return answer.content

    async def came_and_went(self) -> None:
        """Sign in through the provider, tell who one is, and sign out."""
        async with self.client() as client:
            await sign_in(client, "warga-baru")
            typed = {"nik": "3277016309920004", "name": "Neneng Hasanah", "phone": "081234567803"}
            await client.post("/akun/lengkapi", {**typed, "action": "language"})
            await client.post("/akun/lengkapi", {**typed, "confirm": "1", "kembali": "/akun"})
            assert (await client.get("/akun")).status_code == 200
            await client.post("/keluar", {})
            assert (await client.get("/akun")).status_code == 302

    async def step(self, client: Client, reference: str, step: str, note: str = "") -> bool:
        """Take a step; return whether it is taken now."""
        before = await client.status(f"/petugas/{reference}")
        form = {"step": step, "note": note}
        answer, tries = await client.post(f"/petugas/{reference}/langkah", form)
        if news(answer) == f"step_{step}":
            self.receipts.steps[reference, step] += 1
            return True
        return tries > 1 and await client.status(f"/petugas/{reference}") != before


async def sign_in(client: Client, account: str) -> None:
    """Sign in through the provider's own page; begin anew when something fails on the way."""
    began = time.monotonic()
    while True:
        answer = await client.get(await on_the_way_back(client, account))
        if answer.headers.get("location", "").startswith("/akun"):
            return
        client.receipts.still_patient(
            began, f"sign-in: {answer.status_code} {answer.headers.get('location')}"
        )
        await asyncio.sleep(_BREATH)


async def on_the_way_back(client: Client, account: str) -> str:
    """Sign in at the provider; return the address of Loket to which it then sends the browser."""
    began = time.monotonic()
    while True:
        answer = await client.get("/masuk/mulai?kembali=/akun")
        form = answer.headers.get("location", "")
        if urlsplit(form).path.startswith("/identitas"):
            answer = await client.get(form)
            while answer.status_code in (302, 303) and "/identitas" in answer.headers["location"]:
                form = answer.headers["location"]
                answer = await client.get(form)
            typed = {"username": account, "password": "loket-demo"}
            answer, _ = await client.post(form, typed)
            if answer.status_code in (302, 303):
                return answer.headers["location"]
        client.receipts.still_patient(
            began, f"sign-in: {answer.status_code} {answer.headers.get('location')}"
        )
        await asyncio.sleep(_BREATH)


def announcing(told: dict[str, str], size: int) -> dict[str, str]:
    """Return the headers that begin an upload."""
    pairs = (f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in told.items())
    return {**TUS, "upload-length": str(size), "upload-metadata": ",".join(pairs)}


async def form_key_of(client: Client, page: str) -> str:
    text = (await client.get(page)).text
    found = FORM_KEY.search(text)
    assert found, text[:2000]
    return found[1]


def _number(location: str) -> str:
    found = re.search(r"/permohonan/([\w-]+)", location)
    assert found, location
    return found[1]
