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
    called, name = ast.unparse(call.func).rpartition(".")[2], name_in(call)
    if name and called == "at":
        return {name}
    if name and called == "open_work":
        return {f"{name}.commit", f"{name}.committed"}
    return set()


def name_in(call: ast.Call) -> str:
    """Return the name that `at(name)` or `open_work(capacity, name)` says; empty without one."""
    wanted = 2 if ast.unparse(call.func).endswith("open_work") else 1
    last = call.args[-1] if len(call.args) == wanted else None
    return str(last.value) if isinstance(last, ast.Constant) else ""


def _short(task: str) -> str:
    return task.removeprefix("loket.")
