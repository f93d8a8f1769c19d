"""A print server that speaks Net.FP, and the fiscal printer behind it: tasks with ids, and what it forgets.

Written from the protocol's document and from nothing of the driver. Run `python -m devices.emulators erpnetfp --tcp
8001` to have one by hand.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from devices.emulators.web import Refusal, Request, WebFaults, WebService

PRINTER, SERIAL, MEMORY = "dt517985", "DT517985", "02517985"
PAYMENTS = ("cash", "check", "card", "coupons", "ext-coupons", "internal-usage", "bank", "reserved1")
CENT = Decimal("0.01")
KEYS = {
    "sale": {
        "type",
        "text",
        "quantity",
        "unitPrice",
        "taxGroup",
        "department",
        "priceModifierType",
        "priceModifierValue",
    },
    "comment": {"type", "text"},
    "footer-comment": {"type", "text"},
}
RECEIPT_KEYS = {"uniqueSaleNumber", "items", "payments", "operator", "operatorPassword"}


@dataclass
class ErpNetFaults(WebFaults):
    """`error` is what the printer reports, such as ("E301", "No paper"); `task_error` how the next document ends.

    `remembers`: what was told once is told again, as newer versions do.
    """

    error: tuple[str, str] | None = None
    task_error: tuple[str, str] | None = None
    remembers: bool = False


@dataclass
class Task:
    what: str
    body: Mapping[str, Any]
    left: int = 0
    result: Mapping[str, object] | None = None


@dataclass
class Memory:
    """What the printer itself counts; it outlives the server."""

    receipts: list[Mapping[str, Any]] = field(default_factory=list)
    amounts: list[Decimal] = field(default_factory=list)
    cash: Decimal = Decimal("0.00")
    counted: dict[str, int] = field(default_factory=dict)
    clock_off: timedelta = timedelta()


class PrintError(Exception):
    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.messages = [{"type": "error", "code": code, "text": text}]


class ErpNetServer(WebService[ErpNetFaults]):
    base = ("printers",)

    def __init__(self) -> None:
        super().__init__(ErpNetFaults())
        self.memory = Memory()
        self.tasks: dict[str, Task] = {}
        self._given = 0

    def by_hand(self, words: list[str]) -> dict[str, Callable[[], object]]:
        faults = self.faults
        paper = None if faults.error else ("E301", "No paper")
        return {**super().by_hand(words), "paper": lambda: setattr(faults, "error", paper)}

    def counted(self) -> str:
        memory = self.memory
        return (
            f"receipts {len(memory.receipts)}, cash {memory.cash}, {memory.counted}, tasks {len(self.tasks)}, "
            f"power {'on' if self.alive else 'off'}, {self.faults}"
        )

    def switch_off(self) -> None:
        """The server goes with all its tasks; the printer keeps what it has printed."""
        with self._lock:
            super().switch_off()
            self.tasks = {}

    # -------------------------------------------------------------------- requests

    def serve(self, request: Request) -> tuple[int, object]:
        path = request.path
        if path == ("taskinfo",):
            return 200, self._taskinfo(request.query.get("id", ""))
        if not path or path[0] != PRINTER:
            raise Refusal(404, {"title": "Not Found", "status": 404})
        if len(path) == 1:
            return 200, self._info()
        if path[1] == "status":
            now = datetime.now() + self.memory.clock_off  # noqa: DTZ005
            return 200, {"deviceDateTime": now.isoformat(timespec="seconds"), **self._state()}
        if (request.method, path[1]) != ("GET", "cash") and request.method != "POST":
            raise Refusal(405, {"title": "Method Not Allowed", "status": 405})
        return 200, self._task(path[1], request)

    def _info(self) -> Mapping[str, object]:
        return {
            "uri": "bg.dt.c.isl.com://COM6",
            "serialNumber": SERIAL,
            "fiscalMemorySerialNumber": MEMORY,
            "manufacturer": "Datecs",
            "model": "DP-25",
            "itemTextMaxLength": 22,
            "commentTextMaxLength": 40,
            "supportedPaymentTypes": list(PAYMENTS),
        }

    def _state(self) -> dict[str, object]:
        error = self.faults.error
        messages = [] if error is None else [{"type": "error", "code": error[0], "text": error[1]}]
        return {"ok": error is None, "messages": [{"type": "info", "text": "FM is formatted"}, *messages]}

    def _taskinfo(self, name: str) -> Mapping[str, object]:
        task = self.tasks.get(name)
        if task is None:
            return {"taskStatus": "unknown"}
        self._work(task)
        if task.result is None:
            return {"taskStatus": "running"}
        if not self.faults.remembers:
            del self.tasks[name]
        return {"taskStatus": "finished", "result": task.result}

    def _task(self, what: str, request: Request) -> Mapping[str, object]:
        self._given += 1
        name = request.query.get("taskId") or f"given{self._given}"
        if name in self.tasks:
            told = {"type": "error", "code": "E109", "text": f'Task Id "{name}" is already used'}
            return {"ok": False, "messages": [told]}
        task = self.tasks[name] = Task(what, request.json() or {}, 0 if what == "cash" else self.faults.going)
        self._work(task)
        if request.query.get("asyncTimeout") == "0" or task.result is None:
            return {"taskId": name}
        return task.result

    # -------------------------------------------------------------------- what is printed

    def finish(self) -> None:
        """What is in progress comes to its end."""
        with self._lock:
            self.faults.going = 0
            for task in self.tasks.values():
                task.left = 0
                self._work(task)

    def _work(self, task: Task) -> None:
        if task.result is not None:
            return
        if task.left:
            task.left -= 1 if task.left > 0 else 0
            return
        try:
            wrong = self.faults.task_error
            if wrong is not None and task.what != "cash":
                self.faults.task_error = None
                raise PrintError(*wrong)
            if self.faults.error is not None:
                raise PrintError(*self.faults.error)
            task.result = {"ok": True, "messages": [], **getattr(self, f"_do_{task.what}")(task.body)}
        except PrintError as error:
            task.result = {"ok": False, "messages": error.messages}

    def _do_receipt(self, body: Mapping[str, Any]) -> Mapping[str, object]:
        if not set(body) <= RECEIPT_KEYS or not body.get("uniqueSaleNumber") or not body.get("items"):
            raise PrintError("E401", "Syntax error")
        total = sum((self._item(item) for item in body["items"]), Decimal(0))
        paid = {one["paymentType"]: Decimal(str(one["amount"])) for one in body["payments"]}
        if not set(paid) <= set(PAYMENTS):
            raise PrintError("E406", "Payment type is not supported")
        if sum((Decimal(str(one["amount"])) for one in body["payments"]), Decimal(0)) != total:
            raise PrintError("E405", "Payments are not the total")
        return self._registered(body, 1)

    def _registered(self, body: Mapping[str, Any], sign: int) -> Mapping[str, object]:
        memory = self.memory
        total = sum((self._item(item) for item in body["items"]), Decimal(0))
        paid = [Decimal(str(one["amount"])) for one in body["payments"] if one["paymentType"] == "cash"]
        cash = memory.cash + sign * sum(paid, Decimal(0))
        if cash < 0:
            raise PrintError("E403", "Not so much in the drawer")
        memory.cash = cash
        memory.receipts.append(body)
        memory.amounts.append(sign * total)
        return {
            "receiptNumber": f"{len(memory.receipts):07}",
            "receiptDateTime": datetime.now().isoformat(timespec="seconds"),  # noqa: DTZ005
            "receiptAmount": total,
            "fiscalMemorySerialNumber": MEMORY,
        }

    def _do_reversalreceipt(self, body: Mapping[str, Any]) -> Mapping[str, object]:
        wanted = {"reason", "receiptNumber", "receiptDateTime", "fiscalMemorySerialNumber"}
        sold = self.memory.receipts
        place = int(body.get("receiptNumber", 0))
        if (
            not wanted <= set(body)
            or not 0 < place <= len(sold)
            or body["fiscalMemorySerialNumber"] != MEMORY
        ):
            raise PrintError("E401", "Syntax error")
        if sold[place - 1]["uniqueSaleNumber"] != body["uniqueSaleNumber"]:
            raise PrintError("E403", "Another sale")
        return self._registered(body, -1)

    def _item(self, item: Mapping[str, Any]) -> Decimal:
        kind = item.get("type", "sale")
        if not set(item) <= KEYS.get(kind, set()):
            raise PrintError("E401", "Syntax error")
        if kind != "sale":
            return Decimal(0)
        if item["taxGroup"] not in range(1, 9):
            raise PrintError("E411", "Tax group")
        worth = (Decimal(str(item["unitPrice"])) * Decimal(str(item["quantity"]))).quantize(
            CENT, ROUND_HALF_UP
        )
        discount = Decimal(str(item.get("priceModifierValue", 0)))
        if discount > worth:
            raise PrintError("E403", "Discount")
        return worth - discount

    def _do_cash(self, _body: Mapping[str, Any]) -> Mapping[str, object]:
        return {"amount": self.memory.cash}

    def _do_deposit(self, body: Mapping[str, Any]) -> Mapping[str, object]:
        self.memory.cash += Decimal(str(body["amount"]))
        return {}

    def _do_withdraw(self, body: Mapping[str, Any]) -> Mapping[str, object]:
        if Decimal(str(body["amount"])) > self.memory.cash:
            raise PrintError("E403", "Not so much in the drawer")
        self.memory.cash -= Decimal(str(body["amount"]))
        return {}

    def _do_datetime(self, body: Mapping[str, Any]) -> Mapping[str, object]:
        told = datetime.fromisoformat(body["deviceDateTime"])
        self.memory.clock_off = told - datetime.now()  # noqa: DTZ005
        return {}

    def _counted(self, what: str) -> Mapping[str, object]:
        self.memory.counted[what] = self.memory.counted.get(what, 0) + 1
        return {}

    def _do_xreport(self, _body: Mapping[str, Any]) -> Mapping[str, object]:
        return self._counted("x")

    def _do_zreport(self, _body: Mapping[str, Any]) -> Mapping[str, object]:
        return self._counted("z")

    def _do_duplicate(self, _body: Mapping[str, Any]) -> Mapping[str, object]:
        return self._counted("copy")
