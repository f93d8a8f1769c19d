"""The loyalty app's invariants: tills read of promotions, groups and cards what the tables say."""

from collections.abc import Iterator

from core.models import Setting
from core.services.organisation import NoStore, current_store
from core.verify import Finding, check
from core.verify_checks import compare_feed
from loyalty.models import Card, CustomerGroup, MessageRule, Promotion
from loyalty.services import promotion_value
from loyalty.services.cards import card_key, card_value, groups_of
from loyalty.services.forms import SETTING, form_value, group_value
from loyalty.services.messages import message_value


@check("feed_matches_promotions")
def feed_matches_promotions() -> Iterator[Finding]:
    """Every active promotion is published as it is, and no other is."""
    active = Promotion.objects.filter(active=True)
    yield from compare_feed("promotion", {str(row.id): promotion_value(row) for row in active})


@check("feed_matches_customers")
def feed_matches_customers() -> Iterator[Finding]:
    """Every card of a person who was not forgotten is published as it is, with the groups and the form; no other is."""
    groups = CustomerGroup.objects.filter(active=True)
    yield from compare_feed("customer_group", {str(row.id): group_value(row) for row in groups})
    try:
        salt = str(current_store().id)
    except NoStore:
        return
    cards = Card.objects.filter(customer__erased_at=None).select_related("customer")
    rows = {
        card_key(one.number, salt): card_value(one, one.customer, groups_of(one.customer)) for one in cards
    }
    yield from compare_feed("card", rows)
    published = Setting.objects.filter(name=SETTING).first()
    if published is not None and published.value != form_value():
        yield Finding(f"setting {SETTING}", "differs from the fields and consents it was published from")


@check("feed_matches_messages")
def feed_matches_messages() -> Iterator[Finding]:
    """Every message that is switched on is published as it is, and no other is."""
    rules = MessageRule.objects.filter(active=True)
    yield from compare_feed("message_rule", {str(rule.id): message_value(rule) for rule in rules})
