"""The clock is read at the edge and passed on as `now`; this module is the only place that reads it."""

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_WIRE = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")


def now() -> datetime:
    """The present instant, aware, UTC, whole milliseconds as on the wire."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def to_wire(moment: datetime) -> str:
    """An instant as protocol.md section 0 writes it: RFC 3339, UTC, milliseconds."""
    moment = moment.astimezone(UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"


def from_wire(text: object) -> datetime | None:
    """The instant written in `text`, or None when it is not exactly the wire's form."""
    if not isinstance(text, str) or not _WIRE.match(text):
        return None
    try:
        return datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None


def day_from_wire(text: object) -> date | None:
    """The business day written in `text` as YYYY-MM-DD, or None."""
    if not isinstance(text, str) or len(text) != 10:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def local(moment: datetime, time_zone: str) -> datetime:
    """The instant on the store's own wall clock."""
    return moment.astimezone(ZoneInfo(time_zone))
