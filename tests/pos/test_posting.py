"""Receipts become stock moves once; the audit prices them again; people decide about what was set aside."""

import uuid

import pytest
from django.db import DatabaseError, connection, transaction

from core import clock
from core.verify import CHECKS
from inventory.models import StockBalance, StockMove
from pos.headless.chain import new_id
from pos.headless.receipts import discount
from pos.models import ItemWarning, JournalItem, QuarantineResolution, Receipt, ReceiptPosting
from pos.selectors import journal
from pos.services import exceptions, posting
from tests.pos.shop import Desk, Shop, stock_refuses


def verify() -> dict[str, list[str]]:
    """The findings of every check of the tills."""
    names = [name for name, function in CHECKS.items() if function.__module__ == "pos.verify_checks"]
    assert len(names) >= 6
    return {name: found for name in names if (found := [f"{x.culprit}: {x.detail}" for x in CHECKS[name]()])}


def post(shop: Shop) -> int:
    return posting.post_waiting(store=shop.store, now=clock.now())


def test_a_sale_leaves_the_shelf_once(desk: Desk, shop: Shop) -> None:
    desk.push(desk.open_shift(), desk.sale(desk.goods(quantity=3000)), desk.sale())
    assert post(shop) == 2
    assert post(shop) == 0
    balance = StockBalance.objects.get(product=shop.milk)
    assert balance.quantity == -4000 and StockMove.objects.filter(adjustment=False).count() == 2
    assert verify() == {}


def test_what_comes_back_is_on_the_shelf_again(desk: Desk, shop: Shop) -> None:
    sale = desk.sale(desk.goods(quantity=3000))
    origin = {"receipt": sale["id"], "n": 1}
    back = desk.sale(desk.goods(quantity=1000, origin=origin), kind="return")
    assert desk.statuses(sale, back) == ["stored", "stored"]
    assert post(shop) == 2
    assert StockBalance.objects.get(product=shop.milk).quantity == -2000
    assert verify() == {}


def test_a_receipt_that_cannot_be_posted_holds_up_no_other(
    desk: Desk, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad, good = desk.sale(), desk.sale()
    desk.push(bad, good)
    stock_refuses(monkeypatch, bad)
    assert post(shop) == 1
    row = ReceiptPosting.objects.get(state="waiting")
    assert (str(row.receipt_id), row.attempts) == (bad["id"], 1) and "never" in row.last_error
    assert verify() == {}


def test_the_audit_remarks_what_the_engine_prices_otherwise(desk: Desk, shop: Shop) -> None:
    by_hand = desk.sale(desk.goods(discounts=[discount("manual", 100)]))
    plain = desk.sale()
    wrong = desk.sale(desk.goods(tax=("C", 800)))
    desk.push(by_hand, plain, wrong)
    assert post(shop) == 3
    warned = {(str(w.item.item_id), w.code) for w in ItemWarning.objects.select_related("item")}
    assert (wrong["id"], "repriced") in warned
    assert not {(by_hand["id"], "repriced"), (plain["id"], "repriced")} & warned


def test_a_quarantined_sale_of_goods_created_since_is_accepted(desk: Desk, shop: Shop) -> None:
    new_product = new_id()
    sale = desk.sale(desk.goods(product=new_product))
    desk.push(sale)
    item = JournalItem.objects.get()
    with pytest.raises(exceptions.StillBroken):
        exceptions.quarantine_accept(item, store=shop.store, by=shop.cast.manager, note="", now=clock.now())
    with connection.cursor() as cursor:
        cursor.execute(
            """INSERT INTO inventory_product
               SELECT (json_populate_record(p, json_build_object('id', %s::text, 'code', '999'))).*
               FROM inventory_product p WHERE id = %s""",
            [new_product, shop.milk.id],
        )
    exceptions.quarantine_accept(item, store=shop.store, by=shop.cast.manager, note="ok", now=clock.now())
    assert str(Receipt.objects.get().id) == sale["id"]
    assert QuarantineResolution.objects.get().action == "accepted"
    assert journal.open_exceptions(shop.store).total == 0
    with pytest.raises(exceptions.AlreadyDecided):
        exceptions.quarantine_dismiss(item, by=None, note="", now=clock.now())
    assert post(shop) == 1 and verify() == {}


def test_what_is_not_the_tills_word_is_never_accepted(desk: Desk, shop: Shop) -> None:
    forged = desk.event()
    forged["sig"] = "A" * 88
    desk.push(forged)
    with pytest.raises(exceptions.NotAcceptable):
        exceptions.quarantine_accept(
            JournalItem.objects.get(), store=shop.store, by=None, note="", now=clock.now()
        )
    exceptions.quarantine_dismiss(JournalItem.objects.get(), by=shop.cast.manager, note="x", now=clock.now())
    assert journal.open_exceptions(shop.store).total == 0


@pytest.mark.parametrize("table", ["pos_receipt", "pos_receiptline", "pos_journalitem", "pos_receiptpayment"])
def test_facts_are_neither_changed_nor_deleted(desk: Desk, table: str) -> None:
    desk.push(desk.sale())
    for statement in (f"UPDATE {table} SET id = id", f"DELETE FROM {table}"):
        with (
            pytest.raises(DatabaseError, match="holds facts"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_the_database_refuses_a_receipt_that_does_not_add_up(desk: Desk) -> None:
    desk.push(desk.sale())
    with (
        pytest.raises(DatabaseError, match="do not add up"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(
            """INSERT INTO pos_receiptpayment (receipt_id, position, method, amount)
               SELECT id, 9, 'card', 5 FROM pos_receipt""",
        )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_verify_names_the_culprit(desk: Desk) -> None:
    desk.push(desk.open_shift(), desk.sale(), desk.sale())
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in ("pos_journalitem", "pos_receiptline"):
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute("UPDATE pos_journalitem SET body = replace(body, '499', '498') WHERE seq = 2")
        cursor.execute("UPDATE pos_incarnation SET through = 1")
        cursor.execute("UPDATE pos_receiptline SET gross = 998, quantity = 2000, total = 998")
    found = verify()
    assert set(found) == {"journal_content", "journal_places", "receipts"}
    assert uuid.UUID(found["journal_content"][0].split()[2].strip(":"))
