"""The frames of the bridge's socket: strict JSON in, typed requests out, answers and events back.

Pure: no socket, no clock, no device. The wire is described in docs/devices.md; values follow the house rules
(integers only, no duplicate keys, no number that JavaScript could not hold).
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn, TypeVar

from devices.card import CardDocument, parse_card
from devices.document import Document, parse_document
from devices.errors import BridgeError
from devices.fiscal import FiscalDocument, Receipt, parse_fiscal

VERSION = "1.0"
MAX_FRAME_BYTES = 1 << 20
MAX_DEPTH = 32
MAX_INTEGER = 2**53 - 1
MAX_KEEP_ITEMS = 200
MAX_ACKED_IDS = 1_000
MAX_LIST = 500
# A line of a display has twenty letters; what is longer is cut by its driver.
MAX_SHOWN = 80
MAX_ITEM_BYTES = 256 * 1024

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
DEVICE_ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,31}")
SHA256 = re.compile(r"[0-9a-f]{64}")
ITEM_TYPES = ("receipt", "fiscal", "event", "shift", "cash", "document", "hold")
Read = TypeVar("Read")
ITEM_KEYS = ("type", "id", "inc", "seq", "prev", "at", "body", "hash", "sig")


@dataclass(frozen=True)
class Hello:
    token: str


@dataclass(frozen=True)
class Devices:
    pass


@dataclass(frozen=True)
class Print:
    device: str
    action: str
    document: Document
    # The document as it came, kept so that the journal can tell a repeat from another print under the same
    # action.
    raw: Mapping[str, object]


@dataclass(frozen=True)
class Drawer:
    device: str
    action: str


@dataclass(frozen=True)
class Fiscal:
    device: str
    action: str
    document: FiscalDocument
    raw: Mapping[str, object]

    @property
    def subject(self) -> str | None:
        """What may be registered only once at one device, whatever the action: this receipt."""
        found = self.document
        return f"{found.kind} {found.receipt}" if isinstance(found, Receipt) else None


@dataclass(frozen=True)
class FiscalState:
    device: str


@dataclass(frozen=True)
class Show:
    """`lines` are what stands left and right in the upper and the lower line."""

    device: str
    lines: tuple[tuple[str, str], tuple[str, str]]


@dataclass(frozen=True)
class Card:
    device: str
    action: str
    document: CardDocument
    raw: Mapping[str, object]


@dataclass(frozen=True)
class CardAbort:
    action: str


@dataclass(frozen=True)
class CardLast:
    device: str


@dataclass(frozen=True)
class ActionGet:
    action: str


@dataclass(frozen=True)
class ActionResolve:
    action: str
    printed: bool


@dataclass(frozen=True)
class ChainItem:
    """One item of a till's journal. `text` is the whole item as canonical JSON; its signature is the server's
    matter.
    """

    id: str
    inc: int
    seq: int
    hash: str
    text: str


@dataclass(frozen=True)
class JournalKeep:
    till: str
    items: tuple[ChainItem, ...]


@dataclass(frozen=True)
class JournalAcked:
    till: str
    ids: tuple[str, ...]


@dataclass(frozen=True)
class JournalList:
    till: str
    after: tuple[int, int] | None
    limit: int


Request = (
    Hello
    | Devices
    | Print
    | Drawer
    | Fiscal
    | FiscalState
    | Show
    | Card
    | CardAbort
    | CardLast
    | ActionGet
    | ActionResolve
    | JournalKeep
    | JournalAcked
    | JournalList
)


@dataclass(frozen=True)
class Frame:
    """One request that has at least an id and an op. `body` is still unchecked."""

    id: int
    op: str
    body: Mapping[str, object]


def parse_json(text: str) -> object:
    """Strict JSON. Raises BridgeError `bad_request` for anything the house does not put on a wire."""
    try:
        value: object = json.loads(
            text,
            object_pairs_hook=_unique_keys,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
            parse_int=_integer,
        )
    except RecursionError:
        raise BridgeError("bad_request", "the frame is nested too deeply") from None
    except json.JSONDecodeError as error:
        raise BridgeError("bad_request", f"the frame is not JSON: {error.msg}") from None
    _check_tree(value)
    return value


def parse_frame(message: str | bytes) -> Frame:
    """Split a WebSocket message into id, op and body. Raises BridgeError `bad_request`."""
    if isinstance(message, bytes):
        raise BridgeError("bad_request", "frames are text, not binary")
    value = parse_json(message)
    if not isinstance(value, dict):
        raise BridgeError("bad_request", "a frame is a JSON object")
    number, op = value.get("id"), value.get("op")
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        raise BridgeError("bad_request", "id must be a whole number from 0")
    if not isinstance(op, str) or len(op) > 40:
        raise BridgeError("bad_request", "op must be text")
    return Frame(number, op, value)


def parse_request(frame: Frame) -> Request:
    """Check the body against its op. Raises BridgeError `unknown_op`, `bad_request`, `bad_item` or
    `bad_document`.
    """
    reader = _READERS.get(frame.op)
    if reader is None:
        raise BridgeError("unknown_op", "this bridge has no such op")
    return reader(frame.body)


def canonical(value: object) -> str:
    """RFC 8785 text of integers, strings, booleans, null, arrays and objects with ASCII keys."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def answer(request_id: int, **fields: object) -> str:
    return canonical({"re": request_id, "ok": True, **fields})


