"""The database keeps people's rows apart: a forgotten `where` shows and changes nothing more."""

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import CursorResult, Table, TextClause, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import SQLModel

from app.db import tables
from app.db.work import Work
from tests.factories import OFFICE, OTHER_OFFICE, Town
from tests.integration.scene import Scene, played

assert tables  # imported so that the tables are registered
OURS: Mapping[str, Table] = SQLModel.metadata.tables
_OWN = 'IN (SELECT id FROM "case" WHERE resident_id = :{})'


def _resident(who: str) -> dict[str, str]:
    own = _OWN.format(who)
    of_case = dict.fromkeys(("form", "document", "history", "message", "letter"), f"case_id {own}")
    mine = {"person": f"id = :{who}", "session": f"person_id = :{who}", "case": f"id {own}"}
    sent = {
        "upload": f"person_id = :{who}",
        "piece": f"upload_id IN (SELECT id FROM upload WHERE person_id = :{who})",
    }
    return {"office": "true", "anchor": "true", **mine, **of_case, **sent}


def _staff(office: str, *, works: bool) -> dict[str, str]:
    cases = f"SELECT {{}} FROM \"case\" WHERE office_id = '{office}' AND status <> 'draft'"
    of_case = f"case_id IN ({cases.format('id')})"
    seen = {
        "office": "true",
        "anchor": "true",
        "case": f"id IN ({cases.format('id')})",
        "document": of_case,
        "history": of_case,
        "person": f"id IN ({cases.format('resident_id')})",
    }
    at_desk = f"office_id = '{office}'"
    worked_on = {"message": of_case, "letter": at_desk, "letter_counter": at_desk}
    return seen | worked_on if works else seen


