"""The tills' registry of events, read from the till's own file, so that till and server cannot disagree.

`static/till/models/happenings.js` holds plain JSON between its braces: the name of each event and the kind of each
member of its data. An event with another name is stored and shown all the same (protocol.md section 4).
"""

import json
from functools import lru_cache
from pathlib import Path

FILE = Path(__file__).resolve().parents[2] / "static" / "till" / "models" / "happenings.js"
KINDS = frozenset(
    {
        *("money", "quantity", "percent", "count", "ms", "instant", "flag"),
        *("product", "employee", "receipt", "text", "word", "list", "object"),
    }
)


@lru_cache(maxsize=1)
def registry() -> dict[str, dict[str, str]]:
    """Kind of each member of an event's data, by event and member; a kind that may be null ends with `?`."""
    source = FILE.read_text("utf-8")
    start = source.index("{", source.index("export const HAPPENINGS"))
    table: dict[str, dict[str, str]] = json.loads(source[start : source.rindex("}") + 1])
    return table


def kind(name: str, member: str) -> str:
    """What a member of an event's data is, without the question mark; empty when it is not known."""
    return registry().get(name, {}).get(member, "").removesuffix("?")
