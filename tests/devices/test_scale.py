"""Scales: pure reading of lines, and a real serial line to an emulated scale that is overloaded, silent and pulled."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from queue import Queue

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices import drivers, settings
from devices.document import Document
from devices.drivers.contract import Device, PrintJob
from devices.drivers.readings import OVERLOADED, Reading
from devices.drivers.scale.codec import MAX_LINE, Reader, parse_line
from devices.emulators.scale import PtyScale
from devices.errors import BridgeError, ConfigError
from devices.transports import make_transport
from tests.devices.rig import BridgeProcess, new_id, wait_for

Events = Queue[tuple[str, Mapping[str, object]]]
HURRY = {"silence_seconds": 0.3, "ask_seconds": 0.05}


@pytest.mark.parametrize(
    ("line", "reading"),
    [
        ("ST,GS,+  1.234kg", Reading(1234, True)),
        ("US,NT,-000.020 kg", Reading(-20, False)),
        ("ST,+00123.45  g", Reading(123, True)),
        ("ST,+00123.50  g", Reading(124, True)),
        ("ST,GS,-  0.0005kg", Reading(-1, True)),
        ("st,gs,+  0,500KG", Reading(500, True)),
        ("ST , GS ,  12 kg", Reading(12000, True)),
        ("ST,GS,+  0.000kg", Reading(0, True)),
        ("OL,GS,+9999999kg", OVERLOADED),
        ("OL", OVERLOADED),
        ("OL,GS,-------", OVERLOADED),
        ("ST,TR,+  0.100kg", None),
        ("ST,GS,+  1.234lb", None),
        ("ST,GS,+  1.2.3kg", None),
        ("ST,GS,+ kg", None),
        ("GS,+  1.234kg", None),
        ("ST,GS,+  ١.234kg", None),
        ("ST,GS,+12345678.0kg", None),
        ("OLD", None),
    ],
)
def test_a_line_is_a_reading_or_none(line: str, reading: Reading | None) -> None:
    assert parse_line(line) == reading


def test_lines_end_as_makers_like_and_what_is_no_reading_is_remembered() -> None:
    reader = Reader()
    assert reader.feed(b"\x02ST,GS,+  1.000kg\x03\r\nUS,GS,+  1.100kg\rhello\n") == [
        Reading(1000, True),
        Reading(1100, False),
    ]
    assert reader.strange == "hello"


def test_an_endless_line_is_dropped_up_to_its_end_and_the_next_is_read() -> None:
    reader = Reader()
    assert reader.feed(b"9" * (MAX_LINE + 1)) == []
    assert reader.feed(b"ST,GS,+  7.000kg\r\nST,GS,+  1.000kg\r\n") == [Reading(1000, True)]


@given(grams=st.lists(st.integers(-99_999, 999_999), max_size=6), noise=st.binary(max_size=40))
def test_however_the_bytes_are_cut_the_readings_are_the_same(grams: list[int], noise: bytes) -> None:
    lines = [f"ST,GS,{'-' if one < 0 else '+'}{abs(one) / 1000:.3f}kg\r\n".encode() for one in grams]
    data = noise + b"\r\n" + b"".join(lines)
    reader, found = Reader(), []
    for value in data:
        found += reader.feed(bytes([value]))
    assert found == Reader().feed(data)
    assert [reading.grams for reading in found][-len(grams) :] == grams or not grams


def test_a_question_is_what_the_scale_wants_to_hear() -> None:
    assert Reader("Q").question() == b"Q\r\n" and Reader("R", "none").question() == b"R"
    assert Reader().question() == b""
    checked = settings.check({"ask": "ż"}, drivers.manifest("scale").settings, "test")
    wire = make_transport({"kind": "serial", "port": "/dev/null"}, "test")
    with pytest.raises(ConfigError, match="plain letters"):
        drivers.create("scale1", "scale", checked, wire, Path())


@pytest.fixture
def link(tmp_path: Path) -> Path:
    return tmp_path / "ttySCALE"


@pytest.fixture
def events() -> Events:
    return Queue()


@pytest.fixture
def scale(link: Path) -> Iterator[PtyScale]:
    with PtyScale() as made:
        link.symlink_to(made.path)
        yield made


def listening(link: Path, events: Events, **more: object) -> Device:
    checked = settings.check({**HURRY, **more}, drivers.manifest("scale").settings, "test")
    wire = make_transport({"kind": "serial", "port": str(link)}, "test")
    device = drivers.create("scale1", "scale", checked, wire, link.parent)
    device.start(lambda kind, fields: events.put((kind, fields)))
    return device


@pytest.fixture
def device(link: Path, scale: PtyScale, events: Events) -> Iterator[Device]:
    made = listening(link, events)
    wait_for(lambda: made.status().state == "ready")
    yield made
    made.stop()


def until(events: Events, grams: int | None, stable: bool) -> None:
    """Waits for this weight; an odd shape fails at once."""
    while True:
        kind, fields = events.get(timeout=5)
        assert kind == "weight" and set(fields) == {"device", "grams", "stable", "why"}
        if (fields["grams"], fields["stable"]) == (grams, stable):
            return


def test_a_weight_is_told_when_it_changes_and_again_while_it_stays(
    device: Device, scale: PtyScale, events: Events
) -> None:
    scale.put(1252, stable=False)
    until(events, 1252, False)
    scale.put(1252)
    until(events, 1252, True)
    until(events, 1252, True)


def test_a_scale_that_waits_for_its_question_is_asked(link: Path, events: Events) -> None:
    with PtyScale(ask=b"Q\r\n") as quiet:
        link.symlink_to(quiet.path)
        device = listening(link, events, ask="Q")
        quiet.put(310)
        until(events, 310, True)
        device.stop()


def test_overload_is_an_error_and_no_weight(device: Device, scale: PtyScale, events: Events) -> None:
    scale.overload()
    until(events, None, False)
    wait_for(lambda: device.status().state == "error")
    scale.put(5)
    until(events, 5, True)
    wait_for(lambda: device.status().state == "ready")


@pytest.mark.parametrize(("line", "why"), [(b"", "sends nothing"), (b"1234\r\n", "no reading: '1234'")])
def test_a_scale_that_says_nothing_readable_is_offline_and_its_weight_is_unknown(
    device: Device, scale: PtyScale, events: Events, line: bytes, why: str
) -> None:
    until(events, 0, True)
    scale.say(line)
    until(events, None, False)
    # A busy machine may hear nothing for a moment before it hears nonsense.
    wait_for(lambda: device.status().state == "offline" and why in device.status().detail)
    scale.put(8)
    until(events, 8, True)


def test_a_pulled_cable_is_offline_and_a_plugged_one_weighs_again(
    scale: PtyScale, device: Device, link: Path, events: Events
) -> None:
    scale.put(700)
    until(events, 700, True)
    scale.__exit__(None, None, None)
    until(events, None, False)
    assert device.status().state == "offline"
    link.unlink()
    with PtyScale() as fresh:
        link.symlink_to(fresh.path)
        fresh.put(900)
        until(events, 900, True)
        # A line that somebody still has open is pulled without a trace.
        device.stop()


def test_a_scale_does_not_print(device: Device) -> None:
    with pytest.raises(BridgeError, match="not_able"):
        device.prepare(PrintJob(new_id(), Document("pl", ())))
    assert device.settle({}) is None


def test_the_bridge_tells_every_till_what_lies_on_the_scale(tmp_path: Path) -> None:
    with PtyScale() as scale:
        section = (
            f'[[device]]\nid = "scale1"\ndriver = "scale"\n'
            f'[device.transport]\nkind = "serial"\nport = "{scale.path}"\n'
        )
        with BridgeProcess(tmp_path, section) as bridge, bridge.till() as till:
            scale.put(1252)
            event = till.event("weight")
            while event["grams"] != 1252:
                event = till.event("weight")
            assert event == {"event": "weight", "device": "scale1", "grams": 1252, "stable": True, "why": ""}
            [listed] = till.call("devices")["devices"]
            assert (listed["kind"], listed["abilities"]) == ("scale", ["weigh"])
