"""An emulated Datecs printer of any family behind a bench."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devices.emulators.datecs import DatecsPrinter
from devices.emulators.wires import TcpPrinter
from tests.devices.fiscal_rig import FAST, Bench, Document, line, payment, sale, ukrainian, wire_to

FAMILIES = ("ua", "p", "c", "x")
ORIGIN = {"document": 17, "at": "2026-11-21T10:20:30+02:00", "unique_number": "00012345"}
OPEN, SUBTOTAL, PAID, TEXT, CLOSE = 0x30, 0x33, 0x35, 0x36, 0x38
LINES = {"ua": 0x3A, "p": 0x31, "c": 0x31, "x": 0x31}


@contextmanager
def standing(folder: Path, family: str, **values: object) -> Iterator[tuple[Bench, DatecsPrinter]]:
    """A bench before a new printer."""
    printer = DatecsPrinter(family)
    with TcpPrinter(printer) as network:
        settings = {**FAST, "family": family, **values}
        with Bench(folder, "datecs", wire_to(network), **settings) as bench:
            yield bench, printer


def whole_sale() -> Document:
    """One that needs every command, with two payments and a change."""
    lines = line(), line("Молоко", tax="C"), line("Застава", 50, deposit=True)
    parts = [payment(500, "card", "Картка"), payment(548, change=52)]
    return ukrainian(sale(*lines, payments=parts, footer=["Дякуємо"]))


def returned(document: Document) -> Document:
    return {**document, "kind": "return", "origin": ORIGIN}
