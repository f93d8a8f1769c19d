"""Writes of the organisation; each one tells the tills through the feed in the same transaction."""

import base64
import hashlib
import re
import secrets
from typing import Any

from django.utils.translation import gettext as _

from core import feed, money
from core import permissions as permission_names
from core.constraints import explained
from core.errors import KasaError
from core.models import Company, Employee, Role, Setting, Store

# 200,000 rounds cost a till about 0.1 s once per sign-in and a thief with the database that much per guess.
PIN_ITERATIONS = 200_000
_PIN = re.compile(r"^\d{4,12}$", re.ASCII)


class BadPin(KasaError):
    """The PIN is not 4 to 12 digits."""

    code = "bad_pin"


class SecretTaken(KasaError):
    """Somebody else in the store signs in with this PIN or badge."""

    code = "secret_taken"


class BadLimit(KasaError):
    """A role's limit has an unknown name or is no amount."""

    code = "bad_limit"


class SameAccount(KasaError):
    """An account cannot be a second account of itself."""

    code = "same_account"


class NoStore(KasaError):
    """This server has no store yet."""

    code = "no_store"


def current_store() -> Store:
    """The one store of a store server. Raises NoStore."""
    store = Store.objects.select_related("company").order_by("number").first()
    if store is None:
        raise NoStore("This server has no store yet. Run: manage.py open_store, or manage.py demo.")
    return store


def company_create(*, name: str, country: str, currency: str, tax_id: str = "") -> Company:
    """Creates the legal person."""
    return Company.objects.create(name=name, country=country, currency=currency, tax_id=tax_id)


def store_create(*, company: Company, number: int, name: str, time_zone: str, **fields: Any) -> Store:
    """Opens a store and publishes it."""
    with feed.transaction():
        store = Store(company=company, number=number, name=name, time_zone=time_zone, **fields)
        store.pin_salt = secrets.token_urlsafe(24)
        store.full_clean()
        store.save()
        publish_store(store)
        return store


def store_update(store: Store, **fields: Any) -> Store:
    """Changes a store's own data (name, address, header and footer lines…)."""
    with feed.transaction():
        for name, value in fields.items():
            setattr(store, name, value)
        store.full_clean()
        store.save(update_fields=list(fields))
        publish_store(store)
        return store


def company_update(company: Company, **fields: Any) -> Company:
    """Changes the legal person's name or tax number; its stores' tills hear of it."""
    with feed.transaction():
        for name, value in fields.items():
            setattr(company, name, value)
        company.full_clean()
        company.save(update_fields=list(fields))
        for store in company.stores.order_by("number")[:1]:
            store.company = company
            publish_store(store)
        return company


def store_value(store: Store) -> dict[str, Any]:
    """The `store` setting that tills read, also in the answers to enrol and hello."""
    company = store.company
    return {
        "id": str(store.id),
        "number": store.number,
        "name": store.name,
        "address": store.address,
        "company": company.name,
        "tax_id": company.tax_id,
        "country": company.country,
        "currency": company.currency,
        "digits": money.currency_digits(company.currency),
        "language": store.language,
        "time_zone": store.time_zone,
        "prices_include_tax": store.prices_include_tax,
        "receipt_header": list(store.receipt_header),
        "receipt_footer": list(store.receipt_footer),
    }


def publish_store(store: Store) -> None:
    """Tells the tills who they sell for."""
    feed.put("setting", "store", {"value": store_value(store)})


def setting_save(name: str, value: Any) -> Setting:
    """Sets one named value and publishes it."""
    with feed.transaction():
        setting, _created = Setting.objects.update_or_create(name=name, defaults={"value": value})
        feed.put("setting", name, {"value": value})
        return setting


