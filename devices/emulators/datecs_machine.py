"""What a Datecs fiscal printer does, whatever it is told in: receipts, the list of goods, sums, reports, cash, paper.

Written from the maker's manuals and from nothing of the driver. `datecs_dialects.py` reads the commands of the families
and writes their answers; here everything is numbers. Where the manuals are silent the choice is noted.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

Wrong = Literal["syntax", "unknown", "overflow", "mode"]
RATES = [2000, 700, 0, 1400, 500, 0, 0, 0]
GROUPS = 8


class DatecsError(Exception):
    """A refusal: which bit of the status says so, and the number of it where a dialect has numbers."""

    def __init__(self, wrong: Wrong, number: int = 112002) -> None:
        super().__init__(f"{wrong} {number}")
        self.wrong = wrong
        self.number = number


@dataclass
class Article:
    group: int
    price: int
    name: str
    sold: bool = False


@dataclass
class Sale:
    """A receipt. `lines` are (name, group, quantity, price, discount, sum); `payments` as they were told."""

    refund: bool
    operator: int
    origin: tuple[str, ...] = ()
    lines: list[tuple[str, int, int, int, int, int]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    payments: list[tuple[str, int]] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(line[5] for line in self.lines)

    @property
    def tender(self) -> int:
        return sum(paid for _kind, paid in self.payments)

    def sums(self) -> list[int]:
        return [sum(line[5] for line in self.lines if line[1] == group) for group in range(GROUPS)]


@dataclass(frozen=True)
class Closed:
    """A Z: the sums of sales and of returns by group, how many receipts."""

    number: int
    at: datetime
    sold: list[int]
    returned: list[int]
    receipts: int


class Machine:
    """Its memory survives the power; the open receipt does too, until somebody cancels or ends it."""

    def __init__(self, papers: bool = False) -> None:
        # Whether every paper takes a number, or only receipts.
        self.papers = papers
        self.rates = list(RATES)
        self.fiscal, self.read_only, self.clock_unset, self.ram_reset = True, False, False, False
        self.paper, self.paper_low, self.cover_open, self.broken = True, False, False, False
        self.clock_off = timedelta()
        self.password = "0000"
        self.memory = "3000012345"
        self.articles: dict[int, Article] = {}
        self.receipts: list[Sale] = []
        self.closed: list[Closed] = []
        self.texts: list[list[str]] = []
        self.open: Sale | None = None
        self.text: list[str] | None = None
        self.last: Sale | None = None
        self.documents, self.cancelled, self.pulses, self.copies, self.x_reports = 0, 0, 0, 0, 0
        self.sold, self.returned = [0] * GROUPS, [0] * GROUPS
        self.day_receipts, self.day_cancelled = 0, 0
        self.cash, self.came, self.went = 0, 0, 0
        self.began: datetime | None = None
        self.closed_at = self.now() - timedelta(hours=1)

    def now(self) -> datetime:
        return datetime.now().astimezone() + self.clock_off

    # -------------------------------------------------------------------- receipts

    def open_receipt(self, operator: int, password: str, refund: bool, origin: tuple[str, ...] = ()) -> None:
        self._prints()
        if self.open is not None or self.text is not None:
            raise DatecsError("mode", 111015)
        if password != self.password:
            raise DatecsError("mode", 102002)
        if self.clock_unset or self.read_only:
            raise DatecsError("mode")
        if self.began is not None and self.now() - self.began > timedelta(hours=24):
            raise DatecsError("mode", 111024)
        self.open = Sale(refund, operator, origin)

    def sell(self, name: str, group: int, price: int, quantity: int, discount: int) -> None:
        self._prints()
        sale = self._selling()
        if not 0 <= group < GROUPS or not price or not quantity or not name:
            raise DatecsError("syntax", 111002)
        value = (price * quantity + 500) // 1000 - discount
        if discount < 0 or value <= 0:
            raise DatecsError("mode", 111032)
        if value > 999_999_999:
            raise DatecsError("overflow", 111014)
        sale.lines.append((name, group, quantity, price, discount, value))

    def sell_article(self, number: int, price: int, quantity: int, discount: int) -> None:
        article = self.articles.get(number)
        if article is None:
            raise DatecsError("mode", 111004)
        self.sell(article.name, article.group, price, quantity, discount)
        article.sold = True

    def print_text(self, line: str) -> None:
        self._prints()
        if self.open is None:
            raise DatecsError("mode", 111016)
        self.open.texts.append(line)

    def subtotal(self) -> Sale:
        return self._selling()

    def pay(self, kind: str, paid: int) -> int:
        """The rest that is due, or less than nothing: the change. Cash alone may bring a change."""
        self._prints()
        if self.open is None or not self.open.lines:
            raise DatecsError("mode", 111016)
        rest = self.open.total - self.open.tender
        if rest <= 0 and self.open.payments:
            raise DatecsError("mode", 111059)
        self.open.payments.append((kind, paid))
        return rest - paid

    def close(self) -> Sale:
        self._prints()
        sale = self.open
        if sale is None:
            raise DatecsError("mode", 111016)
        if not sale.payments or sale.tender < sale.total:
            raise DatecsError("mode", 111050)
        into = self.returned if sale.refund else self.sold
        for group, value in enumerate(sale.sums()):
            into[group] += value
        cash = sum(paid for kind, paid in sale.payments if kind in "P0") - (sale.tender - sale.total)
        self.cash += -cash if sale.refund else cash
        self.receipts.append(sale)
        self.day_receipts += 1
        self.documents += 1
        self.began = self.began or self.now()
        self.open, self.last = None, sale
        return sale

    def cancel(self) -> None:
        """Until the first payment."""
        self._prints()
        if self.open is None:
            raise DatecsError("mode", 111016)
        if self.open.payments:
            raise DatecsError("mode", 111018)
        # Where every paper has a number the cancelled one has its own too; its sum is nothing.
        self.documents += self.papers
        self.last = Sale(self.open.refund, self.open.operator)
        self.open = None
        self.cancelled += 1
        self.day_cancelled += 1

    def _selling(self) -> Sale:
        if self.open is None:
            raise DatecsError("mode", 111016)
        if self.open.payments:
            raise DatecsError("mode", 111018)
        return self.open

    def _prints(self) -> None:
        if not self.paper:
            raise DatecsError("mode", 112006)
        if self.cover_open:
            raise DatecsError("mode", 112007)
        if self.broken:
            raise DatecsError("mode", 112008)

    def _idle(self) -> None:
        self._prints()
        if self.open is not None or self.text is not None:
            raise DatecsError("mode", 111015)

    # -------------------------------------------------------------------- other papers

    def open_text(self) -> None:
        self._idle()
        self.text = []

    def text_line(self, line: str) -> None:
        self._prints()
        if self.text is None:
            raise DatecsError("mode")
        self.text.append(line)

    def close_text(self) -> None:
        self._prints()
        if self.text is None:
            raise DatecsError("mode")
        self.texts.append(self.text)
        self.text = None
        self.documents += self.papers

    def report(self, closing: bool) -> Closed:
        self._idle()
        found = Closed(
            len(self.closed) + 1, self.now(), list(self.sold), list(self.returned), self.day_receipts
        )
        self.documents += self.papers
        if not closing:
            self.x_reports += 1
            return found
        self.closed.append(found)
        self.closed_at, self.began = self.now(), None
        self.sold, self.returned = [0] * GROUPS, [0] * GROUPS
        self.day_receipts, self.day_cancelled, self.came, self.went = 0, 0, 0, 0
        for article in self.articles.values():
            article.sold = False
        return found

    def move_cash(self, amount: int) -> bool:
        """False where the drawer holds less."""
        self._idle()
        if self.cash + amount < 0:
            return False
        self.cash += amount
        self.came += max(amount, 0)
        self.went += max(-amount, 0)
        self.documents += self.papers
        return True

    def copy(self) -> None:
        self._idle()
        if self.last is None:
            raise DatecsError("mode")
        self.copies += 1

    def set_clock(self, wanted: datetime) -> None:
        if self.began is not None or self.open is not None:
            raise DatecsError("mode")
        self.clock_off += wanted - self.now()

    # -------------------------------------------------------------------- goods

    def article_set(self, number: int, group: int, price: int, name: str) -> bool:
        held = self.articles.get(number)
        if held is not None and (held.sold or (held.group, held.name) == (group, name)):
            return False
        self.articles[number] = Article(group, price, name)
        return True

    def article_drop(self, number: int) -> bool:
        held = self.articles.get(number)
        if held is None or held.sold:
            return False
        del self.articles[number]
        return True
