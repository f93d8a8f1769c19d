"""Posnet frames byte by byte: the maker's example, other people's libraries, and every command of a sale."""

from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.document import parse_document
from devices.drivers.fiscal import FAMILY, Unfit
from devices.drivers.posnet import codec
from devices.drivers.posnet.codec import Answer, Command, Reader, command, crc, explain, frame, quantity, text
from devices.drivers.posnet.commands import Plan, Style, plan, text_plan
from devices.fiscal import parse_fiscal
from tests.devices.fiscal_rig import line, payment, sale

STYLE = Style(rates={"A": 0, "B": 1, "C": 2, "D": 3, "E": 4})


def asked(text: str) -> Command:
    """`trline naChleb vt1` -> the command."""
    name, *values = text.split(" ")
    return Command(name, tuple((value[:2], value[2:]) for value in values))


@pytest.mark.parametrize(
    ("found", "hexadecimal"),
    [
        # Printed in the maker's document.
        (frame(asked("trinit bm0")), "02 74 72 69 6E 69 74 09 62 6D 30 09 23 34 38 32 35 03"),
        # Of a C# library that talks to real printers.
        (
            frame(asked("trline naChleb vt1 pr200")),
            "02 74 72 6C 69 6E 65 09 6E 61 43 68 6C 65 62 09 76 74 31 09 70 72 32 30 30 09 23 42 32 33 41 03",
        ),
        (
            frame(asked("dailyrep da2026-11-21")),
            "02 64 61 69 6C 79 72 65 70 09 64 61 32 30 32 36 2D 31 31 2D 32 31 09 23 43 32 41 34 03",
        ),
    ],
)
def test_a_command_is_these_bytes(found: bytes, hexadecimal: str) -> None:
    assert found == bytes.fromhex(hexadecimal)


@pytest.mark.parametrize(
    ("command_text", "check"),
    [
        ("trpayment ty0 wa500 re0", b"3D81"),
        ("trend to200", b"96E9"),
        ("scomm", b"C42B"),
        ("!sdev", b"5392"),
        ("cash kw5000 wpT", b"D646"),
        ("cash kw5000 wpF", b"B357"),
        ("prncancel", b"6B3B"),
        ("opendrwr", b"5836"),
        ("stocash kw500", b"92ED"),
    ],
)
def test_checksums_computed_elsewhere_agree(command_text: str, check: bytes) -> None:
    assert frame(asked(command_text))[-5:-1] == check


def test_the_checksum_and_a_token() -> None:
    assert crc(b"123456789") == b"31C3"
    assert frame(command("rpt"), 8765) == b"\x02rpt\t@8765\t#3B26\x03"
    assert b"\t@0007\t" in frame(command("scomm"), 7)


def test_an_error_of_a_real_library_is_understood() -> None:
    # Of the tests of a Python library that talks to real printers.
    (found,) = Reader().feed(bytes.fromhex("02 45 52 52 09 3F 35 09 23 37 46 38 34 03"))
    assert found == Answer("ERR", error=5, frame_error=True)


def answered(body: bytes) -> Answer:
    (found,) = Reader().feed(b"\x02" + body + b"#" + crc(body) + b"\x03")
    return found


def test_every_way_of_writing_an_error_is_understood() -> None:
    assert answered(b"trline\t@0012\t?2105\t") == Answer("trline", 12, {}, 2105)
    assert answered(b"trline\t?2105").error == 2105
    odd = answered(b"ERR\t@8765\ter13\tcmrpt\t")
    assert (odd.error, odd.token, odd.frame_error, odd.values) == (13, 8765, True, {"cm": "rpt"})
    assert answered(b"!sdev\tds3\tqeN\t").name == "sdev"


def test_values_are_read_by_their_type_or_not_at_all() -> None:
    found = answered("scnt\tbn42\tnuŻBF 1\thn-1\tfsT\ttzN\txx\tbtx\t".encode("cp1250"))
    assert (found.number("bn"), found.number("hn"), found.number("bt"), found.number("no")) == (
        42,
        -1,
        None,
        None,
    )
    assert (found.truth("fs"), found.truth("tz"), found.truth("bn")) == (True, False, None)
    assert found.values["nu"] == "ŻBF 1"


