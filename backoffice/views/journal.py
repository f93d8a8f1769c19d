"""The journal of the tills: what everybody did, receipts replayed, signs per cashier, and how quick tills are."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backoffice import journal_words, page, words
from backoffice.access import Asking, may, say
from backoffice.forms.journal import JournalFilters, SignFilters, SpeedFilters
from backoffice.selectors import jobs, journal, periods, replay, speed
from backoffice.selectors import signs as sign_selectors
from backoffice.services import journal_export
from core import clock
from exchange.selectors.recorders import Cameras
from pos.models import Receipt
from pos.rules import happenings
from pos.selectors import paper
from pos.selectors.receipts import receipt_get


def _today(request: Asking) -> Any:
    return clock.local(clock.now(), request.store.time_zone).date()


def _filters(request: Asking) -> JournalFilters:
    asked = request.GET.get("name", "")
    known = asked in {*journal_words.NAMES, *journal_words.KINDS} or not asked or not asked.isprintable()
    others = [*happenings.registry(), *([] if known else [asked[:60]])]
    return JournalFilters(request.GET, store=request.store, others=others)


@require_safe
@may("receipts.view")
def index(request: Asking) -> HttpResponse:
    """What everybody did, the newest first; every filter lives in the URL."""
    filters = _filters(request)
    wanted = filters.wanted(_today(request))
    after, before = (
        journal.read_place(request.GET.get("after")),
        journal.read_place(request.GET.get("before")),
    )
    found = journal.page(request.store, wanted, after=after, before=before)
    people, teller = journal_export.names(request.store, found.rows)
    receipts = {row.receipt for row in found.rows if row.receipt}
    known = Receipt.objects.filter(store=request.store, id__in=receipts).select_related("store", "till")
    labels = {receipt.id: receipt.label for receipt in known}
    cameras = Cameras(request.store)
    lines = [
        {
            "row": row,
            "name": journal_words.name(row.name),
            "cashier": people.get(str(row.cashier), ""),
            "label": labels.get(row.receipt) if row.receipt else None,
            "told": teller.told(row.name, row.data) if row.source != "receipt" else [],
            "pictures": cameras.at(row.till, row.at),
        }
        for row in found.rows
    ]
    context = {
        "tab": "journal",
        "filters": filters,
        "lines": lines,
        "rows": journal.Places(found),
        "since": filters.searched_since(_today(request))
        if filters.text and not filters.value("since")
        else None,
    }
    return page.render(request, "journal/index.html", context)


@require_POST
@may("receipts.view")
def export(request: Asking) -> HttpResponseBase:
    """The rows of the filters in the URL as a CSV: at once, or as long work when they are many."""
    wanted = _filters(request).wanted(_today(request))
    most = journal_export.AT_ONCE
    if journal.count(request.store, wanted, most + 1) > most:
        job = journal_export.start(wanted, by=request.user)
        say(request, _("These are many rows, so the file is made as long work. You may leave this page."))
        return redirect("backoffice:job", job.id)
    rows = journal.everything(request.store, wanted, most + 1)
    text = "".join(journal_export.lines(request.store, rows))
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="journal-{_today(request)}.csv"'
    return response


@require_safe
@may("receipts.view")
def job_file(request: Asking, pk: UUID) -> HttpResponseBase:
    """The finished export of a job."""
    return page.download(journal_export.file_of(jobs.get(pk)), f"journal-{pk}.csv")


@require_safe
@may("receipts.view")
def signs(request: Asking) -> HttpResponse:
    """Who does something oftener than the others; each figure leads to the acts behind it."""
    filters = SignFilters(request.GET, store=request.store)
    since, until = filters.days(_today(request))
    table = sign_selectors.table(
        request.store, periods.begin(request.store, since), periods.end(request.store, until)
    )
    heads = [(key, *journal_words.SIGNS[key], table.medians[key]) for key in sign_selectors.SIGNS]
    period = QueryDict(mutable=True)
    period.update({"since": str(since), "until": str(until)})
    context = {
        "tab": "signs",
        "filters": filters,
        "table": table,
        "heads": heads,
        "since": since,
        "until": until,
        "period": period.urlencode(),
    }
    return page.render(request, "journal/signs.html", context)


@require_safe
@may("receipts.view")
def speeds(request: Asking) -> HttpResponse:
    """How quick each till was, the slowest first, and each shift of it."""
    filters = SpeedFilters(request.GET, store=request.store)
    since, until = filters.days(_today(request))
    till = filters.value("till")
    found = speed.shifts(
        request.store,
        periods.begin(request.store, since),
        periods.end(request.store, until),
        till.id if till else None,
    )
    context = {
        "tab": "speed",
        "filters": filters,
        "tills": speed.tills(found),
        "shifts": found[:100],
        "scan_ms": speed.SCAN_MS,
        "action_ms": speed.ACTION_MS,
    }
    return page.render(request, "journal/speed.html", context)


@require_safe
@may("receipts.view")
def receipt_replay(request: Asking, pk: UUID) -> HttpResponse:
    """A receipt as it came about, one step at a time; `?step=` says after how many."""
    story = replay.story(request.store, pk)
    asked = request.GET.get("step", "")
    last = len(story.steps)
    at = min(int(asked), last) if asked.isascii() and asked.isdigit() and len(asked) < 7 else min(1, last)
    frame = story.frame(at)
    teller = journal_words.Teller(currency=request.store.currency, goods=story.goods, people={})
    steps = [
        (number, journal_words.step(step, teller, words.methods()), step)
        for number, step in enumerate(story.steps, 1)
    ]
    moment = story.moment(at)
    receipt = story.receipt
    context = {
        "pictures": Cameras(request.store).at(story.till, moment) if moment else [],
        "paper": paper.receipt(
            receipt_get(request.store, receipt.id), request.store, language=request.store.language
        )
        if receipt
        else "",
        "story": story,
        "frame": frame,
        "at": at,
        "last": last,
        "steps": steps,
        "lines": [(line, story.goods.get(line.product, line.product)) for line in frame.lines.values()],
        "methods": words.methods(),
        "previous": at - 1,
        "next": at + 1,
    }
    return page.render(request, "journal/replay.html", context)
