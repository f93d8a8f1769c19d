"""kill -9 of the bridge at every moment of a print: nothing is printed twice, and no outcome is a lie."""

import random
import signal
import time
from collections import Counter
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from devices.emulators.printer import Printer
from devices.emulators.wires import TcpPrinter
from tests.devices.rig import VIRTUAL, BridgeProcess, new_id, printer_on, receipt, wait_for


def kill_while_printing(bridge: BridgeProcess, printer: Printer, action: str) -> None:
    """Start a print on a printer whose paper ends in it, and kill the bridge while it waits for the end."""
    printer.faults.paper_ends_after = 1
    with bridge.till() as till:
        till.send("print", device="printer1", action=action, document=receipt("A", "B"))
        wait_for(lambda: printer.faults.no_paper)
        bridge.stop(signal.SIGKILL)


def test_a_print_cut_short_is_unknown_until_a_person_has_looked(
    bridge: BridgeProcess, printer: Printer
) -> None:
    action = new_id()
    kill_while_printing(bridge, printer, action)
    bridge.start()
    with bridge.till() as till:
        found = till.call("action.get", action=action)
        assert (found["state"], found["code"]) == ("unknown", "interrupted")
        repeated = till.call("print", device="printer1", action=action, document=receipt("A", "B"))
        assert (repeated["ok"], repeated["state"], repeated["repeated"]) == (False, "unknown", True)
        assert till.call("action.resolve", action=action, printed=False)["state"] == "failed"
    assert [sheet for sheet in printer.sheets if sheet.cut] == []


def test_the_cutter_settles_a_print_cut_short(tmp_path: Path, printer: Printer, network: TcpPrinter) -> None:
    bridge = BridgeProcess(tmp_path / "b", printer_on(network.port, confirm="counter"))
    bridge.start()
    action = new_id()
    kill_while_printing(bridge, printer, action)
    bridge.start()
    with bridge.till() as till:
        assert till.call("action.get", action=action)["state"] == "unknown", "no paper: nothing can be asked"
        printer.faults.no_paper = False
        wait_for(lambda: len(printer.sheets) == 1)
        settled = till.call("action.get", action=action)
        assert (settled["state"], settled["settled_by"]) == ("done", "device")
    bridge.stop()


@pytest.mark.slow
def test_killed_at_any_moment_each_action_ends_true_and_at_most_once(tmp_path: Path) -> None:
    """Twelve kills at random moments around a print on the virtual printer, which can always be asked."""
    chance = random.Random(5)
    bridge = BridgeProcess(tmp_path / "b", VIRTUAL)
    ends: Counter[str] = Counter()
    for _round in range(12):
        bridge.start()
        action = new_id()
        with bridge.till() as till:
            till.send("print", device="printer1", action=action, document=receipt(action))
            time.sleep(chance.uniform(0, 0.06))
            bridge.stop(signal.SIGKILL)
        bridge.start()
        with bridge.till() as till:
            state = till.call("action.get", action=action).get("state", "unheard")
            again = till.call("print", device="printer1", action=action, document=receipt(action))
            shown = len(list((bridge.folder / "data/devices/printer1/sheets").glob(f"{action}.json")))
            assert (again["state"] == "done") == (shown == 1)
            assert state in {"unheard", again["state"]}, "an outcome once told is never taken back"
            ends[state] += 1
        bridge.stop(signal.SIGKILL)
    assert ends["unknown"] == 0
    assert sum(ends.values()) == 12


def test_a_killed_bridge_closes_its_sockets_and_starts_again(bridge: BridgeProcess) -> None:
    with bridge.till() as till:
        bridge.stop(signal.SIGKILL)
        with pytest.raises(ConnectionClosed):
            till.connection.recv(5)
    bridge.start()
    with bridge.till() as till:
        assert till.call("devices")["ok"]


def test_a_stopping_bridge_ends_the_print_first(bridge: BridgeProcess, printer: Printer) -> None:
    printer.faults.paper_ends_after = 1
    action = new_id()
    with bridge.till() as till:
        till.send("print", device="printer1", action=action, document=receipt("A", "B"))
        wait_for(lambda: printer.faults.no_paper)
        assert bridge.stop(signal.SIGTERM) == 0
    bridge.start()
    with bridge.till() as till:
        found = till.call("action.get", action=action)
        assert (found["state"], found["code"]) == ("unknown", "no_paper"), "not interrupted: it was told"
