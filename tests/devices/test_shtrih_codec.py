"""Shtrih-M frames byte by byte: those of real devices, of another library, and every command of a sale."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.document import parse_document
from devices.drivers.fiscal import FAMILY, Unfit
from devices.drivers.shtrih import codec
from devices.drivers.shtrih.codec import (
    ACK,
    Answer,
    Command,
    Numbered,
    Reader,
    Reader2,
    answer_of,
    crc,
    frame,
    frame2,
    line_of,
    number,
    tag,
    text,
)
from devices.drivers.shtrih.commands import Plan, Style, plan, spread, text_plan
from devices.fiscal import Line, Tax, line_gross, parse_fiscal
from tests.devices.fiscal_rig import line, payment, russian, sale
from tests.length import LONG

KINDS = {
    "cash": 1,
    "card": 2,
    "transfer": 2,
    "voucher": 14,
    "account": 15,
    "internal": 16,
    "bonus": 16,
    "other": 16,
}
STYLE = Style(
    rates={"A": 1, "B": 2, "C": 3, "D": 4, "E": 4},
    rate_bytes={row: 1 << (row - 1) for row in range(1, 7)},
    payments=KINDS,
    footer=False,
    units=False,
)
AUTO = b"\xff" * 5
REAL_NAME = "Комплексный обед".encode("cp1251")


def money(*amounts: int) -> bytes:
    return b"".join(number(one, 5) for one in amounts)


# Source, password, command, the frame.
COMMANDS = [
    ("real: issue 273 of fr_drv_ng", 1, Command(0x8D, b"\0"), "02 06 8D 01 00 00 00 00 8A"),
    ("real: issue 130", 30, Command(0x10), "02 05 10 1E 00 00 00 0B"),
    (
        "real: issue 247, a line",
        30,
        Command(
            0xFF46, b"\x01" + number(1_000_000, 6) + money(10000, 10000) + AUTO + b"\x08\0\0\0" + REAL_NAME
        ),
        "02 30 FF 46 1E 00 00 00 01 40 42 0F 00 00 00 10 27 00 00 00 10 27 00 00 00 FF FF FF FF FF 08 00 00 00 "
        "CA EE EC EF EB E5 EA F1 ED FB E9 20 EE E1 E5 E4 8F",
    ),
    (
        "real: issue 247, the close",
        30,
        Command(0xFF45, money(0, 0, 0, 10000) + bytes(60) + b"\0" + bytes(30) + b"\x04"),
        "02 76 FF 45 1E 00 00 00" + " 00" * 15 + " 10 27 00 00 00" + " 00" * 91 + " 04 E1",
    ),
    ("real: issue 236", 30, Command(0xFF39), "02 06 FF 39 1E 00 00 00 DE"),
    ("pyshtrih", 30, Command(0x40), "02 05 40 1E 00 00 00 5B"),
    ("pyshtrih", 30, Command(0x41), "02 05 41 1E 00 00 00 5A"),
    (
        "pyshtrih, an older sale",
        1,
        Command(0x80, number(1250, 5) + number(2000, 5) + b"\0" + bytes(4) + line_of("Хліб", 40)),
        "02 3C 80 01 00 00 00 E2 04 00 00 00 D0 07 00 00 00 00 00 00 00 00 D5 EB B3 E1" + " 00" * 36 + " E0",
    ),
    (
        "pyshtrih, an older close",
        1,
        Command(0x85, money(3000) + bytes(15) + bytes(2) + bytes(4) + bytes(40)),
        "02 47 85 01 00 00 00 B8 0B" + " 00" * 64 + " 70",
    ),
    ("pyshtrih", 1, Command(0x50, number(10000, 5)), "02 0A 50 01 00 00 00 10 27 00 00 00 6C"),
    ("computed", 30, Command(0x8D, b"\x02"), "02 06 8D 1E 00 00 00 02 97"),
    ("computed", 30, Command(0x50, number(10000, 5)), "02 0A 50 1E 00 00 00 10 27 00 00 00 73"),
    ("computed", 30, Command(0x28, b"\0"), "02 06 28 1E 00 00 00 00 30"),
    ("real: no password", 30, Command(0xFC, by="nobody"), "02 01 FC FD"),
]


@pytest.mark.parametrize(("source", "password", "asked", "expected"), COMMANDS)
def test_a_command_is_these_bytes(source: str, password: int, asked: Command, expected: str) -> None:
    assert frame(asked.payload({"administrator": password})) == bytes.fromhex(expected), source


REAL_STATUS = "02 10 10 00 1E 92 02 02 05 00 A0 DD 01 C0 00 1D 08 00 20"
ANSWERS = [
    ("02 03 8D 00 01 8F", Answer(0x8D, 0, b"\x01")),
    (REAL_STATUS, Answer(0x10, 0, bytes.fromhex("1E 92 02 02 05 00 A0 DD 01 C0 00 1D 08 00"))),
    ("02 03 FF 46 00 BA", Answer(0xFF46, 0)),
    (
        "02 10 FF 45 00 00 00 00 00 00 DC 45 00 00 B5 BC 48 11 63",
        Answer(0xFF45, 0, bytes(5) + number(17884, 4) + number(0x1148BCB5, 4)),
    ),
    ("02 10 FF 39 00" + " 00" * 13 + " D6", Answer(0xFF39, 0, bytes(13))),
    ("02 03 FF 3A 73 B5", Answer(0xFF3A, 0x73)),
]


@pytest.mark.parametrize(("heard", "expected"), ANSWERS)
def test_an_answer_of_a_real_device_is_understood(heard: str, expected: Answer) -> None:
    # Devices behind a network send a stray FF before their ACK.
    found = Reader().feed(b"\xff\x06" + bytes.fromhex(heard))
    assert found[0] == ACK and isinstance(found[1], bytes) and answer_of(found[1]) == expected


NUMBERED = [
    ("8F 00 00 0F 1D", None, 0),
    ("8F 07 00 08 00 11 1E 00 00 00 82 2D", Command(0x11), 8),
    ("8F 07 00 1A 00 10 1E 00 00 00 4B D0", Command(0x10), 0x1A),
    ("8F 03 00 04 00 FC 8D 0D", Command(0xFC, by="nobody"), 4),
    ("8F 09 00 12 00 2E 1E 00 00 00 02 02 28 BB", Command(0x2E, b"\x02\x02"), 0x12),
]


@pytest.mark.parametrize(("expected", "asked", "place"), NUMBERED)
def test_a_numbered_frame_of_a_real_host_is_produced(
    expected: str, asked: Command | None, place: int
) -> None:
    assert frame2(None if asked is None else asked.payload({"administrator": 30}), place) == bytes.fromhex(
        expected
    )


@pytest.mark.parametrize(
    ("heard", "place", "expected"),
    [
        ("8F 05 00 17 00 FF 46 00 EE 83", 0x17, Answer(0xFF46, 0)),
        ("8F 05 00 0F 00 FF 4D 00 63 59", 0x0F, Answer(0xFF4D, 0)),
        (
            "8F 12 00 25 00 FF 45 00 00 00 00 00 00 52 00 00 00 F2 BF 0B 3E 90 6B",
            0x25,
            Answer(0xFF45, 0, bytes(5) + number(0x52, 4) + number(0x3E0BBFF2, 4)),
        ),
        (
            "8F 13 00 26 00 10 00 01 90 00 02 00 00 33 48 00 00 00 FF FF FF 00 78 C2",
            0x26,
            Answer(0x10, 0, bytes.fromhex("01 90 00 02 00 00 33 48 00 00 00 FF FF FF 00")),
        ),
    ],
)
def test_a_numbered_answer_of_a_real_device_is_understood(heard: str, place: int, expected: Answer) -> None:
    (found,) = Reader2().feed(bytes.fromhex(heard))
    assert found is not None and found.place == place and answer_of(found.payload) == expected


def test_a_numbered_line_tag_of_a_real_host_is_produced() -> None:
    asked = Command(0xFF4D, tag(1222, b"\x40"))
    assert frame2(asked.payload({"administrator": 1}), 0x0F) == bytes.fromhex(
        "8F 0D 00 0F 00 FF 4D 01 00 00 00 C6 04 01 00 40 AB 7E"
    )


def test_the_checksum_and_the_bytes_that_may_not_stand_in_a_frame() -> None:
    assert crc(b"123456789") == b"\xb1\x29"
    data = b"\x8f\x9f\x8f"
    found = frame2(data, 0x9F8F)
    assert found.count(b"\x8f") == 1 and b"\x9f\x81" in found and b"\x9f\x83" in found
    assert Reader2().feed(found) == [Numbered(0x9F8F, data)]


@settings(max_examples=25)
@given(st.lists(st.binary(min_size=1, max_size=60), max_size=3), st.integers(1, 9))
def test_however_the_bytes_are_cut_the_frames_are_the_same(payloads: list[bytes], size: int) -> None:
    old, new = b"".join(map(frame, payloads)), b"".join(frame2(one, 7) for one in payloads)
    first, second = Reader(), Reader2()
    heard = [one for at in range(0, len(old), size) for one in first.feed(old[at : at + size])]
    numbered = [one for at in range(0, len(new), size) for one in second.feed(new[at : at + size])]
    assert (heard, numbered) == (payloads, [Numbered(7, one) for one in payloads])


@settings(max_examples=40)
@given(st.binary(max_size=80))
def test_no_bytes_raise(data: bytes) -> None:
    Reader().feed(b"\x02" + data)
    Reader2().feed(b"\x8f" + data)
    answer_of(data)
    codec.day_of(data)


def test_damaged_frames_are_told_and_the_next_is_read() -> None:
    good = frame(b"\x10\x00")
    assert Reader().feed(b"\x02\x01\x10\x00" + good) == [None, b"\x10\x00"]
    right = frame2(b"\x10\x00", 3)
    wrong = right[:-1] + bytes([right[-1] ^ 1])
    assert Reader2().feed(b"noise" + wrong + right[:4] + right + b"\x8f\xff\xff") == [
        None,
        None,
        Numbered(3, b"\x10\x00"),
        None,
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("Молоко 3,2 % «Їжак» №5", "Молоко 3,2 % «Їжак» №5"),
        ("Żółw ąćęłńóśźż", "Zolw acelnoszz"),
        ("кава 5 ₴ 100 ₽ ½ кг", "кава 5 грн 100 руб 1/2 кг"),
        ("🙂 中", "* *"),
        ("a\tb\x02c", "a b c"),
        ("ё" * 90, "ё" * 40),
    ],
)
def test_a_name_is_written_in_letters_of_the_printer(value: str, shown: str) -> None:
    assert text(value, 40) == shown


def test_every_error_has_a_word_of_the_family() -> None:
    assert set(codec.ERRORS.values()) | set(codec.STORAGE.values()) <= set(FAMILY)
    found = [codec.word(one) for one in (0x4E, 0x6B, 0x71, 0x45, 0x37, 0x33, 0x4F, 0x8F, 0x55, 0xEE)]
    assert found == [
        "z_needed",
        "no_paper",
        "cutter",
        "payment",
        "unknown_command",
        "syntax",
        "blocked",
        "not_fiscal",
        "wrong_mode",
        "device_error",
    ]
    assert (codec.word(0x16), codec.word(0x16, storage=True)) == ("wrong_mode", "z_needed")
    assert (codec.word(0x06, True), codec.word(0x14, True)) == ("memory_full", "unsent")
    assert codec.explain(0x6B, "FF46h") == "printer error 6Bh at FF46h: no paper"


# -------------------------------------------------------------------- documents


def made(document: dict[str, Any], style: Style = STYLE) -> Plan:
    found = plan(parse_fiscal(document), style)
    assert found is not None
    return found


def codes(found: Plan) -> list[str]:
    return [f"{one.code:02X}" for one in found.commands]


def test_a_sale_is_these_commands() -> None:
    document = russian(
        sale(
            line("Молоко", 499, 1500, 49, tax="B"),
            line("Хлеб", 500),
            line("Даром", 0),
            payments=[payment(500, "card", "Карта"), payment(700, change=300)],
        )
    )
    found = made(document)
    assert codes(found) == ["8D", "FF46", "FF46", "FF45"]
    opened, milk, bread, close = found.commands
    assert opened.data == b"\0"
    # 749 less 49: 1.5 at 4.67 is 7.01, off by a kopeck and therefore let through.
    assert milk.data == b"\x01" + number(1_500_000, 6) + money(
        467, 700
    ) + AUTO + b"\x02\x01\x04\x01" + "Молоко".encode("cp1251")
    assert bread.data[1:7] == number(1_000_000, 6) and bread.data[7:17] == money(500, 500)
    assert close.data == money(1000, 500) + bytes(70) + b"\0" + bytes(30) + b"\x01"
    assert (found.key, found.amount, found.operation, found.omitted) == (3, 1200, 1, (3,))
    assert (found.proof, found.needs) == ("sale", {"1": 2200, "2": 1000})


def test_a_return_is_one_too_and_a_deposit_is_a_pledge_without_tax() -> None:
    document = {**russian(sale(line(), line("Залог", 50, 2000, deposit=True))), "kind": "return"}
    found = made(document)
    assert found.commands[0].data == b"\x02"
    goods, pledge = found.commands[1].data, found.commands[2].data
    assert (goods[0], goods[22:26]) == (2, b"\x01\x01\x04\x01")
    assert pledge[22:26] == b"\x08\x01\x04\x13"
    assert (found.operation, found.what, found.needs) == (2, "return", {"1": 2200})


def test_units_and_the_buyer_as_the_tax_office_wants_them() -> None:
    document = russian(sale(line("Сыр", 50_000, 320, unit="кг"), line(unit="шт."), buyer_tax_id="7707083893"))
    new = made(document, Style(STYLE.rates, STYLE.rate_bytes, KINDS, footer=False))
    assert codes(new) == ["8D", "FF46", "FF4D", "FF46", "FF4D", "FF0C", "FF45"]
    assert (new.commands[2].data, new.commands[4].data) == (tag(2108, b"\x0b"), tag(2108, b"\0"))
    inn = tag(1228, b"7707083893  ")
    assert new.commands[5].data == tag(1256, inn)
    assert made(document).commands[3].data == inn


def test_other_documents_are_one_command() -> None:
    assert codes(made({"kind": "report", "report": "x", "day": "2026-11-21"})) == ["40"]
    z = made({"kind": "report", "report": "z", "day": "2026-11-21"})
    assert (codes(z), z.proof, z.slow) == (["41"], "z", "report")
    out = made({"kind": "cash", "direction": "out", "amount": 5000, "reason": ""})
    assert (codes(out), out.commands[0].data, out.proof) == (["51"], money(5000), "out")
    assert codes(made({"kind": "copy"})) == ["8C"]
    assert plan(parse_fiscal({"kind": "clean_up"}), STYLE) is None


REFUSED: list[tuple[dict[str, Any], str]] = [
    (sale(), "unsupported"),
    (russian(sale(line("Даром", 0))), "zero"),
    (russian(sale(buyer_tax_id="5252344078x")), "buyer"),
    (russian(sale(line(price=550), rounding=-51, due=499, payments=[payment(499)])), "unsupported"),
    (russian(sale(line(price=550), rounding=1, due=551, payments=[payment(551)])), "unsupported"),
]


@pytest.mark.parametrize(("document", "code"), REFUSED)
def test_what_this_printer_cannot_register_is_said_before(document: dict[str, Any], code: str) -> None:
    with pytest.raises(Unfit) as refusal:
        made(document)
    assert refusal.value.code == code


def test_a_total_is_rounded_down_to_the_rouble() -> None:
    found = made(russian(sale(line(price=550), rounding=-50, due=500, payments=[payment(500)])))
    assert (found.commands[-1].data[80], found.amount) == (50, 500)


def test_a_tax_without_a_row_or_a_byte_names_the_goods() -> None:
    for style in (Style({"B": 2}, STYLE.rate_bytes, KINDS), Style({"A": 11}, STYLE.rate_bytes, KINDS)):
        with pytest.raises(Unfit, match="Chleb żytni") as refusal:
            made(russian(sale()), style)
        assert refusal.value.code == "tax_unknown"


@settings(max_examples=500 if LONG else 50)
@given(st.integers(1, 20_000), st.integers(1, 30_000), st.integers(0, 100))
def test_a_discount_is_in_the_prices_and_no_kopeck_is_lost(price: int, quantity: int, percent: int) -> None:
    gross = line_gross(quantity, price)
    total = gross - gross * percent // 100
    if not total:
        return
    sold = Line(1, "x", quantity, "", price, gross, gross - total, total, Tax("A", 2200), False)
    found = spread(sold)
    assert sum(one[2] for one in found) == total
    assert all(
        abs(line_gross(amount, each) - worth) <= 1 and each > 0 and worth > 0 for amount, each, worth in found
    )
    assert sum(one[0] for one in found) == quantity or (
        total * 1000 < quantity and found == [(1000, total, total)]
    )
    assert [one[1] for one in found][1:] in ([], [found[0][1] + 1])


def test_a_text_is_printed_line_by_line() -> None:
    blocks = [
        {"text": "Итого", "size": 2, "align": "center"},
        {"text": "право", "align": "right"},
        {"feed": 2},
        {"qr": "https://k.test/1"},
        {"barcode": "4601234567893"},
        {"barcode": "A-1", "type": "code128"},
    ]
    found = text_plan(parse_document({"blocks": blocks, "drawer": True}), STYLE)
    assert codes(found) == ["28", "12", "17", "29", "17", "C2", "17", "25"]
    assert found.commands[1].data == b"\x02" + line_of("       Итого", 20)
    assert found.commands[2].data == b"\x02" + f"{'право':>40}".encode("cp1251")
    assert found.commands[5].data == number(460123456789, 5)


def test_a_name_that_would_stay_off_the_paper_is_printed() -> None:
    found = made(russian(sale(line("//Скидка"))))
    assert found.commands[1].data[26:] == "/Скидка".encode("cp1251")
