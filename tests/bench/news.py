"""How long a change takes to reach an open page."""

from statistics import median

from playwright.async_api import Browser

from tests.bench.phone import phone

_TIMES = 15
_SEND = """async ([path, text]) => {
  const began = performance.now();
  const seen = new Promise((resolve) => {
    const look = () => document.body.innerText.includes(text) && resolve(performance.now());
    const all = { subtree: true, childList: true, characterData: true };
    new MutationObserver(look).observe(document.body, all);
  });
  const body = new URLSearchParams({ text });
  const asked = performance.now();
  await fetch(path, { method: "POST", body, redirect: "manual" });
  const answered = performance.now();
  return [(await seen) - began, answered - asked];
}"""


async def milliseconds_to_open_page(
    browser: Browser, url: str, path: str, cookies: dict[str, str]
) -> tuple[float, float]:
    """Send messages from an open page of a case until it shows them by itself.

    Returns:
        Medians, in milliseconds: from sending to seeing, and what the sending alone took.
    """
    context = await phone(browser, url, cookies)
    page = await context.new_page()
    async with page.expect_websocket() as socket:
        await page.goto(url)
    await (await socket.value).wait_for_event("framereceived")
    told = [await page.evaluate(_SEND, [path, f"Kabar ke-{number}."]) for number in range(_TIMES)]
    await context.close()
    return median(seen for seen, _ in told), median(sent for _, sent in told)
