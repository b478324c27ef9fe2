"""Files on their way out: letters by a link that lives a minute, documents by session.

Whatever a stranger once uploaded is served as it was rewritten, never guessed at by the
browser, and without the power to run or to reach anything.
"""

from collections.abc import AsyncIterator
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app import container, routes
from app.domain.errors import NotFound, Unavailable
from app.domain.points import at
from app.usecases import documents, letters
from app.usecases.links import Link
from app.web.http import refusable, see_other, uuid_of, visitor_of
from storage.port import FileMissing, StoreUnavailable

_SANDBOX = "sandbox; default-src 'none'; img-src 'self'; style-src 'none'; frame-ancestors 'none'"


@refusable
async def own_letter(request: Request) -> Response:
    """Send the resident on to a link to their letter."""
    visitor = await visitor_of(request)
    token = await letters.link_for_resident(
        container.parts(), visitor.actor, request.path_params["reference"], visitor.id_hash
    )
    return see_other(routes.fill(routes.DOWNLOAD, token=token))


@refusable
async def office_letter(request: Request) -> Response:
    """Send staff on to a link to the letter of a case of their office."""
    visitor = await visitor_of(request)
    token = await letters.link_for_staff(
        container.parts(), visitor.staff(), request.path_params["reference"], visitor.id_hash
    )
    return see_other(routes.fill(routes.DOWNLOAD, token=token))


@refusable
async def download(request: Request) -> Response:
    """Hand out what a signed link gives, as an attachment."""
    link = await letters.open_link(container.parts(), request.path_params["token"])
    return await _sent(link, inline=False)


@refusable
async def own_document(request: Request) -> Response:
    """Hand the resident the checked copy of their own document."""
    actor = (await visitor_of(request)).actor
    reference, document = request.path_params["reference"], request.path_params["document"]
    link = await documents.open_own(container.parts(), actor, reference, uuid_of(document))
    return await _sent(link, inline=False)


@refusable
async def office_document(request: Request) -> Response:
    """Hand an officer the checked copy of a document."""
    actor = (await visitor_of(request)).staff()
    reference, document = request.path_params["reference"], request.path_params["document"]
    link = await documents.open_for_staff(container.parts(), actor, reference, uuid_of(document))
    return await _sent(link, inline=False)


@refusable
async def office_document_page(request: Request) -> Response:
    """Show an officer one page of a document as a picture."""
    actor = (await visitor_of(request)).staff()
    reference, document = request.path_params["reference"], request.path_params["document"]
    page = request.path_params["page"]
    if not (page.isascii() and page.isdigit()):
        raise NotFound(page=page)
    link = await documents.open_page(
        container.parts(), actor, reference, uuid_of(document), int(page)
    )
    return await _sent(link, inline=True)


async def _sent(link: Link, *, inline: bool) -> Response:
    """Stream a stored object; whether it is there is known before the answer begins.

    Raises:
        NotFound: it is not there.
        Unavailable: the store does not answer.
    """
    chunks = container.parts().files.stream(link.key)
    try:
        first = await anext(chunks, b"")
    except FileMissing:
        raise NotFound(file=link.filename) from None
    except StoreUnavailable:
        raise Unavailable from None
    at("files.handing_out")
    disposition = "inline" if inline else "attachment"
    headers = {
        "Content-Disposition": f"{disposition}; filename*=UTF-8''{quote(link.filename)}",
        "Content-Security-Policy": _SANDBOX,
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    if link.size:
        headers["Content-Length"] = str(link.size)
    return StreamingResponse(_whole(first, chunks), media_type=link.content_type, headers=headers)


async def _whole(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in rest:
        yield chunk
