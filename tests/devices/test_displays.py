"""Customer displays of two lines: bytes, letters of every alphabet, and real wires behind the bridge's own station."""

import asyncio
import io
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices import settings
from devices.config import DeviceConfig
from devices.drivers import listener, manifest, showing
from devices.drivers.cd5220 import codec as cd5220
from devices.drivers.dsp800 import codec as dsp800
from devices.drivers.escpos_display import codec as escpos_display
from devices.drivers.showing import COLUMNS, Lines, in_cells
from devices.emulators import __main__ as by_hand
from devices.emulators.displays import DISPLAYS, CustomerDisplay
from devices.emulators.wires import PtyPrinter, TcpPrinter
from devices.errors import BridgeError
from devices.journal import Journal
from devices.protocol import Frame, parse_request
from devices.station import Station
from devices.transports import make_transport
from tests.devices.rig import wait_for

PAGES = ("ascii", "cp437", "cp852", "cp866", "cp1125", "cp1250", "cp1251")
# Letters of the shop's languages, of others, of none, and what displays take for commands.
ODD = "aZ1 ,ąŁŻźіЇґЄЖщъЯ₴€№½µ×−日🙂é\u0301\u200b\xa0\u202f\x00\x04\x0c\r\n\x17\x1b\x1f\x7f\x80\x9b\ufffe"
TOTAL: Lines = (("Chleb żytni", "4,99"), ("Razem", "12,97"))


@pytest.mark.parametrize(
    ("line", "encoding", "shown"),
    [
        (("Сыр 1.252 кг", ""), "cp866", "Сыр 1.252 кг"),
        (("Żółć", "4,99"), "cp852", "Żółć            4,99"),
        (("Żółć", "4,99"), "cp437", "Zólc            4,99"),
        (("Żółć", "4,99"), "cp866", "Zolc            4,99"),
        (("Їжак і ґава", ""), "cp1125", "Їжак і ґава"),
        (("Хліб", "25,00 ₴"), "cp852", "Khlib      25,00 UAH"),
        (("Borscht mit sehr langem Namen", "1 234,00"), "cp437", "Borscht mit 1 234,00"),
        (("a\nb\x1b@\x00c", ""), "cp437", "a b @ c"),
        (("日本🙂", ""), "cp1251", "***"),
        (("", "123456789012345678901234"), "cp437", "12345678901234567890"),
    ],
)
def test_a_line_is_letters_of_its_page_and_the_sum_stays_whole(
    line: tuple[str, str], encoding: str, shown: str
) -> None:
    cells = in_cells(line, encoding)
    assert len(cells) == COLUMNS
    assert cells.decode(encoding).rstrip() == shown


@given(left=st.text(ODD, max_size=30), right=st.text(ODD, max_size=6), encoding=st.sampled_from(PAGES))
def test_no_text_is_a_command_or_another_length(left: str, right: str, encoding: str) -> None:
    cells = in_cells((left, right), encoding)
    assert len(cells) == COLUMNS and min(cells) >= 0x20


def test_bytes_written_by_hand() -> None:
    upper, lower = in_cells(("Сыр 1.252 кг", ""), "cp866"), in_cells(("Итого", "12,97"), "cp866")
    known = "1B 51 41 91 EB E0 20 31 2E 32 35 32 20 AA A3 20 20 20 20 20 20 20 20 0D"
    assert cd5220.lines(upper, lower) == bytes.fromhex(known) + b"\x1bQB" + lower + b"\r"
    assert cd5220.begin("cp866", -1) == b"\x1b@" and cd5220.begin("cp866", 7) == b"\x1b@\x1bt\x07"
    assert escpos_display.lines(upper, lower) == b"\x1f$\x01\x01" + upper + b"\x1f$\x01\x02" + lower
    assert escpos_display.begin("cp866", -1) == b"\x1b@\x1bt\x11\x1fC\x00"
    assert escpos_display.begin("ascii", -1) == b"\x1b@\x1fC\x00"
    assert dsp800.lines(upper, lower) == b"\x04\x01P1\x17" + upper + b"\x04\x01PE\x17" + lower
    assert dsp800.begin() == b"\x04\x01C1X\x17"