def test_a_damaged_frame_is_counted_and_the_next_is_read() -> None:
    reader = Reader()
    good = frame(command("scomm"), 1)
    data = b"noise\x03\x02scomm\t#0000\x03" + b"\x02half of a" + good + b"\x02\x03" + good
    assert [found.name for found in reader.feed(data)] == ["scomm", "scomm"]
    assert reader.damaged == 2


def test_an_endless_frame_is_dropped() -> None:
    reader = Reader()
    assert reader.feed(b"\x02" + b"x" * codec.MAX_FRAME) == []
    assert reader.damaged == 1
    assert [found.name for found in reader.feed(frame(command("scomm")))] == ["scomm"]


@settings(max_examples=25)
@given(st.lists(st.integers(0, 9999), max_size=4), st.binary(max_size=30), st.integers(1, 7))
def test_however_the_bytes_are_cut_the_answers_are_the_same(
    tokens: list[int], noise: bytes, size: int
) -> None:
    data = noise.replace(b"\x02", b"") + b"".join(frame(command("scnt", bn=token), token) for token in tokens)
    reader, found = Reader(), []
    for at in range(0, len(data), size):
        found += reader.feed(data[at : at + size])
    assert [answer.token for answer in found] == tokens


@settings(max_examples=40)
@given(st.binary(max_size=200))
def test_no_bytes_raise(data: bytes) -> None:
    Reader().feed(b"\x02" + data + b"\x03")
    codec.parse(data + b"#" + crc(data))


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Zażółć gęślą jaźń", "Zażółć gęślą jaźń"),
        ("Хліб «Їжак» №5", "Khlib «Yizhak» Nr5"),
        ("Молоко 3,2 %", "Moloko 3,2 %"),
        ("ґанок Єва ё", "ganok Yeva yo"),
        ("kawa 5 ₴ – ½ kg", "kawa 5 UAH – 1/2 kg"),
        ("ñandú 🙂 中", "nandú * *"),
        ("a\tb\x03c\u00a0d", "a b c d"),
        ("x" * 90, "x" * 40),
    ],
)
def test_a_name_is_written_in_letters_of_the_printer(name: str, shown: str) -> None:
    found = text(name, 40)
    assert found == shown
    assert not {0x02, 0x03, 0x09} & set(frame(command("trline", na=found))[8:-7])


def test_quantities_and_names_as_the_goods_base_sees_them() -> None:
    assert [quantity(n) for n in (1, 1250, 2000, 12_500, 999_999_999)] == [
        "0.001",
        "1.25",
        "2",
        "12.5",
        "999999.999",
    ]
    names = ("Coca-Cola", "cocacola", "<coca- - -cola>", "coca:cola")
    assert {codec.same_goods(name) for name in names} == {"COCACOLA"}
    assert codec.same_goods("<<<<?????>>>>") == ""


def test_every_error_has_a_word_of_the_family() -> None:
    assert set(codec.ERRORS.values()) <= set(FAMILY)
    assert [codec.word(number) for number in (383, 2105, 2106, 2805, 2036, 460, 2904, 41, 5, 9999)] == [
        "z_needed",
        "name_bound",
        "name_bound",
        "totals_differ",
        "read_only",
        "clock",
        "memory_full",
        "busy",
        "syntax",
        "device_error",
    ]
    assert set(codec.MEANINGS) - {13} <= set(codec.ERRORS)
    assert explain(2105, "trline") == "printer error 2105 at trline: the name is bound to another rate"


# -------------------------------------------------------------------- documents


def shown(found: Plan) -> list[str]:
    return [" ".join([one.name, *(key + value for key, value in one.values)]) for one in found.commands]


def made(document: dict[str, Any], style: Style = STYLE) -> Plan:
    found = plan(parse_fiscal(document), style)
    assert found is not None
    return found


