"""Card payments over the bridge's own socket: progress, stopping, kill -9 in the middle, and a serial line."""

import json
import signal
from pathlib import Path

import pytest

from devices.card import kept, masked, parse_card, safe_text, slip_lines
from devices.config import parse
from devices.emulators.privatbank import PrivatBankTerminal
from devices.emulators.terminals import obey
from devices.emulators.wires import PtyPrinter, TcpPrinter
from devices.errors import BridgeError, ConfigError
from tests.devices.card_rig import BRANDS
from tests.devices.fiscal_rig import Bench
from tests.devices.rig import BridgeProcess, new_id, wait_for

PURCHASE = {"kind": "purchase", "amount": 1234, "currency": "UAH"}


def terminal_on(port: int) -> str:
    values = "".join(f"{key} = {json.dumps(value)}\n" for key, value in BRANDS["privatbank"].values.items())
    return (
        '[[device]]\nid = "terminal1"\ndriver = "privatbank"\n'
        f'[device.transport]\nkind = "tcp"\nhost = "127.0.0.1"\nport = {port}\n[device.settings]\n{values}'
    ).replace("card_seconds = 1.2", "card_seconds = 20.0")


def test_a_payment_tells_what_it_is_doing_stops_and_survives_the_bridge(tmp_path: Path) -> None:
    terminal = PrivatBankTerminal()
    terminal.bank.act("purchase", 777)
    terminal.faults.customer = -1
    with (
        TcpPrinter(terminal) as network,
        BridgeProcess(tmp_path / "b", terminal_on(network.port)) as bridge,
    ):
        with bridge.till() as till:
            action = new_id()
            asked = till.send("card", device="terminal1", action=action, document=PURCHASE)
            told = till.event("card")
            assert (told["device"], told["action"], told["step"]) == ("terminal1", action, "insert_card")
            stopping = till.send("card.abort", action=action)
            answers = [json.loads(till.connection.recv(10)) for _ in range(2)]
            by_number = {one["re"]: one for one in answers}
            assert by_number[stopping]["aborting"] is True
            ended = by_number[asked]
            assert (ended["ok"], ended["state"], ended["error"]["code"]) == (False, "failed", "cancelled")
            assert till.call("card.abort", action=action)["aborting"] is False
            last = till.call("card.last", device="terminal1")["last"]
            assert (last["amount"], last["approved"]) == (777, True)
            kinds = {one["id"]: one["kind"] for one in till.call("devices")["devices"]}
            assert kinds == {"terminal1": "terminal"}
            action = new_id()
            till.send("card", device="terminal1", action=action, document=PURCHASE)
            till.event("card")
            bridge.stop(signal.SIGKILL)
        bridge.start()
        # The terminal goes on by itself; the restarted bridge waits for it.
        terminal.show_card()
        terminal.faults.customer = 0
        wait_for(lambda: len(terminal.bank.entries) == 2)
        with bridge.till() as till:
            found = till.call("action.get", action=action)
            assert (found["state"], found["settled_by"], found["op_of_action"]) == ("done", "device", "card")
            repeated = till.call("card", device="terminal1", action=action, document=PURCHASE)
            assert (repeated["ok"], repeated["repeated"]) == (True, True)
            assert repeated["result"] == found["result"]
        assert terminal.bank.charges == [777, 1234]
        assert "4731179038849838" not in bridge.log()


def test_a_terminal_on_a_serial_line(tmp_path: Path) -> None:
    terminal = PrivatBankTerminal()
    with (
        PtyPrinter(terminal) as line,
        Bench(
            tmp_path, "privatbank", {"kind": "serial", "port": line.path}, **BRANDS["privatbank"].values
        ) as bench,
    ):
        document = {**PURCHASE, "amount": 50}
        assert bench.act("card", document=document).action.state == "done"
        assert terminal.bank.charges == [50]


@pytest.mark.parametrize(
    ("document", "what"),
    [
        ({"kind": "purchase", "amount": 0, "currency": "UAH"}, "amount"),
        ({"kind": "purchase", "amount": 1.5, "currency": "UAH"}, "amount"),
        ({"kind": "purchase", "amount": True, "currency": "UAH"}, "amount"),
        ({"kind": "purchase", "amount": 1, "currency": "uah"}, "currency"),
        ({"kind": "purchase", "amount": 1, "currency": "UAH", "pan": "4731"}, "pan"),
        ({"kind": "refund", "amount": 1, "currency": "UAH", "rrn": '1","x":"'}, "rrn"),
        ({"kind": "void", "amount": 1, "currency": "UAH", "invoice": "", "rrn": None}, "invoice"),
        ({"kind": "settlement", "amount": 1}, "amount"),
        ({"kind": "steal"}, "kind"),
        ([], "document"),
    ],
)
def test_a_request_that_is_not_as_described_is_refused_by_name(document: object, what: str) -> None:
    with pytest.raises(BridgeError, match=what) as refused:
        parse_card(document)
    assert refused.value.code == "bad_document"


@pytest.mark.parametrize(
    ("pan", "shown"),
    [
        ("4731179038849838", "473117******9838"),
        ("4731XXXXXXXX9838", "4731********9838"),
        ("XXXXXXXXXXXX6873", "************6873"),
        ("6873", "6873"),
        ("12345678", "****5678"),
        ("", None),
        ("********", None),
        ("1" * 25, None),
    ],
)
def test_a_card_s_number_is_masked_whatever_the_terminal_did(pan: str, shown: str | None) -> None:
    assert masked(pan) == shown


def test_a_slip_is_cleaned_and_numbers_in_it_are_masked() -> None:
    slip = (
        "\n\nBANK\r\n4731 1790 3884 9838\n\n\n\nRRN 014721392474\x1b\n4731179038849838=28201011234567890\n\n"
    )
    assert slip_lines(slip) == (
        "BANK",
        "473117******9838",
        "",
        "RRN 014721392474",
        "473117******9838*",
    )
    assert safe_text("02-10-2019 09-11-07 3782 822463 10005") == "02-10-2019 09-11-07 378282*****0005"
    assert len(slip_lines("x\n" * 500)) == 80
    found = kept(
        amount=1, currency="UAH", rrn=" 014721392474 ", merchant="a\tb" * 60, brand="4731179038849838"
    )
    assert (found.rrn, found.invoice, len(str(found.merchant))) == ("014721392474", None, 60)
    assert found.brand == "473117******9838"


@pytest.mark.parametrize(("key", "value"), [("password", "12345"), ("currency", "USD")])
def test_a_terminal_s_settings_are_checked(tmp_path: Path, key: str, value: str) -> None:
    wire = {"kind": "tcp", "host": "127.0.0.1", "port": 1}
    with pytest.raises(ConfigError, match=key), Bench(tmp_path, "zvt", wire, **{key: value}):
        pass


def test_a_terminal_needs_a_transport(tmp_path: Path) -> None:
    device = {"id": "t", "driver": "zvt"}
    raw = {"bridge": {"data": "d", "origins": ["https://a"]}, "device": [device]}
    with pytest.raises(ConfigError, match="transport"):
        parse(raw, tmp_path)


def test_an_emulated_terminal_does_what_is_typed() -> None:
    terminal = PrivatBankTerminal()
    assert "charges [100], in all 100" in obey("privatbank", terminal, "hand")
    obey("privatbank", terminal, "cut")
    assert terminal.faults.cut_after == "Purchase"
    assert "Type and press Enter" in obey("privatbank", terminal, "what")
