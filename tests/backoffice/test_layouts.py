"""Layouts in the back office: the list, the editor's door, publishing, going back, other people's files."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from core import clock
from core.models import FeedRow
from pos.layouts import judge
from pos.models import Layout, TillGroup
from pos.services import layouts
from tests.backoffice.shop import Shop
from tests.conftest import Cast

HOME = "/backoffice/layouts/"


def make(name: str = "Express", preset: str = "supermarket") -> Layout:
    return layouts.layout_create(body=judge.presets()[preset], name=name, by=None, now=clock.now())


def save(client: Client, layout: Layout, body: Any, revision: Any = 1) -> Any:
    data = body if isinstance(body, bytes) else json.dumps({"revision": revision, "layout": body}).encode()
    return client.post(f"{HOME}{layout.id}/save/", data, content_type="application/json")


def test_a_preset_becomes_a_layout_is_published_given_to_a_store_and_taken_back(
    manager: Client, shop: Shop, cast: Cast
) -> None:
    answer = manager.post(f"{HOME}new/", {"name": "Express", "preset": "keyboard"}, follow=True)
    layout = Layout.objects.get()
    assert answer.status_code == 200 and json.loads(layout.draft)["rows"] == "compact"
    manager.post(f"{HOME}{layout.id}/publish/", {"note": "first"})
    manager.post(f"{HOME}assign/", {"level": "store", "key": str(cast.store.id), "layout": str(layout.id)})
    row = FeedRow.objects.get(kind="layout", key=str(layout.id))
    assert row.data is not None and '"version":1' in row.data
    assert b"Sklep 1" in manager.get(HOME).content
    manager.post(f"{HOME}{layout.id}/publish/")
    manager.post(f"{HOME}{layout.id}/rollback/", {"version": "1"})
    assert list(layout.versions.order_by("version").values_list("version", flat=True)) == [1, 2, 3]
    manager.post(f"{HOME}assign/", {"level": "store", "key": str(cast.store.id), "layout": ""})
    row.refresh_from_db()
    assert row.data is None


def test_an_exported_layout_is_read_again_and_a_foreign_file_is_refused_in_words(
    manager: Client, shop: Shop
) -> None:
    layout = make()
    file = manager.get(f"{HOME}{layout.id}/export/")
    assert file["Content-Disposition"] == 'attachment; filename="layout-express.json"'

    def upload(content: bytes) -> Any:
        sent = SimpleUploadedFile("layout.json", content)
        return manager.post(f"{HOME}new/", {"name": "Copy", "preset": "factory", "file": sent})

    assert upload(file.content).status_code == 302
    assert Layout.objects.get(name="Copy").draft == layout.draft.replace('"Express"', '"Copy"')
    hostile = [b"", b"\xff", b"{}", b"[" * 100, b'{"a":1,"a":1}', b" " * (judge.MAX_BYTES + 1)]
    hostile.append(file.content.replace(b'"search"', b'"<script>"'))
    for content in hostile:
        answer = upload(content)
        assert answer.status_code == 422, content[:20]
        assert b"<script>" not in answer.content
    assert Layout.objects.count() == 2


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b'{"layout":{}}', 400),
        (b'{"revision":true,"layout":{}}', 422),
        (b'{"revision":1,"layout":{}}', 422),
        (b'{"revision":1,"layout":null}', 422),
        (b'{"revision":1.5,"layout":{}}', 400),
        (b'{"revision":1}' + b" " * judge.MAX_BYTES, 400),
    ],
)
def test_the_editor_s_door_takes_layouts_only(manager: Client, shop: Shop, body: bytes, status: int) -> None:
    layout = make()
    assert save(manager, layout, body).status_code == status
    layout.refresh_from_db()
    assert layout.revision == 1


def test_a_draft_is_kept_with_its_faults_told_and_a_second_editor_is_warned(
    manager: Client, shop: Shop
) -> None:
    layout = make()
    body = json.loads(layout.draft)
    body["columns"] = ["name", "total"]
    assert save(manager, layout, body).json() == {"revision": 2}
    assert save(manager, layout, body).status_code == 409
    body["keys"]["sale"]["F11"] = "void"
    refused = save(manager, layout, body, 2)
    assert refused.status_code == 422
    assert refused.json()["findings"][0]["code"] == "bad_key"
    published = manager.post(f"{HOME}{layout.id}/publish/", follow=True)
    assert b"cannot be published yet" in published.content and not layout.versions.exists()


def test_groups_of_tills_are_made_changed_and_dissolved(manager: Client, shop: Shop) -> None:
    till = str(shop.pen.till.id)
    manager.post(f"{HOME}groups/", {"name": "Express", "tills": [till]})
    group = TillGroup.objects.get()
    assert manager.post(f"{HOME}groups/", {"name": "Express", "tills": [till]}).status_code == 422
    manager.post(f"{HOME}groups/", {"name": "Kiosk", "tills": [till], "group": str(group.id)})
    group.refresh_from_db()
    assert group.name == "Kiosk"
    manager.post(f"{HOME}groups/", {"dissolve": str(group.id)})
    assert not TillGroup.objects.exists()
