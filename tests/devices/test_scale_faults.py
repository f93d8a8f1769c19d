"""Seven protocols behind real wires and the bridge's own station: what goes wrong at a scale, at all at once."""

import asyncio
import io
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from devices import settings
from devices.config import DeviceConfig
from devices.drivers import create, listener, manifest
from devices.emulators import __main__ as by_hand
from devices.emulators.scales import SCALES, Magellan
from devices.emulators.weighing import WeighingScale
from devices.emulators.wires import PtyPrinter, TcpPrinter
from devices.journal import Journal
from devices.station import Station
from devices.transports import make_transport
from tests.devices.rig import wait_for

# Impatient enough for tests; what is told does not depend on how long anything takes.
HURRY = {"ask_seconds": 0.05, "answer_seconds": 0.1, "silence_seconds": 1.0, "poll_seconds": 0.1}
MORE: dict[str, dict[str, object]] = {"axis": {"steady_seconds": 0.2}, "dialog06": {"price": 1990}}
# Serial lines for these, networks for the others.
SERIAL = {"toledo8217", "magellan", "dialog06", "axis"}
# Those that tell a number below zero, while it moves, and when nothing lies there.
SIGNED, SEEN_MOVING, ZERO = (
    {"cas", "massak", "axis"},
    {"cas", "massak", "sma", "axis"},
    set(SCALES) - {"dialog06"},
)
Told = tuple[int | None, bool, str]


