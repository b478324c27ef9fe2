"""The office's queue; the open page follows what happens in it."""

import reflex as rx

from app import container
from app.ssr import tabs
from app.usecases import queue
from app.usecases.parts import office_topic
from app.views import Queue
from state.visit import page_load, visit_of, visitor_of


class QueueState(rx.State):
    """The cases of the offices in which the person works."""

    queue: Queue = Queue()

    @rx.event
    @page_load
    async def load(self) -> None:
        """List the part of the queue that the address names."""
        query = visit_of(self).query
        actor = (await visitor_of(self)).staff()
        with tabs.watching(self, *map(office_topic, actor.offices())):
            self.queue = await queue.waiting(
                container.parts(),
                actor,
                query.get("tampil", ""),
                query.get("cari", "").strip()[:100],
                query.get("sesudah", ""),
            )
