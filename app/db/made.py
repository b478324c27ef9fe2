"""What one resident has made since a moment, counted in their own rows."""

from typing import NamedTuple

from sqlalchemy import bindparam, func
from sqlmodel import col, select

from app.db.reading import Query
from app.db.tables import CaseRow, DocumentRow, MessageRow


class Files(NamedTuple):
    """How many files were handed in, those that were replaced too, and their bytes."""

    number: int
    size: int


_PERSON, _SINCE = bindparam("person"), bindparam("since")

FILES = Query(
    select(func.count(), func.coalesce(func.sum(DocumentRow.size), 0))
    .select_from(DocumentRow)
    .join(CaseRow, col(CaseRow.id) == col(DocumentRow.case_id))
    .where(CaseRow.resident_id == _PERSON, DocumentRow.uploaded_at > _SINCE),
    Files,
)
#: Cases that were sent, for the first time.
SENT = Query(
    select(func.count()).where(CaseRow.resident_id == _PERSON, col(CaseRow.submitted_at) > _SINCE),
    int,
)
#: Messages that they wrote on their own cases.
MESSAGES = Query(
    select(func.count()).where(MessageRow.author_id == _PERSON, MessageRow.at > _SINCE), int
)
