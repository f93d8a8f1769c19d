"""Label scales in the back office: made, looked at, loaded by button, and what labels say of goods."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from backoffice.words_scales import REFUSALS, SETTINGS, refusal
from core import clock, jobs
from core.models import Employee, Job
from core.services import organisation
from devices.emulators.shtrih_label import ShtrihLabel
from devices.emulators.wires import UdpServer
from exchange import scales
from exchange.models import LabelGoods, LabelScale
from exchange.scales.shtrih_print.codec import REASONS
from exchange.services import sweeping
from tests.backoffice.conftest import signed_in
from tests.backoffice.shop import Shop

PAGE = "/backoffice/scales/"
LABEL = {"prefix": "21", "value": "weight", "code_digits": 5, "value_digits": 5}


def typed(shop: Shop, port: int, **values: Any) -> dict[str, Any]:
    """The form as a manager fills it in."""
    return {
        "name": "Cheese", "host": "127.0.0.1", "port": port, "groups": [str(shop.group.id)], "begins": "21",
        "alarm_minutes": 30, "active": "on", "own_password": 30, "own_places": 4000, "own_text_lines": 8,
        "own_tries": 9, "own_answer_seconds": 1.0, **values,
    }  # fmt: skip


@pytest.fixture
def made(shop: Shop, manager: Client) -> LabelScale:
    """A scale that was filled in by hand; nobody is at its address."""
    organisation.setting_save("weighed_labels", [LABEL])
    answer = manager.post(f"{PAGE}new/?driver=shtrih_print", typed(shop, 1111))
    assert answer.status_code == 302, answer.content.decode()
    return LabelScale.objects.get()


def test_an_empty_shop_says_what_to_do_and_which_kinds_there_are(shop: Shop, manager: Client) -> None:
    assert "No scale yet" in manager.get(PAGE).content.decode()
    kinds = manager.get(f"{PAGE}new/?driver=made_up").content.decode()
    assert all(f"?driver={name}" in kinds for name in scales.names()) and "not yet" in kinds


def test_the_form_keeps_what_was_typed_and_says_what_is_wrong(
    made: LabelScale, shop: Shop, manager: Client
) -> None:
    page = f"{PAGE}{made.id}/edit/"
    html = manager.get(page).content.decode()
    assert "has met no real scale yet" in html and "21 · 5 digits of the code" in html
    for values in (
        {"host": "a b"},
        {"alarm_minutes": 0},
        {"groups": ["x"]},
        {"begins": "29"},
        {"own_password": 10_000},
    ):
        assert manager.post(page, typed(shop, 1111, **values)).status_code == 422
    second = manager.post(f"{PAGE}new/?driver=shtrih_print", typed(shop, 1111, name="Second"))
    assert second.status_code == 422 and "Another scale has this address" in second.content.decode()
    assert manager.post(page, typed(shop, 1112, name="Fish")).status_code == 302
    made.refresh_from_db()
    assert (made.name, made.port, made.settings["password"]) == ("Fish", 1112, 30)


def test_every_setting_of_every_driver_has_words(made: LabelScale, manager: Client) -> None:
    for name in scales.names():
        assert set(scales.manifest(name).settings) <= set(SETTINGS)
        assert manager.get(f"{PAGE}new/?driver={name}").status_code == 200
    assert set(REASONS.values()) <= set(REFUSALS)
    assert refusal("price 131") == "The scale refuses the price (131)." and refusal("") == ""


def test_a_scale_is_loaded_read_back_and_watched(shop: Shop, manager: Client) -> None:
    organisation.setting_save("weighed_labels", [LABEL])
    device = ShtrihLabel()
    with UdpServer(device) as server:
        manager.post(f"{PAGE}new/?driver=shtrih_print", typed(shop, server.port))
        page = f"{PAGE}{LabelScale.objects.get().id}/"
        sweeping.sweep(clock.now())
        html = manager.get(page).content.decode()
        assert "Jabłka luzem" in html and "loaded" in html and "3.99" in html
        for button in ("load", "read"):
            assert manager.post(f"{page}{button}/", {"what": "everything"}).status_code == 302
            assert "data-waits-for" in manager.get(page).content.decode()
            jobs.run_waiting()
        assert [job.result for job in Job.objects.order_by("created_at")] == [
            {"done": 1, "refused": 0},
            {"read": 1, "missing": 0, "differ": 0},
        ]
        manager.post(f"{page}load/", {"what": "erase"})
        jobs.run_waiting()
    assert device.written == 3 and list(device.records) == [2001]
    table = b"".join(manager.get(f"{page}table.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "2001;2001;Jabłka luzem;3.99;kg" in table


def test_an_alarm_is_on_every_page_and_a_stop_can_be_ended(made: LabelScale, manager: Client) -> None:
    since = clock.now() - timedelta(days=1)
    LabelScale.objects.update(failing_since=since, failures=9, alarm_since=clock.now(), error="unreachable")
    assert "1 waits" in manager.get("/backoffice/").content.decode()
    assert "Alarm: went away" in manager.get(PAGE).content.decode()
    assert "Its prices may be old" in manager.get(f"{PAGE}{made.id}/").content.decode()
    LabelScale.objects.update(failing_since=None, failures=0, alarm_since=None, error="", hold=True)
    assert "Go on" in manager.get(f"{PAGE}{made.id}/").content.decode()
    manager.post(f"{PAGE}{made.id}/load/", {"what": "changes"})
    made.refresh_from_db()
    assert not made.hold and Job.objects.get().kind == "scale_load"


def test_goods_that_cannot_be_loaded_are_listed_with_the_reason(
    made: LabelScale, shop: Shop, manager: Client
) -> None:
    LabelScale.objects.update(with_pieces=True)
    html = manager.get(f"{PAGE}{made.id}/").content.decode()
    assert "Masło ekstra 200 g" in html and "need a label that carries the price" in html


def test_a_scale_is_forgotten(made: LabelScale, manager: Client) -> None:
    assert manager.post(f"{PAGE}{made.id}/remove/").status_code == 302
    assert not LabelScale.objects.exists() and manager.get(f"{PAGE}{made.id}/").status_code == 404


def test_what_labels_say_is_kept_and_every_scale_is_looked_at(
    made: LabelScale, shop: Shop, manager: Client, person_with: Callable[..., Employee]
) -> None:
    page = f"/backoffice/goods/{shop.apples.id}/label/"
    LabelScale.objects.update(seen_version=99)
    assert (
        manager.post(page, {"tare": 12, "shelf_days": 5, "text": "Apples\n\n  from  Grójec "}).status_code
        == 302
    )
    label = LabelGoods.objects.get()
    assert (label.tare, label.shelf_days, label.text) == (12, 5, "Apples\nfrom Grójec")
    made.refresh_from_db()
    assert made.seen_version == 0
    assert manager.post(page, {"tare": 70_000, "shelf_days": 5}).status_code == 422
    assert "from Grójec" in manager.get(page).content.decode()
    assert signed_in(person_with("backoffice.view", "tills.manage")).get(page).status_code == 403
