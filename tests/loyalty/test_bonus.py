"""Bonus accounts: nobody spends a point twice, every act is done once, and goods that come back undo what they did."""

import uuid
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from core import clock
from core.errors import KasaError
from loyalty.bonus_rule import BonusRule
from loyalty.models import BonusEntry, BonusHold
from loyalty.services import bonus
from pos.headless.receipts import paid, receipt
from pos.models import ItemWarning
from pos.ops import BadRequest
from pos.services import posting
from tests.loyalty.bonus import RULE, Account, findings, points_on
from tests.loyalty.conftest import act, ask, published
from tests.pos.shop import Desk, stock_refuses

SOMEBODY = "01a1ff9f-4ade-7772-a037-658e6149def1"


@pytest.fixture
def anna(desk: Desk) -> Account:
    """A customer with 1,000 points in a store that gives them."""
    points_on()
    return Account.opened(desk, points=1000)


def refusal(desk: Desk, op: str, **members: Any) -> str:
    with pytest.raises(KasaError) as error:
        ask(desk, op, **members)
    return error.value.code


# ------------------------------------------------------------ the ops


@pytest.mark.parametrize("on", [None, False])
def test_a_store_that_gives_no_points_says_so(desk: Desk, on: bool | None) -> None:
    if on is not None:
        points_on(on=on)
    assert refusal(desk, "bonus.balance", account=SOMEBODY) == "not_available"
    assert refusal(desk, "bonus.reserve") == "not_available"


def test_points_are_set_aside_once_and_never_more_than_there_are(anna: Account) -> None:
    first = anna.reserve(700)
    assert (first["result"], first["state"], first["available"]) == ("held", "open", 300)
    assert anna.reserve(700, first["hold"])["result"] == "exists"
    assert anna.reserve(701, first["hold"])["result"] == "exists_different"
    assert anna.reserve(700, first["hold"], receipt=SOMEBODY)["result"] == "exists_different"
    short = anna.reserve(301)
    assert (short["result"], short["available"]) == ("insufficient", 300)
    assert anna.reserve(300)["result"] == "held"
    told = ask(anna.desk, "bonus.balance", account=str(anna.id))
    assert (told["posted"], told["held"], told["available"], told["blocked"]) == (1000, 1000, 0, False)
    assert findings() == []


def test_a_hold_of_anothers_name_is_another_hold(anna: Account) -> None:
    hold = anna.reserve(10)["hold"]
    other = Account.opened(anna.desk, points=50, number="9900002")
    assert other.reserve(10, hold)["result"] == "exists_different"
    assert other.balance.held == 0


def test_points_of_somebody_whose_cards_are_blocked_are_not_spent(anna: Account) -> None:
    (card,) = anna.customer.cards.all()
    ask(anna.desk, "customer.card_block", **by_manager(anna.desk, card=str(card.id)))
    assert anna.reserve(10)["result"] == "blocked"


def by_manager(desk: Desk, **members: Any) -> dict[str, Any]:
    return act(desk, cashier=str(desk.shop.cast.manager.id), **members)


def test_a_hold_is_resolved_once(anna: Account) -> None:
    hold, receipt, id_ = anna.reserve(700)["hold"], str(uuid.uuid4()), str(uuid.uuid4())

    def confirm(**more: Any) -> str:
        asked = {"id": id_, "hold": hold, "receipt": receipt, "redeemed": 600, **more}
        return str(ask(anna.desk, "bonus.confirm", **asked)["result"])

    assert confirm(redeemed=701) == "exceeds_hold"
    assert [confirm(), confirm()] == ["confirmed", "exists"]
    assert [confirm(redeemed=500), confirm(receipt=SOMEBODY)] == ["exists_different", "exists_different"]
    late = ask(anna.desk, "bonus.cancel", id=str(uuid.uuid4()), hold=hold, why="late")
    assert late == {"result": "confirmed"}
    assert (anna.balance.posted, anna.balance.held) == (400, 0)
    (card,) = published("card").values()
    assert card["points"] == 400


