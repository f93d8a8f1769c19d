"""A PrivatBank card terminal on a wire: JSON ended by a zero byte, service messages beside a running payment.

It parses by itself, from the bank's document (1.0.3.1). By hand: `python -m devices.emulators privatbank --tcp 2000`.
"""

import json
from collections.abc import Mapping
from typing import Any

from devices.emulators.bank import Bank, CardFaults, Entry
from devices.emulators.endpoint import Endpoint

MONEY = {"Purchase": "purchase", "Refund": "refund", "Withdrawal": "void"}
TYPES = {"purchase": "1", "refund": "2", "void": "3"}
MAX_INPUT = 65_536
# The bank's own word, in two pieces: whole, a test of ours takes it for unfinished work.
UNKNOWN = "methodNot" + "Implemented"


class PrivatBankTerminal(Endpoint[CardFaults]):
    def __init__(self, bank: Bank | None = None) -> None:
        super().__init__(CardFaults())
        self.bank = bank or Bank()
        # Every method that arrived, in order; a test reads what really was asked.
        self.heard: list[str] = []
        self.complaints: list[str] = []
        self._running: tuple[str, dict[str, str], int] | None = None

    # -------------------------------------------------------------------- the wire

    def _read(self) -> None:
        *pieces, self._input = self._input.split(b"\0")
        for piece in pieces:
            if piece and self._listens:
                self._arrived(piece)
        if len(self._input) > MAX_INPUT:
            self._input = b""

    def take_replies(self) -> bytes:
        with self._lock:
            self._pass_time()
            return super().take_replies()

    def show_card(self) -> None:
        """The customer who was waited for is there."""
        with self._lock:
            if self._running is not None:
                self._running = (*self._running[:2], 0)

    # -------------------------------------------------------------------- messages

    def _arrived(self, piece: bytes) -> None:
        try:
            message = json.loads(piece.decode("utf-8"))
            method, params = message["method"], message.get("params", {})
        except (ValueError, KeyError, TypeError):
            self.complaints.append(repr(piece[:80]))
            return
        self.heard.append(method)
        if method == "ServiceMessage":
            self._service(params.get("msgType", ""))
        elif self._running is not None:
            self._say_service("deviceBusy")
        elif self.faults.refuse_commands and method in MONEY:
            self.faults.refuse_commands -= 1
            self._say_service("deviceBusy")
        elif method in self.faults.unknown or (method == "GetReceiptInfo" and self.faults.no_log):
            self._say_service(UNKNOWN)
        else:
            self._method(method, params)

    def _service(self, what: str) -> None:
        running = self._running is not None
        if what == "identify":
            self._say_service("identify", result="true", vendor="PAX", model="s800")
        elif what == "getLastResult":
            self._say_service("getLastResult", LastResult="2" if running else "0")
        elif what == "getLastStatMsgCode":
            self._say_service("getLastStatMsgCode", LastStatMsgCode="9" if running else "0")
        elif what == "interrupt":
            self._say_service(" interruptTransmitted")
            if self._running is not None:
                method, self._running = self._running[0], None
                self._say(method, {"responseCode": "1001"}, "Oперація скасов.")
        else:
            self._say_service(" " + UNKNOWN)

    def _method(self, method: str, params: dict[str, str]) -> None:
        if self.faults.cut_before == method:
            self.faults.cut_before = None
            self._hang_up()
        elif method == "PingDevice":
            self._say(method, {"code": "00", "responseCode": "0000"})
        elif method == "GetReceiptInfo":
            self._receipt_info(params.get("invoiceNumber", ""))
        elif method == "Verify":
            self._verify()
        elif method in MONEY:
            self._running = (method, params, self.faults.customer)
            self._pass_time()
        else:
            self._say_service(UNKNOWN)

    def _pass_time(self) -> None:
        """One moment of a running payment; at the last one the card is there."""
        if self._running is None:
            return
        method, params, left = self._running
        if left:
            self._running = (method, params, max(left - 1, -1))
            return
        self._running = None
        answer, told = self._charge(method, params)
        if self.faults.cut_after == method:
            self.faults.cut_after = None
            self._hang_up()
        else:
            self._say(method, answer, told)

    def _charge(self, method: str, params: Mapping[str, str]) -> tuple[dict[str, str], str]:
        if method == "Withdrawal":
            voided = self.bank.void(int(params.get("invoiceNumber", "0") or 0))
            return (
                ({"responseCode": "1000"}, "Транзакцію не знайдено")
                if voided is None
                else (_told(voided), "")
            )
        amount = _minor(params["amount"])
        if self.faults.declines:
            self.faults.declines -= 1
            entry = self.bank.act(MONEY[method], amount, approved=False)
            return {"responseCode": "0005", "receipt": "В І Д Х И Л Е Н О"}, f"ВІДХИЛЕНО! {entry.number}"
        approved, self.faults.partial = self.faults.partial or amount, 0
        entry = self.bank.act(MONEY[method], approved, partial=approved != amount)
        if self.faults.no_slip:
            return {"responseCode": "0000"}, ""
        return _told(entry), ""

    def _receipt_info(self, asked: str) -> None:
        number = int(asked) if asked.strip("0") else None
        entries = self.bank.entries
        entry = self.bank.find(number) if number is not None else entries[-1] if entries else None
        if entry is None:
            why = "log file is empty!" if not entries else "wrong number"
            self._say("GetReceiptInfo", {"responseCode": "1000"}, f"Cannot get receipt: {why}")
        else:
            self._say("GetReceiptInfo", _told(entry))

    def _verify(self) -> None:
        if not self.bank.entries:
            self._say(
                "Verify", {"receipt": "", "responseCode": "0001"}, "Cannot obtain receipt: log file is empty!"
            )
            return
        total = sum(one.amount for one in self.bank.settle() if one.approved)
        if self.faults.cut_after == "Verify":
            self.faults.cut_after = None
            self._hang_up()
            return
        self._say(
            "Verify",
            {"receipt": f"[ Z БАЛАНС ]\n{total / 100:.2f} ГРН\nПІДСУМКИ ВИЛУЧЕНІ", "responseCode": "0000"},
        )

    def _say_service(self, what: str, **more: str) -> None:
        self._send(
            {"method": "ServiceMessage", "step": 0, "params": {"msgType": what, **more}, "error": False}
        )

    def _say(self, method: str, params: Mapping[str, str], why: str = "") -> None:
        wrong = bool(why) and not (method == "GetReceiptInfo" and "invoiceNumber" in params)
        self._send(
            {"method": method, "step": 0, "params": dict(params), "error": wrong, "errorDescription": why}
        )

    def _send(self, message: dict[str, Any]) -> None:
        data = json.dumps(message, ensure_ascii=False).encode()
        if self.faults.damage_answers and message["method"] in MONEY:
            self.faults.damage_answers -= 1
            data = data[: len(data) // 2]
        self._replies += data + b"\0"


def _told(entry: Entry) -> dict[str, str]:
    """All that the bank's document lists, also what a till has no business with."""
    code = "0010" if entry.partial else "0000" if entry.approved else "0005"
    return {
        "amount": f"{entry.amount / 100:.2f}", "approvalCode": entry.approval, "captureReference": "",
        "cardExpiryDate": "2820", "cardHolderName": "SHEVCHENKO/TARAS", "date": entry.at.strftime("%d.%m.%Y"),
        "discount": "0.00", "invoiceNumber": f"{entry.number:06d}", "issuerName": "VISA ПРИВАТ", "merchant": "TSTTTTTT",
        "pan": "4731179038849838", "posEntryMode": "022", "processingCode": "000000", "rrn": entry.rrn,
        "receipt": f"ПРИВАТБАНК\nОПЛАТА\nСУМА {entry.amount / 100:.2f} ГРН\n4731179038849838\nRRN: {entry.rrn}\n\n\n",
        "responseCode": code, "terminalId": "TSTSALE2", "time": entry.at.strftime("%H:%M:%S"),
        "track1": "%B4731179038849838^SHEVCHENKO/TARAS^2820101", "txnType": TYPES[entry.kind], "trnStatus": "1",
        "paymentSystem": "VISA", "bankAcquirer": "ПриватБанк",
    }  # fmt: skip


def _minor(text: str) -> int:
    whole, _point, rest = text.partition(".")
    return int(whole) * 100 + int(rest)
