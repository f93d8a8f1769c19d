"""The emulated printer reads bytes written by hand, and its pictures are read by decoders of our own or of others."""

import socket

import pytest
import segno
import zxingcpp
from PIL import Image

from devices.emulators.interpreter import Interpreter
from devices.emulators.printer import Printer
from devices.emulators.sheet import Sheet
from devices.emulators.wires import TcpPrinter
from tests.devices.rig import read_ean13, read_lines

FEED_AND_CUT = "1b 64 06 1d 56 00"


def printed(*parts: str | bytes, columns: int = 48) -> Sheet:
    """The sheet that bytes leave behind when the paper is torn off."""
    interpreter = Interpreter(columns)
    interpreter.run(b"".join(bytes.fromhex(part) if isinstance(part, str) else part for part in parts))
    return interpreter.sheets[0] if interpreter.sheets else interpreter.finish()


def ink(picture: Image.Image, x: int, y: int) -> bool:
    value = picture.getpixel((x, y))
    assert isinstance(value, int)
    return value < 128


@pytest.mark.parametrize(
    ("slot", "data", "text"),
    [
        ("12", "7a 61 be a2 88 86", "zażółć"),
        ("11", "95 ab a5 a1", "Хлеб"),
        ("2c", "95 ab f7 a1", "Хліб"),
        ("2e", "d5 eb b3 e1", "Хліб"),
        ("00", "9d", "¥"),
    ],
)
def test_letters_are_those_of_the_chosen_code_page(slot: str, data: str, text: str) -> None:
    sheet = printed("1b 40 1b 74", slot, data, "0a")
    assert (sheet.texts, sheet.complaints) == ([text], [])


def test_bytes_may_come_one_at_a_time() -> None:
    data = bytes.fromhex(
        "1b 40 1b 74 12 1b 61 01 1d 21 11 41 0a 1d 76 30 00 01 00 02 00 ff 00" + FEED_AND_CUT
    )
    whole, pieces = Interpreter(), Interpreter()
    whole.run(data)
    for value in data:
        pieces.run(bytes([value]))
    assert whole.sheets[0].image().tobytes() == pieces.sheets[0].image().tobytes()


@pytest.mark.parametrize(
    "data",
    [
        "1b 7f",
        "1d 5a 01",
        "1d 28 41 02 00 00 02",
        "1d 6b 43 03 31 32 33",
        "1d 76 30 00 00 00 00 00",
        "1b 74 63",
        "03",
    ],
)
def test_a_command_that_is_not_understood_is_complained_about(data: str) -> None:
    assert printed(data).complaints != []


def test_a_line_longer_than_the_paper_goes_on_in_the_next() -> None:
    assert printed(b"x" * 50 + b"\n").texts == ["x" * 48, "x" * 2]


def test_printed_letters_can_be_read_from_the_picture() -> None:
    lines = ["Sklep przy Łące 12", "Zażółć gęślą jaźń 9,98"]
    sheet = printed("1b 40 1b 74 12", "\n".join([*lines, ""]).encode("cp852"))
    assert read_lines(sheet.image(), 2, "".join(sorted(set("".join(lines))))) == lines


@pytest.mark.parametrize(("align", "column"), [("00", 0), ("01", 22), ("02", 44)])
def test_a_line_stands_where_its_alignment_says(align: str, column: int) -> None:
    sheet = printed("1b 61", align, b"HHHH\n")
    (line,) = read_lines(sheet.image(), 1, "H ")
    assert line == " " * column + "HHHH"


def test_bold_and_double_size_have_more_ink() -> None:
    def weight(*parts: str | bytes) -> int:
        return printed(*parts).image().histogram()[0]

    plain, bold, double = weight(b"H\n"), weight("1b 45 01", b"H\n"), weight("1d 21 11", b"H\n")
    assert plain < bold < double


def test_a_raster_picture_is_drawn_dot_by_dot() -> None:
    picture = printed("1d 76 30 00 02 00 02 00 80 00 00 01").image()
    assert [ink(picture, 24, 24), ink(picture, 25, 24), ink(picture, 39, 25), ink(picture, 38, 25)] == [
        True,
        False,
        True,
        False,
    ]


def test_an_ean_13_is_read_back_from_its_bars() -> None:
    sheet = printed("1b 61 01 1d 68 60 1d 77 03 1d 48 02 1d 6b 43 0d", b"5901234123457")
    assert read_ean13(sheet.image(), 60) == "5901234123457"
    assert sheet.texts == ["5901234123457"], "the digits below the bars"


