"""Fiscal documents as a till sends them, small and random, and a station around one device, without sockets."""

import asyncio
import random
from collections.abc import Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from devices import settings
from devices.config import DeviceConfig
from devices.drivers import manifest
from devices.emulators.wires import TcpPrinter
from devices.fiscal import line_gross
from devices.journal import Action, Journal
from devices.protocol import Frame, parse_request
from devices.station import Effect, Result, Station
from devices.transports import make_transport
from tests.devices.rig import new_id

Document = dict[str, Any]
Z: Document = {"kind": "report", "report": "z", "day": "2026-11-21"}
X: Document = {**Z, "report": "x"}
# Impatient enough for tests; what is recovered does not depend on how long anything takes.
FAST = {
    "answer_seconds": 0.4,
    "print_seconds": 0.6,
    "report_seconds": 0.6,
    "away_seconds": 0.4,
    "poll_seconds": 0,
}
PERCENT = {"A": 2300, "B": 800, "C": 500, "D": 0, "E": 0}
RUSSIAN = {"A": 2200, "B": 1000, "C": 0, "D": 0, "E": 0}
UKRAINIAN = {"A": 2000, "B": 700, "C": 0, "D": 1400, "E": 500}


def line(
    name: str = "Chleb żytni", price: int = 499, quantity: int = 1000, discount: int = 0, **more: Any
) -> dict[str, Any]:
    gross = line_gross(quantity, price)
    tax = more.pop("tax", "A")
    return {
        "name": name,
        "quantity": quantity,
        "unit": "szt",
        "price": price,
        "gross": gross,
        "discount": discount,
        "total": gross - discount,
        "tax": {"code": tax, "percent": PERCENT[tax]},
        "deposit": False,
        **more,
    }


def payment(amount: int, kind: str = "cash", name: str = "Gotówka", change: int = 0) -> dict[str, Any]:
    return {"kind": kind, "name": name, "amount": amount, "tendered": amount + change, "change": change}


def sale(*lines: dict[str, Any], payments: list[dict[str, Any]] | None = None, **more: Any) -> Document:
    """A sale whose sums are right; paid in cash unless `payments` are given."""
    numbered = [{"n": n, **one} for n, one in enumerate(lines or (line(),), start=1)]
    total = sum(one["total"] for one in numbered)
    return {
        "kind": "sale",
        "receipt": new_id(),
        "number": "1-1.1-318",
        "cashier": "Anna",
        "currency": "PLN",
        "language": "pl",
        "buyer_tax_id": None,
        "lines": numbered,
        "total": total,
        "rounding": 0,
        "due": total,
        "payments": [payment(total)] if payments is None else payments,
        "footer": [],
        **more,
    }


def russian(document: Document) -> Document:
    """The same in roubles and at Russian rates."""
    return _elsewhere(document, "RUB", "ru", RUSSIAN)


def ukrainian(document: Document) -> Document:
    """The same in hryvnias and at Ukrainian rates."""
    return _elsewhere(document, "UAH", "uk", UKRAINIAN)


def _elsewhere(document: Document, currency: str, language: str, percent: Mapping[str, int]) -> Document:
    lines = [
        {**one, "tax": {**one["tax"], "percent": percent[one["tax"]["code"]]}} for one in document["lines"]
    ]
    return {**document, "currency": currency, "language": language, "lines": lines}


def random_sale(chance: random.Random) -> Document:
    """One to eight lines with discounts and deposits, split over one to three means of payment."""
    lines = []
    for n in range(chance.randint(1, 8)):
        tax = chance.choice("ABCDE")
        price, quantity = chance.randint(1, 9_999), chance.choice((1000, 2000, chance.randint(1, 5000)))
        gross = line_gross(quantity, price)
        discount = chance.choice((0, 0, chance.randint(0, gross)))
        # The name carries its rate: the goods base of a printer binds the two for ever.
        lines.append(line(f"Towar {tax} {chance.randint(1, 40)}", price, quantity, discount, tax=tax))
        if n == 0 and chance.random() < 0.3:
            lines.append(line("Kaucja", 50, 1000 * chance.randint(1, 4), deposit=True))
    total = sum(one["total"] for one in lines)
    if not any(one["total"] and not one["deposit"] for one in lines):
        return random_sale(chance)
    first, second = sorted((chance.randint(0, total), chance.randint(0, total)))
    parts = [
        payment(first, "card", "Karta"),
        payment(second - first, chance.choice(("voucher", "transfer", "other")), "Bon"),
        payment(total - second, change=chance.choice((0, chance.randint(1, 500)))),
    ]
    return sale(*lines, payments=[part for part in parts if part["amount"]])


