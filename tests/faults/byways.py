"""What people do seldom: changes that an office asks for, files that are no good or not wanted."""

import secrets
import time

from app.domain.documents import Safety
from tests.factories import OFFICE, TYPED, Person, Town, photo
from tests.faults.clients import news, sha256
from tests.faults.harness import patiently, token, until
from tests.faults.journeys import SERVICE, TUS, Journeys, announcing, form_key_of

_CHECKED_WITHIN = 600.0


async def corrected(journeys: Journeys, town: Town, resident: Person) -> str:
    """Apply, have one document refused with a word from the office, and send another one."""
    reference = await journeys.applied(resident)
    await until(
        lambda: patiently(lambda: _checked(town, reference)),
        f"{reference} checked",
        _CHECKED_WITHIN,
    )
    async with journeys.client(journeys.office.officer) as officer:
        await journeys.step(officer, reference, "take")
        ktp = await patiently(lambda: town.document(reference, "ktp"))
        refusal = {"step": "refuse_document", "document": str(ktp.id), "reason": "Foto buram"}
        await officer.post(f"/petugas/{reference}/langkah", refusal)
        text = f"Mohon foto ulang {token()}"
        _, tries = await officer.post(f"/petugas/{reference}/pesan", {"text": text})
        if tries == 1:
            journeys.receipts.messages.setdefault(reference, []).append(text)
        await journeys.step(officer, reference, "request_changes", "Foto KTP buram")
    data = photo() + secrets.token_bytes(16)
    page = f"/permohonan/{reference}"
    async with journeys.client(resident) as client:
        typed = {"office": OFFICE, **TYPED[SERVICE]}
        file = {"document.ktp": ("ktp.jpg", data, "image/jpeg")}
        began = time.monotonic()
        while True:
            answer, _ = await client.post(page, {**typed, "action": "submit"}, files=file)
            if news(answer) == "sent":
                break
            journeys.receipts.still_patient(
                began, f"send again: {answer.status_code} {answer.headers.get('location')}"
            )
    journeys.receipts.sent[reference]["ktp"] = sha256(data)
    return reference


async def thought_better(journeys: Journeys, resident: Person) -> str:
    """Begin an upload and drop it, send one that is not what it says, and an empty file."""
    data, page = photo() + secrets.token_bytes(16), f"/layanan/{SERVICE}/ajukan"
    async with journeys.client(resident) as client:
        key = await form_key_of(client, page)
        told = {"service": SERVICE, "form_key": key, "requirement": "ktp", "filename": "a.jpg"}
        for digest, dropped in (("", True), (sha256(b"another"), False)):
            more = {"sha256": digest} if digest else {}
            headers = announcing({**told, **more}, len(data))
            answer, _ = await client.ask("POST", "/unggah", headers=headers)
            place = answer.headers["location"]
            piece = data[:1000] if dropped else data
            headers = {
                **TUS,
                "content-type": "application/offset+octet-stream",
                "upload-offset": "0",
            }
            answer, tries = await client.ask("PATCH", place, headers=headers, content=piece)
            assert answer.status_code == (204 if dropped else 460) or tries > 1, answer.text
            if dropped:
                answer, tries = await client.ask("DELETE", place, headers=TUS)
                assert answer.status_code == 204 or tries > 1, answer.text
        form = {"office": OFFICE, "form_key": key, "action": "upload:ktp"}
        await client.post(page, form, files={"document.ktp": ("a.jpg", b"", "image/jpeg")})
        assert "kosong" in (await client.get(page)).text
    return resident.subject


async def _checked(town: Town, reference: str) -> bool:
    documents = await town.documents(reference)
    return bool(documents) and all(one.safety == Safety.SAFE for one in documents)
