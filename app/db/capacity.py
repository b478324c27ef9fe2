"""What a transaction tells the database of who works: a role, and settings that policies read.

Roles, their rights and their policies are made by the migrations (`migrations/rights.py`).
"""

from collections.abc import Iterable

import psycopg

from app.domain.capacity import (
    AsAuditor,
    AsCounter,
    AsFollower,
    AsJob,
    AsOperator,
    AsQueue,
    AsResident,
    AsSealer,
    AsSignIn,
    AsStaff,
    AsSweeper,
    AsVerifier,
    Capacity,
)
from app.domain.identity import STAFF, Role

#: The role of a connection between two transactions: it has no rights at all.
IDLE = "loket_app"
#: The role of the connections with which the queue of jobs is kept.
QUEUE = "loket_queue"
ROLES = (
    IDLE,
    QUEUE,
    "loket_resident",
    "loket_staff",
    "loket_job",
    "loket_sweeper",
    "loket_sign_in",
    "loket_follower",
    "loket_verifier",
    "loket_operator",
    "loket_counter",
    "loket_sealer",
    "loket_auditor",
)
#: What operators do from the command line, and nobody else: the owner of the tables alone.
OPERATORS = ("loket_operator", "loket_sealer")
#: What web and worker do.
APPLICATION = tuple(role for role in ROLES if role not in OPERATORS)

#: Of capacities about which there is nothing more to tell.
_OF_LOKET = {
    AsSweeper: "loket_sweeper",
    AsOperator: "loket_operator",
    AsQueue: QUEUE,
    AsCounter: "loket_counter",
    AsSealer: "loket_sealer",
    AsAuditor: "loket_auditor",
}

#: What moves between two questions of an auditor would look as if it did not fit.
_ONE_MOMENT = b"SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"

Standing = dict[str, str]


def is_operators(capacity: Capacity) -> bool:
    """Tell whether only the owner of the tables may work in a capacity."""
    return _OF_LOKET.get(type(capacity)) in OPERATORS


async def stand(connection: psycopg.AsyncConnection, capacity: Capacity) -> None:
    """Begin a transaction in `capacity`, within a pipeline; its end also ends the standing."""
    standing = _standing(capacity)
    if isinstance(capacity, AsAuditor):
        await connection.execute(_ONE_MOMENT)
    told = ", ".join(f"set_config('{name}', %s, true)" for name in standing)
    await connection.execute(f"SELECT {told}".encode(), [*standing.values()])


def _standing(capacity: Capacity) -> Standing:
    match capacity:
        case AsResident(actor):
            return {"role": "loket_resident", "loket.person": str(actor.person)}
        case AsStaff(actor):
            return {
                "role": "loket_staff",
                "loket.person": str(actor.person),
                "loket.desks": _array(actor.offices(*STAFF)),
                "loket.offices": _array(actor.offices(*STAFF, Role.OVERSIGHT)),
            }
        case AsJob(about):
            return {"role": "loket_job", "loket.about": str(about)}
        case AsSignIn(id_hash, issuer, subject):
            return {
                "role": "loket_sign_in",
                "loket.session": id_hash.hex(),
                "loket.issuer": issuer,
                "loket.subject": subject,
            }
        case AsFollower(code):
            return {"role": "loket_follower", "loket.code": code}
        case AsVerifier(code, sha256):
            return {"role": "loket_verifier", "loket.code": code, "loket.sha256": sha256}
        case AsSweeper() | AsOperator() | AsQueue() | AsCounter() | AsSealer() | AsAuditor():
            return {"role": _OF_LOKET[type(capacity)]}


def _array(words: Iterable[str]) -> str:
    """Return words as PostgreSQL reads an array."""
    quoted = (word.replace("\\", r"\\").replace('"', r"\"") for word in sorted(words))
    return "{" + ",".join(f'"{word}"' for word in quoted) + "}"
