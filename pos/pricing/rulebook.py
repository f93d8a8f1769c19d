"""Compiles what people decided (taxes, the store, promotions) into the rulebook that the engine interprets.

The rulebook is a frozen JSON value with a hash. Whenever a row it is made of is published, it is compiled again in
the same transaction (`core.feed.derive`), tried on the engine, stored under its hash, and published as feed row
`rulebook` / `current`: {"hash", "rulebook"}. A decision that the engine refuses is therefore never committed.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from core import canonical, clock, feed
from core.errors import KasaError
from core.models import FeedRow, Setting, Store
from core.money import currency_digits
from core.verify import Finding, check
from inventory.models import Tax
from loyalty.models import Promotion
from loyalty.selectors import promotions_not_over
from loyalty.services import rule_parts
from pos.models import Rulebook
from pos.pricing import engine
from pos.pricing.rounding import cash_rounding

FORMAT = 1
MADE_FROM = ("promotion", "setting", "tax")
# A promotion stays this long after its last day, for tills that were cut off and for a clock that is slow.
KEPT_DAYS = 7
_LOCK = 0x6B617361_0001


class RulebookRefused(KasaError):
    """The engine cannot price with what was decided; nothing of it was saved."""

    code = "rulebook_refused"


class RulebookUnknown(KasaError):
    """No rulebook has this hash, or none was published yet."""

    code = "not_found"


def follow_the_feed() -> None:
    """From now on the rulebook is compiled with every change of what it is made of. Called when Django starts."""
    feed.derive(MADE_FROM, _follow)


def _follow() -> None:
    rulebook_recompile(now=clock.now())


def rulebook_compile(
    *, store: Store, taxes: Iterable[Tax], promotions: Iterable[Promotion], rounding: list[dict[str, Any]]
) -> dict[str, Any]:
    """The rulebook of a store, as RULES.md describes it. Pure: the same rows give the same value and hash."""
    rules = [
        {"id": str(row.id), "name": row.name, "priority": row.priority, **rule_parts(row)}
        for row in promotions
    ]
    rates = [
        {"code": tax.code, "percent": tax.percent, "from": _day(tax.valid_from), "to": _day(tax.valid_to)}
        for tax in taxes
    ]
    return {
        "format": FORMAT,
        "currency": store.company.currency,
        "digits": currency_digits(store.company.currency),
        "prices_include_tax": store.prices_include_tax,
        "taxes": sorted(rates, key=lambda rate: (rate["code"], rate["from"] or "")),
        "cash_rounding": rounding,
        "rules": sorted(rules, key=lambda rule: (rule["priority"], rule["id"])),
    }


def _day(value: date | None) -> str | None:
    return value.isoformat() if value else None


def rulebook_recompile(*, now: datetime) -> str | None:
    """Compiles, stores and publishes the rulebook when it changed; returns its hash, None without a store.

    Raises RulebookRefused. Two writers wait for each other here, so that the later one has seen the earlier one's rows.
    """
    with feed.transaction():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        body = _present(now)
        if body is None:
            return None
        digest = canonical.digest(body)
        if _published_hash() == digest:
            return digest
        try_out(body)
        Rulebook.objects.bulk_create(
            [Rulebook(hash=digest, format=FORMAT, body=canonical.dumps(body), created_at=now)],
            ignore_conflicts=True,
        )
        feed.put("rulebook", "current", {"hash": digest, "rulebook": body})
        return digest


def _present(now: datetime) -> dict[str, Any] | None:
    """The rulebook that the tables give at this moment."""
    store = Store.objects.select_related("company").order_by("number").first()
    if store is None:
        return None
    own = Setting.objects.filter(name="cash_rounding").values_list("value", flat=True).first()
    country = store.company.country
    return rulebook_compile(
        store=store,
        taxes=Tax.objects.filter(country=country),
        promotions=promotions_not_over(clock.local(now, store.time_zone).date() - timedelta(days=KEPT_DAYS)),
        rounding=cash_rounding(country) if own is None else own,
    )


def _published_hash() -> str | None:
    data = FeedRow.objects.filter(kind="rulebook", key="current").values_list("data", flat=True).first()
    # Canonical JSON begins with the hash, so a large rulebook is not read to learn its name.
    return data[9:73] if data and data.startswith('{"hash":"') else None


def try_out(body: dict[str, Any]) -> None:
    """Prices an empty cart over the rulebook, which makes the engine read all of it. Raises RulebookRefused."""
    cart = {"day": "2000-01-01", "weekday": 6, "minute": 0, "cash": False, "lines": [], "manual": None}
    try:
        engine.price(body, {**cart, "manual_limit": None})
    except engine.PricingError as error:
        message = _("The price engine refuses this: %(detail)s.") % {"detail": error.message}
        raise RulebookRefused(message, reason=error.code) from error


@lru_cache(maxsize=8)
def rulebook_get(digest: str) -> dict[str, Any]:
    """The rulebook of a hash, current or past. Do not change it. Raises RulebookUnknown."""
    body = Rulebook.objects.filter(hash=digest).values_list("body", flat=True).first()
    if body is None:
        raise RulebookUnknown(_("This server never published such a rulebook."))
    value: dict[str, Any] = json.loads(body)
    return value


def current_rulebook() -> tuple[str, dict[str, Any]]:
    """The hash and the rulebook that tills price with now. Raises RulebookUnknown before the first was published."""
    digest = _published_hash()
    if digest is None:
        raise RulebookUnknown(_("No rulebook was published yet: this server has no store or no tax rates."))
    return digest, rulebook_get(digest)


@check("rulebook")
def rulebook_is_current() -> Iterator[Finding]:
    """The published rulebook is stored, and is what taxes, store and promotions give, but for promotions long over."""
    now = clock.now()
    wanted, digest = _present(now), _published_hash()
    if wanted is None or digest is None:
        if wanted is not None and FeedRow.objects.filter(kind__in=("tax", "promotion")).exists():
            yield Finding("feed rulebook current", "was never published")
        return
    try:
        published = rulebook_get(digest)
    except RulebookUnknown:
        yield Finding(f"rulebook {digest}", "is published but not stored")
        return
    for key, value in wanted.items():
        if _living(key, published[key], now) != _living(key, value, now):
            yield Finding(f"rulebook {digest}", f"{key} differ from the tables")


def _living(key: str, value: Any, now: datetime) -> Any:
    if key != "rules":
        return value
    today = now.date().isoformat()
    return [rule for rule in value if rule["when"]["to"] is None or rule["when"]["to"] > today]
