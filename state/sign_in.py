"""The page before the provider's own."""

import reflex as rx

from app.texts import knows, say
from state.visit import page_load, visit_of


class SignInState(rx.State):
    """Why signing in did not work, and where to go on."""

    problem: str = ""
    back: str = ""

    @rx.event
    @page_load
    async def load(self) -> None:
        """Read both from the address."""
        query = visit_of(self).query
        key = f"sign_in.problem_{query.get('masalah', '')}"
        self.problem = say(key) if knows(key) else ""
        self.back = query.get("kembali", "")
