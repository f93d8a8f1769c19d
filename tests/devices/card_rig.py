"""Card terminals on a wire with a bench around them, and requests as a till sends them."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from devices.emulators.privatbank import PrivatBankTerminal
from devices.emulators.ssi import SsiTerminal
from devices.emulators.wires import TcpPrinter
from devices.emulators.zvt import ZvtTerminal
from devices.journal import Action
from tests.devices.fiscal_rig import Bench

Document = dict[str, Any]
Terminal = PrivatBankTerminal | SsiTerminal | ZvtTerminal
# Impatient enough for tests; what is recovered does not depend on how long anything takes.
FAST = {"answer_seconds": 0.8, "card_seconds": 1.2, "away_seconds": 0.5, "poll_seconds": 0}


class Brand(NamedTuple):
    """One driver with its emulator; `purchase` and `void` are its own names of the commands."""

    driver: str
    emulator: type[PrivatBankTerminal] | type[SsiTerminal] | type[ZvtTerminal]
    currency: str
    purchase: str
    void: str
    values: dict[str, object]


BRANDS = {
    "privatbank": Brand(
        "privatbank",
        PrivatBankTerminal,
        "UAH",
        "Purchase",
        "Withdrawal",
        {**FAST, "progress_seconds": 0.01, "reconnect_seconds": 0},
    ),
    "ssi": Brand(
        "ssi", SsiTerminal, "UAH", "Purchase", "Void", {**FAST, "progress_seconds": 0.01, "pause_seconds": 0}
    ),
    "zvt": Brand("zvt", ZvtTerminal, "EUR", "pay", "reverse", dict(FAST)),
}


class Counter:
    """A till machine with one terminal."""

    def __init__(self, brand: Brand, terminal: Terminal, bench: Bench) -> None:
        self.brand = brand
        self.terminal = terminal
        self.bench = bench

    def purchase(self, amount: int) -> Document:
        return {"kind": "purchase", "amount": amount, "currency": self.brand.currency}

    def void(self, amount: int, invoice: str) -> Document:
        return {
            "kind": "void",
            "amount": amount,
            "currency": self.brand.currency,
            "invoice": invoice,
            "rrn": None,
        }

    def refund(self, amount: int, rrn: str | None) -> Document:
        return {"kind": "refund", "amount": amount, "currency": self.brand.currency, "rrn": rrn}

    def ask(self, document: Document, action: str | None = None) -> Action:
        return self.bench.act("card", action, document).action

    def pay(self, amount: int = 1234, action: str | None = None) -> Action:
        return self.ask(self.purchase(amount), action)


@contextmanager
def counter(name: str, folder: Path, **values: object) -> Iterator[Counter]:
    """A terminal that has been in use for a while: there is a payment in its log."""
    brand = BRANDS[name]
    terminal = brand.emulator()
    earlier = terminal.bank.act("purchase", 777)
    if isinstance(terminal, SsiTerminal):
        terminal.remember("earlier", earlier)
    with TcpPrinter(terminal) as network:
        wire = {"kind": "tcp", "host": "127.0.0.1", "port": network.port}
        with Bench(folder, brand.driver, wire, **{**brand.values, **values}) as bench:
            yield Counter(brand, terminal, bench)


def fault(chance: random.Random, found: Counter) -> str:
    """Something goes wrong at the next payment, or nothing; its name is for the message of a failing test."""
    faults = found.terminal.faults
    name = chance.choice(
        ("none", "decline", "cut_before", "cut_after", "busy", "damage", "slow", "customer", "restart", "die")
    )
    match name:
        case "decline":
            faults.declines = 1
        case "cut_before" | "cut_after":
            setattr(faults, name, found.brand.purchase)
        case "busy":
            faults.refuse_commands = 1
        case "damage":
            faults.damage_answers = 1
        case "slow":
            faults.slow_seconds = 0.005
        case "customer":
            faults.customer = 3
        case "restart":
            found.bench.restart()
    return name


def calm(found: Counter) -> None:
    faults = found.terminal.faults
    faults.slow_seconds, faults.customer, faults.silent = 0.0, 0, False
