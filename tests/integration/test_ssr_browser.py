"""What `app.ssr` promises a person in front of a browser, shown on the example site."""

import asyncio
import signal

import httpx
from playwright.async_api import Browser, Route, expect

from tests.integration.ssr_site import Site, Tab, as_user, tab_in, until

pytest_plugins = ["tests.integration.ssr_site"]

#: Brotli bytes of all scripts of a page, its websocket included.
SCRIPT_BUDGET = 20_000
KEPT = """['word', 'long', 'pick'].map((id) => document.getElementById(id).value)
    .concat(yes.checked, details.open, document.activeElement.id)"""
POOR_LINE = "Object.defineProperty(navigator, 'connection', {value: {saveData: true}})"


async def clicked_once(tab: Tab) -> None:
    await expect(tab.page.locator("#click")).to_have_text("clicks 1")


async def test_everything_reads_and_every_form_works_without_scripts(chrome: Browser, site: Site):
    context = await as_user(chrome, site, "u1", java_script_enabled=False)
    tab = await tab_in(context, site)
    await tab.open("/cases/1")
    assert await tab.text("#heading") == "Case 1 of u1"
    await tab.open("/form")
    await tab.page.fill("#word", "no scripts")
    await tab.attach("#file", "A")
    await tab.page.click("#send")
    await tab.page.wait_for_url("**/form")
    assert (await tab.ask("/saved"))[-1] == {
        "word": "no scripts", "pick": "b", "yes": "on", "file": "A"
    }  # fmt: skip
    await context.close()


async def test_a_page_comes_alive_without_an_error_or_a_change(tab: Tab):
    await tab.open("/cases/1")
    await tab.alive()
    await tab.watched_by("case:1", 1)
    assert await tab.page.evaluate("changes") == []
    assert await tab.page.title() == "Case 1 of u1"
    assert await tab.page.evaluate("document.querySelectorAll('title').length") == 1
    assert tab.problems == []
    assert await tab.page.evaluate("refused") == []


async def test_a_page_without_anything_live_loads_no_script(tab: Tab):
    await tab.open("/plain")
    await tab.page.wait_for_load_state("networkidle")
    assert tab.scripts == {}
    assert tab.problems == []


async def test_scripts_stay_within_their_budget_and_the_socket_waits(tab: Tab):
    await tab.open("/form")
    await tab.alive()
    assert tab.sockets == []
    assert 0 < sum(tab.scripts.values()) < SCRIPT_BUDGET
    await tab.page.click("#click")
    await clicked_once(tab)
    assert len(tab.sockets) == 1
    assert sum(tab.scripts.values()) < SCRIPT_BUDGET
    assert tab.problems == []


async def test_what_was_typed_and_clicked_before_the_scripts_came_is_kept(tab: Tab):
    arrived = asyncio.Event()

    async def hold(route: Route) -> None:
        await arrived.wait()
        await route.continue_()

    await tab.page.route("**/assets/*.js", hold)
    await tab.open("/form")
    await tab.page.fill("#word", "typed")
    await tab.page.fill("#long", "typed too")
    await tab.page.select_option("#pick", "c")
    await tab.page.uncheck("#yes")
    await tab.page.click("#more")
    await tab.page.click("#click", no_wait_after=True)
    assert await tab.page.get_attribute("#click", "aria-busy") == "true"
    await tab.page.focus("#word")
    arrived.set()
    await tab.alive()
    await clicked_once(tab)
    assert await tab.page.evaluate(KEPT) == ["typed", "typed too", "c", False, True, "word"]
    assert await tab.page.get_attribute("#click", "aria-busy") is None
    assert tab.problems == []


async def test_on_a_poor_line_scripts_wait_for_a_touch(tab: Tab):
    await tab.page.add_init_script(POOR_LINE)
    await tab.open("/form")
    await tab.page.fill("#word", "typed")
    await tab.page.wait_for_load_state("networkidle")
    assert tab.scripts == {}
    await tab.page.click("#click", no_wait_after=True)
    await clicked_once(tab)
    assert await tab.page.input_value("#word") == "typed"


async def test_a_page_that_is_pushed_to_comes_alive_on_a_poor_line_too(tab: Tab):
    await tab.page.add_init_script(POOR_LINE)
    await tab.open("/cases/1")
    await tab.watched_by("case:1", 1)


async def test_a_plain_form_is_the_browsers_own_after_the_page_is_alive(tab: Tab):
    await tab.open("/form")
    await tab.alive()
    await tab.page.fill("#word", "alive")
    await tab.page.select_option("#pick", "a")
    await tab.attach("#file", "B")
    async with tab.page.expect_navigation():
        await tab.page.click("#send")
    assert (await tab.ask("/saved"))[-1] == {
        "word": "alive", "pick": "a", "yes": "on", "file": "B"
    }  # fmt: skip


