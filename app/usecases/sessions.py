"""Signed-in browsers: begin, recognise, end."""

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from app import audit, routes
from app.db.sessions import SIGNED_IN, SignedIn
from app.db.tables import SessionRow
from app.domain.capacity import AsResident, AsSignIn
from app.domain.errors import LoginNeeded, NotFound, ProfileNeeded, SignInAgain
from app.domain.guessing import Guess
from app.domain.identity import Actor, Grant, Role
from app.usecases.guessing import note_wrong, refuse_guesser
from app.usecases.parts import Parts, session_topic

#: A session ends when it was not used for so long, or is so old (OWASP ASVS 5.0, 7.3).
IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
#: It is forgotten so long after it ended: until then it can be asked who was in an account, and
#: from what device. When and by whom is in the log of security events, which is kept longer.
KEPT = timedelta(days=30)
#: For so long after a sign-in it is still the same person who holds the phone.
FRESH = timedelta(minutes=10)
#: The session's cookie with and without TLS.
SECURE_COOKIE, PLAIN_COOKIE = (routes.cookie(routes.SESSION, of) for of in ("https://", "http://"))
_NOTE_USE_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever is behind a request: the actor, what is known of them, and their session."""

    actor: Actor
    person: SignedIn
    id_hash: bytes

    def resident(self) -> Actor:
        """Return the actor, who may apply.

        Raises:
            ProfileNeeded: their NIK, name and phone have not been asked yet.
        """
        if self.person.profile_at is None:
            raise ProfileNeeded
        return self.actor

    def staff(self) -> Actor:
        """Return the actor, who works in an office.

        Raises:
            NotFound: they do not; staff pages do not exist for them.
        """
        if not self.actor.offices():
            raise NotFound
        return self.actor


def cookie_name(parts: Parts) -> str:
    """Return the name of the session's cookie at this Loket's public address."""
    return routes.cookie(routes.SESSION, parts.public_url)


def secret_in(parts: Parts, cookies: Mapping[str, str]) -> str:
    """Return the session's secret from a request's cookies; empty without one.

    Over TLS the plain name counts for nothing: a neighbouring host, or whoever answers in
    its place without TLS, could have set it.
    """
    return cookies.get(cookie_name(parts), "")


async def refuse_failing(parts: Parts, address: str) -> None:
    """Go on with a sign-in, unless too many failed that came from this address.

    Raises:
        TooMany: they did.
        Unavailable: nobody knows, so nobody signs in.
    """
    async with parts.open_work(AsSignIn(b"")) as work:
        await refuse_guesser(parts, work, Guess.SIGN_IN, address)


async def note_failed(parts: Parts, address: str, why: str) -> None:
    """Have a sign-in count that the provider or Loket refused."""
    async with parts.open_work(AsSignIn(b""), "sessions.note_failed") as work:
        await note_wrong(parts, work, Guess.SIGN_IN, address, why)


async def begin(
    parts: Parts,
    issuer: str,
    subject: str,
    *,
    name: str,
    phone: str,
    device: str,
    strength: str = "",
) -> str:
    """Begin a session for whom the provider has vouched; return the cookie's secret.

    `strength` is the provider's word for how they signed in.
    """
    secret, now = secrets.token_urlsafe(32), parts.now()
    async with parts.open_work(AsSignIn(_hash(secret), issuer, subject), "sessions.begin") as work:
        person = await work.people.signed_in(issuer, subject, name=name, phone=phone, now=now)
        await work.sessions.add(
            SessionRow(
                id_hash=_hash(secret),
                person_id=person.id,
                device=device[:200],
                created_at=now,
                seen_at=now,
            )
        )
    session = audit.of_session(_hash(secret))
    audit.note("signed in", who=str(person.id), session=session, strength=strength)
    return secret


async def visitor(parts: Parts, secret: str, *, is_use: bool = True) -> Visitor:
    """Return who is behind the cookie's secret.

    Args:
        parts: the ports.
        secret: of the cookie.
        is_use: whether the person asked, which keeps the session from ending unused. News
            that reach an open page are no use of it.

    Raises:
        LoginNeeded: no such session, or it has ended.
    """
    if not secret:
        raise LoginNeeded
    id_hash, now = _hash(secret), parts.now()
    person = await _going_on(parts, id_hash)
    if person is None:
        raise LoginNeeded
    if is_use and now - person.seen_at > _NOTE_USE_AFTER:
        async with parts.open_work(AsSignIn(id_hash), "sessions.visitor") as work:
            await work.sessions.seen(id_hash, now)
    grants = (Grant(Role(role), office) for role, office in person.granted or ())
    actor = Actor(person.person, person.name, (Grant(Role.RESIDENT), *grants))
    return Visitor(actor, person, id_hash)


async def is_open(parts: Parts, id_hash: bytes) -> bool:
    """Return whether the session with this hash goes on; asking is no use of it."""
    return await _going_on(parts, id_hash) is not None


async def end(parts: Parts, secret: str) -> None:
    """End a session everywhere: the next request and every open websocket."""
    id_hash = _hash(secret)
    async with parts.open_work(AsSignIn(id_hash), "sessions.end") as work:
        await work.sessions.end(id_hash, parts.now())
        work.announce(session_topic(id_hash))
    audit.note("signed out", session=audit.of_session(id_hash))


async def end_others(parts: Parts, visitor: Visitor, name: UUID | None = None) -> None:
    """End the visitor's sessions on other devices as `end` does: the named one, or all.

    One that has ended meanwhile stays so.

    Raises:
        NotFound: they have no other session of that name.
        SignInAgain: whoever finds a phone unlocked shall not shut its owner out.
    """
    person, own = visitor.actor.person, visitor.id_hash
    async with parts.open_work(AsResident(visitor.actor), "sessions.end_others") as work:
        if name and not await work.sessions.has_other(person, own, name):
            raise NotFound(session=name)
        if not is_fresh(parts, visitor):
            raise SignInAgain
        ended = await work.sessions.end_others(person, own, name, parts.now())
        for id_hash in ended:
            work.announce(session_topic(id_hash))
    for id_hash in ended:
        audit.note("session ended", session=audit.of_session(id_hash))


def is_fresh(parts: Parts, visitor: Visitor) -> bool:
    """Return whether the visitor has just signed in."""
    return parts.now() - visitor.person.created_at <= FRESH


def is_session_of(secret: str, topic: str) -> bool:
    """Return whether `topic` announces the end of the session with this secret."""
    return session_topic(_hash(secret)) == topic


async def _going_on(parts: Parts, id_hash: bytes) -> SignedIn | None:
    signed_in, now = SIGNED_IN.about(id_hash=id_hash), parts.now()
    await parts.read(AsSignIn(id_hash), signed_in)
    session = signed_in.first
    if session is None or now - session.seen_at > IDLE or now - session.created_at > ABSOLUTE:
        return None
    return session


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
