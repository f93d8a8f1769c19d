"""People, roles, settings: what the database refuses and what the tills are told."""

import base64
import hashlib

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from core import canonical, permissions
from core.models import Company, FeedRow
from core.services import organisation
from tests.conftest import PIN_CASHIER, Cast


def published(kind: str, key: object) -> dict[str, object] | None:
    data = FeedRow.objects.get(kind=kind, key=str(key)).data
    return None if data is None else canonical.parse(data, 100_000)


def test_a_till_can_check_a_pin_with_one_derivation_for_the_whole_store(cast: Cast) -> None:
    told = published("employee", cast.cashier.id)
    assert told is not None
    scheme, rounds, salt, expected = str(told["pin"]).split("$")
    derived = hashlib.pbkdf2_hmac("sha256", PIN_CASHIER.encode(), salt.encode(), int(rounds))
    assert scheme == "pbkdf2_sha256"
    assert base64.b64encode(derived).decode() == expected
    assert salt == cast.store.pin_salt


def test_two_people_cannot_share_a_pin_or_a_badge(cast: Cast) -> None:
    for secret in ({"pin": PIN_CASHIER}, {"badge": "B-1001"}):
        with pytest.raises(organisation.SecretTaken):
            organisation.employee_update(cast.stranger, **secret)


def test_the_pin_of_somebody_who_left_may_be_given_again(cast: Cast) -> None:
    organisation.employee_update(cast.cashier, active=False)
    organisation.employee_update(cast.stranger, pin=PIN_CASHIER)
    told = published("employee", cast.cashier.id)
    assert told is not None
    assert (told["active"], told["pin"], told["badge"]) == (False, None, None)


@pytest.mark.parametrize("pin", ["", "123", "1" * 13, "12a4", "١٢٣٤", "1 23"])
def test_a_pin_is_four_to_twelve_digits(cast: Cast, pin: str) -> None:
    with pytest.raises(organisation.BadPin):
        organisation.employee_update(cast.cashier, pin=pin)


def test_a_role_cannot_hold_a_permission_that_does_not_exist(db: None) -> None:
    with pytest.raises(ValidationError):
        organisation.role_save(code="x", name="X", permissions=["till.fly"])


def test_a_role_grants_exactly_its_permissions_and_only_to_the_active(cast: Cast) -> None:
    granted = {name for name in permissions.NAMES if cast.cashier.may(name)}
    assert granted == set(permissions.CASHIER)
    organisation.employee_update(cast.cashier, active=False)
    assert not any(cast.cashier.may(name) for name in permissions.NAMES)


def test_country_and_currency_are_checked_by_the_database(db: None) -> None:
    for wrong in ({"country": "PL"}, {"currency": "zł"}, {"currency": "pln"}):
        fields = {"name": "X", "country": "pl", "currency": "PLN"} | wrong
        with pytest.raises(IntegrityError), transaction.atomic():
            Company.objects.create(**fields)


def test_a_change_of_the_store_reaches_the_feed_in_the_same_transaction(cast: Cast) -> None:
    organisation.store_update(cast.store, name="Sklep przy rynku", receipt_footer=["Dziękujemy"])
    told = published("setting", "store")
    assert told is not None
    assert told["value"]["name"] == "Sklep przy rynku"  # type: ignore[index]
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        organisation.store_update(cast.store, name="Lost")
        raise ZeroDivisionError
    told = published("setting", "store")
    assert told is not None
    assert told["value"]["name"] == "Sklep przy rynku"  # type: ignore[index]
