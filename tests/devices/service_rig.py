"""An emulated service behind a bench, and what a till does after a doubt."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from devices.emulators.web import WebService
from devices.emulators.wires import TcpPrinter
from devices.journal import Action
from tests.devices.fiscal_rig import FAST, Bench, Document, until_done

# A question of a service is some requests, each with a connection of its own.
PATIENT = {**FAST, "answer_seconds": 1.0, "print_seconds": 1.0, "report_seconds": 1.0, "away_seconds": 0.5}
# Where nothing breaks there is no hurry: a busy machine must not look like a silent service.
CALM: dict[str, Any] = {"answer_seconds": 10.0, "print_seconds": 10.0, "report_seconds": 10.0}
CLEAN_UP = {"kind": "clean_up"}
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


def settled(bench: Bench, service: WebService[Any], document: Document, action: Action) -> Action:
    """What a till does after a doubt, at a service that comes back."""

    def repair() -> None:
        service.switch_on()
        service.faults.silent, service.faults.going = False, 0

    return until_done(bench, repair, document, action)
