"""Letters that wait for my initial or signature."""

import reflex as rx

from app import container
from app.ssr import tabs
from app.usecases import queue
from app.usecases.parts import office_topic
from app.views import SigningLine
from state.visit import page_load, visitor_of


class SigningState(rx.State):
    """What is mine to initial or sign."""

    lines: list[SigningLine] = []

    @rx.event
    @page_load
    async def load(self) -> None:
        """List it, longest waiting first."""
        actor = (await visitor_of(self)).staff()
        with tabs.watching(self, *map(office_topic, actor.offices())):
            self.lines = await queue.to_sign(container.parts(), actor)
