"""The customers' screen in the settings: greeting, pace, pictures by upload."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pos.services import pictures
from tests.conftest import Cast
from tests.pos.test_pictures import picture

PAGE = "/backoffice/settings/screen/"
ADD = PAGE + "pictures/"


def upload(client: Client, content: bytes, name: str = "a.png") -> Any:
    return client.post(ADD, {"file": SimpleUploadedFile(name, content)})


def test_greeting_and_pace_are_kept(cast: Cast, manager: Client) -> None:
    assert manager.post(PAGE, {"greeting": "Dzień dobry!", "seconds": "12"}).status_code == 302
    assert pictures.value() == {"greeting": "Dzień dobry!", "seconds": 12, "pictures": []}
    assert manager.post(PAGE, {"greeting": "", "seconds": "1"}).status_code == 422


def test_a_picture_is_shown_put_first_and_taken_away(cast: Cast, manager: Client) -> None:
    assert upload(manager, picture(), "one.png").status_code == 302
    assert upload(manager, picture("JPEG"), "two.jpg").status_code == 302
    one, two = (shown["sha256"] for shown in pictures.value()["pictures"])
    html = manager.get(PAGE).content.decode()
    assert f"/pos/pictures/{one}" in html and 'alt="two.jpg"' in html
    manager.post(f"{ADD}change/", {"picture": two, "do": "first"})
    assert [shown["sha256"] for shown in pictures.value()["pictures"]] == [two, one]
    manager.post(f"{ADD}change/", {"picture": two, "do": "remove"})
    assert [shown["sha256"] for shown in pictures.value()["pictures"]] == [one]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", picture(width=100)])
def test_what_is_no_picture_is_refused_beside_its_field(cast: Cast, manager: Client, content: bytes) -> None:
    answer = upload(manager, content)
    assert answer.status_code == 422 and answer.context["upload"].errors["file"]
    assert pictures.value()["pictures"] == []


def test_a_body_that_is_too_large_is_refused_unread(cast: Cast, manager: Client) -> None:
    answer = upload(manager, b"\x89PNG\r\n\x1a\n" + bytes(pictures.MAX_BYTES + 100_000))
    assert answer.status_code == 400 and pictures.value()["pictures"] == []
