"""A file that is announced before its first byte: what it is for, and whether it may come."""

from dataclasses import dataclass
from uuid import UUID

from app.db.tables import CaseRow, UploadRow
from app.db.work import Work
from app.domain.capacity import AsResident
from app.domain.catalogue import Requirement
from app.domain.errors import NotFound
from app.domain.identity import Actor
from app.domain.uploads import (
    LIVES,
    MOST_OPEN,
    FileEmpty,
    FileTooLarge,
    TooManyUploads,
    UploadRefused,
    WrongKind,
)
from app.domain.workflow import Status
from app.usecases import quotas
from app.usecases.apply import case_of_form, service_of
from app.usecases.parts import Parts
from app.usecases.pieces import Standing, standing_of
from app.usecases.uploads import note_problem, wanted


@dataclass(frozen=True, slots=True)
class Announced:
    """What a sender says of a file before its first byte.

    For a new case `service` and `form_key` are those of the rendered form; for a case that
    the office sent back `reference` is its number. `kind` is a media type, `sha256` 64 hex
    digits; both may be empty.
    """

    requirement: str
    filename: str
    size: int
    kind: str = ""
    sha256: str = ""
    service: str = ""
    form_key: UUID | None = None
    reference: str = ""


async def begin(parts: Parts, actor: Actor, announced: Announced) -> Standing:
    """Begin an upload, or return the one that was begun for the very same file.

    What is wrong with the file itself is kept beside its requirement, for the form to say.

    Raises:
        NotFound: no such requirement, or the case is closed or not theirs.
        UploadRefused: empty, too large, of a wrong kind, or one too many, also for a day.
    """
    async with parts.open_work(AsResident(actor), "announcing.begin") as work:
        case = await _case(parts, work, actor, announced)
        need = wanted(parts, case, announced.requirement)
        refusal = _judgement(need, announced) or quotas.of_files(
            (await work.ask(quotas.files(parts, actor))).one
        )
        if refusal is None:
            return await _begin(parts, work, actor, case, announced)
        note_problem(case, announced.requirement, refusal)
    raise refusal


async def _begin(
    parts: Parts, work: Work, actor: Actor, case: CaseRow, announced: Announced
) -> Standing:
    now = parts.now()
    under_way = await work.uploads.open_of(actor, now - LIVES)
    for upload in under_way:
        if _is_same(upload, case, announced):
            return standing_of(upload)
    if len(under_way) >= MOST_OPEN:
        raise TooManyUploads(limit=MOST_OPEN)
    upload = UploadRow(
        person_id=actor.person,
        case_id=case.id,
        requirement=announced.requirement,
        filename=announced.filename,
        size=announced.size,
        sha256=announced.sha256,
        created_at=now,
        changed_at=now,
    )
    await work.uploads.add(upload)
    return standing_of(upload)


def _judgement(need: Requirement, announced: Announced) -> UploadRefused | None:
    """Return why a file can never be taken, before anyone pays for sending it."""
    if announced.size == 0:
        return FileEmpty()
    if announced.size > need.max_bytes:
        return FileTooLarge(limit=need.max_bytes)
    # Phones know too little of kinds to be held to them; only a film or a text is told at once.
    families = {kind.partition("/")[0] for kind in need.media_types}
    if announced.kind and announced.kind.partition("/")[0] not in families | {"application"}:
        return WrongKind(accepted=[kind.value for kind in need.accepts])
    return None


async def _case(parts: Parts, work: Work, actor: Actor, announced: Announced) -> CaseRow:
    """Return the locked case that a file is for; one of a new form is made as its POST would."""
    if announced.form_key is not None:
        service = service_of(parts, announced.service)
        case = await case_of_form(parts, work, actor, service, announced.form_key)
        if case.status != Status.DRAFT:
            raise NotFound(why="the form has been sent")
        return case
    await work.people.get(actor.person, lock=True)  # one beginning at a time
    return await work.cases.own(announced.reference, actor, lock=True)


def _is_same(upload: UploadRow, case: CaseRow, announced: Announced) -> bool:
    return (
        bool(announced.sha256)
        and upload.sha256 == announced.sha256
        and upload.size == announced.size
        and upload.case_id == case.id
        and upload.requirement == announced.requirement
    )
