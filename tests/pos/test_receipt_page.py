"""The customer's page of one receipt: opened by its code alone, showing nothing else, guessable by nobody."""

import base64
import uuid

import pytest
from django.test import Client

from pos import public
from pos.headless.receipts import cash, paid, receipt
from pos.models import Receipt
from pos.selectors.public_receipts import receipt_by_token, token_of
from tests.pos.shop import Desk, Shop


@pytest.fixture(autouse=True)
def fresh_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public, "limit", public.Limit(public.PER_MINUTE))


def sold(desk: Desk, **fields: object) -> tuple[Receipt, str]:
    """A stored receipt and its code, as the till would make it."""
    item = desk.sale(desk.goods(quantity=3000), payments=[cash(1497)], **fields)
    desk.push(item)
    return Receipt.objects.get(id=item["id"]), token_of(uuid.UUID(item["id"]), item["sig"])


def test_the_code_opens_that_receipt_and_tells_nobody_else(desk: Desk, shop: Shop) -> None:
    receipt, token = sold(desk, card="4000123")
    other, _token = sold(desk)
    answer = Client().get(f"/r/{token}")
    page = answer.content.decode()
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"] and answer["Referrer-Policy"] == "no-referrer"
    assert "default-src 'none'" in answer["Content-Security-Policy"] and "Set-Cookie" not in answer
    assert "1-1.1-1" in page and receipt.lines.get().name in page and "14.97" in page
    assert "1-1.1-2" not in page and "4000123" not in page and str(receipt.id) not in page
    assert (
        Client().get(f"/r/{token}", headers={"accept-language": "uk"}).content.decode().count('lang="uk"')
        == 1
    )
    assert receipt_by_token(token) == receipt != other
    assert Client().post(f"/r/{token}").status_code == 405


def test_points_stand_on_the_page_as_on_the_paper(desk: Desk, shop: Shop) -> None:
    body = receipt(desk.heading(), [desk.goods()], [paid("bonus", 100), cash(399)])
    body |= {"customer": str(uuid.uuid4()), "bonus": {"earned": 39, "redeemed": 100, "hold": None}}
    item = desk.item("receipt", body)
    desk.push(item)
    page = Client().get(f"/r/{token_of(uuid.UUID(item['id']), item['sig'])}").content.decode()
    assert ">Points</th><td>PLN\xa01.00" in page and ">Points earned</th><td>PLN\xa00.39" in page


def test_what_has_not_arrived_and_what_is_wrong_look_the_same(desk: Desk, shop: Shop) -> None:
    receipt, token = sold(desk)
    held = base64.urlsafe_b64decode(token + "=")
    flipped = base64.urlsafe_b64encode(held[:-1] + bytes([held[-1] ^ 1])).decode().rstrip("=")
    waiting = token_of(uuid.uuid4(), "x")
    wrong = [flipped, waiting, "x" * 43, token[:-1], token + "A", str(receipt.id), "é" * 43, "-" * 43]
    pages = {Client().get(f"/r/{text}").content for text in wrong}
    assert len(pages) == 1 and [receipt_by_token(text) for text in wrong] == [None] * len(wrong)
    assert Client().get(f"/r/{flipped}").status_code == 404
    # The last character carries two bits that mean nothing; only one spelling of a code is right.
    twins = [token[:-1] + last for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"]
    assert [text for text in twins if receipt_by_token(text)] == [token]


def test_one_address_may_not_try_codes_by_the_thousand(desk: Desk, shop: Shop) -> None:
    _receipt, token = sold(desk)
    answers = [Client().get(f"/r/{'x' * 43}").status_code for _ in range(public.PER_MINUTE + 1)]
    assert answers == [404] * public.PER_MINUTE + [429]
    assert Client().get(f"/r/{token}").status_code == 429
    assert Client(REMOTE_ADDR="10.0.0.9").get(f"/r/{token}").status_code == 200


def test_the_limit_forgets_and_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(public, "_REMEMBERED", 3)
    limit = public.Limit(2)
    assert [limit.allows("a", now) for now in (0, 1, 2, 60)] == [True, True, False, True]
    for address in "bcde":
        limit.allows(address, 61)
    assert limit.allows("a", 62) and limit.allows("a", 63) and not limit.allows("a", 64)
