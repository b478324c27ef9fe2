"""A small site with everything that a page may do, for the tests of `app.ssr`."""

import asyncio
import html
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

import reflex as rx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from app.ssr.options import Options, configure
from app.ssr.outcomes import PageMissing, PageRedirect
from app.ssr.state_run import is_server_rendering
from app.ssr.tabs import close_sockets, is_refreshing, publish, watched, watching


@dataclass(frozen=True)
class Line:
    at: str
    words: list[str]


@dataclass(frozen=True)
class Case:
    reference: str = ""
    owner: str = ""
    status: str = "draft"
    timeline: list[Line] = field(default_factory=list)


#: Changes while its page reads it.
BUSY = "busy"
CASES = {
    reference: Case(reference, "u1", "submitted", [Line("Mon", ["sent", "</script><b>"])])
    for reference in ("1", "2", BUSY)
}
SAVED: list[dict[str, str]] = []
TASKS: list["asyncio.Task[int]"] = []


def user_of(cookie: str) -> str:
    morsel = SimpleCookie(cookie).get("user")
    return morsel.value if morsel else ""


class CaseState(rx.State):
    case: Case = Case()
    user: str = ""
    clicks: int = 0
    note: str = "<b id='raw'>raw</b>"

    @rx.var
    def heading(self) -> str:
        return f"Case {self.case.reference} of {self.user}"

    @rx.event
    async def load(self):
        self.user = user_of(self.router.headers.cookie)
        if not self.user:
            raise PageRedirect("/sign-in?to=/cases/1")
        reference = self.router.url.path.rpartition("/")[2]
        if reference == "moved":
            return rx.redirect("/cases/1")
        with watching(self, f"case:{reference}"):
            self._read(reference)
            if reference == BUSY and not is_server_rendering() and not is_refreshing():
                TASKS.append(asyncio.create_task(_decide(BUSY, "done")))
                await asyncio.sleep(0)
        return CaseState.chained

    def _read(self, reference: str):
        if reference == "broken":
            raise ZeroDivisionError("a defect, with a secret")
        if reference.startswith("u"):
            self.case = Case(reference, reference, "submitted", [Line("Mon", [reference])])
        elif reference in CASES:
            self.case = CASES[reference]
        else:
            raise PageMissing

    @rx.event
    def chained(self):
        self.note = "<b id='raw'>chained</b>"

    @rx.event
    def click(self):
        self.clicks += 1

    @rx.event
    def gone(self):
        raise PageMissing

    @rx.event
    def leave(self):
        raise PageRedirect("/plain?left=1")

    @rx.event
    def save(self, data: dict[str, str]):
        SAVED.append({"live": data["word"]})
        self.note = data["word"]


@rx.memo
def memo_form(word: rx.Var[str]) -> rx.Component:
    return rx.el.form(
        rx.el.input(name="word", default_value=word),
        rx.el.button("Send too"),
        method="post",
        action="/save",
        id="memo",
    )


def case_page() -> rx.Component:
    case = CaseState.case
    return rx.el.main(
        rx.el.h1(CaseState.heading, id="heading"),
        rx.match(
            case.status,
            ("submitted", rx.el.p("Sent", id="status", data_status="submitted")),
            ("done", rx.el.p("Done", id="status", data_status="done")),
            rx.el.p("Draft", id="status", data_status="draft"),
        ),
        rx.cond(CaseState.is_hydrated, rx.el.p("filled", id="filled")),
        rx.el.ol(
            rx.foreach(
                case.timeline,
                lambda line: rx.el.li(
                    line.at, rx.el.ul(rx.foreach(line.words, lambda word: rx.el.li(word)))
                ),
            ),
            id="timeline",
        ),
        rx.html(CaseState.note, id="note"),
        memo_form(word=CaseState.user),
        rx.el.div(custom_attrs={"data-push": ""}),
        rx.el.button("clicks ", CaseState.clicks, on_click=CaseState.click, id="click"),
        rx.el.button("gone", on_click=CaseState.gone, id="gone"),
        rx.el.button("leave", on_click=CaseState.leave, id="leave"),
    )


