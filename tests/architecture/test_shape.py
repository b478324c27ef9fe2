"""The house keeps its shape: small files, short functions, floors that keep to themselves."""

import re

import pytest

from tests.architecture.sources import ROOT, functions, imports, modules, tracked

LONGEST_FILE, LONGEST_FUNCTION = 300, 40


def test_no_file_is_longer_than_a_person_reads():
    long = {
        path: length
        for path in modules()
        if "/migrations/" not in path
        and (length := len((ROOT / path).read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_no_function_is_longer_than_a_screen():
    long = {
        f"{path}:{function.lineno} {function.name}": length
        for path, module in modules().items()
        if "/migrations/" not in path
        for function in functions(module)
        if (length := (function.end_lineno or 0) - function.lineno + 1) > LONGEST_FUNCTION
    }
    assert long == {}


def test_there_is_no_drawer_for_everything():
    drawers = {"utils.py", "helpers.py", "misc.py", "common.py"}
    assert [path for path in tracked() if path.name in drawers] == []


def test_no_type_is_argued_away():
    ignored = re.compile("type" + r":\s*ignore|pyright" + r":\s*ignore")
    guilty = [path for path in modules() if ignored.search((ROOT / path).read_text())]
    assert guilty == []


@pytest.mark.parametrize("path", [path for path in modules() if path.startswith("state/")])
def test_a_state_knows_no_other_state_and_no_table(path: str):
    found = imports(modules()[path])
    others = {name for name in found if name.split(".")[0] == "state"}
    assert {name for name in others if not name.startswith("state.visit")} == set()
    assert not {name for name in found if name.startswith(("app.db", "sqlmodel", "sqlalchemy"))}


@pytest.mark.parametrize("path", [path for path in modules() if path.startswith("components/")])
def test_a_component_knows_values_only(path: str):
    forbidden = ("state", "app.db", "app.usecases", "app.container", "app.pages", "app.web")
    found = imports(modules()[path])
    assert not {name for name in found if name.startswith(forbidden)}


def test_nobody_commits_but_the_one_who_opens_the_work():
    guilty = [
        path
        for path in modules()
        if not path.startswith(("app/db/", "app/embedded/"))
        and ".commit()" in (ROOT / path).read_text(encoding="utf-8")
    ]
    assert guilty == []
