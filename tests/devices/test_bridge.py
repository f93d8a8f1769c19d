"""The bridge on a real socket: who may connect, hostile frames, actions once, events, two tabs."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from devices.emulators.printer import Printer
from devices.emulators.wires import PtyPrinter, TcpPrinter
from tests.devices.rig import (
    ORIGIN,
    VIRTUAL,
    BridgeProcess,
    Till,
    new_id,
    printer_on,
    receipt,
    wait_for,
)

EAN = "5901234123457"


@pytest.fixture(scope="module")
def counter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Printer, TcpPrinter, BridgeProcess]]:
    """A network printer and its bridge, one for the whole module: a process takes a while to start."""
    printer = Printer()
    with TcpPrinter(printer) as network:
        folder = tmp_path_factory.mktemp("counter")
        with BridgeProcess(folder, printer_on(network.port)) as bridge:
            yield printer, network, bridge


@pytest.fixture
def printer(counter: tuple[Printer, TcpPrinter, BridgeProcess]) -> Printer:
    """The printer, as new."""
    counter[0].reset()
    return counter[0]


@pytest.fixture
def network(counter: tuple[Printer, TcpPrinter, BridgeProcess]) -> TcpPrinter:
    return counter[1]


@pytest.fixture
def bridge(counter: tuple[Printer, TcpPrinter, BridgeProcess], printer: Printer) -> BridgeProcess:
    return counter[2]


def refused(bridge: BridgeProcess, **options: object) -> int:
    with pytest.raises(InvalidStatus) as refusal, bridge.connection(**options):
        pass
    return refusal.value.response.status_code


# -------------------------------------------------------------------- who may connect


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "https://evil.test",
        "http://store.test:8443",
        "https://store.test",
        f"{ORIGIN}.evil.test",
        f"{ORIGIN}/",
    ],
)
def test_a_page_of_another_origin_is_refused_before_a_socket_exists(
    shared: BridgeProcess, origin: str | None
) -> None:
    assert refused(shared, origin=origin) == 403


@pytest.mark.parametrize(
    "host", ["evil.test", "evil.test:{port}", "127.0.0.1", "127.0.0.2:{port}", "store.test:8443"]
)
def test_a_rebound_name_is_refused(shared: BridgeProcess, host: str) -> None:
    port = shared.address.rstrip("/").rsplit(":", 1)[1]
    answer = httpx.get(
        f"http://127.0.0.1:{port}/", headers={"Host": host.format(port=port), "Origin": ORIGIN}
    )
    assert answer.status_code == 403


def test_simple_requests_from_foreign_pages_do_nothing(shared: BridgeProcess) -> None:
    address = shared.address.replace("ws://", "http://")
    answer = httpx.get(address, headers={"Origin": "https://evil.test"})
    assert (answer.status_code, "access-control-allow-origin" in answer.headers) == (403, False)
    with pytest.raises(httpx.HTTPError):
        httpx.post(address, content='{"id":1,"op":"drawer"}', headers={"Origin": ORIGIN}).raise_for_status()


def test_other_paths_hold_no_socket(shared: BridgeProcess) -> None:
    with pytest.raises(InvalidStatus) as refusal:
        BridgeProcess.connection_to(shared.address + "admin")
    assert refusal.value.response.status_code == 404


def test_nothing_works_before_hello(shared: BridgeProcess) -> None:
    with shared.connection() as connection:
        till = Till(connection)
        for op in ("devices", "drawer", "journal.list", "no.such.op"):
            assert till.call(op)["error"]["code"] == "not_paired"


def test_a_wrong_token_is_told_and_the_socket_closed(shared: BridgeProcess) -> None:
    with shared.connection() as connection:
        till = Till(connection)
        assert till.call("hello", token="AAAA-BBBB")["error"]["code"] == "wrong_token"
        with pytest.raises(ConnectionClosed):
            connection.recv(5)
        assert connection.close_code == 4401


def test_the_token_may_be_typed_without_dashes_in_lower_case(shared: BridgeProcess) -> None:
    with shared.connection() as connection:
        assert Till(connection).call("hello", token=shared.token.replace("-", " ").lower())["ok"]


def test_hello_tells_the_version_and_the_devices(shared: BridgeProcess) -> None:
    with shared.connection() as connection:
        answer = Till(connection).call("hello", token=shared.token)
    assert (answer["bridge"], [device["id"] for device in answer["devices"]]) == ("1.0", ["printer1"])
    (device,) = answer["devices"]
    assert (device["kind"], device["driver"], device["columns"]) == ("printer", "virtual", 48)
    assert {"print", "drawer"} <= set(device["abilities"])


def test_so_many_tabs_and_no_more(tmp_path: Path) -> None:
    with BridgeProcess(tmp_path / "b", bridge="max_clients = 2") as bridge:
        with bridge.till(), bridge.till():
            assert refused(bridge) == 503
        wait_for(lambda: not _is_refused(bridge))


def test_a_tab_that_does_not_say_hello_is_closed(tmp_path: Path) -> None:
    with (
        BridgeProcess(tmp_path / "b", hurry="bridge.HELLO_SECONDS = 0.3") as bridge,
        bridge.till() as till,
        bridge.connection() as connection,
    ):
        with pytest.raises(ConnectionClosed):
            connection.recv(20)
        assert connection.close_code == 4401
        assert till.call("devices")["ok"], "one that said it before stays"


def test_a_tab_that_asks_and_never_reads_is_closed(tmp_path: Path) -> None:
    with BridgeProcess(tmp_path / "b", VIRTUAL, hurry="bridge.MAX_OUTGOING = 4") as bridge:
        with bridge.connection(max_queue=1) as connection:
            connection.send(json.dumps({"id": 1, "op": "hello", "token": bridge.token}))
            with pytest.raises(ConnectionClosed):
                for number in range(2, 100_000):
                    connection.send(json.dumps({"id": number, "op": "devices"}))
        with bridge.till() as till:
            assert till.call("devices")["ok"], "the others do not suffer"
        assert "does not read" in bridge.log()


def _is_refused(bridge: BridgeProcess) -> bool:
    try:
        with bridge.connection():
            return False
    except InvalidStatus:
        return True


# -------------------------------------------------------------------- hostile frames


def test_a_frame_over_one_mebibyte_closes_the_socket(shared: BridgeProcess) -> None:
    with shared.till() as till:
        assert till.raw("x" * 1000)["error"]["code"] == "bad_request"
        till.connection.send("x" * ((1 << 20) + 1))
        with pytest.raises(ConnectionClosed):
            till.connection.recv(10)
        assert till.connection.close_code == 1009


def test_twenty_bad_frames_in_a_minute_close_the_socket(shared: BridgeProcess) -> None:
    with shared.till() as till:
        for _ in range(20):
            assert till.raw("{}")["error"]["code"] == "bad_request"
        with pytest.raises(ConnectionClosed):
            till.connection.recv(5)
        assert till.connection.close_code == 4400


@pytest.mark.parametrize(
    "frame",
    [
        b"\x00\x01",
        "[" * 100_000,
        '{"id":1,"op":"hello","op":"print"}',
        '{"id":1.5,"op":"devices"}',
        '{"id":9007199254740993,"op":"devices"}',
    ],
)
def test_a_hostile_frame_is_a_bad_request_and_the_next_works(
    shared: BridgeProcess, frame: str | bytes
) -> None:
    with shared.till() as till:
        assert till.raw(frame)["error"]["code"] == "bad_request"
        assert till.call("devices")["ok"]


@pytest.mark.parametrize(
    ("op", "fields", "code"),
    [
        ("reboot", {}, "unknown_op"),
        ("drawer", {"device": "printer9", "action": new_id()}, "unknown_device"),
        ("drawer", {"device": "../printer1", "action": new_id()}, "bad_request"),
        ("drawer", {"device": "/dev/usb/lp0", "action": new_id()}, "bad_request"),
        (
            "print",
            {"device": "printer1", "action": new_id(), "document": {"blocks": [{"raw": "1b70"}]}},
            "bad_document",
        ),
        (
            "print",
            {
                "device": "printer1",
                "action": new_id(),
                "document": {"blocks": [{"barcode": "x" * 40, "type": "code128"}]},
            },
            "bad_document",
        ),
        ("fiscal", {"device": "printer1", "action": new_id(), "document": {"kind": "copy"}}, "not_able"),
        ("fiscal", {"device": "printer1", "action": new_id(), "document": {"kind": "x"}}, "bad_document"),
        ("fiscal.state", {"device": "printer1"}, "not_able"),
        ("fiscal.state", {"device": "printer9"}, "unknown_device"),
        ("action.get", {"action": new_id()}, "unknown_action"),
        ("action.resolve", {"action": new_id(), "printed": True}, "unknown_action"),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_code(
    shared: BridgeProcess, op: str, fields: dict[str, object], code: str
) -> None:
    with shared.till() as till:
        answer = till.call(op, **fields)
        assert (answer["ok"], answer["error"]["code"]) == (False, code)
        assert answer["error"]["detail"]


def test_requests_overlap_and_every_answer_names_its_request(till: Till) -> None:
    numbers = [till.send("devices") for _ in range(100)]
    answers = [json.loads(till.connection.recv(10)) for _ in numbers]
    assert sorted(answer["re"] for answer in answers if "re" in answer) <= numbers


# -------------------------------------------------------------------- actions


def test_a_repeated_action_prints_once_and_is_answered_the_same(till: Till, printer: Printer) -> None:
    action = new_id()
    fields = {"device": "printer1", "action": action, "document": receipt("Paragon 1")}
    first, second = till.call("print", **fields), till.call("print", **fields)
    assert (first["ok"], first["state"], first["repeated"]) == (True, "done", False)
    assert (second["ok"], second["state"], second["repeated"]) == (True, "done", True)
    assert [sheet.texts for sheet in printer.sheets] == [["Paragon 1"]]
    found = till.call("action.get", action=action)
    assert (found["state"], found["device"], found["op_of_action"]) == ("done", "printer1", "print")


def test_a_failed_action_stays_failed_and_a_new_one_prints(till: Till, printer: Printer) -> None:
    printer.faults.no_paper = True
    fields = {"device": "printer1", "document": receipt("Paragon")}
    action = new_id()
    answer = till.call("print", action=action, **fields)
    assert (answer["ok"], answer["error"]["code"], answer["state"]) == (False, "no_paper", "failed")
    printer.faults.no_paper = False
    assert till.call("print", action=action, **fields)["state"] == "failed"
    assert till.call("print", action=new_id(), **fields)["state"] == "done"
    assert len(printer.sheets) == 1


def test_two_tabs_with_one_action_print_once(bridge: BridgeProcess, printer: Printer) -> None:
    fields = {"device": "printer1", "action": new_id(), "document": receipt("Paragon")}
    answers = []

    def ask() -> None:
        with bridge.till() as till:
            answers.append(till.call("print", **fields))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert [answer["state"] for answer in answers] == ["done"] * 4
    assert sorted(answer["repeated"] for answer in answers) == [False, True, True, True]
    assert len(printer.sheets) == 1


def test_an_action_id_cannot_mean_two_things(till: Till, printer: Printer) -> None:
    action = new_id()
    till.call("print", device="printer1", action=action, document=receipt("A"))
    other = till.call("print", device="printer1", action=action, document=receipt("B"))
    drawer = till.call("drawer", device="printer1", action=action)
    assert (other["error"]["code"], drawer["error"]["code"]) == ("action_reused", "action_reused")
    assert (len(printer.sheets), printer.pulses) == (1, 0)


def test_a_tab_that_leaves_does_not_stop_its_print(bridge: BridgeProcess, printer: Printer) -> None:
    action = new_id()
    with bridge.till() as till:
        till.send("print", device="printer1", action=action, document=receipt("Paragon"))
    wait_for(lambda: len(printer.sheets) == 1)
    with bridge.till() as till:
        wait_for(lambda: till.call("action.get", action=action).get("state") == "done")


def test_an_unknown_action_is_resolved_by_a_person_once(till: Till, printer: Printer) -> None:
    printer.faults.paper_ends_after = 1
    action = new_id()
    fields = {"device": "printer1", "action": action, "document": receipt("A", "B")}
    answer = till.call("print", **fields)
    assert (answer["ok"], answer["state"], answer["error"]["code"]) == (False, "unknown", "no_paper")
    assert till.call("action.get", action=action)["state"] == "unknown"
    resolved = till.call("action.resolve", action=action, printed=True)
    assert (resolved["state"], resolved["settled_by"]) == ("done", "person")
    assert till.call("action.resolve", action=action, printed=True)["ok"], "the same word twice is no quarrel"
    assert till.call("action.resolve", action=action, printed=False)["error"]["code"] == "not_unknown"
    assert till.call("print", **fields)["state"] == "done"


def test_a_known_action_cannot_be_talked_out_of(till: Till) -> None:
    action = new_id()
    till.call("drawer", device="printer1", action=action)
    assert till.call("action.resolve", action=action, printed=False)["error"]["code"] == "not_unknown"


def test_a_device_has_a_queue_with_an_end(till: Till, printer: Printer) -> None:
    printer.faults.paper_ends_after = 1
    fields = {"device": "printer1", "document": receipt("A", "B")}
    for _ in range(20):
        till.send("print", action=new_id(), **fields)
    frames: list[dict[str, Any]] = []
    while len(frames) < 20:
        frame = json.loads(till.connection.recv(30))
        frames += [frame] if "re" in frame else []
    codes = [frame["error"]["code"] for frame in frames]
    assert (codes.count("busy"), codes.count("no_paper")) == (4, 16)
    states = [frame.get("state") for frame in frames]
    assert (states.count("unknown"), states.count("failed"), states.count(None)) == (1, 15, 4)


def test_a_document_opens_the_drawer_with_its_own_action(till: Till, printer: Printer) -> None:
    answer = till.call("print", device="printer1", action=new_id(), document=receipt("A", drawer=True))
    assert (answer["state"], printer.pulses) == ("done", 1)


# -------------------------------------------------------------------- events


def test_a_change_of_state_is_told_to_every_tab(bridge: BridgeProcess, printer: Printer) -> None:
    with bridge.till() as one, bridge.till() as two:
        wait_for(lambda: one.call("devices")["devices"][0]["state"] == "ready")
        one.events.clear()
        printer.faults.no_paper = True
        for till in (one, two):
            event = till.event("state")
            while event["state"] != "no_paper":
                event = till.event("state")
            assert event["device"] == "printer1"
            assert event["detail"]


def test_a_scan_reaches_paired_tabs_and_nobody_else(tmp_path: Path) -> None:
    with PtyPrinter(Printer()) as line:
        wire = f'[device.transport]\nkind = "serial"\nport = "{line.path}"\n'
        section = '[[device]]\nid = "scanner1"\ndriver = "scanner"\n' + wire
        with (
            BridgeProcess(tmp_path / "b", section) as bridge,
            bridge.till() as till,
            bridge.connection() as stranger,
        ):
            wait_for(lambda: till.call("devices")["devices"][0]["state"] == "ready")
            line.type(f"]E0{EAN}\r".encode())
            assert till.event("scan") == {
                "event": "scan",
                "device": "scanner1",
                "data": EAN,
                "symbology": "ean13",
            }
            with pytest.raises(TimeoutError):
                stranger.recv(0.3)
            refusal = till.call("print", device="scanner1", action=new_id(), document=receipt("A"))
            assert refusal["error"]["code"] == "not_able"


def test_the_printer_on_the_network_is_free_between_jobs(till: Till, network: TcpPrinter) -> None:
    till.call("print", device="printer1", action=new_id(), document=receipt("A"))
    with BridgeProcess.plain_socket(network.port) as other:
        other.sendall(b"\x10\x04\x01")
        assert len(other.recv(1)) == 1


def test_a_printer_that_is_not_there_does_not_stop_the_bridge(tmp_path: Path) -> None:
    with TcpPrinter(Printer()) as gone:
        port = gone.port
    with BridgeProcess(tmp_path / "b", printer_on(port)) as bridge, bridge.till() as till:
        answer = till.call("print", device="printer1", action=new_id(), document=receipt("A"))
        assert (answer["error"]["code"], answer["state"]) == ("offline", "failed")
        assert till.call("devices")["devices"][0]["state"] == "offline"
