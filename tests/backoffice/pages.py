"""Every address of the back office with real objects behind it, for tests that walk them all."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.urls import URLPattern, reverse

from backoffice.urls import urlpatterns
from core import clock, jobs
from core.models import Employee
from exchange.services.recorders import recorder_save
from exchange.services.scales import scale_save
from loyalty.services import bonus, customers, forms, messages, promotion_save
from loyalty.services.acts import Act
from pos.layouts.judge import presets
from pos.models import ForkAlarm, ItemConflict, JournalItem
from pos.services.layouts import layout_create
from tests.backoffice.shop import Shop

XSS = "<script>alert('xss')</script>\"'&"


def routes() -> list[URLPattern]:
    """The URLconf, flat."""
    assert all(isinstance(pattern, URLPattern) for pattern in urlpatterns)
    return list(urlpatterns)


def view_of(pattern: URLPattern) -> Callable[..., Any]:
    """The view with what its decorators wrote on it."""
    return pattern.callback


def busy_day(shop: Shop) -> dict[str, Any]:
    """A closed shift with a sale and a return, a conflict, a fork, a quarantined item; what the pages need to show."""
    pen, now = shop.pen, clock.now()
    start = now - timedelta(hours=3)
    shift = pen.open_shift(start)
    sale = pen.sell(
        [(shop.butter, 2000, 799), (shop.apples, 500, 399)], start + timedelta(minutes=5), discount=99
    )
    pen.event("price_check", start + timedelta(minutes=6), receipt=sale["id"])
    printer = {
        "id": "printer1",
        "kind": "printer",
        "driver": "escpos",
        "state": "no_paper",
        "detail": "empty",
    }
    told = {"bridge": "ready", "devices": [printer, {**printer, "id": "printer2", "state": "ready"}]}
    pen.event("devices", start + timedelta(minutes=7), data=told)
    pen.sell([(shop.apples, 500, 399)], start + timedelta(minutes=9), origin=(sale["id"], 2))
    pen.cash("in", 5000, start + timedelta(minutes=10), reason="coins")
    pen.close_shift(start + timedelta(hours=1), counted=24000, totals={"tenders": {"cash": 1500}})
    assert {ack["status"] for ack in pen.send()} == {"stored"}
    twin = {**sale, "body": {**sale["body"], "card": "4711"}}
    broken = pen.receipt([(shop.butter, 1000, 799)], start + timedelta(hours=1))
    pen.item("receipt", {**broken, "total": 1}, start + timedelta(hours=1))
    fork = {**sale, "id": str(uuid.uuid4()), "type": "event", "body": {"name": "login", "data": {}}}
    acks = pen.send([pen.sign(twin), pen.sign(fork), *pen.waiting])
    assert [ack["status"] for ack in acks] == ["conflict", "quarantined", "quarantined"]
    return {"shift": shift, "receipt": uuid.UUID(sale["id"])}


def addresses(shop: Shop, actor: Employee) -> dict[str, str]:
    """Every URL name with an address that leads to something real."""
    day, jan = busy_day(shop), Employee.objects.get(username="jan")
    job = jobs.start("import_goods", title="Import", params={}, by=actor)
    promotion = promotion_save(
        name="Ten", kind="percent", params={"percent": 1000}, everything=True, now=clock.now()
    )
    keys: dict[str, Any] = {
        "goods": shop.butter.id,
        "barcode": shop.butter.id,
        "till": shop.pen.till.id,
        "shift": day["shift"],
        "receipt": day["receipt"],
        "conflict": ItemConflict.objects.get().id,
        "fork": ForkAlarm.objects.get().id,
        "quarantine": JournalItem.objects.get(reason="total").id,
        "employee": jan.id,
        "role": jan.role_id,
        "job": job.id,
        "import": job.id,
        "promotion": promotion.id,
        "scale": scale_save(store=shop.store, driver="csv_file", name="Scale", prefix="21").id,
        "recorder": recorder_save(
            None,
            store=shop.store,
            name="NVR",
            kind="text_tcp",
            host="127.0.0.1",
            port=9,
            kinds=["sale"],
            tills={},
            time_url="https://nvr/{camera}?at={at}",
        ).id,
        "layout": layout_create(body=presets()["supermarket"], name="L", by=actor, now=clock.now()).id,
    }
    keys |= people(shop)
    return {str(pattern.name): _address(pattern, keys) for pattern in routes()}


def people(shop: Shop) -> dict[str, Any]:
    """A customer with a card in a group, a question that leads there, and words agreed to."""
    now = clock.now()
    group = forms.group_save(name="Regulars")
    option = {"code": "a", "labels": {"en": "A"}, "group": str(group.id)}
    field = forms.field_save(code="how", part="form", kind="choice", labels={"en": "How"}, options=[option])
    forms.consent_publish(kind="data", texts={"en": "I agree."}, required=True, now=now)
    done = customers.customer_create(
        Act(id=uuid.uuid4(), at=now, now=now),
        customer_id=uuid.uuid4(),
        changes=customers.Changes(
            plain={"name": "Olena Kowal"}, answers={"how": "a"}, consents=[("data", 1, True)]
        ),
        card=(uuid.uuid4(), "9900811"),
    )
    rule = messages.message_save(
        name="Bag", event="lines", params={"more": 10}, place="screen", texts={"en": "Offer a bag."}, now=now
    )
    card = done.customer.cards.get()
    who, hold = done.customer.id, uuid.uuid4()
    by = Employee.objects.get(username="jan").id
    bonus.adjust(act=uuid.uuid4(), account=who, points=500, by=by, reason="gift", now=now)
    bonus.reserve(hold_id=hold, account=who, amount=100, receipt=None, till=shop.pen.till.id, now=now)
    return {
        "customer": done.customer.id,
        "question": field.id,
        "persons": group.id,
        "pk:card": card.id,
        "pk:hold": hold,
        "message": rule.id,
    }


def _address(pattern: URLPattern, keys: dict[str, Any]) -> str:
    name = str(pattern.name)
    if "code" in pattern.pattern.converters:
        return reverse(f"backoffice:{name}", args=["cash"])
    if "pk" not in pattern.pattern.converters:
        return reverse(f"backoffice:{name}")
    more = [keys[f"pk:{other}"] for other in pattern.pattern.converters if other != "pk"]
    return reverse(f"backoffice:{name}", args=[keys[name.split("_")[0]], *more])