def test_a_cancelled_hold_spends_nothing(anna: Account) -> None:
    hold = anna.reserve(700)["hold"]
    cancel = {"id": str(uuid.uuid4()), "hold": hold, "why": "tender taken back"}
    assert [ask(anna.desk, "bonus.cancel", **cancel)["result"] for _ in range(2)] == ["cancelled", "exists"]
    spend = {"id": str(uuid.uuid4()), "hold": hold, "receipt": SOMEBODY, "redeemed": 1}
    assert ask(anna.desk, "bonus.confirm", **spend)["result"] == "cancelled"
    assert (anna.balance.posted, anna.balance.held) == (1000, 0)
    second = anna.reserve(5)["hold"]
    reused = ask(anna.desk, "bonus.cancel", id=cancel["id"], hold=second)
    assert reused["result"] == "exists_different", "one act settles one hold"


def test_a_request_that_comes_after_its_cancelling_holds_nothing(anna: Account) -> None:
    hold = str(uuid.uuid4())
    assert ask(anna.desk, "bonus.cancel", id=str(uuid.uuid4()), hold=hold)["result"] == "cancelled"
    late = anna.reserve(700, hold)
    assert (late["result"], late["state"], late["available"]) == ("exists", "cancelled", 1000)


def test_the_tills_journal_frees_a_hold_and_outruns_its_request(anna: Account) -> None:
    hold, never = anna.reserve(700)["hold"], str(uuid.uuid4())
    anna.post(anna.hold_item(hold), anna.hold_item(never))
    assert (anna.hold(hold).state, anna.balance.available) == ("cancelled", 1000)
    late = anna.reserve(700, never)
    assert (late["result"], late["state"], anna.balance.held) == ("exists", "cancelled", 0)


def test_the_journal_may_also_spend_a_hold(anna: Account) -> None:
    hold = anna.reserve(300)["hold"]
    sale = anna.sale(points=300, hold=hold)
    anna.desk.push(anna.hold_item(hold, "confirm", 300, sale["id"]), sale)
    anna.post()
    assert anna.entries == [("adjust", 1000), ("redeem", -300)]


def test_a_hold_is_its_own_tills(anna: Account) -> None:
    hold = anna.reserve(700)["hold"]
    other = Desk.enrolled(anna.desk.shop, 2)
    settle = {"id": str(uuid.uuid4()), "hold": hold}
    assert refusal(other, "bonus.cancel", **settle) == "not_found"
    assert refusal(other, "bonus.confirm", **settle, receipt=SOMEBODY, redeemed=1) == "not_found"
    item = {"action": "cancel", "hold": hold, "receipt": None, "redeemed": 0}
    other.push(other.item("hold", item))
    anna.post()
    assert anna.hold(hold).state == "open"


HOSTILE: list[tuple[str, dict[str, Any]]] = [
    ("bonus.balance", {"account": None}),
    ("bonus.balance", {"account": "x" * 99}),
    ("bonus.reserve", {"id": SOMEBODY, "account": SOMEBODY, "amount": 0}),
    ("bonus.reserve", {"id": SOMEBODY, "account": SOMEBODY, "amount": -5}),
    ("bonus.reserve", {"id": SOMEBODY, "account": SOMEBODY, "amount": 10**14}),
    ("bonus.reserve", {"id": SOMEBODY, "account": SOMEBODY, "amount": "5"}),
    ("bonus.reserve", {"id": 5, "account": SOMEBODY, "amount": 5}),
    ("bonus.confirm", {"id": SOMEBODY, "hold": SOMEBODY, "receipt": None, "redeemed": 5}),
    ("bonus.confirm", {"id": SOMEBODY, "hold": SOMEBODY, "receipt": SOMEBODY, "redeemed": -1}),
    ("bonus.confirm", {"id": SOMEBODY, "hold": SOMEBODY, "receipt": SOMEBODY, "redeemed": True}),
    ("bonus.cancel", {"id": SOMEBODY, "hold": []}),
    ("bonus.cancel", {"id": SOMEBODY, "hold": SOMEBODY, "why": "x" * 201}),
    ("bonus.cancel", {"id": SOMEBODY, "hold": SOMEBODY, "why": "\x00"}),
]


@pytest.mark.parametrize(("op", "members"), HOSTILE)
def test_nonsense_is_refused(anna: Account, op: str, members: dict[str, Any]) -> None:
    with pytest.raises(BadRequest):
        ask(anna.desk, op, **members)
    assert BonusHold.objects.count() == 0


