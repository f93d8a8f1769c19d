"""A sale in the code on its paper: packed and spelled as the till does it, printed, read from the picture, unpacked."""

import io
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest
import segno
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core import clock
from core.models import FeedRow
from core.money import round_div
from devices.glyphs import CELL_WIDTH
from pos.headless.chain import DeviceKey
from pos.models import Till
from pos.pricing import engine
from pos.services import till_keys, tills
from tests.length import LONG
from tests.paper import codes_on
from tests.pos.shop import Shop
from tests.pos.test_returns import carts
from tests.quick import Door

MODELS = Path(__file__).resolve().parents[2] / "static" / "till" / "models"
TILL = Door(
    [MODELS / name for name in ("paper-bytes.js", "paper.js", "paper-letters.js")],
    """
globalThis.__spell = (text) => {
  const { sale, codes } = JSON.parse(text);
  const record = packed(sale, (product) => codes[product] ?? null);
  return JSON.stringify(record && fits(record) ? spelled(record, new Uint8Array(64).fill(165)) : null);
};
globalThis.__read = (text) => {
  const { code, codes } = JSON.parse(text);
  const means = (product, number, end) => codes[product] === number && product.endsWith(end);
  const find = (number, end) => Object.keys(codes).find((product) => means(product, number, end)) ?? null;
  const paper = readPaper(code, find);
  return JSON.stringify({ sale: paper && paper.sale, meant: isPaper(code) });
};
""",
)
Sale = dict[str, Any]
NO_CODES: Mapping[str, str] = MappingProxyType({})


def spell(sale: Sale, codes: Mapping[str, str] = NO_CODES) -> str | None:
    """The code of a sale; `codes` are the short numbers of its goods, where their ids are too long."""
    text: str | None = TILL.call("__spell", {"sale": sale, "codes": dict(codes)})
    return text


def read(code: str, codes: Mapping[str, str] = NO_CODES) -> Sale | None:
    told = TILL.call("__read", {"code": code, "codes": dict(codes)})
    assert told["sale"] is None or told["meant"]
    sale: Sale | None = told["sale"]
    return sale


@st.composite
def sales(draw: st.DrawFn) -> Sale:
    """Sales of the price engine, with what else a line and a payment may say."""
    made = draw(carts())
    included = made["book"]["prices_include_tax"]
    priced = engine.price(made["book"], made["cart"])
    words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=9)
    small = st.integers(0, 10**6)
    ids, units = st.uuids().map(str) | st.just(str(UUID(int=5))), st.sampled_from(["pcs", "kg", "шт"])
    lines, apart = [], 100 * draw(st.integers(1, 3))
    for asked, row in zip(made["cart"]["lines"], priced["lines"], strict=True):
        lines.append(
            {
                "n": row["n"] + draw(st.sampled_from([0, apart])), "product": draw(ids), "quantity": asked["quantity"],
                "unit": draw(units), "price": asked["price"], "gross": row["gross"],
                "discounts": [{key: one[key] for key in ("source", "ref", "amount")} for one in row["discounts"]],
                "total": row["total"], "tax": row["tax"], "tax_amount": row["tax_amount"], "deposit": asked["deposit"],
                "lot": draw(st.none() | words), "mark": draw(st.none() | words),
            }
        )  # fmt: skip
    methods = st.sampled_from(["cash", "card", "bonus", "exchange", "voucher", "internal", "чек"])
    text = st.none() | words
    payment = st.fixed_dictionaries({"method": methods, "amount": small, "terminal": text, "reference": text})
    return {
        "store": draw(st.integers(1, 9999)), "till": draw(st.integers(1, 9999)), "inc": draw(st.integers(1, 50)),
        "number": draw(small), "id": str(draw(st.uuids())), "closedAt": "2026-11-22T23:30:00.123Z",
        "day": draw(st.sampled_from(["2026-11-22", "2026-11-23", "2026-11-21"])), "included": included,
        "due": draw(small), "rounding": draw(st.integers(-500, 500)), "earned": draw(small), "redeemed": draw(small),
        "payments": draw(st.lists(payment, max_size=3)), "lines": lines,
    }  # fmt: skip


