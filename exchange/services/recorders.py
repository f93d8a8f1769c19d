"""Writes of recorders: settings that hold together, places, tests."""

import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils.translation import gettext as _

from core import clock
from core.constraints import explained
from core.errors import KasaError
from core.models import Store
from devices.transports.http import LOOPBACK
from exchange.models import Recorder, RecorderState, RecorderTill
from exchange.models.recorders import WEBHOOK
from exchange.video import templates, time_address
from exchange.video.kinds import BY_CODE
from exchange.video.reading import last_item
from exchange.video.text import mark

MOST_RECORDERS = 16


class BadRecorder(KasaError):
    """A setting of a recorder that cannot be; `field` names it."""

    code = "bad_recorder"


@transaction.atomic
def recorder_save(
    recorder: Recorder | None,
    *,
    store: Store,
    tills: Mapping[uuid.UUID, tuple[bool, str]],
    **values: Any,
) -> Recorder:
    """Adds or changes a recorder; `tills` says for each whether it is watched, and its camera. Raises BadRecorder.

    A recorder that is new, or is switched on again, is told of what happens from now on.
    """
    row = recorder or Recorder(store=store)
    begins = recorder is None or (values.get("active", row.active) and not row.active)
    for name, value in values.items():
        setattr(row, name, value)
    _check(row)
    if recorder is None and Recorder.objects.filter(store=store).count() >= MOST_RECORDERS:
        raise BadRecorder(_("There are %(n)d recorders already.") % {"n": MOST_RECORDERS})
    row.version = row.version + 1 if recorder else 1
    with explained(_refusal):
        row.save(force_insert=recorder is None)
    RecorderTill.objects.filter(recorder=row).delete()
    RecorderTill.objects.bulk_create(
        RecorderTill(recorder=row, till_id=pk, watched=watched, camera=camera)
        for pk, (watched, camera) in tills.items()
        if camera or watched != row.all_tills
    )
    if begins:
        fresh = {"low": last_item(), "places": {}}
        RecorderState.objects.update_or_create(recorder=row, defaults=fresh)
    return row


def recorder_remove(recorder: Recorder) -> None:
    """Forgets a recorder and how it was."""
    recorder.delete()


def recorder_test(recorder: Recorder) -> None:
    """Asks the sender for a test message; it goes the way that acts go."""
    RecorderState.objects.filter(recorder=recorder).update(test_asked_at=clock.now())


def recorder_check(recorder: Recorder) -> None:
    """Refuses settings that do not hold together, without keeping them. Raises BadRecorder."""
    _check(recorder)


def _check(row: Recorder) -> None:
    unknown = [code for code in row.kinds if code not in BY_CODE]
    if not row.kinds or unknown:
        raise BadRecorder(_("Choose what it is told of."), field="kinds")
    for name, work in (
        ("start_mark", lambda: mark(row.start_mark)),
        ("end_mark", lambda: mark(row.end_mark)),
        ("time_url", lambda: time_address.check(row.time_url) if row.time_url else None),
    ):
        _at(name, work)
    for code, template in row.templates.items():
        if code not in BY_CODE:
            raise BadRecorder(_("Choose what it is told of."), field="kinds")
        _at(f"template_{code}", lambda text=template: templates.check(text))
    if row.width and not 16 <= row.width <= 200:
        raise BadRecorder(_("A line has 16 to 200 characters, or 0 for any number."), field="width")
    if row.kind == WEBHOOK:
        # A row that the database refuses stands in its log, so a secret must not get as far as that.
        if not 16 <= len(row.secret) <= 128 or not row.secret.isprintable():
            raise BadRecorder(_("A secret has 16 to 128 characters."), field="secret")
        _check_url(row.url)
    elif row.secret:
        raise BadRecorder(_("Only a webhook has a secret."), field="secret")


def _at(field: str, work: Any) -> None:
    try:
        work()
    except KasaError as error:
        raise BadRecorder(error.message, field=field) from error


def _check_url(url: str) -> None:
    """A webhook goes over HTTPS, or stays on this machine."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError as error:
        raise BadRecorder(_("This is no address."), field="url") from error
    if parts.scheme not in ("https", "http") or not host or (parts.scheme == "http" and host not in LOOPBACK):
        raise BadRecorder(_("A webhook's address begins with https://."), field="url")
    if (
        parts.username is not None
        or parts.fragment
        or not (url.isascii() and url.isprintable())
        or " " in url
    ):
        raise BadRecorder(_("A webhook's address has no user, password or #."), field="url")


def _refusal(constraint: str) -> KasaError | None:
    if constraint == "recorder_name_is_unique":
        return BadRecorder(_("Another recorder has this name."), field="name")
    if constraint == "recorder_port_of_ours_is_unique":
        return BadRecorder(_("Another recorder calls this port already."), field="port")
    if constraint == "recorder_address_is_of_its_kind":
        return BadRecorder(_("Give the address that this kind of recorder needs."), field="host")
    if constraint == "recorder_port_of_ours_is_free_to_take":
        return BadRecorder(_("Choose a port from 1024 on."), field="port")
    return None
