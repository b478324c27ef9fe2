"""What docs/asvs.md says of each requirement names what is there, and leaves none out."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

_PAGE = ROOT / "docs/asvs.md"
_IDS = Path(__file__).with_name("asvs.txt")
_VERDICTS = ("met", "does not apply", "NOT MET")
_ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([^|]+) \| ([^|]+) \| (.+) \|$", re.MULTILINE)
_NAMED = re.compile(r"`([\w./-]+)::([\w.]+)`")
_LINK = re.compile(r"\[[^]]+\]\(([\w./-]+\.md)#([\w-]+)\)")
_OPEN = re.compile(r"^- \*\*([\d., ]+)\*\*", re.MULTILINE)


@cache
def _page() -> str:
    return _PAGE.read_text(encoding="utf-8")


def _rows() -> list[tuple[str, str, str, str]]:
    return _ROW.findall(_page())


def test_every_requirement_is_there_once_and_no_other():
    assert [number for number, *_ in _rows()] == _IDS.read_text(encoding="utf-8").split()


def test_every_verdict_is_one_of_three_and_they_are_counted():
    verdicts = Counter(verdict for _, _, verdict, _ in _rows())
    assert verdicts.keys() <= set(_VERDICTS)
    counted = ", ".join(f"{verdicts[one]} {one}" for one in _VERDICTS)
    assert f"**{verdicts.total()} requirements: {counted}.**" in _page()


def test_what_is_not_met_is_said_at_the_top_with_what_will_be_done():
    said = [number for some in _OPEN.findall(_page()) for number in some.split(", ")]
    open_ones = [number for number, _, verdict, _ in _rows() if verdict == "NOT MET"]
    assert sorted(said) == sorted(open_ones)


def test_what_is_met_names_what_meets_it():
    bare = [
        number
        for number, _, verdict, shown in _rows()
        if verdict == "met" and not (_NAMED.search(shown) or _LINK.search(shown))
    ]
    assert bare == []


@pytest.mark.parametrize("place", sorted({place for place, _ in _NAMED.findall(_page())}))
def test_every_name_is_in_its_file(place: str):
    path = ROOT / place
    assert path.is_file(), place
    asked = {name for file, name in _NAMED.findall(_page()) if file == place}
    assert asked - _names_in(path) == set()


def test_every_link_leads_to_a_heading():
    broken = [
        f"{file}#{heading}"
        for file, heading in _LINK.findall(_page())
        if heading not in _headings(_PAGE.parent / file)
    ]
    assert broken == []


def _names_in(path: Path) -> set[str]:
    """Return what a file defines; of scripts, every word in it."""
    text = path.read_text(encoding="utf-8")
    return set(re.findall(r"\w+", text)) if path.suffix != ".py" else _defined(ast.parse(text))


def _defined(node: ast.Module | ast.ClassDef, within: str = "") -> set[str]:
    found: set[str] = set()
    for part in node.body:
        match part:
            case ast.ClassDef():
                found |= {within + part.name} | _defined(part, f"{within}{part.name}.")
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                found.add(within + part.name)
            case ast.Assign(targets=targets):
                named = (one for target in targets for one in ast.walk(target))
                found |= {within + one.id for one in named if isinstance(one, ast.Name)}
            case ast.AnnAssign(target=ast.Name(id=name)):
                found.add(within + name)
            case _:
                continue
    return found


@cache
def _headings(path: Path) -> frozenset[str]:
    """Return the anchors that readers of Markdown make of the headings of a page."""
    titles = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return frozenset(re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles)
