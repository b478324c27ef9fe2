"""Closing the books: what clients were told is done, against rows, objects and letters."""

import contextlib
import hashlib
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import select

from app.adapters.signing.ports import Signature
from app.db.tables import CaseRow, DocumentRow, HistoryRow, LetterCounterRow, LetterRow, MessageRow
from app.domain.documents import Safety
from app.domain.workflow import Status
from app.usecases.letters import file_of
from app.usecases.parts import Parts
from app.usecases.sweeping import sweep
from storage import keys
from storage.port import FileMissing
from tests.factories import Town
from tests.faults.clients import Receipts
from tests.faults.harness import until

#: Whatever was killed, work is done again within this time.
SETTLES = 60.0
_UNFINISHED = text(
    "SELECT id, task_name, status::text, attempts, scheduled_at, worker_id, now()"
    " FROM procrastinate_jobs WHERE status IN ('todo', 'doing', 'failed')"
    " AND task_name IN ('loket.check_document', 'loket.issue_letter')"
)
_REPEATED = text(
    "SELECT count(*), coalesce(sum(greatest(attempts, 1) - 1), 0) FROM procrastinate_jobs"
    " WHERE task_name IN ('loket.check_document', 'loket.issue_letter')"
)


@dataclass
class Books:
    """The rows of one Loket at rest, and what is wrong with them."""

    cases: dict[str, CaseRow] = field(default_factory=dict)
    documents: Sequence[DocumentRow] = ()
    letters: Sequence[LetterRow] = ()
    counters: Sequence[LetterCounterRow] = ()
    history: Sequence[HistoryRow] = ()
    messages: Sequence[MessageRow] = ()
    jobs: int = 0
    repeated: int = 0
    swept: int = 0
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{len(self.cases)} cases, {len(self.documents)} documents, {len(self.letters)} "
            f"letters, {len(self.history)} steps, {self.jobs} jobs of which {self.repeated} "
            f"were repeated; {self.swept} orphans swept; wrong: {self.wrong or 'nothing'}"
        )


async def close_the_books(town: Town, receipts: Receipts) -> Books:
    """Wait until no job is left, then compare everything; `wrong` says what does not agree."""
    left = await _jobs_left(town)
    tomorrow = datetime.now(UTC) + timedelta(days=2)
    swept = await sweep(town.at(tomorrow).parts)
    books, parts = await _read(town), town.parts
    if swept.checks or swept.letters or swept.missing:
        books.wrong.append(f"the sweep had to mend: {swept}")
    books.swept = swept.orphans
    books.wrong += left
    books.wrong += [
        *_receipts_without_rows(books, receipts),
        *_words_that_are_lost(books, receipts),
        *_numbers_with_gaps(books),
        *_histories_that_do_not_hold(books, receipts),
        *_unsettled(books),
        *[wrong async for wrong in _letters_that_differ(parts, books, receipts)],
        *[wrong async for wrong in _objects_that_differ(parts, books)],
    ]
    return books


async def _jobs_left(town: Town) -> list[str]:
    """Return the jobs that are not done after a while, and what became of each."""
    left: list[str] = []

    async def none_is_left() -> bool:
        async with town.open_all() as work:
            rows = await (await work.session.connection()).execute(_UNFINISHED)
            left[:] = [f"a job is left: {row}" for row in rows]
        return not left

    with contextlib.suppress(AssertionError):
        await until(none_is_left, "no job left to do", SETTLES)
    return left


async def _read(town: Town) -> Books:
    async with town.open_all() as work:

        async def all_of(table: Any) -> Sequence[Any]:
            return (await work.session.exec(select(table))).all()

        connection = await work.session.connection()
        jobs, repeated = (await connection.execute(_REPEATED)).one()
        return Books(
            cases={case.reference: case for case in await all_of(CaseRow)},
            documents=await all_of(DocumentRow),
            letters=await all_of(LetterRow),
            counters=await all_of(LetterCounterRow),
            history=(await work.session.exec(select(HistoryRow).order_by("id"))).all(),
            messages=await all_of(MessageRow),
            jobs=jobs,
            repeated=repeated,
        )


def _receipts_without_rows(books: Books, receipts: Receipts) -> Iterator[str]:
    for reference, files in receipts.sent.items():
        case = books.cases.get(reference)
        if case is None or case.status == Status.DRAFT:
            yield f"{reference} was acknowledged as sent, and is not"
            continue
        kept = {
            document.requirement: document.sha256
            for document in books.documents
            if document.case_id == case.id and document.replaced_at is None
        }
        if kept != files:
            yield f"{reference} was sent with other documents than it has"


