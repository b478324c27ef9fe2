"""The catalogue and one service."""

import reflex as rx

from app import container, routes
from app.usecases import services
from app.views import ServiceCard, ServiceDetail
from state.visit import page_load, visit_of


class ServicesState(rx.State):
    """All services, or those that were searched for."""

    services: list[ServiceCard] = []
    search: str = ""

    @rx.event
    @page_load
    async def load(self) -> None:
        """List what the address searches for."""
        self.search = visit_of(self).query.get("cari", "").strip()[:100]
        self.services = services.found(container.parts(), self.search)


class ServiceState(rx.State):
    """One service."""

    service: ServiceDetail = ServiceDetail()

    @rx.event
    @page_load
    async def load(self) -> None:
        """Show the service that the address names."""
        key = visit_of(self).part(routes.SERVICE, "key")
        self.service = services.one(container.parts(), key)
