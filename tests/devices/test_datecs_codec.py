"""Datecs frames byte by byte: those of real devices, of the manuals, and the commands of every family."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.document import parse_document
from devices.drivers.datecs import codec
from devices.drivers.datecs.codec import (
    LONG,
    NAK,
    SHORT,
    SYN,
    Answer,
    Command,
    Framing,
    Reader,
    answer_of,
    frame,
    nibbles,
    text,
)
from devices.drivers.datecs.commands import Plan, Style, plan, text_plan
from devices.drivers.datecs.families import FAMILIES, OPEN_FISCAL
from devices.drivers.fiscal import FAMILY, Unfit
from devices.fiscal import PAYMENT_KINDS, parse_fiscal
from tests.devices.datecs_rig import returned
from tests.devices.fiscal_rig import line, payment, sale, ukrainian

RATES = {letter: letter for letter in "ABCDE"}

# Source, framing, number, command, the frame.
COMMANDS = [
    ("real: ErpNet.FP 112", SHORT, 0x24, Command(0x3C), "01 24 24 3C 05 30 30 38 39 03"),
    ("real: ErpNet.FP 112", SHORT, 0x2D, Command(0x4C, "T"), "01 25 2D 4C 54 05 30 30 3F 37 03"),
    ("real: ErpNet.FP 112", SHORT, 0x2E, Command(0x38), "01 24 2E 38 05 30 30 38 3F 03"),
    ("real: ErpNet.FP 56", SHORT, 0x21, Command(0x5A, "1"), "01 25 21 5A 31 05 30 30 3D 36 03"),
    (
        "real: ErpNet.FP 112, an opening",
        SHORT,
        0x25,
        Command(0x30, "1,1,DY423793-0001-0000002,1"),
        "01 3F 25 30 31 2C 31 2C 44 59 34 32 33 37 39 33 2D 30 30 30 31 2D 30 30 30 30 30 30 32 2C 31 05 "
        "30 35 3F 36 03",
    ),
    (
        "computed",
        SHORT,
        0x22,
        Command(0x31, "Хліб\tА12.50*2.000"),
        "01 35 22 31 D5 EB B3 E1 09 C0 31 32 2E 35 30 2A 32 2E 30 30 30 05 30 36 3B 3A 03",
    ),
    ("computed", SHORT, 0x26, Command(0x45, "0"), "01 25 26 45 30 05 30 30 3C 35 03"),
    ("computed", SHORT, 0x25, Command(0x45, "2"), "01 25 25 45 32 05 30 30 3C 36 03"),
    (
        "computed",
        SHORT,
        0x21,
        Command(0x30, "1,0000,1"),
        "01 2C 21 30 31 2C 30 30 30 30 2C 31 05 30 31 3F 3C 03",
    ),
    (
        "computed",
        SHORT,
        0x23,
        Command(0x35, "\tP25.00"),
        "01 2B 23 35 09 50 32 35 2E 30 30 05 30 31 3D 36 03",
    ),
    ("computed", SHORT, 0x24, Command(0x38), "01 24 24 38 05 30 30 38 35 03"),
    (
        "real: ErpNet.FP 183",
        LONG,
        0x21,
        Command(0x5A, "1"),
        "01 30 30 32 3B 21 30 30 35 3A 31 05 30 31 3F 33 03",
    ),
    ("real: ErpNet.FP 183", LONG, 0x31, Command(0x3E), "01 30 30 32 3A 31 30 30 33 3E 05 30 31 3D 33 03"),
    (
        "real: ErpNet.FP 135, a payment",
        LONG,
        0x30,
        Command(0x35, "4\t1.53\t1\t"),
        "01 30 30 33 33 30 30 30 33 35 34 09 31 2E 35 33 09 31 09 05 30 33 30 3A 03",
    ),
]


@pytest.mark.parametrize(("source", "framing", "seq", "asked", "expected"), COMMANDS)
def test_a_command_is_these_bytes(
    source: str, framing: Framing, seq: int, asked: Command, expected: str
) -> None:
    assert frame(asked, seq, framing) == bytes.fromhex(expected), source


def test_an_answer_of_a_real_printer_is_understood() -> None:
    """The refusal of that payment, as the printer of ErpNet.FP 135 sent it."""
    heard = (
        "01 30 30 33 3B 30 30 30 33 35 2D 31 31 31 30 31 36 09 04 80 80 80 80 86 9A 80 80 05 30 37 34 3F 03"
    )
    (found,) = Reader(LONG).feed(bytes.fromhex(heard))
    assert found == Answer(0x35, 0x30, (), bytes.fromhex("80 80 80 80 86 9A 80 80"), 111016)
    family = FAMILIES["x"]
    assert family.refusal(found, "35h") == ("wrong_mode", "printer error -111016 at 35h: no receipt is open")
    assert family.stopped(found) is None and found.bit(5, 3), "fiscalised, and nothing hinders it"


def test_a_refusal_of_a_real_printer_without_numbers_is_understood() -> None:
    """Cancelling where nothing stands open, ErpNet.FP 112."""
    (found,) = Reader(SHORT).feed(bytes.fromhex("01 2B 24 3C 04 A0 82 80 80 86 9A 05 30 33 3D 36 03"))
    assert isinstance(found, Answer)
    refused = FAMILIES["c"].refusal(found, "3Ch")
    assert refused == ("wrong_mode", "the printer refused 3Ch: it does not allow this now")


def test_an_open_receipt_of_a_real_printer_is_understood() -> None:
    heard = (
        "01 47 2D 4C 31 2C 30 30 30 32 2C 2B 30 30 30 30 30 33 30 30 30 2C 2B 30 30 30 30 30 33 30 30 30 04 80 80 88 "
        "80 86 9A 05 30 39 32 34 03"
    )
    (found,) = Reader(SHORT).feed(bytes.fromhex(heard))
    assert isinstance(found, Answer)
    assert found.fields == ("1", "0002", "+000003000", "+000003000")
    assert (found.bit(*OPEN_FISCAL), FAMILIES["c"].stopped(found)) == (True, None)


def test_an_answer_with_tabs_may_lack_its_error() -> None:
    """As an FP-700MX told its diagnostics."""
    data = "FP-700MX,3.00 22Jul25 0923,FFFF,00000000,DA052093,79052093".encode("cp1251")
    content = nibbles(0x20 + 4 + 1 + 4 + len(data) + 10) + b"\x21" + nibbles(0x5A) + data
    content += b"\x04" + bytes.fromhex("80 80 80 80 86 9A 80 80") + b"\x05"
    found = answer_of(content + nibbles(sum(content)), LONG)
    assert found is not None
    assert (found.error, found.text(-1).rpartition(",")[2]) == (0, "79052093")


def test_the_status_of_a_real_ukrainian_printer_hinders_nothing() -> None:
    """An FP-2200CRX in use has a bit set that its manual calls an error of the fiscal memory's numbers."""
    found = answer_of(_answer(0x4A, "", "80 C0 80 EC 84 FA"), SHORT)
    assert found is not None
    family = FAMILIES["ua"]
    assert (family.stopped(found), family.refusal(found, "4Ah"), found.bit(5, 3)) == (None, None, True)


