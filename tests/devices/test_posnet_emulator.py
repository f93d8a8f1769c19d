"""The emulated Posnet printer does what the specification says, or it would judge our driver by our own ideas."""

import io

import pytest

from devices.drivers.posnet.codec import Reader, command, frame
from devices.emulators import __main__ as by_hand
from devices.emulators.posnet import PosnetPrinter
from devices.emulators.posnet_machine import Machine
from devices.emulators.posnet_values import PosnetError


def execute(machine: Machine, *texts: str) -> list[str]:
    """`trline naX vt0 pr100` and so on; the answer of the last."""
    answer: list[str] = []
    for text in texts:
        name, *values = text.split(" ")
        answer = machine.execute(name, {value[:2]: value[2:] for value in values})
    return answer


def test_the_example_of_the_specification_is_accepted_to_the_byte() -> None:
    printer = PosnetPrinter()
    for value in bytes.fromhex("02 74 72 69 6E 69 74 09 62 6D 30 09 23 34 38 32 35 03"):
        printer.receive(bytes([value]))
    (answer,) = Reader().feed(printer.take_replies())
    assert (answer.name, answer.error, printer.executed) == ("trinit", None, ["trinit"])


def test_an_answer_is_repeated_under_its_token_without_doing_anything() -> None:
    printer = PosnetPrinter()
    printer.receive(frame(command("cash", kw=500, wp=True), 8765))
    first = printer.take_replies()
    printer.receive(frame(command("rpt"), 8765))
    assert (printer.take_replies(), printer.machine.cash) == (first, 500)
    printer.receive(frame(command("rpt"), 8766))
    assert b"ERR\t@8766\ter13\tcmrpt\t#" in printer.take_replies()
    for token in range(33):
        printer.receive(frame(command("opendrwr"), token))
    printer.receive(frame(command("rpt"), 8765))
    assert b"er13" in printer.take_replies().rpartition(b"\x02")[2], "thirty-two answers and no more"


@pytest.mark.parametrize(
    ("data", "answer"),
    [
        (b"\x02scomm\t#0000\x03", b"ERR\t?5\t#"),
        (b"\x02scomm\t\x03", b"ERR\t?15\t#"),
        (frame(command("nonsense"), 1), b"ERR\t@0001\t?1\tcmnonsense\t#"),
        (frame(command("trline"), 2), b"trline\t@0002\t?2005\t#"),
        (frame(command("cash", wp=True), 3), b"ERR\t@0003\t?2\tcmcash\tfdkw\t#"),
        (frame(command("cash", kw="1,5", wp=True), 3), b"ERR\t@0003\t?3\tcmcash\tfdkw\t#"),
        (frame(command("!trend"), 4), b"ERR\t@0004\t?12\tcm!trend\t#"),
        (b"\x02" + b"x" * 9_000, b"ERR\t?11\t#"),
    ],
)
def test_frames_that_are_not_right_are_answered_with_their_number(data: bytes, answer: bytes) -> None:
    printer = PosnetPrinter()
    printer.receive(data)
    assert answer in printer.take_replies()


SALE = ("trinit bm1", "trline naX vt0 pr333 il1.5 wa500 rd1 rw100", "trpack pr50 il2", "trpayment ty2 wa600")


@pytest.mark.parametrize(
    ("texts", "number"),
    [
        (("trend",), 2005),
        (("trinit bm1", "trinit bm1"), 2038),
        (("trinit bm1", "dailyrep"), 2038),
        (("trinit bm1", "trline naX vt6 pr1"), 2000),
        (("trinit bm1", "trline naX vt0 pr0"), 2006),
        (("trinit bm1", "trline naX vt0 pr1 il0"), 2007),
        (("trinit bm1", "trline na??? vt0 pr1"), 2104),
        (("trinit bm1", "trline naX vt0 pr333 il1.5 wa499"), 2802),
        (("trinit bm1", "trline naX vt0 pr1 rw1"), 1985),
        (("trinit bm1", "trline naX vt0 pr1 rw0"), 1984),
        (("trinit bm1", "trpack pr50 il2 wa99"), 2803),
        (("trinit bm1", "trend"), 2041),
        ((*SALE, "trend to399"), 2805),
        ((*SALE, "trend op99"), 2806),
        ((*SALE, "trend fp599"), 2808),
        ((*SALE, "trend re1"), 2809),
        ((*SALE[:3], "trpayment ty0 wa499", "trend"), 2054),
        ((*SALE, "trpayment ty0 wa101 re1", "trend"), 2054),
        (("trinit bm1", "trpayment ty1 wa1"), 2705),
        ((*SALE, "trend fe0", "trline naX vt0 pr1"), 2060),
        ((*SALE, "trftrln id0 naX"), 2066),
        (("dailyrep da2000-01-01",), 2022),
        (("dailyrep", "dailyrep"), 382),
        (("prncancel",), 2005),
        (("formend fn200",), 2505),
        (("formstart fn200", "trinit bm1"), 2062),
        (("fmrecrd",), 384),
        (("formbarcode2d fn200",), 3200),
    ],
)
def test_what_it_refuses_has_the_makers_number(texts: tuple[str, ...], number: int) -> None:
    with pytest.raises(PosnetError) as refusal:
        execute(Machine(), *texts)
    assert refusal.value.number == number


def test_a_receipt_counts_when_it_is_finished_and_not_before() -> None:
    machine = Machine()
    execute(machine, *SALE, "trpayment ty0 wa100 re1", "trend to400 op100 fp600 re100 fe0")
    assert (machine.completed, "fe1" in execute(machine, "strns")) == (0, True)
    told = execute(machine, "trftrln id0 na1", "trftrend", "scnt")
    assert (machine.completed, machine.sums[0], "bn1" in told, "bt1" in told) == (1, 400, True, True)
    execute(machine, "trinit bm1", "prncancel")
    assert {"bn1", "bc1", "bt2", "hn2"} <= set(execute(machine, "scnt"))


def test_a_rate_that_went_down_does_not_go_up_again() -> None:
    machine = Machine()
    for slot in (2, 0, 1):
        execute(machine, "trinit bm1", f"trline naMleko vt{slot} pr100", "trend")
    with pytest.raises(PosnetError) as refusal:
        execute(machine, "trinit bm1", "trline naMLEKO_! vt0 pr100")
    assert refusal.value.number == 2106
    execute(machine, "trline namleko vt1 pr100", "trend")


def test_it_is_attended_by_hand(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("paper\npaper\ncut\nz\nsilent\noff\non\nshow\nwhat\n"))
    assert by_hand.main(["posnet", "--tcp", "0"]) == 0
    said = capsys.readouterr().out
    assert "127.0.0.1:" in said and "cut_after='trend'" in said and "mechanism=5" in said
    assert by_hand.main(["toaster"]) == 2
