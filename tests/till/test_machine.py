"""Whatever is done at a till, in any order, money, stock, numbers and the journal explain each other.

A Hypothesis state machine does what cashiers do to a till's core in a real Chromium, against the real server, over a
cable that can be pulled. Beside it two hands keep books of their own: what lies in the drawer, what left the shelf,
which receipts customers hold. A few short days in the suite; KASA_MACHINE=100 for a long look (docs/developer.md).
"""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from playwright.sync_api import Browser

from tests.e2e.server import LiveStore
from tests.e2e.shop import APPLES, BEER, BREAD, MILK

from . import machine_books as books
from .cable import Cable
from .conftest import wait
from .machine_hands import FLOAT, Till

pytestmark = pytest.mark.browser
EXAMPLES = int(os.environ.get("KASA_MACHINE", "3"))
JAR, UNKNOWN = "195", "4000000000001"
CODES = st.sampled_from([MILK, BREAD, APPLES, BEER, "105", JAR])
PIECES = st.integers(1, 4)
AMOUNT = st.integers(1, 3_000)


class Days(RuleBasedStateMachine):
    """One till from its enrolment to the end of its last shift.

    A tab that is killed while it pays has paid or has not, so the same steps may end in two states. No rule has a
    precondition, therefore: what is drawn next must never depend on the till. A rule that makes no sense now does
    nothing.
    """

    browser: Browser
    store: LiveStore
    cable: Cable
    answers: Counter[str]
    deposit: str

    @initialize()
    def begin(self) -> None:
        self.cable.plug()
        self.till = Till(self.browser, self.store, self.cable, self.answers)

    @invariant()
    def the_screen_adds_up(self) -> None:
        """What the cashier reads explains itself, whatever was done."""
        if not hasattr(self, "till"):
            return
        now = self.till.now
        assert (now["phase"], now["stopped"], now["troubles"]) == ("sale", None, [])
        assert [one["current"] for one in now["tabs"]].count(True) == 1
        assert now["receipt"]["total"] == sum(line["total"] for line in now["receipt"]["lines"])
        if now["payment"]:
            assert now["payment"]["paid"] == sum(one["amount"] for one in now["payment"]["tenders"])
            assert now["payment"]["rest"] == now["payment"]["due"] - now["payment"]["paid"]

    # ------------------------------------------------------------ one thing at a time, also where it makes no sense

    @rule(codes=st.lists(CODES | st.just(UNKNOWN), min_size=1, max_size=3), pieces=PIECES)
    def scan(self, codes: list[str], pieces: int) -> None:
        for code in codes:
            self.till.act("scan", code=code, pieces=pieces)

    @rule(
        what=st.sampled_from(["quantity", "select", "void", "percent", "amount"]),
        n=st.integers(1, 60),
        whole=st.booleans(),
    )
    def change_a_line(self, what: str, n: int, whole: bool) -> None:
        if what in ("percent", "amount"):
            self.till.act("discount", whole=whole, **{what: n * (100 if what == "percent" else 7)})
        elif what == "quantity":
            self.till.act("quantity", pieces=1 + n % 9)
        else:
            self.till.act(what, **({"at": n} if what == "select" else {}))

    @rule(name=st.sampled_from(["fresh", "park", "cancel", "pay", "leave", "all", "drop", "age"]))
    def press(self, name: str) -> None:
        self.till.act(name)

    @rule(at=st.integers(0, 5))
    def take_up(self, at: int) -> None:
        self.till.act("take", at=at)

    @rule(
        method=st.sampled_from(["cash", "card", "card1", "voucher"]),
        amount=AMOUNT,
        then=st.sampled_from(["", "give it back", "pay the rest"]),
    )
    def tender(self, method: str, amount: int, then: str) -> None:
        self.till.act("tender", method=method, amount=amount)
        if then == "give it back" and self.till.now["payment"]:
            self.till.act("untender", at=amount)
        elif then:
            self.till.act("age")
            self.till.act("tender", method="cash", more=amount)
            self.till.finish()

    @rule(
        what=st.sampled_from(["back", "refund", "exchange", "swap"]), n=st.integers(0, 5), other=st.booleans()
    )
    def go_on_with_a_return(self, what: str, n: int, other: bool) -> None:
        if self.till.receipt["kind"] != "return" and not self.till.now["exchange"]:
            return
        if what == "back":
            self.till.act("back", at=n)
        elif self.till.now["exchange"]:
            self.till.act("age")
            self.till.swap("card1" if other else "cash", n)
        elif what == "refund":
            self.till.refund(other)
        else:
            self.till.exchange()

    # ------------------------------------------------------------ whole deeds

    def ready(self) -> bool:
        """An empty receipt on the screen, of a shift that may sell."""
        if not self.till.free:
            self.till.act("untender", at=0)
        if self.till.now["old"]:
            self.till.act("goOn")
        return not self.till.act("fresh")["refused"]

    @rule(
        codes=st.lists(st.tuples(CODES, PIECES), min_size=1, max_size=4),
        how=st.sampled_from(["cash", "card1", "mixed"]),
        more=st.integers(0, 900),
    )
    def a_customer_buys(self, codes: list[tuple[str, int]], how: str, more: int) -> None:
        if not self.ready():
            return
        for code, pieces in codes:
            self.till.act("scan", code=code, pieces=pieces)
        self.till.act("age")
        self.till.act("pay")
        if how == "mixed":
            self.till.act("tender", method="voucher", amount=100 + more)
            self.till.act("tender", method="card1", amount=more + 1)
        self.till.act("tender", method="card1" if how == "card1" else "cash", more=more)
        self.till.finish()

    @rule()
    def another_loaf(self) -> None:
        self.a_customer_buys([(BREAD, 1)], "cash", 0)

    def open_return(self, at: int) -> bool:
        """Of a receipt that some customer holds."""
        sold = [paper for paper in self.till.papers.values() if paper.kind == "sale"]
        if not sold or not self.ready():
            return False
        return not self.till.act("open", label=sold[at % len(sold)].label)["refused"]

    @rule(at=st.integers(0, 9))
    def look_for_a_receipt(self, at: int) -> None:
        self.open_return(at)

    @rule(at=st.integers(0, 9), lines=st.lists(st.integers(0, 5), max_size=3), cash=st.booleans())
    def take_back(self, at: int, lines: list[int], cash: bool) -> None:
        if not self.open_return(at):
            return
        for n in lines:
            self.till.act("back", at=n)
        if not lines:
            self.till.act("all")
        self.till.refund(cash)

    @rule(code=CODES, pieces=PIECES)
    def take_back_without_a_receipt(self, code: str, pieces: int) -> None:
        if self.ready() and not self.till.act("blind")["refused"]:
            self.till.act("scan", code=code, pieces=pieces)
            self.till.refund(False)

    @rule(at=st.integers(0, 9), code=CODES, pieces=PIECES, method=st.sampled_from(["cash", "card1"]))
    def exchange_goods(self, at: int, code: str, pieces: int, method: str) -> None:
        if not self.open_return(at):
            return
        self.till.act("back", at=0)
        self.till.exchange()
        self.till.act("scan", code=code, pieces=pieces)
        if self.till.now["exchange"]:
            self.till.act("age")
            self.till.swap(method, 7)

    @rule(
        what=st.sampled_from(["in", "out", "drop", "collection", "miscounted", "count", "x", "handover"]),
        amount=AMOUNT,
    )
    def at_the_desk(self, what: str, amount: int) -> None:
        if what == "miscounted":
            self.till.miscount(amount % 101 - 50)
        elif what == "count":
            self.till.count(amount % 19 - 9)
        elif what == "x":
            self.till.report()
        elif what == "handover":
            self.till.hand_over()
        else:
            self.till.move(what, amount)

    @rule()
    def next_shift(self) -> None:
        if self.till.practising:
            return
        self.till.clear()
        if self.till.closed(self.till.drawer):
            self.till.act("shift", float=FLOAT)

    @rule(code=CODES, stay=st.booleans())
    def practise(self, code: str, stay: bool) -> None:
        if self.till.practising:
            return
        self.till.clear()
        self.till.act("practise")
        self.a_customer_buys([(code, 2)], "cash", 5)
        if not stay:
            self.till.act("real")

    @rule()
    def end_practice(self) -> None:
        if self.till.practising and self.till.free:
            self.till.act("real")

    # ------------------------------------------------------------ what happens to a till

    @rule(crash=st.booleans(), pin=st.sampled_from(["1111", "9999"]))
    def reload(self, crash: bool, pin: str) -> None:
        # No page comes from a server that cannot be reached; a till in a shop has the service worker.
        if not self.cable.plugged:
            return
        if crash:
            self.till.crash(pin)
        else:
            self.till.reload()

    @rule(pin=st.sampled_from(["1111", "9999"]))
    def crash_while_paying(self, pin: str) -> None:
        if not self.cable.plugged or self.till.practising or self.till.receipt["kind"] != "sale":
            return
        self.till.act("age")
        self.till.act("tender", method="cash", more=0)
        before = self.till.now
        self.till.maybe["receipt_trail"] += 1
        self.till.page.evaluate("void till.finish().catch(() => {})")
        self.till.crash(pin)
        last, known = self.till.now["last"], self.till.papers
        if last and before["payment"] and last["id"] == before["receipt"]["id"] and last["id"] not in known:
            self.till.sold(before, last)

    @rule(plugged=st.booleans())
    def cable_is(self, plugged: bool) -> None:
        self.till.cable_is(plugged)

    @rule(hours=st.sampled_from([0, 1, 26, -1]), seconds=st.integers(0, 3599))
    def jump(self, hours: int, seconds: int) -> None:
        self.till.page.evaluate(f"localStorage.lead = {(hours * 3600 + seconds) * 1000}")
        self.till.act("look")

    # ------------------------------------------------------------ the end

    def teardown(self) -> None:
        if not hasattr(self, "till"):
            return
        try:
            self.end()
            self.compare()
        finally:
            self.till.close()

    def end(self) -> None:
        """A bit of everything that counts, whatever the days brought; then Z, and everything is sent."""
        self.till.cable_is(True)
        self.till.page.evaluate("localStorage.lead = 0")
        self.till.reload()
        wait(self.till.page, "till.status.server.state === 'online'", 60)
        if self.till.practising:
            self.till.give_back()
            self.till.act("real")
        self.till.clear()
        self.hesitate()
        self.a_customer_buys([(MILK, 3), (JAR, 2)], "mixed", 50)
        self.take_back(-1, [1], False)
        self.exchange_goods(-1, BREAD, 1, "cash")
        self.practise(MILK, False)
        self.till.move("drop", 100)
        self.next_shift()
        self.take_back(-1, [], True)
        self.till.clear()
        assert self.till.closed(self.till.drawer)
        self.till.act("flush")
        wait(self.till.page, "till.status.unsent === 0", 60)

    def hesitate(self) -> None:
        """A customer who changes everything, and wrong change at both ends of a hand-over."""
        till = self.till
        till.miscount(-13)
        assert self.ready()
        till.act("scan", code=MILK, pieces=1)
        till.act("cancel")
        till.act("fresh")
        for code in (JAR, JAR, MILK, BREAD):
            till.act("scan", code=code, pieces=2)
        till.act("void")
        till.act("quantity", pieces=1)
        till.act("select", at=2)
        till.act("void")
        till.act("discount", percent=500, whole=True)
        receipt = till.receipt["id"]
        till.act("park")
        till.take(receipt)
        till.act("tender", method="card1", amount=100)
        till.act("tender", method="cash", amount=100)
        till.act("untender", at=1)
        till.act("tender", method="cash", more=80)
        till.finish()
        till.hand_over()
        till.miscount(21)

    def compare(self) -> None:
        """Two hands, the till and the server say the same."""
        till = self.till
        till.act("look")
        assert till.now["troubles"] == till.errors == []
        items = self.store.ask("journal", number=till.number)
        books.check_chain(items)
        books.check_numbers(items)
        books.check_papers(items, till.papers)
        books.check_shifts(items, till.closings)
        books.check_told(items, till.done, till.gone)
        books.check_trails(items, self.deposit)
        held = self.store.ask("moved", number=till.number)
        assert held["waiting"] == 0 and held["stock"] == {pk: n for pk, n in till.shelf.items() if n}
        for shift in self.store.ask("shifts", number=till.number)["shifts"]:
            assert (shift["closed"], shift["complete"], shift["late"], shift["differences"]) == (
                True,
                True,
                0,
                [],
            )


