"""Files that come in pieces: how long they are waited for, and why one is not taken."""

from datetime import timedelta

from app.domain.errors import DomainError

#: An upload that nobody went on with for so long is cleared away.
LIVES = timedelta(days=7)
#: Uploads that one person may have begun and not finished.
MOST_OPEN = 30


class UploadRefused(DomainError):
    """A file, or a piece of one, that cannot be taken as it is."""


class FileTooLarge(UploadRefused):
    """The file is longer than its requirement allows: `limit` bytes."""

    key = "problem.file_too_large"


class FilesTooLarge(UploadRefused):
    """Several files of one form are together longer than allowed: `limit` bytes."""

    key = "problem.files_too_large"


class TooManyFiles(UploadRefused):
    """A form brought more files for one requirement than `limit`."""

    key = "problem.too_many_files"


class FileEmpty(UploadRefused):
    """The file has no bytes."""

    key = "problem.file_empty"


class FileNotStored(UploadRefused):
    """The store did not answer while the file came in with its form."""

    key = "problem.file_not_stored"


class WrongKind(UploadRefused):
    """The file says of itself that it is of a kind that is not `accepted`."""

    key = "document.refused.kind"


class TooManyUploads(UploadRefused):
    """The person has begun too many uploads; `limit` may be open."""

    key = "problem.uploads_too_many"


class WrongOffset(UploadRefused):
    """The piece does not begin where the last durable one ends; `received` bytes are durable."""

    key = "problem.upload_offset"


class PieceTooLong(UploadRefused):
    """The piece goes on beyond the end of its file."""

    key = "problem.upload_offset"


class ChecksumMismatch(UploadRefused):
    """The bytes are not those that the sender has. They were not kept."""

    key = "problem.upload_checksum"


class UploadExpired(UploadRefused):
    """Nobody went on with the upload for longer than `LIVES`."""

    key = "problem.upload_expired"
