"""The one stylesheet, which every phone fetches, holds nothing that no page uses."""

import re

from tests.architecture.sources import ROOT

_WRITERS = ("app", "components")
_RULE = re.compile(r"\{[^{}]*\}|/\*.*?\*/", re.DOTALL)
_CLASS = re.compile(r"\.([a-z][\w-]*)", re.IGNORECASE)


def test_each_class_that_is_styled_is_named_where_pages_are_made():
    selectors = _RULE.sub(" ", (ROOT / "assets" / "app.css").read_text())
    files = [path for folder in _WRITERS for path in (ROOT / folder).rglob("*")]
    words = {
        word
        for path in files
        if path.suffix in (".py", ".js")
        for word in re.findall(r"[\w-]+", path.read_text())
    }
    styled = set(_CLASS.findall(selectors))
    assert "card" in styled
    assert styled - words == set()
