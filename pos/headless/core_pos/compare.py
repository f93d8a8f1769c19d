"""Holds the server's books against the source: counts and money that must be equal to the cent.

The source's side is added up from its rows and the server's from its tables, neither from the mapping's own sums,
so that a fault anywhere between them shows.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence

from pos.headless.core_pos import mapping
from pos.headless.core_pos.source import Transaction
from pos.models import Receipt, ReceiptDiscount, ReceiptLine, ReceiptPayment, TillEvent

Figures = dict[str, int]


def of_source(transactions: Sequence[Transaction]) -> Figures:
    """The source's figures."""
    figures: Counter[str] = Counter()
    for one in transactions:
        rows = one.of("I", "D")
        rung = [row for row in rows if row.status in ("", "0") and row.upc not in ("DISCOUNT", "RRR")]
        voids = [row for row in rows if row.status == "V"]
        refunds = [row for row in rows if row.status == "R"]
        reductions = [row for row in rows if row.status in ("M", "C") or row.upc == "DISCOUNT"]
        tax = sum(row.total for row in one.of("A"))
        figures["lines rung"] += len(rung)
        figures["voids"] += len(voids)
        figures["void money"] += sum(row.total for row in voids)
        figures["refund lines"] += len(refunds)
        figures["refund money"] += sum(row.total for row in refunds)
        figures["discounts"] += sum(row.total for row in reductions)
        figures["sales tax"] += tax
        figures["memos"] += sum(row.upc == "RRR" for row in rows)
        _add_tenders(figures, one)
        money = sum(row.total for row in (*rung, *voids, *refunds, *reductions)) + tax
        figures[f"cashier {one.employee}: money"] += money
        figures[f"cashier {one.employee}: transactions"] += len(rung) + len(refunds) > len(voids)
    return {name: value for name, value in figures.items() if value}


def _add_tenders(figures: "Counter[str]", one: Transaction) -> None:
    """Tenders as a drawer sees them: the way the money went is a tender, what came back the other way is change."""
    change = sum(row.total for row in one.of("T") if row.is_change)
    by_method: Counter[str] = Counter()
    for row in one.of("T"):
        if not row.is_change:
            by_method[mapping.METHODS[row.subtype]] -= row.total
    if not one.of("T"):
        by_method[mapping.UNTENDERED] = sum(row.total for row in one.of("I", "D", "A"))
    selling = sum(by_method.values()) >= change
    if selling:
        figures["change"] += change
    else:
        by_method["cash"] -= change
    for method, amount in by_method.items():
        if (amount > 0) == selling:
            figures[f"tender {method}"] += amount
        else:
            figures["change"] -= amount


def of_server(receipts: Collection[str], events: Collection[str], cashiers: Mapping[str, str]) -> Figures:
    """The server's figures over the replayed receipts and events; `cashiers` maps source numbers to identifiers."""
    figures: Counter[str] = Counter()
    _add_lines(figures, receipts)
    _add_payments(figures, receipts)
    _add_cashiers(figures, receipts, cashiers)
    _add_events(figures, events)
    return {name: value for name, value in figures.items() if value}


def _add_lines(figures: "Counter[str]", receipts: Collection[str]) -> None:
    reasons = dict(_reasons(receipts))
    rounding: Counter[tuple[str, int]] = Counter()
    for receipt, n, kind, source, amount in ReceiptDiscount.objects.filter(
        receipt_id__in=receipts
    ).values_list("receipt_id", "n", "receipt__kind", "source", "amount"):
        if source == "rounding":
            rounding[str(receipt), n] += amount
        else:
            figures["discounts"] -= amount if kind == "sale" else -amount
    for receipt, n, kind, code, name, gross, total in ReceiptLine.objects.filter(
        receipt_id__in=receipts
    ).values_list("receipt_id", "n", "receipt__kind", "product__code", "name", "gross", "total"):
        sign = 1 if kind == "sale" else -1
        if code == mapping.TAX:
            figures["sales tax"] += sign * total
        elif code == mapping.ADJUSTMENT:
            figures["discounts"] += sign * total if name != "Adjustment" else 0
        elif reasons.get((str(receipt), n)) == mapping.REFUND:
            figures["refund lines"] += 1
            figures["refund money"] -= gross - rounding[str(receipt), n]
        else:
            figures["lines rung"] += 1


def _reasons(receipts: Collection[str]) -> Iterator[tuple[tuple[str, int], str]]:
    """Why each line came back; the reason stands in the stored body."""
    for receipt, body in Receipt.objects.filter(id__in=receipts, kind="return").values_list(
        "id", "item__body"
    ):
        for line in json.loads(body)["lines"]:
            yield (str(receipt), line["n"]), line.get("reason") or ""


def _add_payments(figures: "Counter[str]", receipts: Collection[str]) -> None:
    rows = ReceiptPayment.objects.filter(receipt_id__in=receipts).exclude(method=mapping.EXCHANGE)
    for kind, method, tendered, change in rows.values_list("receipt__kind", "method", "tendered", "change"):
        sign = 1 if kind == "sale" else -1
        figures[f"tender {method}"] += sign * (tendered or 0)
        figures["change"] += sign * (change or 0)


def _add_cashiers(figures: "Counter[str]", receipts: Collection[str], cashiers: Mapping[str, str]) -> None:
    numbers = {identifier: number for number, identifier in cashiers.items()}
    seen = set()
    for identifier, cashier, kind, due, pair in Receipt.objects.filter(id__in=receipts).values_list(
        "id", "cashier_id", "kind", "due", "pair_id"
    ):
        name = f"cashier {numbers[str(cashier)]}"
        figures[f"{name}: money"] += due if kind == "sale" else -due
        # The two receipts of a mixed transaction are one transaction of the source.
        figures[f"{name}: transactions"] += pair not in seen
        seen.add(identifier)


def _add_events(figures: "Counter[str]", events: Collection[str]) -> None:
    for name, data in TillEvent.objects.filter(id__in=events).values_list("name", "data"):
        if name == "memo":
            figures["memos"] += 1
        elif name == "line_void":
            figures["voids"] += 1
            figures["void money"] += data["amount"]
            if data["of"] == "line":
                figures["lines rung"] += 1
            elif data["of"] == mapping.REFUND:
                figures["refund lines"] += 1
                figures["refund money"] -= data["amount"]


def table(source: Figures, server: Figures) -> tuple[list[str], int]:
    """The comparison, a line a figure, and how many figures differ."""
    lines, different = [], 0
    for name in sorted(set(source) | set(server)):
        left, right = source.get(name, 0), server.get(name, 0)
        different += left != right
        lines.append(f"{'=' if left == right else '≠'} {name:<34}{left:>14,}{right:>14,}")
    return lines, different
