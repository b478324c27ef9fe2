"""Who holds which role where, and what a refusal says."""

from uuid import uuid4

import pytest

from app.domain.errors import DomainError, NotFound
from app.domain.identity import LOKET, Actor, Grant, Role

HERE, THERE = uuid4(), uuid4()
CLERK = Actor(uuid4(), "Dewi", (Grant(Role.RESIDENT), Grant(Role.OFFICER, HERE)))


def test_a_role_is_held_at_its_own_office_only():
    assert CLERK.has(Role.OFFICER)
    assert CLERK.has(Role.OFFICER, HERE)
    assert not CLERK.has(Role.OFFICER, THERE)
    assert not CLERK.has(Role.HEAD, HERE)


def test_a_grant_without_an_office_holds_everywhere():
    admin = Actor(uuid4(), "Budi", (Grant(Role.ADMIN),))
    assert admin.has(Role.ADMIN, THERE)
    assert admin.offices(Role.ADMIN) == frozenset()


def test_the_offices_of_some_roles_or_of_any():
    actor = Actor(uuid4(), "Asep", (Grant(Role.OFFICER, HERE), Grant(Role.SECRETARY, THERE)))
    assert actor.offices(Role.SECRETARY, Role.HEAD) == {THERE}
    assert actor.offices() == {HERE, THERE}


@pytest.mark.parametrize("role", [Role.RESIDENT, Role.OVERSIGHT, Role.ADMIN, Role.SYSTEM])
def test_who_works_on_no_case_is_no_staff(role):
    assert not Actor(uuid4(), "X", (Grant(role, HERE),)).is_staff


def test_loket_itself_acts_as_the_system():
    assert LOKET.has(Role.SYSTEM, HERE)
    assert CLERK.is_staff
    assert not LOKET.is_staff


def test_a_refusal_carries_its_key_and_facts():
    refusal = NotFound(reference="0123/2026")
    assert isinstance(refusal, DomainError)
    assert (refusal.key, refusal.facts) == ("error.not_found", {"reference": "0123/2026"})


def test_every_refusal_has_a_key_of_its_own():
    # A family of refusals has a key for each of its own.
    kinds = [kind for kind in DomainError.__subclasses__() if not kind.__subclasses__()]
    keys = [kind.key for kind in kinds]
    assert len(set(keys)) == len(keys)
    assert all(key.startswith("error.") and key != DomainError.key for key in keys)
