"""What a Novitus printer behind NoviAPI is asked: its queue of requests, its statuses, and the token that lets us in.

A request is stored and does nothing until it is confirmed under the id that the printer gave it: the id is in the
journal before that. Confirmed, it is carried out once; asked under its id the printer says how it ended.
"""

import contextlib
import logging
import time
from collections.abc import Mapping
from pathlib import Path

from devices.drivers.contract import Evidence, Outcome, Status
from devices.drivers.fiscal import FiscalState
from devices.drivers.noviapi.codec import (
    REQUEST_ID,
    STORED_IN_QUEUE,
    Memory,
    Printer,
    exception,
    fault,
    memory,
    printer,
)
from devices.drivers.registering import Refused
from devices.drivers.service import ABSENT, GOING, Found, Order, Service, amounts, said
from devices.drivers.web import Answer, Reading, Web
from devices.errors import TransportError
from devices.transports import HttpTransport

log = logging.getLogger("openkasa.bridge")

API = "/api/v1"
# How long the printer itself waits for news of a request before it answers a question, in milliseconds.
LONG_POLL = 200
PATHS = ("receipt", "nf_printout", "daily_report")
UNAUTHORISED, FORBIDDEN, NOT_FOUND, TOO_MANY, FULL = 401, 403, 404, 429, 507


class Novitus(Web):
    """Questions with a token. The printer gives out few of them in an hour, so one is kept across restarts."""

    def __init__(self, wire: HttpTransport, answer_seconds: float, kept: Path) -> None:
        super().__init__(wire, answer_seconds)
        self._kept = kept
        with contextlib.suppress(OSError, UnicodeDecodeError):
            self._token = kept.read_text(encoding="ascii").strip()
            return
        self._token = ""

    def asked(self, method: str, path: str, body: object = None, seconds: float | None = None) -> Answer:
        """An answer that is about the question, and not about who asks. Raises TransportError."""
        if not self._token:
            self._sign_in()
        answer = self._with_token(method, path, body, seconds)
        if answer.status == UNAUTHORISED:
            self._renew()
            answer = self._with_token(method, path, body, seconds)
        if answer.status == UNAUTHORISED or (answer.status >= 500 and answer.status != FULL):
            raise TransportError(f"{self.wire.name}: {exception(answer.told)[2]}", touched=True)
        return answer

    def headers(self) -> Mapping[str, str]:
        return {"User-Agent": "NoviApi"}

    def forget_token(self) -> None:
        """The printer has dropped it."""
        self._token = ""
        self._kept.unlink(missing_ok=True)

    def _with_token(self, method: str, path: str, body: object, seconds: float | None) -> Answer:
        return self.ask(method, API + path, body, seconds, {"Authorization": f"Bearer {self._token}"})

    def _renew(self) -> None:
        """A token that ran out is renewed with itself, which is not counted; one that is unknown is not."""
        answer = self._with_token("PATCH", "/token", None, None)
        if answer.right:
            self._keep(answer)
        else:
            self._sign_in()

    def _sign_in(self) -> None:
        answer = self.ask("GET", f"{API}/token")
        if answer.status == TOO_MANY:
            until = answer.told.table("exception").text("allowed_refresh_date")
            raise TransportError(f"{self.wire.name} gives out no more tokens before {until}")
        if not answer.right:
            raise TransportError(f"{self.wire.name}: {exception(answer.told)[2]}")
        self._keep(answer)

    def _keep(self, answer: Answer) -> None:
        self._token = answer.told.secret("token")
        self._kept.touch(mode=0o600)
        self._kept.write_text(self._token, encoding="ascii")