@contextmanager
def cable_to(store: LiveStore) -> Iterator[Cable]:
    cable = Cable(store.port)
    try:
        yield cable
    finally:
        cable.pull()


def findings(store: LiveStore) -> set[str]:
    """What recomputing the server's books finds."""
    return set(store.ask("verify")["findings"])


@pytest.mark.long
@pytest.mark.timeout(600 + 30 * EXAMPLES)
def test_money_stock_numbers_and_the_journal_explain_each_other(
    browser: Browser, live_store: LiveStore
) -> None:
    if live_store.server is None:
        live_store.start()
    deposit = live_store.ask("bottled")["deposit"]
    before = findings(live_store)
    answers: Counter[str] = Counter()
    with cable_to(live_store) as cable:
        given = {
            "browser": browser,
            "store": live_store,
            "cable": cable,
            "answers": answers,
            "deposit": deposit,
        }
        often = settings(
            max_examples=EXAMPLES,
            stateful_step_count=50,
            deadline=None,
            derandomize=EXAMPLES < 10,
            database=None,
            # A walk of real pages takes seconds: its steps are printed as they are.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        run_state_machine_as_test(type("Made", (Days,), given), settings=often)
    assert findings(live_store) <= before
    print(*(f"{times:6} {name}" for name, times in sorted(answers.items())), sep="\n")
    least = {
        "finish": 3,
        "refund": 2,
        "swap": 1,
        "close": 2,
        "practise": 1,
        "cash": 1,
        "void": 2,
        "quantity": 1,
    }
    least |= dict.fromkeys(
        ("discount", "untender", "park", "take", "cancel", "handover", "signIn", "exchange"), 1
    )
    for deed, times in least.items():
        assert answers[f"{deed}: done"] >= times * EXAMPLES, f"too little was done: {deed}"
