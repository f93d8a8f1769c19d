"""A Checkbox register in the cloud: cashiers, shifts, receipts under ids that are used once, and the tax office behind.

Written from the maker's description and from nothing of the driver. Run `python -m devices.emulators checkbox --tcp
8002` to have one by hand.
"""

import secrets
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from devices.emulators.web import Refusal, Request, WebFaults, WebService

LICENCE, PIN = "lic-7f3a", "1357924680"
FISCAL_NUMBER = "4000123456"
# Code and percent.
TAXES = ((1, 20), (2, 7), (3, 0), (4, 8), (5, 5), (6, 23))


@dataclass
class CheckboxFaults(WebFaults):
    """`refuses` is what the tax office says to the next receipts, shifts or closings instead of taking them."""

    refuses: str | None = None
    offline: bool = False


@dataclass
class Document:
    """A receipt of goods or of cash, until the tax office has answered. `goods` may be empty."""

    name: str
    body: Mapping[str, Any]
    total: int
    serial: int
    left: int
    status: str = "CREATED"
    error: str | None = None
    fiscal_code: str | None = None
    at: str | None = None


@dataclass
class Shift:
    name: str
    serial: int
    left: int
    status: str = "CREATED"
    opened: datetime | None = None
    closed: datetime | None = None
    error: str | None = None
    balance: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(
            (
                "balance",
                "cash_sales",
                "card_sales",
                "cash_returns",
                "card_returns",
                "service_in",
                "service_out",
            ),
            0,
        )
    )
    turnover: dict[int, list[int]] = field(default_factory=dict)
    counts: list[int] = field(default_factory=lambda: [0, 0])


