"""A resident with as many cases as fill a list."""

from uuid import uuid4

from app.usecases import apply
from tests.factories import OFFICE, Person, Town


async def resident_with_cases(town: Town, count: int = 20) -> tuple[Person, str]:
    """Return a resident of `count` cases, and the number of one that was sent.

    A draft of each service, as far as they go, and the rest sent.
    """
    resident = await town.resident()
    sent = max(count - len(town.parts.catalogue.services), 1)
    references = [await town.sent(resident) for _ in range(sent)]
    for service in list(town.parts.catalogue.services)[: count - sent]:
        form = {"office": OFFICE}
        await apply.keep_new(town.parts, resident.actor, service.key, uuid4(), form)
    return resident, references[0]
