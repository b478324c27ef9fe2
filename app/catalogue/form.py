"""Reading the form part of a service: its fields, their conditions, its requirements."""

from collections.abc import Mapping, Sequence

from app.catalogue.tables import Table
from app.domain.catalogue import (
    MAX_BYTES,
    PREFILLS,
    TODAY,
    Choice,
    Condition,
    Field,
    FileKind,
    Kind,
    Requirement,
)

_NAME = r"[a-z][a-z0-9_]{0,39}"
_KEY = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
_MB = 1_000_000
#: Autofill tokens of HTML that a form here may ask for.
_AUTOCOMPLETE = frozenset(
    {"name", "bday", "street-address", "address-level2", "address-level3", "address-level4"}
    | {"postal-code", "tel", "email", "organization", "organization-title"}
)
#: Keys that only some kinds of field may have.
_SPECIAL: Mapping[str, frozenset[Kind]] = {
    "max_length": frozenset({Kind.TEXT, Kind.LONG_TEXT}),
    "minimum": frozenset({Kind.NUMBER, Kind.MONEY, Kind.GROUP}),
    "maximum": frozenset({Kind.NUMBER, Kind.MONEY, Kind.GROUP}),
    "not_before": frozenset({Kind.DATE}),
    "not_after": frozenset({Kind.DATE}),
    "choices": frozenset({Kind.CHOICE}),
    "default": frozenset({Kind.CHOICE}),
    "columns": frozenset({Kind.GROUP}),
    "prefill": frozenset({Kind.TEXT, Kind.LONG_TEXT, Kind.DATE}),
    "autocomplete": frozenset({Kind.TEXT, Kind.LONG_TEXT, Kind.DATE}),
}
_COMMON = ("name", "kind", "label", "hint", "required")


def read_fields(parent: Table) -> tuple[Field, ...]:
    """Return the fields of a service, in order; each may refer to earlier ones only."""
    fields: list[Field] = []
    for table in parent.tables("fields", "field"):
        fields.append(_read_field(table, fields, in_group=False))
    return tuple(fields)


def _read_field(table: Table, earlier: Sequence[Field], *, in_group: bool) -> Field:
    name = table.string("name", like=_NAME)
    table = table.named(f"{'column' if in_group else 'field'} '{name}'")
    kind = table.word("kind", Kind, "has the unknown kind")
    table.only(*_COMMON, *_SPECIAL, *(() if in_group else ("when",)))
    if any(field.name == name for field in earlier):
        table.fail("is declared twice", "name")
    for key, kinds in _SPECIAL.items():
        if table.has(key) and kind not in kinds:
            table.fail(f"is of kind '{kind}' and cannot have '{key}'", key)
    if in_group and kind is Kind.GROUP:
        table.fail("cannot be a group within a group", "kind")
    long = 2000 if kind is Kind.LONG_TEXT else 200
    minimum, maximum = _bounds(table, kind)
    choices = _choices(table) if kind is Kind.CHOICE else ()
    return Field(
        name=name,
        kind=kind,
        label=table.text("label"),
        hint=table.maybe_text("hint"),
        required=table.flag("required", default=False),
        when=_read_condition(table, earlier),
        max_length=table.maybe_integer("max_length", least=1, most=10_000) or long,
        minimum=minimum,
        maximum=maximum,
        not_before=_date_bound(table, "not_before", earlier),
        not_after=_date_bound(table, "not_after", earlier),
        choices=choices,
        default=_one_of(table, "default", frozenset(choice.value for choice in choices)),
        columns=_columns(table) if kind is Kind.GROUP else (),
        prefill=_one_of(table, "prefill", PREFILLS),
        autocomplete=_one_of(table, "autocomplete", _AUTOCOMPLETE),
    )