class Counter:
    """All displays on one station: serial lines and networks, each with its own page."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        pages = dict(zip(DISPLAYS, ("cp866", "cp852", "cp437"), strict=True))
        self.displays: dict[str, CustomerDisplay] = {name: DISPLAYS[name](pages[name]) for name in DISPLAYS}
        self._loop = asyncio.new_event_loop()
        stack.callback(self._loop.close)
        journal = Journal(folder / "actions.sqlite3")
        stack.callback(journal.close)
        configs = tuple(self._on_a_wire(name, page, stack) for name, page in pages.items())
        self.station = Station(configs, journal, folder, lambda kind, fields: None)
        self._loop.run_until_complete(self.station.start())
        stack.callback(lambda: self._loop.run_until_complete(self.station.stop()))

    def _on_a_wire(self, name: str, page: str, stack: ExitStack) -> DeviceConfig:
        wire: dict[str, object]
        if name == "dsp800":
            wire = {"kind": "serial", "port": stack.enter_context(PtyPrinter(self.displays[name])).path}
        else:
            port = stack.enter_context(TcpPrinter(self.displays[name])).port
            wire = {"kind": "tcp", "host": "127.0.0.1", "port": port}
        values = settings.check({"encoding": page, "poll_seconds": 0.1}, manifest(name).settings, "test")
        return DeviceConfig(name, name, values, make_transport(wire, "test"))

    def meets(self, true: Callable[[], bool]) -> None:
        """Lets the station work until it is so."""

        def turn() -> bool:
            self._loop.run_until_complete(asyncio.sleep(0))
            return true()

        wait_for(turn)

    def show(self, lines: Lines) -> None:
        for name in self.displays:
            self.station.show(name, lines)

    def read(self, *wanted: tuple[str, str]) -> bool:
        """Whether each display shows this, in the order of their names above."""
        return tuple(display.lines for display in self.displays.values()) == wanted

    def states(self) -> set[object]:
        return {one["state"] for one in self.station.describe()}


@pytest.fixture
def counter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter]:
    monkeypatch.setattr(listener, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(showing, "TURN_SECONDS", 0.05)
    with ExitStack() as stack:
        yield Counter(tmp_path, stack)


def test_what_is_shown_is_what_a_customer_reads_and_the_newest_lines_win(counter: Counter) -> None:
    counter.show(TOTAL)
    counter.meets(
        lambda: counter.read(
            ("Chleb zytni     4,99", "Razem          12,97"),
            ("Chleb żytni     4,99", "Razem          12,97"),
            ("Chleb zytni     4,99", "Razem          12,97"),
        )
    )
    assert [display.slot for display in counter.displays.values()] == [None, 18, None]
    before = {name: display.writes for name, display in counter.displays.items()}
    for total in range(200):
        counter.show((("Mleko", "3,20"), ("Razem", str(total))))
    newest = ("Mleko           3,20", "Razem            199")
    counter.meets(lambda: counter.read(newest, newest, newest))
    counter.show((("Mleko", "3,20"), ("Razem", "199")))
    counter.meets(lambda: counter.states() == {"ready"})
    assert all(display.writes - before[name] <= 10 for name, display in counter.displays.items())
    assert all(display.strange == b"" for display in counter.displays.values())


def test_a_display_that_went_away_is_a_state_and_shows_the_newest_when_it_is_back(
    counter: Counter, caplog: pytest.LogCaptureFixture
) -> None:
    counter.show(TOTAL)
    counter.meets(lambda: counter.displays["cd5220"].lines[1] == "Razem          12,97")
    counter.displays["cd5220"].off = True
    counter.meets(lambda: "offline" in counter.states() and counter.displays["cd5220"].dropped >= 4)
    assert [record.getMessage().split(":")[0] for record in caplog.records] == ["device cd5220 is offline"]
    counter.show((("Reszta", "5,00"), ("Dziękujemy!", "")))
    counter.displays["cd5220"].off = False
    thanks = ("Reszta          5,00", "Dziekujemy!")
    counter.meets(lambda: counter.displays["cd5220"].lines == thanks)
    counter.meets(lambda: counter.states() == {"ready"})


def test_a_display_is_read_by_hand(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("\noff\non\n"))
    assert by_hand.main(["cd5220", "--tcp", "0"]) == 0
    said = capsys.readouterr().out
    assert "127.0.0.1:" in said and said.count("] on") == 2 and said.count("] off") == 1


def test_only_a_display_shows_and_only_two_lines(tmp_path: Path) -> None:
    values = settings.check({"poll_seconds": 60}, manifest("scale").settings, "test")
    wire = make_transport({"kind": "serial", "port": "loop://"}, "test")
    journal = Journal(tmp_path / "actions.sqlite3")
    station = Station(
        (DeviceConfig("scale1", "scale", values, wire),), journal, tmp_path, lambda kind, fields: None
    )
    for device, code in (("scale1", "not_able"), ("display1", "unknown_device")):
        with pytest.raises(BridgeError) as refusal:
            station.show(device, TOTAL)
        assert refusal.value.code == code
    journal.close()


@pytest.mark.parametrize(
    "lines",
    [
        None,
        [],
        ["a", "b"],
        [["a", "b"]],
        [["a"], ["b"]],
        [["a", 1], ["b", ""]],
        [["a" * 81, ""], ["", ""]],
        [["", ""]] * 3,
    ],
)
def test_lines_of_another_shape_are_refused(lines: object) -> None:
    with pytest.raises(BridgeError, match="bad_request"):
        parse_request(Frame(1, "display", {"device": "display1", "lines": lines}))
