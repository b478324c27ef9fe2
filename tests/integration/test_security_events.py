"""What touches security stands in the log: who it was, where and why, under the request's id."""

import json

import httpx2

from app.domain.identity import Role
from tests.factories import Town
from tests.support.asking import asking, sign_in
from tests.support.running import Loket


def events_of(loket: Loket, answer: httpx2.Response) -> list[dict[str, str]]:
    """Return the events that were logged of the request that was answered so."""
    lines = [json.loads(line) for line in loket.log("web").splitlines() if line.startswith("{")]
    number = answer.headers["x-request-id"]
    return [line for line in lines if line.get("request") == number]


async def test_signing_in_and_out_is_logged(loket: Loket):
    async with asking(loket) as client:
        (came,) = events_of(loket, await sign_in(client, "warga2"))
        (left,) = events_of(loket, await client.post("/keluar"))
        refused = await sign_in(client, "warga2", twist={"state": "lain"})
        (tried,) = events_of(loket, refused)
    assert (came["event"], came["strength"], len(came["who"])) == ("signed in", "pwd", 36)
    assert (left["event"], left["session"]) == ("signed out", came["session"])
    assert (tried["event"], tried["why"]) == ("wrong guess", "sign_in state differs")
    assert came["timestamp"].endswith("Z")


async def test_ending_ones_sessions_elsewhere_is_logged(loket: Loket, people: Town):
    person = await people.resident()
    other = await people.signed_in(person.subject)
    async with asking(loket, person) as client:
        name = await people.session_name(other)
        (ended,) = events_of(loket, await client.post(f"/akun/perangkat/{name}"))
    assert (ended["event"], ended["session"]) == ("session ended", other.session.hex()[:8])
    assert ended["person"] == str(person.actor.person)


async def test_who_reaches_for_what_is_not_theirs_is_logged(loket: Loket, people: Town):
    owner, other = await people.resident(), await people.resident()
    officer = await people.staff(Role.OFFICER)
    number = await people.sent(owner)
    case, desk = f"/permohonan/{number}", f"/petugas/{number}"
    async with asking(loket, other) as client:
        answers = {
            (other, case): await client.get(case),
            (other, f"{case}/pesan"): await client.post(f"{case}/pesan", data={"text": "x"}),
            (other, desk): await client.get(desk),
        }
    async with asking(loket, officer) as client:
        step = f"{desk}/langkah"
        answers[officer, step] = await client.post(step, data={"step": "sign"})
    for (person, place), answer in answers.items():
        (event,) = events_of(loket, answer)
        assert (event["event"], event["at"]) == ("refused", place)
        assert event["person"] == str(person.actor.person)
        assert event["why"].startswith("error."), event


async def test_made_up_sessions_guesses_and_other_sites_are_logged(loket: Loket):
    async with asking(loket) as client:
        assert events_of(loket, await client.get("/akun")) == []
        made_up = await client.get("/akun", headers={"cookie": "loket=rahasia"})
        guessed = await client.get("/lacak/AAAA-AAAA-AAAA")
        altered = await client.get("/unduh/AAAA", headers={"accept": "text/html"})
        odd = {"tus-resumable": "1.0.0", "upload-metadata": "a a,a a"}
        forged = await client.post("/keluar", headers={"origin": "https://jahat.example"})
        strange = await client.post("/unggah", headers=odd)
    events = [events_of(loket, one)[0] for one in (made_up, guessed, altered, forged)]
    assert [(event["event"], event.get("why"), event.get("at")) for event in events[:-1]] == [
        ("refused", "error.login_needed", "/akun"),
        ("wrong guess", "tracking", None),
        ("refused", "error.not_found altered", "/unduh/[...]"),
    ]
    assert "another site" in events[-1]["event"]
    assert events_of(loket, strange) == [], "who is not signed in has tried nothing yet"