def test_a_qr_code_is_the_one_an_independent_encoder_makes() -> None:
    # 42 bytes fill a code of version 3 at level M, so that no padding is left for the two encoders to differ in.
    url = b"https://example.org/receipt?n=1-1.1-000318"
    assert len(url) == 42
    store = (len(url) + 3).to_bytes(2, "little")
    sheet = printed(
        "1d 28 6b 03 00 31 43 04 1d 28 6b 03 00 31 45 31 1d 28 6b",
        store,
        "31 50 30",
        url,
        "1d 28 6b 03 00 31 51 30",
    )
    picture = sheet.image()
    theirs = [
        segno.make(url.decode(), error="m", mask=mask, boost_error=False, micro=False) for mask in range(8)
    ]
    modules = len(theirs[0].matrix)
    ours = [[ink(picture, 26 + 4 * x, 26 + 4 * y) for x in range(modules)] for y in range(modules)]
    # Which of the eight masks is nicest is a matter of taste; the content is equal when one of them is.
    assert ours in [[[bool(module) for module in row] for row in code.matrix] for code in theirs]


def test_an_outside_reader_reads_all_three_codes() -> None:
    sheet = printed(
        "1b 61 01 1b 4a 18 1d 77 03 1d 68 60 1d 6b 43 0d",
        b"5901234123457",
        "1b 4a 30 1d 6b 49 0b",
        b"{B1-1.1-318",
        "1b 4a 30 1d 28 6b 03 00 31 43 06 1d 28 6b 0d 00 31 50 30",
        b"openkasa.x",
        "1d 28 6b 03 00 31 51 30 1b 4a 30",
    )
    found = {code.text for code in zxingcpp.read_barcodes(sheet.image())}
    assert found == {"5901234123457", "1-1.1-318", "openkasa.x"}


def test_a_cut_without_a_feed_goes_through_the_last_line() -> None:
    assert printed(b"A\n", "1d 56 00").complaints == ["the cut goes 120 dots into the last line"]
    assert printed(b"A\n", FEED_AND_CUT).complaints == []


def test_the_cutter_is_counted() -> None:
    interpreter = Interpreter()
    interpreter.run(bytes.fromhex(FEED_AND_CUT * 2 + "1d 67 32 00 b2 00"))
    assert bytes(interpreter.replies) == b"\x5f2\x00"


@pytest.mark.parametrize(
    ("fault", "answers"),
    [
        ({}, "12 12 12 12"),
        ({"paper_low": True}, "12 12 12 1e"),
        ({"no_paper": True}, "1a 32 12 7e"),
        ({"cover_open": True}, "1a 16 12 12"),
        ({"cutter_stuck": True}, "1a 52 1a 12"),
    ],
)
def test_status_is_answered_as_the_reference_says(fault: dict[str, bool], answers: str) -> None:
    printer = Printer()
    for name in fault:
        setattr(printer.faults, name, True)
    with TcpPrinter(printer) as server, socket.create_connection(("127.0.0.1", server.port), 5) as wire:
        wire.settimeout(5)
        wire.sendall(bytes.fromhex("10 04 01 10 04 02 10 04 03 10 04 04"))
        received = b""
        while len(received) < 4:
            received += wire.recv(4)
        assert received == bytes.fromhex(answers)


def test_a_stopped_printer_keeps_bytes_and_prints_them_when_the_paper_is_back() -> None:
    printer = Printer()
    printer.faults.no_paper = True
    printer.receive(b"A\n" + bytes.fromhex(FEED_AND_CUT + "1d 72 01"))
    assert (printer.sheets, printer.take_replies()) == ([], b"")
    printer.faults.no_paper = False
    assert printer.take_replies() == b"\x00"
    assert printer.sheets[0].texts == ["A"]


def test_a_dead_printer_forgets_its_buffer_but_not_its_counters() -> None:
    printer = Printer()
    printer.faults.dies_after = 2
    printer.receive(b"A\nB\nC\n" + bytes.fromhex(FEED_AND_CUT))
    assert not printer.alive
    printer.switch_on()
    printer.receive(b"D\n" + bytes.fromhex(FEED_AND_CUT))
    assert printer.sheets[0].texts == ["A", "B", "D"]
    assert printer.interpreter.cuts == 1
