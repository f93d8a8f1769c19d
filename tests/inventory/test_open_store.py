"""Opening a real store: everything a first sale needs, or nothing at all."""

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from core.models import Company, Employee, Role, Setting, Store
from inventory.models import PriceType, Tax

WORDS = {
    "country": "pl",
    "company": "Sklep sp. z o.o.",
    "tax_id": "5260001246",
    "name": "Sklep przy rynku",
    "address": "Rynek 1, 31-042 Kraków",
    "manager": "Marta Lis",
    "username": "marta",
}
pytestmark = pytest.mark.django_db


def open_store(monkeypatch: pytest.MonkeyPatch, secrets: str = "correct horse 9\n4711\n", **more: Any) -> str:
    monkeypatch.setattr("sys.stdin", io.StringIO(secrets))
    said = io.StringIO()
    call_command("open_store", secrets_from_stdin=True, stdout=said, **{**WORDS, **more})
    return said.getvalue()


@pytest.mark.django_db(transaction=True)
def test_a_store_opens_with_people_taxes_and_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert open_store(monkeypatch) == "Store 1, Sklep przy rynku, is open. marta may sign in.\n"
    store = Store.objects.get()
    assert (store.company.currency, store.time_zone, store.language) == ("PLN", "Europe/Warsaw", "pl")
    assert store.receipt_header == ["Sklep przy rynku", "Rynek 1, 31-042 Kraków", "5260001246"]
    assert sorted(Role.objects.values_list("code", flat=True)) == ["cashier", "manager", "senior"]
    assert Tax.objects.exists() and PriceType.objects.exists()
    assert set(Setting.objects.values_list("name", flat=True)) >= {"price_type", "quick_cash", "card_tenders"}
    call_command("verify", stdout=io.StringIO())
    assert Employee.objects.get().check_password("correct horse 9")


def test_a_second_one_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    open_store(monkeypatch)
    with pytest.raises(CommandError, match="has a store already"):
        open_store(monkeypatch)


@pytest.mark.parametrize(
    ("secrets", "more", "reason"),
    [
        ("short\n4711\n", {}, "too short"),
        ("correct horse 9\n12\n", {}, "4 to 12 digits"),
        ("\n\n", {}, "too short"),
        ("correct horse 9\n4711\n", {"time_zone": "Europe/Krakow"}, "no time zone"),
        ("correct horse 9\n4711\n", {"time_zone": "../etc/passwd"}, "no time zone"),
        ("correct horse 9\n4711\n", {"name": "x" * 500}, "at most"),
    ],
)
def test_what_is_odd_opens_nothing(
    monkeypatch: pytest.MonkeyPatch, secrets: str, more: dict[str, str], reason: str
) -> None:
    with pytest.raises(CommandError, match=reason):
        open_store(monkeypatch, secrets, **more)
    assert not Company.objects.exists()
    assert not Employee.objects.exists()
