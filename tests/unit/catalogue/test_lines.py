"""Finding the line of any value in a TOML text."""

import tomllib

import pytest

from app.catalogue.calendar import CALENDAR
from app.catalogue.lines import KeyPath, locate
from app.catalogue.loader import SERVICES

TEXT = """\
# a comment with = and [brackets]
plain = 1 # "quoted
"quoted key" = 'a # b ] }'
dotted.key = true
text = \"\"\"
name = "not a key"
[not.a.table]
\\"\"\" still\"\"\"
raw = '''
x = 1
'''
list = [
  1, # one
  [2,
   3],
  { a = "]", b.c = [4] },
]

[table]
date = 2026-03-01T10:00:00Z
empty = {}
[table.below]
none = []
[[rows]]
a = 1
[[rows]]
a = 2
[[rows.cells]]
b = 1
[[rows.cells]]
b = "}"
[rows.more]
c = 1
"""

WHERE: dict[KeyPath, int] = {
    ("plain",): 2,
    ("quoted key",): 3,
    ("dotted", "key"): 4,
    ("text",): 5,
    ("raw",): 9,
    ("list",): 12,
    ("list", 0): 13,
    ("list", 1): 14,
    ("list", 1, 1): 15,
    ("list", 2, "b", "c", 0): 16,
    ("table",): 19,
    ("table", "empty"): 21,
    ("table", "below", "none"): 23,
    ("rows",): 24,
    ("rows", 1): 26,
    ("rows", 1, "a"): 27,
    ("rows", 1, "cells", 1): 30,
    ("rows", 1, "cells", 1, "b"): 31,
    ("rows", 1, "more", "c"): 33,
}


@pytest.mark.parametrize(("path", "line"), [*WHERE.items()], ids=map(str, WHERE))
def test_each_value_is_found_on_its_line(path, line):
    assert locate(TEXT)[path] == line
    assert locate(TEXT.replace("\n", "\r\n"))[path] == line


def paths(value: object, path: KeyPath = ()) -> set[KeyPath]:
    """Return the path of every value within a parsed document."""
    inside = value.items() if isinstance(value, dict) else ()
    inside = enumerate(value) if isinstance(value, list) else inside
    return {path}.union(*(paths(below, (*path, key)) for key, below in inside))


@pytest.mark.parametrize("text", [TEXT, *(f.read_text() for f in sorted(SERVICES.glob("*.toml")))])
def test_every_value_that_tomllib_reads_has_a_line(text):
    assert set(locate(text)) | {()} == paths(tomllib.loads(text))


def test_the_calendar_is_located_too():
    text = CALENDAR.read_text()
    assert set(locate(text)) | {()} == paths(tomllib.loads(text))
