"""Telephone numbers as people type them."""

import phonenumbers

_HOME = "ID"


def read_phone(text: str) -> str | None:
    """Return the number in E.164 (`+6281234567890`), or None when it is none.

    Numbers without `+` are Indonesian, with or without the leading 0 or 62. Others
    need `+` and their country code.
    """
    typed = text.strip()
    if typed.startswith("8"):
        typed = f"0{typed}"
    try:
        number = phonenumbers.parse(typed, _HOME)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def show_phone(number: str) -> str:
    """Return an E.164 number as people write it: `0812-3456-7890`, others with their `+`."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return number
    at_home = phonenumbers.region_code_for_number(parsed) == _HOME
    form = phonenumbers.PhoneNumberFormat
    return phonenumbers.format_number(parsed, form.NATIONAL if at_home else form.INTERNATIONAL)
