# ruff: noqa: E501  (tables with one case a line)
"""The rulebook follows what people decide, in the same transaction, and keeps every version."""

import json
import threading
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DataError, IntegrityError, connection, transaction

from core import canonical, feed
from core.models import FeedRow, Store
from core.services import organisation
from core.verify import CHECKS
from inventory.models import Group, Product, Unit
from inventory.services import basics, goods
from loyalty import access, selectors, services
from loyalty.models import Promotion
from loyalty.services import BadPromotion
from pos.models import Rulebook
from pos.pricing import engine, rulebook
from tests.conftest import Cast

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


@pytest.fixture
def shop(cast: Cast) -> Cast:
    """The cast in a shop with units and Polish taxes."""
    basics.basics_ensure(country="pl")
    return cast


def product(code: str = "1", name: str = "Mleko") -> Product:
    group = Group.objects.first() or goods.group_save(name="Nabiał")
    unit = Unit.objects.get(code="pcs")
    return goods.product_save(code=code, name=name, kind="piece", unit=unit, group=group, tax="A", now=NOW)


def percent(value: int = 1000, **fields: Any) -> Promotion:
    parts: dict[str, Any] = {
        "name": "Rabat",
        "kind": "percent",
        "params": {"percent": value},
        "everything": True,
    }
    return services.promotion_save(**{**parts, "now": NOW, **fields})


def published() -> dict[str, Any]:
    row = FeedRow.objects.get(kind="rulebook", key="current")
    value: dict[str, Any] = json.loads(row.data or "null")
    return value


@pytest.mark.django_db
def test_a_new_shop_has_a_rulebook_as_soon_as_it_has_taxes(shop: Cast) -> None:
    digest, body = rulebook.current_rulebook()
    assert digest == canonical.digest(body) == published()["hash"]
    assert body["currency"] == "PLN" and body["prices_include_tax"] is True and body["rules"] == []
    assert {"code": "A", "percent": 2300} in [
        {k: tax[k] for k in ("code", "percent")} for tax in body["taxes"]
    ]
    assert body["cash_rounding"] == [{"from": None, "to": None, "step": 1}]


@pytest.mark.django_db
def test_a_promotion_is_in_the_rulebook_of_the_same_transaction(shop: Cast) -> None:
    milk = product()
    saved = percent(
        everything=False, products=[milk.id], weekdays=[6, 5], hours=[(600, 720)], valid_to=date(2026, 12, 24)
    )
    (rule,) = published()["rulebook"]["rules"]
    assert rule == {
        "id": str(saved.id), "kind": "percent", "name": "Rabat", "priority": 100, "percent": 1000,
        "target": {"products": [str(milk.id)], "groups": []},
        "when": {"from": None, "to": "2026-12-24", "weekdays": [5, 6], "hours": [[600, 720]]},
    }  # fmt: skip
    row = FeedRow.objects.get(kind="promotion", key=str(saved.id))
    current = FeedRow.objects.get(kind="rulebook")
    assert current.version == row.version + 1, "stamped together"


@pytest.mark.django_db
def test_every_version_is_kept_under_its_hash_and_cannot_be_changed(shop: Cast) -> None:
    first, _body = rulebook.current_rulebook()
    percent()
    second, _body = rulebook.current_rulebook()
    assert first != second
    assert rulebook.rulebook_get(first)["rules"] == []
    with pytest.raises(IntegrityError), transaction.atomic():
        Rulebook.objects.filter(hash=first).update(format=2)
    with pytest.raises(IntegrityError, match="rulebook_hash_is_of_its_body"), transaction.atomic():
        Rulebook.objects.create(hash="0" * 64, format=1, body="{}", created_at=NOW)
    with pytest.raises(rulebook.RulebookUnknown):
        rulebook.rulebook_get("f" * 64)


@pytest.mark.django_db
def test_going_back_publishes_the_earlier_rulebook_again(shop: Cast) -> None:
    first, _body = rulebook.current_rulebook()
    saved = percent()
    services.promotion_end(promotion=saved, now=NOW)
    assert rulebook.current_rulebook()[0] == first
    assert FeedRow.objects.get(kind="promotion", key=str(saved.id)).data is None
    assert Promotion.objects.get(id=saved.id).active is False


@pytest.mark.django_db
def test_what_does_not_change_the_rulebook_does_not_publish_it(shop: Cast) -> None:
    before = FeedRow.objects.get(kind="rulebook").version
    organisation.setting_save("quick_cash", [1000])
    product()
    assert FeedRow.objects.get(kind="rulebook").version == before


