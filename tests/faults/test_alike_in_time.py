"""What there is and what there is not is told equally soon, so that waiting tells nothing."""

import random
import statistics
import time
from contextlib import AsyncExitStack

import httpx2
import pytest

from app.embedded.identity.accounts import Patience, demo_accounts
from app.embedded.identity.provider import Provider
from app.embedded.identity.site import Site
from tests.factories import Town
from tests.faults.harness import Fragile
from tests.faults.report import note
from tests.support.alike import Question, questions
from tests.support.asking import asking
from tests.support.bad_provider import new_key

#: How far apart the two may be, as a ratio of their medians.
_APART = 1.1
#: Pairs of requests at a time, and at most, where the machine is restless.
_STEP, _MOST = 60, 360
#: So many ratios are drawn anew from what was measured; what is beyond is left out at each end.
_DRAWN, _SURE = 400, 0.005

pytestmark = pytest.mark.faults_full


async def test_no_question_takes_longer_for_what_there_is(fragile: Fragile, town: Town):
    apart = {}
    async with AsyncExitStack() as open_clients:
        for question in await questions(town):
            client = await open_clients.enter_async_context(asking(fragile, question.who))
            bounds = await _bounds(question, client)
            note(f"{question.name}: known to unknown {bounds[0]:.3f} to {bounds[1]:.3f}")
            if not _may_be_alike(bounds):
                apart[question.name] = bounds
    assert apart == {}


async def test_a_wrong_password_takes_as_long_for_every_name():
    """At the embedded provider, where nobody counts tries: its clock leaps."""
    site = Site("http://localhost:8000", "http://127.0.0.1:1", "loket", "rahasia")
    provider, leaps = Provider(site, demo_accounts(), new_key()), iter(range(0, 10**9, 100))
    provider._patience = Patience(lambda: next(leaps))
    asked = {
        "response_type": "code",
        "client_id": "loket",
        "redirect_uri": "http://localhost:8000/masuk/selesai",
        "scope": "openid",
        "state": "x",
        "nonce": "x",
        "code_challenge": "x" * 43,
        "code_challenge_method": "S256",
    }

    def typed(name: str) -> dict[str, object]:
        form = {"username": name, "password": "bukan ini"}
        return {"method": "POST", "url": "/authorize", "params": asked, "data": form}

    question = Question("sign in with a wrong password", None, ("warga2", "wargax"), typed)
    transport = httpx2.ASGITransport(provider.app())
    async with httpx2.AsyncClient(transport=transport, base_url=site.internal) as client:
        assert (await question.asked(client, "warga2")).status_code == 401
        bounds = await _bounds(question, client)
    note(f"{question.name}: known to unknown {bounds[0]:.3f} to {bounds[1]:.3f}")
    assert _may_be_alike(bounds)


async def _bounds(question: Question, client: httpx2.AsyncClient) -> tuple[float, float]:
    """Return between what lies the ratio of the medians, as surely as 99 of 100 times.

    Both are asked in turn, in an order that is drawn each time, until it is clear on which side
    of the limit they are.
    """
    took: dict[str, list[float]] = {word: [] for word in question.words}
    for word in question.words:  # whatever is slow only once
        await question.asked(client, word)
    bounds = 0.0, float("inf")
    while len(took[word]) < _MOST and not (_is_within(bounds) or _is_outside(bounds)):
        for _ in range(_STEP):
            for word in random.sample(question.words, 2):
                began = time.perf_counter()
                await question.asked(client, word)
                took[word].append(time.perf_counter() - began)
        bounds = _drawn_anew(*took.values())
    return bounds


def _drawn_anew(known: list[float], unknown: list[float]) -> tuple[float, float]:
    """Return where all but one in a hundred ratios lie, drawn again from what was measured."""

    def drawn(times: list[float]) -> float:
        return statistics.median(random.choices(times, k=len(times)))

    ratios = sorted(drawn(known) / drawn(unknown) for _ in range(_DRAWN))
    edge = round(_DRAWN * _SURE)
    return ratios[edge], ratios[-edge - 1]


def _is_within(bounds: tuple[float, float]) -> bool:
    return bounds[0] > 1 / _APART and bounds[1] < _APART


def _may_be_alike(bounds: tuple[float, float]) -> bool:
    """Tell whether the middle lies within the limit; the bounds do, unless time was up."""
    return 1 / _APART < (bounds[0] * bounds[1]) ** 0.5 < _APART


def _is_outside(bounds: tuple[float, float]) -> bool:
    return bounds[1] < 1 / _APART or bounds[0] > _APART