#: Whoever moves a case cites the last anchor.
_ANCHORS = {"anchor": "true"}
#: Whoever may guess sees how many there were, as kinds, moments and hashes.
_GUESSES = {"guess": "true"}
_CASE = {"office": "true", "case": "id = :case"}
_LETTER = {**_CASE, "letter": "id = :letter"}
#: Whoever asks for all rows of a table gets those that this says, as SQL; of others, none.
SEEN: Mapping[str, Mapping[str, str]] = {
    "resident": _resident("resident"),
    "another resident": _resident("other"),
    "anyone without a code": {"office": "true", **_GUESSES},
    "anyone with the tracking code": {**_CASE, **_GUESSES, "history": "case_id = :case"},
    "anyone without a letter": {"office": "true", **_GUESSES},
    "anyone with the letter's code": {**_LETTER, **_GUESSES},
    "anyone with the letter's file": {**_LETTER, **_GUESSES},
    "officer": _staff(OFFICE, works=True),
    "officer elsewhere": _staff(OTHER_OFFICE, works=True),
    "oversight": _staff(OFFICE, works=False),
    "oversight elsewhere": _staff(OTHER_OFFICE, works=False),
    "resident who makes believe to be staff": {"office": "true", **_ANCHORS},
    "job of the letter": {
        **_LETTER,
        **_ANCHORS,
        "history": "case_id = :case",
        "person": "id = (SELECT signer_id FROM letter WHERE id = :letter)",
    },
    "job of a document": {
        **_CASE,
        **_ANCHORS,
        "history": "case_id = :case",
        "document": "id = :document",
    },
    "job of an upload": {"office": "true", **_ANCHORS, "piece": "upload_id = :upload"},
    "job of nothing": {"office": "true", **_ANCHORS},
    "holder of the session": {
        "office": "true",
        **_GUESSES,
        "session": "id_hash = :session",
        "person": "id = :resident",
        "role_grant": "subject = :subject",
    },
    "holder of no session": {"office": "true", **_GUESSES},
    "sweeper": {"office": "true", **_ANCHORS}
    | dict.fromkeys(("upload", "document", "letter", "sweep", "guess", "session"), "true"),
    "operator": dict.fromkeys(("office", "person", "role_grant", "role_change", "session"), "true"),
    "queue": {},
    "counter": {"sweep": "true", **_ANCHORS},
    "sealer": dict.fromkeys(("person", "case", "history", "anchor", "role_change"), "true"),
    "auditor": dict.fromkeys(
        ("case", "history", "document", "letter", "role_grant", "role_change", "anchor"), "true"
    ),
}
#: Of what they see, what they may change; what they may delete.
CHANGED: Mapping[str, frozenset[str]] = {
    "resident": frozenset({"person", "session", "case", "document", "upload"}),
    "another resident": frozenset({"person", "session", "case", "document", "upload"}),
    "officer": frozenset({"case", "document", "letter_counter"}),
    "officer elsewhere": frozenset({"case", "document", "letter_counter"}),
    "job of the letter": frozenset({"case", "letter"}),
    "job of a document": frozenset({"case", "document"}),
    "sweeper": frozenset({"upload"}),
    "holder of the session": frozenset({"session"}),
    "operator": frozenset({"office", "person", "session"}),
    "sealer": frozenset({"person", "case", "history", "anchor", "role_change"}),
}
#: Of what they see, the only rows of a table that they may change: an ended session stays so.
NARROWER: Mapping[tuple[str, str], str] = {
    ("operator", "session"): "ended_at IS NULL",
    ("resident", "session"): "person_id = :resident AND ended_at IS NULL",
    ("another resident", "session"): "person_id = :other AND ended_at IS NULL",
}
#: Of what they may change, the only columns: one of them.
COLUMN: Mapping[tuple[str, str], str] = {
    ("resident", "session"): "ended_at",
    ("another resident", "session"): "ended_at",
    ("sealer", "person"): "nik",
    ("sealer", "case"): "applicant_nik",
    ("sealer", "history"): "mac",
    ("sealer", "anchor"): "mac",
    ("sealer", "role_change"): "mac",
}
DELETED: Mapping[str, frozenset[str]] = {
    "resident": frozenset({"upload"}),
    "another resident": frozenset({"upload"}),
    "job of an upload": frozenset({"piece"}),
    "sweeper": frozenset({"upload", "guess", "session"}),
    "operator": frozenset({"role_grant"}),
}
_GUESSERS = frozenset(who for who, seen in SEEN.items() if "guess" in seen) - {"sweeper"}
#: A row of the resident's case, and who besides the resident may write one like it.
COPIED: Mapping[str, tuple[str, frozenset[str]]] = {
    "office": (f"id = '{OFFICE}'", frozenset({"operator"})),
    "person": ("id = :resident", frozenset({"operator"})),
    "role_grant": (f"office_id = '{OFFICE}'", frozenset({"operator"})),
    "session": ("id_hash = :session", frozenset({"holder of the session"})),
    "case": ("id = :case", frozenset()),
    "form": ("case_id = :case", frozenset()),
    "document": ("id = :document", frozenset()),
    "history": ("case_id = :case AND actor_id = :resident", frozenset()),
    "message": ("case_id = :case AND author_id = :resident", frozenset()),
    "letter": ("id = :letter", frozenset()),
    "upload": ("id = :upload", frozenset()),
    "piece": ("upload_id = :upload", frozenset()),
    "letter_counter": (f"office_id = '{OFFICE}'", frozenset({"officer"})),
    "sweep": ("true", frozenset({"sweeper"})),
    "guess": ("true", _GUESSERS),
    "anchor": ("true", frozenset({"sweeper"})),
    "role_change": ("true", frozenset({"operator"})),
}


@pytest.fixture(scope="module")
async def scene(town: Town) -> Scene:
    return await played(town)


def test_everybody_is_asked_about():
    assert set(COPIED) == set(OURS)
    assert {name for seen in SEEN.values() for name in seen} == set(OURS)


@pytest.mark.parametrize("who", SEEN)
async def test_all_rows_of_a_table_are_those_that_are_due(town: Town, scene: Scene, who: str):
    for name, table in OURS.items():
        found = await _tried(town, scene, who, f"SELECT {_key(table)} FROM {_named(table)}")
        assert found == await _due(town, scene, table, SEEN[who].get(name)), name


