"""Every address stands once, says who may come, and its handler asks who is there."""

import ast
import inspect
import re
from typing import get_args

import pytest

from app import routes
from app.pages import PAGES, Page
from app.pages.page import Access
from app.web.routes import FORMS
from tests.architecture.sources import decorators, functions, modules

#: These packages know nothing of Loket's addresses; what they serve has its own.
_ELSEWHERE = ("app/embedded/", "app/ssr/", "app/pwa/", "app/routes.py")
_FIRST_WORDS = {path.split("/")[1] for path in vars(routes).values() if str(path).startswith("/")}
_ADDRESS = re.compile(rf"/(?:{'|'.join(sorted(_FIRST_WORDS - {''}))})(?:/|$)")


def test_no_address_stands_twice_among_the_routes():
    named = [value for name, value in vars(routes).items() if name.isupper() and "/" in str(value)]
    assert sorted(named) == sorted(set(named))


def test_no_address_is_spelled_outside_the_routes():
    spelled = [
        (path, node.value)
        for path, module in modules().items()
        if not path.startswith(_ELSEWHERE)
        for node in ast.walk(module)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and _ADDRESS.match(node.value)
    ]
    assert spelled == []


def test_every_page_has_an_address_of_its_own_and_says_who_may_come():
    assert len({page.route for page in PAGES}) == len(PAGES)
    assert {page.access for page in PAGES} <= set(get_args(Access))


def test_only_a_page_for_anyone_whose_address_names_no_case_or_letter_is_shared():
    shared = {page.route for page in PAGES if page.is_shared}
    assert shared <= {page.route for page in PAGES if page.access == "anyone"}
    assert {route for route in shared if "[" in route} == {routes.SERVICE}


def test_every_plain_route_stands_once_and_says_who_may_come():
    assert len({(path, method) for path, _, method, _ in FORMS}) == len(FORMS)
    assert {access for *_, access in FORMS} <= {*get_args(Access), "link"}


def test_every_plain_handler_can_be_refused():
    assert [handler for _, handler, *_ in FORMS if not hasattr(handler, "__wrapped__")] == []


@pytest.mark.parametrize("route", [row for row in FORMS if row[3] not in ("anyone", "link")])
def test_a_plain_handler_that_is_not_for_anyone_asks_who_is_there(route: tuple):
    handler = inspect.unwrap(route[1])
    assert "visitor_of(request)" in inspect.getsource(handler)
    if route[3] == "staff":
        assert ".staff()" in inspect.getsource(handler)


def test_a_handler_for_holders_of_a_link_opens_it():
    for _, handler, _, access in FORMS:
        if access == "link":
            assert "open_link(" in inspect.getsource(inspect.unwrap(handler))


def test_every_event_handler_is_a_page_load_or_says_how_it_is_refused():
    bare = [
        (path, function.name)
        for path, module in modules().items()
        if path.startswith("state/")
        for function in functions(module)
        if "rx.event" in decorators(function) and decorators(function)[-1] != "page_load"
    ]
    assert bare == []


def test_nothing_in_the_states_can_be_called_but_by_an_event():
    """A method without `@rx.event` must be private: Reflex would offer it to everyone."""
    open_doors = [
        (path, function.name)
        for path, module in modules().items()
        if path.startswith("state/")
        for one in module.body
        if isinstance(one, ast.ClassDef) and any("State" in ast.unparse(b) for b in one.bases)
        for function in functions(ast.Module(one.body, []))
        if not function.name.startswith("_")
        and not any(how.startswith(("rx.event", "rx.var")) for how in decorators(function))
    ]
    assert open_doors == []


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.access != "anyone"], ids=lambda page: page.route
)
def test_a_page_that_is_not_for_anyone_asks_who_is_there(page: Page):
    assert page.loads
    for load in page.loads:
        source = inspect.getsource(inspect.unwrap(load.fn))
        assert "visitor_of(self)" in source
        if page.access == "staff":
            assert ".staff()" in source
