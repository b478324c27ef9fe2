"""Words for people live in the catalogues: complete in both languages, each one used."""

import ast
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from app.adapters.inspection.kinds import KINDS
from app.embedded.identity.words import WORDS
from app.texts import LANGUAGES

ROOT = Path(__file__).parents[2]
LOCALE = ROOT / "app" / "locale"
#: Where pages and their parts are drawn.
DRAWN = (ROOT / "app" / "pages", ROOT / "components")
#: Everything that may speak.
SPEAKING = (ROOT / "app", ROOT / "components", ROOT / "state")
#: Keys whose last part is decided while the program runs.
DYNAMIC = (
    "act.",
    "category.",
    "chain.",
    "error.",
    "explain.",
    "file.",
    "flash.",
    "lost.",
    "next.",
    "problem.",
    "role.",
    "sign_in.problem_",
    "status.",
    "step.",
    "time.",
    "verify.problem_",
)
#: Attributes that a reader sees or hears.
READ_ALOUD = {"alt", "aria_label", "label", "placeholder", "title"}
_LETTER = re.compile(r"[^\W\d_]")


@cache
def catalogue(language: str) -> dict[str, str]:
    with (LOCALE / f"{language}.po").open("rb") as file:
        return {str(text.id): str(text.string) for text in read_po(file) if text.id}


def sources(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*.py"))


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def draws(call: ast.Call) -> bool:
    """Whether a call makes an element: `rx.el.p(...)`, or one of the parts of a page."""
    return ast.unparse(call.func).startswith("rx.el.") or name_of(call) in {
        "empty",
        "fact",
        "fact_unless_empty",
        "notice",
    }


def calls(path: Path) -> Iterator[ast.Call]:
    tree = ast.parse(path.read_text(), str(path))
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def literals_shown(call: ast.Call) -> Iterator[str]:
    shown = [*call.args, *(word.value for word in call.keywords if word.arg in READ_ALOUD)]
    for value in shown:
        if isinstance(value, ast.Constant) and isinstance(value.value, str):
            yield value.value
        elif isinstance(value, ast.JoinedStr):
            yield from (str(part.value) for part in value.values if isinstance(part, ast.Constant))


def keys_asked_for(path: Path) -> Iterator[str]:
    """Yield every key that is written out in a call of `say` or `knows` of `app.texts`."""
    if "from app.texts import" not in path.read_text():
        return
    for call in calls(path):
        if name_of(call) in {"say", "knows"} and call.args:
            asked = call.args[0]
            either = [asked.body, asked.orelse] if isinstance(asked, ast.IfExp) else [asked]
            yield from (part.value for part in either if isinstance(part, ast.Constant))


@cache
def strings_in_code() -> str:
    return "\n".join(path.read_text() for path in sources(*SPEAKING))


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("path", sources(*DRAWN), ids=lambda path: path.stem)
def test_a_page_shows_no_words_of_its_own(path):
    #: The names of drawings and of kinds are no words: they come first in their calls.
    named = {"empty": 1}
    shown = [
        text
        for call in calls(path)
        if draws(call)
        for text in list(literals_shown(call))[named.get(name_of(call), 0) :]
        if _LETTER.search(text)
    ]
    assert shown == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_that_is_asked_for_exists(language):
    asked = {(path.name, key) for path in sources(*SPEAKING) for key in keys_asked_for(path)}
    assert {pair for pair in asked if pair[1] not in catalogue(language)} == set()


def test_both_languages_say_the_same_things():
    assert catalogue("id").keys() == catalogue("en").keys()


def test_no_text_stands_twice_in_a_catalogue():
    for language in LANGUAGES:
        lines = (LOCALE / f"{language}.po").read_text().splitlines()
        keys = [line for line in lines if line.startswith("msgid ")]
        assert sorted(keys) == sorted(set(keys))


def test_no_text_is_empty():
    empty = {
        (spoken, key) for spoken in LANGUAGES for key, text in catalogue(spoken).items() if not text
    }
    assert empty == set()


def test_both_languages_fill_in_the_same_facts():
    theirs = {key: placeholders(text) for key, text in catalogue("en").items()}
    ours = {key: placeholders(text) for key, text in catalogue("id").items()}
    assert ours == theirs


def test_every_text_is_used():
    code = strings_in_code()
    unused = [
        key
        for key in catalogue("id")
        if not key.startswith(DYNAMIC) and not _is_asked_for(key, code)
    ]
    assert unused == []


@pytest.mark.parametrize("prefix", DYNAMIC)
def test_every_dynamic_prefix_has_texts_and_is_asked_for(prefix):
    assert any(key.startswith(prefix) for key in catalogue("id"))
    assert f'"{prefix}' in strings_in_code()


def test_every_text_of_the_services_is_said_in_both_languages():
    halves = [
        f"{path.name}: {table}"
        for path in sorted((ROOT / "app" / "catalogue").rglob("*.toml"))
        for table in _texts_in(tomllib.loads(path.read_text()))
        if not all(str(table.get(spoken, "")).strip() for spoken in LANGUAGES)
        or placeholders(table["id"]) != placeholders(table["en"])
    ]
    assert halves == []


def _texts_in(value: object) -> Iterator[dict[str, str]]:
    """Yield every table that says something in any language."""
    if isinstance(value, dict):
        if value.keys() & set(LANGUAGES):
            yield value
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            yield from _texts_in(part)


def test_the_demo_sign_in_speaks_both_languages():
    assert WORDS.keys() == set(LANGUAGES)
    assert WORDS["id"].keys() == WORDS["en"].keys()
    assert all(text.strip() for words in WORDS.values() for text in words.values())


def test_every_kind_of_file_has_a_name():
    assert {f"document.kind.{kind}" for kind in KINDS} <= catalogue("id").keys()


@pytest.mark.parametrize("path", sorted((ROOT / "app" / "browser").rglob("*.js")), ids=str)
def test_a_script_speaks_no_words_of_its_own(path):
    comments = re.compile(r"/\*.*?\*/|^\s*//[^\n]*|(?<=[;{,)\s])//[^\n]*", re.DOTALL | re.MULTILINE)
    code = comments.sub("", path.read_text())
    said = re.findall(r"""(["'`])((?:(?!\1)[^\\\n])*)\1""", code)
    # A sentence: a capital, then at least two more words of letters.
    assert [text for _, text in said if re.match(r"[A-Z][a-z]+(?: [a-z]{2,}){2,}", text)] == []


def _is_asked_for(key: str, code: str) -> bool:
    """Whether a key is written out in code, or put together from a prefix and a name there."""
    if f'"{key}"' in code:
        return True
    stems = (key[: at + 1] for at, mark in enumerate(key) if mark in "._")
    return any(f'f"{stem}{{' in code for stem in stems)
