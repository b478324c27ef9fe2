"""The form of a service."""

import reflex as rx

from app import container, routes
from app.usecases import formview
from app.views import Form
from state.visit import page_load, visit_of, visitor_of


class ApplyState(rx.State):
    """The resident's form, as far as it is filled in."""

    form: Form = Form()

    @rx.event
    @page_load
    async def load(self) -> None:
        """Show the draft, or a form prefilled from the account."""
        visit = visit_of(self)
        actor = (await visitor_of(self)).resident()
        self.form = await formview.for_service(
            container.parts(),
            actor,
            visit.part(routes.APPLY, "key"),
            checked=routes.CHECKED in visit.query,
        )
