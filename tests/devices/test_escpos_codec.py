"""ESC/POS bytes, written by hand from Epson's command reference and the code pages' tables."""

from typing import Literal

import pytest
from PIL import Image

from devices.document import Barcode, Block, Column, Columns, Document, Feed, Qr, Rule, Text
from devices.drivers.escpos import codec
from devices.drivers.escpos.codec import EPSON_SLOTS, Style, print_bytes
from devices.errors import BridgeError

START = "1b 40 1b 74 12"
FULL_CUT = "1b 64 06 1d 56 00"


def made(*blocks: Block, cut: bool = False, drawer: bool = False, style: Style | None = None) -> bytes:
    return print_bytes(Document("pl", blocks, cut=cut, drawer=drawer), style or Style())


def hexed(*parts: str) -> bytes:
    return bytes.fromhex(" ".join(parts))


def test_polish_text_goes_out_in_code_page_852() -> None:
    # z a ż ó ł ć  g ę ś l ą  j a ź ń
    text = "7a 61 be a2 88 86 20 67 a9 98 6c a5 20 6a 61 ab e4 0a"
    assert made(Text("zażółć gęślą jaźń")) == hexed(START, text)


@pytest.mark.parametrize(
    ("encoding", "slot", "text", "letters"),
    [
        ("cp866", "11", "Хлеб", "95 ab a5 a1"),
        ("cp1125", "2c", "Хліб ґ", "95 ab f7 a1 20 f3"),
        ("cp1251", "2e", "Хліб", "d5 eb b3 e1"),
        ("cp1250", "2d", "Łódź", "a3 f3 64 9f"),
        ("cp858", "13", "5 €", "35 20 d5"),
    ],
)
def test_other_languages_go_out_in_the_page_of_their_setting(
    encoding: str, slot: str, text: str, letters: str
) -> None:
    style = Style(encoding=encoding, slot=EPSON_SLOTS[encoding])
    assert made(Text(text), style=style) == hexed("1b 40 1b 74", slot, letters, "0a")


def test_modes_are_sent_when_they_change_and_only_then() -> None:
    blocks = (Text("A", "center", True, 2), Text("B", "center", True, 2), Text("C"))
    expected = hexed(
        START,
        "1b 61 01 1b 45 01 1d 21 11",
        "41 0a 42 0a",
        "1b 61 00 1b 45 00 1d 21 00",
        "43 0a",
    )
    assert made(*blocks) == expected


def test_a_rule_and_columns_are_plain_cells() -> None:
    style = Style(columns=24)
    row = Columns((Column("Chleb"), Column("9,98", 8, "right")))
    assert made(Rule(), row, style=style) == hexed(START, "2d " * 24, "0a") + b"Chleb" + b" " * 15 + b"9,98\n"


@pytest.mark.parametrize(
    ("cut", "end"), [("full", FULL_CUT), ("partial", "1b 64 06 1d 56 01"), ("none", "1b 64 06")]
)
def test_a_cut_is_fed_past_the_cutter_first(cut: Literal["full", "partial", "none"], end: str) -> None:
    assert made(Text("A"), cut=True, style=Style(cut=cut)) == hexed(START, "41 0a", end)


@pytest.mark.parametrize(("pin", "pulse"), [(2, "1b 70 00 32 32"), (5, "1b 70 01 32 32")])
def test_the_drawer_opens_before_the_paper_moves(pin: Literal[2, 5], pulse: str) -> None:
    assert made(Text("A"), drawer=True, style=Style(drawer_pin=pin)) == hexed(START, pulse, "41 0a")
    assert codec.drawer_bytes(pin, realtime=False) == hexed(pulse)


@pytest.mark.parametrize(("pin", "pulse"), [(2, "10 14 01 00 01"), (5, "10 14 01 01 01")])
def test_the_drawer_opens_in_real_time_on_a_stopped_printer(pin: Literal[2, 5], pulse: str) -> None:
    assert codec.drawer_bytes(pin, realtime=True) == hexed(pulse)


def test_a_feed_is_in_lines_and_none_is_nothing() -> None:
    assert made(Feed(3), Feed(0)) == hexed(START, "1b 64 03")


def test_a_qr_code_is_centred_model_2_with_level_m_and_room_around_it() -> None:
    expected = hexed(
        START,
        "1b 61 01 1b 4a 18",
        "1d 28 6b 04 00 31 41 32 00",  # model 2
        "1d 28 6b 03 00 31 43 06",  # six dots to a module
        "1d 28 6b 03 00 31 45 31",  # level M
        "1d 28 6b 06 00 31 50 30 41 42 43",  # store ABC
        "1d 28 6b 03 00 31 51 30",  # print
        "1b 4a 18",
    )
    assert made(Qr("ABC")) == expected


