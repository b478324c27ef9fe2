"""The demo sign-in: what its page says, and every answer that must not be given."""

import base64
import hashlib
import re
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from app.embedded.identity.accounts import Patience, demo_accounts
from app.embedded.identity.provider import Provider
from app.embedded.identity.site import NotLoopback, Site

PUBLIC = "http://localhost:8000"
ISSUER = f"{PUBLIC}/identitas"
CALLBACK = f"{PUBLIC}/masuk/selesai"
SECRET = secrets.token_hex(32)
PASSWORD = "loket-demo"


@dataclass
class SignIn:
    """One browser's way through the provider, as the site asked for it."""

    client: httpx2.AsyncClient
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48))
    changes: dict[str, str | None] = field(default_factory=dict)

    @property
    def query(self) -> dict[str, str]:
        digest = hashlib.sha256(self.verifier.encode()).digest()
        asked: dict[str, str | None] = {
            "client_id": "loket",
            "response_type": "code",
            "scope": "openid profile phone",
            "redirect_uri": CALLBACK,
            "state": "keadaan-1",
            "nonce": self.verifier[:16],
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
        } | self.changes
        return {name: value for name, value in asked.items() if value is not None}

    @property
    def address(self) -> str:
        return f"/authorize?{urlencode(self.query)}"

    async def post(self, username: str = "warga1", password: str = PASSWORD) -> httpx2.Response:
        return await self.client.post(
            self.address, data={"username": username, "password": password}
        )

    async def code(self, username: str = "warga1") -> str:
        answer = await self.post(username)
        assert answer.status_code == 303, answer.text
        return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]

    async def token(self, code: str, secret: str = SECRET, **changes: str) -> httpx2.Response:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.query["redirect_uri"],
            "code_verifier": self.verifier,
        }
        return await self.client.post("/token", data=form | changes, auth=("loket", secret))


@pytest.fixture
async def client() -> AsyncIterator[httpx2.AsyncClient]:
    site = Site(PUBLIC, "http://127.0.0.1:4000", "loket", SECRET)
    key = ECKey.generate_key("P-256", {"use": "sig", "alg": "ES256"}, auto_kid=True)
    transport = httpx2.ASGITransport(Provider(site, demo_accounts(), key).app())
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:4000") as client:
        yield client


@pytest.fixture
def sign_in(client: httpx2.AsyncClient) -> SignIn:
    return SignIn(client)


def returned(answer: httpx2.Response) -> dict[str, str]:
    """Return what the client was told through the browser's address."""
    assert answer.status_code == 303, answer.text
    location = answer.headers["location"]
    assert location.startswith(f"{CALLBACK}?")
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


async def test_a_person_signs_in_and_the_site_learns_who_it_is(sign_in: SignIn) -> None:
    told = returned(await sign_in.post("petugas"))
    assert told["state"] == "keadaan-1"
    assert told["iss"] == ISSUER
    token = (await sign_in.token(told["code"])).json()
    keys = KeySet.import_key_set((await sign_in.client.get("/jwks")).json())
    claims = jwt.decode(token["id_token"], keys, algorithms=["ES256"]).claims
    assert (claims["iss"], claims["aud"]) == (ISSUER, ["loket"])
    assert (claims["sub"], claims["name"]) == ("petugas", "Dewi Lestari")
    assert claims["nonce"] == sign_in.query["nonce"]
    assert claims["phone_number"].startswith("+62")
    bearer = {"authorization": f"Bearer {token['access_token']}"}
    known = (await sign_in.client.get("/userinfo", headers=bearer)).json()
    assert (known["sub"], known["preferred_username"]) == ("petugas", "petugas")


async def test_the_keys_it_shows_are_public_ones(client: httpx2.AsyncClient) -> None:
    (key,) = (await client.get("/jwks")).json()["keys"]
    assert "d" not in key


async def test_browsers_use_the_site_and_processes_the_provider_itself(
    client: httpx2.AsyncClient,
) -> None:
    found = (await client.get("/.well-known/openid-configuration")).json()
    assert found["issuer"] == ISSUER
    for name in ("authorization_endpoint", "end_session_endpoint"):
        assert found[name].startswith(f"{ISSUER}/")
    for name in ("token_endpoint", "jwks_uri", "userinfo_endpoint"):
        assert found[name].startswith("http://127.0.0.1:4000/")
    assert found["code_challenge_methods_supported"] == ["S256"]


