"""Going through a page with the Tab key, looking at every stop."""

from dataclasses import dataclass
from typing import Any

from playwright.async_api import Locator, Page, expect

_MOST_STOPS = 150
_HERE = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 1);
  const reached = (y) => {
    const top = document.elementFromPoint(x, Math.min(Math.max(y, 1), innerHeight - 1));
    return top !== null && (e.contains(top) || top.contains(e));
  };
  const inside = box.bottom > 0 && box.top < innerHeight;
  return {
    name: `${e.tagName.toLowerCase()} ${e.id || e.textContent.trim().slice(0, 40) || e.name}`,
    place: [...document.body.querySelectorAll("*")].indexOf(e),
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    seen: inside && [box.top + 3, box.top + box.height / 2, box.bottom - 3].some(reached),
  };
}"""


@dataclass(frozen=True)
class Stop:
    """Where the focus is: what it is on, its place in the document, and whether one sees it."""

    name: str
    place: int
    outlined: bool
    seen: bool


async def here(page: Page) -> Stop | None:
    """Return where the focus is; None when it is nowhere."""
    found: dict[str, Any] | None = await page.evaluate(_HERE)
    return Stop(**found) if found else None


async def tab(page: Page, key: str = "Tab") -> Stop | None:
    """Go on to the next stop, which must be visible and marked as the one that has the focus."""
    await page.keyboard.press(key)
    stop = await here(page)
    if stop:
        assert stop.outlined, f"{page.url}: nothing marks the focus on {stop.name}"
        assert stop.seen, f"{page.url}: something hides the focus on {stop.name}"
    return stop


async def reach(page: Page, target: Locator) -> None:
    """Tab on until the focus is on `target`."""
    await expect(target).to_be_attached()
    for _ in range(_MOST_STOPS):
        if await target.evaluate("e => e === document.activeElement"):
            return
        await tab(page)
    raise AssertionError(f"{page.url}: the Tab key does not lead to {target}")


async def walk(page: Page) -> list[Stop]:
    """Go through the whole page; return its stops in the order in which they came."""
    stops: list[Stop] = []
    for _ in range(_MOST_STOPS):
        stop = await tab(page)
        if stop is None or (stops and stop.place < stops[-1].place):
            return stops
        if not stops or stop != stops[-1]:  # a date has several parts
            stops.append(stop)
    raise AssertionError(f"{page.url}: the Tab key does not come to an end")


async def enter(page: Page, target: Locator) -> None:
    """Tab to `target`, press Enter, and wait for the page that answers."""
    await reach(page, target)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")