@pytest.mark.parametrize(("length", "dots"), [(100, 6), (101, 4), (250, 4), (251, 3), (700, 3)])
def test_a_long_qr_code_has_smaller_modules(length: int, dots: int) -> None:
    assert hexed("1d 28 6b 03 00 31 43") + bytes([dots]) in made(Qr("x" * length))


def test_an_ean_13_is_printed_with_its_digits_below() -> None:
    expected = hexed(START, "1b 61 01 1b 4a 18", "1d 68 60 1d 77 03 1d 66 00 1d 48 02", "1d 6b 43 0d")
    assert made(Barcode("5901234123457", "ean13")) == expected + b"5901234123457"


def test_a_code_128_names_its_set_and_doubles_braces() -> None:
    assert made(Barcode("A{1", "code128")).endswith(hexed("1d 6b 49 06") + b"{BA{{1")


def test_a_code_wider_than_the_paper_is_refused() -> None:
    with pytest.raises(BridgeError, match="wider than the paper"):
        made(Barcode("x" * 24, "code128"))
    with pytest.raises(BridgeError, match="wider than the paper"):
        made(Barcode("x" * 15, "code128"), style=Style(columns=32))


def test_a_line_with_a_letter_the_page_lacks_is_a_picture_between_two_lines_of_text() -> None:
    data = made(Text("Chleb"), Text("Хліб"), Text("Chleb"))
    before, after = hexed(START) + b"Chleb\n", b"Chleb\n"
    # Four cells of 12 dots are 6 bytes wide; a line is 30 dots high.
    header = hexed("1d 76 30 00 06 00 1e 00")
    assert data[: len(before) + 8] == before + header
    assert data[len(before) + 8 + 6 * 30 :] == after


def test_raster_mode_sends_no_letters_at_all() -> None:
    data = made(Text("Chleb", "right"), style=Style(columns=24, text="raster"))
    assert data[5:13] == hexed("1d 76 30 00 24 00 1e 00")
    assert len(data) == 13 + 36 * 30
    assert all(data[13 + 36 * row : 13 + 36 * row + 28] == bytes(28) for row in range(30)), (
        "blank at the left"
    )


def test_a_picture_is_sent_row_by_row_with_the_highest_bit_first() -> None:
    picture = Image.new("1", (10, 2), 0)
    picture.putpixel((0, 0), 1)
    picture.putpixel((9, 1), 1)
    assert codec.raster_bytes(picture) == hexed("1d 76 30 00 02 00 02 00", "80 00 00 40")


@pytest.mark.parametrize("second", ["04", "05", "14"])
def test_a_picture_never_holds_a_real_time_command(second: str) -> None:
    picture = Image.frombytes("1", (16, 1), hexed("10", second))
    assert codec.raster_bytes(picture) == hexed("1d 76 30 00 02 00 01 00", "00", second)


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ("16 12 12 12", "ready"),
        ("12 12 12 12", "ready"),
        ("16 12 12 1e", "paper_low"),
        ("1e 32 12 7e", "no_paper"),
        ("1e 16 12 12", "cover_open"),
        ("1e 36 12 7e", "cover_open"),
        ("1a 52 1a 12", "error"),
        ("1a 52 32 12", "error"),
        ("1a 52 52 12", "error"),
        ("1a 12 12 12", "offline"),
    ],
)
def test_status_bytes_become_the_state_a_cashier_acts_on(answers: str, state: str) -> None:
    assert codec.decode_status(hexed(answers)).state == state


@pytest.mark.parametrize(
    ("first", "level", "drawer"),
    [
        ("16", "none", None),
        ("16", "high", "open"),
        ("12", "high", "closed"),
        ("12", "low", "open"),
        ("16", "low", "closed"),
    ],
)
def test_the_drawer_switch_counts_only_when_there_is_one(first: str, level: str, drawer: str | None) -> None:
    assert codec.decode_status(hexed(first, "12 12 12"), level).drawer == drawer


@pytest.mark.parametrize(
    ("data", "count"),
    [
        ("5f 31 32 30 00", 120),
        ("12 5f 30 00", 0),
        ("5f 31 32", None),
        ("", None),
        ("5f 00", None),
        ("5f 31 78 00", None),
        ("5f 31 31 31 31 31 31 31 31 31 31 31 00", None),
    ],
)
def test_the_cutter_counter_is_read_only_when_it_is_whole(data: str, count: int | None) -> None:
    assert codec.decode_counter(hexed(data)) == count
