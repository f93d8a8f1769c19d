"""What Checkbox is asked: the cashier's sign-in, shifts, receipts under ids of ours, reports.

The register never makes a second receipt of an id, whatever it says the second time, so the id of a receipt follows
from the till's own: whoever registers it again, and after whatever was lost, finds the first one.
"""

import time
import uuid
from collections.abc import Mapping
from datetime import datetime

from devices.drivers.checkbox.codec import EXISTS, Shift, rates, receipt_found, refusal, shift
from devices.drivers.contract import Evidence, Outcome, Status
from devices.drivers.fiscal import FiscalState
from devices.drivers.registering import Refused
from devices.drivers.service import ABSENT, GOING, Found, Order, Service, said
from devices.drivers.web import Answer, Reading, Web
from devices.errors import TransportError
from devices.transports import HttpTransport

UNAUTHORISED, NOT_FOUND, TOO_MANY, BROKEN = 401, 404, 429, 500
OPENED, CLOSING, CLOSED = "OPENED", "CLOSING", "CLOSED"
# A register takes about fifteen questions in ten seconds: what hardly changes is asked rarely.
RATES_SECONDS = 600
# The law closes a shift after a day.
SHIFT_SECONDS = 24 * 3600


class Register(Web):
    """Questions of a signed-in cashier at one register."""

    def __init__(
        self, wire: HttpTransport, answer_seconds: float, licence: str, pin: str, client: str
    ) -> None:
        super().__init__(wire, answer_seconds)
        self._licence = licence
        self._pin = pin
        self._client = client
        self._token = ""

    def headers(self) -> Mapping[str, str]:
        told = {"X-Client-Name": self._client, "X-Client-Version": "1", "X-License-Key": self._licence}
        return {**told, "Authorization": f"Bearer {self._token}"} if self._token else told

    def asked(self, method: str, target: str, body: object = None) -> Answer:
        """An answer that is about the question. Raises TransportError for silence and for a service in trouble."""
        if not self._token:
            self._sign_in()
        answer = self.ask(method, target, body)
        if answer.status == UNAUTHORISED:
            self._sign_in()
            answer = self.ask(method, target, body)
        if answer.status >= BROKEN or answer.status == TOO_MANY:
            raise TransportError(f"{self.wire.name}: {refusal(answer)[2]}", touched=answer.status >= BROKEN)
        return answer

    def right(self, method: str, target: str, body: object = None) -> Reading:
        """What an answer says that every register gives. Raises TransportError."""
        answer = self.asked(method, target, body)
        if not answer.right:
            raise TransportError(f"{self.wire.name}: {refusal(answer)[2]}", touched=True)
        return answer.told

    def _sign_in(self) -> None:
        self._token = ""
        answer = self.ask("POST", "/cashier/signinPinCode", {"pin_code": self._pin})
        if not answer.right:
            raise TransportError(f"{self.wire.name} does not let the cashier in: {refusal(answer)[2]}")
        self._token = answer.told.secret("access_token")