async def test_the_page_is_a_labelled_indonesian_form_without_scripts(sign_in: SignIn) -> None:
    page = await sign_in.client.get(sign_in.address)
    assert page.status_code == 200
    assert re.search(r"<label>Nama pengguna<input name=\"username\"", page.text)
    assert re.search(r"<label>Kata sandi<input name=\"password\" type=\"password\"", page.text)
    assert "<button>Masuk</button>" in page.text
    assert 'lang="id"' in page.text
    assert "<script" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"


async def test_the_page_speaks_english_when_asked_to(client: httpx2.AsyncClient) -> None:
    page = await client.get(SignIn(client, changes={"ui_locales": "en-GB id"}).address)
    assert "<button>Sign in</button>" in page.text


async def test_a_wrong_password_keeps_the_name_and_says_so(sign_in: SignIn) -> None:
    answer = await sign_in.post("warga1", "salah")
    assert answer.status_code == 401
    assert 'value="warga1"' in answer.text
    assert 'role="alert"' in answer.text
    assert "salah" not in answer.text.replace("salah satu", "")


async def test_an_unknown_name_looks_like_a_wrong_password(sign_in: SignIn) -> None:
    unknown = await sign_in.post("siapa", PASSWORD)
    wrong = await sign_in.post("warga1", "salah")
    assert unknown.status_code == wrong.status_code

    def problem(answer: httpx2.Response) -> list[str]:
        return re.findall(r'role="alert">(.*?)<', answer.text)

    assert problem(unknown) == problem(wrong) != []


async def test_what_is_typed_stays_text(sign_in: SignIn) -> None:
    answer = await sign_in.post('"><script>alert(1)</script>', "x")
    assert "<script" not in answer.text


async def test_ten_wrong_passwords_make_a_name_wait(sign_in: SignIn) -> None:
    for _ in range(10):
        assert (await sign_in.post("camat", "salah")).status_code == 401
    waiting = await sign_in.post("camat", PASSWORD)
    assert waiting.status_code == 429
    assert 0 < int(waiting.headers["retry-after"]) <= 60
    assert (await sign_in.post("sekcam")).status_code == 303


def test_waiting_ends_after_a_minute() -> None:
    now = [0.0]
    patience = Patience(now=lambda: now[0])
    for _ in range(10):
        patience.note_wrong("Camat")
    assert patience.wait_seconds("camat") == 60
    now[0] = 60.0
    assert patience.wait_seconds("camat") == 0


async def test_every_sign_in_asks_for_the_password_again(sign_in: SignIn) -> None:
    answer = await sign_in.post()
    assert "set-cookie" not in answer.headers
    again = SignIn(sign_in.client)
    assert 'name="password"' in (await sign_in.client.get(again.address)).text
    silent = SignIn(sign_in.client, changes={"prompt": "none"})
    told = returned(await sign_in.client.get(silent.address))
    assert (told["error"], told["iss"]) == ("login_required", ISSUER)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"nonce": None}, "invalid_request"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"scope": "openid everything"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_careless_request_gets_no_code(
    client: httpx2.AsyncClient, method: str, changes: dict[str, str | None], error: str
) -> None:
    asked = SignIn(client, changes=changes)
    answer = await (asked.post() if method == "POST" else client.get(asked.address))
    told = returned(answer)
    assert (told["error"], told["state"], told["iss"]) == (error, "keadaan-1", ISSUER)
    assert "code" not in told


@pytest.mark.parametrize(
    "uri",
    [
        "https://evil.example/masuk/selesai",
        "http://localhost:8001/masuk/selesai",
        "https://localhost:8000/masuk/selesai",
        "http://localhost:8000/masuk/selesai/lain",
        "http://localhost:8000/masuk/selesai?next=x",
        "http://localhost:8000/masuk/selesai#x",
        "http://localhost:8000@evil.example/masuk/selesai",
        "http://evil.example:8000/masuk/selesai",
        "http://localhost:port/masuk/selesai",
        "javascript:alert(1)",
        "//localhost:8000/masuk/selesai",
    ],
)
async def test_nobody_is_sent_elsewhere(client: httpx2.AsyncClient, uri: str) -> None:
    asked = SignIn(client, changes={"redirect_uri": uri})
    for answer in (await client.get(asked.address), await asked.post()):
        assert answer.status_code == 400
        assert "location" not in answer.headers
        assert uri not in answer.text


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
async def test_every_spelling_of_this_machine_may_come_back(
    client: httpx2.AsyncClient, host: str
) -> None:
    asked = SignIn(client, changes={"redirect_uri": f"http://{host}:8000/masuk/selesai"})
    assert (await client.get(asked.address)).status_code == 200
    answer = await asked.post()
    assert answer.headers["location"].startswith(f"http://{host}:8000/masuk/selesai?code=")


