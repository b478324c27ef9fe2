"""Plain pages for what goes wrong outside of any page: no scripts, no state, no renderer."""

from html import escape

from starlette.responses import HTMLResponse

from app import routes
from app.domain.guessing import WINDOW
from app.texts import language, say, speaking
from app.web.trouble import RETRY_AFTER

_RETRY_AFTER = {503: RETRY_AFTER, 429: str(int(WINDOW.total_seconds()))}


def response(status: int, *, error_id: str = "") -> HTMLResponse:
    """Return the plain page for an HTTP status: 404, 413, 429, 500 or 503."""
    return HTMLResponse(
        document(status, error_id),
        status_code=status,
        headers={"Cache-Control": "no-store"}
        | ({"Retry-After": _RETRY_AFTER[status]} if status in _RETRY_AFTER else {}),
    )


def for_defect(status: int, error_id: str, path: str) -> str:
    """Return the document for a defect on the page at `path`, with the id to read out."""
    with speaking(routes.language_of(path)):
        return document(status, error_id)


def for_undrawn(path: str) -> str:
    """Return what stands instead of the page at `path` while nothing can draw it."""
    with speaking(routes.language_of(path)):
        title, told = say("lost.undrawn_title"), say("lost.undrawn_text")
        return f"""<main class="lost undrawn"><h1>{escape(title)}</h1><p>{escape(told)}</p>
<p><a class="button" href="">{escape(say("offline.again"))}</a></p></main>"""


def document(status: int, error_id: str) -> str:
    """Return a whole document in the language being spoken."""
    title, told = say(f"lost.{status}_title"), say(f"lost.{status}_text")
    spoken, home = language(), routes.in_language(routes.HOME, language())
    number = say("lost.error_id", id=error_id) if error_id else ""
    asked = routes.in_language(routes.HELP, spoken)
    return f"""<!DOCTYPE html>
<html lang="{spoken}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{escape(title)} - Loket</title><link rel="stylesheet" href="/app.css"></head>
<body><main class="lost"><h1>{escape(title)}</h1><p>{escape(told)}</p><p>{escape(number)}</p>
<p><a class="button" href="{home}">{escape(say("lost.home"))}</a></p>
<p><a href="{asked}">{escape(say("shell.help"))}</a></p></main></body></html>"""
