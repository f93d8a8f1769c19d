"""Pictures of the customers' screen: what is one, who gets it, what the tills are told."""

import io
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core import clock
from core.models import FeedRow
from core.picture import BadPicture, look
from pos.models import Picture
from pos.services import pictures

KINDS = ["PNG", "JPEG", "WEBP"]


def picture(kind: str = "PNG", width: int = 640, height: int = 480, colour: int = 0, **more: Any) -> bytes:
    """A picture of one colour."""
    out = io.BytesIO()
    Image.new("RGB", (width, height), (colour, 90, 160)).save(out, kind, **more)
    return out.getvalue()


@pytest.mark.parametrize("kind", KINDS)
def test_the_header_says_kind_and_size(kind: str) -> None:
    found = look(picture(kind, 641, 487))
    assert found is not None
    assert (found.media_type, found.width, found.height) == (f"image/{kind.lower()}", 641, 487)


def test_webp_says_its_size_in_each_of_its_three_forms() -> None:
    plain, lossless = picture("WEBP", 700, 333), picture("WEBP", 700, 333, lossless=True)
    extended = picture("WEBP", 700, 333, exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00\x00\x00\x00\x00")
    sizes = [(found.width, found.height) for found in map(look, (plain, lossless, extended)) if found]
    assert sizes == [(700, 333)] * 3
    assert [data[12:16] for data in (plain, lossless, extended)] == [b"VP8 ", b"VP8L", b"VP8X"]


@given(
    st.binary(max_size=80),
    st.sampled_from([b"", b"\xff\xd8\xff", b"RIFF0000WEBPVP8 ", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"]),
)
def test_no_bytes_make_the_reader_fail(rest: bytes, start: bytes) -> None:
    found = look(start + rest)
    assert found is None or (found.width > 0 and found.height > 0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_torn_header_is_no_picture(kind: str) -> None:
    whole = picture(kind)
    assert look(whole[:12]) is None and look(b"") is None
    assert look(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>") is None


@pytest.mark.django_db
def test_the_tills_are_told_and_anybody_may_fetch_it() -> None:
    first = pictures.picture_add(picture(), "summer.png", now=clock.now())
    second = pictures.picture_add(picture("JPEG", colour=3), "sale.jpg", now=clock.now())
    pictures.picture_first(second.sha256)
    shown = pictures.value()["pictures"]
    assert [one["name"] for one in shown] == ["sale.jpg", "summer.png"]
    assert FeedRow.objects.filter(kind="setting", key="second_screen").exists()
    answer = Client().get(shown[1]["url"])
    assert answer.content == picture() and answer["Content-Type"] == "image/png"
    assert "immutable" in answer["Cache-Control"] and answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert pictures.picture_remove(first.sha256) and not pictures.picture_remove(first.sha256)
    assert Client().get(shown[1]["url"]).status_code == 404
    assert [one["name"] for one in pictures.value()["pictures"]] == ["sale.jpg"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "content",
    [b"", b"GIF89a" + b"\0" * 100, picture(width=200), picture(width=5000), b"\x89PNG\r\n\x1a\n" * 300_000],
)
def test_what_a_screen_cannot_show_is_refused(content: bytes) -> None:
    with pytest.raises(BadPicture):
        pictures.picture_add(content, "x", now=clock.now())
    assert Picture.objects.count() == 0


@pytest.mark.django_db
def test_a_dozen_is_the_most_and_the_same_picture_counts_once() -> None:
    for colour in range(pictures.MOST):
        pictures.picture_add(picture(colour=colour), f"{colour}", now=clock.now())
    pictures.picture_add(picture(colour=0), "again", now=clock.now())
    with pytest.raises(pictures.TooManyPictures):
        pictures.picture_add(picture(colour=200), "one more", now=clock.now())
    assert len(pictures.value()["pictures"]) == Picture.objects.count() == pictures.MOST
