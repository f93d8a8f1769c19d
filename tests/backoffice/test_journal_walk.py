"""Replaying a receipt by key in a real Chromium, forwards and backwards."""

from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from core.services import organisation
from tests.backoffice.chrome import sign_in, walk
from tests.backoffice.shop import Shop, make_shop
from tests.backoffice.test_journal import a_day, steps_of, trail
from tests.conftest import make_cast
from tests.live import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def open_shop(transactional_db: None, settings: Any) -> Shop:
    """A shop in committed rows, with a password that the server beside us can check."""
    cast = make_cast()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.PBKDF2PasswordHasher"]
    organisation.employee_update(cast.manager, password="correct horse 9")
    return make_shop(cast.store, cast.cashier, cast.manager)


def test_a_receipt_is_stepped_through_by_key(open_shop: Shop, live_kasa: LiveServer) -> None:
    day = a_day(open_shop)
    trail(open_shop.pen, open_shop, day["sale"], steps_of(open_shop))
    address = live_kasa.url + reverse("backoffice:receipt_replay", args=[day["sale"]])

    def steps(page: Page) -> None:
        sign_in(page, live_kasa.url, "marta", "correct horse 9")
        page.goto(address)
        now = page.locator("h2", has_text="Step").first
        expect(now).to_have_text("Step 1 of 10")
        for key, said in (("ArrowRight", 2), ("End", 10), ("ArrowLeft", 9), ("Home", 0), ("ArrowRight", 1)):
            page.keyboard.press(key)
            expect(now).to_have_text(f"Step {said} of 10")
            page.wait_for_load_state("load")

    walk(steps)