class CheckboxRegister(WebService[CheckboxFaults]):
    base = ("api", "v1")

    def __init__(self) -> None:
        super().__init__(CheckboxFaults())
        self.test = False
        self.token = ""
        self.shifts: list[Shift] = []
        self.documents: dict[str, Document] = {}
        self.x_reports = 0
        self.age = timedelta()

    @property
    def done(self) -> list[Document]:
        """What the tax office has taken, in order."""
        return [one for one in self.documents.values() if one.status == "DONE"]

    def by_hand(self, words: list[str]) -> dict[str, Callable[[], object]]:
        faults = self.faults
        return {
            **super().by_hand(words),
            "refuse": lambda: setattr(faults, "refuses", None if faults.refuses else "відмова"),
            "offline": lambda: setattr(faults, "offline", not faults.offline),
        }

    def counted(self) -> str:
        shift = self._shift()
        return (
            f"documents {len(self.done)}, shift {shift and shift.status}, {shift and shift.balance}, "
            f"power {'on' if self.alive else 'off'}, {self.faults}"
        )

    # -------------------------------------------------------------------- requests

    def serve(self, request: Request) -> tuple[int, object]:
        if request.headers.get("x-license-key") != LICENCE or not request.headers.get("x-client-name"):
            raise _refusal(403, "cash_register.not_found", "Невірний ключ ліцензії")
        if request.path == ("cashier", "signinPinCode"):
            return self._sign_in(request.json())
        if not self.token or request.headers.get("authorization") != f"Bearer {self.token}":
            raise _refusal(401, "base.credentials", "Невірні облікові дані")
        self._work()
        match (request.method, *request.path):
            case ("GET", "cash-registers", "info"):
                return 200, self._info()
            case ("GET", "tax"):
                return 200, [{"code": code, "label": f"ПДВ {rate}%", "rate": rate} for code, rate in TAXES]
            case ("GET", "cashier", "shift"):
                found = self._shift()
                return 200, None if found is None else self._told(found)
            case ("POST", "shifts"):
                return 202, self._opened(request.json())
            case ("POST", "shifts", "close"):
                return 202, self._closing()
            case ("GET", "shifts", name):
                return 200, self._told(self._known(name))
            case ("POST", "receipts", ("sell" | "service") as kind):
                return 201, self._created(kind, request.json())
            case ("GET", "receipts", name) if name in self.documents:
                return 200, self._receipt(self.documents[name])
            case ("POST", "reports"):
                return 201, self._x()
        raise _refusal(404, "not_found", "Не знайдено")

    def _sign_in(self, body: Any) -> tuple[int, object]:
        if not isinstance(body, dict) or body.get("pin_code") != PIN:
            raise _refusal(403, "cashier.invalid_credentials", "Невірний пінкод")
        self.token = secrets.token_urlsafe(60)
        return 200, {"type": "bearer", "token_type": "bearer", "access_token": self.token}

    def _info(self) -> Mapping[str, object]:
        sold = [one for one in self.done if "goods" in one.body]
        return {
            "fiscal_number": FISCAL_NUMBER,
            "is_test": self.test,
            "offline_mode": self.faults.offline,
            "has_shift": self._shift() is not None,
            "documents_state": {
                "last_receipt_code": len(sold),
                "last_report_code": self.x_reports,
                "last_z_report_code": sum(one.status == "CLOSED" for one in self.shifts),
            },
        }

    # -------------------------------------------------------------------- shifts

    def _shift(self) -> Shift | None:
        found = self.shifts[-1] if self.shifts else None
        return None if found is None or found.status == "CLOSED" else found

    def _known(self, name: str) -> Shift:
        for one in self.shifts:
            if one.name == name:
                return one
        raise _refusal(404, "not_found", "Не знайдено")

    def _opened(self, body: Any) -> Mapping[str, object]:
        if self._shift() is not None:
            raise _refusal(400, "shift.already_opened", "Касир вже має відкриту зміну")
        made = Shift(_id(body), len(self.shifts) + 1, self.faults.going)
        self.shifts.append(made)
        return self._told(made)

    def _closing(self) -> Mapping[str, object]:
        found = self._shift()
        if found is None or found.status != "OPENED":
            raise _refusal(400, "shift.not_opened", "Зміну не відкрито")
        found.status, found.left, found.error = "CLOSING", self.faults.going, None
        return self._told(found)

    def _told(self, one: Shift) -> Mapping[str, object]:
        failed = None if one.error is None else {"status": "ERROR", "response_error_message": one.error}
        opened = None if one.opened is None else one.opened - self.age
        taxes = [
            {"code": code, "sales_turnover": sold, "returns_turnover": back}
            for code, (sold, back) in one.turnover.items()
        ]
        report = {
            "serial": one.serial,
            "sell_receipts_count": one.counts[0],
            "return_receipts_count": one.counts[1],
        }
        return {
            "id": one.name,
            "serial": one.serial,
            "status": one.status,
            "opened_at": _instant(opened),
            "closed_at": _instant(one.closed),
            "initial_transaction": failed if one.opened is None else {"status": "DONE"},
            "closing_transaction": failed if one.opened is not None else None,
            "balance": one.balance,
            "taxes": taxes,
            "z_report": report if one.status == "CLOSED" else None,
        }

    def _x(self) -> Mapping[str, object]:
        found = self._shift()
        if found is None:
            raise _refusal(400, "shift.not_opened", "Зміну не відкрито")
        self.x_reports += 1
        return {
            "serial": self.x_reports,
            "sell_receipts_count": found.counts[0],
            "return_receipts_count": found.counts[1],
        }

    # -------------------------------------------------------------------- receipts

    def _created(self, kind: str, body: Any) -> Mapping[str, object]:
        found = self._shift()
        if found is None or found.status != "OPENED":
            raise _refusal(400, "shift.not_opened", "Зміну не відкрито")
        name = _id(body)
        if name in self.documents:
            raise _refusal(400, "receipt.already_exists", "Вказаний id чеку вже існує")
        total = _total(body) if kind == "sell" else int(body["payment"]["value"])
        if kind == "service" and found.balance["balance"] + total < 0:
            raise _refusal(400, "shift.not_enough_cash", "Недостатньо готівки")
        made = Document(name, body, total, len(self.documents) + 1, self.faults.going)
        self.documents[name] = made
        return self._receipt(made)

    def _receipt(self, one: Document) -> Mapping[str, object]:
        transaction = {"status": one.status, "response_error_message": one.error}
        url = (
            None
            if one.fiscal_code is None
            else f"https://cabinet.tax.gov.ua/cashregs/check?id={one.fiscal_code}"
        )
        return {
            "id": one.name,
            "status": one.status,
            "serial": one.serial,
            "fiscal_code": one.fiscal_code,
            "fiscal_date": one.at,
            "tax_url": url,
            "total_sum": one.total,
            "transaction": transaction,
        }

    # -------------------------------------------------------------------- the tax office

    def finish(self) -> None:
        """Whatever is on its way comes to its end."""
        with self._lock:
            self.faults.going = 0
            for one in self._all():
                one.left = 0
            self._work()

    def _all(self) -> list[Shift | Document]:
        return [*self.shifts, *self.documents.values()]

    def _work(self) -> None:
        """It gets on with everything while somebody asks."""
        for one in self._all():
            if one.status not in ("CREATED", "CLOSING"):
                continue
            if one.left:
                one.left -= 1 if one.left > 0 else 0
                continue
            refuses, self.faults.refuses = self.faults.refuses, None
            if isinstance(one, Shift):
                self._shift_answered(one, refuses)
            else:
                self._document_answered(one, refuses)

    def _shift_answered(self, one: Shift, refuses: str | None) -> None:
        one.error = refuses
        if refuses is not None:
            one.status = "CLOSED" if one.status == "CREATED" else "OPENED"
        elif one.status == "CREATED":
            one.status, one.opened = "OPENED", datetime.now(UTC)
        else:
            one.status, one.closed = "CLOSED", datetime.now(UTC)

    def _document_answered(self, one: Document, refuses: str | None) -> None:
        if refuses is not None:
            one.status, one.error = "ERROR", refuses
            return
        one.status, one.at = "DONE", _instant(datetime.now(UTC))
        one.fiscal_code = f"TEST-{one.serial:06}"
        found = self.shifts[-1]
        if "goods" not in one.body:
            found.balance["balance"] += one.total
            found.balance["service_in" if one.total > 0 else "service_out"] += abs(one.total)
            return
        back = one.body["goods"][0]["is_return"]
        found.counts[back] += 1
        for good in one.body["goods"]:
            found.turnover.setdefault(good["good"]["tax"][0], [0, 0])[back] += _worth(good)
        card = sum(part["value"] for part in one.body["payments"] if part["type"] == "CASHLESS")
        cash = one.total - card
        found.balance["balance"] += -cash if back else cash
        found.balance["cash_returns" if back else "cash_sales"] += cash
        found.balance["card_returns" if back else "card_sales"] += card


