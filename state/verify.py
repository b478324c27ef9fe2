"""Checking a letter."""

import reflex as rx

from app import container, routes
from app.texts import knows, say
from app.usecases import verify
from app.views import Verdict
from state.visit import page_load, visit_of

#: In the query after a file was checked: the sealed verdict.
SEALED = "hasil"
#: In the query after a file could not be checked: what was wrong with it.
WRONG = "masalah"


class VerifyState(rx.State):
    """What Loket says of a letter."""

    verdict: Verdict = Verdict()
    typed: str = ""
    problem: str = ""

    @rx.event
    @page_load
    async def load(self) -> None:
        """Check the code that the address names, or show what was said of a file."""
        visit = visit_of(self)
        self.typed = visit.code(routes.VERIFY_CODE)
        key = f"verify.problem_{visit.query.get(WRONG, '')}"
        self.problem = say(key) if knows(key) else ""
        if self.typed:
            self.verdict = await verify.by_code(container.parts(), self.typed, visit.address)
        elif SEALED in visit.query:
            self.verdict = verify.unsealed(container.parts(), visit.query[SEALED])
