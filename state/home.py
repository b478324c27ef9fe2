"""The first page."""

import reflex as rx

from app import container
from app.usecases import services
from app.views import ServiceCard
from state.visit import page_load


class HomeState(rx.State):
    """The services most asked for."""

    popular: list[ServiceCard] = []

    @rx.event
    @page_load
    async def load(self) -> None:
        """Show what most people come for."""
        self.popular = services.popular(container.parts())
