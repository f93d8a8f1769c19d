"""The journal in the back office: filters, pages, export, replay, signs per cashier, the speed of tills."""

import csv
import io
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from backoffice.journal_words import Teller
from backoffice.selectors import journal, signs, speed
from backoffice.services import journal_export
from core import clock, ids, jobs
from core.models import Employee, Job
from tests.backoffice.conftest import hire
from tests.backoffice.shop import Pen, Shop


def act(pen: Pen, name: str, minutes: int, *, receipt: Any = None, **data: Any) -> dict[str, Any]:
    """Journals an event with data, so many minutes ago."""
    body = {
        "name": name,
        "shift": str(pen.shift),
        "cashier": str(pen.cashier.id),
        "receipt": receipt,
        "line": 1,
    }
    return pen.item("event", {**body, "data": data}, clock.now() - timedelta(minutes=minutes))


def void(pen: Pen, shop: Shop, minutes: int, *, after_total: bool = False) -> None:
    act(
        *(pen, "line_void", minutes),
        product=str(shop.butter.id),
        quantity=2000,
        price=799,
        amount=1598,
        reason="<b>dropped</b>",
        approved_by=None,
        quick=True,
        after_total=after_total,
    )


def a_day(shop: Shop) -> dict[str, Any]:
    """Two sales, a return, a discount; voids before and after the total; asked prices with and without a sale."""
    pen, now = shop.pen, clock.now()
    pen.open_shift(now - timedelta(hours=3))
    sale = pen.sell([(shop.butter, 1000, 799)], now - timedelta(minutes=100), discount=99)
    act(pen, "price_check", 90, product=str(shop.apples.id), price=399)
    pen.sell([(shop.apples, 1000, 399)], now - timedelta(minutes=80))
    act(pen, "price_check", 70, product=str(shop.butter.id), price=799)
    act(pen, "price_check", 69, product="no id at all", price="dear")
    void(pen, shop, 60)
    void(pen, shop, 59, after_total=True)
    act(
        pen,
        "quantity_change",
        50,
        product=str(shop.butter.id),
        **{"from": 3000, "to": 1000},
        after_total=True,
    )
    act(
        pen,
        "quantity_change",
        49,
        product=str(shop.butter.id),
        **{"from": 1000, "to": 2000},
        after_total=True,
    )
    act(pen, "drawer_open", 40, reason="change", approved_by=str(shop.manager.id))
    act(pen, "made_by_a_newer_till", 39, colour="blue")
    pen.cash("out", 5000, now - timedelta(minutes=30), reason="milkman")
    back = pen.sell([(shop.apples, 1000, 399)], now - timedelta(minutes=20), origin=(pen.waiting[3]["id"], 1))
    acks = pen.send()
    assert {ack["status"] for ack in acks} == {"stored"}, acks
    return {"sale": sale["id"], "return": back["id"]}


def names(client: Client, **query: str) -> list[str]:
    response = client.get(reverse("backoffice:journal"), query)
    assert response.status_code == 200
    return [line["row"].name for line in response.context["lines"]]


def test_everything_is_in_one_list_the_newest_first(shop: Shop, manager: Client) -> None:
    a_day(shop)
    assert names(manager) == [
        *("return", "cash_out", "made_by_a_newer_till", "drawer_open", "quantity_change", "quantity_change"),
        *(
            "line_void",
            "line_void",
            "price_check",
            "price_check",
            "sale",
            "price_check",
            "sale",
            "shift_open",
        ),
    ]


def test_the_journal_is_filtered_by_who_where_when_what_receipt_and_text(shop: Shop, manager: Client) -> None:
    day = a_day(shop)
    today = str(clock.local(clock.now(), shop.store.time_zone).date())
    assert len(names(manager, till=str(shop.pen.till.id), cashier=str(shop.cashier.id), until=today)) == 14
    assert names(manager, cashier=str(shop.manager.id)) == []
    assert len(names(manager, shift=str(shop.pen.shift))) == 14
    assert names(manager, until="2020-01-01") == [] and names(manager, since="2999-01-01") == []
    assert names(manager, name="drawer_open") == ["drawer_open"] and names(manager, name="cash_out") == [
        "cash_out"
    ]
    assert names(manager, name="made_by_a_newer_till") == ["made_by_a_newer_till"]
    assert names(manager, receipt=day["sale"]) == ["sale"] and names(manager, receipt="1-1.1-R1") == [
        "return"
    ]
    assert names(manager, q="milkman") == ["cash_out"] and names(manager, q="BLUE") == [
        "made_by_a_newer_till"
    ]
    assert set(names(manager, q="masło")) == {"sale", "line_void", "price_check", "quantity_change"}
    assert names(manager, q="100%_") == []