def test_nobodys_account_holds_nothing(anna: Account) -> None:
    assert refusal(anna.desk, "bonus.balance", account=SOMEBODY) == "not_found"
    asked = {"id": SOMEBODY, "account": SOMEBODY, "amount": 5}
    assert refusal(anna.desk, "bonus.reserve", **asked) == "not_found"
    settle = {"id": SOMEBODY, "hold": SOMEBODY}
    assert refusal(anna.desk, "bonus.confirm", **settle, receipt=SOMEBODY, redeemed=1) == "not_found"


# ------------------------------------------------------------ receipts


def test_a_sale_earns_and_spends_once(anna: Account) -> None:
    hold = anna.reserve(400)["hold"]
    anna.post(anna.sale(points=400, hold=hold, earned=60))
    anna.post()
    assert anna.entries == [("adjust", 1000), ("accrue", 60), ("redeem", -400)]
    assert (anna.hold(hold).state, anna.hold(hold).redeemed) == ("confirmed", 400)
    (card,) = published("card").values()
    assert card["points"] == 660 and card["at"] == clock.to_wire(anna.customer.points_at or clock.now())


def test_what_a_till_spent_while_the_server_was_away_is_booked_with_credit(anna: Account) -> None:
    waiting = anna.reserve(900)["hold"]
    anna.post(anna.sale(points=500), anna.sale(points=700))
    booked = BonusEntry.objects.filter(customer=anna.id, kind="redeem").order_by("id")
    assert [(one.points, one.credit) for one in booked] == [(-500, 400), (-700, 700)]
    assert anna.balance.posted == -200, "shown as it is"
    anna.post(anna.sale(points=500, hold=waiting))
    assert (anna.balance.posted, anna.hold(waiting).redeemed) == (-700, 500)
    assert anna.reserve(1)["result"] == "insufficient"


def test_a_receipt_that_spends_more_than_its_hold_is_booked_whole(anna: Account) -> None:
    hold = anna.reserve(300)["hold"]
    anna.post(anna.sale(points=500, hold=hold))
    assert anna.entries[1:] == [("redeem", -300), ("redeem", -200)]
    assert anna.balance.posted == 500


def test_a_hold_of_another_receipt_is_left_alone(anna: Account) -> None:
    hold = anna.reserve(300, receipt=SOMEBODY)["hold"]
    anna.post(anna.sale(points=300, hold=hold))
    assert (anna.hold(hold).state, anna.balance.posted) == ("open", 700)


def test_a_till_cannot_promise_more_points_than_money(anna: Account) -> None:
    deposit = anna.desk.goods(price=50, deposit=True, product=str(anna.desk.shop.bottle.id))
    greedy = anna.sale(goods=[anna.desk.goods(price=1000), deposit], points=400, earned=10**9)
    anna.post(greedy)
    assert anna.entries[1:] == [("accrue", 600), ("redeem", -400)]
    assert {one.code for one in ItemWarning.objects.all()} >= {"bonus_differs"}


def test_the_paper_counts_where_the_rule_has_changed_and_it_is_remarked(anna: Account) -> None:
    anna.post(anna.sale(earned=100))
    assert "bonus_differs" not in {one.code for one in ItemWarning.objects.all()}
    points_on(BonusRule(**{**vars(RULE), "percent": 100}))
    anna.post(anna.sale(earned=100))
    assert anna.balance.posted == 1200
    (remark,) = ItemWarning.objects.filter(code="bonus_differs")
    assert remark.detail == "10 points by the rule, not 100"


def test_a_customer_of_whom_the_server_hears_later_gets_their_points(anna: Account) -> None:
    late = Account(anna.desk, uuid.uuid4())
    sale = late.sale(earned=100, points=40)
    late.post(sale)
    back = late.back(sale, {1: 1000}, points=40, earned=100)
    late.post(back)
    assert late.entries == []
    ask(anna.desk, "customer.create", **act(anna.desk, customer=str(late.id), name="Jan"))
    assert late.entries == [("accrue", 100), ("redeem", -40), ("return_accrual", -100), ("return_redeem", 40)]
    assert (late.balance.posted, findings()) == (0, [])


