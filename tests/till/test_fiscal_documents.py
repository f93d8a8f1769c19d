"""What the till asks a fiscal printer to register passes the bridge's own parser; its sums are the receipt's."""

import random
from pathlib import Path
from typing import Any

import pytest

from devices.fiscal import Cash, Receipt, Report, parse_fiscal
from tests.length import LONG
from tests.quick import Door

STATIC = Path(__file__).resolve().parents[2] / "static"
DOOR = """
const fill = (text, args = {}) => text.replace(/\\{(\\w+)\\}/g, (gap, name) => String(args[name] ?? gap));
const kinds = { voucher1: "voucher", firm: "account", card: "card", own: "internal" };
const head = (store) => ({ store, till: 1, t: fill,
  unit: (code) => ({ name: code === "kg" ? "kg" : "sztuka, bardzo długa", decimals: 0 }),
  tender: ({ method }) => (kinds[method] ? { kind: kinds[method], name: method } : null) });
const doors = {
  receipt: (store, given) => fiscalReceipt(head(store), given), report: fiscalReport, cash: fiscalCash,
  link: withLink, summed, differences, next: (jobs, usable) => nextJob(jobs, usable)?.id ?? null,
  trouble: (jobs, away) => { const found = trouble(jobs, away); return found && [found.job.id, found.code]; },
};
globalThis.__ask = (name, given) => JSON.stringify(doors[name](...JSON.parse(given)));
"""
ask = Door(
    [
        STATIC / "pricing/engine.js",
        *(STATIC / "till/models" / name for name in ("fiscal-document.js", "fiscal-rules.js")),
    ],
    DOOR,
).ask
RECEIPT = "01900000-0000-7000-8000-0000000000ab"
STORE = {"language": "pl", "receipt_footer": ["Dziękujemy", " ", "x" * 300]}
METHODS = ("cash", "card", "voucher1", "firm", "own", "bonus", "exchange", "who knows")
PERCENT = {"A": 2300, "B": 800, "C": 0}


def line(chance: random.Random, n: int, included: bool) -> dict[str, Any]:
    price, quantity = (
        chance.choice((0, 1, 99, 499, 12_345)),
        chance.choice((1000, 3000, chance.randint(1, 9999))),
    )
    gross = (price * quantity + 500) // 1000
    if chance.random() < 0.2:
        gross = chance.randint(0, 5000)  # a label's own price, a share of what was sold
    deposit = chance.random() < 0.2
    total = (
        gross
        if deposit and chance.random() < 0.5
        else gross - chance.choice((0, 0, chance.randint(0, gross)))
    )
    code = chance.choice("ABC")
    tax = total * PERCENT[code] // (10_000 + (PERCENT[code] if included else 0))
    return {
        "n": n, "product": RECEIPT, "name": chance.choice(("Chleb\tżytni", " ", "Ż" * 250)), "quantity": quantity,
        "unit": chance.choice(("kg", "pcs")), "price": price, "gross": gross, "total": total, "tax_amount": tax,
        "tax": {"code": code, "percent": PERCENT[code]}, "deposit": deposit, "discounts": [],
    }  # fmt: skip


def body(chance: random.Random) -> dict[str, Any]:
    included = chance.random() < 0.8
    lines = [line(chance, n + 1, included) for n in range(chance.randint(1, 9))]
    due = sum(one["total"] + (0 if included else one["tax_amount"]) for one in lines)
    rounding = chance.choice((0, 0, -due % 5))
    left, payments = due + rounding, []
    for _ in range(chance.choice((0, 1, 2, 30))):
        part = chance.randint(0, left)
        left -= part
        payments.append((chance.choice(METHODS), part, 0))
    payments.append(("cash", left, chance.choice((0, 102))))
    return {
        "kind": chance.choice(("sale", "return")), "currency": "PLN", "prices_include_tax": included, "lines": lines,
        "due": due + rounding, "rounding": rounding, "buyer_tax_id": chance.choice((None, "5252344078")),
        "messages": [{"text": "Kod", "code": None}] * chance.choice((0, 60)),
        "payments": [
            {"method": method, "amount": part, "tendered": part + change, "change": change,
             "details": {"name": "N" * 90}}
            for method, part, change in payments
        ],
    }  # fmt: skip


