"""What an ErpNet.FP server is asked: tasks under ids of ours, states of a printer, its cash.

The server executes an id once and refuses it a second time (E109), for as long as it runs: a restart forgets all ids.
So beside each document stands another id, of a question without effect. If the server still knows that one, then an id
that it does not know has never arrived. Otherwise the cash in the printer decides, or a person.
"""

import json
import re
import uuid
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from devices.drivers.contract import Evidence, Outcome, Status
from devices.drivers.erpnetfp.codec import STATES, USED_ID, ended, said
from devices.drivers.fiscal import FiscalState, skew
from devices.drivers.registering import Refused
from devices.drivers.service import ABSENT, GOING, Found, Order, Service
from devices.drivers.service import said as said_before
from devices.drivers.web import Answer, Reading, Web
from devices.errors import TransportError

NOT_FOUND, NOT_READY = 404, 405
DEVICE = re.compile(r"[A-Z]{2}[0-9]{6}")
SALES = 10_000_000


class Sales:
    """Unique sale numbers: device, operator, and a number without gaps that outlives restarts. A receipt keeps its own
    when it is registered again.
    """

    def __init__(self, path: Path, first: int) -> None:
        self._path = path
        self._sold = path.with_name("sold")
        try:
            count, self._receipt = path.read_text(encoding="ascii").split()
            self._count = int(count)
        except (OSError, ValueError):
            self._count, self._receipt = first - 1, ""

    def remember(self, document: object, sale: object) -> None:
        """Which sale a receipt of the printer was: a return has the same number."""
        if document is not None and f"{document} {sale}" not in self._lines():
            with self._sold.open("a", encoding="ascii") as file:
                file.write(f"{document} {sale}\n")

    def of(self, document: str) -> str:
        """The sale of a receipt. Raises Refused for one that the bridge has not registered."""
        found = [line.partition(" ")[2] for line in self._lines() if line.partition(" ")[0] == document]
        if not found:
            raise Refused("unsupported", f"the bridge has not registered a receipt {document}")
        return found[-1]

    def _lines(self) -> list[str]:
        return _read(self._sold).splitlines()

    def number(self, device: str, operator: str, receipt: str) -> str:
        """Raises Refused where the device's number is not of the form that the law wants."""
        if not DEVICE.fullmatch(device):
            raise Refused("not_fiscal", "the printer has no serial number of two letters and six digits")
        if receipt != self._receipt:
            self._count, self._receipt = (self._count + 1) % SALES, receipt
            self._path.write_text(f"{self._count} {receipt}", encoding="ascii")
        return f"{device}-{operator}-{self._count:07}"


