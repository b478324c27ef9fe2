"""What an officer can do with a case or a document, each as a plain form."""

import reflex as rx
from reflex.vars import ObjectVar

from app.routes import REVIEW_STEP
from app.texts import say
from app.views import ReviewDetail, Slot
from components.html import post
from components.links import live_link
from components.notice import notice

#: The list of usual reasons that inputs for a reason point to.
REASONS = "reasons"
#: The key of each usual step, pressed together with the browser's own key for that.
_KEYS = {"take": "A", "forward": "T", "initial": "P", "sign": "S"}


def steps(it: ObjectVar[ReviewDetail]) -> rx.Component:
    """Show what this officer can do with the case now; the usual step stands first."""
    action = live_link(REVIEW_STEP, reference=it.case.reference)
    return rx.el.section(
        rx.el.h2(say("review.steps"), class_name="sr"),
        rx.cond(it.forward_blocked != "", notice(rx.el.p(it.forward_blocked))),
        rx.el.div(
            rx.cond(it.can_take, _step(action, "take", "b")),
            rx.cond(it.can_accept_all, _step(action, "accept_all", "b good")),
            rx.cond(it.can_forward, _step(action, "forward", "b")),
            rx.cond(it.can_initial, _step(action, "initial", "b")),
            rx.cond(it.can_sign, _step(action, "sign", "b")),
            rx.cond(it.can_release, _step(action, "release", "b quiet")),
            class_name="row",
        ),
        rx.cond(it.can_send_back, _send_back(action)),
        rx.cond(it.can_request_changes | it.can_reject, _to_resident(it, action)),
        class_name="stack",
    )


def judge(reference: rx.Var[str], slot: ObjectVar[Slot]) -> rx.Component:
    """Show both judgements of one document; refusing it asks for the reason."""
    action = live_link(REVIEW_STEP, reference=reference)
    reason = f"{slot.id}-reason"
    accept = post(
        *_document(slot),
        _button("accept_document", "b good", f"{slot.id}-name"),
        action=action,
    )
    refuse = post(
        *_document(slot),
        rx.el.div(
            rx.el.label(say("review.reason"), html_for=reason),
            rx.el.div(
                rx.el.input(id=reason, name="reason", list=REASONS, max_length=300),
                _button("refuse_document", "b danger", f"{slot.id}-name"),
                class_name="find",
            ),
            class_name="field",
        ),
        action=action,
    )
    return rx.el.div(
        rx.cond(slot.review != "accepted", accept),
        rx.cond(slot.review != "refused", refuse),
        class_name="stack judge",
    )


def usual_reasons() -> rx.Component:
    """Offer what documents are mostly refused for, so that it need not be typed."""
    reasons = ("blurred", "cut", "wrong", "expired", "other")
    return rx.el.datalist(
        *(rx.el.option(value=say(f"review.reason_{reason}")) for reason in reasons), id=REASONS
    )


def _document(slot: ObjectVar[Slot]) -> tuple[rx.Component, ...]:
    return (rx.el.input(type="hidden", name="document", value=slot.document),)


def _button(step: str, look: str, described_by: str | None = None) -> rx.Component:
    """Show the button of one step; its value is what the server reads as `step`."""
    return rx.el.button(
        say(f"act.{step}"),
        type="submit",
        name="step",
        value=step,
        class_name=look,
        access_key=_KEYS.get(step),
        title=say("review.key", letter=_KEYS[step]) if step in _KEYS else None,
        aria_describedby=described_by,
    )


def _step(action: str, step: str, look: str) -> rx.Component:
    return post(_button(step, look), action=action)


def _send_back(action: str) -> rx.Component:
    """Ask for the reason and hand the case back to the officer before."""
    return rx.el.details(
        rx.el.summary(say("review.send_back")),
        post(
            _words("back-note", say("review.send_back_reason")),
            rx.el.div(_button("send_back", "b quiet")),
            action=action,
            class_name="stack",
        ),
    )


def _to_resident(it: ObjectVar[ReviewDetail], action: str) -> rx.Component:
    """Ask what to tell the resident; the same words serve a correction or a refusal."""
    return post(
        _words("note", say("review.note_label"), say("review.note_hint")),
        rx.el.div(
            rx.cond(it.can_request_changes, _button("request_changes", "b quiet")),
            rx.cond(it.can_reject, _button("reject", "b danger")),
            class_name="row",
        ),
        action=action,
        class_name="card stack",
    )


def _words(name: str, label: str, hint: str = "") -> rx.Component:
    return rx.el.div(
        rx.el.label(label, html_for=name),
        rx.el.p(hint, id=f"{name}-said", class_name="hint small"),
        rx.el.textarea(
            id=name, name="note", rows="3", max_length=1000, aria_describedby=f"{name}-said"
        ),
        class_name="field",
    )
