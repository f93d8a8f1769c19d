"""Goods that need more than a code: GS1 codes, typed prices, deposits, marks, bans, stickers, dates."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Page

from .conftest import Shop, boot, open_till, sell, wait
from .fake_shop import ean13, product_id

Run = Callable[..., Any]
GS = "\u001d"
MILK, OPEN, BEER, TAGGED, VODKA, CIGARS, DEVICE = (ean13(f"590{n:09d}") for n in (0, 20, 21, 23, 24, 25, 28))
PARSE = """async (codes) => {
  const { parseGs1 } = await import('/static/till/models/gs1.js');
  const pairs = (found) => found.elements.map(({ ai, value }) => [ai, value]);
  return codes.map(parseGs1).map((found) => (found && found.elements ? pairs(found) : found));
}"""


def gtin(code: str) -> str:
    return code.zfill(14)


def check(body: str) -> str:
    total = sum(int(digit) * (1 if i % 2 else 3) for i, digit in enumerate(reversed(body)))
    return body + str(-total % 10)


@pytest.mark.parametrize(
    ("code", "elements"),
    [
        ("]C10105901234123457" + "1727123110AB/1", [("01", "05901234123457"), ("17", "271231"), ("10", "AB/1")]),
        (f"010590123412345710AB{GS}17271231", [("01", "05901234123457"), ("10", "AB"), ("17", "271231")]),
        (f"{GS}0105901234123457{GS}10AB", [("01", "05901234123457"), ("10", "AB")]),
        ("02059012341234573103001250" + "39210499|10A", [("02", "05901234123457"), ("3103", "001250"),
            ("3921", "0499"), ("10", "A")]),
        ("(01)05901234123457(10)L(7)", [("01", "05901234123457"), ("10", "L(7)")]),
        ("0205901234123457" + "3712", [("02", "05901234123457"), ("37", "12")]),
        ("]d20105901234123457" + "8005000499", [("01", "05901234123457"), ("8005", "000499")]),
        # The separator was lost: one reading only reaches the end, because a lot is at most 20 long.
        ("010590123412345721" + "A" * 20 + "17271231", [("01", "05901234123457"), ("21", "A" * 20),
            ("17", "271231")]),
        ("5901234123457", None),
        ("2100107007501", None),
        ("0105901234123456" + "10A", "broken"),  # check digit
        ("]C10105901234123457" + "17271331", "broken"),  # month 13
        ("]C10105901234123457" + "17270230", "broken"),  # 30 February
        ("]C1" + "01" * 200, "broken"),
        ("]C10105901234123457" + "8005" + "49", "broken"),
        ("(01)05901234123457(99999)1", "broken"),
        ("(01)05901234123457(01)05901234123464", "broken"),
        (f"010590123412345710{GS}17271231", "broken"),  # an empty lot
        ("]C1" + "91" * 140, "broken"),
    ],
)  # fmt: skip
def test_a_gs1_code_is_read_whole_or_not_at_all(run: Run, code: str, elements: Any) -> None:
    expected = [list(pair) for pair in elements] if isinstance(elements, list) else elements
    assert run(PARSE, [code]) == [expected]


def test_whatever_is_written_as_gs1_reads_back_the_same(run: Run) -> None:
    rng = random.Random(5901)
    text = "ABCXYZabcxyz0123456789-./_+%&'()*,:;<=>?!\""
    codes, wanted = [], []
    for _ in range(300):
        elements = [("01", check(f"{rng.randrange(10**13):013d}"))]
        kinds: list[tuple[str, Callable[[], str]]] = [
            ("10", lambda: "".join(rng.choices(text, k=rng.randint(1, 20)))),
            ("21", lambda: "".join(rng.choices(text, k=rng.randint(1, 20)))),
            ("17", lambda: f"{rng.randrange(100):02d}{rng.randint(1, 12):02d}{rng.randint(0, 28):02d}"),
            (f"310{rng.randrange(6)}", lambda: f"{rng.randrange(10**6):06d}"),
            (f"392{rng.randrange(4)}", lambda: str(rng.randrange(1, 10**8))),
            ("37", lambda: str(rng.randrange(1, 9999))),
            ("8005", lambda: f"{rng.randrange(10**6):06d}"),
        ]
        for ai, make in rng.sample(kinds, k=rng.randint(0, 4)):
            elements.append((ai, make()))
        codes.append("]C1" + GS.join(ai + value for ai, value in elements))
        wanted.append([list(pair) for pair in elements])
    assert run(PARSE, codes) == wanted


def at(page: Page, shop: Shop, instant: str) -> None:
    """A till whose server says that it is this moment; `window.moved` moves it on, in ms."""
    wanted = datetime.fromisoformat(instant) - datetime.now(UTC)
    shop.control(skew_ms=int(wanted.total_seconds() * 1000))
    page.add_init_script(
        "const real = Date.now.bind(Date); window.moved = 0; Date.now = () => real() + window.moved;"
    )
    open_till(page, shop)


def scan(page: Page, code: str) -> Any:
    return page.evaluate("(code) => till.scan(code)", code)


def problem(page: Page, code: str) -> str:
    result = scan(page, code)
    return "" if result["ok"] else str(result["problem"]["code"])


def lines(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate("till.state.receipt.lines")
    return found


def refused(page: Page, script: str) -> Any:
    return page.evaluate(
        f"() => {{ try {{ {script}; return null; }} catch (error) {{ return error.code; }} }}"
    )


def test_gs1_codes_sell_by_number_weight_price_and_lot_and_expired_goods_are_stopped(
    page: Page, shop: Shop
) -> None:
    open_till(page, shop)
    assert scan(page, f"]C101{gtin(MILK)}10LOT7{GS}15491231")["ok"]
    assert scan(page, f"]C102{gtin(MILK)}3712")["ok"]
    weighed = ean13("590000000007")
    assert scan(page, f"]e001{gtin(weighed)}3103001250")["ok"]
    assert scan(page, f"]e001{gtin(weighed)}31030012503922250")["ok"]
    assert scan(page, f"]e001{gtin(weighed)}31030012508005000300")["ok"]
    milk, case, kilo, priced, unit = lines(page)
    assert (milk["lot"], milk["quantity"], milk["barcode"]) == ("LOT7", 1000, gtin(MILK))
    assert case["quantity"] == 12000
    assert (kilo["quantity"], kilo["price"], kilo["priceFrom"]) == (1250, 206, None)
    assert priced["gross"] == 250 and priced["priceFrom"] == "label"
    assert (unit["price"], unit["gross"]) == (300, 375)
    # The price on packed goods is not believed: who may print a label may not set a price.
    scan(page, f"]C101{gtin(MILK)}3922001")
    assert lines(page)[-1]["price"] == 199
    for ai in ("15", "16", "17"):
        assert problem(page, f"]C101{gtin(MILK)}{ai}200101") == "expired"
    assert problem(page, f"]C101{gtin(MILK)}70032001011200") == "expired"
    assert problem(page, f"]C101{gtin(weighed)}31030012503932840250") == "other_currency"
    assert problem(page, f"]C101{gtin(MILK)}17201301") == "bad_gs1"
    assert problem(page, f"]C101{check('1590000000000')}10A") == "unknown_code"
    body = committed(page, shop)
    assert body["lines"][0]["lot"] == "LOT7" and body["lines"][3]["price_from"] == "label"


def committed(page: Page, shop: Shop) -> dict[str, Any]:
    sell(page)
    wait(page, "till.status.unsent === 0")
    body: dict[str, Any] = shop.items("receipt")[-1]["body"]
    return body


def test_a_typed_price_needs_the_right_and_keeps_its_limits(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    asked = scan(page, OPEN)["problem"]
    assert asked["code"] == "price_needed" and (asked["args"]["least"], asked["args"]["most"]) == (100, 5000)
    item = product_id(20)
    assert refused(page, f"till.sellAtPrice('{item}', {{ price: 500 }})") == "forbidden"
    page.evaluate(
        "(item) => till.authorise('till.price', { pin: '9999' }).then((approval) => { window.leave = approval; })",
        item,
    )
    for price, code in (
        (99, "price_limits"),
        (5001, "price_limits"),
        (1.5, "bad_amount"),
        (-1, "bad_amount"),
    ):
        assert refused(page, f"till.sellAtPrice('{item}', {{ price: {price}, approval: leave }})") == code
    milk = product_id(0)
    assert refused(page, f"till.sellAtPrice('{milk}', {{ price: 1, approval: leave }})") == "not_open_price"
    page.evaluate(
        "(item) => till.sellAtPrice(item, { price: 777, barcode: '4009999', approval: leave })", item
    )
    # No key goes round a ban: the goods are forbidden, not their code.
    assert (
        refused(page, f"till.sellAtPrice('{product_id(27)}', {{ price: 1, approval: leave }})") == "sale_ban"
    )
    (line,) = committed(page, shop)["lines"]
    assert (line["price"], line["price_from"], line["barcode"]) == (777, "typed", "4009999")
    (event,) = [one["body"]["data"] for one in shop.items("event") if one["body"]["name"] == "open_price"]
    assert event["approved_by"] == "e2" and event["price"] == 777


def test_a_deposit_follows_its_goods_and_nobody_changes_it_by_hand(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    page.evaluate("till.multiply(3000)")
    scan(page, BEER)
    beer, deposit = lines(page)
    assert (deposit["quantity"], deposit["deposit"], deposit["follows"]) == (3000, True, beer["n"])
    assert page.evaluate("till.state.receipt.selected") == beer["n"]
    page.evaluate("till.setQuantity(null, 5000)")
    assert [line["quantity"] for line in lines(page)] == [5000, 5000]
    assert refused(page, f"till.setQuantity({deposit['n']}, 1000)") == "follows_goods"
    assert refused(page, f"till.voidLine({deposit['n']})") == "follows_goods"
    assert refused(page, f"till.discountLine({deposit['n']}, {{ percent: 500 }})") == "not_discountable"
    page.evaluate("till.discountReceipt({ percent: 1000 })")
    scan(page, MILK)
    assert lines(page)[1]["total"] == lines(page)[1]["gross"]
    page.evaluate("(n) => till.voidLine(n)", beer["n"])
    assert [line["voided"] for line in lines(page)] == [True, True, False]
    scan(page, BEER)
    body = committed(page, shop)
    assert [(one["deposit"], one["quantity"]) for one in body["lines"]] == [
        (False, 1000),
        (False, 1000),
        (True, 1000),
    ]


def test_marks_are_read_one_a_unit_and_never_sold_twice(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    mark = f"01{gtin(TAGGED)}21SERIAL01{GS}93Abcd"
    page.evaluate("till.multiply(2000)")
    scan(page, TAGGED)
    assert [line["quantity"] for line in lines(page)] == [1000, 1000]
    # Scanning goes on; only the payment waits.
    scan(page, MILK)
    assert refused(page, "till.startPayment()") == "capture_missing"
    assert scan(page, "]d2" + mark)["line"] == 1
    assert problem(page, mark) == "mark_twice"
    assert scan(page, mark.replace("SERIAL01", "SERIAL02"))["line"] == 2
    assert page.evaluate("till.state.receipt.capture") is None
    # The square code alone sells the goods together with its own number.
    assert scan(page, mark.replace("SERIAL01", "SERIAL03"))["line"] == 4
    assert refused(page, "till.setQuantity(4, 2000)") == "one_each"
    body = committed(page, shop)
    assert [one["mark"] for one in body["lines"]] == [
        mark,
        mark.replace("01" + GS, "02" + GS),
        None,
        mark.replace("01" + GS, "03" + GS),
    ]
    assert problem(page, mark) == "mark_sold"
    boot(page, shop)
    wait(page, "till.state.phase === 'sale'")
    assert problem(page, mark) == "mark_sold"


def test_stamps_and_serial_numbers_are_taken_for_the_goods_that_wait_for_them(page: Page, shop: Shop) -> None:
    at(page, shop, "2026-11-20T12:00:00+00:00")
    scan(page, DEVICE)
    scan(page, VODKA)
    assert page.evaluate("till.state.receipt.capture.kind") == "excise"
    assert scan(page, "ABCD123456")["line"] == 2
    assert problem(page, "ab") == "unknown_code"
    assert refused(page, "till.capture(1, 'x')") == "bad_mark"
    page.evaluate("till.capture(1, 'SN-0001')")
    assert [line["mark"] for line in lines(page)] == ["SN-0001", "ABCD123456"]


def test_bans_hold_by_licence_group_day_and_hour_also_past_midnight(run: Run) -> None:
    script = """async (cases) => {
      const { banOf } = await import('/static/till/models/bans.js');
      const goods = { licence: 'alcohol', groups: ['g1', 'g0'] };
      return cases.map(([ban, day, weekday, minute]) =>
        banOf([{ licence: 'alcohol', name: 'x', ...ban }], goods, { day, weekday, minute }) !== null);
    }"""
    night = {"hours": {"from": 1320, "to": 360}}
    cases = [
        ({}, "2026-11-21", 6, 600, True),
        (night, "2026-11-21", 6, 1319, False),
        (night, "2026-11-21", 6, 1320, True),
        (night, "2026-11-22", 7, 359, True),
        (night, "2026-11-22", 7, 360, False),
        ({"hours": {"from": 0, "to": 720}}, "2026-11-22", 7, 0, True),
        ({"hours": {"from": 0, "to": 720}}, "2026-11-22", 7, 720, False),
        # Friday's night belongs to Friday, though it ends on Saturday.
        (night | {"weekdays": [5]}, "2026-11-21", 6, 100, True),
        (night | {"weekdays": [5]}, "2026-11-21", 6, 1400, False),
        (night | {"weekdays": [7]}, "2026-11-23", 1, 100, True),
        ({"days": ["2026-12-24"]}, "2026-12-24", 4, 0, True),
        ({"days": ["2026-12-24"]}, "2026-12-25", 5, 0, False),
        ({"from": "2027-01-01"}, "2026-12-31", 4, 0, False),
        ({"from": "2027-01-01"}, "2027-01-01", 5, 0, True),
        ({"to": "2026-12-31"}, "2027-01-01", 5, 0, False),
        ({"licence": None, "group": "g0"}, "2026-11-21", 6, 0, True),
        ({"licence": None, "group": "g9"}, "2026-11-21", 6, 0, False),
        ({"licence": "tobacco"}, "2026-11-21", 6, 0, False),
    ]  # fmt: skip
    assert run(script, [case[:4] for case in cases]) == [case[4] for case in cases]


def test_a_ban_that_begins_between_scan_and_payment_stops_the_payment(page: Page, shop: Shop) -> None:
    at(page, shop, "2026-11-20T20:59:00+00:00")  # 21:59 in Warsaw
    assert problem(page, CIGARS) == "sale_ban"
    scan(page, VODKA)
    scan(page, "ABCD123456")
    page.evaluate("window.moved = 120000")
    assert refused(page, "till.startPayment()") == "sale_ban"
    assert problem(page, VODKA) == "sale_ban"


def test_stickers_reduce_once_and_take_no_discount_on_top(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    assert scan(page, ean13("280010000099"))["ok"]
    half = check("290010050" + "000123")
    assert scan(page, half)["ok"]
    assert problem(page, half) == "sticker_used"
    assert problem(page, half[:-1] + str((int(half[-1]) + 1) % 10)) == "bad_label"
    cheap, reduced = lines(page)
    assert (cheap["price"], cheap["was"], cheap["priceFrom"]) == (99, 199, "sticker")
    assert reduced["price"] == 100
    assert refused(page, "till.discountLine(1, { percent: 100 })") == "not_discountable"
    # A price on a sticker never raises the price.
    scan(page, ean13("280010009999"))
    assert lines(page)[-1]["price"] == 199
    committed(page, shop)
    assert problem(page, half) == "sticker_used"
    assert scan(page, ean13("280010000099"))["ok"]


def test_a_known_birth_date_answers_the_question_about_age(run: Run) -> None:
    script = """async (cases) => {
      const { ageByBirth, ageLine } = await import('/static/till/models/draft.js');
      return cases.map(([born, openedAt]) => {
        const lines = [{ n: 1, age: 18, voided: false }];
        const draft = { ageConfirmed: 0, openedAt, customer: { born }, lines };
        return [ageByBirth(draft), ageLine(draft)?.n ?? null];
      });
    }"""
    noon = "2026-11-21T13:00:00.000Z"
    found = run(
        script,
        [
            ("2008-11-21", noon),
            ("2008-11-22", noon),
            (None, noon),
            ("1950-01-01", noon),
            ("rubbish", noon),
            ("2008-11-21", "2026-11-21T00:30:00.000Z"),
            ("2108-01-01", noon),
        ],
    )
    assert found == [[18, None], [17, 1], [0, 1], [76, None], [0, 1], [17, 1], [0, 1]]


def test_the_item_card_says_what_is_known_and_never_waits_for_the_stock(page: Page, shop: Shop) -> None:
    open_till(page, shop)
    card = page.evaluate("till.priceCheck('126')")
    assert (card["allergens"], card["properties"], card["perUnit"]) == (
        "milk",
        ["Country: Poland"],
        {"price": 450, "unitName": "l"},
    )
    assert card["stock"] is None
    assert page.evaluate("till.priceCheck('121').deposit") == 221
    assert page.evaluate("till.priceCheck('120').open") == {"least": 100, "most": 5000}
    assert page.evaluate("(id) => till.stockOf(id)", product_id(26)) is None
    assert page.evaluate("till.state.receipt.lines.length") == 0
