"""The tasks of a cashier's day by keyboard and by touch, with the keys and touches each of them costs.

The limits are what the till promises (docs/cashier.md, "How many keys"). What was counted is printed;
with KASA_PICTURES set it is kept there.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from devices.emulators.scale import PtyScale
from tests.e2e.hands import Hand, Keys, Touch
from tests.e2e.people import PERSON
from tests.e2e.server import LiveStore
from tests.e2e.shop import BEER, BREAD, MILK
from tests.e2e.walks import AFTER_CODE_MS, AFTER_OPENING_MS, Walk, context_of
from tests.till.bridge import TOKEN, Bridge, scale_on

pytestmark = pytest.mark.browser

# 1.250 kg of the goods with the code 104.
LABEL = "2100104012508"
APPLES_SUM = 499
MANAGER_BADGE = "B-9001"

Do = Callable[[Any], None]


def one(hand: Hand) -> None:
    hand.scan(MILK)
    hand.total(379)


def ready(*codes: str) -> Do:
    """Goods on the receipt before the counting begins."""

    def scan(hand: Hand) -> None:
        hand.scan(*codes)
        expect(hand.at("line")).to_have_count(len(codes))

    return scan


def times_before(hand: Any) -> None:
    hand.digits("3")
    hand.press("*") if isinstance(hand, Keys) else hand.tap(hand.page.locator(".pad button").nth(7))
    hand.scan(MILK)
    hand.total(3 * 379)


def one_more(hand: Keys) -> None:
    hand.press("NumpadAdd")
    hand.total(2 * 379)


def times_after(hand: Any) -> None:
    hand.digits("4")
    hand.press("*", "Enter")
    hand.total(4 * 379)


def label(hand: Hand) -> None:
    hand.scan(LABEL)
    hand.total(APPLES_SUM)


def from_scale(hand: Touch) -> None:
    """The goods lie on the scale and have settled: one touch of their tile."""
    hand.lies(1250, "1,250 kg")
    hand.tap(hand.page.locator(".tiles button").first)
    hand.total(APPLES_SUM)


def into_line(hand: Keys) -> None:
    """The goods' number, or a scan of it, and then what they weigh."""
    hand.lies(640, "0,640 kg")
    hand.scan("104")
    hand.total(399)
    hand.press("NumpadDivide")
    hand.total(255)


def price(hand: Any) -> None:
    hand.press("F3") if isinstance(hand, Keys) else hand.tap(hand.key("F3"))
    hand.scan(BREAD)
    expect(hand.at("price-answer")).to_contain_text("6,20")
    expect(hand.at("line")).to_have_count(0)
    # The next scan sells and closes the answer by itself.
    hand.scan(MILK)
    hand.total(379)


def void_last(hand: Any) -> None:
    hand.press("F8") if isinstance(hand, Keys) else hand.tap(hand.key("F8"))
    hand.total(379)


def void_other(hand: Any) -> None:
    if isinstance(hand, Keys):
        hand.press("ArrowUp", "F8")
    else:
        hand.tap(hand.at("line").first, hand.key("F8"))
    hand.total(620)


def void_all(hand: Any) -> None:
    if isinstance(hand, Keys):
        hand.press("Shift+F8", "3")
    else:
        hand.tap(hand.key("Shift F8"), hand.page.locator(".choices button").nth(2))
    expect(hand.at("line")).to_have_count(0)


def approved(hand: Any) -> None:
    hand.digits("50")
    hand.press("F7") if isinstance(hand, Keys) else hand.tap(hand.key("F7"))
    expect(hand.at("approve-pin")).to_be_focused()
    hand.scan(MANAGER_BADGE)
    hand.total(310)
    expect(hand.page.get_by_text("Anna Nowak")).to_be_visible()


def park(hand: Any) -> None:
    hand.press("F5") if isinstance(hand, Keys) else hand.tap(hand.key("F5"))
    hand.scan(BREAD)
    hand.total(620)