class Queue(Service):
    def __init__(self, web: Novitus, left: Path) -> None:
        """`left` is the file that remembers a request of ours which was stored and never confirmed."""
        self._web = web
        self._left = left
        self._last = ""
        self._ended: Reading | None = None
        self._unique_number = ""
        self._trouble: tuple[str, str] | None = None
        # Asked once for a document, and used by every question about it.
        self._printer: Printer | None = None
        self._memory: Memory | None = None

    # -------------------------------------------------------------------- one request

    def reserve(self, order: Order) -> dict[str, int | str]:
        printer_now, memory_now = self._printer or self.printer(), self._memory or self.memory()
        self._printer, self._memory = None, None
        answer = self._web.asked("POST", f"/{order.path}", order.body)
        if order.proof == "z" and exception(answer.told)[0] == STORED_IN_QUEUE:
            # Requests that nobody confirmed, such as one whose answer was lost on its way to us.
            self._web.asked("DELETE", "/queue")
            answer = self._web.asked("POST", f"/{order.path}", order.body)
        if not answer.right:
            _code, word, says = exception(answer.told)
            raise Refused(word, says)
        found = answer.told.table("request").needed("id")
        if not REQUEST_ID.fullmatch(found):
            raise TransportError("the printer gives out what is no id of a request", touched=True)
        self._left.write_text(f"{order.path}/{found}", encoding="ascii")
        return {
            "path": order.path,
            "id": found,
            "reports": memory_now.reports,
            "totals": _pairs(printer_now.totals),
        }

    def send(self, order: Order, evidence: Evidence) -> Found:
        answer = self._web.asked("PUT", f"/{_place(evidence)}")
        if answer.right:
            return GOING
        if answer.status == NOT_FOUND:
            return Found("lost", detail="the printer has forgotten the request")
        if answer.status == FORBIDDEN:
            self._web.forget_token()
        found = self.find(evidence)
        if found.state != "absent":
            return found
        _code, word, says = exception(answer.told)
        self.withdraw(evidence)
        raise Refused(word, says)

    def find(self, evidence: Evidence) -> Found:
        answer = self._web.asked("GET", f"/{_place(evidence)}?timeout={LONG_POLL}")
        if answer.status == NOT_FOUND:
            return Found("lost", detail="the printer has forgotten the request")
        if not answer.right:
            raise TransportError(exception(answer.told)[2], touched=True)
        self._note(answer.told, _place(evidence))
        request = answer.told.table("request")
        match request.needed("status"):
            case "STORED":
                return ABSENT
            case "QUEUED" | "PENDING":
                return Found("going", *(self._trouble or ("", "")))
            case "DONE":
                self._left.unlink(missing_ok=True)
                self._ended = request
                return Found("done", told=request)
            case "ERROR":
                self._left.unlink(missing_ok=True)
                return Found("refused", *fault(request.table("error")))
            case "UNKNOWN":
                return Found("lost", detail="the printer does not know how the request ended")
            case other:
                raise TransportError(f"the printer tells the unknown status {other}", touched=True)

    def withdraw(self, evidence: Evidence) -> bool:
        answer = self._web.asked("DELETE", f"/{_place(evidence)}")
        gone = answer.right and answer.told.table("request").text("status") == "DELETED"
        if gone or answer.status == NOT_FOUND:
            self._left.unlink(missing_ok=True)
            return True
        return False

    def judge(self, evidence: Evidence) -> bool | None:
        """From the totals and the number of daily reports, where the id is forgotten."""
        reports = self.memory().reports - int(evidence["reports"])
        if evidence["proof"] == "z":
            return {0: False, 1: True}.get(reports)
        before, now = amounts(evidence["totals"]), self.printer().totals
        if evidence["proof"] != "sale" or reports:
            return None
        moved = _moved(before, now)
        return False if not moved else True if moved == amounts(evidence["needed"]) else None

    def cancel(self) -> str | None:
        """A request of ours that was stored and never confirmed would hold up the daily report."""
        left = self._left_over()
        if left is None:
            return None
        state = self.find(left).state
        if state == "absent" and self.withdraw(left):
            return left["path"]
        if state == "lost":
            self._left.unlink(missing_ok=True)
        return None

    def _left_over(self) -> dict[str, str] | None:
        """The request that was stored last and has not come to an end, as far as we know."""
        try:
            path, _, found = self._left.read_text(encoding="ascii").partition("/")
        except (OSError, UnicodeDecodeError):
            return None
        return {"path": path, "id": found} if path in PATHS and REQUEST_ID.fullmatch(found) else None

    def _at_work(self) -> bool:
        """Whether a document of ours is in progress: another request now would cost us the token."""
        left = self._left_over()
        return left is not None and self.find(left).state == "going"

    # -------------------------------------------------------------------- how it is doing

    def status(self) -> Status:
        """Told with every request; without one of ours the queue says at least that it listens."""
        if self._last:
            answer = self._web.asked("GET", f"/{self._last}")
            if answer.right:
                self._note(answer.told, self._last)
            else:
                self._last = ""
        if not self._last:
            self._trouble = None
            self._web.asked("GET", "/queue")
        if self._trouble is None:
            return Status("ready")
        code, says = self._trouble
        return Status("no_paper" if code == "no_paper" else "error", says)

    def stopped(self) -> tuple[str, str] | None:
        return self._trouble

    def not_now(self, order: Order, training: bool) -> Outcome | None:
        self.cancel()
        if self._at_work():
            return Outcome(
                "failed", *(self._trouble or ("busy", "the printer is still at an earlier document"))
            )
        self._printer = self.printer()
        if self._trouble is not None:
            return Outcome("failed", *self._trouble)
        self._memory = self.memory()
        if order.proof == "z" and self._memory.reports >= self._memory.most_reports:
            return Outcome("failed", "read_only", "the fiscal memory has no place for another report")
        return None

    def rates(self) -> Mapping[str, int | None]:
        return (self._printer or self.printer()).rates

    def printer(self) -> Printer:
        return printer(self._told("device"))

    def memory(self) -> Memory:
        found = memory(self._told("fiscal_memory"))
        self._unique_number = found.unique_number
        return found

    def fiscal_state(self) -> FiscalState:
        if self._at_work():
            status = self.status()
            return FiscalState(status.state, status.detail)
        found, remembered, status = self.printer(), self.memory(), self.status()
        return FiscalState(
            state=status.state,
            detail=status.detail,
            unique_number=remembered.unique_number,
            z_number=remembered.reports,
            totals=found.totals,
            rates=found.rates,
        )

    def result(self, evidence: Evidence) -> Mapping[str, object]:
        told = self._ended if self._last == _place(evidence) else self.find(evidence).told
        reports = int(evidence["reports"])
        common: dict[str, object] = {
            "unique_number": self._unique_number or self.memory().unique_number,
            "document": None if told is None else told.whole("jpkid"),
            "at": None,
            "mode": None,
        }
        before = amounts(evidence["totals"])
        match evidence["what"]:
            case "z":
                told_of = {"report": "z", "z_number": reports + 1, "totals": before}
                return {**common, **told_of, "receipts": None, "cancelled": None}
            case "sale" | "return":
                moved = _moved(before, self.printer().totals)
                ours = evidence["what"] == "sale" and moved == amounts(evidence["needed"])
                place = {"number": None, "z_number": reports + 1}
                return {**common, **place, "totals": moved if ours else None, **said(evidence)}
            case _:
                return {**common, "cash": None}

    def _told(self, kind: str) -> Reading:
        """The answer to a status, which is a request like any other and has no effect."""
        answer = self._web.asked("POST", "/status", {"status": {"type": kind}})
        if not answer.right:
            raise TransportError(exception(answer.told)[2], touched=True)
        place = f"status/{answer.told.table('request').needed('id')}"
        if self._web.asked("PUT", f"/{place}").status == FORBIDDEN:
            self._web.forget_token()
            raise TransportError("the printer is still at another request", touched=True)
        deadline = time.monotonic() + self._web.answer_seconds
        while True:
            answer = self._web.asked("GET", f"/{place}?timeout={LONG_POLL}")
            self._note(answer.told, place)
            request = answer.told.table("request")
            if request.text("status") == "DONE":
                return request.table("response").table("status")
            if request.text("status") not in ("QUEUED", "PENDING") or time.monotonic() >= deadline:
                raise TransportError(f"the printer does not tell its {kind}", touched=True)

    def _note(self, told: Reading, place: str) -> None:
        self._last = place
        device = told.table("device")
        self._trouble = fault(device.table("error")) if device.text("status") == "ERROR" else None


def _place(evidence: Evidence) -> str:
    path, found = str(evidence["path"]), str(evidence["id"])
    assert path in PATHS and REQUEST_ID.fullmatch(found)
    return f"{path}/{found}"


def _pairs(totals: Mapping[str, int]) -> str:
    return " ".join(f"{letter}={amount}" for letter, amount in totals.items())


def _moved(before: Mapping[str, int], now: Mapping[str, int]) -> dict[str, int]:
    found = {letter: now.get(letter, 0) - before.get(letter, 0) for letter in {*before, *now}}
    return {letter: amount for letter, amount in sorted(found.items()) if amount}
