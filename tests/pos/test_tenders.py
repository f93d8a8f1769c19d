"""Means of payment as rows: ensured once, published, guarded by the database, and looked at in every receipt."""

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from core.models import FeedRow, Setting, Store
from core.services import organisation
from pos.models import Tender
from pos.rules import tenders as rules
from pos.rules.receipt import Payment, ReceiptBody
from pos.rules.tenders import TenderRule
from pos.services import tenders
from pos.verify_checks import feed_matches_tenders
from tests.conftest import Cast


def published() -> dict[str, str | None]:
    return dict(FeedRow.objects.filter(kind="tender").exclude(data=None).values_list("key", "data"))


def test_the_usual_ones_are_there_with_the_store_and_its_terminals(cast: Cast) -> None:
    organisation.setting_save(
        "card_tenders", [{"id": "card1", "name": "Terminal 1"}, {"id": "card", "name": "x"}]
    )
    organisation.setting_save("card_tenders", [{"id": "card2", "name": "Terminal 2"}])
    keys = {row.code: (row.kind, row.key, row.active) for row in Tender.objects.all()}
    assert keys == {
        "cash": ("cash", "", True),
        "card1": ("card", "F5", True),
        "card2": ("card", "F6", True),
        "voucher": ("voucher", "F8", True),
        "internal": ("internal", "F8", True),
        "account": ("account", "F8", False),
    }
    assert set(published()) == {"cash", "card1", "card2", "voucher", "internal"}
    head = FeedRow.objects.get(kind="tender", key="cash").version
    tenders.tenders_ensure()
    assert FeedRow.objects.get(kind="tender", key="cash").version == head


def test_what_a_manager_changed_stays_and_older_clients_hear_of_terminals(cast: Cast) -> None:
    organisation.setting_save("card_tenders", [{"id": "card1", "name": "Terminal 1"}])
    store, card = Store.objects.get(), tenders.tender_get("card1")
    names = dict.fromkeys(("en", "pl", "uk", "ru"), "Kasa A")
    tenders.tender_save(card, store=store, names=names)
    assert Setting.objects.get(name="card_tenders").value == [{"id": "card1", "name": "Kasa A"}]
    tenders.tender_save(tenders.tender_get("card1"), store=store, active=False)
    assert Setting.objects.get(name="card_tenders").value == [] and "card1" not in published()
    tenders.tenders_ensure()
    assert not tenders.tender_get("card1").active
    assert list(feed_matches_tenders()) == []


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("cash", {"active": False}),
        ("cash", {"needs_customer": True}),
        ("account", {"needs_customer": False}),
        ("account", {"over_tender": True}),
        ("voucher", {"key": "F5"}),
        ("voucher", {"names": {"en": "Voucher"}}),
    ],
)
def test_the_database_itself_refuses_rules_that_make_no_sense(
    cast: Cast, code: str, fields: dict[str, Any]
) -> None:
    organisation.setting_save("card_tenders", [{"id": "card1", "name": "Terminal 1"}])
    with pytest.raises(IntegrityError), transaction.atomic():
        Tender.objects.filter(code=code).update(**fields)
    with pytest.raises(ValidationError):
        tenders.tender_save(tenders.tender_get(code), store=Store.objects.get(), **fields)


@pytest.mark.parametrize("code", ["card", "bonus", "Gift", "1st", "x" * 21])
def test_a_short_name_that_would_confuse_reports_is_refused(cast: Cast, code: str) -> None:
    names = dict.fromkeys(("en", "pl", "uk", "ru"), "Gift")
    with pytest.raises(ValidationError):
        tenders.tender_save(Tender(code=code), store=Store.objects.get(), kind="voucher", names=names)


PLAIN = TenderRule("voucher", needs_customer=False, needs_reference=False, over_tender=False, refundable=True)
RULES = {
    "cash": replace(PLAIN, kind="cash", over_tender=True),
    "card1": replace(PLAIN, kind="card"),
    "gift": replace(PLAIN, needs_reference=True, refundable=False),
    "debt": replace(PLAIN, kind="account", needs_customer=True),
}


def body(kind: str, *payments: Payment, **fields: Any) -> ReceiptBody:
    empty: dict[str, Any] = dict.fromkeys(ReceiptBody.__slots__)
    return ReceiptBody(**{**empty, "kind": kind, "payments": payments, **fields})


def paid(method: str, change: int | None = None, **details: Any) -> Payment:
    return Payment(method, 100, None if change is None else 100 + change, change, details or None)


@pytest.mark.parametrize(
    ("receipt", "codes"),
    [
        (body("sale", paid("cash", 5), paid("card"), paid("card", terminal="card1")), []),
        (body("sale", paid("bonus"), customer=uuid4(), bonus=(0, 100, None)), []),
        (body("sale", paid("bonus"), customer=uuid4(), bonus=(0, 99, None)), ["tender_rule"]),
        (body("sale", paid("bonus"), bonus=(0, 100, None)), ["tender_rule"]),
        (body("sale", paid("card", 5, terminal="card1")), ["tender_rule"]),
        (body("sale", paid("gift", reference="G-1")), []),
        (body("sale", paid("gift", reference=" ")), ["tender_rule"]),
        (body("return", paid("gift", reference="G-1")), ["tender_rule"]),
        (body("return", paid("card1")), []),
        (body("sale", paid("debt")), ["tender_rule"]),
        (body("sale", paid("debt"), card="4711"), []),
        (body("sale", paid("barter")), ["unknown_tender"]),
        (body("sale", paid("cash"), buyer_tax_id="5260001246"), []),
        (body("sale", paid("cash"), buyer_tax_id="5260001247"), ["buyer_tax_id"]),
    ],
)
def test_a_payment_that_breaks_a_rule_is_warned_of(receipt: ReceiptBody, codes: list[str]) -> None:
    assert [code for code, _detail in rules.warnings(receipt, RULES, "pl")] == codes


def test_a_store_without_rules_warns_of_nothing() -> None:
    assert list(rules.warnings(body("sale", paid("barter")), {}, "pl")) == []


@pytest.mark.parametrize(
    ("country", "good", "bad"),
    [
        ("pl", ["5260001246"], ["5260001245", "526000124", "abcdefghij"]),
        ("ua", ["32855961", "1759013776", "123456789012"], ["32855968", "1759013770", "12345"]),
        ("ru", ["7707083893", "500100732259"], ["7707083894", "500100732250", "770708389"]),
        ("de", ["anything"], []),
    ],
)
def test_tax_numbers_are_held_to_their_country_s_check_digit(
    country: str, good: list[str], bad: list[str]
) -> None:
    assert [text for text in good if not rules.tax_id_holds(text, country)] == []
    assert [text for text in bad if rules.tax_id_holds(text, country)] == []
