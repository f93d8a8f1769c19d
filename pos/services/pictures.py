"""The customers' screen: its pictures, in the order they are shown, its greeting and its pace.

Everything a till needs to know is one setting, `second_screen` {"greeting", "seconds", "pictures": [{"sha256", "url",
"name"}]}; the bytes are fetched by name and kept by the till's service worker.
"""

import hashlib
from datetime import datetime
from typing import Any

from django.urls import reverse

from core import feed
from core.errors import KasaError
from core.models import Setting
from core.picture import checked
from core.services import organisation
from pos.models import Picture

SETTING = "second_screen"
DEFAULT: dict[str, Any] = {"greeting": "", "seconds": 8, "pictures": []}
MAX_BYTES = 2 * 1024 * 1024
MOST = 12
LEAST_SIDE, LARGEST_SIDE = 320, 4096


class TooManyPictures(KasaError):
    """A screen shows at most a dozen."""

    code = "too_many_pictures"


def value() -> dict[str, Any]:
    """The setting in force, complete also when nobody set it."""
    held = Setting.objects.filter(name=SETTING).values_list("value", flat=True).first()
    return {**DEFAULT, **(held or {})}


def picture_add(content: bytes, name: str, *, now: datetime) -> Picture:
    """Keeps a picture and shows it last; the same bytes again change nothing. Raises BadPicture, TooManyPictures."""
    found = checked(content, kibibytes=MAX_BYTES // 1024, least=LEAST_SIDE, largest=LARGEST_SIDE)
    sha256 = hashlib.sha256(content).hexdigest()
    with feed.transaction():
        setting = _locked()
        shown = setting["pictures"]
        if all(one["sha256"] != sha256 for one in shown):
            if len(shown) >= MOST:
                raise TooManyPictures(f"A screen shows at most {MOST} pictures. Take one away first.")
            url = reverse("pos_pwa:picture", args=[sha256])
            shown.append({"sha256": sha256, "url": url, "name": name[:100] or sha256[:8]})
            organisation.setting_save(SETTING, setting)
        picture, _made = Picture.objects.get_or_create(
            sha256=sha256,
            defaults={
                "name": name[:100] or sha256[:8],
                "media_type": found.media_type,
                "width": found.width,
                "height": found.height,
                "content": content,
                "added_at": now,
            },
        )
    return picture


def _locked() -> dict[str, Any]:
    """The setting, for one writer at a time."""
    Setting.objects.get_or_create(name=SETTING, defaults={"value": DEFAULT})
    held: dict[str, Any] = Setting.objects.select_for_update().get(name=SETTING).value or {}
    setting = {**DEFAULT, **held}
    return {**setting, "pictures": list(setting["pictures"])}


def picture_remove(sha256: str) -> bool:
    """Shows a picture no more and forgets it. Returns whether it was shown."""
    with feed.transaction():
        setting = _locked()
        left = [one for one in setting["pictures"] if one["sha256"] != sha256]
        gone = len(left) < len(setting["pictures"])
        if gone:
            organisation.setting_save(SETTING, {**setting, "pictures": left})
        Picture.objects.filter(sha256=sha256).delete()
    return gone


def picture_first(sha256: str) -> None:
    """Shows a picture before all others."""
    with feed.transaction():
        setting = _locked()
        shown = sorted(setting["pictures"], key=lambda one: one["sha256"] != sha256)
        organisation.setting_save(SETTING, {**setting, "pictures": shown})


def screen_change(*, greeting: str, seconds: int) -> None:
    """Sets what is said to a customer who waits, and how long each picture is shown."""
    with feed.transaction():
        organisation.setting_save(SETTING, {**_locked(), "greeting": greeting[:120], "seconds": seconds})
