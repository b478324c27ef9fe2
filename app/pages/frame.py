"""The frame of every page, wired to who is looking."""

import reflex as rx

from app.routes import ENGLISH, HOME
from app.texts import language
from components.html import Words
from components.icons import icon
from components.links import link
from components.live import live
from components.shell import Around, shell
from state.shell import ShellState


def framed(
    *content: rx.Component,
    current: str = "",
    is_broad: bool = False,
    offers_sign_in: bool = True,
    is_kept: bool = False,
    form: Words = "",
) -> rx.Component:
    """Show `content` in Loket's frame.

    Args:
        content: the page's own.
        current: its entry in the navigation.
        is_broad: it needs a desk's width.
        offers_sign_in: whether a stranger is asked to sign in.
        is_kept: a phone may keep it, to be shown to the same account without a network.
        form: id of a form that the language may change in; sent as `language`, it keeps what
            was typed.
    """
    return shell(
        Around(
            viewer=live(ShellState.viewer),
            flash=live(ShellState.once_flash),
            flash_kind=live(ShellState.once_flash_kind),
            elsewhere=elsewhere(),
            current=current,
            is_broad=is_broad,
            offers_sign_in=offers_sign_in,
            is_kept=is_kept,
            form=form,
        ),
        *content,
    )


def back(words: str, route: str) -> rx.Component:
    """Show the way back to the page above this one."""
    return rx.el.a(icon("back"), words, href=link(route), class_name="back")


def elsewhere() -> rx.Var[str]:
    """Return the address of this very page in the other language, with what it asks for."""
    url = live(ShellState.router).url
    path, query = url.path, rx.cond(url.query != "", f"?{url.query}", "")
    if language() == "en":
        there = rx.cond(path.length() > len(ENGLISH) + 1, path[len(ENGLISH) :], HOME)
    else:
        there = rx.cond(path == HOME, ENGLISH, ENGLISH + path)
    return rx.Var.create(f"{there}{query}")
