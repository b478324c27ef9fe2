"""Files that come in pieces, so that nothing that arrived is ever sent again.

A piece is acknowledged when its object is in the store and its row is committed. The last
one is acknowledged in the transaction that registers the document: an upload that says it
has all bytes has become a document, whatever was killed in between.
"""

import hashlib
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import NoReturn
from uuid import UUID

from app.db import queue
from app.db.tables import DocumentRow, PieceRow, UploadRow
from app.db.work import Work
from app.domain import points
from app.domain.capacity import AsJob, AsResident
from app.domain.errors import NotFound, Unavailable
from app.domain.identity import Actor
from app.domain.uploads import (
    LIVES,
    ChecksumMismatch,
    PieceTooLong,
    UploadExpired,
    WrongOffset,
)
from app.usecases.checking import note_refusal
from app.usecases.parts import Parts
from app.usecases.uploads import arrived, register, wanted
from storage import keys
from storage.port import FileMissing, Spooled, StoreUnavailable
from storage.spool import spooled

#: The most that one piece may be, in bytes; it is held in memory.
MOST_AT_ONCE = 1 << 20
_ANYTHING = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an upload stands: `received` of `size` bytes are durable."""

    id: UUID
    received: int
    size: int
    expires: datetime


def standing_of(upload: UploadRow) -> Standing:
    """Return where an upload stands, as its sender may know it."""
    return Standing(upload.id, upload.received, upload.size, upload.changed_at + LIVES)


async def standing(parts: Parts, actor: Actor, upload_id: UUID) -> Standing:
    """Return where an upload of the actor's own stands.

    Raises:
        NotFound: no such upload, or another's.
        UploadExpired: it was left alone for too long.
    """
    async with parts.open_work(AsResident(actor)) as work:
        return standing_of(_alive(parts, await work.uploads.own(upload_id, actor)))


async def take(parts: Parts, actor: Actor, upload_id: UUID, at: int, data: bytes) -> Standing:
    """Keep the bytes that begin at `at`; with the last ones the file becomes a document.

    Raises:
        NotFound, UploadExpired: as `standing`; also when the case was sent meanwhile.
        WrongOffset: `at` is not where the durable bytes end, or another came first.
        PieceTooLong: the bytes go beyond the end.
        ChecksumMismatch: the whole is not what was announced; the upload is gone.
        Unavailable: the store does not answer; nothing of this piece was kept.
    """
    async with parts.open_work(AsResident(actor)) as work:
        upload = _continued(parts, await work.uploads.own(upload_id, actor), at)
    if not data:
        return standing_of(upload)
    if at + len(data) > upload.size:
        raise PieceTooLong(size=upload.size)
    piece = PieceRow(
        upload_id=upload.id, at=at, size=len(data), sha256=hashlib.sha256(data).hexdigest()
    )
    try:
        await parts.files.put(_key(piece), data, content_type=_ANYTHING, max_bytes=MOST_AT_ONCE)
        points.at("pieces.stored")
        if at + len(data) == upload.size:
            return await _finish(parts, actor, upload, piece)
    except StoreUnavailable as error:
        raise Unavailable from error
    async with parts.open_work(AsResident(actor), "pieces.take") as work:
        upload = _continued(parts, await work.uploads.own(upload_id, actor, lock=True), at)
        return await _advance(parts, work, upload, piece)


async def cancel(parts: Parts, actor: Actor, upload_id: UUID) -> None:
    """Forget an upload and, in a job, its pieces; the document that it became stays.

    Raises:
        NotFound: no such upload, or another's.
    """
    async with parts.open_work(AsResident(actor), "pieces.cancel") as work:
        await forget(work, await work.uploads.own(upload_id, actor, lock=True))


async def forget(work: Work, upload: UploadRow) -> None:
    """Forget a locked upload, and have its pieces deleted after the caller's transaction."""
    await _have_pieces_dropped(work, upload)
    await work.uploads.forget(upload)


