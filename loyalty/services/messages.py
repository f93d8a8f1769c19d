"""Writes of message rules. Each is published as a `message_rule` row in the same transaction."""

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
from loyalty.models import CustomerGroup, MessageRule, Promotion
from loyalty.services.forms import BadForm, words_of
from loyalty.services.targets import hours_fit, targets_exist

# What a till's message slot and a receipt's line hold.
MAX_TEXT = 90
MAX_TARGETS = 500
# Parameters of each event that are whole numbers, with their lowest and highest value.
NUMBERS: dict[str, dict[str, tuple[int, int]]] = {
    "birthday": {"before": (0, 30), "after": (0, 30)},
    "goods": {},
    "lines": {"more": (1, 500)},
    "sum": {"from": (1, SAFE_INTEGER)},
    "nearly": {},
    "first_purchase": {},
    "expiring": {"days": (0, 365)},
}


class BadMessage(KasaError):
    """The rule cannot be used as written; `code` names what is wrong with it."""

    code = "bad_message"


def message_save(
    rule: MessageRule | None = None,
    *,
    name: str,
    event: str,
    params: Mapping[str, Any],
    place: str,
    texts: Mapping[str, str],
    now: datetime,
    groups: Collection[uuid.UUID] = (),
    valid_from: date | None = None,
    valid_to: date | None = None,
    weekdays: Sequence[int] | None = None,
    hours: Sequence[tuple[int, int]] | None = None,
    position: int = 100,
    active: bool = True,
) -> MessageRule:
    """Creates or changes a rule and publishes it. Raises BadMessage.

    `params` holds the event's numbers (NUMBERS); `goods` takes `products` and `groups` (ids), `nearly` a `promotion`
    (id or null), and a rule for the receipt `code` (true prints a code that no other receipt has).
    """
    saved = rule or MessageRule()
    saved.name, saved.event, saved.place = text.clean(name), event, place
    saved.params = _params(event, place, params)
    try:
        saved.texts = words_of(texts, MAX_TEXT)
    except BadForm as error:
        raise BadMessage(error.message, code="message_text") from error
    if saved.params.get("code") and not all("{code}" in one for one in saved.texts.values()):
        raise BadMessage(_("Say in each language where the code stands: {code}."), code="message_text")
    if CustomerGroup.objects.filter(id__in=groups).count() != len(set(groups)):
        raise BadMessage(_("There is no such group of customers."), code="message_groups")
    saved.groups = sorted(set(groups))
    saved.valid_from, saved.valid_to = valid_from, valid_to
    saved.weekdays = sorted(set(weekdays)) if weekdays else None
    saved.hours = _hours(hours)
    saved.position, saved.active, saved.changed_at = position, active, now
    with feed.transaction(), explained(_refusal):
        saved.save()
        message_publish(saved)
    return saved


def _refusal(constraint: str) -> BadMessage | None:
    sentences = {
        "message_has_a_name": _("A message needs a name."),
        "message_ends_after_it_begins": _("A message must end after it begins."),
        "message_weekdays_are_1_to_7": _("Weekdays are numbers from 1 (Monday) to 7."),
        "message_is_known": _("There is no such event or place."),
    }
    return BadMessage(sentences[constraint], code=constraint) if constraint in sentences else None


def _params(event: str, place: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Exactly the parameters of the event. Raises BadMessage."""
    if event not in NUMBERS:
        raise BadMessage(_("There is no such event or place."), code="message_is_known")
    found: dict[str, Any] = {}
    for name, (low, high) in NUMBERS[event].items():
        value = given.get(name)
        if type(value) is not int or not low <= value <= high:
            message = _("Type a whole number from %(low)s to %(high)s.") % {"low": low, "high": high}
            raise BadMessage(message, code="message_number", field=name)
        found[name] = value
    if event == "goods":
        found |= _target(given)
    if event == "nearly":
        offer = given.get("promotion")
        if offer is not None and not Promotion.objects.filter(id=offer).exists():
            raise BadMessage(_("There is no such promotion."), code="message_promotion")
        found["promotion"] = str(offer) if offer else None
    if place == MessageRule.Place.RECEIPT:
        found["code"] = given.get("code") is True
    return found


def _target(given: Mapping[str, Any]) -> dict[str, list[str]]:
    products, groups = set(given.get("products") or ()), set(given.get("groups") or ())
    if not products | groups or len(products) + len(groups) > MAX_TARGETS:
        raise BadMessage(_("Say for which goods: groups, or single goods."), code="message_goods")
    if not targets_exist(products, groups):
        raise BadMessage(_("A product or group of this message does not exist."), code="message_goods")
    return {"products": sorted(map(str, products)), "groups": sorted(map(str, groups))}


def _hours(hours: Sequence[tuple[int, int]] | None) -> list[list[int]] | None:
    if not hours:
        return None
    if not hours_fit(hours):
        message = _("Hours run from an earlier to a later minute of one day; write a night as two pairs.")
        raise BadMessage(message, code="message_hours")
    return sorted([first, last] for first, last in hours)


def message_publish(rule: MessageRule) -> None:
    """Tells the tills about a rule; one that is switched off is dropped. Inside `feed.transaction()`."""
    if rule.active:
        feed.put("message_rule", rule.id, message_value(rule))
    else:
        feed.drop("message_rule", rule.id)


def message_value(rule: MessageRule) -> dict[str, Any]:
    """A rule as tills read it (`static/till/models/message-rules.js`)."""
    return {
        "event": str(rule.event),
        "params": rule.params,
        "place": str(rule.place),
        "texts": rule.texts,
        "when": rule.when,
        "groups": [str(one) for one in rule.groups],
        "position": rule.position,
    }
