"""What `app.ssr` promises, shown on the example site."""

import asyncio
import base64
import hashlib
import re

import httpx
import pytest

from tests.integration.ssr_site import Site

POLICY = "content-security-policy"
U1 = {"cookie": "user=u1"}
BROTLI = {"accept-encoding": "br"}

pytest_plugins = ["tests.integration.ssr_site"]


@pytest.fixture
async def http(site: Site):
    async with httpx.AsyncClient(base_url=site.url, headers={"accept": "text/html"}) as client:
        yield client


# What a request is answered with


async def test_a_page_carries_its_data_in_the_first_answer(http):
    page = await http.get("/cases/1", headers=U1)
    assert page.status_code == 200
    assert "<title>Case 1 of u1</title>" in page.text
    assert '<p data-status="submitted" id="status">Sent</p>' in page.text
    assert "<ul><li>sent</li><li>&lt;/script>&lt;b></li></ul>" in page.text
    assert "<b id='raw'>chained</b>" in page.text
    assert page.text.count("</script>") == 2


async def test_a_select_begins_with_its_option(http):
    page = await http.get("/form")
    assert '<option value="b" selected>' in page.text


async def test_a_page_may_have_its_own_language(http):
    assert '<html lang="id">' in (await http.get("/plain")).text
    assert '<html lang="en">' in (await http.get("/form")).text


async def test_a_missing_case_and_an_unknown_address_answer_404_without_scripts(http):
    for path in ("/cases/404", "/nowhere", "/../etc/passwd", "/%2e%2e/%2e%2e/rxconfig.py"):
        page = await http.get(path, headers=U1)
        assert page.status_code == 404, path
        assert "Nothing here" in page.text
        assert "<script" not in page.text


async def test_a_handler_sends_elsewhere_by_raising_or_by_returning(http):
    signed_out = await http.get("/cases/1")
    moved = await http.get("/cases/moved", headers=U1)
    assert (signed_out.status_code, signed_out.headers["location"]) == (302, "/sign-in?to=/cases/1")
    assert (moved.status_code, moved.headers["location"]) == (302, "/cases/1")


@pytest.mark.parametrize("path", ["/cases/broken", "/explode"])
async def test_a_defect_is_logged_under_the_id_that_the_page_shows(http, site, path):
    page = await http.get(path, headers=U1)
    shown = re.search("id=error>([0-9a-f]{8})<", page.text)
    assert page.status_code == 500
    assert shown
    assert "a defect" not in page.text
    log = site.log.read_text()
    assert f"defect {shown[1]} at {path}" in log
    assert "ZeroDivisionError" in log


async def test_every_answer_carries_the_headers(http):
    paths = (
        "/cases/1",
        "/plain",
        "/nowhere",
        "/cases/moved",
        "/cases/broken",
        "/explode",
        "/saved",
    )
    for path in (*paths, "/app.css", "/ping", "/assets/none.js"):
        answer = await http.get(path, headers=U1)
        headers = answer.headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "same-origin"
        assert "permissions-policy" in headers
        assert "frame-ancestors 'none'" in headers[POLICY]
        assert "unsafe" not in headers[POLICY]


async def test_a_document_with_its_own_policy_keeps_it(http):
    answer = await http.get("/sandboxed")
    assert answer.headers[POLICY] == "sandbox"


async def test_pages_are_kept_by_nobody_and_hashed_files_by_everybody(http):
    page = await http.get("/cases/1", headers=U1)
    script = re.search('data-entry="(/assets/[^"]+)"', page.text)
    assert script
    file = await http.get(script[1], headers={"accept-encoding": "br"})
    assert page.headers["cache-control"] == "private, no-store"
    assert file.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert file.headers["content-encoding"] == "br"


async def test_a_page_that_strangers_share_is_rendered_once_and_not_sent_twice(http):
    first, second = [await http.get("/plain", headers=BROTLI) for _ in range(2)]
    assert first.headers["cache-control"] == "no-cache"
    assert (second.content, second.headers[POLICY]) == (first.content, first.headers[POLICY])
    assert "frame-ancestors 'none'" in second.headers[POLICY]
    assert second.headers["x-content-type-options"] == "nosniff"
    known = {**BROTLI, "if-none-match": first.headers["etag"]}
    unchanged = await http.get("/plain", headers=known)
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    other_form = await http.get("/plain", headers={**known, "accept-encoding": "identity"})
    assert other_form.status_code == 200
    assert "content-encoding" not in other_form.headers
    assert other_form.text.startswith("<!DOCTYPE html>")


