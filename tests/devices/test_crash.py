"""kill -9 of the bridge at every moment of a print: nothing is printed twice, and no outcome is a lie."""

import signal
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from devices.emulators.posnet import PosnetPrinter
from devices.emulators.printer import Printer
from devices.emulators.wires import TcpPrinter
from tests.devices.fiscal_rig import sale
from tests.devices.rig import VIRTUAL, BridgeProcess, new_id, printer_on, receipt, wait_for
from tests.length import LONG


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


def dies(where: str, method: str, *, after: bool) -> str:
    """Python that makes the bridge kill itself with -9 right before or right after one of its own steps."""
    kill = "os.kill(os.getpid(), 9)"
    body = f"step(*a, **k); {kill}" if after else kill
    return (
        f"import os\nfrom {where} import {method.split('.')[0]}\nstep = {method}\n"
        f"def die(*a, **k): {body}\n{method} = die"
    )


# What is known of an action after the start, and what had been printed, when the bridge died before or after a step.
STEPS = {
    "accepting": ("before", "devices.journal", "Journal.accept", "unheard", 0),
    "accepted": ("after", "devices.journal", "Journal.accept", "failed", 0),
    "sending": ("before", "devices.journal", "Journal.sent", "failed", 0),
    "sent": ("after", "devices.journal", "Journal.sent", "failed", 0),
    "printing": ("before", "devices.drivers.virtual.shelf", "Shelf.add", "failed", 0),
    "printed": ("after", "devices.drivers.virtual.shelf", "Shelf.add", "done", 1),
    "settling": ("before", "devices.journal", "Journal.settle", "done", 1),
    "settled": ("after", "devices.journal", "Journal.settle", "done", 1),
}
# Those where the answer differs are tried always, the others in the long suite.
USUAL = {"accepted", "sent", "printed"}
MOMENTS = [
    pytest.param(
        dies(where, method, after=when == "after"),
        state,
        printed_before,
        id=name,
        marks=[] if name in USUAL else [pytest.mark.long],
    )
    for name, (when, where, method, state, printed_before) in STEPS.items()
]


@pytest.mark.parametrize(("moment", "state", "printed_before"), MOMENTS)
def test_killed_between_any_two_steps_an_action_ends_true_and_at_most_once(
    tmp_path: Path, moment: str, state: str, printed_before: int
) -> None:
    """The virtual printer can always be asked, so no doubt may remain."""
    bridge = BridgeProcess(tmp_path / "b", VIRTUAL, hurry=moment)
    action = new_id()
    bridge.start()
    with bridge.till() as till, pytest.raises(ConnectionClosed):
        till.call("print", device="printer1", action=action, document=receipt(action))
    bridge.stop(signal.SIGKILL)
    bridge.hurry = ""
    sheets = bridge.folder / "data/devices/printer1/sheets"
    with bridge, bridge.till() as till:
        assert len(list(sheets.glob("*.json"))) == printed_before
        assert till.call("action.get", action=action).get("state", "unheard") == state
        again = till.call("print", device="printer1", action=action, document=receipt(action))
        assert again["state"] == ("failed" if state == "failed" else "done")
        assert len(list(sheets.glob("*.json"))) == (0 if state == "failed" else 1)


def test_a_killed_bridge_closes_its_sockets_and_starts_again(bridge: BridgeProcess) -> None:
    with bridge.till() as till:
        bridge.stop(signal.SIGKILL)
        # A state that it told before its death is read first.
        with pytest.raises(ConnectionClosed):
            while True:
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


REGISTERED = (dies("devices.drivers.posnet.registering", "Registering._result", after=False), "done")
SENT = (dies("devices.journal", "Journal.sent", after=True), "failed")


@pytest.mark.parametrize(("moment", "state"), [REGISTERED, SENT] if LONG else [REGISTERED])
def test_a_bridge_killed_in_a_fiscal_sale_ends_with_one_receipt(
    tmp_path: Path, moment: str, state: str
) -> None:
    printer, document, action = PosnetPrinter(), sale(), new_id()
    with TcpPrinter(printer) as network:
        section = (
            '[[device]]\nid = "fiscal1"\ndriver = "posnet"\n'
            f'[device.transport]\nkind = "tcp"\nhost = "127.0.0.1"\nport = {network.port}\n'
        )
        bridge = BridgeProcess(tmp_path / "b", section, hurry=moment)
        bridge.start()
        with bridge.till() as till, pytest.raises(ConnectionClosed):
            till.call("fiscal", device="fiscal1", action=action, document=document)
        bridge.stop(signal.SIGKILL)
        bridge.hurry = ""
        with bridge, bridge.till() as till:
            assert till.call("action.get", action=action)["state"] == state
            again = till.call("fiscal", device="fiscal1", action=new_id(), document=document)
            assert again["result"]["number"] == 1, "registered now, or told that it was"
    assert (printer.machine.completed, printer.machine.open) == (1, None)