def test_a_sale_is_these_commands() -> None:
    document = sale(
        line("Mleko", 499, 1500, 49, tax="C", unit="litr"),
        line("Butelka", 50, 2000, deposit=True),
        line("Gratis", 0),
        buyer_tax_id="5252344078",
        payments=[payment(500, "card", "Karta"), payment(300, change=200)],
        footer=["Dziękujemy"],
    )
    found = made(document)
    assert shown(found) == [
        "trinit bm1",
        "trline naMleko vt2 pr499 wa749 il1.5 jmlitr rd1 rw49",
        "trpack ne0 pr50 il2 wa100 deButelka",
        "trnipset ni5252344078 dw1",
        "trpayment ty2 wa500 naKarta re0",
        "trpayment ty0 wa500 naGotówka re0",
        "trpayment ty0 wa200 re1",
        "trend to700 op100 fp1000 re200 fe0",
        "trftrln id0 na1-1.1-318",
        "trftrln id8 naAnna",
        "trftrln id25 naDziękujemy",
        "trftrend",
    ]
    assert (found.key, found.goods, found.deposits, found.omitted) == (7, 700, 100, (3,))
    assert (found.proof, found.needs) == ("sale", {"C": 500})


def test_a_receipt_of_packaging_alone_is_no_fiscal_one() -> None:
    found = made(sale(line("Butelka", 50, 2000, deposit=True)), Style(STYLE.rates, footer=False))
    assert shown(found) == [
        "trpackinit",
        "trpack ne0 pr50 il2 wa100 deButelka",
        "trpayment ty0 wa100 naGotówka re0",
        "trend op100 fp100",
    ]
    assert (found.fiscal, found.proof) == (False, "pack")


def test_other_documents_are_one_or_two_commands() -> None:
    back = {**sale(line(), line("Butelka", 50, 2000, deposit=True)), "kind": "return"}
    assert shown(made(back)) == ["stocash kw499", "packret kw100"]
    assert made(back).substitute == "return_note"
    assert shown(made({"kind": "report", "report": "x", "day": "2026-11-21"})) == ["shiftrep shX zr0"]
    assert shown(made({"kind": "cash", "direction": "out", "amount": 5000, "reason": ""})) == [
        "cash kw5000 wp0"
    ]
    assert shown(made({"kind": "copy"})) == ["eclastprintouts no1"]
    assert plan(parse_fiscal({"kind": "clean_up"}), STYLE) is None


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (sale(line("Gratis", 0)), "zero"),
        ({**sale(line("Gratis", 0)), "kind": "return"}, "zero"),
        (sale(currency="EUR"), "unsupported"),
        (sale(rounding=1, due=500, payments=[payment(500)]), "unsupported"),
        (sale(line("🙂🙂")), "goods"),
        (sale(line("Butelka", 50, 1500, deposit=True)), "deposit"),
    ],
)
def test_what_this_printer_cannot_register_is_said_before(document: dict[str, Any], code: str) -> None:
    with pytest.raises(Unfit) as refusal:
        made(document)
    assert refusal.value.code == code


def test_a_tax_code_without_a_letter_names_the_goods() -> None:
    with pytest.raises(Unfit, match="Chleb żytni") as refusal:
        made(sale(), Style(rates={"B": 1}))
    assert refusal.value.code == "tax_unknown"


def test_a_text_document_becomes_a_form() -> None:
    blocks = [
        {"text": "A & B", "align": "center", "bold": True, "size": 2},
        {"text": "prawo", "align": "right"},
        {"feed": 1},
        {"qr": "ż"},
        {"barcode": "5901234123457"},
    ]
    found = text_plan(parse_document(cast(dict[str, Any], {"blocks": blocks, "drawer": True})), STYLE)
    assert shown(found) == [
        "opendrwr",
        "formstart fn200 fh85",
        "formformattedline s1&c&s&bA && B fn200",
        f"formformattedline s1{'prawo':>40} fn200",
        "formcmd fn200 cm0",
        "qrcode px6 el1 hx1 txC5BC",
        "formbarcode2d fn200",
        "formbarcode fn200 bc5901234123457 bt1",
        "formend fn200",
    ]
