"""Tills: made by a manager, taken by a device with a one-time code, locked and revoked.

A code is 8 characters of a 31-letter alphabet (about 39 bits), kept as a hash, valid 15 minutes. A wrong guess
counts against every open code, because nobody knows which one was meant; after 5 a code is burned.
"""

import hashlib
import json
import re
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from core import clock, feed
from core.errors import KasaError
from core.models import Employee, Store
from pos.models import Incarnation, Till, TillCode
from pos.selectors.tills import open_codes
from pos.services import keys, till_keys

CHANNEL = "kasa_till"
# Neither 0, O, 1, I nor L: a code is read from a screen and typed by hand.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
CODE_LENGTH = 8
CODE_VALID = timedelta(minutes=15)
MAX_TRIES = 5
COMMANDS = frozenset({"lock", "unlock", "reload", "pull", "snapshot"})
MAX_MESSAGE = 500
_NOT_IN_CODE = re.compile(r"[\s\-\u2010-\u2015]")


class CodeRefused(KasaError):
    """The code is wrong, used, burned or older than 15 minutes; which of them is not told."""

    code = "bad_code"


class BadKey(KasaError):
    """The public key is not a P-256 key in JWK form."""

    code = "bad_key"


class OtherKind(KasaError):
    """The code, or the device that brought it, is for the other kind: a till is no price checker."""

    code = "other_kind"


class NumberTaken(KasaError):
    """Another till of the store has this number."""

    code = "number_taken"


class UnknownCommand(KasaError):
    """There is no such command for tills."""

    code = "unknown_command"


@dataclass(frozen=True)
class Enrolled:
    """A device that just became a till; `secret` is the cookie's value and is kept nowhere."""

    till: Till
    incarnation: Incarnation
    secret: str


def till_create(
    *, store: Store, number: int, name: str = "", kind: str = Till.Kind.TILL, now: datetime | None = None
) -> Till:
    """Creates a till or a price checker. Raises NumberTaken; a number outside 1 to 9999 is a ValidationError."""
    till = Till(
        store=store, number=number, name=name or f"Till {number}", kind=kind, created_at=now or clock.now()
    )
    with transaction.atomic():
        if Till.objects.filter(store=store, number=number).exists():
            raise NumberTaken(_("Another till already has this number."), number=number)
        till.full_clean()
        till.save()
    return till


def till_rename(till: Till, name: str) -> Till:
    """Gives a till another name."""
    till.name = name
    till.full_clean()
    till.save(update_fields=["name"])
    return till


@transaction.atomic
def till_code_make(*, till: Till, by: Employee | None, now: datetime) -> str:
    """A new one-time code, as `K7QM-2XRD`; codes made for this till before are withdrawn."""
    Till.objects.select_for_update().get(id=till.id)
    TillCode.objects.filter(till=till, used_at=None, withdrawn_at=None).update(withdrawn_at=now)
    code = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    TillCode.objects.create(
        till=till, code_hash=_hash(code), made_by=by, made_at=now, expires_at=now + CODE_VALID
    )
    return f"{code[:4]}-{code[4:]}"


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def plain_code(text: str) -> str:
    """The code as it is hashed: upper case, without blanks and dashes."""
    return _NOT_IN_CODE.sub("", text).upper()


def enrol(
    *, code: str, public_key: object, now: datetime, kind: str = Till.Kind.TILL, present: str | None = None
) -> Enrolled:
    """Makes a device the till, or the price checker, that the code was made for and revokes the device before it.

    `kind` is what the page is; `present` the cookie that the device carries already: a device that sells must not
    turn into a checker by a slip, nor the other way round. Raises BadKey, CodeRefused, OtherKind.
    """
    if (other := device_by_secret(present or "")) and other.revoked_at is None and other.till.kind != kind:
        raise OtherKind(
            "This device is enrolled as the other kind. Revoke it first.",
            number=other.till.number,
            kind=other.till.kind,
        )
    jwk = keys.clean_jwk(public_key)
    if jwk is None:
        raise BadKey("The public key is not an EC P-256 key in JWK form.")
    with feed.transaction():
        row = _take_code(plain_code(code), now)
        if row is not None:
            if row.till.kind != kind:
                # Raised inside the transaction, so the code stays good for the right page.
                raise OtherKind(
                    "This code is for the other kind.", number=row.till.number, kind=row.till.kind
                )
            return _incarnate(row.till_id, jwk, now)
    # The count of wrong guesses has committed; only then is the refusal told.
    raise CodeRefused("This code does not work. Ask the manager for a new one.")