def switch(hand: Any) -> None:
    hand.press("Alt+1") if isinstance(hand, Keys) else hand.tap(hand.at("receipt-tab").first)
    hand.total(379)
    # The other receipt is taken away again, so that the next task begins with one.
    hand.page.keyboard.press("Alt+2")
    hand.page.keyboard.press("Shift+F8")
    hand.page.keyboard.press("1")
    expect(hand.at("receipt-tab")).to_have_count(1)


def by_card(hand: Hand) -> None:
    hand.scan(PERSON["card"])
    expect(hand.at("customer-chip")).to_contain_text("Olena K.")


def by_telephone(hand: Any) -> None:
    hand.digits(PERSON["phone"][-4:])
    hand.press("F4") if isinstance(hand, Keys) else hand.tap(hand.key("F4"))
    expect(hand.at("customer-chip")).to_contain_text("Olena K.")


def discount(hand: Any) -> None:
    hand.digits("10")
    hand.press("F7") if isinstance(hand, Keys) else hand.tap(hand.key("F7"))
    hand.total(558)


def cash_exact(hand: Any) -> None:
    if isinstance(hand, Keys):
        hand.press("Enter")
        expect(hand.at("to-pay")).to_be_visible()
        hand.press("Enter")
    else:
        hand.tap(hand.go)
        expect(hand.at("to-pay")).to_be_visible()
        hand.tap(hand.go)
    hand.change(0)


def cash_note(hand: Touch) -> None:
    hand.tap(hand.go, hand.at("quick-cash").nth(1))
    hand.change(1000 - 379)


def cash_other(hand: Keys) -> None:
    hand.press("Enter")
    expect(hand.at("to-pay")).to_be_visible()
    hand.digits("50")
    hand.press("Enter")
    hand.change(5000 - 379)


def mixed(hand: Any) -> None:
    if isinstance(hand, Keys):
        hand.press("Enter")
        expect(hand.at("to-pay")).to_be_visible()
        hand.digits("2")
        hand.press("Enter")
        expect(hand.at("tender")).to_have_count(1)
        hand.press("Shift+F5")
    else:
        hand.tap(hand.go)
        expect(hand.at("to-pay")).to_be_visible()
        hand.digits("2")
        hand.tap(hand.go)
        expect(hand.at("tender")).to_have_count(1)
        hand.tap(hand.key("Shift F5"))
    hand.change(0)


def loyal(hand: Hand) -> None:
    """A customer with points, and the sum told."""
    by_card(hand)
    hand.scan(MILK)
    hand.page.wait_for_timeout(AFTER_CODE_MS)
    hand.page.keyboard.press("Enter")
    expect(hand.at("bonus-line")).to_contain_text("3,79")


def points_most(hand: Any) -> None:
    hand.press("F7") if isinstance(hand, Keys) else hand.tap(hand.at("pay-F7"))
    hand.change(0)


def points_some(hand: Any) -> None:
    hand.digits("2")
    hand.press("F7") if isinstance(hand, Keys) else hand.tap(hand.at("pay-F7"))
    expect(hand.at("tender")).to_contain_text("2,00")
    hand.page.wait_for_timeout(AFTER_OPENING_MS)
    hand.press("Enter") if isinstance(hand, Keys) else hand.tap(hand.go)
    hand.change(0)


def report_x(hand: Any) -> None:
    hand.press("F10", "1") if isinstance(hand, Keys) else hand.tap(hand.key("F10"), choice(hand, "1"))
    expect(hand.at("report-sales")).to_be_visible()


def choice(hand: Touch, key: str) -> Any:
    return hand.page.locator(".choices button").filter(has=hand.page.locator(f"kbd:text-is('{key}')"))


def cash_in(hand: Any) -> None:
    hand.press("F10", "3") if isinstance(hand, Keys) else hand.tap(hand.key("F10"), choice(hand, "3"))
    expect(hand.at("cash-amount")).to_be_visible()
    hand.digits("100")
    hand.press("Enter") if isinstance(hand, Keys) else hand.tap(hand.go)
    hand.press("1") if isinstance(hand, Keys) else hand.tap(choice(hand, "1"))
    expect(hand.at("approve-pin")).to_be_focused(timeout=10000)
    hand.scan(MANAGER_BADGE)
    expect(hand.at("panel")).to_have_count(0)


