"""Somebody who becomes a customer while the server is away: the steps, and what the server holds afterwards."""

from playwright.sync_api import expect

from tests.e2e.server import LiveStore
from tests.e2e.shop import MILK
from tests.e2e.walks import AFTER_CODE_MS, Walk

CARD = "9900722"
# A scanner into a field, at a scanner's pace whatever the machine's load: one task for all its keys.
SCAN = """(field, code) => {
  const press = (code) =>
    field.dispatchEvent(new KeyboardEvent('keydown', { code, bubbles: true, cancelable: true }));
  for (const digit of code) { press('Digit' + digit); field.value += digit; }
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
  press('Enter');
}"""


def comes(walk: Walk) -> None:
    """Fills in the form, gets a card, buys milk, and comes back to have the card blocked. Two acts wait."""
    walk.scan(MILK)
    walk.press("F4")
    walk.at("customer-new").click()
    expect(walk.at("customer-name")).to_be_focused()
    walk.page.keyboard.type("Piotr Offline")
    walk.at("customer-phone").fill("500600722")
    walk.at("customer-phone").evaluate(SCAN, CARD)
    expect(walk.at("customer-card")).to_have_value(CARD)
    expect(walk.at("customer-phone")).to_have_value("500600722")
    walk.at("field-pets").select_option("cat")
    walk.at("customer-save").click()
    expect(walk.at("form-problem")).to_be_visible()
    walk.at("consent").check()
    walk.at("customer-save").click()
    expect(walk.at("customer-chip")).to_contain_text("Piotr O.")
    walk.pay()
    walk.scan(CARD)
    expect(walk.at("customer-chip")).to_contain_text("Piotr O.")
    walk.press("F4")
    walk.press("2")
    expect(walk.at("customer-facts")).to_have_count(0)
    walk.press("1")
    expect(walk.at("approve-pin")).to_be_focused()
    walk.page.wait_for_timeout(AFTER_CODE_MS)
    walk.enter("9999")
    expect(walk.at("customer-chip")).to_have_count(0)
    walk.scan(CARD)
    expect(walk.at("message")).to_contain_text("Piotr O.")
    expect(walk.at("customer-chip")).to_have_count(0)
    walk.press("F4")
    expect(walk.at("acts-waiting")).to_contain_text("2")


def is_known(walk: Walk, store: LiveStore) -> None:
    """The server has both acts, and the receipt bears the card."""
    expect(walk.at("acts-waiting")).to_have_count(0, timeout=30000)
    walk.press("Escape")
    assert store.ask("customer", number=CARD) == {
        "name": "Piotr Offline",
        "phone": "500600722",
        "state": "blocked",
        "groups": ["Koty"],
        "consents": [1],
    }