def _take_code(code: str, now: datetime) -> TillCode | None:
    """The open code, marked as used; for a wrong one the guess is counted against all open codes."""
    # The locks are taken in one order, so that parallel guesses wait for each other and each one counts.
    rows = list(open_codes(now).select_for_update().order_by("id"))
    wanted = _hash(code)
    for row in rows:
        if secrets.compare_digest(row.code_hash, wanted):
            row.used_at = now
            row.save(update_fields=["used_at"])
            return row
    TillCode.objects.filter(id__in=[row.id for row in rows]).update(tries=F("tries") + 1)
    return None


def _incarnate(till_id: uuid.UUID, jwk: dict[str, str], now: datetime) -> Enrolled:
    till = Till.objects.select_for_update().select_related("store__company").get(id=till_id)
    living = Incarnation.objects.select_for_update().filter(till=till, revoked_at=None).first()
    if living is not None:
        _revoke(living, now)
        till_keys.publish(living)
    last = Incarnation.objects.filter(till=till).aggregate(last=Max("inc"))["last"] or 0
    secret = secrets.token_urlsafe(32)
    incarnation = Incarnation.objects.create(
        till=till, inc=last + 1, public_key=jwk, secret_hash=_hash(secret), enrolled_at=now
    )
    till_keys.publish(incarnation)
    return Enrolled(till, incarnation, secret)


def _revoke(device: Incarnation, now: datetime) -> None:
    device.revoked_at = now
    device.save(update_fields=["revoked_at"])
    _tell(device.till_id, {"revoked": device.id})


def till_revoke(till: Till, *, now: datetime) -> bool:
    """Takes the till from its present device at once; tills believe no paper of it. Returns whether there was one."""
    with feed.transaction():
        living = Incarnation.objects.select_for_update().filter(till=till, revoked_at=None).first()
        if living is None:
            return False
        _revoke(living, now)
        till_keys.withdraw(living)
    return True


def till_lock(till: Till, locked: bool) -> Till:
    """Locks or unlocks a till: an open one is told at once, any other at its next `hello`."""
    with transaction.atomic():
        Till.objects.filter(id=till.id).update(locked=locked)
        _tell(till.id, {"push": "command", "name": "lock" if locked else "unlock"})
    till.locked = locked
    return till


def till_command(till: Till | None, name: str) -> None:
    """Sends a command to one till, or to every till of this server. Raises UnknownCommand."""
    if name not in COMMANDS:
        raise UnknownCommand(f"Tills know these commands: {', '.join(sorted(COMMANDS))}.")
    if name in ("lock", "unlock"):
        for one in [till] if till else Till.objects.all():
            till_lock(one, name == "lock")
        return
    with transaction.atomic():
        _tell(till.id if till else None, {"push": "command", "name": name})


def till_message(till: Till | None, text: str) -> None:
    """Shows a text on one till, or on all of them. Long text is cut."""
    with transaction.atomic():
        _tell(till.id if till else None, {"push": "message", "text": text[:MAX_MESSAGE]})


def till_hint(push: str) -> None:
    """Hints every till of this server that something of theirs changed; it travels when the transaction commits."""
    _tell(None, {"push": push})


def _tell(till_id: uuid.UUID | None, what: dict[str, Any]) -> None:
    """Leaves word for the processes that hold the sockets; it travels when the transaction commits."""
    payload = json.dumps({"till": str(till_id) if till_id else None, **what}, ensure_ascii=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, payload])


def device_by_secret(secret: str) -> Incarnation | None:
    """The device, living or revoked, that was given this cookie."""
    if not 20 <= len(secret) <= 100:
        return None
    rows = Incarnation.objects.select_related("till__store__company")
    return rows.filter(secret_hash=_hash(secret)).first()


def device_seen(
    device_id: int, *, now: datetime, build: str, cursor: str, unsent: int, skew_ms: int | None
) -> None:
    """Remembers what a device said of itself in `hello`."""
    Incarnation.objects.filter(id=device_id).update(
        seen_at=now, build=build, cursor=cursor, unsent=unsent, skew_ms=skew_ms
    )


def devices_present(cursors: dict[int, str], now: datetime) -> None:
    """Marks the devices whose sockets are open, with the cursor each was last given."""
    with connection.cursor() as cursor:
        cursor.execute(
            """UPDATE pos_incarnation i SET seen_at = %s, cursor = coalesce(nullif(new.cursor, ''), i.cursor)
               FROM unnest(%s::bigint[], %s::text[]) AS new (id, cursor) WHERE i.id = new.id""",
            [now, list(cursors), list(cursors.values())],
        )
