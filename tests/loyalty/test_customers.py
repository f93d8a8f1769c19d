"""Customers, their cards and form: done once however often it is sent, told to the tills, and forgettable."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from core import clock, verify
from core.errors import KasaError
from core.services import organisation
from inventory.services import goods
from loyalty.models import Card, Consent, ConsentText, Customer, CustomerEvent, Membership
from loyalty.selectors import customers as selectors
from loyalty.services import customers, forms
from loyalty.services.acts import Act
from loyalty.services.cards import card_key
from pos.ops import customers as ops_customers
from pos.services import posting
from tests.loyalty.conftest import act, ask, head, published
from tests.pos.shop import Desk, Shop


@pytest.fixture(autouse=True)
def _no_guesses_yet() -> None:
    ops_customers._misses.clear()


def create(desk: Desk, **members: Any) -> dict[str, Any]:
    given = {
        "customer": str(uuid.uuid4()),
        "name": "Anna Maria Kowalska",
        "phone": "+48 600 700 811",
        **members,
    }
    return ask(desk, "customer.create", **act(desk, **given))


def with_card(desk: Desk, number: str = "9900001", **members: Any) -> dict[str, Any]:
    return create(desk, card={"id": str(uuid.uuid4()), "number": number}, **members)


def refused(desk: Desk, op: str, **members: Any) -> KasaError:
    before = head()
    with pytest.raises(KasaError) as error:
        ask(desk, op, **act(desk, **members))
    assert head() == before, "what is refused is told to nobody"
    return error.value


def no_findings() -> list[str]:
    return [
        str(one)
        for name in ("feed_matches_customers", "feed_matches_organisation")
        for one in verify.CHECKS[name]()
    ]


def test_a_till_learns_the_least_about_a_new_card(desk: Desk, shop: Shop) -> None:
    made = with_card(desk, born="1990-05-17", email="anna@example.com")
    assert made["refused"] is None and made["name"] == "Anna K."
    key = card_key("9900001", str(shop.store.id))
    assert published("card") == {
        key: {
            "card": made["cards"][0]["card"], "customer": made["customer"], "state": "active", "name": "Anna K.",
            "end": "0001", "phone": "0811", "groups": [], "born": "1990-05-17", "points": None, "at": None,
            "expiring": None, "expires": None, "bought": False,
        }
    }  # fmt: skip
    assert no_findings() == []


def test_the_same_act_twice_is_done_once_and_answered_the_same(desk: Desk) -> None:
    fields = act(
        desk, customer=str(uuid.uuid4()), name="Jan", card={"id": str(uuid.uuid4()), "number": "77001"}
    )
    first = ask(desk, "customer.create", **fields)
    before = head()
    assert ask(desk, "customer.create", **fields) == first
    assert head() == before and Customer.objects.count() == 1 and Card.objects.count() == 1
    with pytest.raises(KasaError) as error:
        ask(desk, "customer.create", **{**fields, "name": "Piotr"})
    assert error.value.code == "exists_different"
    assert (
        refused(desk, "customer.create", customer=fields["customer"], name="Piotr").code == "exists_different"
    )


@pytest.mark.parametrize(
    "number, why", [("9900001", "card_taken"), ("590123", "card_is_goods"), ("4111111111111111", "bad_card")]
)
def test_a_card_that_cannot_be_given_does_not_lose_the_person(
    desk: Desk, shop: Shop, number: str, why: str
) -> None:
    goods.barcode_add(product=shop.milk, code="590123")
    with_card(desk)
    made = with_card(desk, number, name="Jan Nowak")
    assert (made["refused"], made["cards"]) == (why, [])
    assert Customer.objects.get(id=made["customer"]).name == "Jan Nowak"
    assert len(published("card")) == 1


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"name": ""}, "bad_customer"), ({"name": "x" * 121}, "bad_customer"), ({"name": "x" * 301}, "bad_request"),
        ({"name": 5}, "bad_request"), ({"name": None}, "bad_customer"), ({"phone": "12a45"}, "bad_customer"),
        ({"phone": "1234"}, "bad_customer"), ({"phone": "1" * 41}, "bad_request"), ({"email": "a@b"}, "bad_customer"),
        ({"born": "1899-12-31"}, "bad_customer"), ({"born": "2999-01-01"}, "bad_customer"),
        ({"born": "1990-02-30"}, "bad_request"),
        ({"language": "de"}, "bad_customer"), ({"form": {"nobody_asks": 1}}, "bad_customer"),
        ({"form": []}, "bad_request"),
        ({"form": {str(n): 1 for n in range(101)}}, "bad_request"), ({"consents": [{}] * 21}, "bad_request"),
        ({"consents": [{"kind": "data", "version": 9, "given": True}]}, "bad_customer"),
        ({"name": "a\u0000b"}, "bad_text"),
        ({"consents": [{"kind": "data", "version": 0, "given": True}]}, "bad_request"),
        ({"card": {"id": "x", "number": "123"}}, "bad_request"),
        ({"card": {"id": str(uuid.uuid4()), "number": "12"}}, "bad_request"), ({"customer": "1"}, "bad_request"),
        ({"request": "1"}, "bad_request"), ({"at": "yesterday"}, "bad_request"),
        ({"cashier": str(uuid.uuid4())}, "forbidden"),
    ],
)  # fmt: skip
def test_hostile_data_is_refused_and_leaves_nothing(desk: Desk, members: dict[str, Any], code: str) -> None:
    error = refused(desk, "customer.create", **{"customer": str(uuid.uuid4()), "name": "Anna", **members})
    assert error.code in (code, "bad_request"), error
    assert Customer.objects.count() == 0 and CustomerEvent.objects.count() == 0


@pytest.mark.parametrize(
    "op", ["customer.create", "customer.update", "customer.card_block", "customer.card_replace"]
)
def test_a_cashier_without_the_right_does_nothing(desk: Desk, op: str) -> None:
    made = with_card(desk)
    card = made["cards"][0]["card"]
    members = {
        "customer": made["customer"],
        "name": "X",
        "card": card,
        "new": str(uuid.uuid4()),
        "number": "555",
    }
    if op == "customer.create":
        members |= {"customer": str(uuid.uuid4()), "card": None}
    stranger = str(desk.shop.cast.stranger.id)
    assert refused(desk, op, **{**members, "cashier": stranger}).code == "forbidden"
    if op.startswith("customer.card"):
        assert refused(desk, op, **members).code == "forbidden", "a cashier blocks no cards"


def manager(desk: Desk) -> str:
    return str(desk.shop.cast.manager.id)


def test_a_blocked_card_is_told_and_a_replaced_one_keeps_the_person(desk: Desk, shop: Shop) -> None:
    made, salt = with_card(desk, points=None), str(shop.store.id)
    old = made["cards"][0]["card"]
    block = act(desk, card=old, reason="lost", cashier=manager(desk))
    assert ask(desk, "customer.card_block", **block)["cards"][0]["state"] == "blocked"
    ask(desk, "customer.card_block", **block)
    ask(desk, "customer.card_block", **act(desk, card=old, reason="lost", cashier=manager(desk)))
    assert published("card")[card_key("9900001", salt)]["state"] == "blocked"
    replace = act(
        desk, card=old, new=str(uuid.uuid4()), number="9900002", reason="lost", cashier=manager(desk)
    )
    after = ask(desk, "customer.card_replace", **replace)
    assert ask(desk, "customer.card_replace", **replace) == after
    assert after["customer"] == made["customer"]
    assert {card["end"]: card["state"] for card in after["cards"]} == {"0001": "replaced", "0002": "active"}
    rows = published("card")
    assert rows[card_key("9900001", salt)] == {"card": old, "customer": made["customer"], "state": "replaced"}
    assert rows[card_key("9900002", salt)]["name"] == "Anna K."
    again = {"card": old, "new": str(uuid.uuid4()), "number": "9900003", "cashier": manager(desk)}
    assert refused(desk, "customer.card_replace", **again).code == "card_replaced"
    assert refused(desk, "customer.card_block", card=old, cashier=manager(desk)).code == "card_replaced"
    assert (
        refused(desk, "customer.card_block", card=str(uuid.uuid4()), cashier=manager(desk)).code
        == "not_found"
    )
    taken = {"card": replace["new"], "new": str(uuid.uuid4()), "number": "9900001", "cashier": manager(desk)}
    assert refused(desk, "customer.card_replace", **taken).code == "card_taken"
    assert no_findings() == []


def test_of_two_changes_the_later_one_counts_whichever_arrives_first(desk: Desk) -> None:
    made = create(desk)
    now = clock.now()
    later, earlier = clock.to_wire(now + timedelta(seconds=2)), clock.to_wire(now + timedelta(seconds=1))
    ahead = clock.to_wire(now + timedelta(days=400))
    customer = {"customer": made["customer"]}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: now + timedelta(minutes=1))
        ask(desk, "customer.update", **act(desk, at=later, email="new@example.com", **customer))
        ask(
            desk,
            "customer.update",
            **act(desk, at=earlier, email="old@example.com", phone="12345", **customer),
        )
        ask(desk, "customer.update", **act(desk, at=ahead, language="uk", **customer))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clock, "now", lambda: now + timedelta(minutes=2))
        ask(desk, "customer.update", **act(desk, at=clock.to_wire(clock.now()), language="pl", **customer))
    row = Customer.objects.get()
    assert (row.email, row.phone, row.language) == ("new@example.com", "12345", "pl")


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ({"phone": "811"}, 1), ({"phone": "0811"}, 1), ({"phone": "600 700 811"}, 1),
        ({"phone": "11"}, 0), ({"phone": "9811"}, 0),
        ({"name": "kowal"}, 1), ({"name": "ANNA kow"}, 1), ({"name": "k"}, 0),
        ({"name": "%"}, 0), ({"name": "nowak"}, 0),
        ({"card": "9900001"}, 1), ({"card": "990000"}, 0), ({"card": "9900001", "name": "nowak"}, 0), ({}, 0),
    ],
)  # fmt: skip
def test_a_customer_is_found_by_card_end_of_telephone_or_name(
    desk: Desk, wanted: dict[str, str], found: int
) -> None:
    with_card(desk)
    answer = ask(desk, "customer.find", **wanted)
    assert len(answer["customers"]) == found and answer["more"] is False
    assert "+48600700811" not in str(answer) and "9900001" not in str(answer), (
        "a list never shows a whole number"
    )


def test_guessing_card_numbers_ends_after_twenty_and_finding_goes_on_elsewhere(desk: Desk) -> None:
    with_card(desk)
    for n in range(20):
        ask(desk, "customer.find", card=f"guess{n}")
    for number in ("guess20", "9900001"):
        with pytest.raises(KasaError) as error:
            ask(desk, "customer.find", card=number)
        assert error.value.code == "too_many_tries"
    assert ask(desk, "customer.find", phone="0811")["customers"]
    assert ask(Desk.enrolled(desk.shop, 2), "customer.find", card="9900001")["customers"]


def test_the_whole_form_is_for_cashiers_who_may_and_leaves_a_trace(desk: Desk) -> None:
    made = create(desk, email="anna@example.com")
    cashier = desk.shop.cast.cashier
    found = ask(desk, "customer.find", customer=made["customer"], cashier=str(cashier.id))["customers"][0]
    assert (found["name"], found["email"], found["phone"]) == (
        "Anna Maria Kowalska",
        "anna@example.com",
        "+48600700811",
    )
    seen = CustomerEvent.objects.get(action="seen")
    assert (seen.by, seen.till, str(seen.customer_id)) == (cashier.id, desk.till, made["customer"])
    stranger = str(desk.shop.cast.stranger.id)
    organisation.employee_update(cashier, active=False)
    for who in (stranger, str(cashier.id)):
        with pytest.raises(KasaError) as error:
            ask(desk, "customer.find", customer=made["customer"], cashier=who)
        assert error.value.code == "forbidden"
    assert "email" not in ask(desk, "customer.find", customer=made["customer"])["customers"][0]


def questionnaire() -> tuple[str, str]:
    """Two groups, and a question whose answers lead into them."""
    cats, dogs = forms.group_save(name="Koty"), forms.group_save(name="Psy")
    options: list[dict[str, Any]] = [
        {"code": "cat", "labels": {"en": "Cat"}, "group": str(cats.id)},
        {"code": "dog", "labels": {"en": "Dog"}, "group": str(dogs.id)},
        {"code": "none", "labels": {"en": "None"}, "group": None},
    ]
    forms.field_save(
        code="pets", part="questionnaire", kind="choices", labels={"en": "Pets"}, options=options
    )
    return str(cats.id), str(dogs.id)


def test_answers_put_people_into_groups_and_other_answers_take_them_out(desk: Desk, shop: Shop) -> None:
    cats, dogs = questionnaire()
    made = with_card(desk, form={"pets": ["dog", "cat"]})
    assert made["groups"] == sorted([cats, dogs])
    who = uuid.UUID(made["customer"])
    mine = Act(id=uuid.uuid4(), at=clock.now(), now=clock.now())
    customers.customer_groups_set(mine, customer_id=who, groups=[uuid.UUID(cats)])
    after = ask(desk, "customer.update", **act(desk, customer=made["customer"], form={"pets": ["none"]}))
    assert after["groups"] == [cats], "what a manager did by hand stays"
    assert next(iter(published("card").values()))["groups"] == [cats]
    assert Membership.objects.get().source == "hand"
    assert published("setting")["customers"]["value"]["fields"][0]["options"][0] == {
        "code": "cat",
        "label": {"en": "Cat"},
    }
    wrongs: tuple[dict[str, Any], ...] = (
        {"pets": ["fish"]},
        {"pets": ["cat", "cat"]},
        {"pets": "cat"},
        {"pets": [{}]},
        {"pets": {"a": 1}},
    )
    for wrong in wrongs:
        assert refused(desk, "customer.update", customer=made["customer"], form=wrong).code == "bad_customer"
    assert no_findings() == []


def test_a_consent_is_kept_with_its_words_and_its_day_and_can_be_withdrawn(desk: Desk) -> None:
    for text in ("First words", "Second words"):
        forms.consent_publish(kind="data", texts={"en": text}, required=True, now=clock.now())
    made = create(desk, consents=[{"kind": "data", "version": 1, "given": True}])
    again = {"customer": made["customer"], "consents": [{"kind": "data", "version": 1, "given": True}]}
    ask(desk, "customer.update", **act(desk, **again))
    assert Consent.objects.count() == 1, "the same word twice is one"
    withdrawn = {"customer": made["customer"], "consents": [{"kind": "data", "version": 1, "given": False}]}
    ask(desk, "customer.update", **act(desk, **withdrawn))
    row = Customer.objects.get()
    assert [(one.text.version, one.given) for one in selectors.consents_now(row)] == [(1, False)]
    for table in ("loyalty_consent", "loyalty_consenttext", "loyalty_customerevent"):
        with (
            pytest.raises(Exception, match="holds facts"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"DELETE FROM {table}")
    assert ConsentText.objects.count() == 2


def test_a_first_purchase_is_told_whichever_of_receipt_and_customer_comes_first(
    desk: Desk, shop: Shop
) -> None:
    early, late = str(uuid.uuid4()), with_card(desk)["customer"]
    desk.push(desk.sale(more={"customer": late}), desk.sale(more={"customer": early}))
    posting.post_waiting(store=shop.store, now=clock.now())
    assert with_card(desk, "9900002", customer=early)["bought"] is True
    assert {row["customer"]: row["bought"] for row in published("card").values()} == {early: True, late: True}
    assert no_findings() == []


def test_who_asks_to_be_forgotten_is_forgotten_and_the_receipt_stays(desk: Desk, shop: Shop) -> None:
    questionnaire()
    made = with_card(desk, email="anna@example.com", born="1990-05-17", form={"pets": ["cat"]})
    desk.push(desk.sale(more={"customer": made["customer"]}, card="9900001"))
    who = uuid.UUID(made["customer"])
    copy = selectors.everything_about(Customer.objects.get(id=who))
    assert (
        copy["phone"] == "+48600700811"
        and copy["cards"][0]["number"] == "9900001"
        and copy["groups"] == ["Koty"]
    )
    mine = Act(id=uuid.uuid4(), at=clock.now(), now=clock.now())
    customers.customer_erase(mine, customer_id=who)
    customers.customer_erase(mine, customer_id=who)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT to_jsonb(c)::text"
            " || coalesce((SELECT string_agg(to_jsonb(e)::text, '') FROM loyalty_customerevent e), '')"
            " || coalesce((SELECT string_agg(to_jsonb(k)::text, '') FROM loyalty_card k), '')"
            " || coalesce((SELECT string_agg(coalesce(data, ''), '') FROM core_feedrow WHERE kind = 'card'), '')"
            " FROM loyalty_customer c"
        )
        left = cursor.fetchone()[0]
    for trace in ("Anna", "Kowalska", '"0811"', "600700811", "example.com", "1990-05-17", "9900001", '"cat"'):
        assert trace not in left, trace
    assert published("card") == {} and no_findings() == []
    assert desk.shop.store and ask(desk, "customer.find", name="Kowalska")["customers"] == []
    assert refused(desk, "customer.update", customer=made["customer"], name="Anna").code == "erased"
    assert with_card(desk, name="Inna Osoba")["refused"] is None, "the number is free again"


def test_a_balance_is_the_newest_word_with_its_time(desk: Desk) -> None:
    made, now = with_card(desk), clock.now()
    who = uuid.UUID(made["customer"])
    customers.points_known(customer_id=who, points=1240, at=now)
    customers.points_known(customer_id=who, points=99, at=now - timedelta(hours=1))
    row = next(iter(published("card").values()))
    assert (row["points"], row["at"]) == (1240, clock.to_wire(now))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE loyalty_customer SET name = ''",
        "UPDATE loyalty_customer SET phone = 'abc'",
        "UPDATE loyalty_card SET number = 'a b'",
        "UPDATE loyalty_customer SET points = 5",
        "UPDATE loyalty_card SET state = 'replaced'",
        "UPDATE loyalty_card SET replaced_by_id = id",
        "UPDATE loyalty_customer SET erased_at = now()",
        "UPDATE loyalty_card SET state = 'gone'",
    ],
)  # fmt: skip
def test_the_database_itself_refuses_nonsense(desk: Desk, statement: str) -> None:
    with_card(desk)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
