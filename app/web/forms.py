"""The resident's forms: each keeps what was typed, then does what its button says."""

from collections.abc import AsyncIterator
from uuid import UUID

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from app import container, routes
from app.domain.identity import Actor
from app.domain.typed import seen
from app.usecases import apply, profile, track, uploads
from app.usecases.apply import Kept
from app.usecases.bundles import Part, bundled
from app.usecases.forms import DOCUMENT
from app.usecases.present.forms import input_id
from app.usecases.present.services import link
from app.usecases.uploads import SentMeanwhile
from app.web.http import local_path, refusable, see_other, text_in, uuid_of, visitor_of

_CHUNK = 65_536
#: The input that holds the key of the rendered form.
_KEY = "form_key"
#: The repeating groups of the largest service fit many times over.
_MOST_FIELDS = 2_000
_MOST_FILES = 120


@refusable
async def new_case(request: Request) -> Response:
    """Keep a service's form; attach, add a row, or send, as its button says."""
    actor = (await visitor_of(request)).resident()
    form = await request.form(max_fields=_MOST_FIELDS, max_files=_MOST_FILES)
    service = request.path_params["key"]
    key = uuid_of(text_in(form, _KEY))
    kept = await apply.keep_new(container.parts(), actor, service, key, _texts(form))
    return await _go_on(actor, kept, form, link(routes.APPLY, key=service))


@refusable
async def changed_case(request: Request) -> Response:
    """Keep the form of a case that the office sent back; attach, add a row, or send."""
    actor = (await visitor_of(request)).actor
    form = await request.form(max_fields=_MOST_FIELDS, max_files=_MOST_FILES)
    reference = request.path_params["reference"]
    kept = await apply.keep_changes(
        container.parts(), actor, reference, _key_in(form), _texts(form)
    )
    return await _go_on(actor, kept, form, link(routes.CASE, reference=reference))


@refusable
async def message(request: Request) -> Response:
    """Send the office a message on a case."""
    actor = (await visitor_of(request)).actor
    reference = request.path_params["reference"]
    text = text_in(await request.form(), "text")
    await track.write(container.parts(), actor, reference, text)
    return see_other(link(routes.CASE, reference=reference), fragment="pesan")


@refusable
async def withdraw(request: Request) -> Response:
    """Take a case back."""
    actor = (await visitor_of(request)).actor
    await apply.withdraw(container.parts(), actor, request.path_params["reference"])
    return see_other(link(routes.MY_CASES), news="withdrawn")


@refusable
async def keep_profile(request: Request) -> Response:
    """Keep the profile; go back where the resident came from once it is complete."""
    visitor = await visitor_of(request)
    form = await request.form()
    back = local_path(text_in(form, routes.BACK))
    confirmed = bool(text_in(form, "confirm"))
    if text_in(form, "action") == "language":
        await profile.keep_typed(container.parts(), visitor.actor, _texts(form))
        return see_other(routes.in_other_language(link(routes.PROFILE)), **{routes.BACK: back})
    if await profile.keep(container.parts(), visitor.actor, _texts(form), confirmed=confirmed):
        return see_other(back)
    query = {routes.CHECKED: "1", routes.BACK: back}
    return see_other(link(routes.PROFILE), fragment="masalah", **query)


async def _go_on(actor: Actor, kept: Kept, form: FormData, page: str) -> Response:
    """Do what the pressed button says with a form that was kept."""
    parts, reference = container.parts(), kept.reference
    case_page = link(routes.CASE, reference=reference)
    if not kept.is_open:
        return see_other(case_page, news="sent" if kept.is_said else "sent_before")
    try:
        are_checked_yet = await _attach_all(actor, reference, form)
    except SentMeanwhile:
        return see_other(case_page, news="sent_before")
    action, _, subject = text_in(form, "action").partition(":")
    if are_checked_yet or action in {"submit", "check"}:
        await uploads.await_checks(parts, actor, reference)
    match action:
        case "submit":
            if await apply.send(parts, actor, reference, _key_in(form)):
                return see_other(page, fragment="masalah", **{routes.CHECKED: "1"})
            return see_other(case_page, news="sent")
        case "check":  # said by a script that knows of a file that was refused
            return see_other(page, fragment="masalah", **{routes.CHECKED: "1"})
        case "language":
            return see_other(routes.in_other_language(page), news="saved")
        case "add":
            await apply.add_row(parts, actor, reference, subject)
            return see_other(page, fragment=input_id(subject))
        case "upload":
            # Not the input: what a file is replaced with stays folded away.
            return see_other(page, fragment=f"{input_id(DOCUMENT + subject)}-label")
        case _:
            return see_other(page, news="saved")


async def _attach_all(actor: Actor, reference: str, form: FormData) -> bool:
    """Attach every file that was chosen; return whether any is being checked yet.

    Once one has to be left to a job, so are the others: they wait no longer together than one.
    """
    chosen: dict[str, list[Part]] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile) and value.filename and name.startswith(DOCUMENT):
            part = Part(value.filename, value.size or 0, _chunks(value))
            chosen.setdefault(name.removeprefix(DOCUMENT), []).append(part)
    are_checked_yet = False
    for requirement, files in chosen.items():
        are_checked_yet |= await uploads.attach(
            container.parts(),
            actor,
            reference,
            requirement,
            bundled(files),
            at_once=not are_checked_yet,
        )
    return are_checked_yet


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK):
        yield chunk


def _key_in(form: FormData) -> UUID | None:
    key = text_in(form, _KEY)
    return uuid_of(key) if key else None


def _texts(form: FormData) -> dict[str, str]:
    return {seen(name): seen(value) for name, value in form.multi_items() if isinstance(value, str)}
