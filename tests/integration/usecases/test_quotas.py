"""One account makes no more in a day than an account needs."""

from datetime import timedelta

import pytest

from app.domain import quota
from app.domain.quota import TooManyFilesToday, TooManyToday
from app.domain.workflow import Status
from app.usecases import apply, track
from app.usecases.announcing import Announced, begin
from tests.factories import Person, Town, photo

_TOMORROW = timedelta(hours=24, minutes=1)


async def _hand_in(town: Town, person: Person, reference: str) -> str:
    """Hand in a photo; return why it was not taken, or nothing."""
    await town.attach(person, reference, "ktp")
    return (await town.case(reference)).upload_problems.get("ktp", [""])[0]


@pytest.mark.parametrize(
    ("limit", "most"), [("MOST_FILES", 2), ("MOST_FILE_BYTES", len(photo()) + 1)]
)
async def test_files_have_an_end_for_the_day_also_those_that_are_replaced(
    town: Town, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
):
    monkeypatch.setattr(quota, limit, most)
    person, other = await town.resident(), await town.resident()
    reference = await town.draft(person)
    said = [await _hand_in(town, person, reference) for _ in range(3)]
    assert said == ["", "", TooManyFilesToday.key]
    told = Announced("ktp", "ktp.jpg", len(photo()), reference=reference)
    with pytest.raises(TooManyFilesToday):
        await begin(town.parts, person.actor, told)
    assert len(await town.documents(reference)) == 1, "what stood before stays"
    assert await _hand_in(town, other, await town.draft(other)) == ""
    later = town.at(town.parts.now() + _TOMORROW)
    assert await _hand_in(later, person, reference) == ""


async def test_cases_have_an_end_for_the_day_and_wait_as_drafts(
    town: Town, monkeypatch: pytest.MonkeyPatch
):
    person = await town.resident()
    await town.sent(person)
    monkeypatch.setattr(quota, "MOST_SENT", 1)
    reference = await town.filled(person)
    with pytest.raises(TooManyToday):
        await apply.send(town.parts, person.actor, reference)
    assert (await town.case(reference)).status == Status.DRAFT
    later = town.at(town.parts.now() + _TOMORROW)
    assert await apply.send(later.parts, person.actor, reference) == []


async def test_messages_have_an_end_for_the_day(town: Town, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(quota, "MOST_MESSAGES", 2)
    person = await town.resident()
    reference = await town.sent(person)
    for _ in range(2):
        await track.write(town.parts, person.actor, reference, "Kapan selesai?")
    with pytest.raises(TooManyToday):
        await track.write(town.parts, person.actor, reference, "Kapan?")
    later = town.at(town.parts.now() + _TOMORROW)
    await track.write(later.parts, person.actor, reference, "Kapan?")