async def drop(parts: Parts, upload_id: UUID) -> None:
    """Delete the pieces of an upload that is finished or forgotten; for a job."""
    async for key in parts.files.keys(keys.upload(upload_id)):
        await parts.files.delete(key)
    points.at("pieces.deleted")
    async with parts.open_work(AsJob(upload_id), "pieces.drop") as work:
        await work.uploads.forget_pieces(upload_id)


def _alive(parts: Parts, upload: UploadRow) -> UploadRow:
    if parts.now() - upload.changed_at > LIVES:
        raise UploadExpired
    return upload


def _continued(parts: Parts, upload: UploadRow, at: int) -> UploadRow:
    """Return an upload in which the byte at `at` is the next to come."""
    if _alive(parts, upload).received != at or upload.finished_at:
        raise WrongOffset(received=upload.received)
    return upload


async def _advance(parts: Parts, work: Work, upload: UploadRow, piece: PieceRow) -> Standing:
    await work.uploads.add_piece(piece)
    upload.received += piece.size
    upload.changed_at = parts.now()
    return standing_of(upload)


async def _finish(parts: Parts, actor: Actor, upload: UploadRow, last: PieceRow) -> Standing:
    """Put the file together and register it, as one of a form is registered."""
    async with parts.open_work(AsResident(actor)) as work:
        pieces = [*await work.uploads.pieces(upload.id), last]
        case = await work.cases.by_id(upload.case_id)
    need = wanted(parts, case, upload.requirement)
    async with _put_together(parts, actor, upload, pieces) as content:
        points.at("pieces.put_together")
        if upload.sha256 and content.sha256 != upload.sha256:
            await _reject(parts, actor, upload)
        document = await arrived(parts, upload.case_id, need, upload.filename, content)
    standing = await _register(parts, actor, upload, last, document)
    note_refusal(document)
    return standing


async def _reject(parts: Parts, actor: Actor, upload: UploadRow) -> NoReturn:
    """Forget an upload whose bytes are not the announced ones: it must begin anew.

    Raises:
        ChecksumMismatch: always, unless another try was faster.
    """
    async with parts.open_work(AsResident(actor), "pieces.reject") as work:
        own = await work.uploads.own(upload.id, actor, lock=True)
        await forget(work, _continued(parts, own, upload.received))
    raise ChecksumMismatch


@asynccontextmanager
async def _put_together(
    parts: Parts, actor: Actor, upload: UploadRow, pieces: Sequence[PieceRow]
) -> AsyncIterator[Spooled]:
    try:
        if sum(piece.size for piece in pieces) != upload.size:
            raise FileMissing(keys.upload(upload.id))
        async with spooled(_bytes_of(parts, pieces), upload.size) as content:
            yield content
    except FileMissing:
        # Another try was faster, and its pieces are being deleted; else they are lost: a defect.
        if (await standing(parts, actor, upload.id)).received == upload.size:
            raise WrongOffset(received=upload.size) from None
        raise


async def _bytes_of(parts: Parts, pieces: Sequence[PieceRow]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield await parts.files.get(_key(piece))


async def _register(
    parts: Parts, actor: Actor, upload: UploadRow, last: PieceRow, document: DocumentRow
) -> Standing:
    async with parts.open_work(AsResident(actor), "pieces.register") as work:
        case = await work.cases.by_id(upload.case_id, lock=True)
        if case.resident_id != actor.person:
            raise NotFound(upload=upload.id)
        current = _continued(
            parts, await work.uploads.own(upload.id, actor, lock=True), upload.received
        )
        await register(parts, work, case, document)
        await _have_pieces_dropped(work, upload)
        current.finished_at = parts.now()
        return await _advance(parts, work, current, last)


async def _have_pieces_dropped(work: Work, upload: UploadRow) -> None:
    await work.enqueue(queue.DROP_PIECES, once=f"upload:{upload.id}", upload=str(upload.id))


def _key(piece: PieceRow) -> str:
    return keys.piece(piece.upload_id, piece.at, piece.sha256)