def age(hand: Any) -> None:
    expect(hand.at("message")).to_contain_text("18")
    if isinstance(hand, Keys):
        hand.press("Insert")
    else:
        hand.tap(hand.page.locator(".message button").first)
    expect(hand.at("message")).to_be_empty()


def sold(hand: Hand) -> None:
    """A receipt that a customer may bring back."""
    hand.walk.sell(MILK, BREAD)
    hand.walk.all_sent()


def give_back(hand: Any) -> None:
    """The money: to the refund, and it is given."""
    hand.press("Enter") if isinstance(hand, Keys) else hand.tap(hand.go)
    expect(hand.at("refund-due")).to_be_visible()
    hand.page.wait_for_timeout(AFTER_OPENING_MS)
    hand.press("Enter") if isinstance(hand, Keys) else hand.tap(hand.go)


def by_receipt(hand: Any) -> None:
    held = hand.walk.store.ask("receipts", number=NUMBERS[type(hand)])["receipts"]
    hand.scan(held[-1]["id"])
    expect(hand.at("approve-pin")).to_be_focused()
    hand.scan(MANAGER_BADGE)
    expect(hand.at("return-line")).to_have_count(2, timeout=10000)
    hand.press("NumpadMultiply") if isinstance(hand, Keys) else hand.tap(hand.at("return-all"))
    hand.page.wait_for_timeout(AFTER_CODE_MS)
    give_back(hand)
    hand.change(999)


def without_receipt(hand: Any) -> None:
    if isinstance(hand, Keys):
        hand.press("Shift+F9", "1")
    else:
        hand.tap(hand.key("F9"), hand.page.locator(".choices button").first)
    expect(hand.at("approve-pin")).to_be_focused(timeout=10000)
    hand.scan(MANAGER_BADGE)
    expect(hand.at("return-side")).to_be_visible()
    hand.scan(BREAD)
    hand.page.wait_for_timeout(AFTER_CODE_MS)
    give_back(hand)
    hand.change(620)


# number, task, what lies on the receipt before, how, most keys, most touches (None: not a task of that hand)
TASKS: list[tuple[str, str, Do | None, Do, int | None, int | None]] = [
    ("1", "scan an item", None, one, 0, 0),
    ("2", "3 × before the scan", None, times_before, 1, 1),
    ("2", "one more after the scan", ready(MILK), one_more, 1, None),
    ("2", "4 × after the scan", ready(MILK), times_after, 2, None),
    ("3", "weighed label", None, label, 0, 0),
    ("3", "loose goods, from the scale", None, from_scale, None, 1),
    ("3", "the weight into the line", None, into_line, 1, None),
    ("4", "price check", None, price, 1, 1),
    ("5", "void the last line", ready(MILK, BREAD), void_last, 1, 1),
    ("5", "void another line", ready(MILK, BREAD), void_other, 2, 2),
    ("6", "void the receipt", ready(MILK), void_all, 2, 2),
    ("6", "a manager approves by badge", ready(BREAD), approved, 1, 1),
    ("7", "park and begin another", ready(MILK), park, 1, 1),
    ("7", "back to the parked one", None, switch, 1, 1),
    ("8", "customer by card", ready(MILK), by_card, 0, 0),
    ("8", "customer by telephone", ready(BREAD), by_telephone, 1, 1),
    ("9", "discount of 10 %", ready(BREAD), discount, 1, 1),
    ("10", "cash, exactly", ready(MILK), cash_exact, 2, 2),
    ("10", "cash, a note", ready(MILK), cash_note, None, 2),
    ("10", "cash, a sum typed", ready(MILK), cash_other, 2, None),
    ("11", "part in cash, rest by card", ready(MILK), mixed, 3, 3),
    ("12", "points, the most allowed", loyal, points_most, 1, 1),
    ("12", "points, a sum, the rest in cash", loyal, points_some, 2, 2),
    ("13", "return by its receipt", sold, by_receipt, 3, 3),
    ("14", "return without a receipt", None, without_receipt, 4, 4),
    ("15", "X report", None, report_x, 2, 2),
    ("16", "cash in, with its reason", None, cash_in, 4, 4),
    ("17", "age checked", ready(BEER), age, 1, 1),
]
NUMBERS: dict[type[Hand], int] = {Keys: 51, Touch: 52}
KEEPS = {"back to the parked one", "park and begin another"}


