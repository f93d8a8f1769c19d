"""An emulated service behind HTTP: it parses real requests by itself, answers once, and closes, over any of the wires.

What goes wrong is switched on: silent, slow, off, the connection cut before or after a request was executed, answers
that are none. A service adds what it does with a request.
"""

import json
import urllib.parse
from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, TypeVar

from devices.emulators.endpoint import StepEndpoint, StepFaults

MAX_REQUEST = 1 << 20
WORDS = {
    200: "OK",
    201: "Created",
    202: "Accepted",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
}
JSON = "application/json; charset=utf-8"
# Answers that are none, by name.
BAD: dict[str, bytes] = {
    "html": b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>Sign in to the network</html>",
    "list": b"HTTP/1.1 200 OK\r\n\r\n[1,2,3]",
    "empty": b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
    "nan": b'HTTP/1.1 200 OK\r\n\r\n{"a":NaN}',
    "deep": b"HTTP/1.1 200 OK\r\n\r\n" + b"[" * 100_000,
    "short": b'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"ok":true}',
    "huge": b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999\r\n\r\n{}",
    "big": b'HTTP/1.1 200 OK\r\n\r\n{"a":"' + b"x" * (2 << 20) + b'"}',
    "chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFF\r\n{}",
    "headers": b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 1_000 + b"\r\n{}",
    "redirect": b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
    "no_http": b"SSH-2.0-OpenSSH_9.2\r\n",
    "odd_status": b"HTTP/1.1 999999 What\r\n\r\n{}",
}


@dataclass
class WebFaults(StepFaults[str]):
    """`cut_before`, `cut_after`, `power_after` and `status` name a request: a method and the first words of its path.

    `bad`: the next answers are of that kind. `status`: such a request is not executed and answered with that number,
    once. `going`: how many questions a document stays in progress for; negative means that it does not come to its end.
    """

    bad: str | None = None
    bad_times: int = 1
    # Which requests the bad answers are to; any where it is empty. They are executed.
    bad_to: str = ""
    status: dict[str, int] = field(default_factory=dict)
    going: int = 0


@dataclass(frozen=True)
class Request:
    method: str
    path: tuple[str, ...]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def name(self) -> str:
        return " ".join((self.method, *self.path))

    def json(self) -> Any:
        """What it carries, with its numbers as they were written; None for nothing, or for what is no JSON."""
        try:
            return json.loads(self.body, parse_float=Decimal) if self.body else None
        except ValueError:
            return None


class Refusal(Exception):
    """A request that is not carried out, with the status and the words of the answer."""

    def __init__(self, status: int, told: object) -> None:
        super().__init__(status)
        self.status = status
        self.told = told


F = TypeVar("F", bound=WebFaults)


class WebService(StepEndpoint[F]):
    # What stands before the paths of its requests.
    base: tuple[str, ...] = ()

    def __init__(self, faults: F) -> None:
        super().__init__(faults)
        # Every request that was executed, by name, in order; a test reads what really arrived.
        self.executed: list[str] = []
        self.requests: list[Request] = []

    @abstractmethod
    def serve(self, request: Request) -> tuple[int, object]:
        """The status and the JSON of the answer; bytes are sent as they are. Raises Refusal."""

    def called(self, request: Request) -> str:
        """What a fault calls a request."""
        return request.name

    def by_hand(self, words: list[str]) -> dict[str, Callable[[], object]]:
        """What may be typed at it."""
        faults = self.faults
        return {
            "silent": lambda: setattr(faults, "silent", not faults.silent),
            "off": self.switch_off,
            "on": self.switch_on,
            "hang": lambda: setattr(faults, "going", 0 if faults.going else -1),
            "bad": lambda: setattr(faults, "bad", words[1] if words[1:] and words[1] in BAD else "html"),
            "cut": lambda: setattr(faults, "cut_after", " ".join(words[1:]) or "POST"),
            "show": lambda: None,
        }

    def _read(self) -> None:
        head, mark, rest = self._input.partition(b"\r\n\r\n")
        if len(self._input) > MAX_REQUEST:
            self._hang_up()
        if not mark:
            return
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {
            name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)
        }
        size = int(headers.get("content-length", "0"))
        if len(rest) < size:
            return
        self._input = b""
        method, target, _version = first.split(" ")
        parts = urllib.parse.urlsplit(target)
        path = tuple(urllib.parse.unquote(part) for part in parts.path.strip("/").split("/") if part)
        query = dict(urllib.parse.parse_qsl(parts.query))
        self._arrived(Request(method, path[len(self.base) :], query, headers, rest[:size]))

    def _arrived(self, request: Request) -> None:
        called = self.called(request)
        if self._breaks_before(called):
            return
        wanted = next((name for name in self.faults.status if called.startswith(name)), None)
        if wanted is not None:
            self._say(self.faults.status.pop(wanted), self.unwell())
            return
        self.requests.append(request)
        try:
            status, told = self.serve(request)
        except Refusal as refusal:
            status, told = refusal.status, refusal.told
        else:
            self.executed.append(called)
        if self._breaks_after(called):
            return
        if self.faults.bad and called.startswith(self.faults.bad_to):
            self._say_badly()
        else:
            self._say(status, told)

    def unwell(self) -> object:
        """What it says with a status that was switched on."""
        return {"message": "switched on"}

    def _say_badly(self) -> None:
        self._replies += BAD[self.faults.bad or ""]
        self.faults.bad_times -= 1
        if self.faults.bad_times <= 0:
            self.faults.bad, self.faults.bad_times = None, 1
        self._cut = True

    def _say(self, status: int, told: object) -> None:
        kind, body = ("text/plain; charset=utf-8", told) if isinstance(told, bytes) else (JSON, _json(told))
        head = f"HTTP/1.1 {status} {WORDS.get(status, 'Whatever')}\r\nContent-Type: {kind}\r\n"
        self._replies += f"{head}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body
        # One answer a connection; what is said goes out before it ends.
        self._cut = True

    def _is_meant(self, wanted: int | str | None, key: int | str) -> bool:
        return wanted is not None and str(key).startswith(str(wanted))


def _json(told: object) -> bytes:
    return json.dumps(told, ensure_ascii=False, default=_plain).encode()


def _plain(value: object) -> object:
    """A number with a point as JSON writes it."""
    assert isinstance(value, Decimal)
    return float(value)
