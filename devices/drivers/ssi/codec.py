"""The SSI ECR JSON protocol: frames and answers to values and back, no device touched.

A frame is 02 66 01, the length of the data in two bytes, the high one first, JSON in UTF-8, and the XOR of its bytes.
Sums are minor units as text, currencies their ISO number. A payment carries an identifier of ours to be asked for by.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from devices.card import CardDocument, Kept, Purchase, Refund, Settlement, Void, kept
from devices.drivers.cards import Trace, clock

START = b"\x02\x66\x01"
MAX_DATA = 65_535
CURRENCIES = {"UAH": "980", "EUR": "978", "PLN": "985", "USD": "840"}

IDLE, SECOND_STEP = "S00", "S08"
APPROVED = frozenset({"OK", "APPROVED", "APPROVED_ONLINE", "APPROVED_OFFLINE", "COMPLETED"})
CANCELLED = frozenset({"CANCELLED", "CANCELLED_BEFORE_START"})
FIRST_STEP = "FIRST_STEP_COMPLETED"
# Errors of the group "operation": how a payment ended. Others are about the request or the state of the terminal.
ERRORS: dict[str, str] = {
    "E10": "no_host",
    "E11": "declined",
    "E12": "cancelled",
    "E16": "card",
    "E17": "card",
}
METHODS: dict[type[CardDocument], str] = {Purchase: "Purchase", Refund: "Refund", Void: "Void"}
STEPS: dict[str, str] = {"S02": "insert_card", "S03": "authorising", SECOND_STEP: "working"}


@dataclass(frozen=True)
class Answer:
    """What the terminal said. Values of `params` are text, whatever they were."""

    error: bool
    code: str
    description: str
    status: str
    params: Mapping[str, str]


def frame(method: str, params: Mapping[str, str] | None = None, step: str | None = None) -> bytes:
    body: dict[str, object] = {"method": method}
    if step is not None:
        body["step"] = step
    if params is not None:
        body["params"] = dict(params)
    data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
    return START + len(data).to_bytes(2, "big") + data + bytes((check(data),))


def check(data: bytes) -> int:
    found = 0
    for byte in data:
        found ^= byte
    return found


def params(document: CardDocument, merchant: str, uid: str) -> dict[str, str]:
    """What a payment is asked with; `uid` is ours."""
    assert not isinstance(document, Settlement)
    found = {
        "transAmount": str(document.amount),
        "transCurrency": CURRENCIES[document.currency],
        "merchantId": merchant,
        "transactionUid": uid,
    }
    if isinstance(document, Refund):
        found["rrn"] = document.rrn or ""
    if isinstance(document, Void):
        found["invoiceNum"] = document.invoice
    return found


class Reader:
    """Cuts what arrives into answers, however it is cut on the way. `damaged` counts frames that came broken."""

    def __init__(self) -> None:
        self.damaged = 0
        self._rest = b""

    def forget(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[Answer]:
        self._rest += data
        found: list[Answer] = []
        while (start := self._rest.find(START)) >= 0:
            self._rest = self._rest[start:]
            size = int.from_bytes(self._rest[3:5], "big")
            if len(self._rest) < 5 or len(self._rest) < 6 + size:
                return found
            body, mark = self._rest[5 : 5 + size], self._rest[5 + size]
            # A broken length would swallow what follows: the search goes on right behind the start.
            answer = _answer(body) if check(body) == mark else None
            self.damaged += answer is None
            self._rest = self._rest[3:] if answer is None else self._rest[6 + size :]
            if answer is not None:
                found.append(answer)
        self._rest = self._rest[-2:]
        return found


def _answer(body: bytes) -> Answer | None:
    try:
        value = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    inner = value.get("params")
    texts = {
        str(key): str(one)
        for key, one in (inner.items() if isinstance(inner, dict) else ())
        if isinstance(one, str | int)
    }
    return Answer(
        error=value.get("error") is True,
        code=str(value.get("errorCode") or "").upper(),
        description=str(value.get("errorDescription") or ""),
        status=str(value.get("status") or texts.get("status") or "").upper(),
        params=texts,
    )


def word(answer: Answer) -> str:
    return ERRORS.get(answer.code, "terminal_error")


def trace(answer: Answer, currency: str) -> Trace | None:
    """How a payment ended, as `GetLastResult` and `GetResultByUid` tell it; None when it has no identifier."""
    told = answer.params
    uid = told.get("transactionUid", "").strip()
    if not uid:
        return None
    result = told.get("transactionResult", "").strip().upper().replace("-", "_")
    amount = told.get("transAmount", "")
    day, time = told.get("transactionDate", ""), told.get("transactionTime", "")
    at = clock(f"{day}{time}", "%d%m%Y%H%M%S") or clock(f"{day}{time}", "%Y%m%d%H%M%S")
    approved = result in APPROVED
    return Trace(
        number=uid,
        kind=None,
        amount=int(amount) if amount.isascii() and amount.isdigit() else 0,
        approved=approved,
        at=at,
        kept=_kept(told, currency, at.isoformat() if at else ""),
        # The card was read, and nobody was asked for money yet.
        code="cancelled" if result in CANCELLED else "not_charged" if result == FIRST_STEP else "declined",
        detail=" ".join((result, told.get("responseCode", ""), told.get("errorDescription", ""))).strip(),
    )


def _kept(told: Mapping[str, str], currency: str, at: str) -> Kept:
    amount = told.get("transAmount", "")
    return kept(
        amount=int(amount) if amount.isascii() and amount.isdigit() else None,
        currency=currency,
        pan=told.get("pan", ""),
        rrn=told.get("rrn", ""),
        approval_code=told.get("authCode", ""),
        terminal_id=told.get("terminalId", ""),
        merchant=told.get("merchantId", ""),
        invoice=told.get("invoiceNum", ""),
        brand=told.get("binName", ""),
        at=at,
    )