@settings(max_examples=300 if LONG else 15, deadline=None)
@given(sale=sales(), data=st.data())
def test_what_was_packed_is_read_again_and_anything_else_is_nothing_or_another_sale(
    sale: Sale, data: st.DataObject
) -> None:
    goods = {line["product"]: data.draw(st.integers(0, 10**16).map(str)) for line in sale["lines"]}
    codes = goods if len(set(goods.values())) == len(goods) and data.draw(st.booleans()) else NO_CODES
    code = spell(sale, codes)
    if code is None:  # too long for a paper
        return
    assert code.isalnum() and code == code.upper() and len(code) <= 700
    assert read(code, codes) == read(f" {code.lower()}\n", codes) == sale
    # Cut, with letters changed, with a tail: never an error, and never the same sale by other bytes.
    cut = code[: data.draw(st.integers(0, len(code) - 1))]
    assert read(cut, codes) != sale
    place = data.draw(st.integers(5, len(code) - 105))
    other = data.draw(st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=1, max_size=3))
    changed = code[:place] + other + code[place + len(other) :]
    assert changed == code or read(changed, codes) != sale
    assert read(code + "0", codes) is None


@settings(max_examples=1000 if LONG else 100, deadline=None)
@given(
    code=st.text(max_size=80) | st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", max_size=900).map("OKASA".__add__)
)
def test_whatever_is_scanned_is_read_or_refused_and_never_an_error(code: str) -> None:
    sale = read(code)
    assert sale is None or sale["lines"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"due": -1}, {"due": 1.5}, {"due": 2**53}, {"id": "x"}, {"lines": []}, {"day": "2027-11-22"},
        {"closedAt": "never"}, {"store": "1"},
        {"payments": [{"method": "\ud800", "amount": 1, "terminal": None, "reference": None}]},
    ],
)  # fmt: skip
def test_what_is_no_sale_has_no_code(wrong: Sale) -> None:
    assert spell({**basket(1), **wrong}) is None
    line = basket(1)["lines"][0]
    for odd in ({"gross": 1}, {"total": -1}, {"quantity": 0}, {"product": "milk"}, {"n": 0}, {"unit": None}):
        assert spell({**basket(1), "lines": [{**line, **odd}]}) is None


def basket(size: int) -> Sale:
    """A supermarket's: every third line reduced, every fifth weighed, goods that were entered one after another."""
    lines: list[dict[str, Any]] = []
    for n in range(1, size + 1):
        code, percent, quantity = ("A", 2300, 1000) if n % 2 else ("C", 500, 1000 if n % 5 else 1234)
        price = 149 + 233 * n
        gross = (price * quantity + 500) // 1000
        discounts = [] if n % 3 else [{"source": "promotion", "ref": str(UUID(int=7)), "amount": 40}]
        total = gross - 40 * len(discounts)
        random = (n * 0x9E3779B97F4A7C15) % 2**62
        product = str(
            UUID(int=(0x019A0000_0000 + 977 * n) << 80 | 7 << 76 | (n * 37 % 4096) << 64 | 2 << 62 | random)
        )
        lines.append(
            {
                "n": n, "product": product, "quantity": quantity, "unit": "pcs" if quantity == 1000 else "kg",
                "price": price, "gross": gross, "discounts": discounts, "total": total,
                "tax": {"code": code, "percent": percent}, "tax_amount": round_div(total * percent, 10_000 + percent),
                "deposit": False, "lot": None, "mark": None,
            }
        )  # fmt: skip
    due = sum(line["total"] for line in lines)
    return {
        "store": 1, "till": 12, "inc": 3, "number": 48_213, "id": "019a9f11-2233-7445-8566-778899aabbcc",
        "closedAt": "2026-11-22T10:11:12.345Z", "day": "2026-11-22", "included": True, "due": due, "rounding": 0,
        "earned": due // 100, "redeemed": 0,
        "payments": [{"method": "card", "amount": due, "terminal": "card1", "reference": None}], "lines": lines,
    }  # fmt: skip


