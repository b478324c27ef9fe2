"""The pure parts of `app.ssr`: words of addresses, headers, origins, and the patches' anchors."""

import re
from pathlib import Path

import pytest
import reflex_base

from app.ssr.guard import is_own
from app.ssr.headers import completed, nonced, policy, spent
from app.ssr.middleware import is_plain, pattern_of
from app.ssr.patches import (
    AnchorMissing,
    document_without_inline_script,
    lighter_pages,
    no_script_from_text,
    replaced,
    same_from_same_source,
    socket_when_needed,
)
from app.ssr.state_run import route_params
from app.ssr.tabs import read_cookies

TEMPLATES = Path(reflex_base.__file__).parent / ".templates" / "web"


@pytest.mark.parametrize(
    ("route", "pattern"),
    [
        ("index", ""),
        ("layanan", "layanan"),
        ("layanan/[key]/ajukan", "layanan/:key/ajukan"),
        ("cases/[[id]]", "cases/:id?"),
        ("files/[[...splat]]", "files/*"),
        ("404", "*"),
    ],
)
def test_a_route_is_worded_as_the_renderer_knows_it(route, pattern):
    assert pattern_of(route) == pattern


@pytest.mark.parametrize(
    ("route", "path", "params"),
    [
        ("layanan/[key]", "/layanan/sktm", {"key": "sktm"}),
        ("layanan/[key]/ajukan", "/layanan/sktm/ajukan", {"key": "sktm"}),
        ("cases/[[id]]", "/cases", {}),
        ("files/[[...splat]]", "/files/a/b", {"splat": ["a", "b"]}),
        ("index", "/", {}),
    ],
)
def test_a_path_fills_the_brackets_of_its_route(route, path, params):
    assert route_params(route, path) == params


@pytest.mark.parametrize("path", ["/", "/layanan", "/layanan/", "/a/b.c", "/a..b"])
def test_a_plain_path_means_what_it_says(path):
    assert is_plain(path)


@pytest.mark.parametrize("path", ["/../etc", "/a/../b", "/a/./b", "//a", "/a//b", "/a\\b", "/a\0"])
def test_a_path_that_means_another_is_no_page(path):
    assert not is_plain(path)


def test_an_answer_keeps_its_own_policy_and_gets_what_it_lacks():
    headers = dict(completed([(b"Content-Security-Policy", b"sandbox")], secure=True))
    assert headers[b"content-security-policy"] == b"sandbox"
    assert headers[b"x-content-type-options"] == b"nosniff"
    assert b"strict-transport-security" in headers
    assert b"strict-transport-security" not in dict(completed([], secure=False))


def test_the_policy_allows_no_inline_script_or_style_but_the_loaders():
    words = policy(nonced("abc"), ["https://signin.example"]).decode()
    assert "script-src 'self' 'nonce-abc';" in words
    assert "style-src 'self';" in words
    assert "unsafe" not in words
    assert "form-action 'self' https://signin.example" in words


@pytest.mark.parametrize(
    ("origin", "allowed", "own"),
    [
        ("http://loket.example", (), True),
        ("https://loket.example", (), True),
        ("http://loket.example:81", (), False),
        ("http://loket.example.evil", (), False),
        ("null", (), False),
        ("http://loket.example", ("https://public.example",), False),
        ("https://public.example", ("https://public.example",), True),
    ],
)
def test_an_origin_is_this_site_or_on_the_list(origin, allowed, own):
    assert is_own(origin, "loket.example", allowed) is own


def test_a_request_without_host_has_no_own_origin():
    assert not is_own("http://", "", ())


def test_cookies_that_cannot_be_read_are_none():
    assert read_cookies("user=u1; other=2") == {"user": "u1", "other": "2"}
    assert read_cookies("a b=c;;=") == {}


def test_a_cookie_that_is_used_up_goes_as_it_came():
    ((name, gone),) = spent(["__Host-kabar"], "a=b; __Host-kabar=x", "navigate")
    assert (name, gone.startswith(b"__Host-kabar=; Max-Age=0; Path=/;")) == (b"set-cookie", True)
    assert gone.endswith(b"; Secure")
    assert b"Secure" not in spent(["kabar"], "kabar=x", "")[0][1]
    assert spent(["kabar"], "kabar=x", "cors") == []


def test_a_patch_fails_when_its_anchor_is_gone_or_doubled():
    assert replaced("a b", "b", "c") == "a c"
    for text in ("a", "b b"):
        with pytest.raises(AnchorMissing):
            replaced(text, "b", "c")


def test_a_document_without_its_inline_script_is_not_recognised():
    with pytest.raises(AnchorMissing):
        document_without_inline_script("export function Layout() {}")


def test_the_installed_reflex_reads_as_the_patches_expect():
    state = (TEMPLATES / "utils" / "state.js").read_text()
    patched = socket_when_needed(no_script_from_text(same_from_same_source(state)))
    assert "reflexEnvironment" not in patched
    assert not re.search(r"\beval\b", patched)
    assert "lazySocket()" in patched
    with pytest.raises(AnchorMissing):
        socket_when_needed(patched)


def test_vite_is_told_of_the_plugins_first():
    config = "\nexport default defineConfig((c) => ({\n  plugins: [\n    x(),\n"
    patched = lighter_pages(config)
    assert 'import ssr from "./vite-plugin-ssr.js";' in patched
    assert "plugins: [\n    ssr(),\n    x(),\n" in patched
