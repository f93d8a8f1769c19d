"""What the machine compares: the journal as the server holds it, with itself and with what two hands did."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]
FIRST_PREV = "0" * 64
CASH_SIGNS = {"in": 1, "out": -1, "drop": -1, "collection": -1, "correction": 1}


@dataclass
class Paper:
    """A receipt as the customer took it home: what was paid, what came back."""

    label: str
    kind: str
    due: int
    lines: Counter[str]
    left: dict[int, int] = field(default_factory=dict)
    back: int = 0

    def gives_back(self, due: int, counts: dict[int, int]) -> None:
        """Never more than was paid, and with the last piece all of it."""
        self.back += due
        for n, quantity in counts.items():
            self.left[n] -= quantity
        assert min(self.left.values()) >= 0 and self.back <= self.due, self
        if not any(self.left.values()):
            assert self.back == self.due, self


def goods(lines: list[Json]) -> Counter[str]:
    """Thousandths of each product."""
    found: Counter[str] = Counter()
    for line in lines:
        found[line["product"]] += line["quantity"]
    return found


def of(items: list[Json], kind: str) -> list[Json]:
    """Bodies of one type of item, in the order of the chain."""
    return [item["body"] for item in items if item["type"] == kind]


def events(items: list[Json]) -> list[Json]:
    """Every event."""
    return of(items, "event")


def check_chain(items: list[Json]) -> None:
    """Nothing was set aside, no place is empty, each item names the one before it."""
    assert [item["state"] for item in items] == ["stored"] * len(items)
    assert [item["seq"] for item in items] == list(range(1, len(items) + 1))
    assert [item["prev"] for item in items] == [FIRST_PREV, *(item["hash"] for item in items[:-1])]


def check_numbers(items: list[Json]) -> None:
    """Each series of numbers, also that of practice, has no gap and no number twice."""
    series: dict[str, list[int]] = defaultdict(list)
    for item in items:
        body = item["body"]
        if item["type"] == "receipt":
            series[body["kind"]].append(body["number"])
        elif item["type"] == "shift" and body["action"] == "open":
            series["shift"].append(body["number"])
        elif item["type"] == "event" and body["name"] == "training_receipt":
            series["training"].append(body["data"]["number"])
    for name, numbers in series.items():
        assert numbers == list(range(1, len(numbers) + 1)), f"{name}: {numbers}"


def check_papers(items: list[Json], papers: dict[str, Paper]) -> None:
    """The journal's receipts are those that customers hold, neither more nor fewer, with the same goods and sums."""
    held = {item["id"]: item["body"] for item in items if item["type"] == "receipt"}
    assert set(held) == set(papers)
    for pk, body in held.items():
        paper = papers[pk]
        assert (body["kind"], body["due"]) == (paper.kind, paper.due), paper
        assert goods(body["lines"]) == paper.lines, paper
        # No coin is too small in this shop, so nothing is rounded.
        assert sum(line["total"] for line in body["lines"]) == body["due"] and body["rounding"] == 0
        assert sum(paid["amount"] for paid in body["payments"]) == body["due"]


def check_shifts(items: list[Json], closings: list[int]) -> None:
    """What each Z expected is its float and everything that moved cash, and what two hands had in the drawer."""
    shifts = {
        item["body"]["shift"]: item["body"]["float"]
        for item in items
        if item["type"] == "shift" and item["body"]["action"] == "open"
    }
    cash = Counter(shifts)
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for body in of(items, "receipt"):
        sign = 1 if body["kind"] == "sale" else -1
        cash[body["shift"]] += sign * sum(
            one["amount"] for one in body["payments"] if one["method"] == "cash"
        )
        sums[body["shift"]]["sales" if sign > 0 else "refunds"] += body["due"]
        sums[body["shift"]]["receipts" if sign > 0 else "returns"] += 1
    for body in of(items, "cash"):
        cash[body["shift"]] += CASH_SIGNS[body["kind"]] * body["amount"]
    for body in events(items):
        if body["name"] in ("line_void", "receipt_cancel") and body["shift"]:
            sums[body["shift"]][
                {"line_void": "voided_lines", "receipt_cancel": "cancelled_receipts"}[body["name"]]
            ] += 1
    closed = [body for body in of(items, "shift") if body["action"] == "close"]
    assert len(closed) == len(shifts)
    for body, expected in zip(closed, closings, strict=True):
        totals = body["totals"]
        assert totals["expected_cash"] == cash[body["shift"]] == expected
        names = ("sales", "refunds", "receipts", "returns", "voided_lines", "cancelled_receipts")
        assert {name: totals[name] for name in names} == {name: sums[body["shift"]][name] for name in names}


