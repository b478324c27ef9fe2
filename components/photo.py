"""What is shown once a photo was chosen: the words and parts of `app/browser/photo/`."""

from typing import Any

import reflex as rx
from reflex.vars import ObjectVar

from app.texts import say
from app.views import Slot

from .icons import icon

#: The corners of what is kept of a photo, as compass points.
_CORNERS = ("nw", "ne", "se", "sw")
_SIDES = ("top", "right", "bottom", "left")


def photo_dialog() -> rx.Component:
    """Lay ready the dialog in which photos are turned, cropped, ordered and judged.

    Nothing of it is shown until a script that was fetched for a chosen photo clones it.
    """
    return rx.el.template(
        rx.el.dialog(
            rx.el.div(
                rx.el.h2(id="photo-title", tab_index=-1, data_part="title"),
                _button("cancel", "photo.cancel"),
                class_name="row apart",
            ),
            rx.el.ol(rx.el.li(_page()), data_part="pages", class_name="row", hidden=True),
            _stage(),
            _warning(),
            _tools(),
            _foot(),
            class_name="photo",
            aria_labelledby="photo-title",
            data_title=say("photo.title"),
            data_page=say("photo.page"),
            data_untouched=say("photo.untouched"),
            data_opening=say("photo.opening"),
            data_blurred=say("photo.blurred"),
            data_dark=say("photo.dark"),
            data_bright=say("photo.bright"),
            data_cost=say("photo.cost"),
            data_ready=say("photo.ready"),
            data_failed=say("photo.failed"),
        ),
        rx.el.div(
            rx.el.span(role="status", class_name="small"),
            _button("edit", "photo.edit"),
            class_name="row",
            data_photo_said=True,
        ),
        id="photo",
    )


def camera_button(slot: ObjectVar[Slot]) -> rx.Component:
    """Let a phone's camera answer for a document; what it takes counts as chosen files do."""
    return rx.el.button(
        icon("camera"),
        say("photo.take"),
        type="button",
        class_name="b quiet camera",
        aria_describedby=f"{slot.id}-label",
        data_camera=slot.id,
    )


def _page() -> rx.Component:
    return rx.el.button(rx.el.canvas(aria_hidden=True), rx.el.span(), type="button")


def _stage() -> rx.Component:
    """The photo with the frame of what is kept; each corner is dragged, or moved by arrow keys."""
    corners = (
        rx.el.button(type="button", data_corner=corner, aria_label=say(f"photo.corner_{corner}"))
        for corner in _CORNERS
    )
    return rx.fragment(
        rx.el.div(
            rx.el.canvas(role="img", data_part="preview"),
            rx.el.div(*corners, data_part="frame"),
            class_name="stage",
            data_part="stage",
        ),
        rx.el.p(data_part="told", class_name="muted", hidden=True),
    )


def _warning() -> rx.Component:
    return rx.el.div(
        icon("alert"),
        rx.el.div(
            rx.el.p(data_part="why"),
            rx.el.div(
                _file_button("again", "photo.again", capture="environment"),
                _button("accept", "photo.accept"),
                class_name="row",
            ),
            class_name="stack tight",
        ),
        role="status",
        class_name="note",
        data_kind="turn",
        data_part="warning",
        hidden=True,
    )


def _tools() -> rx.Component:
    cuts = (_button(f"cut-{side}", f"photo.cut_{side}") for side in _SIDES)
    return rx.el.div(
        rx.el.div(
            _button("left", "photo.left"),
            _button("right", "photo.right"),
            class_name="row",
        ),
        rx.el.details(
            rx.el.summary(say("photo.crop")),
            rx.el.p(say("photo.crop_how"), class_name="small muted"),
            rx.el.div(*cuts, _button("whole", "photo.whole"), class_name="row"),
        ),
        rx.el.div(
            _button("earlier", "photo.earlier"),
            _button("later", "photo.later"),
            _button("remove", "photo.remove"),
            class_name="row",
            data_part="order",
            hidden=True,
        ),
        class_name="stack tight",
        data_part="tools",
    )


def _foot() -> rx.Component:
    return rx.el.div(
        rx.el.p(data_part="cost", role="status", class_name="small"),
        rx.el.div(
            _file_button("add", "photo.add", multiple=True),
            _button("use", "photo.use", look="b"),
            class_name="row",
        ),
        class_name="give stack tight",
    )


def _button(does: str, words: str, look: str = "b quiet") -> rx.Component:
    return rx.el.button(say(words), type="button", class_name=look, data_do=does)


def _file_button(does: str, words: str, **props: Any) -> rx.Component:
    """A button that opens the camera or the files; the input lies over its words unseen."""
    chooser = rx.el.input(type="file", accept="image/*", data_do=does, **props)
    return rx.el.label(say(words), chooser, class_name="b quiet chooser")
