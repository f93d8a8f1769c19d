"""An emulated Shtrih-M printer behind a bench, in either framing, and what a till does after a doubt."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from devices.emulators.shtrih import ShtrihPrinter
from devices.emulators.wires import TcpPrinter
from devices.journal import Action
from tests.devices.fiscal_rig import FAST, Bench, Document

SETTINGS = {"rates": "A=1 B=2 C=3 D=4 E=4"}
Z = {"kind": "report", "report": "z", "day": "2026-11-21"}
X = {**Z, "report": "x"}


def wire_to(network: TcpPrinter) -> dict[str, Any]:
    return {"kind": "tcp", "host": "127.0.0.1", "port": network.port}


@contextmanager
def standing(folder: Path, protocol: str, **values: object) -> Iterator[tuple[Bench, ShtrihPrinter]]:
    """A bench before a new printer."""
    printer = ShtrihPrinter()
    with TcpPrinter(printer) as network:
        settings = {**FAST, **SETTINGS, "protocol": protocol, **values}
        with Bench(folder, "shtrih", wire_to(network), **settings) as bench:
            yield bench, printer


def settled(bench: Bench, printer: ShtrihPrinter, document: Document, action: Action) -> Action:
    """What a till does: power comes back, the bridge is started anew, it asks, and sends again what surely failed."""
    for _ in range(5):
        if action.state == "done":
            break
        printer.switch_on()
        printer.load_paper()
        printer.faults.silent = False
        if action.state == "failed":
            action = bench.register(document)
            continue
        assert action.code != "ask_person", action.detail
        bench.restart()
        action = bench.get(action.id)
    assert (action.state, action.code) == ("done", None), action.detail
    return action
