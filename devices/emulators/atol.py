"""An ATOL fiscal printer behind a web server like that of its maker's driver: tasks in a queue, a fiscal storage.

Written from what programs say that talk to real ones, and from nothing of the driver. Run `python -m devices.emulators
atol --tcp 16732` to have one by hand.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from devices.emulators.web import Refusal, Request, WebFaults, WebService

STORAGE = "9999078900000961"
RATES = ("none", "vat0", "vat5", "vat7", "vat10", "vat18", "vat20", "vat22")
PAYMENTS = ("cash", "electronically", "prepaid", "credit", "other")
QUESTIONS = ("getDeviceStatus", "getShiftStatus", "getFnStatus")
CENT = Decimal("0.01")


class DriverError(Exception):
    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.told = {"code": code, "description": description}


@dataclass
class AtolFaults(WebFaults):
    """`blocks`: the next document ends in a state that the server does not know, after it was registered when true.

    `error`: how the next document ends instead of being registered.
    """

    blocks: bool | None = None
    error: tuple[int, str] | None = None


@dataclass
class Task:
    body: Mapping[str, Any]
    left: int
    status: str = "wait"
    error: Mapping[str, object] = field(default_factory=lambda: {"code": 0, "description": ""})
    result: Mapping[str, object] | None = None


@dataclass
class Memory:
    """What the printer and its storage keep; it outlives the server."""

    documents: list[Mapping[str, Any]] = field(default_factory=list)
    shift: int = 0
    state: str = "closed"
    receipts: int = 0
    cash: Decimal = Decimal("0.00")
    counted: dict[str, int] = field(default_factory=dict)
    clock_off: timedelta = timedelta()
    paper: bool = True
    cover: bool = False
    registered: bool = True

    @property
    def sold(self) -> list[Mapping[str, Any]]:
        return [one for one in self.documents if one["type"] in ("sell", "sellReturn")]


class AtolServer(WebService[AtolFaults]):
    base = ("api", "v2")

    def __init__(self) -> None:
        super().__init__(AtolFaults())
        self.memory = Memory()
        self.tasks: dict[str, Task] = {}

    def by_hand(self, words: list[str]) -> dict[str, Callable[[], object]]:
        memory = self.memory
        return {
            **super().by_hand(words),
            "paper": lambda: setattr(memory, "paper", not memory.paper),
            "cover": lambda: setattr(memory, "cover", not memory.cover),
            "z": lambda: setattr(memory, "state", "expired"),
        }

    def counted(self) -> str:
        memory = self.memory
        return (
            f"documents {len(memory.documents)}, shift {memory.shift} {memory.state}, cash {memory.cash}, "
            f"power {'on' if self.alive else 'off'}, {self.faults}"
        )

    # -------------------------------------------------------------------- requests

    def serve(self, request: Request) -> tuple[int, object]:
        match (request.method, *request.path):
            case ("POST", "requests"):
                return 201, self._taken(request.json())
            case ("GET", "requests", name) if name in self.tasks:
                return 200, self._told(self.tasks[name])
        raise Refusal(404, {"error": {"code": 404, "description": "Задание не найдено"}})

    def called(self, request: Request) -> str:
        """With the kind of its task: `POST sell`, `GET reportX`."""
        if request.method == "GET":
            task = self.tasks.get(request.path[-1] if request.path else "")
            return f"GET {task.body['type'] if task else 'nothing'}"
        body = request.json()
        made = body.get("request") if isinstance(body, dict) else None
        return f"POST {made[0].get('type')}" if made else request.name

    def unwell(self) -> object:
        return {"error": {"code": 500, "description": "Внутренняя ошибка"}}

    def _taken(self, body: Any) -> Mapping[str, object]:
        right = (
            isinstance(body, dict)
            and isinstance(body.get("uuid"), str)
            and isinstance(body.get("request"), list)
        )
        if not right or len(body["request"]) != 1 or "type" not in body["request"][0]:
            raise Refusal(400, {"error": {"code": 400, "description": "Неверный формат задания"}})
        if body["uuid"] in self.tasks:
            raise Refusal(409, {"error": {"code": 409, "description": "Задание с таким uuid уже существует"}})
        made = body["request"][0]
        self.tasks[body["uuid"]] = Task(made, 0 if made["type"] in QUESTIONS else self.faults.going)
        return {"number": len(self.tasks), "uuid": body["uuid"], "isBlocked": False}

    def _told(self, task: Task) -> Mapping[str, object]:
        self._work()
        return {"results": [{"status": task.status, "error": task.error, "result": task.result}]}

    # -------------------------------------------------------------------- what is done

    def finish(self) -> None:
        """What is in progress comes to its end."""
        with self._lock:
            self.faults.going = 0
            for task in self.tasks.values():
                task.left = 0
            self._work()

    def _work(self) -> None:
        """It gets on with its queue while somebody asks."""
        for task in self.tasks.values():
            if task.status not in ("wait", "inProgress"):
                continue
            if task.left:
                task.status = "inProgress"
                task.left -= 1 if task.left > 0 else 0
                continue
            self._carried_out(task)

    def _carried_out(self, task: Task) -> None:
        kind = str(task.body["type"])
        try:
            if kind not in QUESTIONS and self._goes_wrong(task):
                return
            method = getattr(self, f"_do_{kind}", None)
            if method is None:
                raise DriverError(5, "Не поддерживается")
            task.result = method(task.body)
            task.status = "ready"
        except DriverError as error:
            task.status, task.error = "error", error.told

    def _goes_wrong(self, task: Task) -> bool:
        error, self.faults.error = self.faults.error, None
        if error is not None:
            raise DriverError(*error)
        if not self.memory.paper:
            raise DriverError(44, "Нет бумаги")
        blocks = self.faults.blocks
        if blocks is None or task.body["type"] not in ("sell", "sellReturn"):
            return False
        self.faults.blocks = None
        if blocks:
            getattr(self, f"_do_{task.body['type']}")(task.body)
        task.status, task.error = "blocked", {"code": 2, "description": "Нет связи"}
        return True

    def _now(self) -> str:
        return (datetime.now().astimezone() + self.memory.clock_off).isoformat(timespec="seconds")

    def _do_getDeviceStatus(self, _body: Mapping[str, Any]) -> Mapping[str, object]:  # noqa: N802
        memory = self.memory
        told = {
            "blocked": False,
            "coverOpened": memory.cover,
            "paperPresent": memory.paper,
            "fnPresent": True,
            "fnFiscal": memory.registered,
            "cashDrawerOpened": False,
            "currentDateTime": self._now(),
        }
        return {"deviceStatus": told}

    def _do_getShiftStatus(self, _body: Mapping[str, Any]) -> Mapping[str, object]:  # noqa: N802
        memory = self.memory
        return {"shiftStatus": {"expiredTime": self._now(), "number": memory.shift, "state": memory.state}}

    def _do_getFnStatus(self, _body: Mapping[str, Any]) -> Mapping[str, object]:  # noqa: N802
        memory = self.memory
        told = {"fiscalDocumentNumber": len(memory.documents), "fiscalReceiptNumber": memory.receipts}
        return {"fnStatus": told}

    def _do_openShift(self, body: Mapping[str, Any]) -> Mapping[str, object]:  # noqa: N802
        memory = self.memory
        if memory.state != "closed":
            raise DriverError(83, "Смена открыта - операция невозможна")
        memory.state, memory.receipts = "opened", 0
        memory.shift += 1
        return self._registered(body)

    def _do_closeShift(self, body: Mapping[str, Any]) -> Mapping[str, object]:  # noqa: N802
        memory = self.memory
        if memory.state == "closed":
            raise DriverError(73, "Смена закрыта - операция невозможна")
        memory.state = "closed"
        told: dict[str, object] = {**self._registered(body)}
        params: Any = told["fiscalParams"]
        return {"fiscalParams": {**params, "receiptsCount": memory.receipts}, "warnings": None}

    def _do_sell(self, body: Mapping[str, Any]) -> Mapping[str, object]:
        return self._receipt(body, 1)

    def _do_sellReturn(self, body: Mapping[str, Any]) -> Mapping[str, object]:  # noqa: N802
        return self._receipt(body, -1)

    def _receipt(self, body: Mapping[str, Any], sign: int) -> Mapping[str, object]:
        memory = self.memory
        if memory.state != "opened":
            raise DriverError(68, "Смена превысила 24 часа" if memory.state == "expired" else "Смена закрыта")
        total = sum((self._position(item) for item in body["items"]), Decimal(0))
        due = Decimal(str(body["total"]))
        if not 0 <= total - due < 1:
            raise DriverError(5, "Неверная сумма чека")
        paid: dict[str, Decimal] = {}
        for one in body["payments"]:
            if one["type"] not in PAYMENTS:
                raise DriverError(5, "Неверный тип оплаты")
            paid[one["type"]] = paid.get(one["type"], Decimal(0)) + Decimal(str(one["sum"]))
        change = sum(paid.values(), Decimal(0)) - due
        cash = paid.get("cash", Decimal(0)) - change
        if change < 0 or cash < 0 or memory.cash + sign * cash < 0:
            raise DriverError(5, "Неверная сумма оплаты")
        memory.cash += sign * cash
        memory.receipts += 1
        return self._registered(body, due)

    def _position(self, item: Mapping[str, Any]) -> Decimal:
        amount, tax = Decimal(str(item["amount"])), item["tax"]["type"]
        worth = (Decimal(str(item["price"])) * Decimal(str(item["quantity"]))).quantize(CENT, ROUND_HALF_UP)
        if tax not in RATES or abs(worth - amount) > CENT:
            raise DriverError(5, "Неверная позиция")
        return amount

    def _registered(self, body: Mapping[str, Any], total: Decimal = Decimal(0)) -> Mapping[str, object]:
        memory = self.memory
        memory.documents.append(body)
        place = len(memory.documents)
        told = {
            "fiscalDocumentDateTime": self._now(),
            "fiscalDocumentNumber": place,
            "fiscalDocumentSign": f"{1_000_000_000 + place}",
            "fiscalReceiptNumber": memory.receipts,
            "fnNumber": STORAGE,
            "registrationNumber": "0000000001002292",
            "shiftNumber": memory.shift,
            "total": total,
        }
        return {"fiscalParams": told, "warnings": None}

    def _do_cashIn(self, body: Mapping[str, Any]) -> Mapping[str, object]:  # noqa: N802
        return self._moved(Decimal(str(body["cashSum"])))

    def _do_cashOut(self, body: Mapping[str, Any]) -> Mapping[str, object]:  # noqa: N802
        return self._moved(-Decimal(str(body["cashSum"])))

    def _moved(self, amount: Decimal) -> Mapping[str, object]:
        if self.memory.cash + amount < 0:
            raise DriverError(5, "Недостаточно денег")
        self.memory.cash += amount
        return {"counters": {"cashSum": self.memory.cash}}

    def _do_reportX(self, _body: Mapping[str, Any]) -> Mapping[str, object]:  # noqa: N802
        return self._counted("x")

    def _do_printLastReceiptCopy(self, _body: Mapping[str, Any]) -> Mapping[str, object]:  # noqa: N802
        return self._counted("copy")

    def _do_openCashDrawer(self, _body: Mapping[str, Any]) -> Mapping[str, object]:  # noqa: N802
        return self._counted("drawer")

    def _do_nonFiscal(self, _body: Mapping[str, Any]) -> Mapping[str, object]:  # noqa: N802
        return self._counted("text")

    def _counted(self, what: str) -> Mapping[str, object]:
        self.memory.counted[what] = self.memory.counted.get(what, 0) + 1
        return {}
