"""Who may reach what: one row for each route, page, event handler, job and table.

`docs/access.md` is written from it (`python -m tests.support.access`), the tests of
`tests/architecture/test_access.py` see that nothing is without a row, and those of
`tests/integration/test_access_matrix.py` try every cell.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

from app import routes

#: Everybody that a cell is tried as; but for the last two they stand to one finished case.
ROLES = (
    *("stranger", "resident", "other resident", "petugas", "kasi", "sekcam", "camat"),
    *("petugas elsewhere", "pengawas", "admin"),
)
ANSWERS, SIGN_IN, UNKNOWN, NOBODY = "answers", "sign in", "404", "401"
_OFFICE = frozenset({"petugas", "kasi", "sekcam", "camat"})
_SIGNED_IN = frozenset(ROLES) - {"stranger"}
_STAFF = _OFFICE | {"petugas elsewhere", "pengawas", "admin"}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that can be asked for, and whom it answers.

    Attributes:
        method: of HTTP.
        route: as in `app.routes`.
        whose: in words, for the document.
        answers: the roles whom it answers; all others do not learn that it exists.
        form: what is sent with it.
        headers: what is sent with it.
        is_program: it answers programs: a stranger gets 401 rather than the way to sign in.
    """

    method: str
    route: str
    whose: str
    answers: frozenset[str]
    form: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    is_program: bool = False

    @property
    def changes(self) -> bool:
        """Whether it is a request that may change something."""
        return self.method not in ("GET", "HEAD", "OPTIONS")

    def address(self, language: str, parts: Mapping[str, str]) -> str:
        """Return where it is asked, in one language's tree; `parts` may hold more than it needs."""
        needed = {name: value for name, value in parts.items() if f"[{name}]" in self.route}
        return routes.in_language(routes.fill(self.route, **needed), language)

    def sent(self, parts: Mapping[str, str]) -> dict[str, str] | None:
        """Return the form that is sent with it, with a key of its own."""
        known = {"reference": parts.get("reference", ""), "key": str(uuid4())}
        return {name: value.format(**known) for name, value in self.form.items()} or None

    def expected(self, role: str) -> str:
        """Return what `role` gets."""
        if role in self.answers:
            return ANSWERS
        if role == "stranger":
            return NOBODY if self.is_program else SIGN_IN
        return UNKNOWN


_ANYONE = ("anyone", frozenset(ROLES))
_PERSON = ("whoever is signed in, their own", _SIGNED_IN)
_OWNER = ("the resident of the case", frozenset({"resident"}))
_OF_SESSION = ("whose other session it is", frozenset({"resident"}))
_SENDER = ("who began the upload", frozenset({"resident"}))
_AT_WORK = ("whoever has a role at an office", _STAFF)
_READERS = ("the office of the case, and its oversight", _OFFICE | {"pengawas"})
_WORKERS = ("the office of the case", _OFFICE)
_HOLDER = ("whoever has the link, for a minute", frozenset(ROLES))

_TUS = {"tus-resumable": "1.0.0"}
_PIECE = {**_TUS, "upload-offset": "1", "content-type": "application/offset+octet-stream"}
_NEW = {"action": "save", "form_key": "{key}"}

#: The pages, and the plain routes of `app.web.routes`.
ROWS: tuple[Row, ...] = (
    *(
        Row("GET", route, *_ANYONE)
        for route in (
            *(routes.HOME, routes.SERVICES, routes.SERVICE, routes.TRACK, routes.TRACK_CODE),
            *(routes.VERIFY, routes.VERIFY_CODE, routes.SIGN_IN, routes.OFFLINE),
            *(routes.HELP, routes.SIGN_IN_START, routes.SIGN_IN_DONE),
        )
    ),
    *(
        Row("GET", route, *_PERSON)
        for route in (routes.APPLY, routes.MY_CASES, routes.ACCOUNT, routes.PROFILE)
    ),
    *(Row("GET", r, *_OWNER) for r in (routes.CASE, routes.CASE_LETTER, routes.CASE_DOCUMENT)),
    *(Row("GET", route, *_AT_WORK) for route in (routes.QUEUE, routes.SIGNING)),
    Row("GET", routes.REVIEW, *_READERS),
    *(
        Row("GET", route, *_WORKERS)
        for route in (routes.REVIEW_LETTER, routes.REVIEW_DOCUMENT, routes.REVIEW_DOCUMENT_PAGE)
    ),
    Row("GET", routes.DOWNLOAD, *_HOLDER),
    Row("POST", routes.APPLY, *_PERSON, form=_NEW),
    Row("POST", routes.CASE, *_OWNER, form={"action": "submit"}),
    Row("POST", routes.CASE_MESSAGE, *_OWNER, form={"text": "Halo"}),
    Row("POST", routes.CASE_WITHDRAW, *_OWNER),
    Row("POST", routes.PROFILE, *_PERSON, form={"name": "Nama Lain"}),
    Row("POST", routes.VERIFY, *_ANYONE),
    Row("POST", routes.SIGNING, *_AT_WORK, form={"reference": "{reference}"}),
    Row("POST", routes.REVIEW_STEP, *_READERS, form={"step": "take"}),
    Row("POST", routes.REVIEW_MESSAGE, *_READERS, form={"text": "Halo"}),
    Row("OPTIONS", routes.UPLOADS, *_ANYONE),
    Row("OPTIONS", routes.UPLOAD, *_ANYONE),
    Row("HEAD", routes.UPLOAD, *_SENDER, headers=_TUS, is_program=True),
    Row("PATCH", routes.UPLOAD, *_SENDER, headers=_PIECE, is_program=True),
    # Refused for what it says, which only whoever is signed in learns.
    Row("POST", routes.UPLOADS, *_PERSON, headers=_TUS, is_program=True),
    # What ends something comes last: by then everything else was asked.
    Row("POST", routes.DEVICE, *_OF_SESSION),
    Row("POST", routes.DEVICES, *_PERSON),
    Row("DELETE", routes.UPLOAD, *_SENDER, headers=_TUS, is_program=True),
    Row("POST", routes.SIGN_OUT, *_ANYONE),
)