@pytest.mark.django_db
def test_taxes_and_the_store_are_followed(shop: Cast) -> None:
    basics.tax_rate_add(country="pl", code="A", name="VAT 24 %", percent=2400, valid_from=date(2027, 1, 1))
    rates = [tax for tax in published()["rulebook"]["taxes"] if tax["code"] == "A"]
    assert [(tax["percent"], tax["from"], tax["to"]) for tax in rates][-2:] == [
        (2300, rates[-2]["from"], "2026-12-31"), (2400, "2027-01-01", None)
    ]  # fmt: skip
    organisation.store_update(Store.objects.select_related("company").get(), prices_include_tax=False)
    assert published()["rulebook"]["prices_include_tax"] is False


@pytest.mark.django_db
def test_a_setting_replaces_the_countrys_cash_rounding(shop: Cast) -> None:
    organisation.setting_save("cash_rounding", [{"from": None, "to": None, "step": 5}])
    assert published()["rulebook"]["cash_rounding"] == [{"from": None, "to": None, "step": 5}]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "value", [[{"from": None, "to": None, "step": 0}], "five", [{"step": 5, "every": 1}], None]
)
def test_what_the_engine_refuses_is_not_committed(shop: Cast, value: Any) -> None:
    before = published()["hash"]
    with pytest.raises(rulebook.RulebookRefused):
        organisation.setting_save("cash_rounding", value if value is not None else 7)
    assert published()["hash"] == before
    assert not FeedRow.objects.filter(kind="setting", key="cash_rounding").exists()


