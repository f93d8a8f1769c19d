"""A stand-in for the store server that can be told to misbehave: torn snapshots, lost and late answers.

The happy paths of the till are proved against the real server (tests/e2e, tests/pos); this one exists for
what a real server
does only when it breaks. Raw ASGI, run by Daphne: `daphne -p PORT fake_shop:app`. `POST /control` sets
faults, `GET /control`
tells what arrived.
"""

import asyncio
import base64
import hashlib
import json
import os
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from .fake_park import Park

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

STATIC = Path(__file__).resolve().parents[2] / "static"
SALT = "pepper-of-the-test-store"
TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css", ".ts": "text/plain"}
IMPORTS = {"imports": {"idb": "/static/vendor/idb/build/index.js"}}
TILL_ID = "01900000-0000-7000-8000-0000000000aa"
EPOCH = "e1"
WORDS = [
    "Mleko świeże", "Chleb żytni", "Jabłka", "Ser żółty", "Masło", "Кефір", "Сметана", "Ёжик",
    "Гречка", "Water still", "Szynka",
    "Łosoś", "Олія", "Цукор", "Rice long", "Kawa mielona", "Herbata", "Сир кисломолочний", "Йогурт", "Їжачок",
]  # fmt: skip


def product_id(number: int) -> str:
    return f"01900000-0000-7000-8000-{number:012x}"


def ean13(body: str) -> str:
    total = sum(int(digit) * (3 if i % 2 else 1) for i, digit in enumerate(body))
    return body + str(-total % 10)


# What few goods have: a typed price, a deposit, numbers of single units, a licence.
RARE: dict[int, dict[str, Any]] = {
    20: {"open_price": True, "price_min": 100, "price_max": 5000},
    21: {"deposit": product_id(22)},
    22: {"kind": "deposit"},
    23: {"capture": "mark"},
    24: {"capture": "excise", "licence": "alcohol"},
    25: {"licence": "tobacco"},
    26: {"allergens": "milk", "properties": ["Country: Poland"], "content": 500000, "content_unit": "ml"},
    27: {"open_price": True, "licence": "tobacco"},
    28: {"capture": "serial"},
}


