"""Addresses that open a recorder's pictures at an instant: a template of the administrator, filled for each act.

Only http and https, and the place they lead to is fixed: gaps stand after the host alone, and what is put in is
percent-encoded. So no camera's name and no till can make an address a script or lead it elsewhere.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from urllib.parse import quote, urlsplit

from django.utils.translation import gettext as _

from core import clock
from core.errors import KasaError

NAMES = ("camera", "till", "at", "at_local", "at_unix", "at_ms")
_GAP = re.compile(r"\{([^{}]*)\}")
_PLAIN = re.compile(r"[!-~]+")


class BadAddress(KasaError):
    """An address template that cannot be used; the sentence says why."""

    code = "bad_address"


def check(template: str) -> None:
    """Raises BadAddress."""
    bare = _GAP.sub("0", template)
    for name in _GAP.findall(template):
        if name not in NAMES:
            raise BadAddress(_("There is no {%(name)s}.") % {"name": name[:40]})
    if not _PLAIN.fullmatch(bare) or any(sign in bare for sign in "{}<>\"'\\^`|"):
        raise BadAddress(_("An address has no blanks, quotes and letters beyond Latin ones."))
    try:
        parts = urlsplit(bare)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise BadAddress(_("This is no address.")) from error
    if parts.scheme not in ("http", "https") or not host:
        raise BadAddress(_("An address begins with http:// or https:// and names a host."))
    if parts.username is not None or parts.password is not None:
        raise BadAddress(_("An address has no user and no password: everybody who opens it would see them."))
    place = template.split("://", 1)[1].split("/")[0].split("?")[0].split("#")[0]
    if "{" in template.split("://", 1)[0] or "{" in place:
        raise BadAddress(_("Gaps stand after the host: what is put in must not change where it leads."))


def fill(template: str, *, at: datetime, lead_seconds: int, time_zone: str, camera: str, till: int) -> str:
    """The address of a camera's pictures at an instant, so many seconds before it."""
    begin = at - timedelta(seconds=lead_seconds)
    values: Mapping[str, str] = {
        "camera": camera or str(till),
        "till": str(till),
        "at": clock.to_wire(begin),
        "at_local": f"{clock.local(begin, time_zone):%Y-%m-%dT%H:%M:%S}",
        "at_unix": str(int(begin.timestamp())),
        "at_ms": str(int(begin.timestamp() * 1000)),
    }
    return _GAP.sub(lambda gap: quote(values[gap[1]], safe=""), template)