#: Each page's `load`, which any browser may call with any address: what it tells, and whom.
HANDLERS: Mapping[str, tuple[str, frozenset[str]]] = {
    "shell.ShellState": (routes.HOME, frozenset({"resident"})),
    "home.HomeState": (routes.HOME, frozenset()),
    "helpdesk.HelpState": (routes.HELP, frozenset()),
    "services.ServicesState": (routes.SERVICES, frozenset()),
    "services.ServiceState": (routes.SERVICE, frozenset()),
    "apply.ApplyState": (routes.APPLY, frozenset({"resident"})),
    "my_cases.MyCasesState": (routes.MY_CASES, frozenset({"resident"})),
    "case.CaseState": (routes.CASE, frozenset({"resident"})),
    "account.AccountState": (routes.ACCOUNT, frozenset({"resident"})),
    "profile.ProfileState": (routes.PROFILE, frozenset({"resident"})),
    "sign_in.SignInState": (routes.SIGN_IN, frozenset()),
    "track.TrackState": (routes.TRACK_CODE, frozenset(ROLES)),
    "verify.VerifyState": (routes.VERIFY_CODE, frozenset()),
    "queue.QueueState": (routes.QUEUE, _OFFICE | {"pengawas"}),
    "review.ReviewState": (routes.REVIEW, _OFFICE | {"pengawas"}),
    "signing.SigningState": (routes.SIGNING, frozenset()),
}

#: For each job, in what capacity it works.
JOBS: Mapping[str, str] = {
    "loket.check_document": "one document and its case",
    "loket.issue_letter": "one letter, its case and its signer",
    "loket.drop_pieces": "the pieces of one upload",
    "loket.sweep_uploads": "uploads, which documents are still in quarantine, when sessions began",
    "loket.rescue_stalled": "the queue of jobs",
    "loket.anchor_trail": "what the trail binds of the cases that moved, and the roles",
}


def _in_words(told: frozenset[str]) -> str:
    named = ", ".join(role for role in ROLES if role in told)
    return "anyone with the code" if told == frozenset(ROLES) else named or "nobody"


def document() -> str:
    """Return `docs/access.md`."""
    lines = [
        "# Who may reach what",
        "",
        "Written from `tests/support/access.py` by `python -m tests.support.access`.",
        "Every cell is tried by `tests/integration/test_access_matrix.py`, in both languages,",
        "against one finished case of `resident` at the office of `petugas`, `kasi`, `sekcam`",
        "and `camat`.",
        "Yes: it answers; in: the way to sign in, 401 to programs; 404: as if it did not exist.",
        "",
        "## Addresses",
        f"| | | whose | {' | '.join(ROLES)} |",
        "|---" * (len(ROLES) + 3) + "|",
    ]
    words = {ANSWERS: "yes", SIGN_IN: "in"}
    for row in ROWS:
        cells = " | ".join(words.get(row.expected(role), row.expected(role)) for role in ROLES)
        lines.append(f"| {row.method} | `{routes.http(row.route)}` | {row.whose} | {cells} |")
    lines += [
        "",
        "## Event handlers",
        "Whoever has a websocket may call each, with any address. Who is told of the case, or of",
        "who its resident is:",
        "",
        "| handler | with | tells of the case |",
        "|---|---|---|",
        *(
            f"| `{name}.load` | `{routes.http(route)}` | {_in_words(told)} |"
            for name, (route, told) in HANDLERS.items()
        ),
        "",
        "## Jobs",
        "| job | sees |",
        "|---|---|",
        *(f"| `{name}` | {sees} |" for name, sees in JOBS.items()),
        "",
        "## Tables",
        "Rights and policies of the database stand in its migrations and are tried by",
        "`tests/integration/test_isolation.py`; see [ADR 7](adr/0007-row-security.md).",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    from pathlib import Path

    (Path(__file__).parents[2] / "docs/access.md").write_text(document(), encoding="utf-8")
