"""What the web server of ATOL's driver is asked: tasks under ids of ours, which it carries out once and remembers.

The number of the last document in the fiscal storage stands in the journal beside the id: it tells later whether
anything was registered where the server has forgotten the id, or does not know how a task ended.
"""

import base64
import time
import uuid
from collections.abc import Mapping
from datetime import datetime

from devices.drivers.atol.codec import found
from devices.drivers.contract import Evidence, Outcome, State, Status
from devices.drivers.fiscal import FiscalState, skew
from devices.drivers.registering import Refused
from devices.drivers.service import ABSENT, GOING, Found, Order, Service, said
from devices.drivers.web import Answer, Reading, Web
from devices.errors import TransportError
from devices.transports import HttpTransport

NOT_FOUND, CONFLICT = 404, 409
CLOSED, EXPIRED = "closed", "expired"
RECEIPTS = ("sale", "return")
STATES: Mapping[str, State] = {"ready": "ready", "no_paper": "no_paper", "cover_open": "cover_open"}


class WebServer(Web):
    def __init__(
        self, wire: HttpTransport, answer_seconds: float, login: str, password: str, device: str
    ) -> None:
        super().__init__(wire, answer_seconds)
        secret = base64.b64encode(f"{login}:{password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {secret}"} if login else {}
        self._device = {"deviceID": device} if device else {}

    def headers(self) -> Mapping[str, str]:
        return self._headers

    def post(self, name: str, task: Mapping[str, object]) -> Answer:
        return self.ask("POST", "/requests", {"uuid": name, **self._device, "request": [task]})

    def task(self, name: str) -> Reading | None:
        """What it says of a task; None for one that it does not know."""
        answer = self.ask("GET", f"/requests/{name}")
        if answer.status == NOT_FOUND:
            return None
        if not answer.right:
            raise TransportError(refusal(answer, self.wire.name), touched=True)
        return answer.told

    def asked(self, kind: str) -> Reading:
        """The answer to a question, which is a task without effect. Raises TransportError."""
        name = str(uuid.uuid4())
        answer = self.post(name, {"type": kind})
        if not answer.right:
            raise TransportError(refusal(answer, self.wire.name), touched=True)
        deadline = time.monotonic() + self.answer_seconds
        while True:
            state = found(self.task(name) or Reading({}, self.wire.name))
            if state.told is not None:
                return state.told
            if state.state != "going" or time.monotonic() >= deadline:
                raise TransportError(state.detail or f"{self.wire.name} does not answer {kind}", touched=True)
            time.sleep(Tasks.poll_seconds)


