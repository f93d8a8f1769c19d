"""Questions and answers in JSON over HTTP: what is sent is exact, what comes is read value by value and never trusted.

Whatever is not as a service describes it is a TransportError like a damaged frame: the answer may stand for something
that has happened.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import NoReturn

from devices.drivers.conversation import Conversation
from devices.errors import TransportError
from devices.transports import HttpTransport

# What a fiscal memory counts fits in sixteen digits.
MAX_NUMBER = 10**16
MAX_TEXT = 500
MAX_SECRET = 4_000
SECRET = re.compile(r"[!-~]*")
PLAIN_NUMBER = re.compile(r"-?[0-9]{1,16}(?:\.[0-9]{1,6})?")


class Reading:
    """A JSON object of somebody else. A key that is missing, or null, is None; one of another type is a bad answer."""

    def __init__(self, values: Mapping[str, object], who: str) -> None:
        self._values = values
        self._who = who

    def __contains__(self, key: str) -> bool:
        return self._values.get(key) is not None

    def text(self, key: str) -> str | None:
        value = self._values.get(key)
        if value is None:
            return None
        return shown(value) if isinstance(value, str) else self._bad(key)

    def secret(self, key: str) -> str:
        """A token, to the letter. It is never shown, and fits into a header."""
        value = self._values.get(key)
        right = isinstance(value, str) and 0 < len(value) <= MAX_SECRET and SECRET.fullmatch(value)
        return str(value) if right else self._bad(key)

    def whole(self, key: str) -> int | None:
        value = self._values.get(key)
        if value is None:
            return None
        right = isinstance(value, int) and not isinstance(value, bool) and abs(value) < MAX_NUMBER
        return int(str(value)) if right else self._bad(key)

    def flag(self, key: str) -> bool | None:
        value = self._values.get(key)
        return value if value is None or isinstance(value, bool) else self._bad(key)

    def truth(self, key: str) -> bool | None:
        """A truth, or the text of one."""
        value = self._values.get(key)
        return (
            self.flag(key)
            if not isinstance(value, str)
            else {"true": True, "false": False}.get(value.lower())
        )

    def hundredths(self, key: str) -> int | None:
        """A number such as 12.3, or the text of one, as 1230; money, or a percent."""
        value = self._values.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
            self._bad(key)
        found = hundredths(str(value))
        return self._bad(key) if found is None else found

    def moment(self, key: str) -> datetime | None:
        """An instant; one without an offset is taken for the bridge's wall time."""
        value = self.text(key)
        if value is None:
            return None
        try:
            return datetime.fromisoformat(value).astimezone()
        except (ValueError, OverflowError):
            self._bad(key)

    def table(self, key: str) -> "Reading":
        """An object in it; an empty one when it is missing."""
        value = self._values.get(key)
        if value is not None and not isinstance(value, dict):
            self._bad(key)
        return Reading(value or {}, self._who)

    def tables(self, key: str) -> list["Reading"]:
        value = self._values.get(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self._bad(key)
        return [Reading(one if isinstance(one, dict) else self._bad(key), self._who) for one in value]

    def texts(self, key: str) -> list[str]:
        value = self._values.get(key)
        return [shown(one) for one in value if isinstance(one, str)] if isinstance(value, list) else []

    def needed(self, key: str) -> str:
        """A text that every answer of this kind has."""
        return self.text(key) or self._bad(key)

    def _bad(self, key: str) -> NoReturn:
        raise TransportError(f"{self._who} answers with no right value of {key}", touched=True)


@dataclass(frozen=True)
class Answer:
    status: int
    told: Reading

    @property
    def right(self) -> bool:
        return 200 <= self.status < 300


class Web(Conversation[HttpTransport]):
    """Asks in JSON. A service adds its headers; secrets stand in them and in bodies, and nowhere else."""

    def headers(self) -> Mapping[str, str]:
        return {}

    def ask(
        self,
        method: str,
        target: str,
        body: object = None,
        seconds: float | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """An answer of any status; a list stands under `results`, null is an empty object.

        Raises TransportError where none came, or one that is no JSON.
        """
        sent = {**self.headers(), **(headers or {})}
        data = b"" if method == "PUT" else None
        if body is not None:
            data, sent["Content-Type"] = dump(body), "application/json"
        reply = self.wire.ask(method, target, seconds or self.answer_seconds, data, sent)
        return Answer(reply.status, Reading(self._parsed(reply.body), self.wire.name))

    def _forget(self) -> None:
        """Nothing is ever half read."""

    def _parsed(self, body: bytes) -> Mapping[str, object]:
        if not body.strip():
            return {}
        try:
            found = json.loads(body, parse_float=Decimal, parse_constant=_no_number)
        except (ValueError, RecursionError, InvalidOperation) as error:
            raise TransportError(f"{self.wire.name} answers what is no JSON", touched=True) from error
        found = {} if found is None else {"results": found} if isinstance(found, list) else found
        if not isinstance(found, dict):
            raise TransportError(f"{self.wire.name} answers what is no JSON object", touched=True)
        return found


def dump(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def decimal(minor: int, places: int = 2) -> str:
    """1230 -> "12.30"."""
    whole, part = divmod(minor, 10**places)
    return f"{whole}.{part:0{places}d}"


def number(minor: int, places: int = 2) -> float:
    """1230 -> 12.3, which JSON writes as it is: up to fifteen digits a float's shortest text is the decimal itself."""
    return float(decimal(minor, places))


def quantity(thousandths: int) -> str:
    """1250 -> "1.25", 2000 -> "2"."""
    return decimal(thousandths, 3).rstrip("0").rstrip(".")


def hundredths(text: str) -> int | None:
    """ "23.00" -> 2300; None for what is no number, or has a part of a hundredth."""
    if not PLAIN_NUMBER.fullmatch(text):
        return None
    found = Decimal(text) * 100
    return int(found) if found == int(found) else None


def shown(text: str) -> str:
    """Words of a service for a log and a screen: one line, not endless."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())[:MAX_TEXT]


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)