async def test_an_unknown_client_is_not_sent_anywhere(client: httpx2.AsyncClient) -> None:
    answer = await client.get(SignIn(client, changes={"client_id": "lain"}).address)
    assert answer.status_code == 400
    assert "location" not in answer.headers


async def test_a_parameter_given_twice_is_refused(sign_in: SignIn) -> None:
    answer = await sign_in.client.get(f"{sign_in.address}&client_id=loket")
    assert answer.status_code == 400


async def test_a_code_is_worth_one_token(sign_in: SignIn) -> None:
    code = await sign_in.code()
    assert (await sign_in.token(code)).status_code == 200
    again = await sign_in.token(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


async def test_a_code_that_comes_again_takes_its_token_back_and_no_other(sign_in: SignIn) -> None:
    async def good(token: str) -> bool:
        headers = {"authorization": f"Bearer {token}"}
        return (await sign_in.client.get("/userinfo", headers=headers)).status_code == 200

    code = await sign_in.code()
    token = (await sign_in.token(code)).json()["access_token"]
    await sign_in.token("x" * 48)
    assert await good(token)
    await sign_in.token(code)
    assert not await good(token)


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "x" * 43},
        {"code_verifier": ""},
        {"redirect_uri": "http://127.0.0.1:8000/masuk/selesai"},
    ],
)
async def test_a_stolen_code_is_worth_nothing(sign_in: SignIn, changes: dict[str, str]) -> None:
    code = await sign_in.code()
    assert (await sign_in.token(code, **changes)).status_code == 400
    assert (await sign_in.token(code)).status_code == 400


async def test_a_wrong_client_secret_is_refused_and_leaves_the_code_alone(sign_in: SignIn) -> None:
    code = await sign_in.code()
    assert (await sign_in.token(code, secret="salah")).status_code == 401
    assert (await sign_in.token(code)).status_code == 200


async def test_a_client_without_its_secret_is_refused(sign_in: SignIn) -> None:
    form = {"grant_type": "authorization_code", "code": await sign_in.code(), "client_id": "loket"}
    assert (await sign_in.client.post("/token", data=form)).status_code == 401


async def test_a_nonce_is_worth_one_sign_in(sign_in: SignIn) -> None:
    await sign_in.code()
    told = returned(await sign_in.post())
    assert told["error"] == "invalid_request"


@pytest.mark.parametrize("header", ["", "Bearer ", "Bearer nonsense", "Basic bG9rZXQ6"])
async def test_only_a_token_learns_about_people(client: httpx2.AsyncClient, header: str) -> None:
    answer = await client.get("/userinfo", headers={"authorization": header} if header else {})
    assert answer.status_code == 401
    assert "sub" not in answer.json()


async def test_sign_out_leads_back_to_the_site_and_nowhere_else(client: httpx2.AsyncClient) -> None:
    home = {"post_logout_redirect_uri": f"{PUBLIC}/", "state": "s"}
    answer = await client.get("/end_session", params=home)
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PUBLIC}/?state=s")
    elsewhere = {"post_logout_redirect_uri": "https://evil.example/"}
    answer = await client.get("/end_session", params=elsewhere)
    assert answer.status_code == 200
    assert "evil.example" not in answer.text


async def test_a_form_as_long_as_a_book_is_not_read(sign_in: SignIn) -> None:
    answer = await sign_in.post("warga1", "x" * 20_000)
    assert answer.status_code == 401
    assert 'value="warga1"' not in answer.text


@pytest.mark.parametrize(
    "url",
    ["https://loket.kota.example", "http://192.168.1.4:8000", "http://localhost.evil.example"],
)
def test_it_never_serves_the_world(url: str) -> None:
    with pytest.raises(NotLoopback, match="loopback"):
        Site(url, "http://127.0.0.1:4000", "loket", SECRET)


def test_the_demo_accounts_are_those_of_the_contract() -> None:
    accounts = demo_accounts()
    assert accounts.password == PASSWORD
    assert set(accounts.people) == {
        *("warga1", "warga2", "warga-baru", "petugas", "kasi", "sekcam", "camat"),
        *("petugas-b", "camat-b", "pengawas", "admin"),
    }
    assert all(subject == account.subject for subject, account in accounts.people.items())
