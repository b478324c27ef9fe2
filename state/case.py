"""One case, as its resident sees it; the open page follows what the office does."""

import reflex as rx

from app import container, routes
from app.ssr import tabs
from app.usecases import track
from app.usecases.parts import case_topic
from app.views import CaseDetail
from state.visit import page_load, visit_of, visitor_of


class CaseState(rx.State):
    """One of the resident's own cases."""

    case: CaseDetail = CaseDetail()

    @rx.event
    @page_load
    async def load(self) -> None:
        """Show the case that the address names."""
        visit = visit_of(self)
        actor = (await visitor_of(self)).actor
        reference = visit.part(routes.CASE, "reference")
        checked = routes.CHECKED in visit.query
        with tabs.watching(self, case_topic(reference)):
            self.case = await track.one_case(container.parts(), actor, reference, checked=checked)
