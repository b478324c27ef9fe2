"""My data, as Loket keeps it."""

from base64 import urlsafe_b64encode

from app.adapters.phones import show_phone
from app.adapters.regions import region_path
from app.db.sessions import SignedIn
from app.domain.capacity import AsResident
from app.domain.identity import SIGNERS, Actor
from app.domain.nik import mask, read_nik
from app.domain.words import date_in_words
from app.texts import language, say
from app.usecases.parts import Parts
from app.usecases.present.devices import device_in_words
from app.usecases.present.moments import in_words
from app.usecases.sessions import ABSOLUTE, IDLE, Visitor, is_fresh
from app.views import Account, SessionLine, Viewer


async def viewer(parts: Parts, visitor: Visitor | None) -> Viewer:
    """Return who is looking, for the shell of every page."""
    if visitor is None:
        return Viewer()
    actor = visitor.actor
    return Viewer(
        tag=phone_tag(parts, actor),
        is_signed_in=True,
        idle=int(IDLE.total_seconds()),
        name=visitor.person.name,
        is_staff=bool(actor.offices()),
        can_sign=any(actor.has(role) for role in SIGNERS),
    )


def phone_tag(parts: Parts, actor: Actor) -> str:
    """Return the name under which a phone keeps things for an account; tells nothing of it."""
    return urlsafe_b64encode(parts.seal.mac("phone", str(actor.person))[:12]).decode()


async def account(parts: Parts, visitor: Visitor) -> Account:
    """Return the visitor's own data, the NIK masked, and where they are signed in."""
    person, now = visitor.person, parts.now()
    async with parts.open_work(AsResident(visitor.actor)) as work:
        sessions = await work.sessions.of(person.person, used=now - IDLE, begun=now - ABSOLUTE)
        offices = {office.id: office for office in await work.offices.all()}
    birth, region = _told_by_nik(parts, person)
    return Account(
        name=person.name,
        nik=mask(parts.seal.open(person.nik)) if person.nik else "",
        phone=show_phone(person.phone),
        birth=birth,
        region=region,
        roles=[
            say(
                "account.role_at", role=say(f"role.{grant.role}"), office=offices[grant.office].name
            )
            for grant in visitor.actor.grants
            if grant.office in offices
        ],
        sessions=[
            SessionLine(
                name=str(row.name),
                device=device_in_words(row.device),
                since=in_words(row.created_at),
                seen=in_words(row.seen_at),
                is_this=row.id_hash == visitor.id_hash,
            )
            for row in sorted(sessions, key=lambda row: row.id_hash != visitor.id_hash)
        ],
        must_sign_in_again=not is_fresh(parts, visitor),
    )


def _told_by_nik(parts: Parts, person: SignedIn) -> tuple[str, str]:
    """Return the birth date and the region of first registration, in words."""
    if not person.nik:
        return "", ""
    digits = parts.seal.open(person.nik)
    nik = read_nik(digits, known_region=lambda _: True, birth_date=None, today=parts.today()).nik
    if nik is None:
        return "", ""
    return date_in_words(nik.birth_date, language()), ", ".join(region_path(nik.region))