class Tasks(Service):
    def __init__(self, web: WebServer, open_seconds: float) -> None:
        self._web = web
        self._open_seconds = open_seconds
        self._device: Reading | None = None

    # -------------------------------------------------------------------- one task

    def reserve(self, order: Order) -> dict[str, int | str]:
        storage = self._storage()
        return {
            "id": self.own(order.receipt) if order.receipt else str(uuid.uuid4()),
            "last": storage.whole("fiscalDocumentNumber") or 0,
        }

    def send(self, order: Order, evidence: Evidence) -> Found:
        answer = self._web.post(str(evidence["id"]), order.body)
        if answer.right:
            return GOING
        if answer.status == CONFLICT:
            return self.find(evidence)
        if answer.status >= 500:
            raise TransportError(refusal(answer, self._web.wire.name), touched=True)
        raise Refused("syntax", refusal(answer, self._web.wire.name))

    def find(self, evidence: Evidence) -> Found:
        told = self._web.task(str(evidence["id"]))
        if told is not None:
            state = found(told)
            if state.told is not None and evidence["what"] in RECEIPTS and "fiscalParams" not in state.told:
                raise TransportError("the server tells of a receipt without its number", touched=True)
            return state
        if "last" in evidence and self.judge(evidence) is not False:
            return Found("lost", detail="the server has forgotten its tasks")
        return ABSENT

    def withdraw(self, evidence: Evidence) -> bool:
        """A question uses the id up, so that a request still on its way is refused. A receipt needs its own again."""
        if evidence["what"] in RECEIPTS:
            return True
        return self._web.post(str(evidence["id"]), {"type": "getShiftStatus"}).right

    def judge(self, evidence: Evidence) -> bool | None:
        """From the number of documents in the fiscal storage; what is not fiscal leaves no trace there."""
        known = self._web.task(str(evidence["id"])) is not None
        if evidence["proof"] == "note":
            return None if known else False
        moved = (self._storage().whole("fiscalDocumentNumber") or 0) - int(evidence["last"])
        # A queue that stands still at our task has let nobody else register anything.
        return False if moved == 0 else True if known and moved == 1 else None

    # -------------------------------------------------------------------- how it is doing

    def status(self) -> Status:
        told = self._status()
        stopped = _stopped(told)
        code, says = stopped or ("ready", "")
        opened = told.flag("cashDrawerOpened")
        return Status(
            STATES.get(code, "error"), says, None if opened is None else "open" if opened else "closed"
        )

    def not_now(self, order: Order, training: bool) -> Outcome | None:
        told = self._device = self._status()
        stopped = None if order.what == "drawer" else _stopped(told)
        if stopped is not None:
            return Outcome("failed", *stopped)
        if order.fiscal and told.flag("fnFiscal") is False:
            return Outcome("failed", "not_fiscal", "the fiscal storage is not registered with the tax office")
        return None

    def made_ready(self, order: Order) -> Outcome | None:
        if order.proof == "note":
            return None
        state = self._shift().text("state")
        if order.proof == "z":
            closed = Outcome("failed", "zero", "no shift is open: nothing since the last Z")
            return closed if state == CLOSED else None
        if state == EXPIRED:
            return Outcome("failed", "z_needed", "the shift is older than 24 hours: close it with a Z first")
        return self._opened() if state == CLOSED else None

    def _opened(self) -> Outcome | None:
        """Its report is a document of its own, so it stands before the evidence is taken."""
        name, deadline = str(uuid.uuid4()), time.monotonic() + self._open_seconds
        answer = self._web.post(name, {"type": "openShift"})
        if not answer.right:
            return Outcome("failed", "wrong_mode", refusal(answer, self._web.wire.name))
        while True:
            state = found(self._web.task(name) or Reading({}, self._web.wire.name))
            if state.state == "done":
                return None
            if state.state != "going" or time.monotonic() >= deadline:
                return Outcome(
                    "failed", state.code or "busy", state.detail or "the shift is still being opened"
                )
            time.sleep(self.poll_seconds)

    def clock(self) -> datetime | None:
        return (self._device or self._status()).moment("currentDateTime")

    def fiscal_state(self) -> FiscalState:
        told, shift, status, clock = self._status(), self._shift(), self.status(), self.clock()
        state, storage = shift.text("state"), self._storage()
        number = shift.whole("number")
        return FiscalState(
            state=status.state,
            detail=status.detail,
            mode=None if told.flag("fnFiscal") is None else "fiscal" if told.flag("fnFiscal") else "training",
            clock=None if clock is None else clock.isoformat(timespec="seconds"),
            skew_seconds=None if clock is None else skew(clock),
            z_needed=state == EXPIRED,
            z_number=None if number is None else number if state == CLOSED else number - 1,
            receipt_number=storage.whole("fiscalReceiptNumber"),
            drawer=status.drawer,
        )

    def result(self, evidence: Evidence) -> Mapping[str, object]:
        told = self.find(evidence).told or Reading({}, "nothing")
        fiscal = told.table("fiscalParams")
        common: dict[str, object] = {
            "unique_number": fiscal.text("fnNumber"),
            "document": fiscal.whole("fiscalDocumentNumber"),
            "at": fiscal.text("fiscalDocumentDateTime"),
            "mode": None,
        }
        shift = fiscal.whole("shiftNumber")
        match evidence["what"]:
            case "sale" | "return":
                own = {
                    "number": fiscal.whole("fiscalReceiptNumber"),
                    "sign": fiscal.text("fiscalDocumentSign"),
                }
                return {**common, **own, "z_number": shift, "totals": None, **said(evidence)}
            case "x" | "z":
                report = {"report": evidence["what"], "z_number": shift, "totals": None}
                return {**common, **report, "receipts": fiscal.whole("receiptsCount"), "cancelled": None}
            case _:
                return {**common, "cash": told.table("counters").hundredths("cashSum")}

    def _status(self) -> Reading:
        return self._web.asked("getDeviceStatus").table("deviceStatus")

    def _shift(self) -> Reading:
        return self._web.asked("getShiftStatus").table("shiftStatus")

    def _storage(self) -> Reading:
        return self._web.asked("getFnStatus").table("fnStatus")


def refusal(answer: Answer, who: str) -> str:
    says = answer.told.table("error").text("description") or answer.told.text("description")
    return f"{who} answers {answer.status}: {says or 'no words'}"


def _stopped(told: Reading) -> tuple[str, str] | None:
    if told.flag("blocked"):
        return "blocked", "the printer is blocked"
    if told.flag("coverOpened"):
        return "cover_open", "the lid is open"
    if told.flag("paperPresent") is False:
        return "no_paper", "no paper"
    if told.flag("fnPresent") is False:
        return "memory_fault", "there is no fiscal storage in the printer"
    return None
