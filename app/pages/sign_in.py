"""Sign in, for a person who needs to before going on."""

import reflex as rx
from reflex.vars import FunctionStringVar

from app.pages.frame import framed
from app.pages.page import Page
from app.routes import BACK, HOME, SIGN_IN, SIGN_IN_START
from app.texts import say
from components.links import link
from components.live import live
from components.notice import notice
from state.sign_in import SignInState


def sign_in() -> rx.Component:
    """Why signing in is needed, what went wrong if it did, and the way to do it."""
    return framed(
        rx.el.section(
            rx.el.h1(say("sign_in.title")),
            rx.cond(
                live(SignInState.problem) != "",
                rx.cond(live(SignInState.is_again), _why("turn"), _why("problem")),
            ),
            rx.cond(~live(SignInState.is_again), rx.el.p(say("sign_in.lead"))),
            rx.el.p(
                rx.el.a(
                    say("shell.sign_in"),
                    href=f"{link(SIGN_IN_START)}?{BACK}={_quoted(live(SignInState.back))}",
                    class_name="b",
                )
            ),
            rx.cond(~live(SignInState.is_again), _without()),
            class_name="card stack",
        ),
        offers_sign_in=False,
    )


def _without() -> rx.Component:
    return rx.el.p(say("sign_in.without"), " ", rx.el.a(say("sign_in.home"), href=link(HOME)))


def _why(kind: str) -> rx.Component:
    return notice(rx.el.p(live(SignInState.problem)), kind=kind, role="alert")


def _quoted(address: rx.Var[str]) -> rx.Var[str]:
    """Return an address as it may stand inside another's query."""
    return FunctionStringVar.create("encodeURIComponent").call(address)


PAGE = Page(SIGN_IN, sign_in, "title.sign_in", (SignInState.load,))
