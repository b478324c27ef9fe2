"""What the installed app is called and looks like."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Icon:
    """One picture: its path on the site, its edge in pixels, whether it may be cut to a shape."""

    path: str
    edge: int
    maskable: bool = False

    def entry(self) -> dict[str, str]:
        """Return it as the manifest words it."""
        return {
            "src": self.path,
            "sizes": f"{self.edge}x{self.edge}",
            "type": "image/png",
            "purpose": "maskable" if self.maskable else "any",
        }


@dataclass(frozen=True, slots=True)
class Manifest:
    """The app as the phone knows it.

    Attributes:
        icons: the first is the one that is also kept for offline, so the smallest that will do.
        theme: the colour of the bar above the page, in light and in dark.
        background: the colour of the screen while the app starts.
        offline: the pages for when there is no network, by the path below which each stands
            (`""` for all others); the same for everybody.
    """

    name: str
    short_name: str
    language: str
    theme: str
    theme_dark: str
    background: str
    offline: Mapping[str, str]
    icons: tuple[Icon, ...]
    description: str = ""
    start: str = "/"
    categories: tuple[str, ...] = field(default=())

    def as_json(self) -> str:
        """Return the file as it is served."""
        entries: dict[str, Any] = {
            "id": "/",
            "name": self.name,
            "short_name": self.short_name,
            "lang": self.language,
            "dir": "auto",
            "start_url": self.start,
            "scope": "/",
            "display": "standalone",
            "theme_color": self.theme,
            "background_color": self.background,
            "icons": [icon.entry() for icon in self.icons],
        }
        if self.description:
            entries["description"] = self.description
        if self.categories:
            entries["categories"] = list(self.categories)
        return json.dumps(entries, ensure_ascii=False, separators=(",", ":"))
