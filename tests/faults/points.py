"""Every named point of the product, as its own sources declare them."""

import ast
from functools import cache

from app.jobs.tasks import jobs
from tests.architecture.sources import modules


@cache
def points() -> tuple[str, ...]:
    """Return the names of all points, sorted."""
    found = {f"jobs.{_short(name)}.{end}" for name in jobs.tasks for end in ("begun", "done")}
    for module in modules().values():
        for node in ast.walk(module):
            if isinstance(node, ast.Call):
                found |= _declared(node)
    return tuple(sorted(found))


def _declared(call: ast.Call) -> set[str]:
    named = [word.value for word in call.args if isinstance(word, ast.Constant)]
    if len(named) != 1 or len(call.args) != 1:
        return set()
    (name,) = map(str, named)
    if ast.unparse(call.func).rpartition(".")[2] == "at":
        return {name}
    if isinstance(call.func, ast.Attribute) and call.func.attr == "open_work":
        return {f"{name}.commit", f"{name}.committed"}
    return set()


def _short(task: str) -> str:
    return task.removeprefix("loket.")
