"""Settings as the pages show them: each with the value in force, also when nobody set it yet."""

from typing import Any

from core.models import Setting

DEFAULTS: dict[str, Any] = {
    "weighed_labels": [],
    "quick_cash": [],
    "reduced_stickers": [],
    "sale_bans": [],
    "quick_grid": [],
    "data_age_warn_hours": 12,
    "open_receipts": "keep",
    "receipt_url": "",
    "price_type": "retail",
    "cash_reasons": {},
    "lock_minutes": 0,
    "day_starts": 4,
    "bonus": {
        "on": False,
        "percent": 100,
        "most": 5000,
        "policy": "online_only",
        "lease_card": 2000,
        "lease_day": 20_000,
    },
    "fiscal": {"required": "warn"},
    "returns": {
        "days": 30,
        "blind_limit": 10_000,
        "blind_days": 30,
        "exchange": "net",
        "paper": "on",
        "paper_limit": 20_000,
    },
}


def value(name: str) -> Any:
    """One setting's value."""
    found = Setting.objects.filter(name=name).values_list("value", flat=True).first()
    return DEFAULTS[name] if found is None else found


def values(names: list[str]) -> dict[str, Any]:
    """Several settings at once, in one statement."""
    held = dict(Setting.objects.filter(name__in=names).values_list("name", "value"))
    return {name: DEFAULTS[name] if held.get(name) is None else held[name] for name in names}
