"""The emulated Shtrih-M printer does what the protocol says, and another people's library can drive it."""

import collections
import collections.abc
import io
from collections.abc import Iterator
from typing import Any

import pytest

from devices.drivers.shtrih.codec import (
    Answer,
    By,
    Command,
    Reader,
    Reader2,
    answer_of,
    frame,
    frame2,
    line_of,
    number,
)
from devices.emulators import __main__ as by_hand
from devices.emulators.shtrih import ShtrihPrinter
from devices.emulators.shtrih_machine import Machine, ShtrihError
from devices.emulators.wires import PtyPrinter
from tests.missing import lacking

ACK, NAK = 6, 0x15
ADMIN = b"\x1e\0\0\0"
PASSWORDS: dict[By, int] = {"administrator": 30}
LINE = (
    b"\x01"
    + number(1_000_000, 6)
    + number(10000, 5) * 2
    + b"\xff" * 5
    + b"\x08\0\0\0"
    + "Обед".encode("cp1251")
)
CLOSE = number(10000, 5) + bytes(75) + b"\0" + bytes(30) + b"\x01"


def heard(printer: ShtrihPrinter, data: bytes) -> list[int | bytes | None]:
    for value in data:
        printer.receive(bytes([value]))
    return Reader().feed(printer.take_replies())


def test_real_frames_are_answered_as_real_devices_do() -> None:
    printer = ShtrihPrinter()
    assert heard(printer, b"\x05") == [NAK]
    for text, answer in (
        ("02 06 8D 01 00 00 00 00 8A", "02 03 8D 00 01 8F"),
        (
            "02 30 FF 46 1E 00 00 00 01 40 42 0F 00 00 00 10 27 00 00 00 10 27 00 00 00 FF FF FF FF FF 08 00 00 00 "
            "CA EE EC EF EB E5 EA F1 ED FB E9 20 EE E1 E5 E4 8F",
            "02 03 FF 46 00 BA",
        ),
    ):
        for value in bytes.fromhex(text):
            printer.receive(bytes([value]))
        assert printer.take_replies() == b"\x06" + bytes.fromhex(answer)
        printer.receive(b"\x06")


def test_an_answer_is_kept_until_it_is_acknowledged() -> None:
    printer = ShtrihPrinter()
    first = heard(printer, frame(Command(0x50, number(500, 5)).payload(PASSWORDS)))
    assert first[0] == ACK
    assert heard(printer, b"\x15\x05") == first and printer.machine.money[241] == 500
    assert heard(printer, b"\x06\x05") == [NAK]
    assert heard(printer, b"\x02\x01\x10\x00") == [NAK], "a wrong checksum"


def test_a_number_that_was_answered_brings_the_old_answer() -> None:
    printer = ShtrihPrinter()
    printer.receive(frame2(None))
    (synchronised,) = Reader2().feed(printer.take_replies())
    assert synchronised is not None and (synchronised.place, synchronised.payload) == (0, b"")
    asked = frame2(Command(0x50, number(500, 5)).payload(PASSWORDS), 1)
    answers = []
    for _ in range(2):
        printer.receive(asked)
        answers.append(printer.take_replies())
    assert answers[0] == answers[1] and printer.machine.money[241] == 500
    printer.receive(frame2(Command(0x50, number(500, 5)).payload(PASSWORDS), 9))
    assert printer.take_replies() == answers[0] and printer.machine.money[241] == 500


def test_the_storage_gives_a_receipt_as_real_ones_do() -> None:
    machine = Machine()
    for code, data in ((0x8D, b"\0"), (0xFF46, LINE), (0xFF45, CLOSE)):
        machine.execute(code, ADMIN + data)
    found = machine.execute(0xFF0A, ADMIN + number(3, 4))
    assert (found[0], found[1], found[7:11], found[15], found[16:]) == (
        3,
        1,
        number(3, 4),
        1,
        number(10000, 5),
    )
    assert len(machine.execute(0xFF01, ADMIN)) == 30
    assert machine.execute(0xFF39, ADMIN) == bytes(13)
    assert machine.execute(0xFF40, ADMIN) == b"\x01" + number(1, 2) * 2


BEGUN = ((0x8D, b"\0"),)
SOLD = (*BEGUN, (0xFF46, LINE))


@pytest.mark.parametrize(
    ("steps", "error"),
    [
        (((0x77, b""),), 0x37),
        (((0xFF45, CLOSE),), 0x55),
        (((0x88, b""),), 0x55),
        (((0x41, b""),), 0x73),
        (((0x8D, b"\x07"),), 0x33),
        (((0x8D, b""),), 0x7E),
        ((*BEGUN, (0x8D, b"\0")), 0x4A),
        ((*BEGUN, (0x41, b"")), 0x4A),
        ((*BEGUN, (0xFF45, CLOSE)), 0x8E),
        ((*BEGUN, (0xFF46, b"\x02" + LINE[1:])), 0x49),
        ((*BEGUN, (0xFF46, LINE[:12] + number(9998, 5) + LINE[17:])), 0x33),
        ((*BEGUN, (0xFF46, LINE[:22] + b"\x03" + LINE[23:])), 0x33),
        ((*BEGUN, (0xFF4D, b"\0\0\0\0")), 0x33),
        ((*SOLD, (0xFF45, number(9999, 5) + CLOSE[5:])), 0x45),
        ((*SOLD, (0xFF45, bytes(5) + number(10001, 5) + CLOSE[10:])), 0x4D),
        ((*SOLD, (0xFF45, CLOSE[:80] + b"\x01" + CLOSE[81:])), 0x33),
        ((*SOLD, (0xFF45, CLOSE[:-1] + b"\x20")), 0x63),
        (((0x8D, b"\x02"), (0xFF46, b"\x02" + LINE[1:]), (0xFF45, CLOSE)), 0x46),
        (((0x51, number(1, 5)),), 0x46),
        (((0x50, number(0, 5)),), 0x33),
        (((0xB0, b""),), 0x72),
        (((0x1F, b"\x63\x01\0\x01"),), 0x5D),
        (((0xFF0A, number(2, 4)),), 0x08),
        (((0x17, b"\x02short"),), 0x7E),
    ],
)
def test_what_it_refuses_has_the_makers_number(steps: tuple[tuple[int, bytes], ...], error: int) -> None:
    machine = Machine()
    with pytest.raises(ShtrihError) as refusal:
        for code, data in steps:
            machine.execute(code, ADMIN + data)
    assert refusal.value.number == error


