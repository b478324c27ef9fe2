"""A scanner for malicious files, asked over the network: the second line behind the inspection."""

from typing import Protocol

from app.adapters.scanning.clamd import Clamd, ScannerDown

__all__ = ["Clamd", "Scanner", "ScannerDown"]


class Scanner(Protocol):
    """Knows malicious files. Both methods raise `ScannerDown` when it does not answer."""

    async def scan(self, data: bytes) -> str:
        """Return what is wrong with a file, in the scanner's own word; empty: nothing known."""
        ...

    async def ready(self) -> None:
        """Return when the scanner answers."""
        ...
