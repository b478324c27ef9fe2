"""Who asks for what is not theirs is answered as if it did not exist: to the letter."""

from contextlib import AsyncExitStack

import httpx2

from app.routes import NEWS
from tests.factories import Person, Town
from tests.support.alike import Question, face, questions
from tests.support.asking import asking
from tests.support.running import Loket


async def test_what_there_is_and_what_there_is_not_look_alike_to_whom_it_is_none_of(
    loket: Loket, people: Town
):
    told_apart = []
    async with AsyncExitStack() as open_clients:
        clients: dict[Person | None, httpx2.AsyncClient] = {}
        for question in await questions(people):
            if question.who not in clients:
                client = await open_clients.enter_async_context(asking(loket, question.who))
                clients[question.who] = client
            faces = [await _shown(clients[question.who], question, word) for word in question.words]
            if faces[0] != faces[1]:
                told_apart.append((question.name, _difference(*map(repr, faces))))
    assert told_apart == []


async def _shown(client: httpx2.AsyncClient, question: Question, word: str) -> list[object]:
    """Return what the answer shows, and the page that shows what became of it."""
    if NEWS in client.cookies:
        client.cookies.delete(NEWS)
    client.headers["accept-encoding"] = "identity"
    shown: list[object] = [face(await question.asked(client, word), word)]
    if question.then:
        shown.append(face(await client.get(question.then), word))
    return shown


async def test_a_wrong_password_is_told_alike_for_every_name(loket: Loket):
    faces = []
    for name in ("warga2", "wargax"):
        async with asking(loket) as client:
            address = (await client.get("/masuk/mulai")).headers["location"]
            typed = {"username": name, "password": "bukan ini"}
            answer = await client.post(address, data=typed)
            assert answer.status_code == 401
            text = answer.text.split("<form", 1)[1].split("</form>", 1)[0]
            faces.append(text.replace(name, "*"))
    assert faces[0] == faces[1]


def _difference(one: str, other: str) -> tuple[str, str]:
    """Return the neighbourhood of the first letter that differs."""
    at = next((i for i, pair in enumerate(zip(one, other, strict=False)) if len({*pair}) > 1), 0)
    return one[max(0, at - 60) : at + 60], other[max(0, at - 60) : at + 60]
