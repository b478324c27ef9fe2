"""The table of one run, on the screen and in `docs/performance.md`."""

import os
import platform
from dataclasses import dataclass, field
from pathlib import Path

_PAPER = Path(__file__).parents[2] / "docs" / "performance.md"
_BEGIN, _END = "<!-- bench: begin -->", "<!-- bench: end -->"


@dataclass
class Report:
    """Rows of a table: what, Loket, reference, ratio, gate."""

    rows: list[tuple[str, str, str, str, str]] = field(default_factory=list)

    def add(
        self, what: str, loket: str, reference: str = "", ratio: str = "", gate: str = ""
    ) -> None:
        """Add one row."""
        self.rows.append((what, loket, reference, ratio, gate))

    def compare(self, what: str, loket: float, reference: float, unit: str, gate: str = "") -> None:
        """Add one row of two measurements, and how many times the second the first is."""
        shown = f"{loket / reference:.2f}"
        self.add(what, f"{_figure(loket)} {unit}", f"{_figure(reference)} {unit}", shown, gate)

    def text(self) -> str:
        """Return it as Markdown."""
        head = ("measured", "Loket", "reference", "ratio", "gate / goal")
        lines = [" | ".join(row) for row in (head, ("---",) * len(head), *self.rows)]
        machine = (
            f"{os.cpu_count()} processors, shared; Python {platform.python_version()}, "
            f"{platform.system()} {platform.machine()}"
        )
        return "\n".join((*(f"| {line} |" for line in lines), "", f"Machine: {machine}."))

    def write(self) -> None:
        """Put the table between the two marker lines of the paper; the rest stays."""
        paper = _PAPER.read_text(encoding="utf-8")
        before, begin, rest = paper.partition(_BEGIN)
        _old, end, after = rest.partition(_END)
        if not begin or not end:
            raise RuntimeError(f"{_PAPER} has no {_BEGIN} and {_END}")
        text = f"{before}{begin}\n{self.text()}\n{end}{after}"
        _PAPER.write_text(text, encoding="utf-8")


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