class Cloud(Service):
    def __init__(self, web: Register, ask_seconds: float, open_seconds: float) -> None:
        self.poll_seconds = ask_seconds
        self._web = web
        self._open_seconds = open_seconds
        self._known: Reading | None = None
        self._rates: tuple[float, dict[str, int | None]] | None = None
        # The answer that was the end of a request, until it is told to the till.
        self._ended: tuple[object, Reading | None] = "", None

    # -------------------------------------------------------------------- one request

    def reserve(self, order: Order) -> dict[str, int | str]:
        state = (self._known or self._info()).table("documents_state")
        evidence: dict[str, int | str] = {"id": str(uuid.uuid4()), "x": state.whole("last_report_code") or 0}
        if order.what == "z":
            found = self.shift()
            if found is None:
                raise Refused("zero", "no shift is open: nothing since the last Z")
            evidence["id"] = found.name
            evidence["totals"] = " ".join(f"{code}={amount}" for code, amount in found.totals.items())
        elif order.receipt:
            evidence["id"] = self.own(order.receipt)
        return evidence

    def send(self, order: Order, evidence: Evidence) -> Found:
        body = {} if order.what in ("x", "z") else {"id": evidence["id"], **order.body}
        answer = self._web.asked("POST", f"/{order.path}", body)
        if not answer.right:
            code, word, says = refusal(answer)
            if code == EXISTS or order.what == "z":
                found = self.find(evidence)
                if found.state != "absent":
                    return found
            raise Refused(word, says)
        if order.what == "x":
            self._ended = evidence["id"], answer.told
            return Found("done", told=answer.told)
        return GOING

    def find(self, evidence: Evidence) -> Found:
        match evidence["what"]:
            case "x":
                state = self._info().table("documents_state")
                moved = (state.whole("last_report_code") or 0) - int(evidence["x"])
                return ABSENT if not moved else Found("done") if moved == 1 else Found("lost")
            case "z":
                return self._closed(str(evidence["id"]))
            case _:
                answer = self._web.asked("GET", f"/receipts/{evidence['id']}")
                if answer.status == NOT_FOUND:
                    return ABSENT
                if not answer.right:
                    raise TransportError(refusal(answer)[2], touched=True)
                self._ended = evidence["id"], answer.told
                return receipt_found(answer.told)

    def _closed(self, name: str) -> Found:
        told = self._web.right("GET", f"/shifts/{name}")
        found = shift(told)
        if found.status == CLOSED:
            self._ended = name, told
            return Found("done", told=told)
        if found.status == OPENED:
            refused = Found("refused", "blocked", f"the shift could not be closed: {found.error}")
            return refused if found.error else ABSENT
        return GOING

    # -------------------------------------------------------------------- how it is doing

    def status(self) -> Status:
        if self._info().flag("offline_mode"):
            return Status("error", "the register does not reach the tax office")
        return Status("ready")

    def not_now(self, order: Order, training: bool) -> Outcome | None:
        found = self._known = self._info()
        if found.flag("is_test") and order.fiscal and not training:
            return Outcome(
                "failed", "not_fiscal", "it is a register for trying, and the setting training is off"
            )
        if found.flag("offline_mode") and order.fiscal:
            return Outcome("failed", "busy", "the register does not reach the tax office")
        return None

    def made_ready(self, order: Order) -> Outcome | None:
        """Whatever moves money needs an open shift, which is one of our id and opened once."""
        if order.proof not in ("sale", "cash"):
            return None
        found = self.shift()
        if found is not None and found.status == CLOSING:
            return Outcome("failed", "wrong_mode", "the shift is being closed")
        if found is None:
            found = self._opened()
        if found.status != OPENED:
            return Outcome(
                "failed", "wrong_mode", f"the shift could not be opened: {found.error or found.status}"
            )
        if _age(found) > SHIFT_SECONDS:
            return Outcome("failed", "z_needed", "the shift is older than 24 hours: close it with a Z first")
        return None

    def _opened(self) -> Shift:
        answer = self._web.asked("POST", "/shifts", {"id": str(uuid.uuid4())})
        if not answer.right:
            raise TransportError(refusal(answer)[2], touched=True)
        found, deadline = shift(answer.told), time.monotonic() + self._open_seconds
        while found.status not in (OPENED, CLOSED) and not found.error and time.monotonic() < deadline:
            time.sleep(self.poll_seconds)
            found = shift(self._web.right("GET", f"/shifts/{found.name}"))
        return found

    def shift(self) -> Shift | None:
        """The cashier's shift that is not closed yet."""
        told = self._web.right("GET", "/cashier/shift")
        found = shift(told) if "id" in told else None
        return None if found is None or found.status == CLOSED else found

    def rates(self) -> Mapping[str, int | None]:
        if self._rates is None or time.monotonic() - self._rates[0] > RATES_SECONDS:
            self._rates = time.monotonic(), rates(self._web.right("GET", "/tax"))
        return self._rates[1]

    def fiscal_state(self) -> FiscalState:
        info, found, status = self._info(), self.shift(), self.status()
        state = info.table("documents_state")
        return FiscalState(
            state=status.state,
            detail=status.detail,
            mode="training" if info.flag("is_test") else "fiscal",
            unique_number=info.text("fiscal_number"),
            z_needed=found is not None and _age(found) > SHIFT_SECONDS,
            z_number=state.whole("last_z_report_code"),
            receipt_number=state.whole("last_receipt_code"),
            cash=None if found is None else found.cash,
            totals={} if found is None else found.totals,
            rates=self.rates(),
        )

    def result(self, evidence: Evidence) -> Mapping[str, object]:
        name, ended = self._ended
        told = (ended if name == evidence["id"] else self.find(evidence).told) or Reading({}, "nothing")
        info = self._known or self._info()
        common: dict[str, object] = {
            "unique_number": info.text("fiscal_number"),
            "document": told.whole("serial"),
            "at": told.text("fiscal_date") or told.text("closed_at"),
            "mode": "training" if info.flag("is_test") else "fiscal",
        }
        match evidence["what"]:
            case "sale" | "return":
                number = {
                    "number": told.whole("serial"),
                    "sign": told.text("fiscal_code"),
                    "url": told.text("tax_url"),
                }
                return {**common, **number, "z_number": None, "totals": None, **said(evidence)}
            case "z":
                return {**common, **_report("z", shift(told), told.table("z_report"))}
            case "x":
                found = self.shift()
                return {**common, **_report("x", found, told)}
            case _:
                found = self.shift()
                return {**common, "cash": None if found is None else found.cash}

    def _info(self) -> Reading:
        return self._web.right("GET", "/cash-registers/info")


def _report(kind: str, found: Shift | None, report: Reading) -> dict[str, object]:
    sold, back = report.whole("sell_receipts_count"), report.whole("return_receipts_count")
    return {
        "report": kind,
        "z_number": None if found is None else found.serial,
        "totals": None if found is None else found.totals,
        "receipts": None if sold is None else sold + (back or 0),
        "cancelled": None,
    }


def _age(found: Shift) -> float:
    if found.opened_at is None:
        return 0.0
    try:
        opened = datetime.fromisoformat(found.opened_at).astimezone()
    except ValueError:
        return 0.0
    return (datetime.now(opened.tzinfo) - opened).total_seconds()
