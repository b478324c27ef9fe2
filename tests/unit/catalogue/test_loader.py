"""A service is one TOML file; a wrong one is told by file, line and reason."""

from pathlib import Path

import pytest

from app.catalogue.calendar import load_calendar
from app.catalogue.loader import CatalogueError, load, read_service
from app.domain.catalogue import Act, Condition, Fee, FileKind, Kind, Promise, Text, TimeUnit

GOOD = """\
order = 1
category = "social"
name = { id = "Surat", en = "Letter" }
summary = { id = "Untuk apa saja.", en = "For anything." }
keywords = ["surat"]
retention_years = 5
chain = [
  { role = "kasi", act = "initial" },
  { role = "camat", act = "sign" },
]
[letter]
template = "pengantar"
title = { id = "Surat", en = "Letter" }
code = "470"
[time]
working_days = 2
published = false
[fee]
rupiah = 0
[[legal_basis]]
citation = "UU 25/2009"
subject = { id = "Pelayanan Publik", en = "Public services" }
[[fields]]
name = "for"
kind = "choice"
label = { id = "Untuk", en = "For" }
choices = [
  { value = "person", label = { id = "Orang", en = "Person" } },
  { value = "body", label = { id = "Badan", en = "Body" } },
]
[[fields]]
name = "since"
kind = "date"
label = { id = "Sejak", en = "Since" }
not_after = "today"
[[fields]]
name = "heirs"
kind = "group"
label = { id = "Ahli waris", en = "Heirs" }
when = { field = "for", equals = "person" }
minimum = 1
[[fields.columns]]
name = "name"
kind = "text"
required = true
label = { id = "Nama", en = "Name" }
[[requirements]]
key = "ktp"
label = { id = "KTP", en = "Identity card" }
accepts = [
  "jpeg",
  "pdf",
]
max_mb = 2
"""


def read(text: str):
    return read_service("surat", text, templates={"pengantar"})


def test_a_good_file_is_a_service():
    service = read(GOOD)
    assert (service.key, service.name, service.short) == ("surat", *[Text("Surat", "Letter")] * 2)
    assert [(link.role, link.act) for link in service.chain] == [
        ("kasi", Act.INITIAL),
        ("camat", Act.SIGN),
    ]
    assert service.time == Promise(2, TimeUnit.WORKING_DAYS, published=False)
    assert service.fee == Fee(0)
    heirs = service.fields[2]
    assert (heirs.kind, heirs.when) == (Kind.GROUP, Condition("for", ("person",)))
    assert heirs.columns[0].required
    [ktp] = service.requirements
    assert (ktp.accepts, ktp.max_bytes) == ((FileKind.JPEG, FileKind.PDF), 2_000_000)
    assert ktp.media_types == ("image/jpeg", "application/pdf")