def refusal(request_id: int | None, error: BridgeError, **fields: object) -> str:
    body = {"code": error.code, "detail": error.detail}
    return canonical({"re": request_id, "ok": False, "error": body, **fields})


def event(kind: str, **fields: object) -> str:
    return canonical({"event": kind, **fields})


def _hello(body: Mapping[str, object]) -> Request:
    token = body.get("token")
    if not isinstance(token, str) or not 1 <= len(token) <= 200:
        raise BridgeError("bad_request", "token must be text")
    return Hello(token)


def _devices(body: Mapping[str, object]) -> Request:
    return Devices()


def _print(body: Mapping[str, object]) -> Request:
    return Print(_device(body), _uuid(body, "action"), *_document(body, parse_document))


def _drawer(body: Mapping[str, object]) -> Request:
    return Drawer(_device(body), _uuid(body, "action"))


def _fiscal(body: Mapping[str, object]) -> Request:
    return Fiscal(_device(body), _uuid(body, "action"), *_document(body, parse_fiscal))


def _document(
    body: Mapping[str, object], parse: Callable[[object], Read]
) -> tuple[Read, Mapping[str, object]]:
    """What was asked for, read and as it came. Raises BridgeError `bad_document`."""
    raw = body.get("document")
    document = parse(raw)
    assert isinstance(raw, dict)
    return document, raw


def _fiscal_state(body: Mapping[str, object]) -> Request:
    return FiscalState(_device(body))


def _show(body: Mapping[str, object]) -> Request:
    lines = body.get("lines")
    if not isinstance(lines, list) or len(lines) != 2:
        raise BridgeError("bad_request", "lines must be a list of two")
    return Show(_device(body), (_shown(lines[0]), _shown(lines[1])))


def _shown(line: object) -> tuple[str, str]:
    if not isinstance(line, list) or len(line) != 2 or not all(map(_is_shown, line)):
        raise BridgeError("bad_request", f"a line is [left, right], texts of at most {MAX_SHOWN} characters")
    return line[0], line[1]


def _is_shown(text: object) -> bool:
    return isinstance(text, str) and len(text) <= MAX_SHOWN


def _card(body: Mapping[str, object]) -> Request:
    return Card(_device(body), _uuid(body, "action"), *_document(body, parse_card))


def _card_abort(body: Mapping[str, object]) -> Request:
    return CardAbort(_uuid(body, "action"))


def _card_last(body: Mapping[str, object]) -> Request:
    return CardLast(_device(body))


def _action_get(body: Mapping[str, object]) -> Request:
    return ActionGet(_uuid(body, "action"))


def _action_resolve(body: Mapping[str, object]) -> Request:
    printed = body.get("printed")
    if not isinstance(printed, bool):
        raise BridgeError("bad_request", "printed must be true or false")
    return ActionResolve(_uuid(body, "action"), printed)


def _journal_keep(body: Mapping[str, object]) -> Request:
    items = body.get("items")
    if not isinstance(items, list) or not 1 <= len(items) <= MAX_KEEP_ITEMS:
        raise BridgeError("bad_request", f"items must be a list of 1 to {MAX_KEEP_ITEMS}")
    checked = tuple(_chain_item(item, n) for n, item in enumerate(items, start=1))
    return JournalKeep(_uuid(body, "till"), checked)


def _journal_acked(body: Mapping[str, object]) -> Request:
    ids = body.get("ids")
    if not isinstance(ids, list) or not 1 <= len(ids) <= MAX_ACKED_IDS:
        raise BridgeError("bad_request", f"ids must be a list of 1 to {MAX_ACKED_IDS}")
    if not all(isinstance(value, str) and UUID.fullmatch(value) for value in ids):
        raise BridgeError("bad_request", "ids must be UUIDs in lower case")
    return JournalAcked(_uuid(body, "till"), tuple(ids))


