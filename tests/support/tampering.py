"""Edits of a database by somebody who has it whole, but not Loket's key, and what puts it back."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple

import psycopg

#: The tables of which an edit may take something.
_TABLES = ("case", "form", "history", "document", "message", "letter")
_TABLES += ("role_grant", "role_change", "anchor")


class Edit(NamedTuple):
    """What is changed, as SQL, and what the audit says of it, in part.

    In both, names in `%(...)s` and `{...}` are those of the scene.
    """

    name: str
    sql: str
    found: str


def _move(change: str, where: str = "case_id = %(done)s AND step = 'forward'") -> str:
    return f"UPDATE history SET {change} WHERE {where}"


def _case(change: str) -> str:
    return f'UPDATE "case" SET {change} WHERE id = %(done)s'


def _letter(change: str) -> str:
    return f"UPDATE letter SET {change} WHERE case_id = %(done)s"


def _gone(which: str) -> str:
    return (
        "DELETE FROM history WHERE id = (SELECT id FROM history WHERE case_id = %(done)s"
        f" ORDER BY id {which} LIMIT 1)"
    )


_COPY = (
    "case_id, at, actor_id, actor_name, role, step, status_before, status_after, note, facts,"
    " digest, mac"
)
_ROLLED_BACK = """
DELETE FROM history WHERE case_id = %(moved)s AND id > %(then)s;
UPDATE "case" c SET (status, turn, holder_id, due_at, status_since, changed_at) =
    (SELECT status, turn, holder_id, due_at, status_since, changed_at
       FROM jsonb_populate_record(NULL::"case", %(was)s::jsonb)) WHERE id = %(moved)s
