"""My cases."""

import reflex as rx

from app import container
from app.usecases import track
from app.views import CaseCard
from state.visit import page_load, visitor_of


class MyCasesState(rx.State):
    """The resident's own cases."""

    cases: list[CaseCard] = []

    @rx.event
    @page_load
    async def load(self) -> None:
        """List them, last changed first."""
        actor = (await visitor_of(self)).resident()
        self.cases = await track.my_cases(container.parts(), actor)
