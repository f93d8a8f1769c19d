"""Points in the back office: the store's rule, an account page by page, points by hand, holds that are freed."""

import json
import re
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from core import clock
from core.models import Employee, FeedRow, Setting
from loyalty.models import BonusEntry, BonusHold, Customer
from loyalty.selectors.bonus import balance_of, rule_now
from loyalty.services import bonus
from tests.backoffice.conftest import signed_in
from tests.conftest import Cast

SETTINGS = "/backoffice/settings/bonus/"
RULE = {
    "on": "on",
    "percent": "1,5",
    "most": "50",
    "policy": "lease",
    "lease_card": "20,00",
    "lease_day": "300",
}


@pytest.fixture
def anna(cast: Cast) -> Customer:
    """A customer nobody gave points yet."""
    now = clock.now()
    return Customer.objects.create(
        name="Anna Nowak", name_folded="anna nowak", created_at=now, changed_at=now
    )


def page(name: str, customer: Customer, *more: object) -> str:
    return reverse(f"backoffice:{name}", args=[customer.id, *more])


def act_in(html: str) -> str:
    """The hidden id that makes a form sent twice one act."""
    found = re.search(r'name="act" value="([0-9a-f-]{36})"', html)
    assert found
    return found[1]


def test_the_rule_is_saved_and_reaches_the_tills(manager: Client) -> None:
    assert "50" in manager.get(SETTINGS).content.decode() and rule_now() is None
    assert manager.post(SETTINGS, RULE).status_code == 302
    value = Setting.objects.get(name="bonus").value
    wanted: dict[str, Any] = {"on": True, "percent": 150, "most": 5000, "policy": "lease"}
    assert value == {**wanted, "lease_card": 2000, "lease_day": 30_000}
    assert json.loads(str(FeedRow.objects.get(kind="setting", key="bonus").data))["value"] == value
    assert manager.post(SETTINGS, {**RULE, "on": ""}).status_code == 302
    assert rule_now() is None and Setting.objects.get(name="bonus").value == {**value, "on": False}
    for wrong in ({"percent": "101"}, {"most": "-1"}, {"policy": "sometimes"}, {"lease_card": "x"}):
        assert manager.post(SETTINGS, {**RULE, **wrong}).status_code == 422


def test_points_are_given_and_taken_by_hand_once_and_never_more_than_there_are(
    anna: Customer, cast: Cast, manager: Client
) -> None:
    address = page("customer_points", anna)
    typed = {"act": act_in(manager.get(address).content.decode()), "points": "12,50", "reason": "Broken jar"}
    for _again in range(2):
        assert manager.post(page("customer_adjust", anna), typed).status_code == 302
    (entry,) = BonusEntry.objects.all()
    assert (entry.points, entry.reason, entry.by) == (1250, "Broken jar", cast.manager.id)
    shown = manager.get(address).content.decode()
    assert "Broken jar" in shown and "12.50" in shown and cast.manager.name in shown
    for wrong in ({"points": "-12,51"}, {"points": "0"}, {"reason": " "}, {"points": "x"}, {"act": "1"}):
        again = {**typed, "act": str(uuid.uuid4()), **wrong}
        assert manager.post(page("customer_adjust", anna), again).status_code == 422, wrong
    taken = {"act": str(uuid.uuid4()), "points": "-12,50", "reason": "Back"}
    assert manager.post(page("customer_adjust", anna), taken).status_code == 302
    assert balance_of(anna.id).posted == 0


def test_a_hold_is_freed_with_a_reason_and_a_trace(anna: Customer, cast: Cast, manager: Client) -> None:
    now, by, hold = clock.now(), cast.manager.id, uuid.uuid4()
    bonus.adjust(act=uuid.uuid4(), account=anna.id, points=500, by=by, reason="gift", now=now)
    bonus.reserve(hold_id=hold, account=anna.id, amount=400, receipt=None, till=uuid.uuid4(), now=now)
    address = page("customer_release", anna, hold)
    assert address in manager.get(page("customer_points", anna)).content.decode()
    assert manager.post(address, {"reason": ""}).status_code == 422
    assert manager.post(address, {"reason": "till burnt"}).status_code == 302
    freed = BonusHold.objects.get()
    assert (freed.state, freed.by, freed.why) == ("cancelled", by, "till burnt")
    assert manager.post(address, {"reason": "again"}).status_code == 422
    assert manager.post(page("customer_release", anna, uuid.uuid4()), {"reason": "x"}).status_code == 404


def test_an_account_is_shown_page_by_page_the_newest_first(
    anna: Customer, cast: Cast, manager: Client
) -> None:
    for n in range(60):
        bonus.adjust(
            act=uuid.uuid4(),
            account=anna.id,
            points=1,
            by=cast.manager.id,
            reason=f"no {n}.",
            now=clock.now(),
        )
    first = manager.get(page("customer_points", anna)).content.decode()
    assert "no 59." in first and "no 9." not in first
    more = re.search(r'rel="next" href="(\?[^"]+)"', first)
    assert more
    second = manager.get(page("customer_points", anna) + more[1].replace("&amp;", "&")).content.decode()
    assert "no 9." in second and "no 0." in second and "no 59." not in second


def test_only_who_may_changes_points(anna: Customer, person_with: Callable[..., Employee]) -> None:
    reader = signed_in(person_with("backoffice.view", "customers.view", "customers.edit"))
    shown = reader.get(page("customer_points", anna))
    assert shown.status_code == 200 and "customer_adjust" not in shown.content.decode()
    assert page("customer_adjust", anna) not in shown.content.decode()
    typed = {"act": str(uuid.uuid4()), "points": "1", "reason": "x"}
    assert reader.post(page("customer_adjust", anna), typed).status_code == 403
    assert reader.post(page("customer_release", anna, uuid.uuid4()), {"reason": "x"}).status_code == 403
    assert reader.get(SETTINGS).status_code == 403
    assert BonusEntry.objects.count() == 0
