"""Writes of promotions. Each is published as a `promotion` row in the same transaction.

The rulebook follows by itself: `pos.pricing.rulebook` is derived from these rows (`core.feed.derive`), inside the
same transaction, so a promotion that the price engine would refuse is never committed.
"""

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from core import feed
from core.constraints import explained
from core.errors import KasaError
from core.money import SAFE_INTEGER
from inventory import text
from loyalty.models import DEFAULT_PRIORITY, Promotion
from loyalty.services.targets import hours_fit, targets_exist

MAX_TARGETS = 20_000
# The parameters of each kind with their lowest and highest value (pos/pricing/RULES.md, "Shapes").
PARAMETERS: dict[str, dict[str, tuple[int, int]]] = {
    "percent": {"percent": (1, 10_000)},
    "amount": {"amount": (1, SAFE_INTEGER)},
    "n_for_m": {"take": (2, 1000), "pay": (1, 999)},
    "n_for_price": {"take": (1, 1000), "price": (0, SAFE_INTEGER)},
    "nth_cheaper": {"nth": (2, 1000), "percent": (1, 10_000)},
    "threshold": {"from_total": (1, SAFE_INTEGER), "percent": (1, 10_000), "amount": (1, SAFE_INTEGER)},
}


class BadPromotion(KasaError):
    """The promotion cannot be carried out as written; `code` names what is wrong with it."""

    code = "bad_promotion"


def promotion_save(
    promotion: Promotion | None = None,
    *,
    name: str,
    kind: str,
    params: Mapping[str, int],
    now: datetime,
    everything: bool = False,
    products: Collection[uuid.UUID] = (),
    groups: Collection[uuid.UUID] = (),
    valid_from: date | None = None,
    valid_to: date | None = None,
    weekdays: Sequence[int] | None = None,
    hours: Sequence[tuple[int, int]] | None = None,
    priority: int = DEFAULT_PRIORITY,
    active: bool = True,
) -> Promotion:
    """Creates a promotion or changes one, and publishes it. Raises BadPromotion.

    `params` are money in minor units and percents in hundredths, by kind as in PARAMETERS.
    """
    _check_params(kind, params)
    _check_target(everything, products, groups)
    fields: dict[str, Any] = {
        "name": text.clean(name),
        "kind": kind,
        "params": dict(params),
        "everything": everything,
        "products": sorted(set(products)),
        "groups": sorted(set(groups)),
        "valid_from": valid_from,
        "valid_to": valid_to,
        "weekdays": sorted(set(weekdays)) if weekdays is not None else None,
        "hours": _hours(hours),
        "priority": priority,
        "active": active,
    }
    with feed.transaction(), explained(_refusal):
        saved = promotion or Promotion(created_at=now)
        for field, value in fields.items():
            setattr(saved, field, value)
        saved.changed_at = now
        saved.save()
        promotion_publish(saved)
        return saved


def promotion_end(*, promotion: Promotion, now: datetime, last_day: date | None = None) -> Promotion:
    """Ends a promotion at once, or after its last day. Raises BadPromotion when that day is before its first."""
    with feed.transaction(), explained(_refusal):
        if last_day is None:
            promotion.active = False
        else:
            promotion.valid_to = last_day
        promotion.changed_at = now
        promotion.save(update_fields=["active", "valid_to", "changed_at"])
        promotion_publish(promotion)
        return promotion


def promotion_publish(promotion: Promotion) -> None:
    """Tells the tills about a promotion; an inactive one is dropped. Inside `feed.transaction()`."""
    if promotion.active:
        feed.put("promotion", promotion.id, promotion_value(promotion))
    else:
        feed.drop("promotion", promotion.id)


def promotion_value(promotion: Promotion) -> dict[str, Any]:
    """A promotion as tills read it: the raw decision, for screens; tills price with the rulebook."""
    return {"name": promotion.name, "priority": promotion.priority, **rule_parts(promotion)}


def rule_parts(promotion: Promotion) -> dict[str, Any]:
    """The promotion's kind, target, time and parameters in the shape of a rulebook's rule."""
    target: dict[str, Any] = {"all": True}
    if not promotion.everything:
        target = {"products": _texts(promotion.products), "groups": _texts(promotion.groups)}
    return {"kind": str(promotion.kind), "target": target, "when": promotion.when, **promotion.params}


def _texts(ids: Collection[uuid.UUID]) -> list[str]:
    return sorted(str(one) for one in ids)


def _check_params(kind: str, params: Mapping[str, int]) -> None:
    ranges = PARAMETERS.get(kind)
    if ranges is None:
        raise BadPromotion(
            _("There is no promotion of the kind “%(kind)s”.") % {"kind": kind}, code="unknown_kind"
        )
    given, known = set(params), set(ranges)
    either = kind == "threshold" and len(given & {"percent", "amount"}) == 1
    if (
        given - known
        or (given != known and not (either and "from_total" in given))
        or (kind == "threshold" and not either)
    ):
        message = _("A promotion of this kind needs: %(names)s.") % {"names": ", ".join(ranges)}
        raise BadPromotion(message, code="wrong_parameters")
    for name, value in params.items():
        low, high = ranges[name]
        if type(value) is not int or not low <= value <= high:
            message = _("%(name)s must be a whole number from %(low)s to %(high)s.")
            raise BadPromotion(
                message % {"name": name, "low": low, "high": high}, code="parameter_out_of_range"
            )
    if kind == "n_for_m" and params["pay"] >= params["take"]:
        raise BadPromotion(_("Fewer pieces must be paid than taken."), code="parameter_out_of_range")


def _check_target(everything: bool, products: Collection[uuid.UUID], groups: Collection[uuid.UUID]) -> None:
    if everything == bool(products or groups):
        message = _("A promotion is for everything, or for some products and groups.")
        raise BadPromotion(message, code="promotion_has_one_target")
    if len(products) + len(groups) > MAX_TARGETS:
        raise BadPromotion(_("These are too many products. Use a group."), code="too_many_targets")
    if not targets_exist(products, groups):
        raise BadPromotion(_("A product or group of this promotion does not exist."), code="unknown_target")


def _hours(hours: Sequence[tuple[int, int]] | None) -> list[list[int]] | None:
    if hours is None:
        return None
    if not hours_fit(hours):
        message = _("Hours run from an earlier to a later minute of one day; write a night as two pairs.")
        raise BadPromotion(message, code="promotion_hours")
    if not hours:
        raise BadPromotion(_("Leave the hours empty, or name at least one pair."), code="promotion_hours")
    return sorted([first, last] for first, last in hours)


def _refusal(constraint: str) -> BadPromotion | None:
    sentences = {
        "promotion_has_a_name": _("A promotion needs a name."),
        "promotion_has_one_target": _("A promotion is for everything, or for some products and groups."),
        "promotion_ends_after_it_begins": _("A promotion must end after it begins."),
        "promotion_weekdays_are_1_to_7": _("Weekdays are numbers from 1 (Monday) to 7."),
        "promotion_priority_fits": _("The priority is a number between -1000000 and 1000000."),
    }
    return BadPromotion(sentences[constraint], code=constraint) if constraint in sentences else None