class Bench:
    """A station with one device on a wire, called as the bridge calls it; `restart` is a bridge that came back."""

    def __init__(self, folder: Path, driver: str, wire: Mapping[str, object], **values: object) -> None:
        self._folder = folder
        checked = settings.check(values, manifest(driver).settings, "test")
        self._device = driver, checked, wire
        self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._end()

    def _start(self) -> None:
        driver, checked, wire = self._device
        self._loop = asyncio.new_event_loop()
        self.journal = Journal(self._folder / "actions.sqlite3")
        config = DeviceConfig("fiscal1", driver, checked, make_transport(wire, "test"))
        self.station = Station((config,), self.journal, self._folder, lambda kind, fields: None)
        self._loop.run_until_complete(self.station.start())

    def _end(self) -> None:
        self._loop.run_until_complete(self.station.stop())
        self._loop.close()
        self.journal.close()

    def restart(self) -> None:
        self._end()
        self._start()

    def act(self, op: str, action: str | None = None, document: Document | None = None) -> Result:
        body = {"device": "fiscal1", "action": action or new_id(), "document": document}
        request = parse_request(Frame(1, op, body))
        assert isinstance(request, Effect)
        return self._loop.run_until_complete(self.station.carry_out(request))

    def register(self, document: Document, action: str | None = None) -> Action:
        return self.act("fiscal", action, document).action

    def both(self, one: Document, other: Document) -> list[Action]:
        """Two documents at once, as two tabs send them."""

        async def together() -> list[Result]:
            requests = [
                parse_request(
                    Frame(1, "fiscal", {"device": "fiscal1", "action": new_id(), "document": found})
                )
                for found in (one, other)
            ]
            return await asyncio.gather(
                *(self.station.carry_out(one) for one in requests if isinstance(one, Effect))
            )

        return [result.action for result in self._loop.run_until_complete(together())]

    def get(self, action: str) -> Action:
        return self._loop.run_until_complete(self.station.get(action))

    def health(self) -> Mapping[str, Any]:
        return self._loop.run_until_complete(self.station.fiscal_state("fiscal1"))


def wire_to(network: TcpPrinter) -> dict[str, Any]:
    return {"kind": "tcp", "host": "127.0.0.1", "port": network.port}


class Repairable(Protocol):
    """An emulated printer, as far as people repair it."""

    @property
    def faults(self) -> Any: ...
    def switch_on(self) -> None: ...
    def load_paper(self) -> None: ...


def settled(bench: Bench, printer: Repairable, document: Document, action: Action) -> Action:
    """What a till does after a doubt, at a printer that somebody repairs."""

    def repair() -> None:
        printer.switch_on()
        printer.load_paper()
        printer.faults.silent = False

    return until_done(bench, repair, document, action)


def until_done(bench: Bench, repair: Callable[[], None], document: Document, action: Action) -> Action:
    """The device comes back, the bridge is started anew, the till asks, and sends again what surely failed."""
    for _ in range(6):
        if action.state == "done":
            break
        repair()
        if action.state == "failed":
            action = bench.register(document)
            continue
        assert action.code != "ask_person", action.detail
        bench.restart()
        action = bench.get(action.id)
    assert (action.state, action.code) == ("done", None), (action.code, action.detail)
    return action


def result(bench: Bench, document: Document) -> Mapping[str, Any]:
    """What is told of a document that goes through."""
    action = bench.register(document)
    assert (action.state, action.code) == ("done", None), action.detail
    assert action.result is not None
    return action.result
