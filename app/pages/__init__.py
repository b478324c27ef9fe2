"""Every page of Loket."""

from app.pages import (
    account,
    apply,
    case,
    helpdesk,
    home,
    lost,
    my_cases,
    queue,
    review,
    services,
    sign_in,
    signing,
    track,
    verify,
)
from app.pages.lost import NOT_FOUND
from app.pages.page import Page

__all__ = ["NOT_FOUND", "PAGES", "Page"]

PAGES: tuple[Page, ...] = (
    home.PAGE,
    *services.PAGES,
    apply.PAGE,
    my_cases.PAGE,
    case.PAGE,
    *track.PAGES,
    *verify.PAGES,
    *account.PAGES,
    sign_in.PAGE,
    queue.PAGE,
    signing.PAGE,
    review.PAGE,
    helpdesk.PAGE,
    lost.PAGE,
)
