"""How devices have been: what the list of devices tells beside their states."""

from pathlib import Path

from devices.drivers.contract import Outcome, Status
from devices.emulators.printer import Printer
from devices.emulators.wires import TcpPrinter
from devices.vitals import Vitals
from tests.devices.rig import BridgeProcess, Till, new_id, printer_on, receipt, wait_for


def health(till: Till) -> dict[str, object]:
    (listed,) = till.call("devices")["devices"]
    found: dict[str, object] = listed["health"]
    return found


def test_what_was_done_and_what_went_wrong_is_told(till: Till, printer: Printer) -> None:
    assert till.call("print", device="printer1", action=new_id(), document=receipt("A"))["ok"]
    printer.faults.no_paper = True
    assert not till.call("print", device="printer1", action=new_id(), document=receipt("B"))["ok"]
    told = health(till)
    assert told["day"] == {"done": 1, "failed": 1, "unknown": 0} and told["waiting"] == 0
    fault = told["fault"]
    assert isinstance(fault, dict) and fault["code"] == "no_paper" and fault["detail"]
    assert isinstance(told["seen"], str) and told["seen"].endswith("Z") and fault["at"] >= told["seen"][:10]


def test_what_was_counted_outlives_the_bridge(bridge: BridgeProcess, printer: Printer) -> None:
    with bridge.till() as till:
        assert till.call("print", device="printer1", action=new_id(), document=receipt("A"))["ok"]
    bridge.stop()
    bridge.start()
    with bridge.till() as till:
        assert health(till)["day"] == {"done": 1, "failed": 0, "unknown": 0}


def test_a_device_that_never_answered_was_never_seen(tmp_path: Path) -> None:
    with TcpPrinter(Printer()) as gone:
        port = gone.port
    with BridgeProcess(tmp_path / "b", printer_on(port)) as bridge, bridge.till() as till:
        wait_for(lambda: health(till)["fault"] is not None)
        told = health(till)
        assert told["seen"] is None and isinstance(told["fault"], dict) and told["fault"]["code"] == "offline"


def test_a_fault_that_lasts_keeps_its_beginning_and_a_silent_device_is_not_seen() -> None:
    vitals = Vitals()
    vitals.found(Status("offline", "no line"))
    began = vitals.fault
    vitals.still(Status("offline", "no line"))
    assert vitals.fault is began is not None and vitals.seen is None
    vitals.found(Status("ready"))
    assert vitals.seen is not None and vitals.fault is began, "the last fault stays known"
    vitals.acted(Outcome("failed", "declined", "the bank refused"))
    assert vitals.fault is began, "a card that is declined is no fault of the terminal"
    vitals.acted(Outcome("failed", "no_paper", "the paper has run out"))
    assert vitals.fault is not None and vitals.fault.code == "no_paper"
