"""The store's messages at a till: shown asking nothing, printed with a code that leads back to the receipt."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.shop import BREAD, MILK
from tests.e2e.walks import Walk

pytestmark = pytest.mark.browser
# The text that went with the last receipt, as its body on this till's disk has it.
PAPER = """() => new Promise((done) => {
  const open = indexedDB.open('kasa-till');
  open.onsuccess = () => {
    const all = open.result.transaction('journal').objectStore('journal').getAll();
    all.onsuccess = () => {
      open.result.close();
      done(all.result.filter(({ item }) => item.type === 'receipt').map(({ item }) => item.body.messages));
    };
  };
})"""


@pytest.mark.long
def test_messages_are_shown_asking_nothing_and_printed_with_a_code(walk: Walk) -> None:
    walk.store.ask("messages", code=MILK, on=True)
    try:
        walk.begin(84)
        walk.scan(MILK)
        expect(walk.at("message")).to_contain_text("Mind this: Mleko")
        walk.scan(BREAD)
        expect(walk.at("line")).to_have_count(2)
        walk.page.locator(".message button", has_text="+1").click()
        expect(walk.at("message")).to_have_text("Offer a bag.")
        walk.pay()
        expect(walk.at("message")).to_be_empty()
        walk.all_sent()
        said = walk.store.ask("said", number=84)
        assert re.fullmatch(r"([A-HJKMNP-Z2-9]{4}-){2}[A-HJKMNP-Z2-9]{4}", said["code"]) and said["seen"] == 2
        (paper,) = walk.page.evaluate(PAPER)
        assert [one["text"] for one in paper] == [f"Your number: {said['code']}"]
    finally:
        walk.store.ask("messages", code=MILK, on=False)