@pytest.mark.django_db
def test_long_ended_promotions_leave_the_rulebook_with_its_next_change(shop: Cast) -> None:
    percent(name="last year", valid_to=date(2025, 12, 24))
    assert published()["rulebook"]["rules"] == []


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "unknown kind": ({"kind": "lottery", "params": {}}, "unknown_kind"),
    "missing parameter": ({"params": {}}, "wrong_parameters"),
    "parameter of another kind": ({"params": {"percent": 1000, "take": 3}}, "wrong_parameters"),
    "threshold with both": ({"kind": "threshold", "params": {"from_total": 1, "percent": 1, "amount": 1}}, "wrong_parameters"),
    "threshold with neither": ({"kind": "threshold", "params": {"from_total": 1}}, "wrong_parameters"),
    "percent above the whole": ({"params": {"percent": 10001}}, "parameter_out_of_range"),
    "a float": ({"params": {"percent": 10.5}}, "parameter_out_of_range"),
    "a flag": ({"params": {"percent": True}}, "parameter_out_of_range"),
    "three for three": ({"kind": "n_for_m", "params": {"take": 3, "pay": 3}}, "parameter_out_of_range"),
    "no target": ({"everything": False}, "promotion_has_one_target"),
    "two targets": ({"products": ["018f0000-0000-7000-8000-000000000001"]}, "promotion_has_one_target"),
    "unknown product": ({"everything": False, "products": ["018f0000-0000-7000-8000-000000000001"]}, "unknown_target"),
    "no name": ({"name": " \n"}, "promotion_has_a_name"),
    "ends before it begins": ({"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 1)}, "promotion_ends_after_it_begins"),
    "an eighth weekday": ({"weekdays": [8]}, "promotion_weekdays_are_1_to_7"),
    "no weekday": ({"weekdays": []}, "promotion_weekdays_are_1_to_7"),
    "hours over midnight": ({"hours": [(1320, 120)]}, "promotion_hours"),
    "no hours": ({"hours": []}, "promotion_hours"),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("name", BAD)
def test_a_promotion_that_cannot_be_is_refused_in_words(shop: Cast, name: str) -> None:
    fields, code = BAD[name]
    with pytest.raises(BadPromotion) as refused:
        percent(**fields)
    assert refused.value.code == code and refused.value.message.endswith(".")
    assert not Promotion.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    "column",
    [
        {"params": {"percent": 0}}, {"params": {"percent": 1.5}}, {"params": {"percent": "10"}}, {"params": []},
        {"params": {"percent": 1000, "x": 1}}, {"kind": "n_for_m", "params": {"take": 2, "pay": 2}}, {"kind": "gift"},
        {"kind": "threshold", "params": {"from_total": 1, "percent": 1, "amount": 1}}, {"hours": [[5, 4]]}, {"hours": {}},
        {"hours": [[0, 1441]]}, {"hours": []}, {"everything": False}, {"weekdays": [0]}, {"name": ""},
    ],
    ids=str,
)  # fmt: skip
def test_the_database_refuses_it_too(shop: Cast, column: dict[str, Any]) -> None:
    saved = percent()
    with pytest.raises((IntegrityError, DataError)), transaction.atomic():
        Promotion.objects.filter(id=saved.id).update(**column)


@pytest.mark.django_db
def test_each_kind_can_be_saved_and_priced(shop: Cast) -> None:
    milk = product()
    kinds: dict[str, dict[str, int]] = {
        "percent": {"percent": 500}, "amount": {"amount": 10}, "n_for_m": {"take": 3, "pay": 2},
        "n_for_price": {"take": 2, "price": 700}, "nth_cheaper": {"nth": 2, "percent": 5000},
        "threshold": {"from_total": 10000, "amount": 500},
    }  # fmt: skip
    for kind, params in kinds.items():
        percent(kind=kind, params=params)
    digest, body = rulebook.current_rulebook()
    assert sorted(rule["kind"] for rule in body["rules"]) == sorted(kinds)
    line = {
        "n": 1,
        "product": str(milk.id),
        "groups": [],
        "kind": "piece",
        "quantity": 3000,
        "price": 499,
        "tax": "A",
    }
    cart = {
        "day": "2026-11-21",
        "weekday": 6,
        "minute": 600,
        "cash": False,
        "manual": None,
        "manual_limit": None,
    }
    cart["lines"] = [{**line, "discountable": True, "deposit": False, "manual": None}]
    assert engine.price(body, cart, rulebook_hash=digest)["total"] == 1497 - 499


@pytest.mark.django_db
def test_promotions_are_found_by_day_and_goods(shop: Cast) -> None:
    milk, bread = product(), product("2", "Chleb")
    mine = percent(everything=False, products=[milk.id])
    all_goods = percent(name="all", priority=1)
    percent(name="later", valid_from=date(2026, 12, 1))
    percent(name="bread", everything=False, products=[bread.id])
    found = selectors.promotions_naming(product=milk.id, groups=[milk.group_id], day=date(2026, 11, 21))
    assert list(found) == [all_goods, mine]


@pytest.mark.django_db
def test_only_who_may_edit_promotions_reaches_one_to_change(shop: Cast) -> None:
    saved = percent()
    assert access.access_promotion(shop.manager, saved.id) == saved
    assert access.access_promotion_change(shop.manager, saved.id) == saved
    assert access.access_promotion_change(shop.manager) is None
    for person in (shop.cashier, shop.stranger):
        with pytest.raises(access.NotAllowed):
            access.access_promotion(person, saved.id)
        with pytest.raises(access.NotAllowed):
            access.access_promotion_change(person)
    with pytest.raises(selectors.PromotionNotFound):
        access.access_promotion(shop.manager, shop.store.id)


@pytest.mark.django_db
def test_verify_finds_a_rulebook_that_is_not_what_the_tables_say(shop: Cast) -> None:
    saved = percent()
    for name in ("rulebook", "feed_matches_promotions"):
        assert list(CHECKS[name]()) == []
    Promotion.objects.filter(id=saved.id).update(params={"percent": 2000})
    for name in ("rulebook", "feed_matches_promotions"):
        assert len(list(CHECKS[name]())) == 1


@pytest.mark.django_db(transaction=True)
def test_two_managers_at_once_both_end_up_in_the_rulebook() -> None:
    from tests.conftest import make_cast

    make_cast()
    basics.basics_ensure(country="pl")
    ready, failures = threading.Barrier(4), []

    def save(number: int) -> None:
        try:
            ready.wait(10)
            for turn in range(5):
                percent(name=f"{number}-{turn}")
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    managers = [threading.Thread(target=save, args=(number,)) for number in range(4)]
    for manager in managers:
        manager.start()
    for manager in managers:
        manager.join(60)
    assert failures == []
    names = {rule["name"] for rule in published()["rulebook"]["rules"]}
    assert names == {f"{number}-{turn}" for number in range(4) for turn in range(5)}


@pytest.mark.django_db
def test_an_error_in_a_derived_row_takes_the_whole_transaction_back(shop: Cast) -> None:
    head = feed.head()
    with pytest.raises(rulebook.RulebookRefused):
        organisation.setting_save("cash_rounding", {"step": 5})
    assert feed.head() == head