def _answer(code: int, data: str, status: str, seq: int = 0x20) -> bytes:
    """What stands between 01 and 03 of a short answer."""
    rest = bytes([seq, code]) + data.encode("cp1251") + b"\x04" + bytes.fromhex(status) + b"\x05"
    content = bytes([0x20 + 1 + len(rest)]) + rest
    return content + nibbles(sum(content))


@pytest.mark.parametrize(
    ("spoilt", "how"),
    [
        (lambda good: good[:-1] + bytes([good[-1] ^ 1]), "a wrong check sum"),
        (lambda good: bytes([good[0] + 1]) + good[1:], "a wrong length"),
        (lambda good: good[:-12] + good[-11:], "a status too short"),
        (lambda good: good[:5], "a piece"),
        (lambda good: b"", "nothing"),
    ],
)
def test_an_answer_that_is_not_whole_is_none(spoilt: Any, how: str) -> None:
    good = _answer(0x71, "0000017", "80 80 80 80 86 9A")
    found = answer_of(good, SHORT)
    assert found is not None and found.text(0) == "0000017"
    assert answer_of(spoilt(good), SHORT) is None, how


FRAMES = st.lists(
    st.tuples(st.integers(0x20, 0xFF), st.text("0123456789ABC,АБВ+-.", max_size=60)), max_size=3
)


