"""What a page's geometry says: nothing cut, nothing out of reach, nothing too small to touch."""

from collections.abc import Mapping
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

#: WCAG 2.2, 2.5.8: a target's least size; and the one that Loket's own controls keep (2.5.5).
LEAST, OURS = 24, 44

_FAULTS = """([least, ours, text]) => {
  const root = document.documentElement;
  root.style.fontSize = text === 1 ? "" : `${text * 100}%`;
  const faults = [];
  const name = (e) => `${e.tagName} ${e.className} "${(e.innerText || e.name || "").slice(0, 40)}"`;
  const tell = (what, e) => faults.push(`${what}: ${name(e)}`);
  const width = root.clientWidth;
  if (root.scrollWidth > width) faults.push(`scrolls sideways: ${root.scrollWidth} > ${width}`);
  const aside = ".sr:not(:focus), .skip";
  const shown = (e) => e.checkVisibility({ checkVisibilityCSS: true }) && !e.closest(aside);
  const waits = (e) => [...e.querySelectorAll("img")].some((image) => !image.complete);
  for (const e of document.querySelectorAll("body *")) {
    if (!shown(e) || e.closest("svg")) continue;
    const box = e.getBoundingClientRect();
    if (!box.width || !box.height) continue;
    // What scrolls by itself, and can be reached with the keyboard, may be wider.
    if ((box.right > width + 1 || box.left < -1) && !e.closest(".tabs")) tell("sticks out", e);
    const style = getComputedStyle(e);
    // An input shows the part that is typed into; a name in the header is whole in the account.
    const cuts = /hidden|clip/.test(style.overflowX) && !/MAIN|INPUT/.test(e.tagName);
    const isShortened = style.textOverflow === "ellipsis";
    if (cuts && e.scrollWidth > e.clientWidth + 1 && !isShortened) tell("is cut", e);
  }
  const controls = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  for (const e of document.querySelectorAll(controls)) {
    if (!shown(e) || waits(e)) continue;
    const style = getComputedStyle(e);
    if (style.display === "inline") continue; // a link within a sentence
    const target = e.matches("[type=radio], [type=checkbox]") ? e.closest("label") ?? e : e;
    const { width, height } = target.getBoundingClientRect();
    if (Math.min(width, height) < least) tell(`${width}x${height} is too small`, e);
    if (e.matches("button, .b, .nav a, summary, input, select, textarea") && height < ours)
      tell(`${height} is low`, e);
  }
  root.style.fontSize = "";
  return faults;
}"""


async def faults_of_shape(page: Page, text: float = 1) -> list[str]:
    """Return what is wrong with the page's geometry as it stands; `text` enlarges its letters."""
    return await page.evaluate(_FAULTS, [LEAST, OURS, text])


async def has_no_barrier(page: Page, options: Mapping[str, Any] | None = None) -> None:
    """Fail on whatever axe finds."""
    found = await Axe().run(page, options=dict(options) if options else None)
    where = f"{page.url} at {page.viewport_size}"
    assert found.violations_count == 0, f"{where}\n{found.generate_report()}"
