"""What counter scales say, protocol by protocol: bytes written by hand, bytes in any pieces, noise between them."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.drivers.axis.codec import Axis, Steady
from devices.drivers.cas.codec import Cas
from devices.drivers.dialog06.codec import Dialog06
from devices.drivers.magellan.codec import Magellan, expanded
from devices.drivers.massak.codec import MAX_BODY, Frames, Massak, frame
from devices.drivers.readings import (
    BELOW_ZERO,
    EMPTY,
    FAULT,
    MOVING,
    OVERLOADED,
    STALE,
    Codec,
    Reading,
    Reply,
    Said,
    grams,
)
from devices.drivers.scans import Scan
from devices.drivers.sma.codec import Sma
from devices.drivers.stream import Lines, Shapes
from devices.drivers.toledo8217.codec import Toledo8217
from devices.emulators import scales
from devices.emulators.weighing import WeighingScale
from tests.length import LONG

PRICE = 1990
# Every protocol is tried with so many random cases.
CASES = settings(max_examples=300 if LONG else 12, deadline=None)


def dialog06() -> Codec:
    return Dialog06(PRICE)


@pytest.mark.parametrize(
    ("codec", "heard", "said"),
    [
        (Toledo8217, b"\x0201.250\r", [Reading(1250, True)]),
        (Toledo8217, b"\x0201.250N\r", [Reading(1250, True)]),
        (Toledo8217, b"\x02000.00\r", [Reading(0, True)]),
        (Toledo8217, b"\x02?\x01\r", [MOVING]),
        (Toledo8217, b"\x02?\x02\r", [OVERLOADED]),
        (Toledo8217, b"\x02?\x04\r", [BELOW_ZERO]),
        (Toledo8217, b"\x02?\x0d\r", [BELOW_ZERO]),
        (Toledo8217, b"\x02?\x50\r", [FAULT]),
        (Toledo8217, b"\x02?\x10\r", [FAULT]),
        (Toledo8217, b"\x02?A\r\x02?B\r\x02?C\r\x02?D\r", [MOVING, OVERLOADED, BELOW_ZERO, FAULT]),
        (Toledo8217, b"\x0201.25\r", []),
        (Cas, b"\x01\x02S 001250KGy\x03\x04", [Reading(1250, True)]),
        (Cas, b"\x01\x02U 01.250KGa\x03\x04", [Reading(1250, False)]),
        (Cas, b"\x01\x02S-  0.31kgn\x03\x04", [Reading(-310, True)]),
        (Cas, b"\x01\x02S 001250 g\x32\x03\x04", [Reading(1250, True)]),
        (Cas, b"\x01\x02SF------KG\x19\x03\x04", [OVERLOADED]),
        (Cas, b"\x01\x02S 001250KGx\x03\x04", []),
        (Cas, b"\x01\x02S 001250LB{\x03\x04", []),
        (Magellan, b"S14401252\r", [Reading(1252, True)]),
        (Magellan, b"S1101252\r", [Reading(1252, True)]),
        (Magellan, b"S140\rS141\rS142\rS143\rS145\r", [FAULT, MOVING, OVERLOADED, Reading(0, True), BELOW_ZERO]),
        (Magellan, b"S1440275\r", []),
        (Magellan, b"S08F5901234123457\r", [Scan("5901234123457", "ean13")]),
        (Magellan, b"S08FF90311017\r", [Scan("90311017", "ean8")]),
        (Magellan, b"S08A036000291452\r", [Scan("0036000291452", "ean13")]),
        (Magellan, b"S08E04252614\r", [Scan("0042100005264", "ean13")]),
        (Magellan, b"S08R40104012345678901\r", [Scan("0104012345678901", "gs1_databar")]),
        (Magellan, b"S08R0104012345678901\r", [Scan("0104012345678901", "gs1_databar")]),
        (Magellan, b"S08B1ABC-1\rS08B2123456\r", [Scan("ABC-1", "code39"), Scan("123456", "itf")]),
        (Magellan, b"S08B3Lot 7\r", [Scan("Lot 7", "code128")]),
        (Magellan, b"S08B3]C1100104\r", [Scan("100104", "gs1_128")]),
        (Magellan, b"S08?77\r", [Scan("?77", None)]),
        (Magellan, b"S14401252\rS08F5901234123457\r", [Reading(1252, True), Scan("5901234123457", "ean13")]),
        (Massak, bytes.fromhex("F855CE090024E40400000101 0000BF88"), [Reading(1252, True)]),
        (Massak, frame(b"\x24\xec\xff\xff\xff\x01\x00\x00\x00"), [Reading(-20, False)]),
        (Massak, frame(b"\x24\x05\x30\x00\x00\x00\x01\x00\x00"), [Reading(1229, True)]),
        (Massak, frame(b"\x24\x07\x00\x00\x00\x04\x01\x01\x00\x00\x00\x00\x00"), [Reading(7000, True)]),
        (Massak, frame(b"\x28\x08") + frame(b"\x28\x17"), [OVERLOADED, FAULT]),
        (Massak, frame(b"\xf0") + frame(b"\x24\x01\x00\x00\x00\x09\x01\x00\x00"), []),
        (Sma, b"\n 1G       1.250kg_\r", [Reading(1250, True)]),
        (Sma, b"\n 1NM      1.250kg_\r", [Reading(1250, False)]),
        (Sma, b"\nZ1G       0.000kg_\r", [Reading(0, True)]),
        (Sma, b"\n 1G      -0.020kg \r", [Reading(-20, True)]),
        (Sma, b"\nO1G  ----------kg_\r\nU1G  ----------kg_\r\nE1G  ----------kg_\r", [OVERLOADED, BELOW_ZERO, FAULT]),
        (Sma, b"\n 1T       0.100kg_\r\n 1G       2.750lb_\r\n?\r", []),
        (dialog06, b"\x0202\x1b3\x1b01252\x1b001990\x1b002491\x03", [Reading(1252, True)]),
        (dialog06, b"\x0202\x1b2\x1b00125\x1b001990\x1b002488\x03", [Reading(1250, True)]),
        (dialog06, b"\x0202\x1b3\x1b01252\x1b001990\x1b002591\x03", []),
        (dialog06, b"\x0202\x1b3\x1b01252\x1b001000\x1b001252\x03", []),
        (dialog06, b"\x0209\x1b20\x03\x0209\x1b30\x03", [MOVING, EMPTY]),
        (dialog06, b"\x0209\x1b31\x03\x0209\x1b32\x03", [BELOW_ZERO, OVERLOADED]),
        (dialog06, b"\x0209\x1b11\x03\x0209\x1b00\x03\x0209\x1b21\x03", [FAULT, STALE]),
        (Axis, b"    1.250 kg \r\n", []),
        (Axis, b"     1.250 kg \r\n", [Reading(1250, False)]),
        (Axis, b"-    0.020 kg \r\n", [Reading(-20, False)]),
        (Axis, b"     1250   g \r\n", []),
        (Axis, b"      1250  g \r\n", [Reading(1250, False)]),
        (Axis, b"  -------- kg \r\n     12 %  \r\n", []),
    ],
)  # fmt: skip
def test_bytes_written_by_hand(codec: Callable[[], Codec], heard: bytes, said: list[Said]) -> None:
    assert list(codec().feed(heard)) == said


def test_what_we_ask_is_what_the_makers_write() -> None:
    assert Toledo8217().question() == b"W"
    assert Cas().question() == b"\x05"
    assert Magellan().question() == b"S14\r"
    assert Massak().question() == bytes.fromhex("F8 55 CE 01 00 23 23 00")
    assert Sma().question() == bytes.fromhex("0A 57 0D")
    assert Dialog06(PRICE).question() == bytes.fromhex("04 02 30 31 1B 30 30 31 39 39 30 1B 03")
    assert Axis().question() == b"SI\r\n"


@pytest.mark.parametrize(
    "known",
    [
        "F8 55 CE 08 00 92 01 00 00 00 00 00 00 B5 EF",
        "F8 55 CE 01 00 23 23 00",
        "F8 55 CE 09 00 24 E4 04 00 00 01 01 00 00 BF 88",
        "F8 55 CE 05 00 81 01 00 00 00 5B 3F",
    ],
)
def test_the_odd_crc_of_massa_k_on_known_frames(known: str) -> None:
    data = bytes.fromhex(known)
    body = data[5:-2]
    assert Frames().feed(data) == [body] and frame(body) == data


def test_a_false_beginning_delays_a_massa_k_frame_and_loses_none() -> None:
    frames, body = Frames(), b"\x24\xe4\x04\x00\x00\x01\x01\x00\x00"
    assert frames.feed(b"\xf8\x55\xce\x10\x00" + frame(body)) == []
    assert frames.feed(frame(body)) == [body, body]
    assert frames.feed(b"\xf8\x55\xce" + (MAX_BODY + 1).to_bytes(2, "little") + frame(body)) == [body]


def test_cas_greets_before_it_asks_and_a_check_byte_is_no_greeting() -> None:
    codec = Cas()
    codec.question()
    assert codec.feed(b"\x15") == [] and codec.strange
    assert codec.feed(b"\x06") == [Reply(b"\x11")]
    assert codec.feed(b"\x06") == []


def test_dialog_06_tells_a_weight_once_and_the_driver_remembers_it_until_something_moves() -> None:
    codec = Dialog06(PRICE)
    unchanged, moving = b"\x0209\x1b21\x03", b"\x0209\x1b20\x03"
    codec.question()
    assert codec.feed(b"\x06") == [Reply(b"\x04\x05")]
    assert codec.feed(b"\x0202\x1b3\x1b01252\x1b001990\x1b002491\x03") == [Reading(1252, True)]
    codec.question()
    assert codec.feed(b"\x06") == [Reply(b"\x04\x05")]
    assert codec.feed(b"\x15") == [Reply(b"\x04\x0208\x03")]
    assert codec.feed(unchanged) == [Reading(1252, True)]
    assert codec.feed(moving + unchanged) == [MOVING, STALE]
    codec.question()
    assert codec.feed(b"\x0211\x1b2A5\x03") == [] and "check sum" in codec.strange


def test_a_weight_of_axis_stands_still_when_it_is_the_same_for_a_while() -> None:
    steady, one, two = Steady(1.0), Reading(500, False), Reading(501, False)
    assert [steady.judge(one, at).stable for at in (0.0, 0.5, 0.9, 1.0)] == [False, False, False, True]
    assert steady.judge(two, 1.1) == two
    # Twice in a long while is not often enough: it may have been lifted in between.
    assert [steady.judge(one, at).stable for at in (2.0, 9.0, 9.1)] == [False, False, True]
    steady.forget()
    assert not steady.judge(one, 20.0).stable


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("01234565", "012345000065"),
        ("04252614", "042100005264"),
        ("01234133", "012300000413"),
        ("01234543", "012340000053"),
        ("1234567", "1234567"),
        ("0123456x", "0123456x"),
    ],
)
def test_a_upc_e_stands_for_a_upc_a(short: str, long: str) -> None:
    assert expanded(short) == long


@pytest.mark.parametrize(
    ("number", "unit", "weight"),
    [
        ("1.2345", "kg", 1235),
        ("-0.0005", "kg_", -1),
        ("7.", "KG", 7000),
        ("12.4", " g", 12),
        ("1", "lb", None),
        ("", "kg", None),
        ("-", "kg", None),
        ("1-2", "kg", None),
        ("²", "kg", None),
    ],
)
def test_numbers_are_grams_rounded_half_up(number: str, unit: str, weight: int | None) -> None:
    assert grams(number, unit) == weight


def test_endless_noise_is_forgotten() -> None:
    lines, shapes = Lines(re.compile(rb"\r"), 8), Shapes(re.compile(rb"<.>"), 3)
    assert lines.feed(b"9" * 9) == [] and lines.feed(b"99\rok\r") == [b"ok"]
    assert lines.feed(b"123456789\rok\r") == [b"ok"]
    for _ in range(100):
        assert shapes.feed(b"<" * 100) == []
    assert [found[0] for found in shapes.feed(b"7>")] == [b"<7>"]


def cas_with_point() -> WeighingScale:
    return scales.Cas(point=True)


def priced() -> WeighingScale:
    emulated = scales.Dialog06()
    emulated.price = PRICE
    return emulated


# What speaks, what listens, and what has to stand between noise and an answer: the end of the line before it.
PAIRS: list[tuple[Callable[[], WeighingScale], Callable[[], Codec], bytes]] = [
    (scales.Toledo8217, Toledo8217, b""),
    (scales.Cas, Cas, b""),
    (cas_with_point, Cas, b""),
    (scales.Magellan, Magellan, b"\r"),
    (scales.Massak, Massak, b""),
    (scales.Sma, Sma, b""),
    (priced, dialog06, b""),
    (scales.Axis, Axis, b"\r\n"),
]


def weighed(said: list[Said]) -> list[int]:
    return [one.grams for one in said if isinstance(one, Reading) and one.grams is not None]


@pytest.mark.parametrize(("speaks", "listens", "end"), PAIRS)
@CASES
@given(
    weights=st.lists(st.tuples(st.integers(1, 14_999), st.binary(max_size=20)), max_size=5),
    sizes=st.lists(st.integers(1, 9), min_size=1),
)
def test_however_the_bytes_are_cut_the_readings_are_the_same(
    speaks: Callable[[], WeighingScale],
    listens: Callable[[], Codec],
    end: bytes,
    weights: list[tuple[int, bytes]],
    sizes: list[int],
) -> None:
    data, emulated = b"", speaks()
    for weight, noise in weights:
        emulated.put(weight)
        data += noise + end + emulated.answer()
    whole, codec, pieces = list(listens().feed(data)), listens(), list[Said]()
    while data:
        size = sizes[len(pieces) % len(sizes)]
        pieces += codec.feed(data[:size])
        data = data[size:]
    assert pieces == whole
    assert weighed(whole) == [weight for weight, _noise in weights]


@pytest.mark.parametrize(("speaks", "listens", "end"), PAIRS)
@CASES
@given(weight=st.integers(1, 14_999), lost=st.integers(0, 30), noise=st.binary(max_size=20))
def test_a_byte_lost_on_the_way_is_no_other_weight(
    speaks: Callable[[], WeighingScale],
    listens: Callable[[], Codec],
    end: bytes,
    weight: int,
    lost: int,
    noise: bytes,
) -> None:
    emulated = speaks()
    emulated.put(weight)
    answer = emulated.answer()
    lost %= len(answer)
    emulated.put(5_432)
    said = listens().feed(answer[:lost] + answer[lost + 1 :] + noise + end + emulated.answer())
    # Only an end can be replaced by the noise behind it, and then the weight is the true one.
    assert set(weighed(list(said))) <= {weight, 5_432}


@pytest.mark.parametrize(("speaks", "listens"), [(scales.Cas, Cas), (scales.Massak, Massak)])
@CASES
@given(weight=st.integers(-99, 14_999), place=st.integers(0, 30), bit=st.integers(0, 7))
def test_a_check_sum_finds_every_bit_that_turned(
    speaks: Callable[[], WeighingScale], listens: Callable[[], Codec], weight: int, place: int, bit: int
) -> None:
    emulated = speaks()
    emulated.put(weight)
    answer = bytearray(emulated.answer())
    answer[place % len(answer)] ^= 1 << bit
    assert listens().feed(bytes(answer)) == []