@settings(max_examples=30)
@given(FRAMES, st.integers(1, 9))
def test_however_the_bytes_are_cut_the_answers_are_the_same(told: list[tuple[int, str]], size: int) -> None:
    sent = b"".join(
        bytes([SYN, 0x01]) + _answer(code, data, "80 80 80 80 86 9A") + b"\x03" for code, data in told
    )
    reader = Reader(SHORT)
    heard = [one for at in range(0, len(sent), size) for one in reader.feed(sent[at : at + size])]
    assert [one.code for one in heard if isinstance(one, Answer)] == [code for code, _data in told]
    assert [",".join(one.fields) for one in heard if isinstance(one, Answer)] == [
        data for _code, data in told
    ]
    assert heard.count(SYN) == len(told) and None not in heard


@settings(max_examples=60)
@given(st.binary(max_size=80))
def test_no_bytes_raise(data: bytes) -> None:
    for framing in (SHORT, LONG):
        Reader(framing).feed(b"\x01" + data + b"\x03\x15")
        answer_of(data, framing)
    told = data.decode("latin-1")
    codec.amount(told)
    codec.whole(told)
    codec.percent(told)
    codec.instant(told)


def test_noise_and_a_broken_frame_hide_no_later_one() -> None:
    good = b"\x01" + _answer(0x3C, "", "80 80 80 80 86 9A") + b"\x03"
    found = Reader(SHORT).feed(b"\xff\x15noise\x01\x24\x24" + good + b"\x16" + b"\x01" + b"A" * 2_000 + good)
    assert [one.code if isinstance(one, Answer) else one for one in found] == [
        NAK,
        None,
        0x3C,
        SYN,
        None,
        0x3C,
    ]


# -------------------------------------------------------------------- values


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("+000003000", 3000),
        ("-0.50", -50),
        ("30.00", 3000),
        ("30.5", 3050),
        ("", None),
        ("F", None),
        ("1,5", None),
    ],
)
def test_a_sum_is_read_in_minor_units(told: str, expected: int | None) -> None:
    assert codec.amount(told) == expected


@pytest.mark.parametrize(
    "told", ["07-03-17 19:35:11", "07-03-2017 19:35:11", "07-03-17 19:35:11 DST", "07.03.17 19:35:11"]
)
def test_a_clock_is_wall_time_of_ours(told: str) -> None:
    found = codec.instant(told)
    assert found is not None and found.tzinfo is not None
    assert found.replace(tzinfo=None).isoformat() == "2017-03-07T19:35:11"


def test_what_is_no_clock_is_none() -> None:
    assert [codec.instant(one) for one in ("", "F", "32-01-26 10:00:00", "00-00-00 00:00:00")] == [None] * 4


def test_rates_of_a_real_printer_are_read() -> None:
    told = ["20.00", "15.00", "10.00", "05.00", "05.00", "00.00", "--", ""]
    assert [codec.percent(one) for one in told] == [2000, 1500, 1000, 500, 500, 0, None, None]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Молоко 3,2 % «Їжак» №5 ґ", "Молоко 3,2 % «Їжак» №5 ґ"),
        ("Żółw ąćęłńóśźż", "Zolw acelnoszz"),
        ("кава 5 ₴ ½ кг", "кава 5 грн 1/2 кг"),
        ("🙂 中", "* *"),
        ("a\tb\x01c\x7f", "a b c"),
        ("ё" * 90, "ё" * 40),
    ],
)
def test_a_name_is_written_in_letters_of_the_printer(value: str, shown: str) -> None:
    assert text(value, 40) == shown


def test_every_error_has_a_word_of_the_family() -> None:
    words = {why for family in FAMILIES.values() for _byte, _bit, why, _says in family.stops}
    assert set(codec.ERRORS.values()) | words <= set(FAMILY)
    assert [codec.word(one) for one in (112006, 111024, 102002, 111017, 199999)] == [
        "no_paper",
        "z_needed",
        "blocked",
        "payment",
        "device_error",
    ]


# -------------------------------------------------------------------- documents