#: What stands in the good file, what stands there instead, and what is said of it.
WRONG = [
    ("order = 1", 'order = "1"', 1, "needs a whole number as 'order'"),
    ("order = 1", "order = 0", 1, "needs 'order' between 1 and 9999, not 0"),
    ("order = 1", "order = ", 1, "is not TOML"),
    ('"social"', '"sosial"', 2, "service has the unknown category 'sosial'"),
    (', en = "Letter" }\nsum', " }\nsum", 3, "service: 'name' lacks 'en'"),
    ('en = "For anything."', 'en = " "', 4, "service: 'summary' needs text as 'en'"),
    ('en = "For anything."', 'e = "x"', 4, "'summary' has the unknown key 'e'"),
    ('["surat"]', '"surat"', 5, "service needs a list as 'keywords'"),
    ('["surat"]', '["surat", 1]', 5, "service needs text as 'keywords'"),
    (
        "retention_years",
        "retention_year",
        6,
        "unknown key 'retention_year' (did you mean 'retention_years'?)",
    ),
    ('"kasi"', '"kassi"', 8, "chain link 1 has the unknown role 'kassi'"),
    ('"kasi"', '"warga"', 8, "chain link 1 has the role 'warga', which signs nothing"),
    ('"camat"', '"kasi"', 9, "chain link 2 has the role 'kasi' again"),
    ('"initial"', '"sign"', 9, "chain link 2 comes after the signature"),
    ('"sign"', '"initial"', 7, "service needs a 'chain' that ends in a signature"),
    ('"sign"', '"stamp"', 9, "chain link 2 has the unknown act 'stamp'"),
    ('"pengantar"', '"surat"', 12, "letter names the template 'surat', which does not exist"),
    ('"470"', '"A"', 14, "letter cannot have 'A' as 'code'"),
    ("working_days = 2", "days = 2", 16, "time has the unknown key 'days'"),
    ("working_days = 2", "minutes = 9\nworking_days = 2", 15, "time needs either"),
    ("published = false", "published = 0", 17, "time needs true or false as 'published'"),
    ("rupiah = 0", "rupiah = -1", 19, "fee needs 'rupiah' between"),
    ("rupiah = 0", "", 18, "fee needs 'rupiah', or a 'note'"),
    ('citation = "UU 25/2009"', "", 20, "legal basis 1 lacks 'citation'"),
    ('name = "for"', 'name = "For"', 24, "field 1 cannot have 'For' as 'name'"),
    ('kind = "choice"', 'kind = "select"', 25, "field 'for' has the unknown kind 'select'"),
    (
        'kind = "choice"',
        'kind = "text"',
        27,
        "field 'for' is of kind 'text' and cannot have 'choices'",
    ),
    (
        'kind = "choice"',
        'kind = "choice"\nmaximum = 1',
        26,
        "kind 'choice' and cannot have 'maximum'",
    ),
    ('kind = "choice"', 'kind = "choice"\ndefault = "me"', 26, "has the unknown default 'me'"),
    ('value = "body"', 'value = "person"', 29, "choice 2 has the value 'person' again"),
    ('value = "body"', 'value = "The body"', 29, "choice 2 cannot have 'The body' as 'value'"),
    (
        '  { value = "body", label = { id = "Badan", en = "Body" } },\n',
        "",
        27,
        "needs at least two 'choices'",
    ),
    ('name = "since"', 'name = "for"', 32, "field 'for' is declared twice"),
    ('not_after = "today"', 'not_after = "heirs"', 35, "no earlier date field"),
    ('not_after = "today"', 'prefill = "born"', 35, "field 'since' has the unknown prefill 'born'"),
    ('not_after = "today"', 'autocomplete = "x"', 35, "has the unknown autocomplete 'x'"),
    ('not_after = "today"', "max_length = 9", 35, "kind 'date' and cannot have 'max_length'"),
    (
        'field = "for"',
        'field = "kind"',
        40,
        "'when' names the field 'kind', which is not declared before it",
    ),
    ('field = "for"', 'field = "since"', 40, "'when' names the field 'since', which is no choice"),
    (
        'equals = "person"',
        'equals = "pt"',
        40,
        "'when' waits for 'pt', which is no choice of 'for'",
    ),
    (', equals = "person"', "", 40, "'when' needs either 'equals' or 'one_of'"),
    ("minimum = 1", "minimum = 3\nmaximum = 2", 41, "'minimum' of 3 above its 'maximum' of 2"),
    ('name = "name"', 'name = "Name"', 43, "column 1 cannot have 'Name' as 'name'"),
    ('kind = "text"', 'kind = "group"', 44, "column 'name' cannot be a group within a group"),
    ('kind = "text"', 'kind = "text"\nwhen = 1', 45, "column 'name' has the unknown key 'when'"),
    ("required = true", 'required = "yes"', 45, "column 'name' needs true or false as 'required'"),
    ('key = "ktp"', 'key = "KTP"', 48, "requirement 1 cannot have 'KTP' as 'key'"),
    ('label = { id = "KTP", en = "Identity card" }', "", 47, "requirement 'ktp' lacks 'label'"),
    (
        'label = { id = "KTP", en = "Identity card" }',
        'label = "KTP"',
        49,
        "needs a table as 'label'",
    ),
    ('"pdf"', '"gif"', 52, "requirement 'ktp' accepts unknown kind 'gif'"),
    ('"pdf"', '"jpeg"', 52, "requirement 'ktp' names 'jpeg' twice"),
    ("max_mb = 2", "max_mb = 2000", 54, "'max_mb' between 1 and 100, not 2000"),
    ("max_mb = 2", '[[requirements]]\nkey = "ktp"', 55, "requirement 'ktp' is declared twice"),
]


@pytest.mark.parametrize(("good", "wrong", "line", "reason"), WRONG, ids=[row[3] for row in WRONG])
def test_a_wrong_file_is_told_by_file_line_and_reason(good, wrong, line, reason):
    assert good in GOOD
    with pytest.raises(CatalogueError) as error:
        read(GOOD.replace(good, wrong, 1))
    assert str(error.value).startswith(f"surat.toml:{line}: ")
    assert reason in error.value.reason


def test_the_error_reads_as_a_sentence():
    with pytest.raises(CatalogueError) as error:
        read(GOOD.replace('"pdf"', '"gif"'))
    assert str(error.value) == "surat.toml:52: requirement 'ktp' accepts unknown kind 'gif'"


def test_a_folder_is_read_in_display_order_and_its_version_changes_with_it(tmp_path: Path):
    (tmp_path / "a.toml").write_text(GOOD.replace("order = 1", "order = 2"))
    (tmp_path / "b.toml").write_text(GOOD)
    first = load(tmp_path, templates={"pengantar"})
    assert [service.key for service in first] == ["b", "a"]
    (tmp_path / "b.toml").write_text(GOOD + "\n")
    assert load(tmp_path, templates={"pengantar"}).version != first.version


def test_a_file_that_is_not_utf8_is_told_too(tmp_path: Path):
    (tmp_path / "a.toml").write_bytes(b"order = 1\nname = '\xff'\n")
    with pytest.raises(CatalogueError, match=r"a\.toml:2: is not UTF-8"):
        load(tmp_path, templates=set())


@pytest.mark.parametrize(
    ("row", "line", "reason"),
    [
        ('2026-13-01 = "X"', 5, "has '2026-13-01', which is no date"),
        ('2025-12-31 = "X"', 5, "has 2025-12-31, which is another year's"),
        ('2026-01-01 = ""', 5, "needs text as '2026-01-01'"),
        ('[year.leave]\n2026-01-02 = "X"', 6, "is a holiday already"),
    ],
)
def test_a_wrong_calendar_is_told_by_file_line_and_reason(tmp_path, row, line, reason):
    file = tmp_path / "calendar.toml"
    head = '[[year]]\nyear = 2026\ndecree = "SKB"\n[year.holidays]\n'
    if "leave" in row:
        head = head.replace("[year.holidays]", "holidays = { 2026-01-02 = 'Y' }")
    file.write_text(head + row + "\n")
    with pytest.raises(CatalogueError) as error:
        load_calendar(file)
    assert str(error.value).startswith(f"calendar.toml:{line}: ")
    assert reason in error.value.reason