@pytest.mark.parametrize(
    "query",
    [
        {"till": "x"},
        {"since": "31.02."},
        {"shift": "1"},
        {"name": "\0"},
        {"sign": "x"},
        {"after": "x~y"},
        {"q": "'" * 64},
    ],
)
def test_a_filter_that_makes_no_sense_breaks_nothing(
    shop: Shop, manager: Client, query: dict[str, str]
) -> None:
    a_day(shop)
    assert manager.get(reverse("backoffice:journal"), query).status_code == 200


def test_pages_follow_each_other_without_a_gap_and_with_few_statements(
    shop: Shop, manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_day(shop)
    everything = names(manager)
    monkeypatch.setattr(journal, "PAGE", 5)
    query: dict[str, str] = {}
    found: list[str] = []
    while True:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            response = manager.get(reverse("backoffice:journal"), query)
        assert len(asked) <= 20
        found += [line["row"].name for line in response.context["lines"]]
        if not response.context["rows"].next:
            break
        query = {"after": response.context["rows"].next}
    assert found == everything
    before = manager.get(reverse("backoffice:journal"), {"before": response.context["rows"].previous})
    assert [line["row"].name for line in before.context["lines"]] == everything[5:10]


def test_what_a_cashier_typed_stays_text_and_data_are_told_in_words(shop: Shop, manager: Client) -> None:
    a_day(shop)
    html = manager.get(reverse("backoffice:journal"), {"name": "line_void"}).content.decode()
    assert "&lt;b&gt;dropped&lt;/b&gt;" in html and "<b>dropped" not in html
    assert "Masło ekstra 200 g" in html and "15.98" in html and "Line voided" in html
    assert (
        shop.manager.name
        in manager.get(reverse("backoffice:journal"), {"name": "drawer_open"}).content.decode()
    )


# ---------------------------------------------------------------- export


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def test_a_few_rows_are_exported_at_once(shop: Shop, manager: Client) -> None:
    a_day(shop)
    response = manager.post(f"{reverse('backoffice:journal_export')}?name=cash_out")
    (row,) = rows_of(response.content.decode())
    assert row["Name"] == "cash_out" and row["Amount"] == "50.00" and "milkman" in row["Details"]


def test_many_rows_are_exported_as_long_work(
    shop: Shop, manager: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_day(shop)
    monkeypatch.setattr(journal_export, "AT_ONCE", 3)
    response = manager.post(
        f"{reverse('backoffice:journal_export')}?till={shop.pen.till.id}&since=2020-01-01"
    )
    job = Job.objects.get()
    assert response["Location"] == reverse("backoffice:job", args=[job.id])
    file = reverse("backoffice:job_file", args=[job.id])
    assert manager.get(file).status_code == 404
    assert jobs.run_waiting() == 1
    job.refresh_from_db()
    assert job.state == "done" and job.result == {"rows": 14, "file": f"{job.id.hex}.csv"}
    assert file in manager.get(reverse("backoffice:job", args=[job.id])).content.decode()
    found = rows_of(manager.get(file).getvalue().decode())
    assert [row["Name"] for row in found] == names(manager)


def test_a_cell_that_a_spreadsheet_would_run_is_text(shop: Shop, manager: Client) -> None:
    shop.pen.open_shift(clock.now() - timedelta(hours=1))
    act(shop.pen, "=HYPERLINK(1)", 5, text="x")
    shop.pen.send()
    response = manager.post(f"{reverse('backoffice:journal_export')}?name=%3DHYPERLINK(1)")
    (row,) = rows_of(response.content.decode())
    assert row["Name"] == "'=HYPERLINK(1)"


# ---------------------------------------------------------------- replay


def trail(pen: Pen, shop: Shop, receipt: str, steps: list[Any]) -> None:
    act(pen, "receipt_trail", 95, receipt=receipt, steps=steps, left_out=0)
    assert {ack["status"] for ack in pen.send()} == {"stored"}


def steps_of(shop: Shop) -> list[Any]:
    line = {"do": "line", "product": str(shop.butter.id), "quantity": 2000, "price": 799}
    return [
        {**line, "ms": 100, "n": 1},
        {**line, "ms": 2100, "n": 2},
        {"ms": 3000, "do": "quantity", "n": 2, "from": 2000, "to": 1000},
        {"ms": 4000, "do": "void", "n": 1},
        {"ms": 5000, "do": "discount", "n": 2, "percent": 1000, "amount": None},
        {"ms": 6000, "do": "total", "due": 719},
        {"ms": 7000, "do": "tender", "method": "card", "amount": 500, "tendered": 500},
        {"ms": 8000, "do": "untender", "method": "card", "amount": 500},
        {"ms": 9000, "do": "tender", "method": "cash", "amount": 719, "tendered": 1000},
        {"ms": 9500, "do": "from_tomorrow", "n": 7},
    ]


def frames(client: Client, receipt: str) -> list[tuple[Any, ...]]:
    found = []
    for at in range(11):
        response = client.get(reverse("backoffice:receipt_replay", args=[receipt]), {"step": at})
        frame = response.context["frame"]
        found.append((frame.gross, frame.told, frame.paid, [line.voided for line in frame.lines.values()]))
    return found


def test_a_receipt_is_replayed_step_by_step_to_what_was_paid(shop: Shop, manager: Client) -> None:
    day = a_day(shop)
    trail(shop.pen, shop, day["sale"], steps_of(shop))
    assert frames(manager, day["sale"]) == [
        (0, None, 0, []),
        (1598, None, 0, [False]),
        (3196, None, 0, [False, False]),
        (2397, None, 0, [False, False]),
        (799, None, 0, [True, False]),
        (799, None, 0, [True, False]),
        (799, 719, 0, [True, False]),
        (799, 719, 500, [True, False]),
        (799, 719, 0, [True, False]),
        (799, 719, 719, [True, False]),
        (799, 719, 719, [True, False]),
    ]
    html = manager.get(
        reverse("backoffice:receipt_replay", args=[day["sale"]]), {"step": "4"}
    ).content.decode()
    assert 'data-step="back" href="?step=3"' in html and 'data-step="on" href="?step=5"' in html
    assert 'data-step="last" href="?step=10"' in html and "from_tomorrow" in html


def test_a_cancelled_receipt_and_one_without_a_trail_are_replayed_too(shop: Shop, manager: Client) -> None:
    day = a_day(shop)
    dropped = str(ids.uuid7())
    act(shop.pen, "receipt_cancel", 10, receipt=dropped, lines=[], total=0)
    trail(shop.pen, shop, dropped, steps_of(shop)[:2])
    html = manager.get(reverse("backoffice:receipt_replay", args=[dropped]), {"step": "2"}).content.decode()
    assert "was not finished" in html and "voided" in html
    plain = manager.get(reverse("backoffice:receipt_replay", args=[day["sale"]]), {"step": "2"})
    assert [step.do for step in plain.context["story"].steps] == ["line", "tender"]
    assert manager.get(reverse("backoffice:receipt_replay", args=[ids.uuid7()])).status_code == 404


@pytest.mark.parametrize(
    "steps",
    [
        *(
            "none",
            [None, 3, {}],
            [{"do": "line"}],
            [{"do": "void", "n": 9}],
            [{"do": 1}],
            [{"do": "untender"}],
        ),
        [{"do": "line", "n": 1, "quantity": 2**53 - 1, "price": 2**53 - 1, "product": {"a": 1}, "ms": -5}],
        [{"do": "tender", "method": ["x"], "amount": "1"}, {"do": "x" * 300, "ms": 1}],
    ],
)
def test_steps_that_make_no_sense_are_shown_and_change_nothing(
    shop: Shop, manager: Client, steps: Any
) -> None:
    day = a_day(shop)
    trail(shop.pen, shop, day["sale"], steps)
    response = manager.get(reverse("backoffice:receipt_replay", args=[day["sale"]]), {"step": "2"})
    assert response.status_code == 200


# ---------------------------------------------------------------- signs


def busy(shop: Shop, cashier: Employee, sales: int, voids: int) -> None:
    """So many sales and voids of one cashier at the shop's till."""
    pen = shop.pen
    pen.cashier = cashier
    for n in range(sales):
        pen.sell([(shop.butter, 1000, 799)], clock.now() - timedelta(minutes=100 + n))
    for n in range(voids):
        void(pen, shop, 50 + n)
    assert {ack["status"] for ack in pen.send()} == {"stored"}


def table(shop: Shop) -> signs.Table:
    now = clock.now()
    return signs.table(shop.store, now - timedelta(days=1), now + timedelta(days=1))


def test_signs_are_rates_against_the_median_and_mark_who_stands_out(shop: Shop) -> None:
    shop.pen.open_shift(clock.now() - timedelta(hours=4))
    for sales, voids in ((10, 1), (10, 1), (5, 5)):
        busy(shop, hire(shop.store, "till.sell"), sales, voids)
    found = table(shop)
    assert found.medians["voids"] == 1000
    worst, *others = found.cashiers
    figure = worst.figures[0]
    assert (worst.sales, figure.sign, figure.count, figure.money, figure.rate) == (
        5,
        "voids",
        5,
        5 * 1598,
        10_000,
    )
    assert figure.high and not any(one.high for cashier in others for one in cashier.figures)


def test_each_figure_leads_to_exactly_the_acts_that_it_counts(shop: Shop, manager: Client) -> None:
    a_day(shop)
    (cashier,) = table(shop).cashiers
    counted = {figure.sign: figure.count for figure in cashier.figures}
    assert counted == {
        **dict.fromkeys(("cancels", "tender_cancels"), 0),
        "voids": 2,
        "after_total": 2,
        "lowered": 1,
        "drawer": 1,
        "unsold_checks": 2,
        "discounts": 1,
        "returns": 1,
    }
    assert {sign: len(names(manager, sign=sign)) for sign in signs.SIGNS} == counted
    html = manager.get(reverse("backoffice:journal_signs")).content.decode()
    assert "sign=unsold_checks&amp;cashier=" in html


def test_the_signs_of_many_people_cost_no_more_statements_than_those_of_one(shop: Shop) -> None:
    shop.pen.open_shift(clock.now() - timedelta(hours=4))
    busy(shop, shop.cashier, 2, 1)
    with CaptureQueriesContext(connection) as one:
        table(shop)
    for _ in range(4):
        busy(shop, hire(shop.store, "till.sell"), 2, 1)
    with CaptureQueriesContext(connection) as many:
        assert len(table(shop).cashiers) == 5
    assert len(many) == len(one) <= 5


# ---------------------------------------------------------------- speed


FIGURES = {
    "from": "2026-11-21T09:30:00.000Z",
    "edges": [8, 16, 50, 100],
    "scan": [0, 90, 8, 1, 1],
    "scan_max": 431,
    "action": [97, 1, 0, 1, 1],
    "action_max": 120,
    "slow": 2,
    "slow_ms": 301,
}


def test_tills_tell_how_quick_they_were(shop: Shop, manager: Client) -> None:
    shop.pen.open_shift(clock.now() - timedelta(hours=4))
    act(shop.pen, "latency", 5, **FIGURES)
    act(shop.pen, "latency", 4, **{**FIGURES, "scan": [1, 2]})
    act(shop.pen, "latency", 3, edges="none")
    assert {ack["status"] for ack in shop.pen.send()} == {"stored"}
    now = clock.now()
    (one,) = speed.shifts(shop.store, now - timedelta(days=1), now)
    assert (one.scan_p95, one.action_p98, one.slow_mean, one.number) == (50, 16, 151, 1)
    assert replace(one.scans, counts=[0, 0, 0, 0, 4]).within(95) == 431
    assert replace(one.scans, counts=[0, 0, 0, 0, 0]).within(95) is None
    (both,) = speed.tills([one, one])
    assert both.scans.total == 200 and both.slow == 4
    assert "50 ms" in manager.get(reverse("backoffice:journal_speed")).content.decode()


def test_a_build_is_told_by_its_beginning_and_other_texts_whole() -> None:
    teller = Teller(currency="PLN", goods={}, people={})
    told = teller.told("start", {"build": "0c06b45dc074" + "d" * 52, "how": "enrolment"})
    assert [value for _label, value in told] == ["0c06b45dc074", "enrolment"]