def form_page() -> rx.Component:
    """Nothing here is pushed to, so no socket is opened before the first event."""
    return rx.el.main(
        rx.el.form(
            rx.el.label("Word", rx.el.input(name="word", default_value="first", id="word")),
            rx.el.textarea(name="long", default_value="long", id="long"),
            rx.el.select(
                rx.foreach(["a", "b", "c"], lambda name: rx.el.option(name, value=name)),
                name="pick",
                default_value="b",
                id="pick",
            ),
            rx.el.input(type="checkbox", name="yes", default_checked=True, id="yes"),
            rx.el.input(type="file", name="file", id="file"),
            rx.el.button("Send", id="send"),
            method="post",
            action="/save",
            enc_type="multipart/form-data",
            id="plain",
        ),
        rx.el.details(rx.el.summary("More", id="more"), rx.el.p("inside"), id="details"),
        rx.el.form(
            rx.el.input(name="word", id="live-word"),
            rx.el.button("Tell", id="tell"),
            on_submit=CaseState.save,
        ),
        rx.el.p(CaseState.note, id="told"),
        rx.el.button("clicks ", CaseState.clicks, on_click=CaseState.click, id="click"),
    )


def plain_page() -> rx.Component:
    """A document: nothing here answers, so nothing is loaded for it."""
    return rx.el.main(rx.el.html(lang="id"), rx.el.h1("Plain"), rx.el.a("case", href="/cases/1"))


def missing_page() -> rx.Component:
    return rx.el.main(rx.el.h1("Nothing here"), rx.el.button("x", on_click=CaseState.click))


def offline_page() -> rx.Component:
    return rx.el.main(rx.el.h1("No network"))


async def save(request: Request) -> Response:
    async with request.form() as form:
        file = form["file"]
        SAVED.append(
            {
                "word": str(form["word"]),
                "pick": str(form["pick"]),
                "yes": str(form.get("yes", "")),
                "file": "" if isinstance(file, str) else (await file.read()).decode(),
            }
        )
    return RedirectResponse("/form", 303)


async def saved(_request: Request) -> Response:
    return JSONResponse(SAVED)


async def decide(request: Request) -> Response:
    reference, status = request.path_params["reference"], request.path_params["status"]
    return JSONResponse(await _decide(reference, status))


async def _decide(reference: str, status: str) -> int:
    CASES[reference] = Case(reference, "u1", status, [Line("Tue", [status])])
    return await publish(app, f"case:{reference}")


async def sign_out(request: Request) -> Response:
    user = request.path_params["user"]
    return JSONResponse(await close_sockets(app, lambda cookies: cookies.get("user") == user))


async def watches(_request: Request) -> Response:
    return JSONResponse({"topics": watched(), "states": len(vars(app.state_manager)["states"])})


async def sandboxed(_request: Request) -> Response:
    return HTMLResponse("<p>file", headers={"content-security-policy": "sandbox"})


async def explode(_request: Request) -> Response:
    raise ZeroDivisionError("a defect in a plain route")


def error_page(status: int, error_id: str, path: str) -> str:
    return f"<!DOCTYPE html><title>{status}</title><p id=error>{error_id}</p>{html.escape(path)}"


app = rx.App(
    toaster=None,
    app_wraps={},
    reset_style=False,
    stylesheets=["/app.css"],
    html_lang="en",
    api_transformer=Starlette(
        routes=[
            Route("/save", save, methods=["POST"]),
            Route("/saved", saved),
            Route("/decide/{reference}/{status}", decide, methods=["POST"]),
            Route("/sign-out/{user}", sign_out, methods=["POST"]),
            Route("/watching", watches),
            Route("/sandboxed", sandboxed),
            Route("/explode", explode),
        ]
    ),
)
app.add_page(case_page, "/cases/[reference]", title=CaseState.heading, on_load=CaseState.load)
app.add_page(form_page, "/form", title="Form")
app.add_page(plain_page, "/plain", title="Plain")
app.add_page(plain_page, "/", title="Home")
app.add_page(offline_page, "/offline", title="Offline")
app.add_page(missing_page, "/404", title="Missing")
configure(
    app,
    Options(
        error_page=error_page,
        shared=lambda route: "1" if route in ("index", "plain") else "",
        tab_grace_seconds=0.2,
    ),
)
