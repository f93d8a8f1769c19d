"""hello, pull and push: what keeps a till and its store the same."""

from datetime import timedelta
from typing import Any

from core import clock, feed
from core.errors import KasaError
from core.models import Store
from core.services.organisation import store_value
from pos import access
from pos.live.build import build
from pos.live.frames import MAX_ANSWER, RawAnswer
from pos.models import Incarnation
from pos.ops.session import Session
from pos.rules.shape import COUNT_MAX, Fields, bad
from pos.services import audience, tills
from pos.services.ingest.push import MAX_ITEMS, MAX_WANT, DeviceGone, retry_all
from pos.services.ingest.push import push as take_in

PROTOCOLS = [1]


class ProtocolUnsupported(KasaError):
    """The till speaks a version of the protocol that this server does not."""

    code = "protocol_unsupported"


class TooManyItems(KasaError):
    """A push holds more than 200 items."""

    code = "too_many_items"


def hello(session: Session, f: Fields) -> dict[str, Any]:
    """Who am I talking to, and what time is it? Remembers what the till says of itself."""
    if f.integer("protocol", 0, COUNT_MAX) not in PROTOCOLS:
        raise ProtocolUnsupported("This server speaks protocol 1.", supported=PROTOCOLS)
    running, cursor = f.text_or_none("build", 80) or "", f.text_or_none("cursor", 100) or ""
    unsent = f.integer_or_none("unsent", 0, COUNT_MAX) or 0
    theirs = f.instant("clock") if f.data.get("clock") is not None else None
    now = clock.now()
    device = Incarnation.objects.select_related("till__store__company").get(id=session.device.id)
    if device.revoked_at is not None:
        raise access.Revoked("Another device has become this till, or the manager revoked this one.")
    session.device, session.skew = device, theirs - now if theirs else None
    skew_ms = session.skew // timedelta(milliseconds=1) if session.skew is not None else None
    tills.device_seen(device.id, now=now, build=running, cursor=cursor, unsent=unsent, skew_ms=skew_ms)
    missing = device.missing.order_by("first").values_list("first", "last")[:MAX_WANT]
    till = session.till
    return {
        "server_time": clock.to_wire(now),
        "protocol": 1,
        "cursor": str(feed.head()),
        "build": build(),
        "store": store_value(session.store),
        "skew_ms": skew_ms,
        "till": {
            "id": str(till.id),
            "number": till.number,
            "inc": device.inc,
            "name": till.name,
            "kind": till.kind,
        },
        "locked": till.locked,
        "through": device.through,
        "want": [list(span) for span in missing],
    }


def pull(session: Session, f: Fields) -> RawAnswer:
    """The changes after a cursor, as many as fit one frame."""
    cursor = f.text_or_none("cursor", 200)
    limit = f.integer("limit", 1, feed.MAX_PULL) if f.data.get("limit") is not None else feed.MAX_PULL
    page, only = feed.read(cursor, limit), audience.of(session.till).only
    texts = [_text(change, only) for change in page.changes]
    fitting = _how_many_fit(texts)
    if fitting < len(texts):
        if fitting == 0:
            raise feed.CursorExpired("The next change is larger than a frame; a snapshot holds it.")
        page = feed.read(cursor, fitting)
        texts = [_text(change, only) for change in page.changes]
    session.cursor = str(page.cursor)
    more = "true" if page.more else "false"
    return RawAnswer(
        f'{{"changes":[{",".join(filter(None, texts))}],"cursor":"{page.cursor}","more":{more}}}'
    )


def _text(change: feed.Change, only: feed.Only | None) -> str:
    """The row, or nothing where it is not for this till; the cursor passes it by all the same."""
    return change.to_json() if only is None or only.has(change.kind, change.key) else ""


def _how_many_fit(texts: list[str]) -> int:
    left = MAX_ANSWER
    for count, text in enumerate(texts):
        left -= len(text.encode()) + 1
        if left < 0:
            return count
    return len(texts)


def push(session: Session, f: Fields) -> dict[str, Any]:
    """Takes in journal items."""
    items = f.data.get("items")
    if type(items) is list and len(items) > MAX_ITEMS:
        raise TooManyItems(f"A push holds at most {MAX_ITEMS} items.")
    if type(items) is not list:
        raise bad(f"{f.where}.items", f"a list of at most {MAX_ITEMS} items")
    try:
        # Read anew: the store's currency or tax mode may have changed since the socket opened.
        answer = take_in(
            store=Store.objects.select_related("company").get(id=session.store.id),
            till=session.till.id,
            device_id=session.device.id,
            items=items,
            now=clock.now(),
            skew=session.skew,
        )
    except DeviceGone as gone:
        raise access.Revoked(gone.message) from gone
    return {"acks": answer.acks, "through": answer.through, "want": answer.want}


def push_later(args: dict[str, Any]) -> dict[str, Any]:
    """The answer to a push that could not be kept: every item again, later. `through` 0 promises nothing."""
    return {"acks": retry_all(args["items"]), "through": 0, "want": []}
