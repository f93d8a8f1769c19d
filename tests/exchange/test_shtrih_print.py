"""Shtrih-Print: frames byte for byte, answers that are none, and a talk with the emulated scale over real UDP."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.emulators.shtrih_label import ShtrihLabel
from exchange.scales import converse
from exchange.scales.contract import Busy, Load, Locked, Placed, Unreachable
from exchange.scales.plu import Plu
from exchange.scales.shtrih_print import codec
from tests.exchange.conftest import QUICK
from tests.length import LONG

CHEESE = Plu(number=1, code=123, name="Сыр", price=12990, shelf_days=5)


def test_a_record_is_written_as_the_maker_s_document_has_it() -> None:
    frame = codec.question(codec.WRITE, codec.record("0030", CHEESE))
    assert frame == bytes.fromhex(
        "02 57 57 30303330 0100 7B000000 D1FBF0"
        + "20" * 53
        + "BE3200 00 0500 0000 0000 0000 00 00000000 000000"
    )


def test_a_record_of_pieces_with_a_text_a_tare_and_a_long_name() -> None:
    plu = Plu(
        7, 99, "Ser żółty dojrzewający krojony w plastry premium", 999_999, by_piece=True, tare=12, text="x"
    )
    data = codec.record("1234", plu)
    # Letters that the page lacks are written in plain Latin, and lines break between words.
    assert data[10:38] == b"Ser zolty dojrzewajacy      " and data[38:66] == b"krojony w plastry premium   "
    assert data[:10] == b"1234" + bytes.fromhex("0700 63000000")
    assert data[66:] == bytes.fromhex("3F420F 00 0000 0C00 0000 0700 80 00000000 000000")


@pytest.mark.parametrize(
    ("command", "data", "frame"),
    [
        (codec.KIND, b"", "02 01 FC"),
        (codec.MODE, b"", "02 01 12"),
        (codec.ERASE, b"0030", "02 05 18 30303330"),
        (codec.READ, codec.place("0030", 500), "02 07 58 30303330 F401"),
        (codec.FREE, codec.place("0030", 5), "02 07 54 30303330 0500"),
    ],
)
def test_other_questions(command: int, data: bytes, frame: str) -> None:
    assert codec.question(command, data) == bytes.fromhex(frame)


def test_a_text_fills_all_lines_so_that_nothing_of_a_longer_one_stays() -> None:
    lines = codec.text_lines("0030", Plu(3, 3, "x", 1, text="Milk, salt\n" + "wheat " * 10), 4)
    assert [line[6] for line in lines] == [1, 2, 3, 4] and {len(line) for line in lines} == {57}
    assert [line[7:].rstrip() for line in lines] == [
        b"Milk, salt",
        b"wheat " * 7 + b"wheat",
        b"wheat wheat",
        b"",
    ]


@pytest.mark.parametrize(
    "heard",
    [
        b"",
        b"\x15",
        b"\x02",
        b"\x02\x02\x57",
        b"\x03\x02\x57\x00",
        b"\x02\x03\x57\x00",
        b"\x02\x02\x58\x00",
        b"\x02\x02\x57\x00\x00",
    ],
)
def test_what_is_no_answer_to_a_write_is_passed_over(heard: bytes) -> None:
    assert codec.answer(heard, codec.WRITE) is None


@given(st.binary(max_size=300))
def test_nothing_on_the_wire_upsets_the_codec(heard: bytes) -> None:
    answer = codec.answer(heard, codec.READ)
    codec.held(heard)
    codec.working(heard)
    ShtrihLabel().answer(heard)
    assert answer is None or answer.data == heard[4:]


@settings(max_examples=200 if LONG else 12)
@given(
    st.builds(
        Plu,
        number=st.integers(1, 65535),
        code=st.integers(1, 999_999),
        name=st.text(min_size=1, max_size=200),
        price=st.integers(1, 999_999),
        by_piece=st.booleans(),
        tare=st.integers(0, 65535),
        shelf_days=st.integers(0, 9999),
        text=st.text(max_size=600),
    )
)
def test_any_record_fits_and_is_read_back_as_it_was_written(plu: Plu) -> None:
    data = codec.record("0030", plu)
    assert len(data) == 86 and codec.held(data[6:]) == codec.shows(plu)
    assert {len(line) for line in codec.text_lines("0030", plu, 8)} == {57}


def test_a_talk_over_a_line_that_loses_a_third_of_everything(line: tuple[ShtrihLabel, int]) -> None:
    device, port = line
    device.faults.loss = 30
    talk = converse("shtrih_print", "127.0.0.1", port, QUICK | {"answer_seconds": 0.01, "tries": 30})
    plus = [Plu(n, 1000 + n, f"Ser {n}", n * 10, text="mleko" if n % 5 == 0 else "") for n in range(1, 13)]
    assert list(talk.put(map(Load, plus))) == [Placed(plu.number) for plu in plus]
    assert [talk.read(plu.number) for plu in plus] == [talk.shows(plu) for plu in plus]
    assert device.article(5) is not None and device.article(5).text == "mleko"  # type: ignore[union-attr]
    talk.remove(5)
    talk.remove(5)
    assert talk.read(5) is None
    device.polls = 3
    talk.erase()
    assert device.records == {} and talk.read(1) is None


def test_a_record_that_the_scale_refuses_is_told_with_its_reason(line: tuple[ShtrihLabel, int]) -> None:
    device, port = line
    device.places = 5
    talk = converse("shtrih_print", "127.0.0.1", port, QUICK)
    loads = [Load(Plu(6, 6, "x", 1)), Load(Plu(1, 1, "x", 1)), Load(Plu(9, 9, "x", 1, text="salt"))]
    assert list(talk.put(loads)) == [Placed(6, "number 128"), Placed(1), Placed(9, "text 135")]


def test_silence_a_wrong_password_and_an_open_menu_are_told_apart(line: tuple[ShtrihLabel, int]) -> None:
    device, port = line
    with pytest.raises(Locked):
        converse("shtrih_print", "127.0.0.1", port, QUICK | {"password": 1}).read(1)
    device.faults.busy = 1
    with pytest.raises(Busy):
        converse("shtrih_print", "127.0.0.1", port, QUICK).read(1)
    device.alive = False
    quick = QUICK | {"tries": 2, "answer_seconds": 0.01}
    with pytest.raises(Unreachable):
        converse("shtrih_print", "127.0.0.1", port, quick).hello()
    with pytest.raises(Unreachable):
        converse("shtrih_print", "no-such-host.invalid", port, quick).hello()
