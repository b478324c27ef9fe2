"""The product's own source files, read once."""

import ast
import shutil
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = ("app", "components", "state", "storage")
_MADE = {".web", ".loket", ".states", ".build", ".artifacts", "__pycache__", "node_modules"}
_MADE |= {".pytest_cache", ".ruff_cache", ".import_linter_cache", ".hypothesis", "test-results"}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def modules() -> dict[str, ast.Module]:
    """Return every module of the product by its path from the root."""
    return {
        str(path.relative_to(ROOT)): ast.parse(path.read_text(encoding="utf-8"))
        for folder in FOLDERS
        for path in sorted((ROOT / folder).rglob("*.py"))
    }


def imports(module: ast.Module) -> set[str]:
    """Return what a module imports, as dotted names."""
    found: set[str] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found |= {node.module} | {f"{node.module}.{name.name}" for name in node.names}
    return found


def functions(module: ast.Module) -> list[Function]:
    """Return every function and method of a module."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(module) if isinstance(node, kinds)]


def decorators(function: Function) -> list[str]:
    """Return how a function is decorated, the outermost first."""
    return [ast.unparse(one) for one in function.decorator_list]


@cache
def tracked() -> tuple[Path, ...]:
    """Return every file that is, or would be, committed; without git, all that is not made."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    if not shutil.which("git") or not (ROOT / ".git").exists():
        return tuple(path for path in ROOT.rglob("*") if path.is_file() and not _is_made(path))
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return tuple(ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file())


def _is_made(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    return any(part in _MADE or part.startswith((".venv", ".git")) for part in parts[:-1])
