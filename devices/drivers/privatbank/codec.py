"""PrivatBank's ECR protocol (JSON based, 1.0.3.1 of 17 January 2025): bytes to values and back, no device touched.

A message is a JSON object in UTF-8 ended by a zero byte; the very first one has a zero byte before it, too. Sums are
text with two digits behind a point. Only what `devices/card.py` names is taken out of an answer.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from devices.card import CardDocument, Kind, Purchase, Refund, Settlement, Void, kept
from devices.drivers.cards import Trace, clock

MAX_MESSAGE = 65_536

APPROVED, PARTIAL = 0, 10
# 1000 says "general error", 1008 "already complete": neither says what became of the money.
DOUBTFUL = frozenset({1000, 1008})
ERRORS: dict[int, str] = {
    1001: "cancelled",
    1002: "declined",
    1003: "batch_full",
    1004: "no_host",
    1005: "no_paper",
    1006: "keys",
    1007: "reader",
}
# getLastStatMsgCode; 0 says nothing and 11 asks for a discount that nobody gives.
STEPS: dict[str, str] = {
    "1": "card_read",
    "2": "card_read",
    "3": "authorising",
    "4": "cashier",
    "5": "printing",
    "6": "pin",
    "7": "remove_card",
    "8": "choose",
    "9": "insert_card",
    "10": "working",
}
METHODS: dict[type[CardDocument], str] = {
    Purchase: "Purchase",
    Refund: "Refund",
    Void: "Withdrawal",
    Settlement: "Verify",
}
TYPES: dict[str, Kind] = {"1": "purchase", "2": "refund", "3": "void"}
# Service messages that say why a request was not taken.
BUSY, UNKNOWN = "devicebusy", "methodnotimplemented"
# Words by which a terminal says that its log has nothing in it.
NOTHING = ("empty", "порож", "відсут")


@dataclass(frozen=True)
class Message:
    """What the terminal said. Values of `params` are text, whatever they were."""

    method: str
    params: Mapping[str, str]
    error: bool
    description: str

    @property
    def service(self) -> str:
        """Which service message this is, in small letters; empty for an answer to a method. Terminals put blanks
        before the word.
        """
        return self.params.get("msgType", "").strip().lower() if self.method == "ServiceMessage" else ""

    @property
    def code(self) -> int:
        """Its responseCode; -1 when it has none."""
        text = self.params.get("responseCode", "").strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else -1


def request(method: str, params: Mapping[str, str] | None = None, first: bool = False) -> bytes:
    """A request as it goes over the wire. `first`: with the zero byte that begins a connection."""
    body: dict[str, object] = {"method": method, "step": 0}
    if params is not None:
        body["params"] = dict(params)
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return (b"\0" if first else b"") + text.encode() + b"\0"


def service(what: str) -> bytes:
    return request("ServiceMessage", {"msgType": what})


def command(document: CardDocument, merchant: str) -> bytes:
    """The request that moves money."""
    return request(METHODS[type(document)], _params(document, merchant))


def _params(document: CardDocument, merchant: str) -> dict[str, str]:
    match document:
        case Purchase(amount=amount):
            return {
                "amount": money(amount), "discount": "", "merchantId": merchant, "facepay": "false",
                "subMerchant": "",
            }  # fmt: skip
        case Refund(amount=amount, rrn=rrn):
            return {
                "amount": money(amount), "discount": "", "merchantId": merchant, "rrn": rrn or "", "subMerchant": "",
            }  # fmt: skip
        case Void(invoice=invoice):
            return {"invoiceNumber": invoice}
        case Settlement():
            return {"merchantId": merchant}


def money(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d}"


def minor(text: str) -> int | None:
    """A sum of the terminal as minor units; None for what is none. Either mark may stand before the last two digits."""
    whole, _mark, rest = text.strip().replace(",", ".").partition(".")
    digits = whole + rest.ljust(2, "0")
    right = whole and len(rest) <= 2 and digits.isascii() and digits.isdigit() and len(digits) <= 12
    return int(digits) if right else None


class Reader:
    """Cuts what arrives into messages, however it is cut on the way. `damaged` counts what was no message."""

    def __init__(self) -> None:
        self.damaged = 0
        self._rest = b""

    def forget(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[Message]:
        *pieces, self._rest = (self._rest + data).split(b"\0")
        if len(self._rest) > MAX_MESSAGE:
            self._rest = b""
            self.damaged += 1
        found = [_message(piece) for piece in pieces if piece.strip()]
        self.damaged += found.count(None)
        return [one for one in found if one is not None]


def _message(piece: bytes) -> Message | None:
    try:
        value = json.loads(piece.decode("utf-8"))
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict) or not isinstance(value.get("method"), str):
        return None
    params = value.get("params")
    texts = {
        str(key): str(one)
        for key, one in (params.items() if isinstance(params, dict) else ())
        if isinstance(one, str | int) and len(str(one)) <= MAX_MESSAGE
    }
    # The specification itself writes this key in three ways.
    told = next((value[key] for key in value if key.startswith("errorDe") and value[key]), "")
    return Message(value["method"].strip(), texts, value.get("error") is True, str(told))


def trace(answer: Message, currency: str) -> Trace | None:
    """An entry of the log as `GetReceiptInfo` tells it, or the answer to a payment; None when it has no number."""
    told = answer.params
    invoice = told.get("invoiceNumber", "").strip()
    number = invoice.lstrip("0")
    if not number:
        return None
    amount = minor(told.get("amount", "")) or 0
    at = clock(f"{told.get('date', '').strip()} {told.get('time', '').strip()}", "%d.%m.%Y %H:%M:%S")
    return Trace(
        number=number,
        kind=TYPES.get(told.get("txnType", "").strip()),
        amount=amount,
        approved=answer.code in (APPROVED, PARTIAL),
        at=at,
        kept=kept(
            amount=amount,
            currency=currency,
            pan=told.get("pan", ""),
            slip=told.get("receipt", ""),
            rrn=told.get("rrn", ""),
            approval_code=told.get("approvalCode", ""),
            terminal_id=told.get("terminalId", ""),
            merchant=told.get("merchant", ""),
            invoice=invoice,
            brand=told.get("paymentSystem", "") or told.get("issuerName", ""),
            at=at.isoformat() if at else "",
        ),
        partial=answer.code == PARTIAL,
        code=ERRORS.get(answer.code, "declined"),
        detail=answer.description,
    )


def says_empty(answer: Message) -> bool:
    """Whether a refusal of the log means that nothing is in it."""
    return any(word in answer.description.lower() for word in NOTHING)