async def test_a_form_with_a_handler_tells_it(tab: Tab):
    await tab.open("/form")
    await tab.page.fill("#live-word", "told")
    await tab.page.click("#tell", no_wait_after=True)
    await expect(tab.page.locator("#told")).to_have_text("told")
    assert tab.page.url.endswith("/form")


async def test_a_change_reaches_the_open_page(tab: Tab):
    await tab.open("/cases/2")
    await tab.watched_by("case:2", 1)
    async with httpx.AsyncClient(base_url=tab.site.url) as http:
        assert (await http.post("/decide/2/done")).json() == 1
        await tab.page.wait_for_selector("#status[data-status=done]")
        assert await tab.text("#timeline") == "Tue\ndone"
        await http.post("/decide/2/submitted")
    await tab.page.wait_for_selector("#status[data-status=submitted]")
    assert tab.problems == []


async def test_a_line_that_was_gone_is_taken_up_again(tab: Tab):
    await tab.open("/cases/2")
    await tab.watched_by("case:2", 1)
    await tab.page.context.set_offline(True)
    await tab.watched_by("case:2", 0)
    await tab.page.context.set_offline(False)
    await tab.watched_by("case:2", 1)
    async with httpx.AsyncClient(base_url=tab.site.url) as http:
        await http.post("/decide/2/done")
        await tab.page.wait_for_selector("#status[data-status=done]")
        await http.post("/decide/2/submitted")
    await tab.page.wait_for_selector("#status[data-status=submitted]")


async def test_a_change_while_the_page_reads_reaches_it(tab: Tab):
    await tab.open("/cases/busy")
    await tab.page.wait_for_selector("#status[data-status=done]")
    assert tab.problems == []


async def test_a_closed_tab_is_forgotten_and_gives_its_state_back(tab: Tab):
    await tab.open("/cases/u7")
    await tab.watched_by("case:u7", 1)
    before = (await tab.ask("/watching"))["states"]
    await tab.page.goto("about:blank")
    await tab.watched_by("case:u7", 0)

    async def given_back() -> bool:
        async with httpx.AsyncClient(base_url=tab.site.url) as http:
            return (await http.get("/watching")).json()["states"] < before

    await until(given_back)


async def test_a_session_that_ends_takes_its_sockets_with_it(chrome: Browser, site: Site, tab: Tab):
    other = await tab_in(await as_user(chrome, site, "u9"), site)
    await other.open("/cases/u9")
    await other.watched_by("case:u9", 1)
    await tab.open("/cases/u8")
    await tab.watched_by("case:u8", 1)
    async with httpx.AsyncClient(base_url=site.url) as http:
        assert (await http.post("/sign-out/u9")).json() == 1

    async def closed() -> bool:
        return len(other.closed) == 1

    await until(closed)
    assert tab.closed == []
    await other.page.context.close()


async def test_on_an_open_page_missing_reloads_and_elsewhere_goes(tab: Tab):
    await tab.open("/cases/u5")
    await tab.alive()
    async with tab.page.expect_navigation():
        await tab.page.click("#gone", no_wait_after=True)
    assert tab.page.url.endswith("/cases/u5")
    await tab.alive()
    await tab.page.click("#leave", no_wait_after=True)
    await tab.page.wait_for_url("**/plain?left=1")


async def test_without_a_renderer_the_page_still_comes_and_fills(tab: Tab, site: Site):
    stopped = site.renderer()
    stopped.send_signal(signal.SIGSTOP)
    answer = await tab.open("/cases/u3")
    # To whatever runs no scripts there is nothing in it yet.
    assert (answer.status, answer.headers["retry-after"]) == (503, "2")
    assert answer.headers["x-rendered-by"] == "shell"
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in await answer.text()
    assert "'nonce-" in answer.headers["content-security-policy"]
    await expect(tab.page.locator("#heading")).to_have_text("Case u3 of u1")
    assert [one for one in tab.problems if "503" not in one] == []
    async with httpx.AsyncClient(base_url=site.url, headers={"cookie": "user=u1"}) as http:
        assert (await http.get("/cases/404")).status_code == 404
        stopped.kill()

        async def back() -> bool:
            answer = await http.get("/cases/u3")
            by_server = answer.headers["x-rendered-by"] == "server"
            assert answer.status_code == (200 if by_server else 503)
            return by_server

        await until(back)
    assert site.renderer().pid != stopped.pid