@pytest.mark.parametrize("who", SEEN)
async def test_all_rows_that_can_be_changed_are_those_that_are_due(
    town: Town, scene: Scene, who: str
):
    for name, table in OURS.items():
        key, column = _key(table), next(iter(table.columns)).name
        column = COLUMN.get((who, name), column)
        change = f"UPDATE {_named(table)} SET {column} = {column} RETURNING {key}"
        due = SEEN[who].get(name) if name in CHANGED.get(who, ()) else None
        due = NARROWER.get((who, name), due)
        found = await _tried(town, scene, who, change)
        assert found == await _due(town, scene, table, due), name


@pytest.mark.parametrize("who", SEEN)
async def test_all_rows_that_can_be_deleted_are_those_that_are_due(
    town: Town, scene: Scene, who: str
):
    for name, table in OURS.items():
        delete = f"DELETE FROM {_named(table)} RETURNING {_key(table)}"
        due = SEEN[who].get(name) if name in DELETED.get(who, ()) else None
        found = await _tried(town, scene, who, delete)
        assert found == await _due(town, scene, table, due), name


@pytest.mark.parametrize("who", [who for who in SEEN if who != "resident"])
async def test_nobody_adds_to_anothers_case(town: Town, scene: Scene, who: str):
    for name, (which, allowed) in COPIED.items():
        wanted = _THERE_ALREADY if who in allowed else _NOT_THEIRS
        assert await _copied(town, scene, who, OURS[name], which) == wanted, name


async def test_residents_do_not_write_in_anothers_name(town: Town, scene: Scene):
    by_others = "case_id = :case AND actor_id <> :resident"
    assert await _copied(town, scene, "resident", OURS["history"], by_others) == _NOT_THEIRS
    assert await _copied(town, scene, "resident", OURS["letter"], "id = :letter") == _NOT_THEIRS


#: What PostgreSQL says: "insufficient privilege" and "unique violation".
_NOT_THEIRS, _THERE_ALREADY = "42501", "23505"
#: What it says to an auditor before it asks for the privilege: "read-only transaction".
_READ_ONLY = "25006"


class _Undone(Exception):
    """Ends a transaction of which nothing shall stay."""


async def _tried(town: Town, scene: Scene, who: str, statement: str) -> set[str]:
    """Return the keys of the rows that a statement reached; nothing of it stays."""
    found: set[str] = set()
    try:
        async with town.parts.open_work(scene.capacities[who]) as work:
            found = set((await _run(work, text(statement))).scalars())
            raise _Undone
    except _Undone:
        return found
    except DBAPIError as error:
        if _sqlstate(error) != _NOT_THEIRS:
            raise
        return set()


async def _due(town: Town, scene: Scene, table: Table, which: str | None) -> set[str]:
    if which is None:
        return set()
    async with town.open_all() as work:
        query = f"SELECT {_key(table)} FROM {_named(table)} WHERE {which}"
        return set((await _run(work, _asking(query, scene))).scalars())


async def _copied(town: Town, scene: Scene, who: str, table: Table, which: str) -> str:
    """Return how the database refused to add a copy of a row."""
    named = _named(table)
    async with town.open_all() as work:
        query = f"SELECT to_jsonb(t)::text FROM {named} t WHERE {which} LIMIT 1"
        row = (await _run(work, _asking(query, scene))).scalar_one()
    copy = f"INSERT INTO {named} SELECT * FROM jsonb_populate_record(NULL::{named}, (:row)::jsonb)"
    bound = text(copy).bindparams(row=row)
    with pytest.raises(DBAPIError) as refusal:
        async with town.parts.open_work(scene.capacities[who]) as work:
            await _run(work, bound)
    return _sqlstate(refusal.value)


async def _run(work: Work, statement: TextClause) -> CursorResult[Any]:
    return await (await work.session.connection()).execute(statement)


def _asking(query: str, scene: Scene) -> TextClause:
    used = {name: value for name, value in scene.facts.items() if f":{name}" in query}
    return text(query).bindparams(**used)


def _sqlstate(error: DBAPIError) -> str:
    said = str(getattr(error.orig, "sqlstate", ""))
    return _NOT_THEIRS if said == _READ_ONLY else said


def _named(table: Table) -> str:
    return f'"{table.name}"'


def _key(table: Table) -> str:
    columns = ", ".join(f"{column.name}" for column in table.primary_key)
    return f"concat_ws('/', {columns})"
