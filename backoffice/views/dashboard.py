"""The first page: today against the same weekday, the tills, and what waits for somebody."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backoffice import page
from backoffice.access import Asking, may
from backoffice.charts import Chart, Column, bars
from backoffice.selectors import dashboard as selectors
from backoffice.selectors import tills
from core import clock
from core.money import format_minor
from inventory.models import Product
from inventory.selectors import prices
from pos.selectors import journal


@require_safe
@may("backoffice.view")
def show(request: Asking) -> HttpResponse:
    """Every number links to its list; people without the right for a list see the number's page without it."""
    now = timezone.localtime(clock.now())
    today = now.date()
    then_day = today - selectors.WEEK
    context: dict[str, Any] = {"today": today, "then_day": then_day}
    if request.user.may("receipts.view"):
        current, then = selectors.day(request.store, today), selectors.day(request.store, then_day)
        until_now = selectors.day(request.store, then_day, before_hour=now.hour + 1)
        context |= {
            "current": current,
            "then": then,
            "changes": {
                "due": selectors.change(current.due, until_now.due),
                "receipts": selectors.change(current.receipts, until_now.receipts),
                "average": selectors.change(current.average or 0, until_now.average or 0),
            },
            "chart": _chart(current, then, request.store.currency)
            if current.by_hour or then.by_hour
            else None,
            "hours": _hours(current, then),
        }
    lines = tills.lines(request.store, clock.now())
    context |= {"lines": lines, "tasks": _tasks(request, lines)}
    return page.render(request, "dashboard.html", context)


def _range(current: selectors.Day, then: selectors.Day) -> range:
    """The hours of the axis: a shop's day, wider when somebody sold outside it."""
    sold = [*current.by_hour, *then.by_hour]
    return range(min([8, *sold]), max([20, *sold]) + 1)


def _hours(current: selectors.Day, then: selectors.Day) -> list[tuple[str, int, int]]:
    """The chart's numbers as a table for people who cannot see it."""
    return [
        (f"{hour:02d}:00", current.by_hour.get(hour, 0), then.by_hour.get(hour, 0))
        for hour in _range(current, then)
    ]


def _chart(current: selectors.Day, then: selectors.Day, currency: str) -> Chart:
    language = get_language() or "en"
    columns = [
        Column(label[:2], now, before, f"{label} {format_minor(now, currency, language)}")
        for label, now, before in _hours(current, then)
    ]
    highest = max([0, *current.by_hour.values(), *then.by_hour.values()])
    return bars(columns, top_label=format_minor(highest, currency, language))


def _tasks(request: Asking, lines: list[tills.TillLine]) -> list[dict[str, Any]]:
    """What waits for this person, each with the page where it is done."""
    tasks: list[dict[str, Any]] = []
    if request.user.may("exceptions.resolve"):
        tasks += _exception_tasks(request)
    if request.user.may("tills.manage"):
        tasks += _till_tasks(lines)
    if request.user.may("prices.edit"):
        tasks += _goods_tasks()
    return tasks


def _exception_tasks(request: Asking) -> list[dict[str, Any]]:
    waiting = journal.open_exceptions(request.store)
    rows = [
        (
            waiting.conflicts,
            ngettext(
                "%(n)d receipt or event arrived with two contents",
                "%(n)d receipts or events arrived with two contents",
                waiting.conflicts,
            ),
            "exceptions",
        ),
        (
            waiting.quarantined,
            ngettext("%(n)d item was set aside", "%(n)d items were set aside", waiting.quarantined),
            "quarantine",
        ),
        (
            waiting.forks,
            ngettext("%(n)d till may have been copied", "%(n)d tills may have been copied", waiting.forks),
            "forks",
        ),
    ]
    return [
        _task(text % {"n": n}, reverse(f"backoffice:{name}"), "alert-triangle") for n, text, name in rows if n
    ]


def _till_tasks(lines: list[tills.TillLine]) -> list[dict[str, Any]]:
    tasks = []
    for line in lines:
        url = reverse("backoffice:till", args=[line.till.id])
        if line.state.code_expires_at is not None:
            until = f"{timezone.localtime(line.state.code_expires_at):%H:%M}"
            tasks.append(
                _task(
                    _("Till %(n)d: a code waits until %(until)s") % {"n": line.till.number, "until": until},
                    url,
                    "key",
                )
            )
        elif line.state.device is None:
            tasks.append(_task(_("Till %(n)d has no device yet") % {"n": line.till.number}, url, "key"))
        if line.state.missing:
            text = ngettext(
                "Till %(till)d: %(n)d item is missing here",
                "Till %(till)d: %(n)d items are missing here",
                line.state.missing,
            )
            tasks.append(_task(text % {"till": line.till.number, "n": line.state.missing}, url, "wifi-off"))
    return tasks


def _goods_tasks() -> list[dict[str, Any]]:
    listed = reverse("backoffice:goods")
    priceless = Product.objects.filter(active=True, prices=None).count()
    invented = prices.invented().count()
    rows = [
        (
            priceless,
            ngettext("%(n)d product has no price", "%(n)d products have no price", priceless),
            "none",
        ),
        (
            invented,
            ngettext(
                "%(n)d price was invented by an import", "%(n)d prices were invented by an import", invented
            ),
            "invented",
        ),
    ]
    return [_task(text % {"n": n}, f"{listed}?price={name}", "tag") for n, text, name in rows if n]


def _task(text: str, url: str, icon: str) -> dict[str, Any]:
    return {"text": text, "url": url, "icon": icon}
