"""My data."""

import reflex as rx

from app import container
from app.usecases import account
from app.views import Account
from state.visit import page_load, visitor_of


class AccountState(rx.State):
    """What Loket keeps about the person who is signed in."""

    account: Account = Account()

    @rx.event
    @page_load
    async def load(self) -> None:
        """Show it."""
        self.account = await account.account(container.parts(), await visitor_of(self))