"""
_WHOLE_CASE = "; ".join(
    [
        *(
            f"DELETE FROM {table} WHERE case_id = %(done)s"
            for table in ("letter", "document", "form", "message", "history")
        ),
        'DELETE FROM "case" WHERE id = %(done)s',
    ]
)
_DONE, _CHANGED = "case {done_reference}: ", "was changed, or does not follow the one before it"
_WRITTEN = "was not written by this Loket"

EDITS = (
    Edit("another actor", _move("actor_id = %(stranger)s"), _DONE + f"*forward*{_CHANGED}"),
    Edit("another name", _move("actor_name = 'Orang Lain'"), _DONE + f"*forward*{_CHANGED}"),
    Edit("another role", _move("role = 'camat'"), _DONE + f"*forward*{_CHANGED}"),
    Edit("another step", _move("step = 'initial'"), _DONE + f"*initial*{_CHANGED}"),
    Edit("another note", _move("note = 'Lengkap'"), _DONE + f"*forward*{_CHANGED}"),
    Edit("another moment", _move("at = at - interval '1 second'"), _DONE + f"*forward*{_CHANGED}"),
    Edit("another status before", _move("status_before = 'draft'"), _DONE + f"*{_CHANGED}"),
    Edit("another status after", _move("status_after = 'done'"), _DONE + f"*{_CHANGED}"),
    Edit("other facts", _move("facts = facts - 'verdicts'"), _DONE + f"*forward*{_CHANGED}"),
    Edit("first move gone", _gone("ASC"), _DONE + f"*number 1, {_CHANGED}"),
    Edit("middle move gone", _gone("ASC OFFSET 3"), _DONE + f"*number 4, {_CHANGED}"),
    Edit("last move gone", _gone("DESC"), _DONE + "does not stand where its last move led"),
    Edit(
        "all moves gone", "DELETE FROM history WHERE case_id = %(done)s", _DONE + "*without a move"
    ),
    Edit("a whole case gone", _WHOLE_CASE, _DONE + "move * is not as anchored, or is gone"),
    Edit(
        "a forged move",
        f"INSERT INTO history ({_COPY}) SELECT case_id, now(), actor_id, 'Camat', 'camat', 'sign',"
        " status_after, status_after, '', facts, digest, mac FROM history WHERE id = %(then)s",
        f"case {{moved_reference}}: *sign*{_CHANGED}",
    ),
    Edit(
        "two moves exchanged",
        "UPDATE history SET id = -1 WHERE id = %(take)s;"
        " UPDATE history SET id = %(take)s WHERE id = %(forward)s;"
        " UPDATE history SET id = %(forward)s WHERE id = -1",
        _DONE + f"*{_CHANGED}",
    ),
    Edit(
        "a move given to another case",
        _move("case_id = %(passed)s"),
        f"case {{passed_reference}}: *forward*{_CHANGED}",
    ),
    Edit(
        "digest and mac of another move",
        "UPDATE history h SET digest = o.digest, mac = o.mac FROM history o"
        " WHERE h.case_id = %(done)s AND h.step = 'forward'"
        " AND o.case_id = %(passed)s AND o.step = 'forward'",
        _DONE + f"*forward*{_CHANGED}",
    ),
    Edit("a mac blanked", _move("mac = ''"), _DONE + f"*forward*{_WRITTEN}"),
    Edit("a digest blanked", _move("digest = ''"), _DONE + f"*forward*{_CHANGED}"),
    Edit(
        "a digest taken away",
        "ALTER TABLE history DROP CONSTRAINT history_vouched;" + _move("digest = NULL, mac = NULL"),
        _DONE + "*forward*has no digest",
    ),
    Edit("another standing", _case("turn = 1"), _DONE + "does not stand where its last move led"),
    Edit("another status", _case("status = 'rejected'"), _DONE + "does not stand where*"),
    Edit("another office", _case("office_id = 'cimahi-tengah'"), _DONE + "does not stand where*"),
    Edit("another resident", _case("resident_id = %(stranger)s"), _DONE + "does not stand where*"),
    Edit(
        "other answers",
        _case("answers = jsonb_set(answers, '{purpose}', '\"Kredit\"')"),
        _DONE + "its answers or applicant are not those that were sent",
    ),
    Edit("another applicant", _case("applicant_name = 'Orang Lain'"), _DONE + "its answers or*"),
    Edit(
        "another NIK",
        _case('applicant_nik = (SELECT applicant_nik FROM "case" WHERE id = %(moved)s)'),
        _DONE + "*submit*or for another NIK",
    ),
    Edit(
        "another file",
        "UPDATE document SET sha256 = repeat('0', 64) WHERE case_id = %(done)s",
        _DONE + "document * is not the file that was sent",
    ),
    Edit(
        "a document gone",
        "DELETE FROM document WHERE case_id = %(done)s",
        _DONE + "document * was sent, and is gone",
    ),
    Edit(
        "a document that stands no more",
        "UPDATE document SET replaced_at = now() WHERE case_id = %(done)s",
        _DONE + "the documents that stand are not those that were sent",
    ),
    Edit(
        "another verdict",
        "UPDATE document SET verdict = 'refused', reason = 'Buram' WHERE case_id = %(passed)s",
        "case {passed_reference}: document * has not the verdict with which it was passed on",
    ),
    Edit("another number", _letter("number = '1/X'"), _DONE + "letter *nobody signed for*"),
    Edit("another code", _letter("code = 'AAAA'"), _DONE + "letter *nobody signed for*"),
    Edit("another signer", _letter("signer_name = 'Camat Lain'"), _DONE + "letter *nobody*"),
    Edit("another letter's file", _letter("sha256 = repeat('0', 64)"), _DONE + "*its file is not*"),
    Edit("a letter gone", "DELETE FROM letter WHERE case_id = %(done)s", _DONE + "its letter is*"),
    Edit(
        "a letter for another case",
        _letter("case_id = %(passed)s"),
        "case {passed_reference}: letter *nobody signed for*",
    ),
    Edit(
        "a case put back",
        _ROLLED_BACK,
        "case {moved_reference}: move * is not as anchored, or is gone",
    ),
    Edit(
        "a case put back, with the anchors since",
        _ROLLED_BACK + "; DELETE FROM anchor WHERE number > %(anchor)s",
        "anchor {last_anchor}: is not the one that moves cite, or is gone",
    ),
    Edit(
        "a role that nobody granted",
        "INSERT INTO role_grant (issuer, subject, role, office_id, granted_at) SELECT issuer,"
        " 'warga1', 'camat', office_id, granted_at FROM role_grant LIMIT 1",
        "role camat of warga1 at *: nobody granted it",
    ),
    Edit(
        "a greater role",
        "UPDATE role_grant SET role = 'camat' WHERE subject = %(officer)s",
        "role camat of {officer} at *: nobody granted it",
    ),
    Edit(
        "a role gone",
        "DELETE FROM role_grant WHERE subject = %(officer)s",
        "role petugas of {officer} at *: was granted, and is gone",
    ),
    Edit(
        "a role with its change, forged",
        "INSERT INTO role_grant (issuer, subject, role, office_id, granted_at) SELECT issuer,"
        " 'warga1', 'camat', office_id, now() FROM role_grant LIMIT 1; INSERT INTO role_change"
        " SELECT number + 1, g.granted_at, g.issuer, g.subject, g.role, g.office_id, true, digest,"
        " mac FROM role_change, role_grant g WHERE g.subject = 'warga1'"
        " ORDER BY number DESC LIMIT 1",
        "change of roles *: was changed, or does not follow the one before it",
    ),
    Edit(
        "a role gone with its change",
        "DELETE FROM role_grant WHERE subject = %(officer)s;"
        " DELETE FROM role_change WHERE number >= (SELECT number FROM role_change WHERE"
        " subject = %(officer)s)",
        "change of roles *: is not as anchored, or is gone",
    ),
    Edit(
        "a change of roles rewritten",
        "UPDATE role_change SET role = 'camat' WHERE subject = %(officer)s",
        "change of roles *: was changed*",
    ),
    Edit(
        "an anchor rewritten",
        "UPDATE anchor SET heads = heads - %(done_reference)s WHERE number = %(anchor)s",
        "anchor {anchor}: was changed, or does not follow the one before it",
    ),
    Edit(
        "an anchor gone", "DELETE FROM anchor WHERE number = %(anchor)s", "anchor {anchor}: is gone"
    ),
    Edit("the first anchor gone", "DELETE FROM anchor WHERE number = 1", "anchor 1: is gone"),
    Edit(
        "the last anchors gone",
        "DELETE FROM anchor WHERE number > %(anchor)s",
        "anchor {last_anchor}: is not the one that moves cite, or is gone",
    ),
    Edit("all anchors gone", "DELETE FROM anchor", "anchor 1: is gone, or `migrate` never ended"),
    Edit(
        "anchors exchanged",
        "UPDATE anchor SET number = -number WHERE number >= %(anchor)s;"
        " UPDATE anchor SET number = %(anchor)s + %(last_anchor)s + number WHERE number < 0",
        "anchor {anchor}: was changed, or does not follow the one before it",
    ),
)


@contextmanager
def edited(address: str, edit: Edit, scene: Mapping[str, object]) -> Iterator[None]:
    """Make an edit as the database's superuser, whom nothing binds; put all back afterwards."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("SET session_replication_role = replica")  # no key is looked after
        for table in _TABLES:
            connection.execute(f'CREATE TEMP TABLE "kept_{table}" AS SELECT * FROM "{table}"')
        try:
            with connection.transaction():
                for statement in edit.sql.split(";"):
                    connection.execute(statement, scene)
            yield
        finally:
            with connection.transaction():
                for table in _TABLES:
                    connection.execute(f'DELETE FROM "{table}"')
                    connection.execute(f'INSERT INTO "{table}" SELECT * FROM "kept_{table}"')
                connection.execute(
                    "ALTER TABLE history DROP CONSTRAINT IF EXISTS history_vouched,"
                    " ADD CONSTRAINT history_vouched CHECK (mac IS NOT NULL) NOT VALID"
                )