def _bounds(table: Table, kind: Kind) -> tuple[int | None, int | None]:
    most = 100 if kind is Kind.GROUP else 10**15
    least = 1 if kind is Kind.GROUP else -most
    minimum = table.maybe_integer("minimum", least=least, most=most)
    maximum = table.maybe_integer("maximum", least=least, most=most)
    if minimum is not None and maximum is not None and minimum > maximum:
        table.fail(f"has a 'minimum' of {minimum} above its 'maximum' of {maximum}", "minimum")
    return minimum, maximum


def _date_bound(table: Table, key: str, earlier: Sequence[Field]) -> str | None:
    bound = table.maybe_string(key)
    dates = {field.name for field in earlier if field.kind is Kind.DATE} | {TODAY}
    if bound is not None and bound not in dates:
        table.fail(f"has '{bound}' as '{key}', which is no earlier date field", key)
    return bound


def _one_of(table: Table, key: str, known: frozenset[str]) -> str | None:
    value = table.maybe_string(key)
    if value is not None and value not in known:
        table.fail(f"has the unknown {key} '{value}'", key)
    return value


def _choices(table: Table) -> tuple[Choice, ...]:
    choices: list[Choice] = []
    for row in table.tables("choices", f"{table.called}: choice"):
        row.only("value", "label")
        choice = Choice(row.string("value", like=_KEY), row.text("label"))
        if any(choice.value == other.value for other in choices):
            row.fail(f"has the value '{choice.value}' again", "value")
        choices.append(choice)
    if len(choices) < 2:
        table.fail("needs at least two 'choices'", "choices")
    return tuple(choices)


def _columns(table: Table) -> tuple[Field, ...]:
    columns: list[Field] = []
    for row in table.tables("columns", f"{table.called}: column"):
        columns.append(_read_field(row, columns, in_group=True))
    if not columns:
        table.fail("needs 'columns'", "columns")
    return tuple(columns)


def _read_condition(table: Table, fields: Sequence[Field]) -> Condition | None:
    """Return the condition under `when`: a choice among `fields` and the answers that meet it."""
    if not table.has("when"):
        return None
    when = table.table("when", f"{table.called}: 'when'")
    when.only("field", "equals", "one_of")
    name = when.string("field")
    asked = next((field for field in fields if field.name == name), None)
    if asked is None:
        when.fail(f"names the field '{name}', which is not declared before it", "field")
    if asked.kind is not Kind.CHOICE:
        when.fail(f"names the field '{name}', which is no choice", "field")
    if when.has("equals") == when.has("one_of"):
        when.fail("needs either 'equals' or 'one_of'")
    key = "equals" if when.has("equals") else "one_of"
    values = (when.string(key),) if key == "equals" else when.strings(key)
    for value in values:
        if asked.choice(value) is None:
            when.fail(f"waits for '{value}', which is no choice of '{name}'", key)
    return Condition(name, values)


def read_requirements(parent: Table, fields: Sequence[Field]) -> tuple[Requirement, ...]:
    """Return the documents that a service asks for, in order."""
    needs: list[Requirement] = []
    for row in parent.tables("requirements", "requirement"):
        key = row.string("key", like=_KEY)
        table = row.named(f"requirement '{key}'")
        table.only("key", "label", "hint", "required", "when", "accepts", "max_mb")
        if any(need.key == key for need in needs):
            table.fail("is declared twice", "key")
        if table.has("accepts"):
            accepts = table.words("accepts", FileKind, "accepts unknown kind")
            if not accepts:
                table.fail("accepts nothing", "accepts")
        else:
            accepts = Requirement(key, table.text("label")).accepts
        megabytes = table.maybe_integer("max_mb", least=1, most=100)
        needs.append(
            Requirement(
                key=key,
                label=table.text("label"),
                hint=table.maybe_text("hint"),
                required=table.flag("required", default=True),
                when=_read_condition(table, fields),
                accepts=accepts,
                max_bytes=MAX_BYTES if megabytes is None else megabytes * _MB,
            )
        )
    return tuple(needs)