# ------------------------------------------------------------ returns


def test_goods_that_come_back_take_what_they_earned_and_bring_what_was_spent(anna: Account) -> None:
    goods = [anna.desk.goods(price=333, quantity=3000), anna.desk.goods(price=1)]
    sale = anna.sale(goods=goods, points=100, earned=90)
    anna.post(sale)
    anna.post(anna.back(sale, {1: 1000}, points=33))
    second = Desk.enrolled(anna.desk.shop, 2)
    assert second.statuses(anna.back(sale, {1: 1000, 2: 1000}, points=34, desk=second)) == ["stored"]
    anna.post(anna.back(sale, {1: 1000}, points=33))
    taken = [points for kind, points in anna.entries if kind == "return_accrual"]
    given = [points for kind, points in anna.entries if kind == "return_redeem"]
    assert (taken, given) == ([-30, -30, -30], [33, 34, 33])
    assert anna.balance.posted == 1000


def test_an_account_may_owe_what_its_goods_had_earned(anna: Account) -> None:
    bob = Account.opened(anna.desk, number="9900002")
    sale = bob.sale(price=2000, earned=200)
    bob.post(sale)
    bob.post(bob.sale(points=200, hold=bob.reserve(200)["hold"]))
    bob.post(bob.back(sale, {1: 1000}, earned=200))
    assert bob.balance.posted == -200 and bob.customer.points == -200
    assert bob.reserve(1)["result"] == "insufficient"


def test_a_return_that_is_posted_before_its_sale_is_settled_with_it(anna: Account, monkeypatch: Any) -> None:
    sale = anna.sale(earned=100)
    back = anna.back(sale, {1: 1000}, earned=100)
    anna.desk.push(sale, back)
    stock_refuses(monkeypatch, sale)
    anna.post()
    assert anna.entries == [("adjust", 1000)]
    monkeypatch.undo()
    posting.post_waiting(store=anna.desk.shop.store, now=clock.now() + posting.MAX_BACKOFF)
    assert anna.entries[1:] == [("accrue", 100), ("return_accrual", -100)] and findings() == []


def test_points_handed_out_without_a_receipt_are_the_customers(anna: Account) -> None:
    line = anna.desk.goods(price=300, reason="torn")
    heading = anna.desk.heading(kind="return", more={"customer": str(anna.id)}, reason="torn")
    body = receipt(heading, [line], [paid("bonus", 300)])
    body["bonus"]["redeemed"] = 300
    anna.post(anna.desk.item("receipt", body))
    assert anna.entries[1:] == [("return_redeem", 300)]


# ------------------------------------------------------------ by hand


def test_a_person_gives_and_takes_points_with_a_reason(anna: Account) -> None:
    act_id, by = uuid.uuid4(), anna.desk.shop.cast.manager.id
    given: dict[str, Any] = {"act": act_id, "account": anna.id, "points": 250, "by": by, "now": clock.now()}
    first = bonus.adjust(**given, reason="  broken  jar ")
    assert bonus.adjust(**given, reason="again") == first and first.reason == "broken jar"
    anna.reserve(1000)
    for wrong, code in ((-251, "insufficient"), (0, "no_points")):
        with pytest.raises(bonus.BadBonus) as error:
            anna.adjust(wrong)
        assert error.value.code == code
    with pytest.raises(bonus.BadBonus, match=r"\w"):
        bonus.adjust(**{**given, "act": uuid.uuid4()}, reason=" ")
    anna.adjust(-250)
    assert anna.balance.posted == 1000 and findings() == []


def test_an_operator_frees_a_hold_and_leaves_a_trace(anna: Account) -> None:
    hold, by = anna.reserve(700)["hold"], anna.desk.shop.cast.manager.id
    freed = bonus.release(
        act=uuid.uuid4(), hold_id=uuid.UUID(hold), by=by, reason="till burnt", now=clock.now()
    )
    assert (freed.state, freed.by, freed.why, anna.balance.available) == ("cancelled", by, "till burnt", 1000)
    with pytest.raises(bonus.BadBonus):
        bonus.release(act=uuid.uuid4(), hold_id=freed.id, by=by, reason="again", now=clock.now())
    anna.post(anna.sale(points=700, hold=hold))
    assert anna.balance.posted == 300, "the receipt was paid all the same"


