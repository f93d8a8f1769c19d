"""What the store allows when goods come back, as the manager sets it and the tills read it."""

import json
from collections.abc import Callable
from typing import Any

from django.test import Client

from core.models import Employee, FeedRow, Setting
from tests.backoffice.conftest import signed_in


def rules() -> Any:
    return Setting.objects.get(name="returns").value


def test_the_rules_for_returns_are_saved_and_reach_the_tills(manager: Client) -> None:
    address = "/backoffice/settings/returns/"
    assert "100" in manager.get(address).content.decode()
    good = {"days": "14", "blind_days": "60", "blind_limit": "50,00", "exchange": "on"}
    good |= {"paper": "on", "paper_limit": "120,50"}
    assert manager.post(address, good).status_code == 302
    assert rules() == {
        "days": 14,
        "blind_days": 60,
        "blind_limit": 5000,
        "exchange": "net",
        "paper": "on",
        "paper_limit": 12050,
    }
    row = FeedRow.objects.get(kind="setting", key="returns")
    assert json.loads(str(row.data))["value"] == rules()
    assert manager.post(address, {**good, "exchange": "", "paper": ""}).status_code == 302
    assert (rules()["exchange"], rules()["paper"]) == ("off", "off")
    no_sums = ({"blind_limit": "-1"}, {"blind_limit": "1e9"}, {"paper_limit": ""})
    for wrong in ({"days": "0"}, {"blind_days": "x"}, *no_sums):
        assert manager.post(address, {**good, **wrong}).status_code == 422


def test_only_who_may_edit_settings_sees_them(person_with: Callable[..., Employee]) -> None:
    client = signed_in(person_with("backoffice.view"))
    assert client.get("/backoffice/settings/returns/").status_code == 403