def style(name: str, **values: Any) -> Style:
    family = FAMILIES[name]
    return Style(family, RATES, family.payments, "UAH", **{"footer": False, **values})


def made(document: dict[str, Any], name: str, **values: Any) -> Plan:
    found = plan(parse_fiscal(document), style(name, **values))
    assert found is not None
    return found


def told(found: Plan) -> list[str]:
    return [f"{one.code:02X} {one.data}".rstrip(" ") for one in found.commands]


SALE = ukrainian(
    sale(
        line("Молоко", 499, 1500, 49, tax="B"),
        line("Хліб", 500),
        line("Даром", 0),
        payments=[payment(700, change=300), payment(500, "card", "Картка")],
        footer=["Дякуємо"],
    )
)
EXPECTED = {
    "ua": [
        "30 00001,0000,00001,I",
        "3A *1.500#4.99;-0.49",
        "3A *1.000#5.00",
        "36 1-1.1-318",
        "36 Anna",
        "36 Дякуємо",
        "33 00",
        "35 \tD5.00",
        "35 \tP10.00",
        "38",
    ],
    "p": [
        "30 1,0000,1",
        "31 Молоко\tБ4.99*1.500;-0.49",
        "31 Хліб\tА5.00*1.000",
        "36 1-1.1-318",
        "36 Anna",
        "36 Дякуємо",
        "33 00",
        "35 \tD5.00",
        "35 \tP10.00",
        "38",
    ],
    "x": [
        "30 1\t0000\t1\t\t",
        "31 Молоко\t2\t4.99\t1.500\t4\t0.49\t0\t",
        "31 Хліб\t1\t5.00\t1.000\t\t\t0\t",
        "36 1-1.1-318\t",
        "36 Anna\t",
        "36 Дякуємо\t",
        "33 0\t0\t\t\t",
        "35 1\t5.00\t1\t",
        "35 0\t10.00\t1\t",
        "38",
    ],
}
EXPECTED["c"] = [one.replace("D5.00", "C5.00") for one in EXPECTED["p"]]


@pytest.mark.parametrize("name", FAMILIES)
def test_a_sale_is_these_commands(name: str) -> None:
    found = made(SALE, name, footer=True)
    assert told(found) == EXPECTED[name]
    assert (found.key, found.check, found.amount, found.omitted) == (7, 6, 1200, (3,))
    assert (found.sums, found.needs) == ({"A": 500, "B": 700}, {"A": 2000, "B": 700})
    assert found.labels[1] == "line 1 «Молоко» B 7 %"


def test_goods_of_a_list_are_sold_by_the_number_they_have_there() -> None:
    found = made(SALE, "ua")
    assert {place: (one.name, one.group, one.price) for place, one in found.goods.items()} == {
        1: ("Молоко", "B", 499),
        2: ("Хліб", "A", 500),
    }
    assert told(found.numbered({("Молоко", "B"): 17, ("Хліб", "A"): 3}))[1:3] == [
        "3A 17*1.500#4.99;-0.49",
        "3A 3*1.000#5.00",
    ]


@pytest.mark.parametrize(
    ("name", "opening"),
    [
        ("ua", "55 00001,0000,00001,I"),
        ("p", "2E 1,0000,1,R17,,211126102030,00012345"),
        ("c", "2E 1,0000,,1,1,17,211126102030,00012345"),
        ("x", "2B 1\t0000\t1\t1\t17\t21-11-26 10:20:30\t00012345\t\t\t\t\t"),
    ],
)
def test_a_return_names_the_receipt_it_is_of_and_pays_out_what_stays(name: str, opening: str) -> None:
    found = made(returned(SALE), name)
    assert told(found)[0] == opening
    assert [one[1] for one in found.payments] == [500, 700]
    assert found.what == "return"


def test_every_kind_of_payment_has_a_letter_of_its_family() -> None:
    for family in FAMILIES.values():
        assert set(family.payments) == set(PAYMENT_KINDS)
        assert set(family.payments.values()) <= set(family.kinds)


