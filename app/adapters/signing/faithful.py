"""A PDF writer that adds to a letter and changes nothing that it says of itself."""

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter


class FaithfulWriter(IncrementalPdfFileWriter):
    """Keeps an archival letter archival (PDF/A-2 stands on PDF 1.7).

    Left alone, pyHanko declares PDF 2.0 for the sake of elliptic curves, and writes the
    XMP metadata anew with URIs in a form that PDF/A's extension schemas do not allow.
    """

    def ensure_output_version(self, version: object) -> None:
        """Declare no other version than the letter does."""

    def register_extension(self, ext: object) -> None:
        """Declare no extension of the format."""

    def _update_meta(self) -> None:
        """Leave the metadata as typeset; the moment of signing is in the signature."""
