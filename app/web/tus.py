"""Resumable uploads: tus 1.0 (https://tus.io/protocols/resumable-upload) over `usecases.pieces`.

Core, creation, expiration, termination, checksum. Answers are for programs: a status, and
for a refusal one plain sentence that the program may show.
"""

from dataclasses import dataclass
from email.utils import format_datetime
from functools import wraps

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response

from app import audit, container, routes
from app.domain.errors import DomainError, LoginNeeded, NotFound, ProfileNeeded, Unavailable
from app.domain.quota import TooManyFilesToday
from app.domain.uploads import (
    ChecksumMismatch,
    FileEmpty,
    FileTooLarge,
    PieceTooLong,
    TooManyUploads,
    UploadExpired,
    WrongKind,
    WrongOffset,
)
from app.texts import language, say, speaking
from app.usecases import pieces
from app.usecases.announcing import begin
from app.usecases.pieces import MOST_AT_ONCE, Standing
from app.usecases.present.problems import in_words
from app.web.http import Handler, note_refused, uuid_of, visitor_of
from app.web.trouble import PATIENCE, RETRY_AFTER, noted
from app.web.tus_headers import VERSION, BadHeader, announced, checksum, is_sound, number
from app.web.tus_turns import Turn, Turns
from storage.patience import patience

_turns = Turns()
_STATUS: dict[type[DomainError], int] = {
    LoginNeeded: 401,
    ProfileNeeded: 403,
    NotFound: 404,
    WrongOffset: 409,
    UploadExpired: 410,
    FileTooLarge: 413,
    PieceTooLong: 413,
    WrongKind: 415,
    FileEmpty: 422,
    TooManyUploads: 429,
    TooManyFilesToday: 429,
    ChecksumMismatch: 460,
}
_CAPABILITIES = {
    "Tus-Version": VERSION,
    "Tus-Extension": "creation,expiration,termination,checksum",
    "Tus-Checksum-Algorithm": "sha256",
}


@dataclass(frozen=True, slots=True)
class _Body:
    """What came of a piece; `is_whole` is False when its sender was cut off."""

    data: bytes
    is_whole: bool


def answering(handler: Handler) -> Handler:
    """Let a handler speak tus, and be refused with a status and a sentence.

    Whoever does not name the version is refused: no page of another site can name it.
    """

    @wraps(handler)
    async def guarded(request: Request) -> Response:
        language = routes.language_of(request.url.path)
        with speaking(language), patience(PATIENCE), audit.asking():
            if request.method != "OPTIONS" and request.headers.get("tus-resumable") != VERSION:
                return _sealed(Response(status_code=412, headers={"Tus-Version": VERSION}))
            try:
                return _sealed(await handler(request))
            except BadHeader as wrong:
                audit.note("refused", why="a header", at=audit.place(request.url.path))
                return _sealed(PlainTextResponse(f"{wrong}\n", status_code=400))
            except HTTPException:
                raise
            except Exception as error:  # noqa: BLE001 (all of it is noted)
                if isinstance(error, DomainError) and not isinstance(error, Unavailable):
                    note_refused(request, error)
                    return _sealed(_refused(error))
                return _sealed(_failed(*noted(error, request)))

    return guarded


@answering
async def options(_request: Request) -> Response:
    """Say what this server can do; a browser that asks for another site gets no leave."""
    most = max(n.max_bytes for service in container.parts().catalogue for n in service.requirements)
    return Response(status_code=204, headers={**_CAPABILITIES, "Tus-Max-Size": str(most)})


@answering
async def create(request: Request) -> Response:
    """Begin an upload for a requirement of a form or of a case."""
    actor = (await visitor_of(request)).resident()
    standing = await begin(container.parts(), actor, announced(request.headers))
    address = routes.fill(routes.UPLOAD, upload=str(standing.id))
    headers = {**_headers(standing), "Location": routes.in_language(address, language())}
    return Response(status_code=201, headers=headers)


@answering
async def head(request: Request) -> Response:
    """Say how many bytes of an upload are durable; who asks goes on over a new line."""
    actor = (await visitor_of(request)).actor
    upload = uuid_of(request.path_params["upload"])
    standing = await pieces.standing(container.parts(), actor, upload)
    if await _turns.end(upload):
        standing = await pieces.standing(container.parts(), actor, upload)
    return Response(headers={**_headers(standing), "Upload-Length": str(standing.size)})


@answering
async def patch(request: Request) -> Response:
    """Keep a piece, also the beginning of one whose sender was cut off."""
    actor = (await visitor_of(request)).actor
    if request.headers.get("content-type") != "application/offset+octet-stream":
        return Response(status_code=415)
    upload, at = uuid_of(request.path_params["upload"]), number(request.headers, "upload-offset")
    expected = checksum(request.headers)
    # Before the body is read: who is at the wrong place is told so before sending it.
    standing = await pieces.standing(container.parts(), actor, upload)
    if standing.received != at:
        raise WrongOffset(received=standing.received)
    async with _turns.taken(upload) as turn:
        body = await _read(request, turn)
        if expected and not (body.is_whole and is_sound(body.data, expected)):
            raise ChecksumMismatch
        standing = await pieces.take(container.parts(), actor, upload, at, body.data)
    return Response(status_code=204, headers=_headers(standing))


@answering
async def delete(request: Request) -> Response:
    """Forget an upload."""
    actor = (await visitor_of(request)).actor
    await pieces.cancel(container.parts(), actor, uuid_of(request.path_params["upload"]))
    return Response(status_code=204)


async def _read(request: Request, turn: Turn) -> _Body:
    """Read a piece as far as it comes.

    Raises:
        PieceTooLong: it is longer than one piece may be.
    """
    data, stream = bytearray(), request.stream()
    try:
        while (part := await turn.read_on(stream)) is not None:
            data += part
            if len(data) > MOST_AT_ONCE:
                raise PieceTooLong(size=MOST_AT_ONCE)
    except (ClientDisconnect, TimeoutError):
        return _Body(bytes(data), is_whole=False)
    return _Body(bytes(data), is_whole=True)


def _headers(standing: Standing) -> dict[str, str]:
    return {
        "Upload-Offset": str(standing.received),
        "Upload-Expires": format_datetime(standing.expires, usegmt=True),
    }


def _refused(refusal: DomainError) -> Response:
    headers: dict[str, str] = {}
    if isinstance(refusal, WrongOffset):
        headers["Upload-Offset"] = str(refusal.facts["received"])
    key = "problem.upload_closed" if isinstance(refusal, NotFound) else refusal.key
    facts = {"limit", "accepted"} & refusal.facts.keys()
    sentence = in_words(key, {name: refusal.facts[name] for name in facts})
    status = _STATUS.get(type(refusal), 400)
    return PlainTextResponse(sentence, status_code=status, headers=headers)


def _failed(status: int, error_id: str) -> Response:
    """Answer what is not the sender's fault: to be sent again later, or reported."""
    if status == 503:
        headers = {"Retry-After": RETRY_AFTER}
        return PlainTextResponse(in_words(Unavailable.key, {}), status_code=503, headers=headers)
    sentence = f"{say('lost.500_text')} {say('lost.error_id', id=error_id)}"
    return PlainTextResponse(sentence, status_code=status)


def _sealed(answer: Response) -> Response:
    answer.headers["Tus-Resumable"] = VERSION
    answer.headers["Cache-Control"] = "no-store"
    return answer
