"""Fiscal documents are checked sum by sum before any printer hears of them."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devices.drivers.fiscal import FAMILY
from devices.errors import BridgeError
from devices.fiscal import MAX_LINES, Cash, CleanUp, Copy, Receipt, Report, line_gross, parse_fiscal
from devices.protocol import Fiscal, Frame, parse_request
from tests.devices.fiscal_rig import line, payment, sale
from tests.devices.rig import new_id

ROOT = Path(__file__).resolve().parents[2]


def test_every_kind_of_document_is_understood() -> None:
    document = sale(line(discount=99), line("Kaucja", 50, 2000, deposit=True), buyer_tax_id="5252344078")
    found = parse_fiscal(document)
    assert isinstance(found, Receipt)
    assert (found.kind, found.total, found.due, found.buyer_tax_id) == ("sale", 500, 500, "5252344078")
    assert [(one.total, one.tax.percent, one.deposit) for one in found.lines] == [
        (400, 2300, False),
        (100, 2300, True),
    ]
    returned = parse_fiscal({**document, "kind": "return"})
    assert isinstance(returned, Receipt) and returned.kind == "return"
    assert parse_fiscal({"kind": "report", "report": "z", "day": "2026-11-21"}) == Report("z", "2026-11-21")
    assert parse_fiscal({"kind": "cash", "direction": "out", "amount": 5, "reason": "bank"}) == Cash(
        "out", 5, "bank"
    )
    assert (parse_fiscal({"kind": "copy"}), parse_fiscal({"kind": "clean_up"})) == (Copy(), CleanUp())


ORIGIN = {"document": 17, "at": "2026-11-21T10:20:30+02:00", "unique_number": "50163150"}


def test_a_return_may_name_the_receipt_it_is_of() -> None:
    found = parse_fiscal({**sale(), "kind": "return", "origin": ORIGIN})
    assert isinstance(found, Receipt) and found.origin is not None
    assert (found.origin.document, found.origin.unique_number) == (17, "50163150")
    assert found.origin.at.isoformat() == ORIGIN["at"]
    nothing = parse_fiscal({**sale(), "origin": None})
    assert isinstance(nothing, Receipt) and nothing.origin is None


@pytest.mark.parametrize(
    "changed",
    [
        {"kind": "sale"},
        {"origin": "17"},
        {"origin": {**ORIGIN, "document": 0}},
        {"origin": {**ORIGIN, "at": "yesterday"}},
        {"origin": {**ORIGIN, "unique_number": ""}},
        {"origin": {**ORIGIN, "surprise": 1}},
        {"origin": {"document": 17}},
    ],
)
def test_an_origin_is_checked_like_everything_else(changed: dict[str, Any]) -> None:
    with pytest.raises(BridgeError) as refusal:
        parse_fiscal({**sale(), "kind": "return", "origin": ORIGIN, **changed})
    assert refusal.value.code == "bad_document"


def test_a_goods_name_can_carry_no_command() -> None:
    found = parse_fiscal(sale(line("\x02Chleb\t\x03\r\n żytni\u202e \x7f"), footer=["Dzię\tkujemy"]))
    assert isinstance(found, Receipt)
    assert (found.lines[0].name, found.footer) == ("Chleb żytni", ("Dzię kujemy",))


@pytest.mark.parametrize(
    ("quantity", "price", "gross"), [(1, 1, 0), (1, 500, 1), (1250, 20, 25), (333, 3, 1)]
)
def test_a_line_is_rounded_half_up(quantity: int, price: int, gross: int) -> None:
    assert line_gross(quantity, price) == gross


BROKEN: list[dict[str, Any]] = [
    {"total": 500},
    {"due": 500},
    {"rounding": 1},
    {"payments": []},
    {"payments": [payment(498)]},
    {"payments": [{**payment(499), "change": 1}]},
    {"payments": [{**payment(499), "tendered": 498, "change": -1}]},
    {"payments": [{**payment(499), "kind": "bitcoin"}]},
    {"payments": [payment(0) for _ in range(21)]},
    {"lines": []},
    {"lines": "lines"},
    {"lines": [{"n": n, **line("x", 0)} for n in range(1, MAX_LINES + 2)], "total": 0},
    {"lines": [{"n": 1, **line(gross=500)}]},
    {"lines": [{"n": 1, **line(total=498)}]},
    {"lines": [{"n": 1, **line(discount=-1)}]},
    {"lines": [{"n": 1, **line(discount=500)}]},
    {"lines": [{"n": 1, **line(discount=9, deposit=True)}]},
    {"lines": [{"n": 1, **line(deposit=1)}]},
    {"lines": [{"n": 1, **line(quantity=0)}]},
    {"lines": [{"n": 1, **line(name=" \t")}]},
    {"lines": [{"n": 1, **line(name="x" * 201)}]},
    {"lines": [{"n": 1, **line(), "surprise": 1}]},
    {"lines": [{"n": True, **line()}]},
    {"lines": [{**line(price=250, quantity=1000), "n": 1}, {**line(price=249), "n": 1}]},
    {"lines": [{"n": 1, **line(), "tax": {"code": "A", "percent": 10_001}}]},
    {"lines": [{"n": 1, **line(), "tax": {"code": "", "percent": 0}}]},
    {"lines": [{"n": 1, **line(), "tax": "A"}]},
    {"receipt": "318"},
    {"number": 318},
    {"currency": "zł"},
    {"language": "de"},
    {"buyer_tax_id": ""},
    {"buyer_tax_id": "9" * 31},
    {"footer": ["x" * 201]},
    {"footer": [5]},
    {"footer": None},
    {"copies": 2},
    {"kind": "refund"},
    {"kind": ["sale"]},
]


@pytest.mark.parametrize("change", BROKEN, ids=[str(change)[:50] for change in BROKEN])
def test_what_does_not_add_up_is_refused_and_named(change: dict[str, Any]) -> None:
    with pytest.raises(BridgeError) as refusal:
        parse_fiscal({**sale(), **change})
    assert refusal.value.code == "bad_document" and refusal.value.detail


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"kind": "report", "report": "y", "day": "2026-11-21"},
        {"kind": "report", "report": "z", "day": "2026-02-30"},
        {"kind": "report", "report": "z", "day": "21.11.2026"},
        {"kind": "cash", "direction": "in", "amount": 0, "reason": ""},
        {"kind": "cash", "direction": "up", "amount": 5, "reason": ""},
        {"kind": "copy", "n": 2},
    ],
)
def test_other_documents_are_checked_as_strictly(document: object) -> None:
    with pytest.raises(BridgeError, match="bad_document"):
        parse_fiscal(document)


@settings(max_examples=40)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["kind", "lines", "total", "tax", "payments", "n", "report", "day"]), inner
            )
        ),
        max_leaves=12,
    ),
    st.sampled_from(["sale", "return", "report", "cash", "copy", "clean_up", "x"]),
)
def test_nothing_from_the_wire_ends_in_another_error(value: object, kind: str) -> None:
    document = {"kind": kind, **value} if isinstance(value, dict) else value
    try:
        parse_fiscal(document)
    except BridgeError as error:
        assert error.code == "bad_document"


def test_a_receipt_is_registered_once_whatever_the_action() -> None:
    document = sale()
    body = {"device": "fiscal1", "action": new_id(), "document": document}
    request = parse_request(Frame(1, "fiscal", body))
    assert isinstance(request, Fiscal)
    assert request.subject == f"sale {document['receipt']}"
    other = parse_request(Frame(1, "fiscal", {**body, "document": {"kind": "copy"}}))
    assert isinstance(other, Fiscal) and other.subject is None


def test_every_fiscal_code_is_explained_on_the_page() -> None:
    text = (ROOT / "docs/devices.md").read_text("utf-8")
    assert [
        word for word, (family, what) in FAMILY.items() if f"| `{word}` | {family} | {what} |" not in text
    ] == []
