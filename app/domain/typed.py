"""What people type, without the characters that nobody types and nobody sees."""

import re

#: Control characters but for tab and line breaks; marks that turn the direction of what follows,
#: or join and hide unseen: they make a name look like another one.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u200b\u200e\u200f\u2028\u2029"
    "\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\U000e0000-\U000e007f\ud800-\udfff]"
)


def seen(text: str) -> str:
    """Return what of `text` can be seen, for every text that comes from outside."""
    return _UNSEEN.sub("", text)
