"""An emulated service behind a bench, and what a till does after a doubt."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from devices.emulators.checkbox import LICENCE, PIN
from devices.emulators.web import WebService
from devices.emulators.wires import TcpPrinter
from devices.journal import Action
from tests.devices.fiscal_rig import FAST, Bench, Document, random_sale, until_done

# A question of a service is some requests, each with a connection of its own.
PATIENT = {**FAST, "answer_seconds": 1.0, "print_seconds": 1.0, "report_seconds": 1.0, "away_seconds": 0.5}
# Where nothing breaks there is no hurry: a busy machine must not look like a silent service.
CALM: dict[str, Any] = {"answer_seconds": 10.0, "print_seconds": 10.0, "report_seconds": 10.0}
CLEAN_UP = {"kind": "clean_up"}
# The percents of the rig stand in other groups than the countries' own.
BULGARIA: dict[str, Any] = {
    "printer": "dt517985",
    "rates": "A=2 B=4 C=1 D=3 E=5",
    "percents": "2=23 4=8 1=5 3=0 5=0",
}
UKRAINE: dict[str, Any] = {
    "rates": "A=6 B=4 C=5 D=3 E=3",
    "license_key": LICENCE,
    "pin": PIN,
    "ask_seconds": 0.02,
}
RUSSIA: dict[str, Any] = {"rates": "A=vat22 B=vat10 C=vat0 D=none E=none"}
S = TypeVar("S", bound=WebService[Any])


def address(network: TcpPrinter, path: str = "") -> dict[str, Any]:
    return {"kind": "http", "url": f"http://127.0.0.1:{network.port}{path}"}


@contextmanager
def standing(
    folder: Path, driver: str, service: S, path: str = "", **values: object
) -> Iterator[tuple[Bench, S]]:
    """A bench before a new service."""
    with (
        TcpPrinter(service) as network,
        Bench(folder, driver, address(network, path), **{**PATIENT, **values}) as bench,
    ):
        yield bench, service


def euros(document: Document) -> Document:
    return {**document, "currency": "EUR"}


def hryvnias(document: Document) -> Document:
    return {**document, "currency": "UAH", "language": "uk"}


def goods_only(chance: random.Random) -> Document:
    """A random sale without packaging, which not every register has."""
    while True:
        document = random_sale(chance)
        if not any(one["deposit"] for one in document["lines"]):
            return document


def settled(bench: Bench, service: WebService[Any], document: Document, action: Action) -> Action:
    """What a till does after a doubt, at a service that comes back."""

    def repair() -> None:
        service.switch_on()
        service.faults.silent, service.faults.going = False, 0

    return until_done(bench, repair, document, action)
