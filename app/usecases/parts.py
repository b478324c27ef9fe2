"""What use cases work with. The container says which adapter stands behind each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from app.adapters.news import News
from app.adapters.open_pages import OpenPages
from app.adapters.scanning import Scanner
from app.adapters.seal import Seal
from app.adapters.signing.ports import LetterExaminer, LetterSigner
from app.db.reading import Read
from app.db.work import OpenWork
from app.domain.catalogue import Catalogue
from app.domain.clock import Calendar
from storage.port import FileStore


@dataclass(frozen=True, slots=True)
class Parts:
    """The ports of the use cases.

    Attributes:
        open_work: opens one transaction.
        read: has questions answered that change nothing, in one round trip.
        now: the moment, UTC.
        catalogue: the services.
        calendar: working days and office hours.
        files: where documents and letters are kept.
        signer: signs letters.
        examiner: judges letters that anyone hands in.
        seal: encrypts personal numbers and signs links.
        news: what other processes announce.
        scanner: knows malicious files; None where none is configured.
        open_pages: keeps what is open in browsers; None where this process does so itself.
        checked_at_once: files of up to so many bytes are checked where they come in.
        public_url: the address that residents see, without a final slash.
    """

    open_work: OpenWork
    read: Read
    now: Callable[[], datetime]
    catalogue: Catalogue
    calendar: Calendar
    files: FileStore
    signer: LetterSigner
    examiner: LetterExaminer
    seal: Seal
    news: News
    public_url: str
    scanner: Scanner | None = None
    open_pages: OpenPages | None = None
    checked_at_once: int = 0

    def today(self) -> date:
        """Return the office's date now."""
        return self.calendar.day_of(self.now())


def case_topic(reference: str) -> str:
    """Return the topic under which changes of a case are announced."""
    return f"case:{reference}"


def office_topic(office_id: str) -> str:
    """Return the topic under which changes of an office's queue are announced."""
    return f"office:{office_id}"


def session_topic(id_hash: bytes) -> str:
    """Return the topic under which the end of a session is announced."""
    return f"session:{id_hash.hex()}"
