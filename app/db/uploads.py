"""Uploads that come in pieces, each its sender's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlmodel import col, delete, select
from sqlmodel.ext.asyncio.session import AsyncSession

from app.db.tables import PieceRow, UploadRow
from app.domain.errors import NotFound
from app.domain.identity import Actor


@dataclass(frozen=True, slots=True)
class UploadRepository:
    """Uploads and the pieces of them that are durable."""

    session: AsyncSession

    async def own(self, upload_id: UUID, actor: Actor, *, lock: bool = False) -> UploadRow:
        """Return an upload of `actor`'s own, row-locked until commit when `lock`.

        Raises:
            NotFound: no such upload, or not theirs; the two look alike on purpose.
        """
        query = select(UploadRow).where(
            UploadRow.id == upload_id, UploadRow.person_id == actor.person
        )
        row = (await self.session.exec(query.with_for_update() if lock else query)).first()
        if row is None:
            raise NotFound(upload=upload_id)
        return row

    async def open_of(self, actor: Actor, since: datetime) -> Sequence[UploadRow]:
        """Return the uploads that `actor` has not finished, changed after `since`."""
        query = select(UploadRow).where(
            UploadRow.person_id == actor.person,
            col(UploadRow.finished_at).is_(None),
            UploadRow.changed_at > since,
        )
        return (await self.session.exec(query)).all()

    async def add(self, upload: UploadRow) -> None:
        """Keep a new upload."""
        self.session.add(upload)
        await self.session.flush()

    async def pieces(self, upload_id: UUID) -> Sequence[PieceRow]:
        """Return the durable pieces of an upload, in the order of their bytes."""
        query = select(PieceRow).where(PieceRow.upload_id == upload_id)
        return (await self.session.exec(query.order_by(col(PieceRow.at)))).all()

    async def add_piece(self, piece: PieceRow) -> None:
        """Keep where a stored piece belongs."""
        self.session.add(piece)

    async def forget_pieces(self, upload_id: UUID) -> None:
        """Forget the pieces of an upload."""
        await self.session.exec(delete(PieceRow).where(col(PieceRow.upload_id) == upload_id))

    async def forget(self, upload: UploadRow) -> None:
        """Forget an upload and its pieces."""
        await self.session.delete(upload)

    async def changed_before(self, moment: datetime, *, limit: int) -> Sequence[UploadRow]:
        """Return the uploads that were last changed before a moment, locked."""
        query = select(UploadRow).where(UploadRow.changed_at < moment).limit(limit)
        return (await self.session.exec(query.with_for_update(skip_locked=True))).all()

    async def unfinished_among(self, ids: Sequence[UUID]) -> set[UUID]:
        """Return which of these ids are uploads whose pieces are still needed."""
        query = select(UploadRow.id).where(
            col(UploadRow.id).in_(ids), col(UploadRow.finished_at).is_(None)
        )
        return set((await self.session.exec(query)).all())
