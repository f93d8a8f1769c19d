"""The till's core against the real store server: everything it writes is stored, nothing is set aside."""

import pytest
from playwright.sync_api import Page

from tests.e2e.server import LiveStore
from tests.e2e.shop import APPLES, BEER, BREAD, MILK

from .conftest import BOOT, sell, wait

pytestmark = pytest.mark.browser


def begin(page: Page, store: LiveStore, number: int) -> None:
    page.goto(f"{store.url}/pos/")
    page.evaluate(BOOT, {"database": "core-test"})
    page.evaluate("(code) => till.enrol(code)", store.ask("code", number=number)["code"])
    wait(page, "till.status.catalogue.state === 'ready'", 60)
    page.evaluate("till.signIn('1111').then(() => till.openShift(20000))")


def held(store: LiveStore, number: int) -> tuple[dict[str, int], list[int], int]:
    found = store.ask("receipts", number=number)
    return found["states"], [row["number"] for row in found["receipts"]], len(found["seqs"])


def test_a_day_with_everything_on_it_is_stored_without_a_word(page: Page, live_store: LiveStore) -> None:
    begin(page, live_store, 161)
    sell(page, MILK, BREAD, method="cash", tendered=5000)
    page.evaluate(
        "([milk, apples]) => { till.multiply(12000); till.scan(milk); till.multiply(1250); till.scan(apples); }",
        [MILK, APPLES],
    )
    page.evaluate("till.discountLine(1, { percent: 1000, reason: 'dent' }); till.setQuantity(2, 1755)")
    sell(page, BREAD, method="card1", reference="0042")
    page.evaluate(
        "([beer]) => { till.scan(beer); till.confirmAge(); till.scan('102'); till.voidLine(null, "
        "{ reason: 'changed mind' }); }",
        [BEER],
    )
    page.evaluate("till.startPayment(); till.tender({ method: 'cash', tendered: 200 })")
    page.evaluate("till.tender({ method: 'card' }); till.finish()")
    page.evaluate("([milk]) => { till.scan(milk); till.cancelReceipt({ reason: 'no money' }); }", [MILK])
    page.evaluate(
        "till.authorise('till.discount', { pin: '9999' }).then((approval) => { till.scan('102'); "
        "till.discountReceipt({ percent: 5000, approval, reason: 'old' }); })"
    )
    sell(page)
    page.evaluate(
        "till.authorise('till.cash', { pin: '9999' }).then((approval) => till.cash('drop', "
        "{ amount: 1000, reason: 'safe', approval }))"
    )
    page.evaluate("till.xReport()")
    closed = page.evaluate(
        "till.authorise('till.z', { pin: '9999' }).then((approval) => till.closeShift({ counted: 20000, "
        "denominations: { '10000': 2 }, approval }))"
    )
    assert closed["report"]["totals"]["receipts"] == 4 and closed["report"]["totals"]["drop"] == 1000
    wait(page, "till.status.unsent === 0", 60)
    states, numbers, count = held(live_store, 161)
    assert states == {"stored": count} and numbers == [1, 2, 3, 4], states
    assert page.evaluate("till.status.troubles") == []


@pytest.mark.long
def test_a_server_killed_in_the_middle_gets_the_rest_afterwards(page: Page, live_store: LiveStore) -> None:
    begin(page, live_store, 162)
    sell(page, MILK)
    live_store.kill()
    for _ in range(3):
        sell(page, BREAD)
    live_store.start()
    wait(page, "till.status.unsent === 0", 60)
    states, numbers, count = held(live_store, 162)
    assert states == {"stored": count} and numbers == [1, 2, 3, 4]


def test_a_price_changed_in_the_back_office_is_charged_at_the_next_scan(
    page: Page, live_store: LiveStore
) -> None:
    begin(page, live_store, 163)
    live_store.ask("reprice", code="106", price=1111)
    wait(page, "till.priceCheck('106').price === 1111")
    sell(page, "106")
    live_store.ask("revoke", number=163)
    wait(page, "till.state.stopped?.code === 'revoked'")


@pytest.mark.long
def test_re_enrolling_after_revocation_begins_a_new_chain(page: Page, live_store: LiveStore) -> None:
    begin(page, live_store, 164)
    assert sell(page, MILK)["label"] == "1-164.1-1"
    wait(page, "till.status.unsent === 0", 60)
    live_store.ask("revoke", number=164)
    wait(page, "till.state.stopped?.code === 'revoked'")
    begin(page, live_store, 164)
    assert sell(page, MILK)["label"] == "1-164.2-1"
    wait(page, "till.status.unsent === 0", 60)
    states, numbers, count = held(live_store, 164)
    assert states == {"stored": count} and numbers == [1, 1]
