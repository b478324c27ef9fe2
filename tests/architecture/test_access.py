"""Nothing can be asked for that the access matrix does not speak of."""

import reflex as rx
from reflex_base.registry import RegistrationContext

from app.jobs.tasks import jobs
from app.pages import NOT_FOUND, PAGES
from app.web.routes import FORMS
from state.shell import ShellState
from tests.architecture.sources import ROOT
from tests.support.access import HANDLERS, JOBS, ROLES, ROWS, document

#: Reflex's own: they begin a page's life, and set what the page's own state declares.
_REFLEX = {"setvar", "hydrate", "set_is_hydrated", "hydrate_and_load", "on_load_internal"}
_REFLEX |= {"update_vars_internal", "handle_frontend_exception"}


def test_every_route_has_a_row_and_every_row_a_route():
    pages = {("GET", page.route) for page in PAGES if page is not NOT_FOUND}
    plain = {(method, path) for path, _, method, _ in FORMS}
    assert {(row.method, row.route) for row in ROWS} == pages | plain
    assert len(ROWS) == len({(row.method, row.route) for row in ROWS})


def test_the_matrix_says_what_the_routes_and_pages_declare():
    declared = {(method, path): access for path, _, method, access in FORMS}
    declared |= {("GET", page.route): page.access for page in PAGES}
    for row in ROWS:
        access = declared[row.method, row.route]
        assert ("stranger" in row.answers) == (access in ("anyone", "link")), row
        assert access != "staff" or not row.answers & {"resident", "other resident"}, row


def test_every_event_handler_has_a_row():
    assert issubclass(ShellState, rx.State)
    known = {f"state.{name}.load" for name in HANDLERS}
    found = {
        f"{entry.handler.fn.__module__}.{entry.handler.fn.__qualname__}"
        for name, entry in RegistrationContext.get().event_handlers.items()
        if name.rpartition(".")[2] not in _REFLEX
    }
    assert found == known


def test_every_job_has_a_row():
    assert set(JOBS) == set(jobs.tasks)


def test_there_are_as_many_cells_as_were_promised():
    assert len(ROWS) * len(ROLES) * 2 + len(HANDLERS) * len(ROLES) >= 500


def test_the_document_is_the_matrix():
    said = (ROOT / "docs/access.md").read_text(encoding="utf-8")
    assert said == document(), "run python -m tests.support.access"
