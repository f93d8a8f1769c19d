"""The loyalty app's invariants: tills read what the tables say, and nobody spends points that there never were."""

from collections.abc import Iterator

from django.db import connection

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


_ACCOUNTS = """
WITH entry AS (
    SELECT customer_id, sum(points) AS posted,
           coalesce(sum(points) FILTER (WHERE kind <> 'return_accrual'), 0) + sum(credit) AS cover
    FROM loyalty_bonusentry GROUP BY customer_id
), hold AS (
    SELECT customer_id, sum(amount) AS held FROM loyalty_bonushold WHERE state = 'open' GROUP BY customer_id
)
SELECT c.id, coalesce(e.cover, 0) - coalesce(h.held, 0), coalesce(e.posted, 0), c.points,
       e.customer_id IS NOT NULL AND c.erased_at IS NULL AND c.points IS DISTINCT FROM e.posted
FROM loyalty_customer c LEFT JOIN entry e ON e.customer_id = c.id LEFT JOIN hold h ON h.customer_id = c.id
WHERE coalesce(e.cover, 0) < coalesce(h.held, 0)
   OR (e.customer_id IS NOT NULL AND c.erased_at IS NULL AND c.points IS DISTINCT FROM e.posted)
ORDER BY c.id LIMIT 50
"""
_HOLDS = """
SELECT h.id, h.redeemed, coalesce(-sum(e.points), 0) FROM loyalty_bonushold h
LEFT JOIN loyalty_bonusentry e ON e.hold_id = h.id
GROUP BY h.id, h.redeemed HAVING h.redeemed <> coalesce(-sum(e.points), 0) ORDER BY h.id LIMIT 50
"""


@check("bonus_accounts")
def bonus_accounts() -> Iterator[Finding]:
    """Redemptions and open holds are at most accruals, adjustments and granted credit; tills read the ledger's sums."""
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNTS)
        for account, cover, posted, points, stale in cursor.fetchall():
            if cover < 0:
                yield Finding(
                    f"bonus account {account}", f"{-cover} points more were spent or held than there were"
                )
            if stale:
                yield Finding(
                    f"bonus account {account}", f"tills read {points} points, the ledger says {posted}"
                )
        cursor.execute(_HOLDS)
        for hold, redeemed, booked in cursor.fetchall():
            yield Finding(f"bonus hold {hold}", f"says {redeemed} points were spent, {booked} are booked")
