"""Customers at the till: found, changed, and on the receipt. Without the server: test_offline.py."""

import pytest
from playwright.sync_api import expect

from tests.e2e.people import PERSON
from tests.e2e.shop import BEER, BREAD, MILK
from tests.e2e.walks import Walk

pytestmark = pytest.mark.browser
# Somebody whose data change here; PERSON is everybody's.
OTHER = {"name": "Jan Kowal", "phone": "+48600700922", "born": "1980-01-02", "card": "9900922"}


def last_receipt(walk: Walk, number: int) -> tuple[str | None, str | None]:
    walk.all_sent()
    bought = walk.store.ask("bought", number=number)
    return bought["customer"], bought["card"]


@pytest.mark.long
def test_a_customer_is_found_by_card_telephone_and_server_and_their_form_is_changed(walk: Walk) -> None:
    for person in (PERSON, OTHER):
        walk.store.ask("customers", **person)
    walk.begin(81)
    walk.scan(BEER)
    expect(walk.at("message")).to_contain_text("18")
    walk.press("F2")
    walk.press("Escape")
    walk.scan(PERSON["card"])
    expect(walk.at("customer-chip")).to_contain_text("Olena K.")
    expect(walk.at("message")).not_to_contain_text("18")
    walk.pay()
    expect(walk.at("customer-chip")).to_have_count(0)
    customer, card = last_receipt(walk, 81)
    assert customer == walk.store.ask("customers", **PERSON)["customer"] and card == PERSON["card"]

    walk.scan(MILK)
    walk.page.keyboard.type("0811")
    walk.press("F4")
    expect(walk.at("customer-chip")).to_contain_text("Olena K.")
    walk.press("F4")
    expect(walk.at("customer-facts")).to_contain_text("0811")
    walk.scan(BREAD)
    expect(walk.at("line")).to_have_count(2)
    walk.pay()
    customer, card = last_receipt(walk, 81)
    assert customer and card is None, "no card was shown"

    # A card issued in another store: the code is unknown until the server has answered.
    walk.scan(walk.store.ask("elsewhere", card=PERSON["card"])["card"])
    expect(walk.at("customer-chip")).to_contain_text("Olena K.")
    expect(walk.at("message")).to_be_empty()

    # The form shows what is known, and keeps what was typed when goods are scanned.
    walk.scan(OTHER["card"])
    walk.press("F4")
    walk.press("1")
    expect(walk.at("customer-name")).to_have_value(OTHER["name"])
    # However slowly a busy machine lets a scan arrive in a field: known goods are sold.
    walk.at("customer-name").focus()
    walk.press("End")
    walk.page.keyboard.type(" Nowak")
    walk.page.keyboard.type(MILK, delay=60)
    walk.press("Enter")
    expect(walk.at("line")).to_have_count(1)
    walk.press("F4")
    walk.press("1")
    expect(walk.at("customer-name")).to_have_value("Jan Kowal Nowak")
    walk.at("consent").check()
    walk.at("customer-save").click()
    expect(walk.at("customer-chip")).to_contain_text("Jan N.")
    expect(walk.at("panel")).to_have_count(0)
