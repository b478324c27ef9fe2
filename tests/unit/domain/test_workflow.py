import pytest

from app.domain.errors import StepRefused
from app.domain.identity import Role
from app.domain.workflow import WORKFLOW, Position, Status, Step, after, offered

CHAIN = (Role.SECTION_HEAD, Role.SECRETARY, Role.HEAD)
FINAL = [status for status in Status if status.is_final]


def walk(*steps: tuple[Step, Role]) -> Position:
    position = Position(Status.DRAFT, CHAIN)
    for step, role in steps:
        position = after(position, step, [role])
    return position


TO_SIGNATURES = (
    (Step.SUBMIT, Role.RESIDENT),
    (Step.TAKE, Role.OFFICER),
    (Step.FORWARD, Role.OFFICER),
)


def test_the_whole_journey_ends_with_a_letter():
    done = walk(
        *TO_SIGNATURES,
        (Step.INITIAL, Role.SECTION_HEAD),
        (Step.INITIAL, Role.SECRETARY),
        (Step.SIGN, Role.HEAD),
        (Step.ISSUE, Role.SYSTEM),
    )
    assert done.status is Status.DONE


@pytest.mark.parametrize("status", FINAL)
@pytest.mark.parametrize("step", Step)
def test_nothing_moves_a_case_that_is_over(status, step):
    with pytest.raises(StepRefused):
        after(Position(status, CHAIN), step, list(Role))


@pytest.mark.parametrize("role", [Role.SECRETARY, Role.HEAD, Role.OFFICER, Role.RESIDENT])
def test_nobody_initials_out_of_turn(role):
    with pytest.raises(StepRefused):
        after(walk(*TO_SIGNATURES), Step.INITIAL, [role])


def test_only_the_last_of_the_chain_signs():
    waiting = walk(*TO_SIGNATURES)
    with pytest.raises(StepRefused):
        after(waiting, Step.SIGN, [Role.SECTION_HEAD])


def test_the_last_of_the_chain_does_not_merely_initial():
    waiting = Position(Status.AWAITING_SIGNATURE, CHAIN, turn=2)
    with pytest.raises(StepRefused):
        after(waiting, Step.INITIAL, [Role.HEAD])


def test_a_chain_of_one_is_signed_at_once():
    waiting = Position(Status.AWAITING_SIGNATURE, (Role.SECTION_HEAD,))
    assert after(waiting, Step.SIGN, [Role.SECTION_HEAD]).turn == 1


def test_a_letter_is_not_issued_before_everyone_has_acted():
    with pytest.raises(StepRefused):
        after(walk(*TO_SIGNATURES), Step.ISSUE, [Role.SYSTEM])


def test_a_case_that_is_sent_back_begins_its_signatures_anew():
    initialled = walk(*TO_SIGNATURES, (Step.INITIAL, Role.SECTION_HEAD))
    back = after(initialled, Step.SEND_BACK, [Role.SECRETARY])
    assert (back.status, back.turn) == (Status.IN_REVIEW, 0)


def test_a_signed_case_can_neither_be_refused_nor_signed_again():
    signed = walk(
        *TO_SIGNATURES,
        (Step.INITIAL, Role.SECTION_HEAD),
        (Step.INITIAL, Role.SECRETARY),
        (Step.SIGN, Role.HEAD),
    )
    assert offered(signed, [Role.HEAD, Role.SECTION_HEAD, Role.OFFICER]) == frozenset()


def test_what_is_offered_is_what_is_allowed():
    for status in Status:
        position = Position(status, CHAIN)
        for role in Role:
            for step in offered(position, [role]):
                assert (status, step) in WORKFLOW
                after(position, step, [role])


def test_a_resident_may_take_back_what_the_office_has_not_passed_on():
    assert Step.WITHDRAW in offered(Position(Status.IN_REVIEW, CHAIN), [Role.RESIDENT])
    assert Step.WITHDRAW not in offered(walk(*TO_SIGNATURES), [Role.RESIDENT])
