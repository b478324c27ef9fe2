"""Files on their way up from a phone, slow enough to be watched."""

import hashlib
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from playwright.async_api import CDPSession, FilePayload, Locator, Page, expect

from tests.factories import Person, Town
from tests.support.files import photo

CARD, FAMILY = "KTP", "Kartu Keluarga"
#: A poor line, in bytes a second: the files below need some seconds on it.
SLOW = 250_000
SIZE = 500_000


def file(name: str = "ktp.jpg", size: int = SIZE) -> FilePayload:
    """A photo of a given size, like no other."""
    small = photo()["buffer"]
    return {"name": name, "mimeType": "image/jpeg", "buffer": small + os.urandom(size - len(small))}


@asynccontextmanager
async def slow_line(page: Page) -> AsyncIterator[CDPSession]:
    """Slow a page's line down while the block runs."""
    line = await page.context.new_cdp_session(page)
    await set_line(line, SLOW)
    yield line
    if not page.is_closed():
        await set_line(line, -1)


async def set_line(line: CDPSession, pace: int, *, is_cut: bool = False) -> None:
    """Let a page send so many bytes a second, or none at all."""
    conditions = {
        "offline": is_cut,
        "latency": 0,
        "downloadThroughput": -1,
        "uploadThroughput": pace,
    }
    await line.send("Network.emulateNetworkConditions", conditions)


def place(page: Page, label: str = CARD) -> Locator:
    named = page.locator("label").get_by_text(label, exact=True)
    return page.get_by_test_id("upload").filter(has=named)


def progress(page: Page, label: str = CARD) -> Locator:
    return place(page, label).get_by_test_id("upload-progress")


async def some_arrived(page: Page, label: str = CARD) -> None:
    """Wait until the server has acknowledged a part of a file, and not all."""
    await expect(progress(page, label)).to_contain_text(re.compile(r"[1-9]\d* kB dari \d+ kB"))


async def arrived_whole(
    page: Page, town: Town, resident: Person, sent: FilePayload, label: str = CARD
) -> None:
    """Wait until the slot shows the file as the server has it; compare what it has."""
    await expect(place(page, label)).to_contain_text("Aman, sudah tersimpan")
    [draft] = await town.drafts(resident)
    document = await town.document(draft.reference, {CARD: "ktp", FAMILY: "kk"}[label])
    assert document.sha256 == hashlib.sha256(sent["buffer"]).hexdigest()
    assert document.filename == sent["name"]