@pytest.mark.parametrize("seed", range(1000 if LONG else 60))
def test_every_receipt_parses_and_its_sums_hold(seed: int) -> None:
    given = body(random.Random(seed))
    document = ask("receipt", STORE, {"id": RECEIPT, "label": "1-1.1-5", "cashier": "Anna", "body": given})
    document = ask("link", document, "https://shop.example/r/" + "a" * 43)
    found = parse_fiscal(document)
    assert isinstance(found, Receipt)
    assert (found.kind, found.receipt, found.due, found.number) == (
        given["kind"],
        RECEIPT,
        given["due"],
        "1-1.1-5",
    )
    assert found.rounding == given["rounding"]
    extra = [0 if given["prices_include_tax"] else one["tax_amount"] for one in given["lines"]]
    totals = [one["total"] + tax for one, tax in zip(given["lines"], extra, strict=True)]
    assert [(one.total, one.tax.code) for one in found.lines] == [
        (total, one["tax"]["code"]) for total, one in zip(totals, given["lines"], strict=True)
    ]
    assert sum(one.amount for one in found.payments) == given["due"]
    assert (found.footer[-1].startswith("https://")) == (given["kind"] == "sale")
    sums = ask("summed", {}, document)
    taxed = sum(one.total for one in found.lines if not one.deposit) if found.kind == "sale" else 0
    assert sum(sums.values()) == taxed


def test_reports_and_cash_are_understood() -> None:
    assert parse_fiscal(ask("report", "z", "2026-11-21")) == Report("z", "2026-11-21")
    for kind, direction in (("in", "in"), ("out", "out"), ("drop", "out"), ("collection", "out")):
        assert parse_fiscal(ask("cash", {"kind": kind, "amount": 500, "reason": "bank"})) == Cash(
            "in" if direction == "in" else "out", 500, "bank"
        )


def test_a_day_is_compared_letter_by_letter_and_as_a_whole_under_other_letters() -> None:
    assert ask("differences", {"A": 500}, {"A": 500, "B": 0}) == []
    assert ask("differences", {"A": 500, "B": 1}, {"A": 400, "B": 1}) == [
        {"code": "A", "till": 500, "printer": 400}
    ]
    assert ask("differences", {"V1": 500}, {"A": 500}) == []
    assert ask("differences", {"V1": 500}, {"A": 499}) == [{"code": "", "till": 500, "printer": 499}]


def job(n: str, state: str = "waiting", code: str | None = None, deferred: bool = False) -> dict[str, Any]:
    return {"id": n, "state": state, "code": code, "deferred": deferred}


def test_one_document_that_the_printer_will_not_have_keeps_nobody_waiting() -> None:
    bound, next_one = job("a", "failed", "name_bound"), job("b")
    assert ask("next", [bound, next_one], True) == "b"
    assert ask("trouble", [bound, next_one], None) == ["a", "name_bound"]
    # Without paper nothing comes out, so the first one stays the first one.
    empty = job("a", "failed", "no_paper")
    assert ask("next", [empty, next_one], False) is None
    assert ask("next", [empty, next_one], True) == "a"
    # What was sent is asked for whatever the device says; what was put off comes last; people have their time.
    assert ask("next", [next_one, job("c", "sent")], False) == "c"
    assert ask("next", [job("a", "failed", "no_paper", deferred=True), next_one], True) == "b"
    assert ask("next", [job("a", "unknown", "ask_person")], True) is None
    assert ask("trouble", [job("a", "failed", "no_paper", deferred=True)], "no_paper") is None
    assert ask("trouble", [next_one], "offline") == ["b", "offline"]
    assert ask("trouble", [next_one], None) is None
