"""Follow a case by its secret code: where it stands, nothing about the person."""

import reflex as rx

from app.pages.frame import framed
from app.pages.page import Page
from app.routes import TRACK, TRACK_CODE
from app.texts import say
from components.html import by_code
from components.links import link
from components.live import live
from components.standing import tracked_standing
from components.timeline import timeline
from state.track import TrackState


def track() -> rx.Component:
    """The input for the code, and the case that it belongs to."""
    return framed(
        rx.el.header(
            rx.el.h1(say("track.title")),
            rx.el.p(say("track.lead"), class_name="muted"),
            class_name="stack tight",
        ),
        rx.cond(live(TrackState.tracked).status != "", _tracked()),
        by_code(
            say("track.label"),
            action=link(TRACK),
            value=live(TrackState.typed),
            problem=live(TrackState.problem),
            button=say("track.button"),
        ),
        rx.el.p(say("track.hint"), class_name="small muted"),
    )


def _tracked() -> rx.Component:
    it = live(TrackState.tracked)
    return rx.el.section(
        rx.el.div(
            rx.el.h2(it.service),
            rx.el.p(it.office, class_name="muted"),
            class_name="stack tight",
        ),
        tracked_standing(it),
        rx.el.h3(say("case.timeline")),
        timeline(it.timeline),
        class_name="card stack",
    )


PAGES = tuple(
    Page(route, track, "title.track", (TrackState.load,), is_shared=route == TRACK)
    for route in (TRACK, TRACK_CODE)
)
