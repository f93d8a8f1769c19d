"""The emulated Datecs printer does what the manuals and the frames of real devices say."""

import io

import pytest

from devices.drivers.datecs.codec import LONG, NAK, SHORT, SYN, Answer, Command, Framing, Reader, frame
from devices.emulators import __main__ as by_hand
from devices.emulators.datecs import DatecsPrinter
from devices.emulators.datecs_machine import Machine


def heard(printer: DatecsPrinter, data: bytes, framing: Framing = SHORT) -> list[int | Answer | None]:
    for value in data:
        printer.receive(bytes([value]))
    return Reader(framing).feed(printer.take_replies())


def asked(printer: DatecsPrinter, seq: int, code: int, data: str = "") -> Answer:
    framing = LONG if printer.family == "x" else SHORT
    *_busy, found = heard(printer, frame(Command(code, data), seq, framing), framing)
    assert isinstance(found, Answer)
    return found


def test_real_frames_are_answered_as_real_devices_do() -> None:
    printer = DatecsPrinter("c")
    for value in bytes.fromhex("01 24 24 3C 05 30 30 38 39 03"):
        printer.receive(bytes([value]))
    assert printer.take_replies() == b"\x16" + bytes.fromhex(
        "01 2B 24 3C 04 A0 82 80 80 86 9A 05 30 33 3D 36 03"
    )
    printer = DatecsPrinter("x")
    for text in (
        "01 30 30 33 33 30 30 30 33 35 34 09 31 2E 35 33 09 31 09 05 30 33 30 3A 03",
        "01 30 30 32 3A 31 30 30 33 3E 05 30 31 3D 33 03",
    ):
        found = heard(printer, bytes.fromhex(text), LONG)
        assert found[0] == SYN and isinstance(found[1], Answer)
        assert (found[1].error == 111016) is (found[1].code == 0x35)


def test_a_number_twice_brings_the_answer_twice_and_one_receipt() -> None:
    printer = DatecsPrinter("p")
    asked(printer, 0x20, 0x30, "1,0000,1")
    first = asked(printer, 0x21, 0x31, "Хліб\tА12.50*2.000")
    assert asked(printer, 0x21, 0x31, "Хліб\tА12.50*2.000") == first
    assert printer.machine.open is not None and printer.machine.open.total == 2500
    told = asked(printer, 0x22, 0x4C, "T")
    assert told.fields == ("1", "0001", "+000002500", "+000000000") and told.bit(2, 3)
    assert asked(printer, 0x23, 0x35, "\tP20.00").fields == ("D000000500",)
    assert asked(printer, 0x24, 0x38).bit(1, 1), "a receipt that is not paid stays open"
    assert asked(printer, 0x25, 0x3C).bit(1, 1), "nor can it be cancelled"
    assert asked(printer, 0x26, 0x35, "\tP6.00").fields == ("R000000100",)
    assert asked(printer, 0x27, 0x38).fields == ("0001", "0001")


def test_after_a_power_cut_a_number_is_new_again() -> None:
    printer = DatecsPrinter("p")
    asked(printer, 0x20, 0x46, "5.00")
    printer.switch_off()
    printer.switch_on()
    asked(printer, 0x20, 0x46, "5.00")
    assert printer.machine.cash == 1000


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        ("01 24 24 3C 05 30 30 38 38 03", NAK),
        ("01 25 24 3C 05 30 30 38 3A 03", NAK),
        ("01 03", NAK),
        ("01 24 24 02 05 30 30 34 3F 03", SYN),
    ],
)
def test_what_it_cannot_read_it_says_no_to(data: str, answer: int) -> None:
    found = heard(DatecsPrinter("c"), bytes.fromhex(data))
    assert found[0] == answer
    if answer == SYN:
        assert isinstance(found[1], Answer) and found[1].bit(0, 1), "a command it does not know"


REFUSED = [
    ("p", 0x30, "1,0000,1,I", (0, 0)),
    ("p", 0x30, "1,9999,1", (1, 1)),
    ("p", 0x31, "Хліб\tА1.00", (1, 1)),
    ("p", 0x31, "Хліб А1.00", (0, 0)),
    ("p", 0x45, "1", (0, 0)),
    ("p", 0x46, "x", (0, 0)),
    ("p", 0x2E, "1,0000,1,R17", (0, 0)),
    ("p", 0x3A, "1*1.000#1.00", (0, 1)),
    ("c", 0x2E, "1,0000,1,R17,,211126102030,00012345", (0, 0)),
    ("ua", 0x31, "Хліб\tА1.00", (0, 1)),
    ("ua", 0x30, "1,0000,1", (0, 0)),
    ("ua", 0x45, "9999,0", (1, 1)),
]


@pytest.mark.parametrize(("family", "code", "data", "bit"), REFUSED)
def test_what_it_refuses_stands_in_its_status(
    family: str, code: int, data: str, bit: tuple[int, int]
) -> None:
    printer = DatecsPrinter(family)
    found = asked(printer, 0x20, code, data)
    assert found.bit(*bit) and found.bit(0, 5)
    assert printer.machine.open is None


@pytest.mark.parametrize(
    ("code", "data", "error"),
    [
        (0x30, "1\t0000\t1\t", 112001),
        (0x30, "1\t9999\t1\t\t", 102002),
        (0x31, "Хліб\t1\t1.00\t1.000\t\t\t0\t", 111016),
        (0x31, "Хліб\tА\t1.00\t1.000\t\t\t0\t", 111002),
        (0x38, "", 111016),
        (0x46, "1\t1.00\t", 111017),
        (0x2E, "", 112000),
    ],
)
def test_what_the_group_x_refuses_has_the_makers_number(code: int, data: str, error: int) -> None:
    assert asked(DatecsPrinter("x"), 0x20, code, data).error == error


def test_goods_that_were_sold_stay_until_the_next_z() -> None:
    machine = Machine()
    assert machine.article_set(1, 0, 100, "Хліб") and machine.article_set(1, 1, 100, "Молоко")
    machine.open_receipt(1, "0000", refund=False)
    machine.sell_article(1, 100, 1000, 0)
    assert not machine.article_drop(1) and not machine.article_set(1, 0, 100, "Сир")
    machine.pay("P", 100)
    machine.close()
    machine.report(closing=True)
    assert machine.article_drop(1) and not machine.article_drop(1)


def test_it_is_attended_by_hand(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    words = "paper\npaper\ncover\ncut 35\ncut what\nz\nsilent\noff\non\nshow\nwhat\n"
    for name in ("datecs", "datecs_x"):
        monkeypatch.setattr("sys.stdin", io.StringIO(words))
        assert by_hand.main([name, "--tcp", "0"]) == 0
        said = capsys.readouterr().out
        assert "127.0.0.1:" in said and f"cut_after={0x38}" in said and "power on" in said
    assert "family x" in said
