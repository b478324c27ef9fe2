"""One case under review; the open page follows what others do to it."""

import reflex as rx

from app import container, routes
from app.ssr import tabs
from app.usecases import reviewview
from app.usecases.parts import case_topic
from app.views import ReviewDetail
from state.visit import page_load, visit_of, visitor_of


class ReviewState(rx.State):
    """A case of the person's office, with the steps that are theirs to take."""

    review: ReviewDetail = ReviewDetail()

    @rx.event
    @page_load
    async def load(self) -> None:
        """Show the case that the address names."""
        reference = visit_of(self).part(routes.REVIEW, "reference")
        actor = (await visitor_of(self)).staff()
        with tabs.watching(self, case_topic(reference)):
            self.review = await reviewview.one_case(container.parts(), actor, reference)
