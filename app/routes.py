"""Every path of Loket, once.

Pages use Reflex's notation for a variable part (`[key]`), which `fill` replaces;
plain HTTP routes use Starlette's (`{key}`), which `http` derives from it. English
pages stand at the same paths below `/en`.
"""

import re
from urllib.parse import quote, unquote

HOME = "/"
SERVICES = "/layanan"
SERVICE = "/layanan/[key]"
APPLY = "/layanan/[key]/ajukan"
MY_CASES = "/permohonan"
CASE = "/permohonan/[reference]"
CASE_MESSAGE = "/permohonan/[reference]/pesan"
CASE_WITHDRAW = "/permohonan/[reference]/batalkan"
CASE_LETTER = "/permohonan/[reference]/surat"
CASE_DOCUMENT = "/permohonan/[reference]/berkas/[document]"
TRACK = "/lacak"
TRACK_CODE = "/lacak/[code]"
VERIFY = "/verifikasi"
VERIFY_CODE = "/verifikasi/[code]"
SIGN_IN = "/masuk"
SIGN_IN_START = "/masuk/mulai"
SIGN_IN_DONE = "/masuk/selesai"
SIGN_OUT = "/keluar"
PROFILE = "/akun/lengkapi"
ACCOUNT = "/akun"
DEVICES = "/akun/perangkat"
DEVICE = "/akun/perangkat/[session]"
QUEUE = "/petugas"
SIGNING = "/petugas/tanda-tangan"
REVIEW = "/petugas/[reference]"
REVIEW_STEP = "/petugas/[reference]/langkah"
REVIEW_MESSAGE = "/petugas/[reference]/pesan"
REVIEW_DOCUMENT = "/petugas/[reference]/berkas/[document]"
REVIEW_DOCUMENT_PAGE = "/petugas/[reference]/berkas/[document]/[page]"
REVIEW_LETTER = "/petugas/[reference]/surat"
DOWNLOAD = "/unduh/[token]"
UPLOADS = "/unggah"
UPLOAD = "/unggah/[upload]"
OFFLINE = "/luring"
HELP = "/aksesibilitas"
IDENTITY = "/identitas"
NOT_FOUND = "/404"
HEALTH = "/healthz"
READY = "/readyz"
METRICS = "/metrics"

#: Names in queries: the page to return to, and "say what is wrong".
BACK = "kembali"
CHECKED = "periksa"
#: Cookies: of the session, and of what tells the next page what was just done, which uses it up.
SESSION, NEWS = "loket", "loket-kabar"
#: The header in which a script names the account that it sends something for.
ACCOUNT_NAMED = "loket-account"

_PART = re.compile(r"\[(\w+)\]")
ENGLISH = "/en"


def fill(route: str, **parts: str) -> str:
    """Return `route` with each `[name]` replaced by `parts[name]`, URL-quoted."""
    return _PART.sub(lambda match: quote(parts[match[1]], safe=""), route)


def http(route: str) -> str:
    """Return `route` in Starlette's notation: `/lacak/[code]` becomes `/lacak/{code}`."""
    return _PART.sub(r"{\1}", route)


def cookie(name: str, public_url: str) -> str:
    """Return what a cookie is called; over TLS `__Host-` binds it to TLS and to this very host."""
    return f"__Host-{name}" if public_url.startswith("https://") else name


def in_language(path: str, language: str) -> str:
    """Return `path` as it stands in the route tree of `language` (`id` or `en`)."""
    if language == "id":
        return path
    return ENGLISH if path == HOME else ENGLISH + path


def language_of(path: str) -> str:
    """Return the language of the route tree that `path` stands in."""
    return "en" if path == ENGLISH or path.startswith(f"{ENGLISH}/") else "id"


def in_other_language(path: str) -> str:
    """Return `path` as it stands in the other language's tree."""
    other = "id" if language_of(path) == "en" else "en"
    return in_language(without_language(path), other)


def without_language(path: str) -> str:
    """Return `path` as it stands in the Indonesian tree."""
    return (path[len(ENGLISH) :] or HOME) if language_of(path) == "en" else path


def parts_of(route: str, path: str) -> dict[str, str]:
    """Return what `path`, in any language's tree, gives for the parts of `route`; or nothing."""
    pattern = _PART.sub(r"(?P<\1>[^/]+)", route)
    match = re.fullmatch(pattern, without_language(path))
    return {name: unquote(value) for name, value in match.groupdict().items()} if match else {}
