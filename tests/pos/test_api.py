"""REST of the tills: who may, what is answered, and that nobody reaches another store's things."""

from typing import Any

import pytest
from django.test import Client

from core.services import organisation
from inventory.models import Product
from pos.models import JournalItem, Receipt, Till
from tests.pos.shop import Desk, Shop


@pytest.fixture
def manager(shop: Shop) -> Client:
    client = Client()
    client.force_login(shop.cast.manager, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def stranger(shop: Shop) -> Client:
    client = Client()
    client.force_login(shop.cast.stranger, backend="django.contrib.auth.backends.ModelBackend")
    return client


def post(client: Client, path: str, body: Any = None) -> Any:
    return client.post(path, body or {}, content_type="application/json")


def test_a_till_is_created_coded_locked_and_revoked(manager: Client) -> None:
    made = post(manager, "/api/v1/tills", {"number": 7, "name": "Left"})
    assert made.status_code == 201 and made.json()["device"] is None
    address = f"/api/v1/tills/{made.json()['id']}"
    assert post(manager, "/api/v1/tills", {"number": 7}).json()["code"] == "number_taken"
    code = post(manager, f"{address}/code")
    assert code.status_code == 201 and len(code.json()["code"]) == 9
    assert manager.get(address).json()["code_expires_at"]
    locked = manager.patch(address, {"locked": True, "name": "Right"}, content_type="application/json").json()
    assert locked["locked"] and locked["name"] == "Right"
    assert post(manager, f"{address}/command", {"name": "pull"}).status_code == 202
    assert post(manager, f"{address}/command", {"name": "explode"}).status_code == 400
    assert post(manager, f"{address}/revoke").status_code == 200
    assert [row["number"] for row in manager.get("/api/v1/tills").json()] == [7]


def test_receipts_shifts_and_the_journal_are_read(manager: Client, desk: Desk) -> None:
    sale = desk.sale()
    desk.push(sale, {"odd": 1})
    rows = manager.get("/api/v1/receipts", {"till": "1", "kind": "sale"}).json()["results"]
    assert [row["id"] for row in rows] == [sale["id"]] and rows[0]["label"] == "1-1.1-1"
    whole = manager.get(f"/api/v1/receipts/{sale['id']}").json()
    assert whole["lines"][0]["gross"] == 499 and whole["payments"][0]["method"] == "cash"
    assert whole["warnings"][0]["code"] == "unknown_shift"
    opened = desk.open_shift()
    desk.push(opened)
    shift = manager.get("/api/v1/shifts").json()["results"][0]
    report = manager.get(f"/api/v1/shifts/{shift['id']}").json()
    assert report["totals"]["tenders"] == {"cash": {"count": 1, "amount": 499}}
    assert report["totals"]["expected_cash"] == 20499
    aside = manager.get("/api/v1/journal", {"state": "quarantined"}).json()["results"]
    assert [row["reason"] for row in aside] == ["not_an_item"]
    address = f"/api/v1/journal/{aside[0]['id']}"
    assert manager.get(address).json()["body"] == '{"odd":1}'
    assert post(manager, address, {"action": "accept"}).json()["code"] == "not_acceptable"
    assert post(manager, address, {"action": "dismiss"}).status_code == 200
    assert post(manager, address, {"action": "dismiss"}).json()["code"] == "already_decided"


def test_a_conflict_is_explained_once(manager: Client, desk: Desk) -> None:
    sale = desk.sale()
    desk.push(sale, desk.chain.signed({**sale, "body": {**sale["body"], "card": "1"}}))
    found = manager.get("/api/v1/journal/conflicts").json()["results"][0]
    assert {entry["path"] for entry in found["diff"]} == {"body.card", "hash"}
    address = f"/api/v1/journal/conflicts/{found['id']}"
    assert post(manager, address, {"note": "A test till."}).json()["state"] == "explained"
    assert post(manager, address, {"note": "again"}).status_code == 400


READS = ["tills", "receipts", "shifts", "journal", "journal/conflicts"]


@pytest.mark.parametrize("path", READS)
def test_nobody_reads_without_the_right(stranger: Client, path: str) -> None:
    assert stranger.get(f"/api/v1/{path}").status_code == 403
    assert Client().get(f"/api/v1/{path}").status_code in (401, 403)


def test_nobody_writes_without_the_right(stranger: Client, desk: Desk) -> None:
    desk.push({"odd": 1})
    till, item = Till.objects.get(), JournalItem.objects.get()
    for path in (
        f"tills/{till.id}/code",
        f"tills/{till.id}/revoke",
        f"tills/{till.id}/command",
        f"journal/{item.id}",
    ):
        assert post(stranger, f"/api/v1/{path}").status_code == 403, path


def test_another_stores_things_are_not_found(manager: Client, desk: Desk, shop: Shop) -> None:
    desk.push(desk.open_shift(), desk.sale(), {"odd": 1})
    other = organisation.store_create(
        company=shop.cast.company, number=2, name="Sklep 2", time_zone="Europe/Warsaw"
    )
    organisation.employee_update(shop.cast.manager, store=other)
    till, receipt, item = (
        Till.objects.get(),
        Receipt.objects.get(),
        JournalItem.objects.filter(state="quarantined").get(),
    )
    for path in (f"tills/{till.id}", f"receipts/{receipt.id}", f"shifts/{desk.shift}", f"journal/{item.id}"):
        assert manager.get(f"/api/v1/{path}").status_code == 404, path
    assert manager.get("/api/v1/receipts").json()["results"] == []
    assert Product.objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        "receipts?till=99999999999999999999", "receipts?day=x", "receipts?cursor=%00", "receipts?limit=-1",
        "receipts?kind=x", "receipts/01a1ff9f-4ade-7772-a037-658e6149def1", "receipts/x", "shifts?cursor=x",
        "journal?type=%00", "journal?inc=0", "journal/99999999999999999999", "journal?item=x",
        "journal/conflicts?limit=99999",
    ],
)  # fmt: skip
def test_odd_addresses_are_refused_and_not_a_failure(manager: Client, path: str) -> None:
    assert manager.get(f"/api/v1/{path}").status_code in (200, 400, 404)
