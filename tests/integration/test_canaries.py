"""What is planted in a running Loket is found in none of its logs, figures, errors and caches."""

import json
import re
import secrets
import time
from urllib.parse import parse_qs, quote, urlsplit
from uuid import uuid4

import httpx2

from app.domain.identity import Role
from app.domain.workflow import Step
from tests.factories import OFFICE, Person, Town, new_nik, photo
from tests.support.asking import asking, form_key
from tests.support.canaries import Canaries, found_in, secrets_of
from tests.support.running import Loket
from tests.support.websocket import connected, event, state_of


async def test_nothing_that_is_planted_comes_out(loket: Loket, people: Town):
    began = time.time()
    planted = Canaries(secrets_of(loket))
    told = [
        await _signing_in(loket, planted),
        await _applying(loket, people, planted),
        await _finishing(loket, people, planted),
        await _going_wrong(loket, people, planted),
    ]
    async with asking(loket) as client:
        told.append((await client.get("/metrics")).text)
        assert "loket_journeys_begun_total" in told[-1]
        told.append((await client.get("/readyz")).text)
    assert len(planted) >= 50
    assert found_in(loket, planted, began, told) == set()


async def _signing_in(loket: Loket, planted: Canaries) -> str:
    """Sign in wrongly and rightly at the provider; return what others were told."""
    async with asking(loket) as client:
        asked = await client.get("/masuk/mulai", params={"kembali": "/akun"})
        page = asked.headers["location"]
        wanted = parse_qs(urlsplit(page).query)
        planted["state"], planted["nonce"] = wanted["state"][0], wanted["nonce"][0]
        planted["challenge"] = wanted["code_challenge"][0]
        planted["attempt"] = asked.cookies["loket-masuk"]
        wrong = {"username": planted.plant("account"), "password": planted.plant("password")}
        await client.post(page, data=wrong)
        typed = {"username": "warga2", "password": "loket-demo"}
        back = (await client.post(page, data=typed)).headers["location"]
        planted["code"] = parse_qs(urlsplit(back).query)["code"][0]
        forged = await client.get(back.replace(planted["state"], planted.plant("forged state")))
        again = await client.get("/masuk/mulai")
        typed_again = (await client.post(again.headers["location"], data=typed)).headers["location"]
        planted["session of a sign-in"] = (await client.get(typed_again)).cookies["loket"]
    return forged.text


async def _applying(loket: Loket, people: Town, planted: Canaries) -> str:
    """Type into every form that a resident has; return what others were told."""
    resident, other = await people.resident(planted.plant("name")), await people.resident()
    planted["session of a resident"] = resident.secret
    planted["nik"] = new_nik()
    profile = {"nik": planted["nik"], "name": planted.plant("new name"), "phone": "0811222333"}
    async with asking(loket, resident) as client, asking(loket, other) as stranger:
        await client.post("/akun/lengkapi", data={**profile, "confirm": "1"})
        planted["wrong nik"] = "9" * 13 + f"{secrets.randbelow(900) + 100}"
        await client.post("/akun/lengkapi", data={**profile, "nik": planted["wrong nik"]})
        planted["form key"] = await form_key(client, "sktm")
        answers = {"purpose": planted.plant("purpose"), "office": OFFICE, "action": "save"}
        unknown = {planted.plant("name of a field"): planted.plant("value of a field")}
        file = {"document-ktp": (planted.plant("name of a file", "{}.jpg"), photo(), "image/jpeg")}
        page = "/layanan/sktm/ajukan"
        key = {"form_key": planted["form key"]}
        await client.post(page, data={**answers, **unknown, **key}, files=file)
        reference = await people.sent(resident)
        path = f"/permohonan/{reference}"
        message = {"text": planted.plant("message")}
        await client.post(f"{path}/pesan", data=message)
        await client.get("/layanan", params={"cari": planted.plant("search")})
        load = event(state_of("case.CaseState") + ".load", "/permohonan/[reference]", path)
        async with connected(loket, resident.secret, planted.plant("tab's token")) as tab:
            await tab.told([load])
        return (await stranger.get(path)).text + (await stranger.get("/permohonan")).text


