"""Emulated printers on real wires, and one shared bridge for tests that change nothing in it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.emulators.printer import Printer
from devices.emulators.wires import TcpPrinter
from tests.devices.rig import VIRTUAL, BridgeProcess, Till, printer_on


@pytest.fixture
def printer() -> Printer:
    return Printer()


@pytest.fixture
def network(printer: Printer) -> Iterator[TcpPrinter]:
    with TcpPrinter(printer) as server:
        yield server


@pytest.fixture
def bridge(tmp_path: Path, network: TcpPrinter) -> Iterator[BridgeProcess]:
    """A bridge with the emulated network printer as printer1."""
    with BridgeProcess(tmp_path / "bridge", printer_on(network.port)) as process:
        yield process


@pytest.fixture
def till(bridge: BridgeProcess) -> Iterator[Till]:
    with bridge.till() as found:
        yield found


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BridgeProcess]:
    """A bridge with a virtual printer, one for a whole module."""
    with BridgeProcess(tmp_path_factory.mktemp("shared"), VIRTUAL) as process:
        yield process