@pytest.mark.parametrize(
    "wrong", [{"percent": 10_001}, {"most": -1}, {"policy": "sometimes"}, {"lease_card": -1}]
)
def test_a_rule_that_cannot_be_is_not_published(desk: Desk, wrong: dict[str, Any]) -> None:
    with pytest.raises(bonus.BadBonus):
        points_on(BonusRule(**{**vars(RULE), **wrong}))
    assert "bonus" not in published("setting")


# ------------------------------------------------------------ the database


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE loyalty_bonusentry SET points = 5",
        "DELETE FROM loyalty_bonusentry",
        "UPDATE loyalty_bonushold SET amount = 1",
        "UPDATE loyalty_bonushold SET state = 'confirmed', redeemed = 701, resolved_at = now()",
        "UPDATE loyalty_bonushold SET state = 'cancelled'",
        "DELETE FROM loyalty_bonushold",
        "INSERT INTO loyalty_bonusentry SELECT gen_random_uuid(), 'accrue', -1, 0, id, id, now(), now(), NULL, '',"
        " customer_id, NULL FROM loyalty_bonushold",
        "INSERT INTO loyalty_bonusentry SELECT gen_random_uuid(), 'adjust', 5, 0, NULL, NULL, now(), now(), NULL, 'x',"
        " customer_id, NULL FROM loyalty_bonushold",
        "INSERT INTO loyalty_bonusentry SELECT gen_random_uuid(), 'redeem', -5, 6, id, id, now(), now(), NULL, '',"
        " customer_id, NULL FROM loyalty_bonushold",
        "INSERT INTO loyalty_bonusentry SELECT gen_random_uuid(), 'accrue', n, 0, id, id, now(), now(), NULL, '',"
        " customer_id, NULL FROM loyalty_bonushold, generate_series(1, 2) n",
    ],
)  # fmt: skip
def test_the_database_itself_refuses(anna: Account, statement: str) -> None:
    anna.reserve(700)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_settled_hold_is_settled_for_good(anna: Account) -> None:
    hold = anna.reserve(700)["hold"]
    ask(anna.desk, "bonus.cancel", id=str(uuid.uuid4()), hold=hold)
    with (
        pytest.raises(DatabaseError, match="resolved once"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE loyalty_bonushold SET state = 'open', resolved_at = NULL, resolution = NULL")


def test_verify_names_the_culprit(anna: Account) -> None:
    anna.post(anna.sale(points=500, earned=50))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("ALTER TABLE loyalty_bonusentry DISABLE TRIGGER USER")
        cursor.execute("UPDATE loyalty_bonusentry SET points = -1600 WHERE kind = 'redeem'")
    told = " ".join(findings())
    assert "550 points more were spent" in told and "tills read 550 points, the ledger says -550" in told
    assert "pays 500 points, 1600 are booked" in told


def test_the_number_of_statements_does_not_depend_on_the_receipts(desk: Desk, count_sql: Any) -> None:
    points_on()
    people = [Account.opened(desk, points=500, number=f"99000{n}") for n in range(12)]

    def statements(some: list[Account]) -> int:
        sales = [one.sale(points=100, earned=90, hold=one.reserve(100)["hold"]) for one in some]
        desk.push(*sales, *(one.back(sale, {1: 1000}) for one, sale in zip(some, sales, strict=True)))
        with count_sql() as counter:
            posting.post_waiting(store=desk.shop.store, now=clock.now())
        return int(counter.count)

    statements(people)  # what is done once for each of them (the first purchase) is behind
    assert statements(people[:2]) == statements(people)


def test_a_sale_without_points_asks_nothing_of_accounts(desk: Desk, count_sql: Any) -> None:
    points_on()
    known = Account.opened(desk)

    def loyal(*items: Any) -> list[str]:
        desk.push(*items)
        with count_sql() as counter:
            posting.post_waiting(store=desk.shop.store, now=clock.now())
        return [one for one in counter.statements if "bonusentry" in one or "loyalty_customer" in one]

    loyal(known.sale())
    assert loyal(desk.sale(), desk.sale()) == []
    assert [one for one in loyal(known.sale(), desk.sale()) if "bonusentry" in one] == []
