"""The page before the provider's own."""

from urllib.parse import urlencode

import reflex as rx

from app import routes
from app.ssr.outcomes import PageRedirect
from app.texts import knows, say
from state.visit import page_load, visit_of


class SignInState(rx.State):
    """Why signing in did not work, and where to go on."""

    problem: str = ""
    is_again: bool = False  # nothing went wrong: they are asked once more
    back: str = ""

    @rx.event
    @page_load
    async def load(self) -> None:
        """Go straight on to the provider, unless that was tried and did not work."""
        query = visit_of(self).query
        self.back = query.get(routes.BACK, "")
        why = query.get("masalah", "")
        key = f"sign_in.problem_{why}"
        if not knows(key):
            back = {routes.BACK: self.back} if self.back else {}
            raise PageRedirect(f"{routes.SIGN_IN_START}?{urlencode(back)}")
        self.problem, self.is_again = say(key), why == "again"
