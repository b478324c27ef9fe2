"""The thirteen services that Loket ships."""

from datetime import date

import pytest

from app.catalogue.loader import SERVICES, load
from app.domain.catalogue import Service, TimeUnit
from app.domain.fields import read_answers

CATALOGUE = load(SERVICES, templates={"sku", "sktm", "domisili", "pengantar"})
TODAY = date(2026, 3, 13)
KASI_SEKCAM_CAMAT = [("kasi", "initial"), ("sekcam", "initial"), ("camat", "sign")]

PROMISES = {
    "sktm": (60, "minutes"),
    "dispensasi-nikah": (10, "minutes"),
    "izin-keramaian": (30, "minutes"),
    "pindah": (1, "working_days"),
    "ktp-el": (45, "minutes"),
    "kk": (3, "working_days"),
    "skck": (10, "minutes"),
    "imb-100": (5, "working_days"),
}

#: The fields that each service cannot do without, before anything is answered.
REQUIRED = {
    "sku": {"business_name", "purpose"},
    "sktm": {"purpose"},
    "domisili": {"purpose"},
    "ahli-waris": {"deceased_name", "deceased_date", "heirs", "witnesses"},
    "izin-keramaian": {"event", "date", "time", "place"},
    "rekomendasi-proposal": {"body", "amount", "purpose"},
    "pindah": {"reason", "class", "destination"},
    "ktp-el": {"kind"},
    "kk": {"reason"},
    "skck": {"purpose"},
    "iumk": {"business", "capital", "means"},
    "imb-100": {"area", "address"},
}


def service(key: str) -> Service:
    found = CATALOGUE.get(key)
    assert found is not None
    return found


def needs(key: str, **answers: str) -> list[str]:
    return [need.key for need in service(key).requirements_for(answers)]


def test_all_are_there_in_order():
    assert [one.key for one in CATALOGUE] == [
        *("sktm", "sku", "domisili", "dispensasi-nikah", "ahli-waris", "izin-keramaian"),
        *("rekomendasi-proposal", "pindah", "ktp-el", "kk", "skck", "iumk", "imb-100"),
    ]
    assert len({one.order for one in CATALOGUE}) == len(CATALOGUE) == 13
    assert CATALOGUE.get("sim") is None
    assert "sktm" in [one.key for one in CATALOGUE.popular()]


@pytest.mark.parametrize("key", ["sku", "sktm", "domisili"])
def test_three_letters_pass_kasi_and_sekcam_to_the_camat(key):
    assert [(link.role, link.act) for link in service(key).chain] == KASI_SEKCAM_CAMAT
    assert service(key).letter.template == key


def test_the_police_cover_letter_ends_with_the_kasi():
    assert [(link.role, link.act) for link in service("skck").chain] == [("kasi", "sign")]


@pytest.mark.parametrize("one", CATALOGUE.services, ids=lambda one: one.key)
def test_promised_times_are_the_published_ones_and_say_when_they_are_not(one):
    if one.key in PROMISES:
        assert (one.time.amount, one.time.unit) == PROMISES[one.key]
    assert one.time.published == (one.key in PROMISES)
    assert one.time.unit in TimeUnit


def test_all_but_the_building_permit_are_free():
    assert [one.key for one in CATALOGUE if not one.fee.is_free] == ["imb-100"]
    assert service("imb-100").fee.note is not None


@pytest.mark.parametrize("key", REQUIRED)
def test_a_blank_form_asks_for_what_cannot_be_missing(key):
    _, problems = read_answers(service(key).fields, {}, today=TODAY)
    assert {problem.name.partition(".")[0] for problem in problems} == REQUIRED[key]


def test_a_marriage_asks_for_both_persons_the_day_and_the_reason():
    _, problems = read_answers(service("dispensasi-nikah").fields, {}, today=TODAY)
    both = {
        f"{who}_{what}" for who in ("groom", "bride") for what in ("name", "birth_date", "address")
    }
    assert {problem.name for problem in problems} == both | {"date", "reason"}


def test_the_documents_are_those_of_the_counter():
    assert needs("sktm") == ["surat-desa", "pernyataan", "ktp", "kk"]
    assert needs("sku") == ["ktp", "kk", "surat-rt-rw", "foto-usaha"]


def test_a_body_brings_other_documents_and_data_than_a_person():
    assert needs("domisili", applicant="person") == ["ktp", "kk"]
    assert needs("domisili", applicant="body") == ["akta", "ktp-pengurus", "foto-kantor"]
    fields = service("domisili").fields
    raw = {"purpose": "rekening", "body_name": "PT Maju"}
    assert read_answers(fields, raw, today=TODAY)[0] == {
        "applicant": "person",
        "purpose": "rekening",
    }
    body, problems = read_answers(fields, raw | {"applicant": "body"}, today=TODAY)
    assert body["body_name"] == "PT Maju"
    assert {problem.name for problem in problems} == {"body_kind", "body_address", "body_head"}


def test_only_a_crowd_needs_a_plan_and_only_a_lost_card_a_police_report():
    assert needs("izin-keramaian", crowd="small") == ["ktp", "surat-desa"]
    assert "proposal" in needs("izin-keramaian", crowd="large")
    assert "surat-kehilangan" in needs("ktp-el", kind="hilang")
    assert "surat-kehilangan" not in needs("ktp-el", kind="baru")


@pytest.mark.parametrize("one", CATALOGUE.services, ids=lambda one: one.key)
def test_a_phone_photo_passes_wherever_a_photo_is_meant(one):
    for need in one.requirements:
        assert {"jpeg", "png", "webp"} <= set(need.accepts)
        assert need.max_bytes >= 10_000_000


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("sktm", "sktm"),
        ("SURAT MISKIN", "sktm"),
        ("tidak mampu", "sktm"),
        ("warung", "sku"),
        ("domsili", "domisili"),
        ("nikah mendadak", "dispensasi-nikah"),
        ("ktp hilang", "ktp-el"),
        ("warisan tanah", "ahli-waris"),
        ("family card", "kk"),
        ("tolong bikin rumah", "imb-100"),
    ],
)
def test_a_service_is_found_by_everyday_words(typed, found):
    assert CATALOGUE.search(typed, "id")[0].key == found


def test_a_blank_search_shows_everything_and_nonsense_nothing():
    assert CATALOGUE.search(" ?! ", "id") == CATALOGUE.services
    assert CATALOGUE.search("xyzzy", "id") == ()


def test_words_of_the_readers_language_weigh_more():
    assert CATALOGUE.search("moving", "en")[0].key == "pindah"
