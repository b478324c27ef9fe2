"""The catalogue, as anyone may read it."""

from app.domain.catalogue import Category
from app.texts import language
from app.usecases.apply import service_of
from app.usecases.parts import Parts
from app.usecases.present.services import service_card, service_detail
from app.views import ServiceCard, ServiceDetail


def popular(parts: Parts) -> list[ServiceCard]:
    """Return the services most asked for."""
    return [service_card(service) for service in parts.catalogue.popular()]


def found(parts: Parts, search: str) -> list[ServiceCard]:
    """Return the services that a search may mean, best first; by category when it is blank."""
    services = parts.catalogue.search(search, language())
    if not search:
        places = {category: place for place, category in enumerate(Category)}
        services = sorted(services, key=lambda service: places[service.category])
    return [service_card(service) for service in services]


def one(parts: Parts, key: str) -> ServiceDetail:
    """Return one service.

    Raises:
        NotFound: no such service.
    """
    return service_detail(service_of(parts, key))