def _words_that_are_lost(books: Books, receipts: Receipts) -> Iterator[str]:
    for reference in receipts.withdrawn:
        if books.cases[reference].status != Status.WITHDRAWN:
            yield f"{reference} was acknowledged as withdrawn, and is not"
    for reference, texts in receipts.messages.items():
        case_id = books.cases[reference].id
        said = [message.text for message in books.messages if message.case_id == case_id]
        yield from (f"{reference} lost a message" for told in texts if said.count(told) != 1)
    digests = {one.sha256 for one in books.documents if one.replaced_at is None}
    for digest in receipts.uploads.values():
        if digest not in digests:
            yield f"an upload in pieces was acknowledged, and is no document: {digest}"
    typed = [case.typed for case in books.cases.values()]
    for told in receipts.drafts.values():
        if not any(told.items() <= one.items() for one in typed):
            yield f"a draft was acknowledged, and is lost: {told}"


def _numbers_with_gaps(books: Books) -> Iterator[str]:
    for counter in books.counters:
        drawn = sorted(
            letter.sequence
            for letter in books.letters
            if (letter.office_id, letter.year) == (counter.office_id, counter.year)
        )
        if drawn != list(range(1, counter.last + 1)):
            yield f"numbers of {counter.office_id} in {counter.year}: {drawn}, last {counter.last}"


def _histories_that_do_not_hold(books: Books, receipts: Receipts) -> Iterator[str]:
    for case in books.cases.values():
        rows = [row for row in books.history if row.case_id == case.id]
        was_put = case.reference in receipts.at_signature
        stood = (Status.AWAITING_SIGNATURE if was_put else Status.DRAFT).value
        for row in rows:
            if row.status_before != stood:
                yield f"{case.reference}: {row.step} began at {row.status_before}, not {stood}"
            stood = row.status_after
        if stood != case.status:
            yield f"{case.reference} stands at {case.status}, its history ends at {stood}"
        steps = [(row.step, row.role) for row in rows]
        yield from (
            f"{case.reference}: {step} was taken twice"
            for step in set(steps)
            if steps.count(step) > 1
        )


def _unsettled(books: Books) -> Iterator[str]:
    yield from (
        f"document {document.id} was never checked"
        for document in books.documents
        if document.safety == Safety.QUARANTINED
    )
    of_case = {letter.case_id: letter for letter in books.letters}
    for letter in books.letters:
        if letter.issued_at is None:
            yield f"letter {letter.number} was never made"
    for case in books.cases.values():
        if (case.status == Status.DONE) != (case.id in of_case):
            yield f"{case.reference} is {case.status}, letter: {case.id in of_case}"


async def _letters_that_differ(
    parts: Parts, books: Books, receipts: Receipts
) -> AsyncIterator[str]:
    number_of = {case.id: reference for reference, case in books.cases.items()}
    for letter in books.letters:
        try:
            pdf = await parts.files.get(file_of(letter.id, letter.file))
        except FileMissing:
            yield f"letter {letter.number} has no file"
            continue
        digest = hashlib.sha256(pdf).hexdigest()
        if digest != letter.sha256 or len(pdf) != letter.size:
            yield f"letter {letter.number} is not the file of its row"
        said = await parts.examiner.examine(pdf)
        if said.signature is not Signature.INTACT or not said.trusted or said.additions:
            yield f"letter {letter.number}: {said}"
        if said.code != letter.code:
            yield f"letter {letter.number} carries the code {said.code}"
        if receipts.letters.get(number_of[letter.case_id], digest) != digest:
            yield f"letter {letter.number} is another one than was downloaded"


async def _objects_that_differ(parts: Parts, books: Books) -> AsyncIterator[str]:
    expected = {file_of(letter.id, letter.file) for letter in books.letters}
    for document in books.documents:
        if document.safety == Safety.SAFE:
            original = keys.original(document.id)
            data = await _fetched(parts, original)
            if data is None or hashlib.sha256(data).hexdigest() != document.sha256:
                yield f"{original} is not what was handed in"
            extension = "pdf" if document.content_type == "application/pdf" else "jpg"
            safe = await _fetched(parts, keys.safe(document.id, extension))
            if safe is None or len(safe) != document.safe_size:
                yield f"the safe copy of {document.id} is not what its row says"
            expected |= {original, keys.safe(document.id, extension)}
            expected |= {keys.page(document.id, page + 1) for page in range(document.pages)}
    stored = {key async for key in parts.files.keys("")}
    for key in sorted(expected ^ stored):
        yield f"no object {key}" if key in expected else f"an orphan after the sweep: {key}"


async def _fetched(parts: Parts, key: str) -> bytes | None:
    try:
        return await parts.files.get(key)
    except FileMissing:
        return None
