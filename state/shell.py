"""What every page's shell shows: who is looking, and what was just done."""

import reflex as rx

from app import container, routes
from app.domain.errors import LoginNeeded
from app.texts import knows, say
from app.usecases import account
from app.views import Viewer
from state.visit import page_load, visit_of, visitor_of


class ShellState(rx.State):
    """The shell."""

    viewer: Viewer = Viewer()
    flash: str = ""
    flash_kind: str = ""

    @rx.event
    @page_load
    async def load(self) -> None:
        """Recognise the viewer; a stranger is one too."""
        try:
            visitor = await visitor_of(self)
        except LoginNeeded:
            visitor = None
        self.viewer = await account.viewer(container.parts(), visitor)
        news = visit_of(self).query.get(routes.NEWS, "")
        key = news if news.startswith("error.") else f"flash.{news}"
        self.flash = say(key) if knows(key) else ""
        self.flash_kind = "problem" if key.startswith(("error.", "flash.problem")) else "done"
