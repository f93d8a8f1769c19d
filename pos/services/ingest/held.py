"""What the server holds already of a till's chain, and of the ids in a batch. Three statements."""

import json
import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection

from core.errors import KasaError
from pos.services.ingest.envelope import Element
from pos.services.ingest.gaps import Gaps


class DeviceGone(KasaError):
    """The device was revoked while its batch was on its way."""

    code = "revoked"


class Copy(NamedTuple):
    """One row of the journal, as far as a newcomer must be compared with it."""

    pk: int
    till: uuid.UUID
    item_id: uuid.UUID
    inc: int | None
    seq: int | None
    prev: str | None
    hash: str
    claimed: str | None
    state: str
    reason: str
    authentic: bool


class Device(NamedTuple):
    """One incarnation of the till and its place in the chain."""

    id: int
    inc: int
    jwk: dict[str, str]
    enrolled_at: datetime
    living: bool
    gaps: Gaps


_DEVICES = """
SELECT i.id, i.inc, i.public_key, i.enrolled_at, i.revoked_at IS NULL, i.through, i.top
FROM pos_incarnation i WHERE i.till_id = %s ORDER BY i.id FOR UPDATE
"""
_MISSING = (
    "SELECT incarnation_id, first, last FROM pos_missingrange WHERE incarnation_id = ANY(%s) ORDER BY first"
)
_COLUMNS = "id, till_id, item_id, inc, seq, prev, hash, claimed_hash, state, reason, authentic"
_BY_ID = f"""
SELECT {_COLUMNS} FROM pos_journalitem
WHERE item_id = ANY(%s) AND (till_id = %s OR state = 'stored') ORDER BY id
"""  # noqa: S608  (only constants are put in)
_BY_PLACE = f"""
SELECT {_COLUMNS} FROM pos_journalitem
JOIN unnest(%s::bigint[], %s::bigint[]) AS place (p_inc, p_seq) ON inc = p_inc AND seq = p_seq
WHERE till_id = %s ORDER BY id
"""  # noqa: S608


def require_living(devices: dict[int, Device], device_id: int) -> Device:
    """The device itself, as long as it is the till. Raises DeviceGone."""
    for device in devices.values():
        if device.id == device_id and device.living:
            return device
    raise DeviceGone("Another device has become this till, or the manager revoked this one.")


def lock_devices(till: uuid.UUID) -> dict[int, Device]:
    """The till's incarnations by `inc`, locked until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(_DEVICES, [till])
        rows = cursor.fetchall()
        cursor.execute(_MISSING, [[row[0] for row in rows]])
        missing: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for incarnation, first, last in cursor.fetchall():
            missing[incarnation].append((first, last))
    return {
        inc: Device(pk, inc, _json(jwk), enrolled, living, Gaps(through, top, missing[pk]))
        for pk, inc, jwk, enrolled, living, through, top in rows
    }


def _json(value: Any) -> dict[str, str]:
    """Django leaves jsonb as text on raw cursors."""
    return json.loads(value) if isinstance(value, str) else value  # type: ignore[no-any-return]


def copies_by_id(elements: Sequence[Element], till: uuid.UUID) -> dict[uuid.UUID, list[Copy]]:
    """Rows with one of the batch's ids: this till's own, and any that is stored."""
    found: dict[uuid.UUID, list[Copy]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_BY_ID, [[element.id for element in elements], till])
        for row in cursor.fetchall():
            copy = Copy(*row)
            found[copy.item_id].append(copy)
    return found


def copies_by_place(elements: Sequence[Element], till: uuid.UUID) -> dict[tuple[int, int], list[Copy]]:
    """This till's rows at the places of the batch's items and beside them."""
    readable = [element for element in elements if element.readable]
    places = {(one.inc, one.seq + step) for one in readable for step in (-1, 0, 1)}
    found: dict[tuple[int, int], list[Copy]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_BY_PLACE, [[inc for inc, _ in places], [seq for _, seq in places], till])
        for row in cursor.fetchall():
            copy = Copy(*row)
            assert copy.inc is not None and copy.seq is not None, "a row found by its place has one"
            found[copy.inc, copy.seq].append(copy)
    return found


def foreign_keys(till: uuid.UUID, limit: int) -> list[dict[str, str]]:
    """Public keys of the other tills' devices, the newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT public_key FROM pos_incarnation WHERE till_id <> %s ORDER BY id DESC LIMIT %s",
            [till, limit],
        )
        return [_json(row[0]) for row in cursor.fetchall()]
