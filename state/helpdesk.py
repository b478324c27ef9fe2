"""Help."""

import reflex as rx

from app import container
from app.usecases import helpdesk
from app.views import Contact
from state.visit import page_load


class HelpState(rx.State):
    """The offices that help."""

    contacts: list[Contact] = []

    @rx.event
    @page_load
    async def load(self) -> None:
        """List them."""
        self.contacts = await helpdesk.contacts(container.parts())
