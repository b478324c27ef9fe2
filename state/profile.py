"""The questions of the first sign-in."""

import reflex as rx

from app import container, routes
from app.usecases import profile
from app.views import ProfileForm
from state.visit import page_load, visit_of, visitor_of


class ProfileState(rx.State):
    """NIK, name and phone."""

    form: ProfileForm = ProfileForm()

    @rx.event
    @page_load
    async def load(self) -> None:
        """Show the questions, with what was typed before."""
        query = visit_of(self).query
        visitor = await visitor_of(self)
        self.form = await profile.form(
            container.parts(),
            visitor.actor,
            back=query.get(routes.BACK, ""),
            checked=routes.CHECKED in query,
        )