def role_save(*, code: str, name: str, permissions: list[str], limits: dict[str, int] | None = None) -> Role:
    """Creates or changes a role and publishes it. Raises BadLimit."""
    for limit, value in (limits or {}).items():
        if limit not in permission_names.LIMIT_NAMES or type(value) is not int or value < 0:
            raise BadLimit("A limit of a role is a whole number from 0, under a name that tills know.")
    with feed.transaction():
        role = Role.objects.filter(code=code).first() or Role(code=code)
        role.name, role.permissions, role.limits = name, sorted(set(permissions)), limits or {}
        role.full_clean()
        role.save()
        feed.put("role", role.id, role_value(role))
        return role


def role_value(role: Role) -> dict[str, Any]:
    """A role as tills read it."""
    return {
        "name": role.name,
        "code": role.code,
        "permissions": list(role.permissions),
        "limits": dict(role.limits),
    }


def verifier(secret: str, salt: str) -> str:
    """What a till compares a typed PIN or a scanned badge with; never the secret itself.

    PBKDF2-HMAC-SHA256 (RFC 8018) under the store's salt: a till derives once and compares with everybody.
    """
    key = hashlib.pbkdf2_hmac("sha256", secret.encode(), salt.encode(), PIN_ITERATIONS)
    return f"pbkdf2_sha256${PIN_ITERATIONS}${salt}${base64.b64encode(key).decode()}"


def employee_create(
    *,
    store: Store,
    name: str,
    role: Role,
    pin: str | None = None,
    badge: str | None = None,
    username: str | None = None,
    password: str | None = None,
    language: str = "",
    same_as: Employee | None = None,
) -> Employee:
    """Takes a person on; `same_as` names the first account of somebody who has one. Raises BadPin, SecretTaken."""
    person = Employee(name=name, role=role, store=store, username=username or None, language=language)
    person.set_password(password)
    person.same_as = _first_account(same_as)
    return _save(person, store, pin=pin, badge=badge)


def employee_update(
    person: Employee, *, pin: str | None = None, badge: str | None = None, **fields: Any
) -> Employee:
    """Changes a person; `pin` and `badge` are new secrets, None leaves the present ones.

    Raises as create, and SameAccount.
    """
    if fields.get("same_as") is not None:
        fields["same_as"] = _first_account(fields["same_as"])
        if fields["same_as"].id == person.id:
            raise SameAccount("This is the same account, or already a second account of this one.")
    for field, value in fields.items():
        if field == "password":
            person.set_password(value)
        else:
            setattr(person, field, value)
    store = person.store or current_store()
    return _save(person, store, pin=pin, badge=badge)


def _first_account(person: Employee | None) -> Employee | None:
    """All accounts of somebody name one and the same, so that two of them are compared in one step."""
    return (person.same_as or person) if person else None


def _save(person: Employee, store: Store, *, pin: str | None, badge: str | None) -> Employee:
    if pin is not None:
        if not _PIN.match(pin):
            raise BadPin(_("A PIN is 4 to 12 digits."))
        person.pin = verifier(pin, store.pin_salt)
    if badge is not None:
        person.badge = verifier(badge, store.pin_salt) if badge else None
    person.full_clean(exclude=["password", "pin", "badge"], validate_constraints=False)
    with feed.transaction(), explained(_secret_taken):
        person.save()
        publish_employee(person)
        if person.same_as_id is not None:
            for other in person.other_accounts.all():
                other.same_as = person.same_as
                other.save(update_fields=["same_as"])
                publish_employee(other)
    return person


def _secret_taken(constraint: str) -> SecretTaken | None:
    if constraint not in ("employee_pin_is_unique", "employee_badge_is_unique"):
        return None
    return SecretTaken("Somebody else already signs in with this PIN or badge. Choose another.")


def publish_employee(person: Employee) -> None:
    """Tells the tills about a person."""
    feed.put("employee", person.id, employee_value(person))


def employee_value(person: Employee) -> dict[str, Any]:
    """A person as tills read them; an inactive one keeps no secrets there."""
    return {
        "name": person.name,
        "role": str(person.role_id),
        "pin": person.pin if person.active else None,
        "badge": person.badge if person.active else None,
        "active": person.active,
        "language": person.language,
        **({"person": str(person.same_as_id)} if person.same_as_id else {}),
    }
