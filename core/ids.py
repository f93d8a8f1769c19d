"""Identifiers: every row that travels carries a UUIDv7 made where it was born (RFC 9562, section 5.7)."""

import uuid

from uuid_utils.compat import uuid7 as _uuid7


def uuid7() -> uuid.UUID:
    """A new time-ordered identifier, as the standard library's own UUID class."""
    return _uuid7()


def parse_uuid(text: object) -> uuid.UUID | None:
    """The identifier in its canonical lower-case form, or None for anything else.

    Upper case and braces are refused because the wire compares identifiers as text.
    """
    if not isinstance(text, str) or len(text) != 36:
        return None
    try:
        value = uuid.UUID(text)
    except ValueError:
        return None
    return value if str(value) == text else None
