"""The scripts of Loket's own. Every page works without them."""

from pathlib import Path

import reflex as rx

from app.ssr.scripts import folder_of

_SOURCES = Path("app/browser")


def script(entry: str) -> rx.Component:
    """Load `app/browser/{entry}.js` once the page has been read in."""
    return rx.el.script(src=f"{folder_of(_SOURCES)}/{entry}.js", type="module")
