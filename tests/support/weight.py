"""What a visit to a page costs the line, as the browser's own instruments say."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import CDPSession, Page


@dataclass
class Weight:
    """Bytes of bodies as they came, compressed, and requests, by kind.

    The kinds are the browser's own: Document, Stylesheet, Script, Image, ... Headers are
    left out: what they weigh is for the protocol to say, which the proxy chooses.
    """

    sizes: Counter[str] = field(default_factory=Counter)
    requests: Counter[str] = field(default_factory=Counter)
    sockets: int = 0

    @property
    def content(self) -> int:
        """The bytes without which nothing can be read: HTML and CSS."""
        return self.sizes["Document"] + self.sizes["Stylesheet"]

    @property
    def scripts(self) -> int:
        """The bytes of JavaScript."""
        return self.sizes["Script"]


class Scale:
    """Weighs all that one page fetches from now on."""

    def __init__(self, line: CDPSession) -> None:
        self.line = line
        self.weight = Weight()
        self._begun: dict[str, tuple[str, int]] = {}
        line.on("Network.requestWillBeSent", self._asked)
        line.on("Network.responseReceived", self._answered)
        line.on("Network.loadingFinished", self._came)
        line.on("Network.webSocketCreated", self._opened)

    @classmethod
    async def under(cls, page: Page) -> "Scale":
        """Put a scale under a page."""
        line = await page.context.new_cdp_session(page)
        scale = cls(line)
        await line.send("Network.enable")
        return scale

    def _asked(self, event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("http"):
            self.weight.requests[event.get("type", "Other")] += 1

    def _answered(self, event: dict[str, Any]) -> None:
        headers = int(event["response"]["encodedDataLength"])
        self._begun[event["requestId"]] = (event["type"], headers)

    def _came(self, event: dict[str, Any]) -> None:
        kind, headers = self._begun.get(event["requestId"], ("Other", 0))
        self.weight.sizes[kind] += max(int(event["encodedDataLength"]) - headers, 0)

    def _opened(self, _event: dict[str, Any]) -> None:
        self.weight.sockets += 1
