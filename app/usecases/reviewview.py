"""One case as an officer reviews it, with every step that is theirs to take."""

from dataclasses import replace

from app.adapters.phones import show_phone
from app.db import casefile
from app.domain.capacity import AsStaff
from app.domain.identity import Actor
from app.domain.nik import mask
from app.domain.workflow import Status, Step, offered
from app.texts import say
from app.usecases.casedetail import detail
from app.usecases.moves import position_of, roles_in, works_on
from app.usecases.parts import Parts
from app.usecases.present import cases as wording
from app.usecases.review import may_review, undecided
from app.views import CaseDetail, LetterView, ReviewDetail


async def one_case(parts: Parts, actor: Actor, reference: str) -> ReviewDetail:
    """Return one case of the actor's office.

    Raises:
        NotFound: no such case, a draft, or another office's.
    """
    asked = casefile.for_staff(reference, actor)
    await parts.read(AsStaff(actor), *asked.questions)
    file = asked.file()
    case, left = file.case, undecided(file.documents)
    shown = detail(parts, file, actor, wording.OFFICE)
    if not works_on(case, actor):
        return ReviewDetail(case=_without_persons(shown))
    steps = offered(position_of(case), roles_in(case, actor))
    if Status(case.status) in {Status.IN_REVIEW, Status.NEEDS_CHANGES}:
        steps = steps if case.holder_id == actor.person else frozenset()
    can_forward = Step.FORWARD in steps
    return ReviewDetail(
        case=shown,
        resident_name=case.applicant_name,
        resident_nik=mask(parts.seal.open(case.applicant_nik)) if case.applicant_nik else "",
        resident_phone=show_phone(case.applicant_phone),
        can_take=Step.TAKE in steps,
        can_release=Step.RELEASE in steps,
        can_review=may_review(case, actor),
        can_accept_all=may_review(case, actor) and left > 1,
        can_forward=can_forward and not left,
        can_request_changes=Step.REQUEST_CHANGES in steps,
        can_reject=Step.REJECT in steps,
        can_initial=Step.INITIAL in steps,
        can_sign=Step.SIGN in steps,
        can_send_back=Step.SEND_BACK in steps,
        forward_blocked=say("review.forward_blocked", left=left) if can_forward and left else "",
    )


def _without_persons(case: CaseDetail) -> CaseDetail:
    """Return what oversight may read of a case: where it stands, and nothing of its resident."""
    unnamed = [replace(line, who="", note="") for line in case.timeline]
    return replace(
        case,
        timeline=unnamed,
        note="",
        answers=[],
        slots=[],
        messages=[],
        can_message=False,
        letter=LetterView(),
        has_letter=False,
    )
