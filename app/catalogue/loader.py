"""Loading the catalogue: one TOML file per public service, each checked whole."""

import hashlib
from collections.abc import Set as AbstractSet
from pathlib import Path

from app.catalogue.form import read_fields, read_requirements
from app.catalogue.tables import CatalogueError, Table, read_table
from app.domain.catalogue import (
    Act,
    Catalogue,
    Category,
    ChainLink,
    Fee,
    Law,
    Letter,
    Promise,
    Service,
    TimeUnit,
)
from app.domain.identity import STAFF, Role

#: The services that Loket ships.
SERVICES = Path(__file__).parent / "services"

__all__ = ["SERVICES", "CatalogueError", "load", "read_service"]


def load(folder: Path, *, templates: AbstractSet[str]) -> Catalogue:
    """Return all services of `folder`, in the order in which they are shown.

    Args:
        folder: holds one `{key}.toml` per service.
        templates: the names of the letter templates there are.

    Raises:
        CatalogueError: a file is wrong; says which, where and why.
    """
    files = sorted(folder.glob("*.toml"))
    digest = hashlib.sha256()
    services: list[Service] = []
    for file in files:
        data = file.read_bytes()
        digest.update(file.name.encode() + b"\0" + data)
        services.append(read_service(file.stem, _decode(file.name, data), templates=templates))
    services.sort(key=lambda service: (service.order, service.key))
    return Catalogue(tuple(services), digest.hexdigest()[:12])


def _decode(name: str, data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise CatalogueError(name, line, "is not UTF-8") from None


def read_service(key: str, text: str, *, templates: AbstractSet[str]) -> Service:
    """Return the service that the TOML `text` defines; its file is called `{key}.toml`.

    Raises:
        CatalogueError: the text is wrong; says where and why.
    """
    table = read_table(f"{key}.toml", text, "service")
    table.only(
        *("name", "short", "summary", "category", "order", "popular", "keywords", "notes"),
        *("fields", "requirements", "chain", "letter", "time", "fee", "legal_basis"),
        *("retention_years", "handed_to"),
    )
    fields = read_fields(table)
    return Service(
        key=key,
        name=table.text("name"),
        short=table.text("short" if table.has("short") else "name"),
        summary=table.text("summary"),
        category=table.word("category", Category, "has the unknown category"),
        order=table.integer("order", least=1, most=9999),
        popular=table.flag("popular", default=False),
        keywords=table.strings("keywords"),
        notes=table.texts("notes"),
        fields=fields,
        requirements=read_requirements(table, fields),
        chain=_chain(table),
        letter=_letter(table.table("letter", "letter"), templates),
        time=_promise(table.table("time", "time")),
        fee=_fee(table.table("fee", "fee")),
        legal_basis=_laws(table),
        retention_years=table.integer("retention_years", least=1, most=100),
        handed_to=table.maybe_text("handed_to"),
    )


def _chain(parent: Table) -> tuple[ChainLink, ...]:
    """Return who initials and signs: each role once, one signature, and that last."""
    links: list[ChainLink] = []
    for table in parent.tables("chain", "chain link"):
        table.only("role", "act")
        role = table.word("role", Role, "has the unknown role")
        if role not in STAFF:
            table.fail(f"has the role '{role}', which signs nothing", "role")
        if any(link.role is role for link in links):
            table.fail(f"has the role '{role}' again", "role")
        if links and links[-1].act is Act.SIGN:
            table.fail("comes after the signature")
        links.append(ChainLink(role, table.word("act", Act, "has the unknown act")))
    if not links or links[-1].act is not Act.SIGN:
        parent.fail("needs a 'chain' that ends in a signature", "chain")
    return tuple(links)


def _letter(table: Table, templates: AbstractSet[str]) -> Letter:
    table.only("template", "title", "code")
    template = table.string("template")
    if template not in templates:
        table.fail(f"names the template '{template}', which does not exist", "template")
    return Letter(template, table.text("title"), table.string("code", like=r"[0-9]{3}(\.[0-9]+)*"))


def _promise(table: Table) -> Promise:
    units = [unit for unit in TimeUnit if table.has(unit.value)]
    table.only("published", *TimeUnit)
    if len(units) != 1:
        table.fail("needs either 'minutes' or 'working_days'")
    amount = table.integer(units[0].value, least=1, most=10_000)
    return Promise(amount, units[0], table.flag("published", default=True))


def _fee(table: Table) -> Fee:
    table.only("rupiah", "note")
    rupiah = table.maybe_integer("rupiah", least=0, most=10**9)
    note = table.maybe_text("note")
    if rupiah is None and note is None:
        table.fail("needs 'rupiah', or a 'note' that says how it is reckoned")
    return Fee(rupiah, note)


def _laws(parent: Table) -> tuple[Law, ...]:
    laws: list[Law] = []
    for table in parent.tables("legal_basis", "legal basis"):
        table.only("citation", "subject")
        laws.append(Law(table.string("citation"), table.text("subject")))
    if not laws:
        parent.fail("lacks a 'legal_basis'", "legal_basis")
    return tuple(laws)
