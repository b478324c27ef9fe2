"""The pages that a browser sees: plain HTML, no script, nothing fetched."""

from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from pathlib import Path

from app.embedded.identity.words import WORDS, Language

_STYLE = Path(__file__).with_name("page.css").read_text(encoding="utf-8")
_STYLE_HASH = b64encode(sha256(_STYLE.encode()).digest()).decode()
_MARK = (
    '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 10V8l8-5 8 5v2M5 10h14M6 10v8m12-8v8'
    'M3 21h18M4 18h16M10 18v-4h4v4"/></svg>'
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """What the sign-in page shows.

    Attributes:
        problem: a sentence on what went wrong with the last try, empty for none.
        samples: account name and the address that fills it in, in display order.
        cancel: where the page leads who does not want to sign in.
    """

    language: Language
    username: str
    problem: str
    password_hint: str
    samples: Iterable[tuple[str, str]]
    cancel: str


def sign_in_page(shown: SignIn) -> str:
    """Return the page that asks for an account's name and password."""
    words = WORDS[shown.language]
    wrong = ' aria-invalid="true" aria-describedby="problem"' if shown.problem else ""
    # The first field that still needs something.
    focus = ("", " autofocus") if shown.username else (" autofocus", "")
    problem = (
        f'<p class="problem" id="problem" role="alert">{escape(shown.problem)}</p>'
        if shown.problem
        else ""
    )
    samples = "".join(
        f'<li><a href="{escape(link)}"{" aria-current=true" if name == shown.username else ""}>'
        f"{escape(name)}</a></li>"
        for name, link in shown.samples
    )
    return _document(
        shown.language,
        words["title"],
        f"""<div><h1>{words["title"]}</h1><p class="muted">{words["lead"]}</p></div>
{problem}<form class="card" method="post" autocomplete="on">
<label>{words["username"]}<input name="username" value="{escape(shown.username)}" required
 autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="64"
{wrong}{focus[0]}></label>
<label>{words["password"]}<input name="password" type="password" required
 autocomplete="current-password" maxlength="128"{wrong}{focus[1]}></label>
<button>{words["submit"]}</button></form>
<section class="demo"><p><strong>{words["demo"]}.</strong> {words["demo_lead"]}
<code>{escape(shown.password_hint)}</code></p><ul>{samples}</ul></section>
<a class="back" href="{escape(shown.cancel)}">{words["cancel"]}</a>""",
    )


def notice_page(language: Language, key: str, home: str) -> str:
    """Return a page that says one thing (`bad` or `out`) and leads home."""
    words = WORDS[language]
    return _document(
        language,
        words[f"{key}_title"],
        f"""<div class="card"><h1>{words[f"{key}_title"]}</h1><p>{words[f"{key}_lead"]}</p></div>
<a class="back" href="{escape(home)}">{words["home"]}</a>""",
    )


def content_security(form_target: str) -> str:
    """Return the policy of these pages; the form may end at `form_target`, a web address."""
    # A policy cannot name an IPv6 address.
    target = "http:" if "[" in form_target else form_target
    return (
        f"default-src 'none'; img-src data:; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; "
        f"form-action 'self' {target}; frame-ancestors 'none'"
    )


def _document(language: Language, title: str, body: str) -> str:
    return f"""<!DOCTYPE html>
<html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><link rel="icon" href="data:,">
<style>{_STYLE}</style></head>
<body><main><div class="brand">{_MARK}Loket</div>
{body}
</main></body></html>
"""