def short_numbers(sale: Sale) -> dict[str, str]:
    return {line["product"]: str(10_000 + 331 * line["n"]) for line in sale["lines"]}


@pytest.mark.parametrize("columns", [48, 32])
@pytest.mark.parametrize("size", [10, 26])
def test_the_printed_code_is_read_from_the_picture_of_the_paper(size: int, columns: int) -> None:
    sale = basket(size)
    codes = NO_CODES if size == 10 else short_numbers(sale)
    code = spell(sale, codes)
    assert code is not None
    blocks = [
        {"text": "Kasa"},
        {"feed": 1},
        {"qr": sale["id"]},
        {"text": "1-12.3-48213"},
        {"feed": 1},
        {"qr": code},
    ]
    small, large = codes_on({"language": "pl", "blocks": blocks}, columns)
    assert small == sale["id"] and read(large, codes) == sale


def published() -> dict[str, Any]:
    rows = FeedRow.objects.filter(kind="till_key").exclude(data=None)
    return {row.key: json.loads(str(row.data)) for row in rows}


def test_tills_learn_the_keys_of_devices_that_may_be_believed(shop: Shop) -> None:
    now = clock.now()
    till = tills.till_create(store=shop.store, number=4)
    checker = tills.till_create(store=shop.store, number=5, kind=Till.Kind.CHECKER)
    jwks = [DeviceKey().jwk for _ in range(3)]

    def enrol(one: Till, jwk: dict[str, str], days: int) -> None:
        at = now - timedelta(days=days)
        code = tills.till_code_make(till=one, by=None, now=at)
        tills.enrol(code=code, public_key=jwk, now=at, kind=one.kind)

    enrol(till, jwks[0], 40)
    enrol(checker, DeviceKey().jwk, 40)
    assert published() == {"4.1": {"x": jwks[0]["x"], "y": jwks[0]["y"], "until": None}}
    enrol(till, jwks[1], 31)
    enrol(till, jwks[2], 5)
    replaced = [published()[key]["until"] for key in ("4.1", "4.2", "4.3")]
    assert replaced == [clock.to_wire(now - timedelta(days=31)), clock.to_wire(now - timedelta(days=5)), None]
    # Nobody returns to a receipt of more than thirty days by its paper alone.
    assert till_keys.refresh(now) == 1 and set(published()) == {"4.2", "4.3"} and till_keys.refresh(now) == 0
    assert tills.till_revoke(till, now=now) and set(published()) == {"4.2"}
    # Devices of a store that was opened before keys were published.
    FeedRow.objects.filter(kind="till_key").delete()
    enrol(till, jwks[0], 0)
    FeedRow.objects.filter(kind="till_key").delete()
    assert till_keys.refresh(now) == 1 and set(published()) == {"4.4"}


def test_a_printer_that_packs_letters_as_bytes_still_has_room_on_narrow_paper() -> None:
    sale = basket(26)
    codes = short_numbers(sale)
    symbol = segno.make(str(spell(sale, codes)), mode="byte", error="m", micro=False, boost_error=False)
    dots = 3 * len(symbol.matrix)
    assert dots <= 32 * CELL_WIDTH
    file = io.BytesIO()
    symbol.save(file, kind="png", scale=3, border=4)
    (found,) = zxingcpp.read_barcodes(Image.open(file).convert("L"))
    assert read(found.text, codes) == sale


def test_so_many_lines_have_room_and_one_more_has_not() -> None:
    assert spell(basket(15)) and not spell(basket(16))
    assert spell(basket(26), short_numbers(basket(26))) and not spell(basket(27), short_numbers(basket(27)))