def _total(body: Any) -> int:
    """The sum of a receipt in kopecks. Raises Refusal for what the service would not take."""
    try:
        goods, payments = body["goods"], body["payments"]
        total: int = sum(_worth(good) for good in goods)
        right = {good["is_return"] for good in goods} in ({True}, {False})
        right = right and all(good["good"]["tax"][0] in [tax[0] for tax in TAXES] for good in goods)
        paid = sum(part["value"] for part in payments if part["type"] in ("CASH", "CASHLESS"))
    except (KeyError, TypeError, IndexError) as error:
        raise _refusal(422, "validation_error", f"Помилка валідації: {error}") from error
    if not right or not goods:
        raise _refusal(422, "validation_error", "Помилка валідації")
    if body.get("rounding"):
        # To ten kopecks, as the law has it for cash.
        total = (total + 5) // 10 * 10
    if paid < total:
        raise _refusal(400, "receipt.payments", "Сума оплат менша за суму чека")
    return total


def _worth(good: Mapping[str, Any]) -> int:
    gross = (good["good"]["price"] * good["quantity"] + 500) // 1000
    return int(gross - sum(one["value"] for one in good.get("discounts", [])))


def _id(body: Any) -> str:
    try:
        return str(uuid.UUID(body["id"]))
    except (KeyError, TypeError, ValueError) as error:
        raise _refusal(422, "validation_error", "Невірний id") from error


def _instant(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _refusal(status: int, code: str, message: str) -> Refusal:
    return Refusal(status, {"code": code, "message": message})
