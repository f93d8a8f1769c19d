"""What may be written about a customer: each value checked and brought into one form. No database here.

Raises BadCustomer with the name of the field, so that a form can show the sentence beside it.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from core.clock import day_from_wire, to_wire
from core.errors import KasaError
from core.money import SAFE_INTEGER
from inventory import text

MAX_NAME, MAX_EMAIL, MAX_TEXT, MAX_CARD = 120, 200, 200, 64
MAX_ANSWERS = 100
OLDEST = date(1900, 1, 1)
# Built-in fields of the form, in the order in which they are asked.
BUILT_IN = ("name", "phone", "email", "born", "language")
_PHONE_NOISE = re.compile(r"[\s().\-/\u00a0]")
_PHONE = re.compile(r"^\+?[0-9]{5,19}$")
_EMAIL = re.compile(r"^[^\s@<>\"',;]{1,64}@[^\s@<>\"',;]{1,130}\.[^\s@<>\"',;.]{2,63}$")
# 13 to 19 digits that satisfy the bank cards' own check may be a bank card, which must never be kept.
_BANK_CARD = re.compile(r"^[3456][0-9]{12,18}$")


class BadCustomer(KasaError):
    """A value cannot be written; `extra["field"]` names it."""

    code = "bad_customer"


class Field(Protocol):
    """What a definition must tell for its answers to be checked."""

    code: str
    kind: str
    options: Any


def name_of(value: str) -> str:
    """A person's name on one line. Raises BadCustomer."""
    name = text.clean(value)
    if not name or len(name) > MAX_NAME:
        raise BadCustomer(_("Type a name of at most %(n)s characters.") % {"n": MAX_NAME}, field="name")
    return name


def phone_of(value: str) -> str:
    """Digits, with a plus in front when it was typed; empty when there is none. Raises BadCustomer."""
    phone = _PHONE_NOISE.sub("", unicodedata.normalize("NFKC", value))
    if phone and not _PHONE.match(phone):
        raise BadCustomer(_("Type a telephone number of 5 to 19 digits."), field="phone")
    return phone


def email_of(value: str) -> str:
    """An address as written; empty when there is none. Raises BadCustomer."""
    email = text.clean(value)
    if email and (len(email) > MAX_EMAIL or not _EMAIL.match(email)):
        raise BadCustomer(_("This is not an e-mail address."), field="email")
    return email


def born_of(value: date | None, today: date) -> date | None:
    """A day in a living person's past. Raises BadCustomer."""
    if value is not None and not OLDEST <= value <= today:
        raise BadCustomer(_("Nobody who buys here was born on this day."), field="born")
    return value


def language_of(value: str) -> str:
    """One of our languages, or empty for the store's. Raises BadCustomer."""
    if value and value not in dict(settings.LANGUAGES):
        raise BadCustomer(_("This language is not spoken here."), field="language")
    return value


def card_number_of(value: str) -> str:
    """A card's number as a scanner reads it. Raises BadCustomer; a bank card's number is never taken."""
    number = text.clean(value)
    if not 3 <= len(number) <= MAX_CARD or " " in number:
        raise BadCustomer(_("A card number has 3 to 64 characters and no blanks."), field="card")
    if is_bank_card(number):
        raise BadCustomer(_("This looks like a bank card. Bank cards are not kept here."), field="card")
    return number


def is_bank_card(number: str) -> bool:
    """Whether these digits are, by first digit, length and check digit, the number of a bank card."""
    return bool(_BANK_CARD.match(number)) and _luhn(number)


def _luhn(number: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(number)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def answers_of(given: Mapping[str, Any], fields: Iterable[Field]) -> dict[str, Any]:
    """Answers by field code; null takes one away. Raises BadCustomer for a field or option that nobody asks for."""
    if len(given) > MAX_ANSWERS:
        raise BadCustomer(_("These are too many answers."), field="form")
    known = {field.code: field for field in fields}
    found = {}
    for code, value in given.items():
        if code not in known:
            message = _("The form has no field “%(code)s”.") % {"code": code[:40]}
            raise BadCustomer(message, field="form")
        found[code] = None if value is None or value == "" or value == [] else _answer(known[code], value)
    return found


def _answer(field: Field, value: Any) -> Any:
    allowed = [option["code"] for option in field.options]
    if field.kind == "text" and type(value) is str and len(value) <= MAX_TEXT:
        return text.clean(value) or None
    if field.kind == "number" and type(value) is int and abs(value) <= SAFE_INTEGER:
        return value
    if field.kind == "date" and type(value) is str and day_from_wire(value):
        return value
    if field.kind == "flag" and type(value) is bool:
        return value
    if field.kind == "choice" and type(value) is str and value in allowed:
        return value
    if field.kind == "choices" and type(value) is list and _each_once(value, allowed):
        return sorted(value)
    raise BadCustomer(_("This answer does not fit the field."), field=field.code)


def _each_once(value: list[Any], allowed: list[str]) -> bool:
    return all(type(one) is str and one in allowed for one in value) and len(set(value)) == len(value)


def short_name(name: str) -> str:
    """Enough to greet somebody by and to tell two people apart, and no more: “Anna N.”."""
    words = name.split()
    return name if len(words) < 2 else f"{words[0]} {words[-1][0]}."


class Known(Protocol):
    """What a till may know of a person."""

    name: str
    phone_end: str
    born: date | None
    points: int | None
    points_at: datetime | None
    expiring: int | None
    expires_on: date | None
    first_bought_at: datetime | None


def known_of(customer: Known, groups: Iterable[str]) -> dict[str, Any]:
    """A person as tills read them: enough to serve them and to tell two apart, no more (docs/decisions/0110)."""
    return {
        "name": short_name(customer.name),
        "phone": customer.phone_end,
        "groups": sorted(groups),
        "born": customer.born.isoformat() if customer.born else None,
        "points": customer.points,
        "at": to_wire(customer.points_at) if customer.points_at else None,
        "expiring": customer.expiring,
        "expires": customer.expires_on.isoformat() if customer.expires_on else None,
        "bought": customer.first_bought_at is not None,
    }