def test_without_paper_password_or_date_it_does_little() -> None:
    machine = Machine()
    machine.paper_ends(printing=True)
    with pytest.raises(ShtrihError, match="6Bh"):
        machine.execute(0x40, ADMIN)
    machine.paper_comes()
    with pytest.raises(ShtrihError, match="58h"):
        machine.execute(0x40, ADMIN)
    machine.execute(0xB0, ADMIN)
    machine.execute(0x40, ADMIN)
    with pytest.raises(ShtrihError, match="4Fh"):
        machine.execute(0x40, b"\x63\0\0\0")
    machine.unconfirmed = True
    with pytest.raises(ShtrihError, match="C0h"):
        machine.execute(0x40, ADMIN)


def test_a_receipt_belongs_to_its_operator_and_to_the_administrator() -> None:
    machine = Machine()
    machine.execute(0x8D, b"\x01\0\0\0\0")
    with pytest.raises(ShtrihError, match="59h"):
        machine.execute(0x88, b"\x02\0\0\0")
    machine.execute(0x88, ADMIN)
    machine.storage.busy_with = 4
    with pytest.raises(ShtrihError, match="5Eh"):
        machine.execute(0x8D, ADMIN + b"\0")


def test_it_is_attended_by_hand(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(
        "sys.stdin", io.StringIO("paper\npaper\ncover\ncut ff46\nz\nsilent\noff\non\nshow\nwhat\n")
    )
    assert by_hand.main(["shtrih", "--tcp", "0"]) == 0
    said = capsys.readouterr().out
    assert "127.0.0.1:" in said and f"cut_after={0xFF46}" in said and "submode 2" in said


# -------------------------------------------------------------------- an outside judge


@pytest.fixture
def judge() -> Iterator[tuple[ShtrihPrinter, Any]]:
    """The printer behind a pty, and pyshtrih connected to it."""
    # Its library of texts asks for a name that Python 3.10 moved.
    collections.Mapping = collections.abc.Mapping  # type: ignore[attr-defined]
    try:
        import pyshtrih
    except ImportError:
        lacking("pyshtrih is not installed: nobody but our own driver speaks with the emulator")
    printer = ShtrihPrinter()
    with PtyPrinter(printer) as line:
        client = pyshtrih.ShtrihM01F(line.path, baudrate=115200, timeout=2)
        client.connect()
        yield printer, client
        client.disconnect()
    del collections.Mapping  # type: ignore[attr-defined]


def test_pyshtrih_sells_with_our_emulator(judge: tuple[ShtrihPrinter, Any]) -> None:
    """A sale, its change, cash, X and Z, the storage's own words, and an error as that library tells it."""
    printer, client = judge
    assert client.name == "ШТРИХ-ЛАЙТ-01Ф"
    client.open_check(0)
    client.sale(("Хліб", 1250, 2000), tax1=1)
    assert client.close_check(3000)["Сдача"] == 500
    (found,) = printer.machine.receipts
    assert (found.amount, found.lines[0][:4]) == (2500, ("Хліб", 1_250_000, 2000, 2500))
    state = client.fs_state()
    assert (state["Номер последнего ФД"], bytes(state["Номер ФН"]).decode()) == (
        3,
        printer.machine.storage.number,
    )
    stored = client.fs_find_document_by_num(3)
    assert stored["Тип фискального документа"] == 3
    assert int.from_bytes(stored["Данные фискального документа"][14:19], "little") == 2500
    assert client.fs_shift_params()["Номер чека"] == 1
    client.income(10000)
    client.x_report()
    assert client.request_monetary_register(241)["Содержимое регистра"] == 12500
    client.z_report()
    assert (client.full_state()["Номер последней закрытой смены"], printer.machine.storage.shift_open) == (
        1,
        False,
    )
    printer.machine.paper_ends(printing=False)
    with pytest.raises(OSError, match="Нет чековой ленты"):
        client.protocol.command(0x40, 30)


def test_the_same_answers_are_read_by_our_driver_and_by_the_judge(judge: tuple[ShtrihPrinter, Any]) -> None:
    printer, client = judge
    machine = printer.machine
    ours = answer_of(b"\x10\0" + machine.execute(0x10, ADMIN))
    assert isinstance(ours, Answer)
    theirs = client.state()
    assert (
        (theirs["Режим ФР"].num, theirs["Подрежим ФР"].num) == (4, 0) == (ours.whole(3, 1), ours.whole(4, 1))
    )
    assert theirs["Флаги ФР"]["Оптический датчик чековой ленты"] == 1
    assert line_of("Хліб", 6) == "Хліб".encode("cp1251") + b"\0\0"
