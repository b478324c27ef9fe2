"""Services as a resident reads them."""

from app import routes
from app.domain.catalogue import Promise, Requirement, Service, TimeUnit
from app.domain.words import number_in_words, rupiah
from app.texts import language, say
from app.views import RequirementLine, ServiceCard, ServiceDetail


def service_card(service: Service) -> ServiceCard:
    """Return a service as a line of a list."""
    spoken = language()
    return ServiceCard(
        key=service.key,
        name=service.name.in_(spoken),
        summary=service.summary.in_(spoken),
        time=promise_in_words(service.time),
        fee=fee_in_words(service),
        category=say(f"category.{service.category}"),
        href=link(routes.SERVICE, key=service.key),
    )


def service_detail(service: Service) -> ServiceDetail:
    """Return a service with all that one should know before applying."""
    spoken = language()
    return ServiceDetail(
        key=service.key,
        name=service.name.in_(spoken),
        summary=service.summary.in_(spoken),
        time=promise_in_words(service.time),
        fee=fee_in_words(service),
        requirements=[_requirement_line(service, need) for need in service.requirements],
        questions=[question.label.in_(spoken) for question in service.fields],
        chain=[
            say(f"chain.{link_.act}", role=say(f"role.{link_.role}")) for link_ in service.chain
        ],
        legal_basis=[f"{law.citation}: {law.subject.in_(spoken)}" for law in service.legal_basis],
        apply_href=link(routes.APPLY, key=service.key),
        notes=[note.in_(spoken) for note in service.notes],
    )


def link(route: str, **parts: str) -> str:
    """Return the address of a page in the language being spoken."""
    return routes.in_language(routes.fill(route, **parts), language())


def promise_in_words(promise: Promise) -> str:
    """Return how long a complete file takes at most."""
    unit = "minutes" if promise.unit is TimeUnit.MINUTES else "working_days"
    unit = "working_day" if unit == "working_days" and promise.amount == 1 else unit
    return say(f"time.{unit}", amount=number_in_words(promise.amount, language()))


def fee_in_words(service: Service) -> str:
    """Return what the resident pays."""
    fee = service.fee
    if fee.is_free:
        return say("fee.free")
    if fee.rupiah is None:
        return fee.note.in_(language()) if fee.note else say("fee.reckoned")
    return rupiah(fee.rupiah, language())


def condition_in_words(service: Service, need: Requirement) -> str:
    """Return when a document is needed, or nothing when it always is."""
    if need.when is None:
        return ""
    asked = next(question for question in service.fields if question.name == need.when.field)
    chosen = [asked.choice(value) for value in need.when.one_of]
    answers = [choice.label.in_(language()) for choice in chosen if choice]
    return say("requirement.when", question=asked.label.in_(language()), answer=" / ".join(answers))


def _requirement_line(service: Service, need: Requirement) -> RequirementLine:
    spoken = language()
    return RequirementLine(
        label=need.label.in_(spoken),
        hint=need.hint.in_(spoken) if need.hint else "",
        required=need.required,
        condition=condition_in_words(service, need),
    )