async def _finishing(loket: Loket, people: Town, planted: Canaries) -> str:
    """Sign and download a letter; return what others were told."""
    resident = await people.resident()
    officer, head = await people.staff(Role.OFFICER), await people.staff(Role.HEAD)
    planted["session of an officer"], planted["session of a head"] = officer.secret, head.secret
    reference = await people.ready_to_sign(resident)
    planted["tracking code"] = (await people.case(reference)).tracking_code
    async with asking(loket, officer) as client:
        note = {"text": planted.plant("officer's message")}
        await client.post(f"/petugas/{reference}/pesan", data=note)
        await client.get("/petugas", params={"cari": planted.plant("officer's search")})
    await people.step(head, reference, Step.SIGN)
    await people.settled(reference)
    letter = await people.letter(reference)
    assert letter
    planted["verification code"] = letter.code
    async with asking(loket, resident) as client, asking(loket) as anyone:
        link = (await client.get(f"/permohonan/{reference}/surat")).headers["location"]
        planted["link"] = link.rpartition("/")[2]
        await anyone.get(link)
        await anyone.get(f"/lacak/{planted['tracking code']}")
        await anyone.get(f"/verifikasi/{letter.code}")
        return (await anyone.get("/")).text


async def _going_wrong(loket: Loket, people: Town, planted: Canaries) -> str:
    """Ask for what is not there, is refused, or breaks; return what others were told."""
    resident = await people.resident()
    async with asking(loket, resident) as client, asking(loket) as anyone:
        for path in ("/unduh/{}", "/lacak/{}", "/verifikasi/{}", "/tidak/{}", "/permohonan/{}"):
            await client.get(path.format(planted.plant(f"part of {path}")))
        for path in ("/", "/masuk/selesai", "/unduh/x", "/permohonan/x"):
            await client.get(path, params={"q": planted.plant(f"query of {path}")})
        for name in ("authorization", "cookie", "referer", "user-agent", "x-forwarded-for"):
            await anyone.get("/permohonan", headers={name: planted.plant(f"header {name}")})
            await _refused(anyone, planted, name)
        await client.post("/keluar", headers={"origin": f"https://{planted.plant('origin')}.test"})
        told = await _broken(client, resident, people, planted)
        await client.request("PATCH", f"/unggah/{uuid4()}", content=planted.plant("piece").encode())
        metadata = f"filename {planted.plant('metadata')}"
        await client.post(
            "/unggah", headers={"tus-resumable": "1.0.0", "upload-metadata": metadata}
        )
        return told


async def _refused(client: httpx2.AsyncClient, planted: Canaries, name: str) -> None:
    headers = {"origin": "https://jahat.example", name: planted.plant(f"refused {name}")}
    await client.post("/keluar", headers=headers)


async def _broken(client: httpx2.AsyncClient, who: Person, people: Town, planted: Canaries) -> str:
    """Send what a database or a parser chokes on."""
    reference = await people.sent(who)
    path = f"/permohonan/{reference}"
    odd = {"text": planted.plant("odd text", "\0{}\ud7ff")}
    planted["odd text"] = planted["odd text"].strip("\0\ud7ff")
    answers = [
        await client.post(f"{path}/pesan", data=odd),
        await client.post(path, content=planted.plant("no form"), headers=_multipart()),
        await client.get(f"/lacak/{quote(planted.plant('odd code', chr(0) + '{}'))}"),
    ]
    planted["odd code"] = planted["odd code"].strip("\0")
    return "\n".join(one.text for one in answers if one.status_code >= 500)


def _multipart() -> dict[str, str]:
    return {"content-type": "multipart/form-data; boundary=batas"}


async def test_what_a_person_reads_out_leads_to_the_lines_of_their_request(
    loket: Loket, people: Town
):
    async with asking(loket, await people.resident()) as client:
        foreign = {"origin": "https://jahat.example"}
        answers = [await client.post("/keluar", headers=foreign) for _ in range(20)]
        ids = [answer.headers["x-request-id"] for answer in answers]
        fine = (await client.get("/akun")).headers["x-request-id"]
    assert len({*ids, fine}) == 21
    assert all(re.fullmatch(r"[0-9a-f]{8}", one) for one in (*ids, fine))
    lines = [json.loads(line) for line in loket.log("web").splitlines() if line.startswith("{")]
    named = [line for line in lines if line.get("request") in ids]
    assert sorted(line["request"] for line in named) == sorted(ids)
    assert {(line["process"], line["level"], line["logger"]) for line in named} == {
        ("web", "warning", "app.ssr.guard")
    }
