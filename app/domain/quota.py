"""How much one account may make in a day: what a village's helper needs, and no more."""

from datetime import timedelta
from typing import Final

from app.domain.errors import DomainError
from app.domain.uploads import UploadRefused

DAY: Final = timedelta(days=1)
MOST_FILES: Final = 1_000
MOST_FILE_BYTES: Final = 5_000_000_000
MOST_SENT: Final = 200
MOST_MESSAGES: Final = 500


class TooManyToday(DomainError):
    """The account has sent as many cases or messages as it may in a day."""

    key = "error.too_many_today"


class TooManyFilesToday(UploadRefused):
    """The account has handed in as many files, or bytes, as it may in a day."""

    key = "problem.files_today"
