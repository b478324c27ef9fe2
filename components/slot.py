"""The place of one document: asked for in a form, or shown in a case."""

import reflex as rx
from reflex.vars import ObjectVar

from app.texts import say
from app.views import Slot

from .field import optional
from .html import said, unless_empty
from .icons import icon
from .live import live
from .notice import notice
from .photo import camera_button
from .upload import upload_panel


def slot_input(slot: ObjectVar[Slot]) -> rx.Component:
    """Ask for one document: what it is, what came already, and a way to send another."""
    return rx.el.div(
        rx.el.label(slot.label, optional(slot.required), html_for=slot.id, id=f"{slot.id}-label"),
        _refusal(slot),
        rx.cond(slot.has_document, _file(slot)),
        rx.cond(slot.can_replace | ~slot.has_document, _put(slot)),
        class_name="slot",
        data_testid="upload",
        data_bad=slot.problem != "",
        data_when_name=slot.when_name,
        data_when_values=slot.when_values,
    )


def slot_line(slot: ObjectVar[Slot]) -> rx.Component:
    """Show one document of a case with how it was judged."""
    return rx.el.li(
        rx.el.strong(slot.label, id=f"{slot.id}-name"),
        rx.cond(
            slot.has_document, _file(slot), rx.el.p(say("document.none"), class_name="muted small")
        ),
        _refusal(slot),
        class_name="stack tight",
    )


def standing(slot: ObjectVar[Slot]) -> rx.Component:
    """Say how the check and the officer judged the document."""

    def of(key: str, kind: str = "") -> rx.Component:
        return rx.el.span(say(f"document.{key}"), class_name=f"mark {kind}".strip())

    return live(
        rx.match(
            slot.review,
            ("accepted", of("accepted", "good")),
            ("refused", of("refused", "turn")),
            rx.match(
                slot.status,
                ("safe", of("safe", "good")),
                ("refused", of("unsafe", "bad")),
                of("checking"),
            ),
        )
    )


def _refusal(slot: ObjectVar[Slot]) -> rx.Component:
    return unless_empty(slot.reason, notice(rx.el.p(slot.reason), kind="turn"))


def _is_good(slot: ObjectVar[Slot]) -> rx.Var[bool]:
    """Tell whether nothing is asked of the reader, as far as it is known by now."""
    return slot.has_document & (slot.status != "refused") & (slot.review != "refused")


def _file(slot: ObjectVar[Slot]) -> rx.Component:
    name = rx.cond(
        slot.href != "",
        rx.el.a(slot.filename, href=slot.href, target="_blank", rel="noopener"),
        rx.el.span(slot.filename),
    )
    return rx.el.div(
        rx.cond(_is_good(slot) & (slot.status == "safe"), icon("check"), icon("file")),
        rx.el.div(
            rx.el.div(name, " ", rx.el.span(slot.size, class_name="small muted")),
            standing(slot),
            rx.cond(slot.is_delayed, rx.el.p(say("document.delayed"), class_name="small muted")),
        ),
        class_name="file",
        data_document=slot.status,
        data_review=slot.review,
    )


def _put(slot: ObjectVar[Slot]) -> rx.Component:
    """Let a file be chosen: at once where one is needed, else for who means to replace it."""
    is_done = _is_good(slot) & (slot.problem == "")
    return rx.fragment(
        rx.el.details(
            rx.el.summary(
                say("upload.other"), hidden=~is_done, aria_describedby=f"{slot.id}-label"
            ),
            rx.el.div(
                said(slot.id, slot.hint, slot.problem),
                rx.el.p(slot.limit, class_name="hint small limit"),
                _chooser(slot),
            ),
            open=~is_done,
        ),
        upload_panel(slot),
    )


def _chooser(slot: ObjectVar[Slot]) -> rx.Component:
    return rx.el.div(
        rx.el.input(
            type="file",
            id=slot.id,
            name=slot.input_name,
            accept=slot.accept,
            multiple=slot.several,
            data_photo=slot.label,
            aria_describedby=f"{slot.id}-said",
            aria_invalid=slot.problem != "",
            data_requirement=slot.requirement,
            data_most=slot.most,
        ),
        camera_button(slot),
        rx.el.button(
            rx.cond(slot.has_document, say("upload.replace"), say("upload.send")),
            type="submit",
            name="action",
            value=f"upload:{slot.requirement}",
            class_name="b quiet",
            aria_describedby=f"{slot.id}-label",
        ),
        class_name="put",
    )
