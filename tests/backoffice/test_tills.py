"""Tills: created, enrolled by a code that is shown once, locked, told, revoked."""

import re
from datetime import timedelta

from django.test import Client
from django.urls import reverse

from core import clock
from core.models import Store
from pos.models import Incarnation, Till, TillCode
from pos.services import tills
from tests.backoffice.shop import Shop


def address(shop: Shop, name: str = "till") -> str:
    return reverse(f"backoffice:{name}", args=[shop.pen.till.id])


def test_a_till_is_created_with_the_next_number(shop: Shop, manager: Client) -> None:
    assert manager.get("/backoffice/tills/new/").context["form"]["number"].value() == 2
    manager.post("/backoffice/tills/new/", {"number": "2", "name": "Entrance"})
    assert Till.objects.get(number=2).name == "Entrance"
    taken = manager.post("/backoffice/tills/new/", {"number": "2", "name": "Again"})
    assert taken.status_code == 422 and taken.context["form"].errors["number"]


def test_the_code_is_shown_once_works_and_is_never_kept_readable(shop: Shop, manager: Client) -> None:
    html = manager.post(address(shop, "till_code")).content.decode()
    found = re.search(r'data-testid="till-code">([^<]+)<', html)
    assert found is not None
    assert re.fullmatch(r"[A-Z2-9]{4}-[A-Z2-9]{4}", found[1])
    assert "15 minutes" in html and "<svg" in html
    assert found[1] not in manager.get(address(shop)).content.decode()
    assert not TillCode.objects.filter(code_hash__contains=found[1].replace("-", "")).exists()
    assert (
        tills._hash(tills.plain_code(found[1]))
        == TillCode.objects.get(used_at=None, withdrawn_at=None).code_hash
    )


def test_a_code_is_never_made_by_looking(shop: Shop, manager: Client) -> None:
    assert manager.get(address(shop, "till_code")).status_code == 405
    assert not TillCode.objects.filter(used_at=None, withdrawn_at=None).exists()


def test_a_revoked_device_is_gone_and_stays_in_the_list_of_devices(shop: Shop, manager: Client) -> None:
    manager.post(address(shop, "till_revoke"))
    assert Incarnation.objects.get().revoked_at is not None
    html = manager.get(address(shop)).content.decode()
    assert "No device is enrolled." in html and "1.1" in html
    assert (
        "No device was enrolled" in manager.post(address(shop, "till_revoke"), follow=True).content.decode()
    )


def test_a_till_is_locked_and_unlocked(shop: Shop, manager: Client) -> None:
    manager.post(address(shop, "till_lock"), {"locked": "1"})
    assert Till.objects.get().locked and "Locked" in manager.get("/backoffice/tills/").content.decode()
    manager.post(address(shop, "till_lock"), {"locked": "0"})
    assert not Till.objects.get().locked


def test_only_known_commands_leave_the_server(shop: Shop, manager: Client) -> None:
    assert (
        "Sent to till 1"
        in manager.post(address(shop, "till_command"), {"name": "pull"}, follow=True).content.decode()
    )
    html = manager.post(address(shop, "till_command"), {"name": "format"}, follow=True).content.decode()
    assert "Sent to till" not in html


def test_a_message_needs_a_text(shop: Shop, manager: Client) -> None:
    assert manager.post(address(shop, "till_message"), {"text": "Bring coins"}).status_code == 302
    assert manager.post(address(shop, "till_message"), {"text": ""}).status_code == 422
    assert manager.post(address(shop, "till_rename"), {"name": ""}).status_code == 422
    manager.post(address(shop, "till_rename"), {"name": "Bakery"})
    assert Till.objects.get().name == "Bakery"


def test_the_list_says_how_each_till_is(shop: Shop, manager: Client) -> None:
    now = clock.now()
    Incarnation.objects.update(seen_at=now, unsent=0)
    assert "Online" in manager.get("/backoffice/tills/").content.decode()
    Incarnation.objects.update(seen_at=now - timedelta(minutes=42), unsent=31)
    html = manager.get("/backoffice/tills/").content.decode()
    assert "Offline" in html and "42 minutes ago" in html and "31" in html


def test_another_store_s_till_is_not_reached(shop: Shop, manager: Client) -> None:
    other = Store.objects.create(
        company=shop.store.company, number=99, name="Other", time_zone="Europe/Warsaw", pin_salt="x"
    )
    till = tills.till_create(store=other, number=1)
    for name in ("till", "till_code", "till_revoke", "till_lock"):
        target = reverse(f"backoffice:{name}", args=[till.id])
        response = manager.get(target) if name == "till" else manager.post(target)
        assert response.status_code == 404, name
