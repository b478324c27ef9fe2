"""Following a case by its secret code."""

import reflex as rx

from app import container, routes
from app.domain.errors import NotFound
from app.texts import say
from app.usecases import track
from app.views import Tracked
from state.visit import page_load, visit_of


class TrackState(rx.State):
    """The status behind a code."""

    tracked: Tracked = Tracked()
    typed: str = ""
    problem: str = ""

    @rx.event
    @page_load
    async def load(self) -> None:
        """Look the code up; one that is not known is said to be so."""
        visit = visit_of(self)
        self.typed = visit.code(routes.TRACK_CODE)
        self.problem = ""
        if not self.typed:
            return
        try:
            self.tracked = await track.by_code(container.parts(), self.typed, visit.address)
        except NotFound:
            self.problem = say("track.unknown")
