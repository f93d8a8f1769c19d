"""What a push is answered, status by status (protocol.md section 4)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from core import clock
from pos.headless.chain import DeviceKey, Item, new_id
from pos.models import (
    ForkAlarm,
    ItemConflict,
    ItemWarning,
    JournalItem,
    MissingRange,
    Receipt,
    ReceiptLine,
    ReceiptPayment,
)
from pos.rules import bodies, receipt
from pos.services.ingest import rows
from tests.pos.shop import Desk, Shop


def test_a_right_chain_is_stored_and_projected(desk: Desk) -> None:
    opening, sale, event = desk.open_shift(), desk.sale(), desk.event()
    answer = desk.push(opening, sale, event)
    assert [ack["status"] for ack in answer.acks] == ["stored"] * 3
    assert (answer.through, answer.want) == (3, [])
    kept = Receipt.objects.get()
    assert (str(kept.id), kept.due, kept.late) == (sale["id"], 499, False)
    assert ReceiptLine.objects.get().gross == 499
    assert ReceiptPayment.objects.get().amount == 499
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_same_again_is_a_duplicate_and_changes_nothing(desk: Desk) -> None:
    items = [desk.open_shift(), desk.sale()]
    desk.push(*items)
    assert desk.statuses(*items) == ["duplicate", "duplicate"]
    assert JournalItem.objects.count() == 2


def test_twice_in_one_batch_is_stored_once(desk: Desk) -> None:
    sale = desk.sale()
    assert desk.statuses(sale, sale) == ["stored", "duplicate"]


def test_same_id_with_other_content_is_a_conflict_and_both_are_kept(desk: Desk) -> None:
    sale = desk.sale()
    other = desk.chain.signed({**sale, "body": {**sale["body"], "card": "123"}})
    desk.push(sale)
    assert desk.statuses(other) == ["conflict:conflict"]
    conflict = ItemConflict.objects.get()
    assert [entry for entry in conflict.diff if entry["path"] == "body.card"] == [
        {"path": "body.card", "first": None, "second": "123"}
    ]
    assert Receipt.objects.get().card is None
    assert desk.statuses(other) == ["conflict"]
    assert ItemConflict.objects.count() == 1 and JournalItem.objects.count() == 2


def test_content_changed_under_an_unchanged_hash_is_a_conflict(desk: Desk) -> None:
    sale = desk.sale()
    desk.push(sale)
    assert desk.statuses({**sale, "body": {**sale["body"], "total": 1}}) == ["conflict:conflict"]


def test_bad_items_are_set_aside_and_those_behind_them_stored(desk: Desk) -> None:
    stranger = DeviceKey()
    good = [desk.open_shift(), desk.sale()]
    wrong_total = desk.sale()
    wrong_total = _again(desk, wrong_total, {**wrong_total["body"], "total": 1})
    unknown = desk.sale(desk.goods(product=new_id()))
    foreign = desk.event()
    foreign["sig"] = stranger.sign(foreign["hash"])
    broken = desk.chain.signed({**desk.event(), "prev": "f" * 64})
    desk.chain.hash = broken["hash"]
    behind = desk.sale()
    answer = desk.statuses(*good, wrong_total, unknown, foreign, broken, behind)
    assert answer == [
        "stored",
        "stored",
        "quarantined:total",
        "quarantined:unknown_product",
        "quarantined:bad_signature",
        "quarantined:broken_chain",
        "stored",
    ]


def _again(desk: Desk, item: Item, body: dict[str, Any]) -> Item:
    """The head of the chain with another body, rightly hashed and signed."""
    changed = desk.chain.signed({**item, "body": body})
    desk.chain.hash = changed["hash"]
    return changed


def test_a_gap_is_wanted_and_heals(desk: Desk) -> None:
    items = [desk.open_shift(), desk.sale(), desk.sale(), desk.sale()]
    answer = desk.push(items[0], items[3])
    assert (answer.through, answer.want) == (1, [[2, 3]])
    answer = desk.push(items[2])
    assert (answer.through, answer.want) == (1, [[2, 2]])
    answer = desk.push(items[1])
    assert (answer.through, answer.want) == (4, [])
    assert not MissingRange.objects.exists()
    assert {ack["status"] for ack in answer.acks} == {"stored"}


def test_any_order_within_a_batch(desk: Desk) -> None:
    items = [desk.open_shift(), desk.sale(), desk.sale(), desk.event()]
    assert desk.statuses(*reversed(items)) == ["stored"] * 4


def test_a_late_item_that_its_follower_does_not_name_is_a_broken_chain(desk: Desk) -> None:
    first, second = desk.event(), desk.event()
    desk.push(second)
    other = desk.chain.signed({**first, "body": {**first["body"], "name": "other"}})
    assert desk.statuses(other) == ["quarantined:broken_chain"]


def test_two_rightly_signed_items_at_one_place_are_a_fork(desk: Desk) -> None:
    item = desk.event()
    desk.push(item)
    rival = desk.chain.signed({**item, "id": new_id()})
    assert desk.statuses(rival) == ["quarantined:fork"]
    alarm = ForkAlarm.objects.get()
    assert {str(alarm.first.item_id), str(alarm.second.item_id)} == {item["id"], rival["id"]}
    heir = desk.chain.signed({**desk.event(), "prev": rival["hash"], "seq": 2})
    assert desk.statuses(heir) == ["quarantined:broken_chain"]


def test_items_of_an_earlier_incarnation_are_judged_by_its_own_key(shop: Shop) -> None:
    old = Desk.enrolled(shop)
    unsent = [old.open_shift(), old.sale()]
    new = Desk.enrolled(shop)
    assert new.chain.inc == 2
    assert new.statuses(*unsent) == ["stored", "stored"]
    assert new.statuses(new.sale()) == ["stored"]
    forged = new.chain.signed({**old.event(), "inc": 1})
    assert new.statuses(forged) == ["quarantined:bad_signature"]


def test_another_tills_items_are_set_aside_and_its_own_chain_is_not_touched(shop: Shop) -> None:
    one, two = Desk.enrolled(shop, 1), Desk.enrolled(shop, 2)
    sent, unsent = one.event(), one.event()
    one.push(sent)
    answer = two.push(sent, unsent)
    assert [ack["reason"] for ack in answer.acks] == ["foreign_item", "foreign_item"]
    assert (answer.through, answer.want) == (0, [])
    assert one.statuses(unsent) == ["stored"]
    assert two.statuses(two.event()) == ["stored"]


def test_the_same_id_from_another_till_with_other_content_is_a_conflict(shop: Shop) -> None:
    one, two = Desk.enrolled(shop, 1), Desk.enrolled(shop, 2)
    item = one.event()
    one.push(item)
    assert two.statuses(two.item("event", {**item["body"], "name": "x"}, item_id=item["id"])) == [
        "conflict:conflict"
    ]


@pytest.mark.parametrize("element", [None, 5, "x", [], {}, {"id": "x"}, {"id": new_id(), "seq": "1"}])
def test_what_is_no_item_is_kept_and_blocks_nothing(desk: Desk, element: object) -> None:
    assert desk.statuses(element, desk.sale()) == ["quarantined:not_an_item", "stored"]
    assert desk.statuses(element) == ["duplicate"]


@pytest.mark.parametrize("text", ["\ud800", "e\u0301", "a\x00b"])
def test_text_that_no_database_holds_is_kept_aside(desk: Desk, text: str) -> None:
    odd = {**desk.event(), "body": {"name": "x", "data": {"t": text}}}
    assert desk.statuses(odd)[0].startswith("quarantined:")
    assert desk.statuses(odd) == ["duplicate"]


def test_unknown_incarnation_and_unknown_type(desk: Desk) -> None:
    odd = desk.item("dance", {})
    later = desk.chain.signed({**desk.event(), "inc": 9})
    assert desk.statuses(odd, later) == ["quarantined:unknown_type", "quarantined:unknown_incarnation"]


def test_clocks(desk: Desk) -> None:
    now = clock.now()
    body = desk.event()["body"]
    desk.chain.seq, desk.chain.hash = 0, "0" * 64
    future = desk.item("event", body, at=now + timedelta(hours=49))
    soon = desk.item("event", body, at=now + timedelta(hours=47))
    before = desk.item("event", body, at=now - timedelta(hours=49))
    assert desk.statuses(future, soon, before) == ["quarantined:clock_off", "stored", "quarantined:clock_off"]
    assert desk.statuses(desk.event(), skew=timedelta(hours=49)) == ["quarantined:clock_off"]
    assert desk.statuses(desk.event(), skew=timedelta(hours=47)) == ["stored"]


def test_a_till_that_was_offline_for_days_is_no_fault(shop: Shop) -> None:
    desk = Desk.enrolled(shop, ago=timedelta(days=30))
    assert desk.statuses(desk.item("event", desk.event()["body"], at=clock.now() - timedelta(days=5))) != []
    desk = Desk.enrolled(shop, 2, ago=timedelta(days=30))
    item = desk.item("event", {"name": "x", "data": {}}, at=clock.now() - timedelta(days=5))
    assert desk.statuses(item) == ["stored"]


def test_a_receipt_for_a_closed_shift_is_kept_and_late(desk: Desk) -> None:
    items = [desk.open_shift(), desk.sale(), desk.item("shift", desk.shift_body("close"))]
    desk.push(items[0], items[2])
    assert desk.statuses(items[1]) == ["stored"]
    assert Receipt.objects.get().late
    assert ItemWarning.objects.get().code == "late"


def test_the_number_of_statements_does_not_depend_on_the_batch(desk: Desk, count_sql: Any) -> None:
    desk.push(desk.open_shift())
    counts = []
    for size in (2, 20, 100):
        batch = [desk.sale() for _ in range(size)]
        with count_sql() as counter:
            desk.push(*batch)
        counts.append(counter.count)
    assert len(set(counts)) == 1 and counts[0] <= 30, counts


def test_what_only_the_database_or_a_fault_of_ours_refuses_blocks_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    honest, wrong, faulty, behind = desk.sale(), desk.sale(), desk.event("explode"), desk.sale()
    wrong = desk.chain.signed({**wrong, "body": {**wrong["body"], "total": 1}})
    faulty = desk.chain.signed({**faulty, "prev": wrong["hash"]})
    behind = desk.chain.signed({**behind, "prev": faulty["hash"]})
    monkeypatch.setattr(receipt, "check", lambda *_args, **_more: None)
    real = rows.Rows._event

    def failing(self: rows.Rows, one: Any, body: Any) -> None:
        if body.name == "explode":
            raise ZeroDivisionError
        real(self, one, body)

    monkeypatch.setitem(rows._WRITERS, bodies.EventBody, failing)
    assert desk.statuses(honest, wrong, faulty, behind) == [
        "stored",
        "quarantined:refused_by_server",
        "quarantined:refused_by_server",
        "stored",
    ]
    assert Receipt.objects.count() == 2
