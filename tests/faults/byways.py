"""What people do seldom: changes that an office asks for, files that are no good or not wanted."""

import contextlib
import secrets
import time
from datetime import UTC, datetime, timedelta

from app.db import queue
from app.domain.documents import Safety
from app.domain.workflow import Status
from tests.factories import OFFICE, TYPED, Person, Town, photo
from tests.faults.clients import news, sha256
from tests.faults.harness import patiently, token, until
from tests.faults.journeys import SERVICE, TUS, Journeys, announcing, form_key_of

_CHECKED_WITHIN = 600.0
_LOOKS = 5
_SWEPT_WITHIN = 5.0


async def corrected(journeys: Journeys, town: Town) -> str:
    """Apply, have one document refused with a word from the office, and send another one."""
    resident = await patiently(town.resident)
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


async def with_a_row_more(journeys: Journeys, resident: Person) -> str:
    """Keep a draft of a form whose group of rows is too short, and ask for one more."""
    page, address = "/layanan/pindah/ajukan", f"Jalan {token()}"
    async with journeys.client(resident) as client:
        typed = {"office": OFFICE, "destination": address}
        typed["form_key"] = await form_key_of(client, page)
        await client.post(page, {**typed, "action": "add:followers"})
        assert address in (await client.get(page)).text
    journeys.receipts.drafts[resident.subject] = {"destination": address}
    return resident.subject


async def signed_at_once(journeys: Journeys, town: Town) -> tuple[str, bytes]:
    """Sign a case that awaits nothing else, and download its letter."""
    resident = await patiently(town.resident)

    async def put() -> str:
        """Put a case before the signature; one that a try has put there whose end was lost."""
        cases = await town.cases(resident)
        at_signature = [one for one in cases if one.status == Status.AWAITING_SIGNATURE]
        return at_signature[0].reference if at_signature else await town.ready_to_sign(resident)

    reference = await patiently(put)
    journeys.receipts.at_signature.add(reference)
    await journeys.signed(journeys.office.head, reference)
    return reference, await journeys.letter(resident, reference)


async def looked_up(journeys: Journeys, town: Town) -> str:
    """Have a letter made; strangers follow its case, and check it by its code and by its file."""
    reference, pdf = await signed_at_once(journeys, town)
    case = await patiently(lambda: town.case(reference))
    letter = await patiently(lambda: town.letter(reference))
    assert letter
    for _ in range(_LOOKS):
        async with journeys.client() as stranger:
            assert await stranger.status(f"/lacak/{case.tracking_code}") == "done"
            shown = await stranger.get(f"/verifikasi/{letter.code}")
            assert 'data-result="genuine"' in shown.text, shown.text[:2000]
            file = {"surat": ("surat.pdf", pdf, "application/pdf")}
            answer, _ = await stranger.post("/verifikasi", {}, files=file)
            shown = await stranger.get(answer.headers["location"])
            assert 'data-result="genuine"' in shown.text, shown.text[:2000]
    return reference


async def came_back(journeys: Journeys, town: Town) -> str:
    """Go on with a session that was not used for some minutes; end it from another phone."""
    subject, earlier = f"warga-{token()}", datetime.now(UTC) - timedelta(minutes=10)
    person = await patiently(lambda: town.at(earlier).signed_in(subject))
    async with journeys.client(person) as client:
        assert (await client.get("/akun")).status_code == 200
        other = await patiently(lambda: town.signed_in(subject))
        async with journeys.client(other) as another:
            await another.post("/akun/perangkat", {})
            assert (await client.get("/akun")).status_code == 302
            await another.post("/keluar", {})
            assert (await another.get("/akun")).status_code == 302
    return subject


async def turned_away(journeys: Journeys, _: Town) -> None:
    """Come back from the provider with an answer that is none."""
    async with journeys.client() as client:
        await client.get("/masuk/mulai?kembali=/akun")
        answer = await client.get("/masuk/selesai?code=none&state=none")
        assert "masalah=" in answer.headers["location"]


async def swept(journeys: Journeys, town: Town) -> None:
    """Have the worker sweep and anchor now, as it does by the clock, while everything goes on."""
    reached = journeys.loket.points.reached
    before = reached["jobs.sweep_uploads.done"]

    async def enqueue() -> None:
        async with town.open_all() as work:
            for job in (queue.SWEEP, queue.ANCHOR):
                await work.enqueue(job, once=f"{job}:{token()}", timestamp=0)

    await patiently(enqueue)
    with contextlib.suppress(AssertionError):  # its worker has died
        await until(lambda: reached["jobs.sweep_uploads.done"] > before, "swept", _SWEPT_WITHIN)


async def _checked(town: Town, reference: str) -> bool:
    documents = await town.documents(reference)
    return bool(documents) and all(one.safety == Safety.SAFE for one in documents)
