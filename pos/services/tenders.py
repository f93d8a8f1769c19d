"""Means of payment: kept in a table, published to the tills as feed rows `tender` / code.

The built-in ones are rows like any other. They are ensured whenever the store's settings are published, so a store
that was opened before this table existed gets them with its next change, and the card terminals that older clients
read from the `card_tenders` setting stay there.
"""

from typing import Any

from django.db import connection

from core import feed
from core.errors import KasaError
from core.models import FeedRow, Setting, Store
from core.services.organisation import setting_save
from pos.models import Tender
from pos.models.tenders import LANGUAGES

CARDS = "card_tenders"
_KEYS = ("F5", "F6")
RESERVED = frozenset({"cash", "card", "bonus"})
_LOCK = 0x6B617361_0002


class UnknownTender(KasaError):
    """There is no such means of payment."""

    code = "not_found"


def _names(en: str, pl: str, uk: str, ru: str) -> dict[str, str]:
    return dict(zip(LANGUAGES, (en, pl, uk, ru), strict=True))


BUILT_IN: dict[str, dict[str, Any]] = {
    "cash": {
        "kind": "cash",
        "names": _names("Cash", "Gotówka", "Готівка", "Наличные"),
        "key": "",
        "position": 1,
        "opens_drawer": True,
        "over_tender": True,
        "counted": True,
    },
    "voucher": {
        "kind": "voucher",
        "names": _names("Voucher", "Bon", "Сертифікат", "Сертификат"),
        "position": 50,
        "needs_reference": True,
        "opens_drawer": True,
        "over_tender": True,
        "counted": True,
    },
    "internal": {
        "kind": "internal",
        "names": _names("Internal use", "Zużycie własne", "Внутрішнє", "Внутреннее"),
        "position": 60,
        "needs_reference": True,
    },
    # Off until the store has accounts that a debt can stand on.
    "account": {
        "kind": "account",
        "names": _names("On account", "Na konto", "На рахунок", "На счёт"),
        "position": 70,
        "needs_customer": True,
        "active": False,
    },
}


def follow_the_feed() -> None:
    """From now on the built-in rows are ensured with every change of the settings. Called when Django starts."""
    feed.derive(("setting",), tenders_ensure)


def tenders_ensure() -> None:
    """Adds the built-in rows and the terminals of `card_tenders` that are missing, and publishes them.

    Doing it twice changes nothing, and what a person changed since is left alone. Nothing without a store.
    """
    if not Store.objects.exists():
        return
    with feed.transaction():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        known = {row.code: row for row in Tender.objects.all()}
        missing = [Tender(code=code, **facts) for code, facts in BUILT_IN.items() if code not in known]
        taken = {row.key for row in known.values() if row.active}
        for place, (code, name) in enumerate(_terminals()):
            if code not in known:
                key = next((key for key in _KEYS if key not in taken), "F8")
                taken.add(key)
                names = dict.fromkeys(LANGUAGES, name)
                missing.append(Tender(code=code, kind="card", names=names, key=key, position=10 + place))
        for row in missing:
            row.save(force_insert=True)
            _publish(row)


def _terminals() -> list[tuple[str, str]]:
    held = Setting.objects.filter(name=CARDS).values_list("value", flat=True).first()
    rows = held if isinstance(held, list) else []
    return [
        (row["id"], row["name"])
        for row in rows
        if isinstance(row, dict) and {"id", "name"} <= row.keys() and row["id"] not in RESERVED
    ]


def tender_save(tender: Tender, *, store: Store, **fields: Any) -> Tender:
    """Creates or changes a means of payment and publishes it. Raises ValidationError with a sentence per rule."""
    with feed.transaction():
        for name, value in fields.items():
            setattr(tender, name, value)
        tender.full_clean()
        tender.save()
        _publish(tender)
        if tender.kind == Tender.Kind.CARD:
            _tell_older_clients(store)
        return tender


def _tell_older_clients(store: Store) -> None:
    cards = Tender.objects.filter(kind=Tender.Kind.CARD, active=True)
    value = [{"id": card.code, "name": card.name(store.language)} for card in cards]
    held = Setting.objects.filter(name=CARDS).values_list("value", flat=True).first()
    if held != value:
        setting_save(CARDS, value)


def _publish(tender: Tender) -> None:
    if tender.active:
        feed.put("tender", tender.code, tender_value(tender))
    elif FeedRow.objects.filter(kind="tender", key=tender.code).exclude(data=None).exists():
        feed.drop("tender", tender.code)


def tender_value(tender: Tender) -> dict[str, Any]:
    """A means of payment as tills read it."""
    return {
        "kind": tender.kind,
        "name": {language: tender.name(language) for language in LANGUAGES},
        "key": tender.key,
        "position": tender.position,
        "needs_customer": tender.needs_customer,
        "needs_reference": tender.needs_reference,
        "opens_drawer": tender.opens_drawer,
        "over_tender": tender.over_tender,
        "refundable": tender.refundable,
        "counted": tender.counted,
        "terminal": tender.terminal or None,
    }


def tender_get(code: str) -> Tender:
    """A means of payment by its short name. Raises UnknownTender."""
    found = Tender.objects.filter(code=code).first()
    if found is None:
        raise UnknownTender("There is no such means of payment.")
    return found
