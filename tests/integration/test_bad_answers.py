"""What a provider, or somebody in its place, may answer, and who is signed in by it: nobody."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest

from app.adapters.oidc import Attempt, Claims, ProviderUnavailable, SignInFailed
from app.adapters.oidc.provider import Provider
from tests.support import bad_provider as bad
from tests.support.asking import asking, sign_in
from tests.support.bad_provider import CLIENT, SECRET, BadProvider, Lie
from tests.support.npm_provider import npm_provider
from tests.support.running import Loket

PUBLIC = "http://localhost:8000"
CALLBACK = f"{PUBLIC}/masuk/selesai"

Answer = dict[str, str]
#: Changes what comes back through the browser: the attempt that was kept, and the answer to it.
Twist = Callable[[Attempt, Answer], tuple[Attempt, Answer]]

TWISTS: dict[str, Twist] = {
    "another state": lambda kept, told: (kept, {**told, "state": "lain"}),
    "no state": lambda kept, told: (kept, _without(told, "state")),
    "another issuer": lambda kept, told: (kept, {**told, "iss": "https://jahat.example"}),
    "no issuer": lambda kept, told: (kept, _without(told, "iss")),
    "declined": lambda kept, told: (kept, {**_without(told, "code"), "error": "access_denied"}),
    "no code": lambda kept, told: (kept, _without(told, "code")),
    "a made-up code": lambda kept, told: (kept, {**told, "code": "x" * 48}),
    "another verifier": lambda kept, told: (replace(kept, verifier="v" * 64), told),
    "another way back": lambda kept, told: (replace(kept, redirect_uri=f"{CALLBACK}/"), told),
    "another nonce asked": lambda kept, told: (replace(kept, nonce="lain"), told),
}
LIES: dict[str, Lie] = {
    "unsigned": bad.unsigned,
    "HS256 with the public key": bad.by_public_key,
    "HS256 with the client's secret": bad.by_client_secret,
    "a stranger's key under the known name": bad.by_stranger(),
    "a stranger's key under its own name": bad.by_stranger(kid="lain"),
    "a stranger's key brought along": bad.with_own_key_in_header,
    "another body under the signature": bad.of_somebody_else,
    "another audience": bad.claimed(aud=["lain"]),
    "another audience beside ours": bad.claimed(aud=[CLIENT, "lain"]),
    "for another party": bad.claimed(azp="lain"),
    "another issuer": bad.claimed(iss="https://jahat.example"),
    "no issuer": bad.claimed(iss=None),
    "another nonce": bad.claimed(nonce="lain"),
    "no nonce": bad.claimed(nonce=None),
    "expired": bad.claimed(exp=bad.hours(-1)),
    "without an end": bad.claimed(exp=None),
    "issued tomorrow": bad.claimed(iat=bad.hours(24), exp=bad.hours(25)),
    "issued yesterday": bad.claimed(iat=bad.hours(-24)),
    "not valid before tomorrow": bad.claimed(nbf=bad.hours(24)),
    "signed in yesterday and not asked again": bad.claimed(auth_time=bad.hours(-24)),
    "signed in at no time": bad.claimed(auth_time="kemarin"),
    "nobody": bad.claimed(sub=None),
    "an empty subject": bad.claimed(sub=""),
    "a subject that is a list": bad.claimed(sub=["camat", "warga1"]),
    "no token": lambda _, told: _without(told, "id_token"),
    "half a token": lambda _, told: {**told, "id_token": told["id_token"][:40]},
}


def _without(told: dict, name: str) -> dict:
    return {key: value for key, value in told.items() if key != name}


@pytest.fixture(scope="module", params=["embedded", "npm's oidc-provider"])
async def provider(request: pytest.FixtureRequest) -> AsyncIterator[BadProvider]:
    of_ours = request.param == "embedded"
    serving = bad.embedded_provider(PUBLIC) if of_ours else npm_provider(CALLBACK)
    async with serving as provider:
        yield provider


@pytest.fixture(scope="module")
def ours(provider: BadProvider) -> Provider:
    """Loket's side of it, which knows the provider's keys once somebody has signed in."""
    return _ours(provider)


def _ours(provider: BadProvider, classes: Sequence[str] = ()) -> Provider:
    metadata = f"{provider.address}/.well-known/openid-configuration"
    return Provider(provider.issuer, CLIENT, SECRET, metadata, classes=classes)


async def _returned(ours: Provider, provider: BadProvider) -> tuple[Attempt, Answer]:
    """Sign in at the provider; return what Loket kept, and what the browser brings back."""
    address, attempt = await ours.begin(CALLBACK, "/akun")
    async with httpx2.AsyncClient(
        base_url=provider.address, trust_env=False, verify=False
    ) as browser:
        back = await provider.sign_in(browser, address)
    assert back.startswith(CALLBACK)
    return attempt, dict(parse_qsl(urlsplit(back).query))


@pytest.fixture
def told_by(provider: BadProvider, ours: Provider):
    async def told(lies: dict[str, Lie], twist: Twist | None = None) -> Claims:
        attempt, answer = await _returned(ours, provider)
        if twist:
            attempt, answer = twist(attempt, answer)
        provider.lies = lies
        try:
            return await ours.finish(attempt, answer)
        finally:
            provider.lies = {}

    return told


async def test_an_honest_answer_signs_in(told_by):
    assert (await told_by({})).subject == "warga1"


@pytest.mark.parametrize("twist", TWISTS)
async def test_what_the_browser_brings_back_is_not_believed(told_by, twist: str):
    with pytest.raises(SignInFailed):
        await told_by({}, TWISTS[twist])


@pytest.mark.parametrize("lie", LIES)
async def test_a_token_is_not_believed(told_by, lie: str):
    with pytest.raises(SignInFailed):
        await told_by({"/token": LIES[lie]})


async def test_who_signs_in_is_asked_who_they_are_and_by_two_factors_where_that_is_set(
    provider: BadProvider,
):
    strict = _ours(provider, classes=("dua-faktor", "tiga-faktor"))
    told: dict[str | None, str] = {}
    for said in ("tiga-faktor", "satu-faktor", None):
        address, _ = await strict.begin(CALLBACK, "/")
        asked = dict(parse_qsl(urlsplit(address).query))
        assert (asked["prompt"], asked["acr_values"]) == ("login", "dua-faktor tiga-faktor")
        attempt, answer = await _returned(strict, provider)
        provider.lies = {"/token": bad.claimed(acr=said)}
        try:
            told[said] = (await strict.finish(attempt, answer)).strength
        except SignInFailed as refusal:
            told[said] = str(refusal)
        finally:
            provider.lies = {}
    refused = "not signed in by the factors that are asked for"
    assert told == {"tiga-faktor": "tiga-faktor", "satu-faktor": refused, None: refused}


async def test_a_code_is_worth_one_sign_in(ours: Provider, provider: BadProvider):
    attempt, answer = await _returned(ours, provider)
    assert (await ours.finish(attempt, answer)).subject == "warga1"
    with pytest.raises(SignInFailed):
        await ours.finish(attempt, answer)


async def test_the_code_of_another_sign_in_is_worth_nothing(ours: Provider, provider: BadProvider):
    (mine, told), (_, theirs) = [await _returned(ours, provider) for _ in range(2)]
    with pytest.raises(SignInFailed):
        await ours.finish(mine, {**told, "code": theirs["code"]})


async def test_userinfo_of_somebody_else_is_not_believed(told_by):
    lies = {
        "/token": bad.claimed(name=None),
        "/userinfo": lambda _, told: {**told, "sub": "camat", "name": "Camat"},
    }
    with pytest.raises(SignInFailed):
        await told_by(lies)


@pytest.mark.parametrize("name", ["issuer", "token_endpoint", "jwks_uri"])
async def test_a_description_of_another_provider_is_none(provider: BadProvider, name: str):
    other = {"issuer": "https://jahat.example"} if name == "issuer" else {name: ""}
    provider.lies = {"/.well-known/openid-configuration": lambda _, told: {**told, **other}}
    try:
        with pytest.raises(ProviderUnavailable):
            await _ours(provider).begin(CALLBACK, "/")
    finally:
        provider.lies = {}


async def test_a_new_key_counts_once_the_provider_shows_it(provider: BadProvider):
    ours, new = _ours(provider), bad.new_key()
    signed: Lie = lambda one, told: {  # noqa: E731
        **told,
        "id_token": one.signed(bad.claims_of(told), new, kid=new.kid),
    }
    shown: Lie = lambda _, told: {"keys": [*told["keys"], new.as_dict(private=False)]}  # noqa: E731
    attempt, answer = await _returned(ours, provider)
    assert (await ours.finish(attempt, answer)).subject == "warga1"  # it knows the old key now
    for lies, believed in (({"/token": signed}, False), ({"/token": signed, "/jwks": shown}, True)):
        attempt, answer = await _returned(ours, provider)
        provider.lies = lies
        try:
            if believed:
                assert (await ours.finish(attempt, answer)).subject == "warga1"
            else:
                with pytest.raises(SignInFailed):
                    await ours.finish(attempt, answer)
        finally:
            provider.lies = {}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"state": "lain"}, "Proses masuk tidak selesai"),
        ({"iss": "https://jahat.example"}, "Proses masuk tidak selesai"),
        ({"code": "x" * 48}, "Proses masuk tidak selesai"),
        ({"code": "", "error": "access_denied"}, "Proses masuk tidak selesai"),
        (None, "Proses masuk terlalu lama"),
    ],
    ids=["state", "issuer", "code", "declined", "without the browser that began"],
)
async def test_who_is_not_signed_in_reads_why_and_how_to_go_on(
    loket: Loket, changes: Answer | None, said: str
):
    async with asking(loket) as client:
        answer = await sign_in(client, "warga1", twist=changes)
        if changes is None:
            client.cookies.clear()
            answer = await client.get(str(answer.request.url))
        assert "loket" not in answer.cookies
        page = await client.get(answer.headers["location"])
        assert page.status_code == 200
        assert said in page.text
        back = "%2Fakun" if changes else "%2F"
        assert f'href="/masuk/mulai?kembali={back}"' in page.text
        # What was kept for this sign-in is of no use for another try.
        again = await client.get(str(answer.request.url))
        assert "masalah=expired" in again.headers["location"]
