"""Shifts with X and Z, receipts and the proof behind each one."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from backoffice import keyset, page, words
from backoffice.access import Asking, may
from backoffice.forms.sales import ReceiptFilters, ShiftFilters
from backoffice.selectors import journal
from backoffice.selectors import receipts as receipt_selectors
from backoffice.selectors import shifts as shift_selectors
from core.models import Employee
from exchange.selectors.recorders import Cameras
from inventory.selectors.units import unit_names
from pos.selectors import paper
from pos.selectors import receipts as pos_receipts
from pos.selectors import shifts as pos_shifts


@require_safe
@may("shifts.view")
def shifts(request: Asking) -> HttpResponse:
    """Shifts, the newest first, with what does not agree."""
    filters = ShiftFilters(request.GET, store=request.store)
    till = filters.value("till")
    found = shift_selectors.listed(
        request.store,
        till=till.id if till else None,
        state=filters.value("state") or "",
        since=filters.value("since"),
        until=filters.value("until"),
    )
    rows = keyset.page(found, request.GET, order=["-at", "-id"])
    context = {"filters": filters, "rows": rows, "lines": shift_selectors.described(rows.items)}
    return page.render(request, "shifts/index.html", context)


@require_safe
@may("shifts.view")
def shift(request: Asking, pk: UUID) -> HttpResponse:
    """One shift: X while it is open, Z when it is closed."""
    found = pos_shifts.shift_get(request.store, pk)
    report = pos_shifts.shift_report(found)
    closing = pos_shifts.closing_of(found)
    context = {
        "shift": found,
        "report": report,
        "closing": closing,
        "due": report.sales - report.refunds,
        "tenders": shift_selectors.tenders(report),
        "differences": [
            (words.figure(one.name), one) for one in report.differences if not one.name.startswith("tenders.")
        ],
        "denominations": shift_selectors.denominations(closing),
        "cash_moves": shift_selectors.cash_moves(found),
        "hand_overs": shift_selectors.hand_overs(found),
        "approver": _name(closing.approved_by_id) if closing else "",
        "events": [(words.event(name), count) for name, count in shift_selectors.events(found)],
        "methods": words.methods(),
        "move_kinds": words.CASH_MOVES,
    }
    return page.render(request, "shifts/show.html", context)


def _name(person: UUID | None) -> str:
    """Who that is; an id nobody has is shown as it is."""
    return shift_selectors.people({str(person)}).get(str(person), str(person)) if person else ""


@require_safe
@may("receipts.view")
def receipts(request: Asking) -> HttpResponse:
    """Receipts, the newest first; every filter lives in the URL."""
    filters = ReceiptFilters(request.GET, store=request.store)
    found = receipt_selectors.listed(request.store, **filters.narrowing())
    rows = keyset.page(found, request.GET, order=["-closed_at", "-id"])
    context = {"filters": filters, "rows": rows}
    return page.page_or_part(
        request, "receipts/index.html", "receipts/list.html", context, target="receipt-list"
    )


@require_safe
@may("receipts.view")
def receipt(request: Asking, pk: UUID) -> HttpResponse:
    """One receipt: lines with the reasons of their discounts, taxes, payments, events, the chain's proof."""
    found = pos_receipts.receipt_get(request.store, pk)
    discounts: dict[int, list[object]] = {}
    for discount in found.discounts.all():
        discounts.setdefault(discount.n, []).append(discount)
    lines = [(line, discounts.get(line.n, [])) for line in sorted(found.lines.all(), key=lambda line: line.n)]
    approvers = {row.approved_by_id for row in found.discounts.all() if row.approved_by_id}
    events = pos_receipts.receipt_events(found).exclude(name__in=journal.HIDDEN)
    cameras, till = Cameras(request.store), found.till.number
    context = {
        "receipt": found,
        "lines": lines,
        "returned": pos_receipts.returned(found.lines.all()) if found.kind == "sale" else {},
        "events": [(row, words.event(row.name), cameras.at(till, row.at)) for row in events],
        "fiscal": list(pos_receipts.receipt_fiscal(found)),
        "pictures": cameras.at(till, found.opened_at),
        "warnings": [(row, words.warning(row.code)) for row in found.item.warnings.all()],
        "proof": receipt_selectors.proof(found.item),
        "paper": paper.receipt(found, request.store, language=request.store.language),
        "names": dict(Employee.objects.filter(id__in=approvers).values_list("id", "name"))
        if approvers
        else {},
        "methods": words.methods(),
        "sources": words.DISCOUNTS,
        "units": unit_names(get_language() or "en"),
        "language": get_language(),
    }
    return page.render(request, "receipts/show.html", context)