class Tasks(Service):
    def __init__(
        self, web: Web, printer: str, operator: str, wait_seconds: float, data: Path, first: int
    ) -> None:
        self._web = web
        self._printer = printer
        self._operator = operator
        self._wait_seconds = wait_seconds
        self._sales = Sales(data / "sales", first)
        # A task that was asked for, and one whose end was heard: the server forgets what it has told.
        self._asked, self._heard = data / "asked", data / "heard"
        self._marks: dict[str, str] = {}
        self._info: Reading | None = None

    # -------------------------------------------------------------------- one task

    def reserve(self, order: Order) -> dict[str, int | str]:
        cash = self.cash()
        evidence: dict[str, int | str] = {"id": uuid.uuid4().hex, "mark": self._marked()}
        if cash is not None:
            evidence["cash"] = cash
        if order.what == "sale":
            device = self.info().text("serialNumber") or ""
            evidence["sale"] = self._sales.number(device.upper(), self._operator, order.receipt)
        if order.what == "return":
            evidence["sale"] = self._sales.of(str(order.body["receiptNumber"]).lstrip("0"))
        return evidence

    def send(self, order: Order, evidence: Evidence) -> Found:
        name = str(evidence["id"])
        body = {"uniqueSaleNumber": evidence["sale"], **order.body} if "sale" in evidence else order.body
        # The answer is the document's own end where it comes in time: nothing has to be asked.
        target = f"{self._target(order.path)}?taskId={name}&asyncTimeout={round(self._wait_seconds * 1000)}"
        answer = self._right(
            self._web.ask("POST", target, body, self._wait_seconds + self._web.answer_seconds)
        )
        if "taskId" in answer.told:
            return GOING
        return self.find(evidence) if said(answer.told).code == USED_ID else self._end(name, answer.told)

    def find(self, evidence: Evidence) -> Found:
        name = str(evidence["id"])
        heard = self._remembered(name)
        if heard is not None:
            return ended(heard)
        before = _read(self._asked) == name
        self._asked.write_text(name, encoding="ascii")
        told = self._task(name)
        match told.text("taskStatus"):
            case "enqueued" | "running":
                self._asked.unlink(missing_ok=True)
                return GOING
            case "finished":
                return self._end(name, told.table("result"))
            case _ if before:
                return Found("lost", detail="the server may have told already how it ended")
            case _:
                self._asked.unlink(missing_ok=True)
                return self._never_arrived(evidence)

    def withdraw(self, evidence: Evidence) -> bool:
        """Its id is used up by a question without effect: a request that is still on its way is refused."""
        target = f"{self._target('cash')}?taskId={evidence['id']}&asyncTimeout=0"
        told = self._right(self._web.ask("GET", target)).told
        return "taskId" in told or said(told).code != USED_ID

    def judge(self, evidence: Evidence) -> bool | None:
        """From the cash in the printer, where the document moves cash."""
        cash, moved = self.cash(), int(evidence["amount"])
        if evidence["proof"] not in ("sale", "cash") or cash is None or "cash" not in evidence or not moved:
            return None
        return {0: False, moved: True}.get(cash - int(evidence["cash"]))

    def _never_arrived(self, evidence: Evidence) -> Found:
        """It does not know the id. Only a server that was not restarted since knows that it never had it."""
        name = str(evidence["id"])
        mark = self._marks.get(name) or str(evidence["mark"])
        if self._task(mark).text("taskStatus") not in ("enqueued", "running", "finished"):
            return Found("lost", detail="the server was restarted and has forgotten its tasks")
        # What was told once may be forgotten: the next doubt has a mark of its own.
        self._marks[name] = self._marked()
        return ABSENT

    def _marked(self) -> str:
        mark = uuid.uuid4().hex
        self._right(self._web.ask("GET", f"{self._target('cash')}?taskId={mark}&asyncTimeout=0"))
        return mark

    def _end(self, name: str, result: Reading) -> Found:
        """Kept before anything else: the server may not tell it again."""
        found = ended(result)
        kept = {
            key: result.text(key) for key in ("receiptNumber", "receiptDateTime", "fiscalMemorySerialNumber")
        }
        messages = [
            {key: one.text(key) for key in ("type", "code", "text")} for one in result.tables("messages")
        ]
        told = {"ok": found.state == "done", "messages": messages, **kept}
        self._heard.write_text(json.dumps({"id": name, "result": told}), encoding="utf-8")
        self._asked.unlink(missing_ok=True)
        return found

    def _remembered(self, name: str) -> Reading | None:
        text = _read(self._heard)
        kept = json.loads(text) if text else {}
        return Reading(kept["result"], "what was heard") if kept.get("id") == name else None

    def _task(self, name: str) -> Reading:
        return self._right(self._web.ask("GET", f"/printers/taskinfo?id={name}")).told

    # -------------------------------------------------------------------- how it is doing

    def status(self) -> Status:
        found = said(self._state())
        if found.right:
            return Status("paper_low" if found.paper_low else "ready")
        return Status(STATES.get(found.word, "error"), found.says)

    def not_now(self, order: Order, training: bool) -> Outcome | None:
        found = said(self._state())
        return None if found.right else Outcome("failed", found.word, found.says)

    def clock(self) -> datetime | None:
        return self._state().moment("deviceDateTime")

    def tell_time(self, now: datetime) -> bool:
        body = {"deviceDateTime": now.replace(tzinfo=None).isoformat(timespec="seconds")}
        return said(self._right(self._web.ask("POST", self._target("datetime"), body)).told).right

    def cash(self) -> int | None:
        return self._right(self._web.ask("GET", self._target("cash"))).told.hundredths("amount")

    def info(self) -> Reading:
        if self._info is None:
            self._info = self._right(self._web.ask("GET", f"/printers/{self._printer}")).told
        return self._info

    def fiscal_state(self) -> FiscalState:
        status, clock = self.status(), self.clock()
        return FiscalState(
            state=status.state,
            detail=status.detail,
            unique_number=self.info().text("fiscalMemorySerialNumber"),
            clock=None if clock is None else clock.isoformat(timespec="seconds"),
            skew_seconds=None if clock is None else skew(clock),
            cash=self.cash(),
        )

    def result(self, evidence: Evidence) -> Mapping[str, object]:
        heard = self._remembered(str(evidence["id"])) or Reading({}, "nothing")
        at = heard.moment("receiptDateTime") or self.clock()
        memory = heard.text("fiscalMemorySerialNumber") or self.info().text("fiscalMemorySerialNumber")
        common: dict[str, object] = {
            "unique_number": memory,
            "document": None,
            "at": None if at is None else at.isoformat(timespec="seconds"),
            "mode": None,
        }
        match evidence["what"]:
            case "sale" | "return":
                told = heard.text("receiptNumber") or ""
                number = int(told) if told.isdecimal() else None
                if evidence["what"] == "sale":
                    self._sales.remember(number, evidence["sale"])
                common["document"] = number
                own = {"number": number, "z_number": None, "totals": None, "sale": evidence["sale"]}
                return {**common, **own, **said_before(evidence)}
            case "x" | "z":
                told_of = {"report": evidence["what"], "z_number": None, "totals": None}
                return {**common, **told_of, "receipts": None, "cancelled": None}
            case _:
                return {**common, "cash": self.cash()}

    def _state(self) -> Reading:
        return self._right(self._web.ask("GET", self._target("status"))).told

    def _target(self, what: str) -> str:
        return f"/printers/{self._printer}/{what}"

    def _right(self, answer: Answer) -> Answer:
        if answer.right:
            return answer
        why = {NOT_FOUND: "does not know the printer", NOT_READY: "is looking for its printers"}
        says = why.get(answer.status, f"answers with the status {answer.status}")
        raise TransportError(f"{self._web.wire.name} {says}", touched=answer.status not in why)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
