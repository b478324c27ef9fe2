"""My data, where I am signed in, and the first sign-in's questions."""

import reflex as rx
from reflex.vars import ArrayVar, ObjectVar

from app.pages.frame import elsewhere, framed
from app.pages.page import Page
from app.routes import ACCOUNT, BACK, DEVICE, DEVICES, PROFILE, SIGN_OUT
from app.texts import say
from app.views import SessionLine
from components.facts import fact, fact_unless_empty, facts
from components.field import field
from components.html import post
from components.icons import icon
from components.links import link, live_link
from components.live import live
from components.notice import notice, problem_summary
from state.account import AccountState
from state.profile import ProfileState

_PROFILE_FORM = "profile"
_SELF_AND_ONE = 2


def account() -> rx.Component:
    """What Loket knows of me, my sessions, and the way out."""
    return framed(
        rx.el.h1(say("account.title")),
        _data(),
        _sessions(),
        _language(),
        _way_out(),
        current="account",
    )


def _data() -> rx.Component:
    me = live(AccountState.account)
    return rx.el.section(
        rx.el.h2(say("account.data")),
        facts(
            fact(say("account.name"), me.name),
            fact_unless_empty(say("account.nik"), me.nik),
            fact_unless_empty(say("account.birth"), me.birth),
            fact_unless_empty(say("account.region"), me.region),
            fact_unless_empty(say("account.phone"), me.phone),
            rx.foreach(me.roles, lambda role: fact(say("account.role"), role)),
            layout="rows",
        ),
        rx.el.p(say("account.privacy"), class_name="small muted"),
        rx.el.div(rx.el.a(say("account.change"), href=link(PROFILE), class_name="b quiet")),
        class_name="card stack",
    )


def _sessions() -> rx.Component:
    sessions = live(AccountState.account).sessions
    return rx.el.section(
        rx.el.h2(say("account.sessions")),
        rx.el.ul(rx.foreach(sessions, _session), class_name="list"),
        rx.cond(sessions.length() > 1, _others(sessions)),
        class_name="card stack",
    )


def _others(sessions: ArrayVar[list[SessionLine]]) -> rx.Component:
    """Say what to do about a device that is not theirs, and offer to end all at once."""
    return rx.fragment(
        rx.el.p(
            say("account.not_mine"),
            rx.cond(
                live(AccountState.account).must_sign_in_again,
                rx.el.span(" ", say("account.again_first")),
            ),
            class_name="small muted",
        ),
        rx.cond(
            sessions.length() > _SELF_AND_ONE,
            post(
                rx.el.button(say("account.all_out"), type="submit", class_name="b quiet"),
                action=link(DEVICES),
            ),
        ),
    )


def _session(session: ObjectVar[SessionLine]) -> rx.Component:
    return rx.el.li(
        rx.el.div(
            rx.el.strong(session.device),
            rx.cond(
                session.is_this, rx.el.span(" · ", say("account.this_device"), class_name="mark")
            ),
            rx.el.div(say("account.signed_in"), " ", session.since, class_name="small muted"),
            rx.el.div(say("account.last_seen"), " ", session.seen, class_name="small muted"),
        ),
        rx.cond(~session.is_this, _out(session)),
        class_name="row apart",
    )


def _out(session: ObjectVar[SessionLine]) -> rx.Component:
    of_which = rx.el.span(" ", session.device, ", ", session.since, class_name="sr")
    return post(
        rx.el.button(say("account.out"), of_which, type="submit", class_name="b quiet"),
        action=live_link(DEVICE, session=session.name),
    )


def _language() -> rx.Component:
    return rx.el.section(
        rx.el.h2(say("account.language")),
        rx.el.p(
            say("account.language_now"), " ", rx.el.a(say("shell.other_language"), href=elsewhere())
        ),
        class_name="card stack tight",
    )


def _way_out() -> rx.Component:
    return post(
        rx.el.button(say("account.sign_out"), type="submit", class_name="b quiet"),
        action=link(SIGN_OUT),
        data_sign_out=True,
    )


def profile() -> rx.Component:
    """The few things that only the resident can tell, asked once."""
    form = live(ProfileState.form)
    return framed(
        rx.el.header(
            rx.el.h1(say("profile.title")),
            rx.el.p(say("profile.lead"), class_name="muted"),
            class_name="stack tight",
        ),
        problem_summary(form.problems, say("profile.problems_safe")),
        post(
            rx.el.input(type="hidden", name=BACK, value=form.back),
            rx.foreach(form.inputs, field),
            rx.cond(form.warnings.length() > 0, _warnings()),
            rx.el.p(
                icon("seal"), rx.el.span(say("profile.privacy")), class_name="line-up small muted"
            ),
            rx.el.div(
                rx.el.button(say("profile.save"), type="submit", class_name="b"),
                class_name="actions",
            ),
            action=link(PROFILE),
            id=_PROFILE_FORM,
            class_name="stack",
        ),
        current="profile",
        form=_PROFILE_FORM,
    )


def _warnings() -> rx.Component:
    return notice(
        rx.el.h2(say("profile.warnings")),
        rx.el.ul(rx.foreach(live(ProfileState.form).warnings, lambda text: rx.el.li(text))),
        rx.el.label(
            rx.el.input(type="checkbox", name="confirm", value="1"),
            rx.el.span(say("profile.confirm")),
            class_name="choice",
        ),
        kind="turn",
    )


PAGES = (
    Page(ACCOUNT, account, "title.account", (AccountState.load,), "resident"),
    Page(PROFILE, profile, "title.profile", (ProfileState.load,), "resident"),
)
