"""Messages as rules: what may be written, what tills are told, and what the judge says about a cart."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from core import clock, verify
from inventory.services import prices
from loyalty.models import MessageRule
from loyalty.services import forms, messages, promotion_save
from loyalty.services.messages import BadMessage, message_save
from pos.pricing.rulebook import rulebook_recompile
from pos.services.messages_try import messages_try
from tests.loyalty.conftest import head, published
from tests.pos.shop import Shop

NOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
ANNA: dict[str, Any] = {
    "name": "Anna K.",
    "groups": [],
    "born": None,
    "bought": True,
    "points": None,
    "expiring": None,
    "expires": None,
}


def save(event: str, params: dict[str, Any] | None = None, **more: Any) -> MessageRule:
    given = {"name": event, "place": "screen", "texts": {"en": f"{event}!"}, "now": clock.now(), **more}
    return message_save(event=event, params=params or {}, **given)


def heard(
    shop: Shop, lines: list[tuple[str, int]], at: datetime = NOON, place: str = "screen", **customer: Any
) -> list[str]:
    person = {**ANNA, **customer} if customer else None
    return [
        words["en"]
        for _rule, words in messages_try(store=shop.store, at=at, lines=lines, customer=person)[place]
    ]


@pytest.fixture
def priced(shop: Shop) -> Shop:
    """The shop with prices: milk 4.99, apples 3.49."""
    now = clock.now() - timedelta(days=400)
    for product, price in ((shop.milk, 499), (shop.apples, 349)):
        prices.price_change(product=product, price=price, now=now)
    rulebook_recompile(now=clock.now())
    return shop


@pytest.mark.parametrize(
    "broken",
    [
        {"event": "sunrise"}, {"event": "lines", "params": {}}, {"event": "lines", "params": {"more": 0}},
        {"event": "lines", "params": {"more": "9"}}, {"event": "lines", "params": {"more": True}},
        {"event": "sum", "params": {"from": 2**53}}, {"event": "birthday", "params": {"before": 31, "after": 0}},
        {"event": "goods", "params": {}}, {"event": "goods", "params": {"products": [uuid.uuid4()]}},
        {"event": "nearly", "params": {"promotion": uuid.uuid4()}}, {"texts": {}}, {"texts": {"en": "x" * 91}},
        {"texts": {"de": "Hallo"}}, {"name": ""}, {"place": "sky"}, {"groups": [uuid.uuid4()]},
        {"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 1)}, {"hours": [(600, 500)]},
        {"hours": [(0, 1441)]},
        {"place": "receipt", "params": {"code": True}, "texts": {"en": "no gap"}},
    ],
)  # fmt: skip
def test_a_rule_that_makes_no_sense_is_refused_and_told_to_nobody(shop: Shop, broken: dict[str, Any]) -> None:
    before = head()
    given: dict[str, Any] = {"event": "first_purchase", "params": {}, **broken}
    with pytest.raises(BadMessage):
        save(given.pop("event"), given.pop("params"), **given)
    assert head() == before and MessageRule.objects.count() == 0


def test_tills_are_told_of_rules_that_are_switched_on(shop: Shop) -> None:
    rule = save("lines", {"more": 10, "evil": 1}, weekdays=[6, 7], hours=[(600, 720)])
    assert published("message_rule") == {
        str(rule.id): {
            "event": "lines", "params": {"more": 10}, "place": "screen", "texts": {"en": "lines!"}, "groups": [],
            "when": {"from": None, "to": None, "weekdays": [6, 7], "hours": [[600, 720]]}, "position": 100,
        }
    }  # fmt: skip
    assert list(verify.CHECKS["feed_matches_messages"]()) == []
    message_save(
        rule,
        name="x",
        event="lines",
        params={"more": 9},
        place="screen",
        texts={"en": "y"},
        now=clock.now(),
        active=False,
    )
    assert published("message_rule") == {} and list(verify.CHECKS["feed_matches_messages"]()) == []


def test_each_event_is_heard_when_it_happens_and_not_before(priced: Shop) -> None:
    save("birthday", {"before": 1, "after": 1})
    save("goods", {"products": [priced.milk.id]}, texts={"en": "Mind: {goods}"})
    save("lines", {"more": 2}, texts={"en": "{n} lines"})
    save("sum", {"from": 998}, texts={"en": "{sum} spent"})
    save("first_purchase")
    save("expiring", {"days": 7}, texts={"en": "{points} until {day}"})
    milk, apples = ("100", 1), ("4011", 1)
    assert heard(priced, []) == []
    assert heard(priced, [apples]) == []
    assert heard(priced, [milk]) == ["Mind: Mleko 3,2 % 1 l"]
    assert heard(priced, [("100", 2)]) == ["Mind: Mleko 3,2 % 1 l", "9.98 spent"]
    assert "3 lines" in heard(priced, [apples, apples, apples])
    assert heard(priced, [apples], born="1990-11-22") == ["birthday!"]
    assert heard(priced, [apples], born="1990-11-20") == ["birthday!"]
    assert heard(priced, [apples], born="1990-11-23") == []
    assert heard(priced, [apples], bought=False) == ["first_purchase!"]
    assert heard(priced, [apples], expiring=1240, expires="2026-11-28") == ["12.40 until 2026-11-28"]
    assert heard(priced, [apples], expiring=1240, expires="2026-11-29") == []
    assert heard(priced, [apples], expiring=1240, expires="2026-11-20") == []


@pytest.mark.parametrize(
    ("born", "day", "says"),
    [
        ("2000-02-29", (2027, 3, 1), True),
        ("2000-02-29", (2028, 2, 29), True),
        ("2000-02-29", (2027, 2, 28), False),
        ("2000-01-01", (2026, 12, 31), False),
    ],
)
def test_a_birthday_on_a_leap_day_is_kept_in_a_common_year(
    priced: Shop, born: str, day: tuple[int, int, int], says: bool
) -> None:
    save("birthday", {"before": 0, "after": 0})
    assert bool(heard(priced, [], at=datetime(*day, 11, tzinfo=UTC), born=born)) is says


@pytest.mark.parametrize(("pieces", "says"), [(1, False), (2, True), (3, False), (5, True), (6, False)])
def test_an_offer_one_piece_short_is_said(priced: Shop, pieces: int, says: bool) -> None:
    promotion_save(
        name="3 za 2",
        kind="n_for_m",
        params={"take": 3, "pay": 2},
        products=[priced.milk.id],
        now=clock.now(),
    )
    save("nearly", texts={"en": "One more: {offer}"})
    assert heard(priced, [("100", pieces)]) == (["One more: 3 za 2"] if says else [])


def test_order_place_group_and_time_narrow_a_rule(priced: Shop) -> None:
    group = forms.group_save(name="Regulars")
    save("goods", {"products": [priced.milk.id]}, position=2, texts={"en": "second"})
    save("goods", {"products": [priced.milk.id]}, position=1, texts={"en": "first"})
    save("goods", {"products": [priced.milk.id]}, groups=[group.id], texts={"en": "regular"})
    save("goods", {"products": [priced.milk.id]}, weekdays=[7], texts={"en": "sunday"})
    save("goods", {"products": [priced.milk.id]}, hours=[(0, 60)], texts={"en": "night"})
    save("goods", {"products": [priced.milk.id]}, valid_from=date(2026, 11, 22), texts={"en": "tomorrow"})
    save("goods", {"products": [priced.milk.id], "code": True}, place="receipt", texts={"en": "Code {code}"})
    assert heard(priced, [("100", 1)]) == ["first", "second"]
    assert heard(priced, [("100", 1)], groups=[str(group.id)]) == ["first", "second", "regular"]
    assert heard(priced, [("100", 1)], at=NOON + timedelta(days=1)) == [
        "first",
        "second",
        "sunday",
        "tomorrow",
    ]
    assert heard(priced, [("100", 1)], place="receipt") == ["Code ABCD-EFGH-JKMN"]


def test_words_are_text_and_cut_to_the_slot(priced: Shop) -> None:
    save("goods", {"products": [priced.milk.id]}, texts={"en": "<b>{goods}</b> {constructor} " + "x" * 60})
    (words,) = heard(priced, [("100", 1)])
    assert (
        len(words) == 90 and words.startswith("<b>Mleko 3,2 % 1 l</b> {constructor} ") and words.endswith("…")
    )


@pytest.mark.parametrize(
    "change",
    [
        "event = 'x'",
        "place = 'x'",
        "name = ''",
        "weekdays = '{}'",
        "hours = '[]'",
        "hours = '[[600, 540]]'",
        "valid_from = '2026-02-01', valid_to = '2026-01-01'",
    ],
)
def test_the_database_itself_refuses_nonsense(shop: Shop, change: str) -> None:
    save("first_purchase")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE loyalty_messagerule SET {change}")


def test_every_event_has_its_parameters() -> None:
    assert set(messages.NUMBERS) == set(MessageRule.Event.values)