async def test_the_one_script_of_a_shared_page_is_allowed_by_its_hash(http):
    page = await http.get("/plain")
    loader = re.search(r"<script nonce=\"\" [^>]+>(.+?)</script>", page.text, re.DOTALL)
    assert loader
    digest = base64.b64encode(hashlib.sha256(loader[1].encode()).digest()).decode()
    assert f"script-src 'self' 'sha256-{digest}';" in page.headers[POLICY]


@pytest.mark.parametrize("told", [{"cookie": "user=u1"}, {"authorization": "Bearer x"}])
async def test_who_says_anything_about_themselves_gets_a_page_of_their_own(http, told):
    shared = await http.get("/plain")
    own = await http.get("/plain", headers={**told, "if-none-match": shared.headers["etag"]})
    with_query = await http.get("/plain?q=1")
    for page in (own, with_query):
        assert page.status_code == 200
        assert page.headers["cache-control"] == "private, no-store"
        assert "'nonce-" in page.headers[POLICY]


async def test_a_shared_page_is_of_the_host_that_was_asked(http):
    here = await http.get("/plain")
    there = await http.get("/plain", headers={"host": "elsewhere.example"})
    assert "elsewhere.example" in there.text
    assert "elsewhere.example" not in here.text
    assert "elsewhere.example" not in (await http.get("/plain")).text


async def test_a_nonce_is_used_once(http):
    first, second = [await http.get("/form") for _ in range(2)]
    nonces = {re.search("'nonce-([^']+)'", page.headers[POLICY])[1] for page in (first, second)}
    assert len(nonces) == 2
    assert f'<script nonce="{next(iter(nonces))}"' in first.text + second.text


@pytest.mark.parametrize(("accepted", "sent"), [("br, gzip", "br"), ("gzip", "gzip"), ("", None)])
async def test_a_page_is_compressed_only_as_accepted(http, accepted, sent):
    page = await http.get("/cases/1", headers={**U1, "accept-encoding": accepted})
    assert page.headers.get("content-encoding") == sent
    # httpx has no brotli of its own; the browser tests read those pages.
    assert ("Case 1 of u1" in page.text) is (sent != "br")


async def test_a_head_has_the_headers_and_no_body(http):
    answer = await http.head("/cases/1", headers=U1)
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 500


async def test_500_requests_of_50_people_never_mix(http):
    gate = asyncio.Semaphore(32)

    async def ask(number: int) -> set[str]:
        user = f"user-{number % 50 + 100}"
        async with gate:
            page = await http.get(f"/cases/{user}", headers={"cookie": f"user={user}"})
        return set(re.findall(r"user-\d{3}", page.text)) ^ {user}

    strangers = await asyncio.gather(*(ask(number) for number in range(500)))
    assert set().union(*strangers) == set()


# Who may connect


async def _handshake(site: Site, origin: str | None) -> int:
    host = site.url.removeprefix("http://")
    reader, writer = await asyncio.open_connection(*host.split(":"))
    named = f"Origin: {origin}\r\n" if origin else ""
    writer.write(
        f"GET /_event/?token=t&EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\n{named}"
        "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    status = int((await reader.readline()).split()[1])
    writer.close()
    return status


async def test_a_websocket_needs_this_sites_origin(site):
    assert await _handshake(site, site.url) == 101
    assert await _handshake(site, "https://elsewhere.example") == 403
    assert await _handshake(site, "null") == 403
    assert await _handshake(site, None) == 403


@pytest.mark.parametrize(
    "sender", [{"origin": "https://elsewhere.example"}, {"sec-fetch-site": "cross-site"}]
)
async def test_another_sites_form_is_refused(http, sender):
    assert (await http.post("/decide/1/draft", headers=sender)).status_code == 403