def _journal_list(body: Mapping[str, object]) -> Request:
    limit = body.get("limit", MAX_LIST)
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MAX_LIST:
        raise BridgeError("bad_request", f"limit must be a whole number from 1 to {MAX_LIST}")
    return JournalList(_uuid(body, "till"), _after(body.get("after")), limit)


_READERS: dict[str, Callable[[Mapping[str, object]], Request]] = {
    "hello": _hello,
    "devices": _devices,
    "print": _print,
    "drawer": _drawer,
    "fiscal": _fiscal,
    "fiscal.state": _fiscal_state,
    "display": _show,
    "card": _card,
    "card.abort": _card_abort,
    "card.last": _card_last,
    "action.get": _action_get,
    "action.resolve": _action_resolve,
    "journal.keep": _journal_keep,
    "journal.acked": _journal_acked,
    "journal.list": _journal_list,
}
OPS = tuple(_READERS)


def _after(value: object) -> tuple[int, int] | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2 or not all(map(_is_count, value)):
        raise BridgeError("bad_request", "after must be null or [inc, seq]")
    return value[0], value[1]


def _chain_item(value: object, number: int) -> ChainItem:
    if not isinstance(value, dict) or sorted(value) != sorted(ITEM_KEYS):
        raise _bad_item(number, f"an item has exactly the keys {', '.join(ITEM_KEYS)}")
    if value["type"] not in ITEM_TYPES:
        raise _bad_item(number, f"type must be one of {', '.join(ITEM_TYPES)}")
    if not isinstance(value["id"], str) or not UUID.fullmatch(value["id"]):
        raise _bad_item(number, "id must be a UUID in lower case")
    if not all(_is_count(value[key]) and value[key] >= 1 for key in ("inc", "seq")):
        raise _bad_item(number, "inc and seq must be whole numbers from 1")
    if not all(isinstance(value[key], str) and SHA256.fullmatch(value[key]) for key in ("prev", "hash")):
        raise _bad_item(number, "prev and hash must be SHA-256 in lower-case hex")
    if not all(isinstance(value[key], str) and len(value[key]) <= 200 for key in ("at", "sig")):
        raise _bad_item(number, "at and sig must be short text")
    if not isinstance(value["body"], dict):
        raise _bad_item(number, "body must be an object")
    text = canonical(value)
    if len(text.encode()) > MAX_ITEM_BYTES:
        raise _bad_item(number, f"an item is at most {MAX_ITEM_BYTES} bytes")
    return ChainItem(value["id"], value["inc"], value["seq"], value["hash"], text)


def _bad_item(number: int, detail: str) -> BridgeError:
    return BridgeError("bad_item", f"item {number}: {detail}")


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _uuid(body: Mapping[str, object], key: str) -> str:
    value = body.get(key)
    if not isinstance(value, str) or not UUID.fullmatch(value):
        raise BridgeError("bad_request", f"{key} must be a UUID in lower case")
    return value


def _device(body: Mapping[str, object]) -> str:
    value = body.get("device")
    if not isinstance(value, str) or not DEVICE_ID.fullmatch(value):
        raise BridgeError("bad_request", "device must be the id of a device")
    return value


def _unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BridgeError("bad_request", "a key appears twice in one object")
    if not all(map(str.isascii, found)):
        raise BridgeError("bad_request", "keys are ASCII")
    return found


def _refuse_number(text: str) -> NoReturn:
    raise BridgeError("bad_request", "numbers are whole: no fraction, no exponent, no NaN")


def _integer(text: str) -> int:
    # The length check comes first: Python refuses to convert very long digit strings with an exception of its
    # own.
    if len(text) > 17 or abs(int(text)) > MAX_INTEGER:
        raise BridgeError("bad_request", "a number is outside what JavaScript holds exactly")
    return int(text)


def _check_tree(root: object) -> None:
    """Depth and text of a whole frame, without recursion: the input chooses the depth, not our stack."""
    waiting: list[tuple[object, int]] = [(root, 1)]
    while waiting:
        value, depth = waiting.pop()
        if depth > MAX_DEPTH:
            raise BridgeError("bad_request", "the frame is nested too deeply")
        if isinstance(value, dict):
            waiting.extend((child, depth + 1) for child in value.values())
        elif isinstance(value, list):
            waiting.extend((child, depth + 1) for child in value)
        elif isinstance(value, str) and any("\ud800" <= character <= "\udfff" for character in value):
            raise BridgeError("bad_request", "text holds an unpaired surrogate")
