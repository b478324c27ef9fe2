"""What every page's shell shows: who is looking, and what was just done."""

import reflex as rx

from app import container
from app.domain.errors import LoginNeeded
from app.ssr import tabs
from app.ssr.state_run import is_server_rendering
from app.texts import knows, say
from app.usecases import account, outages
from app.views import Viewer
from state.visit import page_load, visit_of, visitor_of


class ShellState(rx.State):
    """The shell."""

    viewer: Viewer = Viewer()
    away: list[str] = []  # what does not work just now, see app.usecases.outages
    once_flash: str = ""
    once_flash_kind: str = ""

    @rx.event
    @page_load
    async def load(self) -> None:
        """Recognise the viewer; a stranger is one too."""
        try:
            visitor = await visitor_of(self)
        except LoginNeeded:
            visitor = None
        self.viewer = await account.viewer(container.parts(), visitor)
        with tabs.watching(self, outages.TOPIC):
            self.away = sorted(container.outages().away)
        if is_server_rendering():  # the document says it, and what follows it says it no more
            self._tell(visit_of(self).news)

    def _tell(self, news: str) -> None:
        key = news if news.startswith("error.") else f"flash.{news}"
        self.once_flash = say(key) if knows(key) else ""
        self.once_flash_kind = "problem" if key.startswith(("error.", "flash.problem")) else "done"
