"""An emulated Shtrih-M printer behind a bench, in either framing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devices.emulators.shtrih import ShtrihPrinter
from devices.emulators.wires import TcpPrinter
from tests.devices.fiscal_rig import FAST, Bench, wire_to

SETTINGS = {"rates": "A=1 B=2 C=3 D=4 E=4"}


@contextmanager
def standing(folder: Path, protocol: str, **values: object) -> Iterator[tuple[Bench, ShtrihPrinter]]:
    """A bench before a new printer."""
    printer = ShtrihPrinter()
    with TcpPrinter(printer) as network:
        settings = {**FAST, **SETTINGS, "protocol": protocol, **values}
        with Bench(folder, "shtrih", wire_to(network), **settings) as bench:
            yield bench, printer
