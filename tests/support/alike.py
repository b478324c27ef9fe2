"""Questions that must be answered alike whether what they name is there or not."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2

from app.domain.identity import Role
from app.usecases import announcing, profile
from app.usecases.announcing import Announced
from tests.factories import OTHER_OFFICE, Person, Town, new_nik

_PASSING = {"connection", "date", "x-request-id"}
_NONCE = re.compile(r"nonce(?:-|=\")[\w-]{16,}")
_TUS = {"tus-resumable": "1.0.0", "upload-length": "1000"}

Words = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """One request with a word in it that stands for something, or for nothing.

    Attributes:
        name: what somebody would like to find out, and how.
        who: asks; None is a stranger.
        words: of something that there is, and one of the same length that is free.
        request: what `httpx2` is told to ask, with either word.
        then: the page that shows what became of it.
    """

    name: str
    who: Person | None
    words: Words
    request: Callable[[str], dict[str, Any]]
    then: str = ""

    async def asked(self, client: httpx2.AsyncClient, word: str) -> httpx2.Response:
        """Return the answer with one of its words."""
        return await client.request(**self.request(word))


def face(answer: httpx2.Response, word: str) -> tuple[object, ...]:
    """Return all that an answer shows, but for the word that was sent and what is new each time."""

    def plain(text: str) -> str:
        # Of a NIK the end is shown to who typed it.
        return _NONCE.sub("", text).replace(word, "*").replace(word[-4:], "*")

    headers = [(name, plain(told)) for name, told in answer.headers.multi_items()]
    shown = sorted(pair for pair in headers if pair[0] not in _PASSING)
    return answer.status_code, shown, plain(answer.text)


async def questions(town: Town) -> list[Question]:
    """Return the questions with which people look for what is not theirs."""
    niks = _pair_of(new_nik())
    owner, officer = await _resident_of(town, niks[0]), await town.staff(Role.OFFICER)
    case = await town.taken(owner, officer)
    upload = await announcing.begin(
        town.parts, owner.actor, Announced("ktp", "ktp.jpg", 1000, service="sku", form_key=uuid4())
    )
    other = await town.resident()
    elsewhere = [
        await town.staff(role, OTHER_OFFICE) for role in (Role.OFFICER, Role.OVERSIGHT, Role.HEAD)
    ]
    cases, documents = _pair_of(case), (str((await town.document(case, "ktp")).id), str(uuid4()))
    return [
        *_addresses(cases, case, documents, [None, other, *elsewhere]),
        *_uploads((str(upload.id), str(uuid4())), cases, other),
        *_searches(cases, niks, elsewhere),
        *_profiles(niks, other),
    ]


def _addresses(
    cases: Words, case: str, documents: Words, people: list[Person | None]
) -> list[Question]:
    paths = ("/permohonan/{}", "/permohonan/{}/surat", "/en/petugas/{}", "/petugas/{}/surat")
    below = (f"/permohonan/{case}/berkas/{{}}", f"/petugas/{case}/berkas/{{}}/1")
    forms = ("/permohonan/{}/pesan", "/permohonan/{}/batalkan", "/petugas/{}/langkah")
    asked = [("GET", path, cases) for path in paths]
    asked += [("GET", path, documents) for path in below]
    asked += [("POST", path, cases) for path in forms]
    return [_address(*one, who) for one in asked for who in people]


def _address(method: str, path: str, words: Words, who: Person | None) -> Question:
    sent = {"data": {"text": "Halo", "step": "take"}} if method == "POST" else {}
    return Question(
        f"{method} {path}",
        who,
        words,
        lambda word: {"method": method, "url": path.format(word), **sent},
    )


def _uploads(uploads: Words, cases: Words, who: Person) -> list[Question]:
    def begun(reference: str) -> dict[str, Any]:
        told = {"requirement": "ktp", "filename": "ktp.jpg", "reference": reference}
        metadata = ",".join(
            f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in told.items()
        )
        return {
            "method": "POST",
            "url": "/unggah",
            "headers": {**_TUS, "upload-metadata": metadata},
        }

    def at(method: str) -> Callable[[str], dict[str, Any]]:
        return lambda word: {"method": method, "url": f"/unggah/{word}", "headers": _TUS}

    return [
        Question("begin an upload for a case", who, cases, begun),
        Question("ask for an upload", who, uploads, at("HEAD")),
        Question("forget an upload", who, uploads, at("DELETE")),
    ]


def _searches(cases: Words, niks: Words, people: list[Person]) -> list[Question]:
    def sought(word: str) -> dict[str, Any]:
        return {"method": "GET", "url": "/petugas", "params": {"cari": word}}

    def signed(word: str) -> dict[str, Any]:
        data = {"reference": word, "step": "sign"}
        return {"method": "POST", "url": "/petugas/tanda-tangan", "data": data}

    searches = [
        Question(f"search for a {what}", who, words, sought)
        for what, words in (("NIK", niks), ("case", cases))
        for who in people
    ]
    return [*searches, Question("sign a case", people[-1], cases, signed)]


def _profiles(niks: Words, who: Person) -> list[Question]:
    def kept(**typed: str) -> dict[str, Any]:
        data = {"nik": niks[1], "name": "Tuti Alawiyah", "phone": _PHONES[1], "confirm": "1"}
        return {"method": "POST", "url": "/akun/lengkapi", "data": {**data, **typed}}

    return [
        Question("take a NIK", who, niks, lambda word: kept(nik=word), "/akun"),
        Question("take a phone", who, _PHONES, lambda word: kept(phone=word), "/akun"),
    ]


#: The first is that of everybody in the tests.
_PHONES = ("081234567899", "081234560017")


async def _resident_of(town: Town, nik: str) -> Person:
    person = await town.resident()
    typed = {"nik": nik, "name": "Tuti Alawiyah", "phone": _PHONES[0]}
    assert await profile.keep(town.parts, person.actor, typed, confirmed=True)
    return person


def _pair_of(known: str) -> Words:
    """Return a word and one that differs in its end alone."""
    return known, known[:-1] + ("1" if known[-1] != "1" else "2")
