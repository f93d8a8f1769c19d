"""Two hands at a till's core, and the books they keep beside it: what was done, what lies where, who holds what."""

from collections import Counter
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from tests.e2e.server import LiveStore

from . import machine_books as books
from .cable import Cable
from .conftest import wait
from .machine_books import Json, Paper

HANDS = Path(__file__).with_name("machine.js").read_text("utf-8")
NUMBERS = count(300)
FLOAT = 20_000
# The deeds that end with everything told before them on disk.
SETTLES = {"finish", "refund", "swap", "cash", "shift", "close", "goOn", "handover", "flush", "x"}
# The event that tells of a deed; of a return's lines nothing is told one by one.
TOLD = {
    "leave": "payment_left", "drop": "return_cancel", "blind": "return_blind", "count": "drawer_count",
    "handover": "handover", "x": "x_report", "practise": "training_begin", "swap": "exchange", "goOn": "shift_continue",
}  # fmt: skip
TOLD_OF_SALES = {
    "void": "line_void",
    "quantity": "quantity_change",
    "discount": "discount",
    "cancel": "receipt_cancel",
}
# A refusal that changes something on the way: the payment was opened for the tender.
OPENS = {"tender"}


class Till:
    """Two hands at one till, and what they remember: `drawer` is what lies in it, `lost` what is in it unexplained."""

    def __init__(self, browser: Browser, store: LiveStore, cable: Cable, answers: Counter[str]) -> None:
        self.number = next(NUMBERS)
        self.store, self.cable, self.answers = store, cable, answers
        self.context = browser.new_context(bypass_csp=True, service_workers="block")
        self.context.route("**/till/main.js*", lambda route: route.abort())
        self.drawer, self.lost = FLOAT, 0
        self.papers: dict[str, Paper] = {}
        self.shelf: Counter[str] = Counter()
        self.closings: list[int] = []
        self.done: Counter[str] = Counter()
        self.maybe: Counter[str] = Counter()
        self.gone: Counter[str] = Counter()
        self.seen: dict[str, Json] = {}
        self.pairs: dict[str, str] = {}
        self.now: Json = {}
        self.errors: list[str] = []
        self.open()
        self.page.evaluate("(code) => till.enrol(code)", store.ask("code", number=self.number)["code"])
        self.sign_in("9999")
        self.act("shift", float=FLOAT)

    # ------------------------------------------------------------ the page

    def open(self) -> None:
        """A fresh page with the till on it."""
        self.page: Page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.boot()

    def boot(self) -> None:
        """The till's page without its screens."""
        self.page.goto(f"http://127.0.0.1:{self.cable.port}/pos/")
        self.page.evaluate(HANDS, f"machine-{self.number}")

    def sign_in(self, pin: str) -> None:
        wait(self.page, "till.status.catalogue.state === 'ready' && !till.state.readonly", 60)
        self.act("look")
        if self.now["operator"] is None:
            self.act("signIn", pin=pin)

    def crash(self, pin: str) -> None:
        """The tab is killed: what was told and not yet on disk may be gone."""
        self.page.close()
        self.gone += self.maybe
        self.maybe.clear()
        self.seen.clear()
        self.open()
        self.sign_in(pin)

    def reload(self) -> None:
        """As F5 does it: whoever worked goes on."""
        self.act("flush")
        self.boot()
        self.sign_in("1111")

    def cable_is(self, plugged: bool) -> None:
        """Pulls the cable or plugs it in; the machine hears of the plug."""
        if plugged and not self.cable.plugged:
            self.cable.plug()
            self.page.evaluate("void window.dispatchEvent(new Event('online'))")
        elif not plugged and self.cable.plugged:
            self.cable.pull()
            wait(self.page, "till.status.server.state === 'offline'")

    def act(self, name: str, **given: Any) -> Json:
        """One deed, its answer, and the books kept up with it."""
        before = self.now
        answer: Json = self.page.evaluate("([name, given]) => act(name, given)", [name, given])
        self.now = answer["now"]
        self.answers[f"{name}: {answer['refused'] or 'done'}"] += 1
        if self.now["receipt"]:
            self.look(name in ("take", "look"))
        if answer["refused"]:
            changed = [
                key for key in ("receipt", "payment", "tabs", "shift") if before.get(key) != self.now[key]
            ]
            assert not changed or name in OPENS, (
                f"{name} was refused with {answer['refused']} and changed {changed}"
            )
        else:
            self.maybe.update(told(name, before, self.now))
        if name in SETTLES and not answer["refused"]:
            self.done += self.maybe
            self.maybe.clear()
        return answer

    def look(self, again: bool) -> None:
        """What is on the screen; a receipt that was only left or loaded again is as it was."""
        pk = self.receipt["id"]
        assert not again or pk not in self.seen or self.seen[pk]["lines"] == self.receipt["lines"]
        self.seen[pk] = self.receipt

    # ------------------------------------------------------------ the books

    @property
    def receipt(self) -> Json:
        """The receipt on the screen."""
        value: Json = self.now["receipt"]
        return value

    @property
    def practising(self) -> bool:
        return self.now["training"] is not None

    @property
    def free(self) -> bool:
        """No money was taken for the receipt on the screen."""
        return not (self.now["payment"] and self.now["payment"]["tenders"])

    def finish(self) -> None:
        """Ends the payment on the screen."""
        before = self.now
        answer = self.act("finish")
        if not answer["refused"] and before["training"] is None:
            self.sold(before, answer["value"])

    def sold(self, before: Json, last: Json) -> None:
        """The customer leaves with goods, receipt and change."""
        receipt, payment = before["receipt"], before["payment"]
        taken = sum(one["tendered"] for one in payment["tenders"] if one["method"] == "cash")
        assert last["id"] == receipt["id"] and last["due"] == payment["due"] == receipt["due"]
        assert sum(one["amount"] for one in payment["tenders"]) == last["due"]
        self.drawer += taken - last["change"]
        self.sell(last["id"], last["label"], last["due"], receipt["lines"])

    def sell(self, pk: str, label: str, due: int, lines: list[Json]) -> None:
        left = {line["n"]: line["quantity"] for line in lines}
        self.papers[pk] = Paper(label, "sale", due, books.goods(lines), left)
        self.shelf.subtract(books.goods(lines))

    def refund(self, cash: bool) -> None:
        """Ends the return on the screen."""
        before = self.now
        answer = self.act("refund", cash=cash)
        if not answer["refused"] and before["training"] is None:
            last = answer["value"]
            self.drawer -= last["change"]
            self.took_back(before["receipt"], last["due"])

    def took_back(self, receipt: Json, due: int) -> None:
        """Goods are on the shelf again."""
        came = books.goods(receipt["lines"])
        self.papers[receipt["id"]] = Paper("", "return", due, came)
        self.shelf.update(came)
        if receipt["back"]["id"] is not None:
            counts = {line["n"]: line["now"] for line in receipt["back"]["lines"]}
            self.papers[receipt["back"]["id"]].gives_back(due, counts)

    def swap(self, method: str, more: int) -> None:
        """Ends the exchange on the screen; what comes back on it stands in a tab of its own."""
        back = self.pairs[self.receipt["id"]]
        for pk in (back, self.receipt["id"]):
            self.take(pk)
        before, plan = self.now, self.now["exchange"]
        answer = self.act("swap", method=method, more=more)
        if answer["refused"]:
            return
        last = answer["value"]
        if method == "cash" and plan["payCash"] > 0:
            self.drawer += plan["payCash"] + more
        self.drawer -= last["change"]
        self.took_back(self.seen[back], plan["back"])
        self.sell(last["id"], last["label"], plan["due"], before["receipt"]["lines"])

    def exchange(self) -> None:
        """What is scanned from here on is sold for what comes back."""
        back = self.receipt["id"]
        if not self.act("exchange")["refused"]:
            self.pairs[self.receipt["id"]] = back

    def take(self, pk: str) -> None:
        self.act("take", at=next(at for at, tab in enumerate(self.now["tabs"]) if tab["id"] == pk))

    def move(self, kind: str, amount: int) -> None:
        """Cash without a sale."""
        if not self.act("cash", kind=kind, amount=amount)["refused"]:
            self.drawer += books.CASH_SIGNS[kind] * amount

    def hand_over(self) -> None:
        """The next cashier counts, and what is missing is the last one's."""
        answer = self.act("handover", counted=self.drawer)
        if not answer["refused"]:
            assert answer["value"]["difference"] == self.lost
            self.lost = 0

    def miscount(self, amount: int) -> None:
        """Wrong change, which nobody noticed."""
        self.drawer += amount
        self.lost += amount

    def count(self, short: int) -> None:
        """A blind count, perhaps a wrong one."""
        answer = self.act("count", counted=self.drawer + short)
        if not answer["refused"]:
            assert answer["value"]["difference"] == self.lost + short

    def report(self) -> None:
        """X says what two hands know."""
        answer = self.act("x")
        if not answer["refused"]:
            assert answer["value"]["totals"]["expected_cash"] == self.drawer - self.lost

    def closed(self, counted: int) -> bool:
        """Z, and what is over stays with whoever counted."""
        answer = self.act("close", counted=counted)
        if answer["refused"]:
            return False
        assert answer["value"]["difference"] == counted - (self.drawer - self.lost), answer["value"]
        self.closings.append(self.drawer - self.lost)
        self.drawer, self.lost = FLOAT, 0
        return True

    def give_back(self) -> None:
        """All money that was taken for the receipt on the screen."""
        while not self.free:
            assert not self.act("untender", at=0)["refused"]

    def clear(self) -> None:
        """Gives all money back and drops every receipt that is open."""
        for _ in range(50):
            if not self.free:
                self.act("untender", at=0)
            elif any(tab["lines"] for tab in self.now["tabs"]):
                self.act("take", at=next(at for at, tab in enumerate(self.now["tabs"]) if tab["lines"]))
                self.act("cancel")
            else:
                return
        raise AssertionError("the receipts cannot be dropped")

    def close(self) -> None:
        self.context.close()


def told(name: str, before: Json, now: Json) -> Iterator[str]:
    """The events that a deed leaves."""
    if name in TOLD and (name != "leave" or before["payment"]):
        yield TOLD[name]
    of = before.get("receipt") or {"kind": "sale", "lines": []}
    if name in TOLD_OF_SALES and of["kind"] == "sale":
        yield TOLD_OF_SALES[name]
    elif name == "cancel":
        yield "return_cancel"
    if name in ("cancel", "drop", "finish", "refund"):
        yield "receipt_trail"
    if name == "swap":
        yield from ("receipt_trail", "receipt_trail")
    if name in ("finish", "refund") and before["training"]:
        yield "training_receipt"
    if name == "real" and before["training"]:
        yield "training_end"
    if name == "open" and now["receipt"]["id"] not in {
        one["id"] for one in before["tabs"] if one["kind"] == "return"
    }:
        yield "return_open"
    if name == "park" and of["kind"] == "sale" and of["lines"] and not before["training"]:
        yield "park"
    if name == "untender":
        yield from ["tender_cancel"] * (len(before["payment"]["tenders"]) - len(now["payment"]["tenders"]))