class Row:
    """All scales on one station. `told` is what the tills heard last of each, `events` all of it."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.scales: dict[str, WeighingScale] = {name: kind() for name, kind in SCALES.items()}
        self.told: dict[str, Told] = {}
        self.events: list[tuple[str, Mapping[str, Any]]] = []
        self._loop = asyncio.new_event_loop()
        stack.callback(self._loop.close)
        journal = Journal(folder / "actions.sqlite3")
        stack.callback(journal.close)
        configs = tuple(self._on_a_wire(name, stack) for name in SCALES)
        self.station = Station(configs, journal, folder, self._push)
        self._loop.run_until_complete(self.station.start())
        stack.callback(lambda: self._loop.run_until_complete(self.station.stop()))

    def _on_a_wire(self, name: str, stack: ExitStack) -> DeviceConfig:
        wire: dict[str, object]
        if name in SERIAL:
            wire = {"kind": "serial", "port": stack.enter_context(PtyPrinter(self.scales[name])).path}
        else:
            port = stack.enter_context(TcpPrinter(self.scales[name])).port
            wire = {"kind": "tcp", "host": "127.0.0.1", "port": port}
        values = settings.check({**HURRY, **MORE.get(name, {})}, manifest(name).settings, "test")
        return DeviceConfig(name, name, values, make_transport(wire, "test"))

    def _push(self, kind: str, fields: Mapping[str, Any]) -> None:
        self.events.append((kind, fields))
        if kind == "weight":
            self.told[fields["device"]] = (fields["grams"], fields["stable"], fields["why"])

    def put(self, grams: int, stable: bool = True) -> None:
        for scale in self.scales.values():
            scale.put(grams, stable)

    def meets(self, true: Callable[[], bool]) -> None:
        """Lets the station work until it is so."""

        def turn() -> bool:
            self._loop.run_until_complete(asyncio.sleep(0))
            return true()

        wait_for(turn)

    def until(self, wanted: Mapping[str, Told]) -> None:
        """Waits until each of these was told."""
        self.meets(lambda: all(self.told.get(name) == told for name, told in wanted.items()))

    def states(self, wanted: Mapping[str, str]) -> None:
        """Waits until each of these states was found."""
        self.meets(lambda: all(one["state"] == wanted[str(one["id"])] for one in self.station.describe()))

    def weighs(self, grams: int, but: Mapping[str, Told] | None = None) -> None:
        self.put(grams)
        self.until({**dict.fromkeys(SCALES, (grams, True, "")), **(but or {})})

    def weights(self, since: int = 0) -> set[int]:
        """Every settled weight that a till could have taken."""
        told = [fields for kind, fields in self.events[since:] if kind == "weight" and fields["stable"]]
        return {fields["grams"] for fields in told}


@pytest.fixture(scope="module")
def row(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Row]:
    with pytest.MonkeyPatch.context() as patched, ExitStack() as stack:
        patched.setattr(listener, "RETRY_SECONDS", 0.1)
        yield Row(tmp_path_factory.mktemp("row"), stack)


AWAY: dict[str, Told] = dict.fromkeys(SCALES, (None, False, "away"))


def test_a_weight_is_told_when_it_stands_still(row: Row) -> None:
    row.weighs(1_252)
    since = len(row.events)
    row.put(1_300, stable=False)
    row.until(dict.fromkeys(SEEN_MOVING - {"axis"}, (1_300, False, "")))
    row.until(dict.fromkeys(set(SCALES) - SEEN_MOVING, (None, False, "motion")))
    row.states(dict.fromkeys(SCALES, "ready"))
    assert row.weights(since) <= {1_252}
    row.weighs(1_310)


def test_too_much_and_too_little_are_no_weight(row: Row) -> None:
    row.weighs(1_252)
    since = len(row.events)
    for scale in row.scales.values():
        scale.overload()
    # AXIS shows dashes, which are no reading: after a while nothing is known.
    row.until({**dict.fromkeys(SCALES, (None, False, "over")), "axis": (None, False, "away")})
    row.states({**dict.fromkeys(SCALES, "error"), "axis": "offline"})
    assert row.weights(since) <= {1_252}
    row.put(-20)
    under: Told = (None, False, "under")
    row.until({name: (-20, True, "") if name in SIGNED else under for name in SCALES})
    row.weighs(0, {"dialog06": (None, False, "empty")})
    row.states(dict.fromkeys(SCALES, "ready"))


def test_silence_is_told_once_and_the_scale_comes_back(row: Row) -> None:
    row.weighs(500)
    since = len(row.events)
    for scale in row.scales.values():
        scale.faults.silent = True
    row.until(AWAY)
    row.states(dict.fromkeys(SCALES, "offline"))
    for scale in row.scales.values():
        scale.faults.silent = False
    row.weighs(501)
    row.states(dict.fromkeys(SCALES, "ready"))
    for name in SCALES:
        whys = [
            fields["why"]
            for kind, fields in row.events[since:]
            if kind == "weight" and fields["device"] == name
        ]
        assert "away" in whys and ("away", "away") not in pairwise(whys)


@pytest.mark.parametrize(
    "fault",
    [{"slow": 0.15}, {"refuse": 3}, {"spoil": 3}, {"cut": True}],
    ids=["slow", "refuse", "spoil", "cut"],
)
def test_what_goes_wrong_on_the_way_costs_time_and_never_makes_a_weight(
    row: Row, fault: Mapping[str, object]
) -> None:
    row.weighs(640)
    since = len(row.events)
    for scale in row.scales.values():
        for name, value in fault.items():
            setattr(scale.faults, name, value)

    row.meets(
        lambda: (
            not any(one.faults.refuse or one.faults.spoil or one.faults.cut for one in row.scales.values())
        )
    )
    row.weighs(641)
    for scale in row.scales.values():
        scale.faults.slow = 0.0
    assert row.weights(since) <= {640, 641}


def test_one_wire_brings_scans_and_weights(row: Row) -> None:
    row.weighs(310)
    magellan, since = row.scales["magellan"], len(row.events)
    assert isinstance(magellan, Magellan)
    for code in ("5901234123457", "5901234123457", "90311017"):
        magellan.scan(code, "F" if len(code) == 13 else "FF")
    row.weighs(320)
    scans = [fields for kind, fields in row.events[since:] if kind == "scan"]
    assert scans == [
        {"device": "magellan", "data": "5901234123457", "symbology": "ean13"},
        {"device": "magellan", "data": "90311017", "symbology": "ean8"},
    ]
    # The scale in it is away, and barcodes go on by the wire that stays open.
    magellan.faults.silent = True
    row.until({"magellan": (None, False, "away")})
    magellan.faults.silent = False
    magellan.scan("2100123012527")
    row.weighs(330)
    assert [fields["data"] for kind, fields in row.events if kind == "scan"][-1] == "2100123012527"


class HeldUp:
    """A wire on which three answers were kept for a while, and came with the answer to the first question."""

    name, answers, keep_open = "held up", True, True

    def __init__(self) -> None:
        self._held = b""

    def open(self) -> None:
        self._held = b""

    def write(self, data: bytes, timeout: float) -> None:
        self._held = b"\x0201.000\r\x0202.000\r\x0203.000\r"

    def read(self, limit: int, timeout: float) -> bytes:
        held, self._held = self._held, b""
        return held

    def close(self) -> None:
        self._held = b""


def test_one_question_has_one_answer(tmp_path: Path) -> None:
    told: list[object] = []
    values = settings.check({"ask_seconds": 5}, manifest("toledo8217").settings, "test")
    device = create("scale1", "toledo8217", values, HeldUp(), tmp_path)
    device.start(lambda kind, fields: told.append(fields["grams"]))
    wait_for(lambda: device.status().state == "ready")
    device.stop()
    assert told[0] == 1000 and set(told) <= {1000, None}


def test_they_are_loaded_by_hand(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    typed = (
        "500\n~600\n-20\nover\nsilent\nslow 1.5\nslow x\nrefuse 3\nspoil\ncut\nscan 5901234123457\nwhat\n\n"
    )
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert by_hand.main(["magellan", "--pty"]) == 0
    said = capsys.readouterr().out
    assert "500 g, at rest" in said and "600 g, moving" in said and "too much" in said
    assert "slow=1.5, refuse=3, spoil=1, cut=True" in said and said.count("so many grams lie on it") == 4