def clear(hand: Hand) -> None:
    """An empty receipt for the next task; costs nothing."""
    for _ in range(3):
        hand.page.keyboard.press("Escape")
    if hand.at("line").count():
        hand.page.keyboard.press("Shift+F8")
        expect(hand.at("panel")).to_be_visible()
        hand.page.keyboard.press("1")
        expect(hand.at("line")).to_have_count(0, timeout=10000)


def expect_customer(store: LiveStore, points: int = 2000) -> None:
    """The customer of the tasks, with points enough to pay by them."""
    store.ask("customers", **PERSON)
    store.ask("points", card=PERSON["card"], give=points, most=10_000)


def through(hand: Keys | Touch) -> Iterator[tuple[str, str, int]]:
    """Every task of this hand, one after the other: its number, its name, the most it may cost. `hand.count` says what
    it did cost.
    """
    for number, name, before, do, keys, touches in TASKS:
        most = keys if isinstance(hand, Keys) else touches
        if most is None:
            continue
        if name not in KEEPS or before:
            clear(hand)
        if before:
            before(hand)
        hand.count = 0
        do(hand)
        yield number, name, most


@pytest.fixture
def walk(browser: Browser, live_store: LiveStore) -> Iterator[Walk]:
    if live_store.server is None:
        live_store.start()
    context = context_of(browser, touch=True)
    made = Walk(context.new_page(), live_store)
    yield made
    context.close()
    assert made.errors == []


@pytest.fixture
def scale(live_store: LiveStore, tmp_path: Path) -> Iterator[tuple[PtyScale, Bridge]]:
    """A scale on the device bridge of the till's machine."""
    with PtyScale() as one:
        bridge = Bridge(tmp_path / "bridge", live_store.url, scale_on(one.path))
        bridge.start()
        yield one, bridge
        bridge.stop()


def pair(walk: Walk, bridge: Bridge) -> None:
    """As a person does it, in the devices' sheet."""
    walk.press("F12")
    walk.press("3")
    walk.page.locator(".pairing input").first.fill(bridge.url)
    walk.at("bridge-token").fill(TOKEN)
    walk.press("Enter")
    expect(walk.at("scale-state")).to_be_visible(timeout=20000)
    walk.press("Escape")


@pytest.mark.parametrize("kind", [Keys, pytest.param(Touch, marks=pytest.mark.long)])
def test_no_task_costs_more_than_is_promised(
    walk: Walk, kind: type[Keys] | type[Touch], pictures: Path | None, scale: tuple[PtyScale, Bridge]
) -> None:
    expect_customer(walk.store)
    walk.begin(number=NUMBERS[kind])
    on_scale, bridge = scale
    pair(walk, bridge)
    hand = kind(walk, on_scale)
    counted: list[str] = []
    over: list[str] = []
    for number, name, most in through(hand):
        counted.append(f"{number:>3} {name:<30} {hand.count} of {most} {hand.name}")
        if hand.count > most:
            over.append(counted[-1])
    walk.store.ask("points", card=PERSON["card"], on=False)
    print("\n" + "\n".join(counted))
    if pictures is not None:
        pictures.mkdir(parents=True, exist_ok=True)
        (pictures / f"tasks-{hand.name}.txt").write_text("\n".join(counted) + "\n", "utf-8")
    assert over == []
