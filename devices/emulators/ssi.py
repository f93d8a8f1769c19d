"""An SSI card terminal on a port: requests acknowledged at once, a status to poll, a payment in two steps.

It parses by itself. By hand: `python -m devices.emulators ssi --tcp 3000`.
"""

import json
from functools import reduce
from operator import xor
from typing import Any

from devices.emulators.bank import Bank, CardFaults, Entry
from devices.emulators.endpoint import Endpoint

MONEY = {"Purchase": "purchase", "Refund": "refund", "Void": "void"}


class SsiTerminal(Endpoint[CardFaults]):
    def __init__(self, bank: Bank | None = None) -> None:
        super().__init__(CardFaults())
        self.bank = bank or Bank()
        self.heard: list[str] = []
        self.complaints: list[str] = []
        # What became of each identifier of a till: an entry of the bank, or the word it ended with.
        self.results: dict[str, Entry | str] = {}
        self._last = ""
        # (method, params, step, moments left)
        self._running: tuple[str, dict[str, str], int, int] | None = None

    # -------------------------------------------------------------------- the wire

    def _read(self) -> None:
        while len(self._input) >= 6 and self._listens:
            size = self._input[3] << 8 | self._input[4]
            if len(self._input) < size + 6:
                return
            body, mark = self._input[5 : 5 + size], self._input[5 + size]
            start, self._input = self._input[:3], self._input[6 + size :]
            if start != b"\x02\x66\x01" or reduce(xor, body, 0) != mark:
                self.complaints.append(f"a broken frame {body[:40]!r}")
                continue
            self._arrived(json.loads(body))

    def take_replies(self) -> bytes:
        with self._lock:
            self._pass_time()
            return super().take_replies()

    def remember(self, uid: str, entry: Entry) -> None:
        """A payment of an earlier day."""
        self._end({"transactionUid": uid}, entry)

    def show_card(self) -> None:
        with self._lock:
            if self._running is not None:
                self._running = (*self._running[:3], 0)

    # -------------------------------------------------------------------- requests

    def _arrived(self, message: dict[str, Any]) -> None:
        method, params = message["method"], message.get("params", {})
        self.heard.append(method)
        if method == "PingDevice":
            self._say({"method": method, "error": False})
        elif method == "GetStatus":
            self._say({"error": False, "status": self._status()})
        elif method == "GetLastResult":
            self._result(self._last)
        elif method == "GetResultByUid":
            self._result("" if self.faults.no_log else params.get("transactionUid", ""))
        elif method == "Interrupt":
            self._interrupt()
        elif method in MONEY:
            self._money(method, params, message.get("step"))
        else:
            self._refuse("E02", "unknown method")

    def _status(self) -> str:
        if self._running is None:
            return "S00"
        _method, _params, step, left = self._running
        return "S08" if step == 1 and left == 0 else "S02" if step == 1 else "S03"

    def _money(self, method: str, params: dict[str, str], step: str | None) -> None:
        waits = self._status() == "S08"
        if step == "2" and waits and self._running is not None:
            self._running = (method, params, 2, 0)
            self._say({"error": False})
            self._pass_time()
        elif self._running is not None or self.faults.refuse_commands:
            self.faults.refuse_commands = max(0, self.faults.refuse_commands - 1)
            self._refuse("E13", "the terminal is busy")
        elif self.faults.cut_before == method:
            self.faults.cut_before = None
            self._hang_up()
        else:
            self._running = (method, params, 1 if step == "1" else 2, self.faults.customer)
            self._say({"error": False})

    def _interrupt(self) -> None:
        if self._running is not None:
            self._end(self._running[1], "CANCELLED")
        self._say({"error": False})

    def _pass_time(self) -> None:
        if self._running is None:
            return
        method, params, step, left = self._running
        if left:
            self._running = (method, params, step, max(left - 1, -1))
        elif step == 2:
            self._charge(method, params)

    def _charge(self, method: str, params: dict[str, str]) -> None:
        if method == "Void":
            self._end(params, self.bank.void(int(params["invoiceNum"])) or "NOT_FOUND")
        elif self.faults.declines:
            self.faults.declines -= 1
            self._end(params, self.bank.act(MONEY[method], int(params["transAmount"]), approved=False))
        else:
            self._end(params, self.bank.act(MONEY[method], int(params["transAmount"])))
        if self.faults.cut_after == method:
            self.faults.cut_after = None
            self._hang_up()

    def _end(self, params: dict[str, str], result: Entry | str) -> None:
        self._last = params["transactionUid"]
        self.results[self._last] = result
        self._running = None

    def _result(self, uid: str) -> None:
        found = self.results.get(uid)
        if found is None or (self.faults.no_log and self._running is None):
            self._refuse("E20", "no such transaction")
        elif isinstance(found, str):
            self._say({"error": False, "params": {"transactionResult": found, "transactionUid": uid}})
        else:
            self._say({"error": False, "params": _told(found, uid)})

    def _refuse(self, code: str, why: str) -> None:
        self._say({"error": True, "errorCode": code, "errorDescription": why})

    def _say(self, message: dict[str, Any]) -> None:
        data = json.dumps(message, ensure_ascii=False).encode()
        mark = reduce(xor, data, 0)
        if self.faults.damage_answers:
            self.faults.damage_answers -= 1
            mark ^= 0xFF
        self._replies += b"\x02\x66\x01" + len(data).to_bytes(2, "big") + data + bytes((mark,))


def _told(entry: Entry, uid: str) -> dict[str, str]:
    """With a track and a name that a till has no business with."""
    return {
        "transactionResult": "APPROVED" if entry.approved else "DECLINED", "transactionUid": uid, "rrn": entry.rrn,
        "authCode": entry.approval, "pan": "4731179038849838", "track2": "4731179038849838=28201011234567890",
        "cardHolder": "SHEVCHENKO/TARAS", "binName": "Visa", "terminalId": "TSTSALE2", "merchantId": "1",
        "responseCode": "00" if entry.approved else "05", "invoiceNum": f"{entry.number:06d}",
        "transactionDate": entry.at.strftime("%d%m%Y"), "transactionTime": entry.at.strftime("%H%M%S"),
    }  # fmt: skip
