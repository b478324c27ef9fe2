"""The place of one required document, in a form and in a case."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from app.db.tables import CaseRow, DocumentRow
from app.domain.catalogue import FileKind, Requirement
from app.domain.documents import Safety, Verdict
from app.domain.workflow import Status
from app.texts import language, say
from app.usecases.forms import DOCUMENT
from app.usecases.present.moments import size_in_words
from app.usecases.present.problems import in_words
from app.views import Slot

#: A check takes seconds; after this, whoever waits for it is told that it is held up.
_USUAL = timedelta(minutes=1)


def slot(
    need: Requirement,
    document: DocumentRow | None,
    problem: str = "",
    uploads: Mapping[str, Any] | None = None,
    case: CaseRow | None = None,
    *,
    now: datetime,
    href: str = "",
    pages: list[str] | None = None,
) -> Slot:
    """Return a requirement with the document that stands for it, if any.

    Args:
        problem: what is wrong, once sending was tried.
        uploads: what was wrong with the last upload, by requirement: `[key, facts]`, said first.
        case: tells whether the document may still be replaced.
        now: tells whether its check takes longer than usual.
        href: where the reader may open it.
        pages: where the reader may see its pages as pictures.
    """
    spoken, when = language(), need.when
    told = in_words(*uploads[need.key]) if uploads and need.key in uploads else problem
    base = Slot(
        requirement=need.key,
        input_name=DOCUMENT + need.key,
        id=f"f-document-{need.key}",
        label=need.label.in_(spoken),
        hint=need.hint.in_(spoken) if need.hint else "",
        required=need.required,
        accept=",".join(need.media_types),
        limit=_limit(need),
        several=need.takes_several,
        most=need.max_bytes,
        problem=told,
        when_name=when.field if when else "",
        when_values=" ".join(when.one_of) if when else "",
        can_replace=_can_replace(case, document),
    )
    return _with_document(base, document, now, href, pages) if document else base


def _with_document(
    base: Slot, document: DocumentRow, now: datetime, href: str, pages: list[str] | None
) -> Slot:
    waits = document.safety == Safety.QUARANTINED and now - document.uploaded_at > _USUAL
    reason = document.reason
    if document.safety == Safety.REFUSED:
        reason = in_words(document.refusal, document.refusal_facts)
    is_safe = document.safety == Safety.SAFE
    return replace(
        base,
        has_document=True,
        document=str(document.id),
        filename=document.filename,
        size=size_in_words(document.size),
        status=document.safety,
        is_delayed=waits,
        review=document.verdict,
        reason=reason,
        href=href if is_safe else "",
        pages=pages if pages and is_safe else [],
    )


def _limit(need: Requirement) -> str:
    kinds = ["photo"] if any(kind.is_photo for kind in need.accepts) else []
    kinds += ["pdf"] if FileKind.PDF in need.accepts else []
    words = [say(f"file.{kind}") for kind in kinds]
    return say(
        "file.limit_several" if need.takes_several else "file.limit",
        kinds=say("list.or", first=words[0], last=words[1]) if len(words) > 1 else words[0],
        size=size_in_words(need.max_bytes),
    )


def _can_replace(case: CaseRow | None, document: DocumentRow | None) -> bool:
    if case is None or case.status == Status.DRAFT:
        return True
    is_accepted = document is not None and document.verdict == Verdict.ACCEPTED
    return case.status == Status.NEEDS_CHANGES and not is_accepted
