"""Names of Indonesian regions by their Kemendagri code, down to the kecamatan."""

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

_FILE = Path(__file__).with_name("regions.csv")


@cache
def _names() -> Mapping[str, str]:
    with _FILE.open(encoding="utf-8", newline="") as file:
        return MappingProxyType({row["code"]: row["name"] for row in csv.DictReader(file)})


def region_name(code: str) -> str | None:
    """Return the region's name; `code` has 2, 4 or 6 digits, with or without dots."""
    return _names().get(code.replace(".", ""))


def is_region(code: str) -> bool:
    """Tell whether a region of this code is in use."""
    return region_name(code) is not None


def region_path(code: str) -> tuple[str, ...]:
    """Return the names from the region up to its province; those unknown are left out."""
    code = code.replace(".", "")
    names = (region_name(code[:length]) for length in (6, 4, 2) if length <= len(code))
    return tuple(name for name in names if name is not None)
