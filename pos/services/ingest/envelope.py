"""One element of a push: is it an item, what does it hash to. Pure."""

import hashlib
import json
import re
import unicodedata
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core import clock, ids
from core.money import SAFE_INTEGER
from pos.rules.shape import Broken, check_text

NOT_AN_ITEM = "not_an_item"
FIRST_PREV = "0" * 64
_HEX = re.compile(r"^[0-9a-f]{64}$")
_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode
_escaped = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode


@dataclass(slots=True)
class Element:
    """One element as it arrived. `hash` is computed here; `problem` is what makes it unfit before any look-up.

    Of an element that is not an item only `id`, `hash` and `text` (the whole element) mean something; an element
    without an id gets one derived from its content, so that sending it again is recognised.
    """

    position: int
    id: uuid.UUID
    given_id: Any
    type: str
    inc: int
    seq: int
    prev: str
    at: datetime | None
    body: Any
    text: str
    hash: str
    claimed: str
    sig: str
    problem: Broken | None = None
    readable: bool = True
    authentic: bool = False
    # Filled while it is judged.
    status: str = ""
    reason: str = ""
    detail: str = ""
    pk: int = 0
    is_new: bool = True
    typed: Any = None
    warnings: list[tuple[str, str]] = field(default_factory=list)

    @property
    def claimed_hash(self) -> str | None:
        """The hash the device named, when it is not the right one."""
        return self.claimed if self.claimed != self.hash else None

    def set_aside(self, reason: str, detail: str, *, status: str = "quarantined") -> bool:
        """Keeps the element apart, with the reason. Always true, so that a check can return it."""
        self.status, self.reason, self.detail = status, reason, detail[:500]
        return True


def read(position: int, raw: object, till: uuid.UUID) -> Element:
    """The element, whatever it is: nothing that arrived in a frame is thrown away."""
    if not isinstance(raw, dict):
        return _not_an_item(position, raw, None, till, "it is not an object")
    missing = _missing(raw)
    if missing:
        return _not_an_item(position, raw, raw.get("id"), till, missing)
    body, problem = raw["body"], None
    try:
        text = _canonical(body)
        content = _content(raw, text)
        if not content.isascii():
            content.encode("utf-8")
            if not unicodedata.is_normalized("NFC", content):
                problem = Broken("bad_text", "text is not in Unicode normal form C")
    except UnicodeEncodeError:
        text, problem = _escaped(body), Broken("bad_text", "text holds an unpaired surrogate")
        content = _content(raw, text)
    if "\\u0000" in text and problem is None:
        problem = _text_problem(body)
    return Element(
        position=position,
        id=uuid.UUID(raw["id"]),
        given_id=raw["id"],
        type=raw["type"],
        inc=raw["inc"],
        seq=raw["seq"],
        prev=raw["prev"],
        at=clock.from_wire(raw["at"]),
        body=body,
        text=text,
        hash=hashlib.sha256(content.encode("utf-8")).hexdigest(),
        claimed=raw["hash"],
        sig=raw["sig"],
        problem=problem,
    )


def echo(given: object) -> str | int | None:
    """What an ack repeats of an id that may be anything."""
    if isinstance(given, str):
        return given if given.isascii() and given.isprintable() and len(given) <= 100 else None
    return given if type(given) is int else None


def _missing(raw: dict[str, Any]) -> str:
    """What keeps an object from being an item, or an empty text."""
    if ids.parse_uuid(raw.get("id")) is None:
        return "id is not a lower-case UUID"
    for name in ("inc", "seq"):
        value = raw.get(name)
        if type(value) is not int or not 1 <= value <= SAFE_INTEGER:
            return f"{name} is not an integer from 1"
    for name in ("prev", "hash"):
        value = raw.get(name)
        if type(value) is not str or not _HEX.match(value):
            return f"{name} is not a lower-case hex SHA-256"
    if type(raw.get("type")) is not str or not re.fullmatch(r"[a-z_]{1,40}", raw["type"]):
        return "type is not a short lower-case word"
    if (
        type(raw.get("sig")) is not str
        or len(raw["sig"]) > 100
        or not raw["sig"].isascii()
        or "\x00" in raw["sig"]
    ):
        return "sig is not a short ASCII text"
    if clock.from_wire(raw.get("at")) is None:
        return "at is not an instant like 2026-11-21T09:30:00.000Z"
    if type(raw.get("body")) is not dict:
        return "body is not an object"
    return ""


def _content(raw: dict[str, Any], body: str) -> str:
    """Canonical JSON of the seven members under the hash, with the body's text spliced in."""
    return (
        f'{{"at":"{raw["at"]}","body":{body},"id":"{raw["id"]}","inc":{raw["inc"]},'
        f'"prev":"{raw["prev"]}","seq":{raw["seq"]},"type":"{raw["type"]}"}}'
    )


def _text_problem(body: object) -> Broken | None:
    try:
        check_text(body)
    except Broken as broken:
        return broken
    return None


def _not_an_item(position: int, raw: object, given: Any, till: uuid.UUID, why: str) -> Element:
    text = _escaped(raw)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Element(
        position=position,
        id=ids.parse_uuid(given) or uuid.uuid5(till, digest),
        given_id=echo(given),
        type="",
        inc=0,
        seq=0,
        prev="",
        at=None,
        body=None,
        text=text,
        hash=digest,
        claimed=digest,
        sig="",
        problem=Broken(NOT_AN_ITEM, why),
        readable=False,
    )
