"""Whatever changes something names the points at which it may be killed (`tests/faults`)."""

import ast
import inspect
import itertools
from collections import Counter
from functools import cache

import pytest

from app.jobs.tasks import jobs
from tests.architecture.sources import Function, functions, modules
from tests.faults.points import name_in, points
from tests.faults.shards import ELSEWHERE, SHARDS

#: Calls on a work by which rows change, or are held so that they may be.
_CHANGING = {"enqueue", "announce", "add", "save", "grant", "revoke", "end", "seen", "signed_in"}
_CHANGING |= {"replace", "made_by_form", "say", "record", "next_number", "delete", "forget"}
_CHANGING |= {"add_piece", "forget_pieces", "end_all_of", "end_others", "forget_begun_before"}
_USECASES = [path for path in modules() if path.startswith("app/usecases/")]


@cache
def changing_functions() -> set[str]:
    """Return the functions that change something of the work that they are given."""
    given = [
        function
        for path in _USECASES
        for function in functions(modules()[path])
        if any(argument.arg == "work" for argument in function.args.args)
    ]
    found: set[str] = set()
    while True:
        more = {one.name for one in given if _changes(one.body, found)} - found
        if not more:
            return found
        found |= more


def _changes(body: list[ast.stmt], functions_that_do: set[str]) -> bool:
    calls = [one for line in body for one in ast.walk(line) if isinstance(one, ast.Call)]
    return any(_is_change(call, functions_that_do) for call in calls)


def _is_change(call: ast.Call, functions_that_do: set[str]) -> bool:
    called, name = ast.unparse(call.func), ast.unparse(call.func).rpartition(".")[2]
    if called.startswith("work."):
        return name in _CHANGING or any(word.arg == "lock" for word in call.keywords)
    takes_work = any(ast.unparse(argument) == "work" for argument in call.args)
    return takes_work and name in functions_that_do


def _unnamed(function: Function) -> list[ast.AsyncWith]:
    return [
        block
        for block in ast.walk(function)
        if isinstance(block, ast.AsyncWith)
        and any(
            ast.unparse(item.context_expr.func).endswith("open_work")
            and not name_in(item.context_expr)
            for item in block.items
            if isinstance(item.context_expr, ast.Call)
        )
    ]


@pytest.mark.parametrize("path", _USECASES)
def test_a_transaction_that_changes_something_has_a_name(path: str):
    nameless = [
        f"{function.name}:{block.lineno}"
        for function in functions(modules()[path])
        for block in _unnamed(function)
        if _changes(block.body, changing_functions())
    ]
    assert nameless == [], 'say parts.open_work(capacity, "module.function")'


@pytest.mark.parametrize("name", [*jobs.tasks])
def test_a_job_says_when_it_begins_and_when_it_is_done(name: str):
    source = inspect.getsource(inspect.unwrap(jobs.tasks[name].func))
    assert "@_told" in source


def test_every_point_stands_in_one_place():
    named = Counter(
        itertools.chain.from_iterable(
            [name_in(node)]
            for module in modules().values()
            for node in ast.walk(module)
            if isinstance(node, ast.Call)
            and name_in(node)
            and ast.unparse(node.func).rpartition(".")[2] in {"at", "open_work"}
        )
    )
    assert [name for name, times in named.items() if times > 1] == []


def test_there_are_points_at_every_step():
    assert len(points()) >= 40


@pytest.mark.parametrize("point", points())
def test_a_point_is_reached_by_one_part_of_the_matrix_or_it_is_said_why_not(point: str):
    parts = [shard.name for shard in SHARDS if shard.has(point)]
    reasons = [why for beginning, why in ELSEWHERE.items() if point.startswith(beginning)]
    assert len(parts) + len(reasons) == 1, "name it in tests/faults/shards.py, once"


def test_the_matrix_names_no_point_that_there_is_not():
    named = [*ELSEWHERE, *itertools.chain.from_iterable(shard.points for shard in SHARDS)]
    assert [one for one in named if not any(point.startswith(one) for point in points())] == []
