"""Frames of the till's socket: reading requests, writing answers and pushes (protocol.md section 2)."""

import json
from dataclasses import dataclass
from typing import Any

from core import canonical
from core.canonical import ProtocolError

MAX_FRAME = 1024 * 1024
# An answer must fit a frame as well; what is left is for the envelope.
MAX_ANSWER = MAX_FRAME - 4096
MAX_ID_TEXT = 64

RequestId = int | str


@dataclass(frozen=True)
class Request:
    """One request of a till; `args` is the whole object."""

    id: RequestId
    op: str
    args: dict[str, Any]


@dataclass(frozen=True)
class RawAnswer:
    """An answer whose members are JSON text already: `{…}`."""

    text: str


def read(data: str | bytes | None) -> Request:
    """The request in a frame. Raises ProtocolError when the frame is not one."""
    if not isinstance(data, str):
        raise ProtocolError("Frames are JSON text.")
    value = canonical.parse(data, MAX_FRAME)
    if not isinstance(value, dict):
        raise ProtocolError("A frame is one JSON object.")
    given, op = value.get("id"), value.get("op")
    if type(given) is str:
        if not 1 <= len(given) <= MAX_ID_TEXT or not given.isascii() or not given.isprintable():
            raise ProtocolError(f"A request's id is an integer or 1 to {MAX_ID_TEXT} ASCII characters.")
    elif type(given) is not int:
        raise ProtocolError("A request has an id: an integer, or a short text.")
    if type(op) is not str or not 1 <= len(op) <= 40 or not op.isascii() or not op.isprintable():
        raise ProtocolError("A request names its op.")
    return Request(given, op, value)


def answer(request: RequestId, members: dict[str, Any] | RawAnswer) -> str:
    """The frame of a good answer."""
    inner = members.text if isinstance(members, RawAnswer) else _dumps(members)
    head = f'{{"re":{_dumps(request)},"ok":true'
    return f"{head}}}" if inner == "{}" else f"{head},{inner[1:]}"


def error(request: RequestId | None, code: str, detail: str, **extra: Any) -> str:
    """The frame of a refusal; `extra` are plain values beside code and detail."""
    return _dumps({"re": request, "ok": False, "error": {**extra, "code": code, "detail": detail}})


def push(kind: str, /, **members: Any) -> str:
    """The frame of a hint."""
    return _dumps({"push": kind, **members})


def _dumps(value: Any) -> str:
    """ASCII JSON where needed: what a client sent is echoed nowhere, but a name may hold anything a manager typed."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