def goods(count: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """`count` products with a barcode and a price each; the first few are the ones tests name."""
    for n in range(count):
        name = f"{WORDS[n % len(WORDS)]} {n // len(WORDS) + 1} marka{n % 997} {(n % 9) + 1}00g"
        kind = "weighed" if n == 7 else "piece"
        yield "product", product_id(n), {
            "code": str(100 + n), "name": name, "kind": kind,
            "unit": "kg" if kind == "weighed" else "pcs", "group": "g1",
            "tax": "A", "age": 18 if n == 5 else 0, "discountable": n != 22, **RARE.get(n, {}),
        }  # fmt: skip
        yield (
            "barcode",
            ean13(f"590{n:09d}"),
            {"product": product_id(n), "quantity": 6000 if n == 6 else 1000},
        )
        yield "price", f"01910000-0000-7000-8000-{n:012x}", {
            "product": product_id(n), "type": "retail", "price": 199 + n % 900, "from": None, "to": None,
        }  # fmt: skip


def verifier(secret: str) -> str:
    key = hashlib.pbkdf2_hmac("sha256", secret.encode(), SALT.encode(), 1000)
    return f"pbkdf2_sha256$1000${SALT}${base64.b64encode(key).decode()}"


def digest(value: object) -> str:
    return hashlib.sha256(
        json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    ).hexdigest()


STORE = {
    "id": "01900000-0000-7000-8000-0000000000ff", "number": 7, "name": "Test shop", "address": "Łódź",
    "tax_id": "123", "country": "pl",
    "currency": "PLN", "digits": 2, "language": "pl", "time_zone": "Europe/Warsaw",
    "prices_include_tax": True, "receipt_header": [],
    "receipt_footer": ["Dziękujemy"],
}  # fmt: skip


def rulebook(step: int = 1) -> dict[str, Any]:
    book = {
        "format": 1, "currency": "PLN", "digits": 2, "prices_include_tax": True,
        "taxes": [{"code": "A", "percent": 2300, "from": None, "to": None}],
        "cash_rounding": [{"from": None, "to": None, "step": step}], "rules": [],
    }  # fmt: skip
    return {"hash": digest(book), "rulebook": book}


def settings() -> Iterator[tuple[str, str, dict[str, Any]]]:
    yield "setting", "store", {"value": STORE}
    labels = [
        {"prefix": "21", "value": "weight", "code_digits": 5, "value_digits": 5},
        {"prefix": "22", "value": "price", "code_digits": 5, "value_digits": 5},
    ]
    yield "setting", "weighed_labels", {"value": labels}
    ban = dict.fromkeys(["group", "weekdays", "hours", "days", "from", "to"])
    night = ban | {"licence": "alcohol", "hours": {"from": 1320, "to": 360}, "name": "alcohol at night"}
    yield "setting", "sale_bans", {"value": [night, ban | {"licence": "tobacco", "name": "no licence"}]}
    sticker = {"code_digits": 5, "value_digits": 5, "serial_digits": 0}
    stickers = [
        {"prefix": "28", "value": "price", **sticker},
        {"prefix": "29", "value": "percent", **sticker, "value_digits": 2, "serial_digits": 6},
    ]
    yield "setting", "reduced_stickers", {"value": stickers}
    yield "setting", "quick_cash", {"value": [1000, 2000, 5000, 10000]}
    yield "setting", "price_type", {"value": "retail"}
    yield "setting", "card_tenders", {"value": [{"id": "card1", "name": "Terminal 1"}]}
    yield (
        "setting",
        "quick_grid",
        {"value": [{"label": {"en": "Fruit", "pl": "Owoce"}, "products": [product_id(2), product_id(7)]}]},
    )


DEVICES = ["till.fiscal_defer", "till.fiscal_skip", "till.card_slip"]
BACK = ["till.return", "till.return_blind", "till.return_over"]


def small_rows() -> Iterator[tuple[str, str, dict[str, Any]]]:
    yield (
        "employee",
        "e1",
        {
            "name": "Anna",
            "role": "r1",
            "pin": verifier("1111"),
            "badge": verifier("B-1"),
            "active": True,
            "language": None,
        },
    )
    yield (
        "employee",
        "e2",
        {
            "name": "Marta",
            "role": "r2",
            "pin": verifier("9999"),
            "badge": None,
            "active": True,
            "language": "pl",
        },
    )
    yield "group", "g1", {"name": "Food", "parent": "g0", "position": 1, "colour": "#ff0000"}
    yield "group", "g0", {"name": "All", "parent": None, "position": 1, "colour": None}
    cashier = ["till.sell", "till.void", "till.x", "till.reprint", "till.discount", "till.customer"]
    yield (
        "role",
        "r1",
        {"name": "Cashier", "code": "cashier", "permissions": cashier, "limits": {"discount_percent": 1000}},
    )
    yield (
        "role",
        "r2",
        {
            "name": "Manager",
            "code": "manager",
            "permissions": [
                *cashier,
                "till.empties",
                "till.price",
                "till.z",
                "till.void_subtotal",
                "till.training",
                "till.cash",
                "till.drawer",
                *DEVICES,
                *BACK,
            ],
            "limits": {},
        },
    )
    yield "rulebook", "current", rulebook()
    yield from settings()
    yield "tax", "A", {"percent": 2300, "name": "VAT", "from": None, "to": None}
    yield "unit", "kg", {"name": {"en": "kg", "pl": "kg"}, "decimals": 3}
    yield "unit", "pcs", {"name": {"en": "pcs", "pl": "szt."}, "decimals": 0}


class Shop:
    """All of the server's memory."""

    def __init__(self, count: int) -> None:
        self.rows: dict[tuple[str, str], tuple[int, dict[str, Any] | None]] = {}
        self.version = 0
        for kind, key, data in sorted([*small_rows(), *goods(count)], key=lambda row: row[:2]):
            self.put(kind, key, data)
        self.items: dict[str, dict[str, Any]] = {}
        self.pushes = 0
        self.inc = 0
        self.keys: dict[int, ec.EllipticCurvePublicKey] = {}
        self.faults: dict[str, Any] = {}
        self.sockets: set[asyncio.Queue[dict[str, Any]]] = set()
        self.epoch = EPOCH
        self.built = ("", b"")
        self.park = Park()
        self.acts: list[dict[str, Any]] = []

    def put(self, kind: str, key: str, data: dict[str, Any] | None) -> None:
        self.version += 1
        self.rows[kind, key] = (self.version, data)

    def cursor(self, version: int | None = None) -> str:
        return f"{self.epoch}.{self.version if version is None else version}"

    def snapshot(self) -> bytes:
        """Built once per state of the feed, as the real one is."""
        if self.built[0] != self.cursor():
            self.built = (self.cursor(), self.build())
        return self.built[1]

    def build(self) -> bytes:
        live = [(kind, key, v, data) for (kind, key), (v, data) in self.rows.items() if data is not None]
        live.sort(key=lambda row: row[:2])
        counts: dict[str, int] = {}
        for kind, *_ in live:
            counts[kind] = counts.get(kind, 0) + 1
        lines = [json.dumps({"snapshot": 1, "cursor": self.cursor(), "counts": counts})]
        lines += [
            json.dumps(
                {"id": key, "kind": kind, "v": v, "data": data}, ensure_ascii=False, separators=(",", ":")
            )
            for kind, key, v, data in live
        ]
        body = ("\n".join(lines) + "\n").encode()
        return body + (json.dumps({"end": True, "sha256": hashlib.sha256(body).hexdigest()}) + "\n").encode()

    def accept(self, item: dict[str, Any]) -> dict[str, Any]:
        known = self.items.get(item["id"])
        if known:
            return {"id": item["id"], "status": "duplicate" if known["hash"] == item["hash"] else "conflict"}
        self.items[item["id"]] = item
        why = self.wrong(item)
        if why:
            return {"id": item["id"], "status": "quarantined", "detail": why}
        return {"id": item["id"], "status": "stored"}

    def wrong(self, item: dict[str, Any]) -> str | None:
        core = {key: item[key] for key in ("type", "id", "inc", "seq", "prev", "at", "body")}
        if digest(core) != item["hash"]:
            return "wrong hash"
        raw = base64.b64decode(item["sig"])
        signature = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        try:
            self.keys[item["inc"]].verify(signature, item["hash"].encode(), ec.ECDSA(hashes.SHA256()))
        except InvalidSignature:
            return "wrong signature"
        return None

    def missing(self, inc: int) -> list[list[int]]:
        seqs = {item["seq"] for item in self.items.values() if item["inc"] == inc}
        gaps: list[list[int]] = []
        for seq in range(1, max(seqs, default=0) + 1):
            if seq in seqs:
                continue
            if gaps and gaps[-1][1] == seq - 1:
                gaps[-1][1] = seq
            else:
                gaps.append([seq, seq])
        return gaps

    def op(self, request: dict[str, Any]) -> dict[str, Any]:
        match request["op"]:
            case "hello":
                skew = int(self.faults.get("skew_ms", 0))
                now = datetime.fromtimestamp(time.time() + skew / 1000, UTC)
                return {"server_time": now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                  "cursor": self.cursor(),
                        "build": "fake", "store": STORE, "skew_ms": 0}  # fmt: skip
            case "pull":
                epoch, version = request["cursor"].split(".")
                if epoch != self.epoch:
                    return {"error": {"code": "cursor_expired", "detail": "another epoch"}}
                rows = sorted((v, k, data) for k, (v, data) in self.rows.items() if v > int(version))
                page = rows[: request["limit"]]
                changes = [{"kind": k[0], "id": k[1], "v": v, "data": data} for v, k, data in page]
                last = page[-1][0] if page else int(version)
                return {"changes": changes, "cursor": self.cursor(last), "more": len(rows) > len(page)}
            case "push":
                self.pushes += 1
                items = request["items"]
                if self.faults.get("retry"):
                    return {
                        "acks": [{"id": item["id"], "status": "retry"} for item in items],
                        "through": 0,
                        "want": [],
                    }
                acks = [self.accept(item) for item in items]
                return {"acks": acks, "through": 0, "want": self.missing(items[0]["inc"])}
        if request["op"].startswith("park."):
            return self.park.op(request, 3)
        if request["op"].startswith("customer."):
            return self.customer(request)
        return {"error": {"code": "unknown_op", "detail": request["op"]}}

    def customer(self, request: dict[str, Any]) -> dict[str, Any]:
        if request["op"] == "customer.find":
            return {"customers": self.faults.get("found", []), "more": False}
        self.acts.append(request)
        code = self.faults.get("act_refused")
        return {"error": {"code": code, "detail": ""}} if code else {"refused": None}


GOODS = int(os.environ.get("FAKE_GOODS", "40"))
SHOP = Shop(GOODS)


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await socket(receive, send)
    elif scope["type"] == "http":
        await http(scope, receive, send)


async def http(scope: Scope, receive: Receive, send: Send) -> None:
    path, method = scope["path"], scope["method"]
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body"):
            break
    if path == "/control":
        await answer(
            send,
            200,
            json.dumps(control(json.loads(body)) if method == "POST" else state()).encode(),
            "application/json",
        )
    elif path == "/api/till/enrol":
        await enrol(send, json.loads(body))
    elif path == "/api/till/snapshot":
        await snapshot(send, method)
    elif path.startswith("/static/"):
        file = (STATIC / path.removeprefix("/static/")).resolve()
        found = file.is_relative_to(STATIC) and file.is_file()
        await answer(
            send,
            200 if found else 404,
            file.read_bytes() if found else b"",
            TYPES.get(file.suffix, "text/plain"),
            # No file changes during a run, and a till is made of more than a hundred.
            kept=b"max-age=3600, immutable",
        )
    else:
        head = f'<meta charset="utf-8"><script type="importmap">{json.dumps(IMPORTS)}</script><title>till</title>'
        await answer(send, 200, f"<!doctype html>{head}".encode(), "text/html; charset=utf-8")


def control(what: dict[str, Any]) -> dict[str, Any]:
    """Sets faults; `put` changes rows of the feed, `forget` loses items, `epoch` begins a new history,
    `reset` all anew."""
    global SHOP
    if what.pop("reset", False):
        for queue in SHOP.sockets:
            queue.put_nowait({"close": 4000})
        SHOP = Shop(GOODS)
    for kind, key, data in what.pop("put", []):
        SHOP.put(kind, key, data)
    for item in what.pop("forget", []):
        SHOP.items.pop(item, None)
    SHOP.epoch = what.pop("epoch", SHOP.epoch)
    for receipt, data in what.pop("park", {}).items():
        SHOP.park.foreign(receipt, data)
    if what.pop("take_away", False):
        SHOP.park.take_away()
    push = what.pop("push", None)
    if push:
        for queue in SHOP.sockets:
            queue.put_nowait(push)
    if what.pop("cut", False):
        for queue in SHOP.sockets:
            queue.put_nowait({"close": 4000})
    SHOP.faults.update(what)
    return state()


def state() -> dict[str, Any]:
    return {
        "items": list(SHOP.items.values()),
        "pushes": SHOP.pushes,
        "inc": SHOP.inc,
        "version": SHOP.version,
        "park": list(SHOP.park.rows.values()),
        "acts": SHOP.acts,
        "keys": {key: data for (kind, key), (_v, data) in SHOP.rows.items() if kind == "till_key"},
    }


async def enrol(send: Send, body: dict[str, Any]) -> None:
    if body["code"] != "GOOD-CODE":
        await answer(send, 400, b'{"code":"code_refused","message":"no"}', "application/json")
        return
    SHOP.inc += 1
    jwk = body["public_key"]
    x, y = (int.from_bytes(base64.urlsafe_b64decode(jwk[axis] + "=="), "big") for axis in ("x", "y"))
    SHOP.keys[SHOP.inc] = ec.EllipticCurvePublicNumbers(x, y, ec.SECP256R1()).public_key()
    SHOP.put("till_key", f"3.{SHOP.inc}", {"x": jwk["x"], "y": jwk["y"], "until": None})
    value = {
        "till": {"id": TILL_ID, "number": 3, "inc": SHOP.inc, "name": "Till 3"},
        "store": STORE,
        "protocol": 1,
    }
    await answer(
        send,
        201,
        json.dumps(value).encode(),
        "application/json",
        [(b"set-cookie", b"kasa_till=x; HttpOnly; Path=/")],
    )


async def snapshot(send: Send, method: str) -> None:
    if method == "HEAD":
        await answer(send, int(SHOP.faults.get("head_status", 200)), b"", "application/x-ndjson")
        return
    body = SHOP.snapshot()
    if SHOP.faults.get("flip"):
        body = body.replace("Łosoś".encode(), "Łosoa".encode(), 1)
    if SHOP.faults.get("tear"):
        body = body[: len(body) * int(SHOP.faults["tear"]) // 100]
    await answer(send, 200, body, "application/x-ndjson")


async def answer(
    send: Send,
    status: int,
    body: bytes,
    kind: str,
    headers: list[tuple[bytes, bytes]] | None = None,
    kept: bytes = b"no-store",
) -> None:
    head = [(b"content-type", kind.encode()), (b"cache-control", kept), *(headers or [])]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send({"type": "http.response.body", "body": body})


async def socket(receive: Receive, send: Send) -> None:
    await receive()
    if SHOP.faults.get("away"):
        await send({"type": "websocket.close"})
        return
    await send({"type": "websocket.accept"})
    queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    SHOP.sockets.add(queue)
    pusher = asyncio.create_task(push_all(queue, send))
    try:
        while (message := await receive())["type"] == "websocket.receive":
            request = json.loads(message["text"])
            result = SHOP.op(request)
            if (request["op"] == "push" and SHOP.faults.get("lose_ack")) or request["op"] == SHOP.faults.get(
                "lose"
            ):
                await send({"type": "websocket.close", "code": 4000})
                return
            frame = {"re": request["id"], "ok": "error" not in result, **result}
            await send({"type": "websocket.send", "text": json.dumps(frame)})
    finally:
        pusher.cancel()
        SHOP.sockets.discard(queue)


async def push_all(queue: asyncio.Queue[dict[str, Any]], send: Send) -> None:
    while True:
        frame = await queue.get()
        if "close" in frame:
            await send({"type": "websocket.close", "code": frame["close"]})
            return
        await send({"type": "websocket.send", "text": json.dumps(frame)})


__all__ = ["app", "ean13", "goods", "product_id"]
