"""Scanners: pure splitting of bytes into scans, and a real serial line that is pulled and plugged in again."""

import os
import tty
from collections.abc import Iterator, Mapping
from pathlib import Path
from queue import Queue

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices import drivers, settings
from devices.document import Document
from devices.drivers.contract import Device, PrintJob
from devices.drivers.scanner.codec import MAX_CODE, Splitter
from devices.drivers.scans import Scan, parse_code
from devices.errors import BridgeError
from devices.transports import make_transport
from tests.devices.rig import new_id, wait_for

EAN = "5901234123457"


@pytest.mark.parametrize(
    ("text", "scan"),
    [
        (EAN, Scan(EAN, None)),
        (f"]E0{EAN}", Scan(EAN, "ean13")),
        ("]E490311017", Scan("90311017", "ean8")),
        ("]C10104012345678901", Scan("0104012345678901", "gs1_128")),
        ("]d2010461234567890121abc\x1d93dGVz", Scan("010461234567890121abc\x1d93dGVz", "gs1_datamatrix")),
        ("]Q1https://example.org", Scan("https://example.org", "qr")),
        ("]X0foreign", Scan("foreign", "]X0")),
        ("]E0", Scan("]E0", None)),
        ("]", Scan("]", None)),
        ("]12abc", Scan("]12abc", None)),
        ("]Żabc", Scan("]Żabc", None)),
    ],
)
def test_the_aim_identifier_becomes_the_symbology(text: str, scan: Scan) -> None:
    assert parse_code(text) == scan


@pytest.mark.parametrize(
    ("prefix", "suffix", "data", "codes"),
    [
        ("none", "cr", b"1\r22\r333", ["1", "22"]),
        ("none", "cr", b"1\r\n22\r\n", ["1", "22"]),
        ("none", "lf", b"1\n", ["1"]),
        ("none", "crlf", b"1\r\n2\r\n", ["1", "2"]),
        ("none", "tab", b"1\t", ["1"]),
        ("stx", "etx", b"noise\x021\x03\x022\x03", ["1", "2"]),
        ("none", "cr", b"\r\r\r", []),
        ("none", "cr", b"\x00" + b"1\r", ["1"]),
    ],
)
def test_codes_end_where_the_suffix_says(prefix: str, suffix: str, data: bytes, codes: list[str]) -> None:
    assert [scan.data for scan in Splitter(prefix, suffix).feed(data)] == codes


def test_letters_follow_the_encoding_and_a_wrong_one_loses_no_scan() -> None:
    assert Splitter(encoding="cp1251").feed("Хліб\r".encode("cp1251")) == [Scan("Хліб", None)]
    assert Splitter(encoding="utf-8").feed(b"\xd5\xeb\r") == [Scan("Õë", None)]


def test_an_endless_code_is_dropped_up_to_its_end_and_the_next_is_read() -> None:
    splitter = Splitter()
    assert splitter.feed(b"9" * (MAX_CODE + 1)) == []
    assert splitter.feed(b"9" * (MAX_CODE + 1)) == []
    assert splitter.feed(b"999\r" + EAN.encode() + b"\r") == [Scan(EAN, None)]


@given(codes=st.lists(st.text("0123456789", min_size=1, max_size=20), max_size=6), cuts=st.randoms())
def test_however_the_bytes_are_cut_the_scans_are_the_same(codes: list[str], cuts: object) -> None:
    data = "".join(code + "\r" for code in codes).encode()
    splitter, found = Splitter(), []
    for value in data:
        found += splitter.feed(bytes([value]))
    assert found == [Scan(code, None) for code in codes] == Splitter().feed(data)


class Gun:
    """A scanner at the other end of a pty."""

    def __init__(self) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)

    def shoot(self, data: bytes) -> None:
        os.write(self._master, data)

    def unplug(self) -> None:
        os.close(self._master)
        os.close(self._slave)


@pytest.fixture
def link(tmp_path: Path) -> Path:
    return tmp_path / "ttySCANNER"


@pytest.fixture
def gun(link: Path) -> Gun:
    made = Gun()
    link.symlink_to(made.path)
    return made


Events = Queue[tuple[str, Mapping[str, object]]]


@pytest.fixture
def events() -> Events:
    return Queue()


@pytest.fixture
def scanner(link: Path, gun: Gun, tmp_path: Path, events: Events) -> Iterator[Device]:
    checked = settings.check({}, drivers.manifest("scanner").settings, "test")
    wire = make_transport({"kind": "serial", "port": str(link)}, "test")
    device = drivers.create("scanner1", "scanner", checked, wire, tmp_path)
    device.start(lambda kind, fields: events.put((kind, fields)))
    # Bytes sent before the port is open are lost on a real line as well.
    wait_for(lambda: device.status().state == "ready")
    yield device
    device.stop()


def test_a_scan_is_an_event_with_its_symbology(scanner: Device, gun: Gun, events: Events) -> None:
    gun.shoot(f"]E0{EAN}\r".encode())
    expected = {"device": "scanner1", "data": EAN, "symbology": "ean13"}
    assert events.get(timeout=5) == ("scan", expected)


def test_a_double_read_is_one_scan_but_two_different_codes_are_two(
    scanner: Device, gun: Gun, events: Events
) -> None:
    gun.shoot(b"1\r1\r2\r")
    assert [events.get(timeout=5)[1]["data"] for _ in range(2)] == ["1", "2"]
    assert events.empty()


def test_a_pulled_cable_is_offline_and_a_plugged_one_reads_again(
    scanner: Device, gun: Gun, link: Path, events: Events
) -> None:
    gun.shoot(b"half a co")
    gun.unplug()
    wait_for(lambda: scanner.status().state == "offline")
    link.unlink()
    fresh = Gun()
    link.symlink_to(fresh.path)
    wait_for(lambda: scanner.status().state == "ready")
    fresh.shoot(b"42\r")
    assert events.get(timeout=5)[1]["data"] == "42"


def test_a_scanner_does_not_print(scanner: Device) -> None:
    with pytest.raises(BridgeError, match="not_able"):
        scanner.prepare(PrintJob(new_id(), Document("pl", ())))
    assert scanner.settle({}) is None