def test_other_documents_are_one_command() -> None:
    asked: dict[str, dict[str, Any]] = {
        "x": {"kind": "report", "report": "x", "day": "2026-11-21"},
        "z": {"kind": "report", "report": "z", "day": "2026-11-21"},
        "in": {"kind": "cash", "direction": "in", "amount": 1205, "reason": ""},
        "out": {"kind": "cash", "direction": "out", "amount": 5, "reason": ""},
        "copy": {"kind": "copy"},
    }
    expected = {
        "ua": ["45 0000,2", "45 0000,0", "46 12.05", "46 -0.05", "6D 1"],
        "p": ["45 2", "45 0", "46 12.05", "46 -0.05", "6D 1"],
        "x": ["45 X\t", "45 Z\t", "46 0\t12.05\t", "46 1\t0.05\t", "6D"],
    }
    for name, commands in expected.items():
        assert [told(made(document, name)) for document in asked.values()] == [[one] for one in commands]
    assert plan(parse_fiscal({"kind": "clean_up"}), style("ua")) is None


REFUSED: list[tuple[dict[str, Any], str]] = [
    (sale(), "unsupported"),
    (ukrainian(sale(line("Даром", 0))), "zero"),
    (ukrainian(sale(buyer_tax_id="5252344078")), "buyer"),
    (ukrainian(sale(line(price=549), rounding=1, due=550, payments=[payment(550)])), "unsupported"),
    (ukrainian(sale(line(price=99_999_999), line())), "out_of_range"),
]


@pytest.mark.parametrize("name", FAMILIES)
@pytest.mark.parametrize(("document", "code"), REFUSED, ids=[one[1] for one in REFUSED])
def test_what_this_printer_cannot_register_is_said_before(
    document: dict[str, Any], code: str, name: str
) -> None:
    if (name, code) == ("x", "out_of_range"):
        document = ukrainian(sale(*[line(price=99_999_999)] * 11))
    with pytest.raises(Unfit) as refusal:
        made(document, name)
    assert refusal.value.code == code


def test_a_tax_without_a_group_names_the_goods() -> None:
    for groups in ({"B": "B"}, {"A": "H"}):
        with pytest.raises(Unfit, match="Chleb żytni") as refusal:
            plan(parse_fiscal(ukrainian(sale())), Style(FAMILIES["ua"], groups, {}, "UAH"))
        assert refusal.value.code == "tax_unknown"


def test_a_long_name_has_the_lines_of_its_family_and_no_commas() -> None:
    document = ukrainian(sale(line("Печиво вівсяне з родзинками, в коробці, 400 г, «Їжак»")))
    assert told(made(document, "p"))[1] == (
        "31 Печиво вівсяне з родзинками. в\nкоробці. 400 г. «Їжак»\tА4.99*1.000"
    )
    assert told(made(document, "c"))[1] == "31 Печиво вівсяне з\nродзинками. в коробці.\tА4.99*1.000"
    assert made(document, "ua").goods[1].name == "Печиво вівсяне з родзинками. в короб"
    assert made(document, "ua", name_length=12).goods[1].name == "Печиво вівся"
    assert told(made(document, "x"))[1].startswith(
        "31 Печиво вівсяне з родзинками. в коробці. 400 г. «Їжак»\t1"
    )


@pytest.mark.parametrize("name", FAMILIES)
def test_no_command_is_longer_than_its_frame_may_be(name: str) -> None:
    document = ukrainian(sale(line("ж" * 200, 9_999_999, 9_999, 9_999_999), footer=["ж" * 100]))
    for one in made(document, name, footer=True).commands:
        assert len(one.data.encode("cp1251")) <= codec.MAX_DATA


def test_a_text_is_printed_line_by_line() -> None:
    blocks = [
        {"text": "Разом", "align": "center"},
        {"text": "право", "align": "right"},
        {"feed": 2},
        {"barcode": "A-1", "type": "code128"},
    ]
    found = text_plan(parse_document({"blocks": blocks, "drawer": True}), style("p"))
    assert told(found) == [
        "6A",
        "26",
        f"2A {'Разом':>20}",
        f"2A {'право':>36}",
        "2A",
        "2A",
        "2A A-1",
        "27",
    ]
    assert (found.proof, found.key) == ("paper", 7)


def test_a_told_time_is_what_the_printer_shows() -> None:
    assert codec.told_time(datetime(2026, 11, 21, 9, 5, 7, tzinfo=UTC)) == "21-11-26 09:05:07"
