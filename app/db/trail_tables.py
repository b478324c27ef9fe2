"""The tables of the trail, beside history: anchors, and what became of roles."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, LargeBinary
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field

from app.db.tables import Table


def _moment() -> Any:
    return Field(sa_column=Column(DateTime(timezone=True), nullable=False))


def _number() -> Any:
    return Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))


def _json() -> Any:
    return Field(sa_column=Column(JSONB, nullable=False))


def _bytes() -> Any:
    return Field(sa_column=Column(LargeBinary, nullable=False))


class AnchorRow(Table, table=True):
    """Where the cases stood that had moved since the anchor before, and where the roles did."""

    number: int = _number()
    at: datetime = _moment()
    upto: int = Field(sa_column=Column(BigInteger, nullable=False))  # of history, looked at last
    heads: dict[str, Any] = _json()  # by reference the id and digest of its last row
    roles: list[Any] = _json()  # number and digest of the last change of a role; or nothing
    broken: list[str] = _json()  # what did not hold when it was looked at
    digest: bytes = _bytes()
    mac: bytes = _bytes()


class RoleChangeRow(Table, table=True):
    """A role that was granted or taken: all of them in order make the grants that there are."""

    number: int = _number()
    at: datetime = _moment()
    issuer: str
    subject: str
    role: str
    office_id: str
    is_granted: bool
    digest: bytes = _bytes()
    mac: bytes = _bytes()