def check_told(items: list[Json], done: Counter[str], lost: Counter[str]) -> None:
    """Each deed is journaled once; one that a crash took may have left its trace."""
    told = Counter(body["name"] for body in events(items))
    for name in {*done, *lost}:
        assert done[name] <= told[name] <= done[name] + lost[name], name


def check_trails(items: list[Json], deposit: str) -> None:
    """Every finished or cancelled receipt can be replayed, and its replay ends with what was journaled."""
    real = [body for body in events(items) if not body["data"].get("training")]
    trails = {body["receipt"]: body["data"]["steps"] for body in real if body["name"] == "receipt_trail"}
    gone = {body["receipt"] for body in real if body["name"] in ("receipt_cancel", "return_cancel")}
    receipts = {item["id"]: item["body"] for item in items if item["type"] == "receipt"}
    ended = {*receipts, *gone}
    assert not gone & set(receipts), f"both finished and cancelled: {gone & set(receipts)}"
    assert set(trails) == ended, f"no trail: {ended - set(trails)}; no end: {set(trails) - ended}"
    told: dict[str, Counter[str]] = defaultdict(Counter)
    for body in real:
        told[body["receipt"]][body["name"]] += 1
    for pk, body in receipts.items():
        lines, tenders = replayed(trails[pk])
        assert lines == {line["n"]: (line["product"], line["quantity"]) for line in body["lines"]}, pk
        if body["kind"] == "sale":
            done = by_hand(trails[pk], deposit)
            # A crash may leave a trace without its deed, never a deed without its trace.
            assert told[pk]["tender_cancel"] >= done["untender"] and told[pk]["line_void"] >= done["void"]
            assert told[pk]["quantity_change"] >= done["quantity"]
        assert tenders == paid(body), pk


def by_hand(steps: list[Json], deposit: str) -> Counter[str]:
    """How often each thing was done; a deposit follows its goods without being told."""
    follows = {step["n"] for step in steps if step["do"] == "line" and step["product"] == deposit}
    return Counter(step["do"] for step in steps if step.get("n") not in follows)


def paid(body: Json) -> Counter[str]:
    """Sums by means of payment; a card that paid is known by its terminal."""
    sums: Counter[str] = Counter()
    for one in body["payments"]:
        terminal = one["details"].get("terminal") if body["kind"] == "sale" else None
        sums[terminal or one["method"]] += one["amount"]
    return +sums


def replayed(steps: list[Json]) -> tuple[dict[int, tuple[str, int]], Counter[str]]:
    """Standing lines and tenders, as the steps lead to them."""
    lines: dict[int, tuple[str, int]] = {}
    tenders: Counter[str] = Counter()
    for step in steps:
        if step["do"] == "line":
            lines[step["n"]] = (step["product"], step["quantity"])
        elif step["do"] == "quantity":
            lines[step["n"]] = (lines[step["n"]][0], step["to"])
        elif step["do"] == "void":
            del lines[step["n"]]
        elif step["do"] == "tender":
            tenders[step["method"]] += step["amount"]
        elif step["do"] == "untender":
            tenders[step["method"]] -= step["amount"]
    return lines, +tenders
