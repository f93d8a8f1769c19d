"""What every driver of a label-printing scale offers, and the ways in which a scale says no."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from core.errors import KasaError
from devices.settings import Kind, Values
from exchange.scales.plu import Plu

EMPTY = "empty"


class ScaleError(KasaError):
    """A scale could not be talked to; `code` says why."""


class Unreachable(ScaleError):
    """It does not answer, or its connection broke."""

    code = "unreachable"


class Locked(ScaleError):
    """It does not take the password. It must not be tried again: scales lock themselves after some tries."""

    code = "password"


class Busy(ScaleError):
    """Somebody works at it just now; it takes the same thing a little later."""

    code = "busy"


class NotUnderstood(ScaleError):
    """It answers what makes no sense here, or refuses a command as a whole."""

    code = "not_understood"


@dataclass(frozen=True)
class Limits:
    """The largest values a protocol can carry; `places` is how many records the scale has room for."""

    places: int
    code: int
    price: int
    tare: int
    shelf_days: int


@dataclass(frozen=True)
class Manifest:
    """A driver's manifest.toml. Abilities are data: `put`, `remove`, `erase`, `read`, `text`, `prefix`, `pieces`."""

    name: str
    title: str
    quality: str
    tried_on_hardware: bool
    wire: str
    port: int
    abilities: frozenset[str]
    limits: Limits
    settings: Mapping[str, Kind]


@dataclass(frozen=True)
class Load:
    """One record to put on a scale. `text_is_there`: the scale holds its text already."""

    plu: Plu
    text_is_there: bool = False


@dataclass(frozen=True)
class Placed:
    """How the scale took the record of one place: `refused` is empty, or the reason with the scale's own number."""

    number: int
    refused: str = ""


class Conversation(Protocol):
    """One talk with one scale. Every method may raise ScaleError; each command is safe to repeat."""

    def hello(self) -> str:
        """Asks how it is: `EMPTY` when it says that it holds no goods, else an empty text."""

    def put(self, loads: Iterable[Load]) -> Iterator[Placed]:
        """Writes records, telling of each as soon as the scale has confirmed it."""

    def remove(self, number: int) -> None:
        """Frees a place; a place that is free already is as good."""

    def erase(self) -> None:
        """Forgets all goods and texts."""

    def read(self, number: int) -> dict[str, object] | None:
        """What it holds at a place, None when that is free."""

    def shows(self, plu: Plu) -> dict[str, object]:
        """What `read` answers once this record is there."""

    def close(self) -> None:
        """Ends the talk; never raises."""


class Open(Protocol):
    """A driver module's `converse`."""

    def __call__(self, host: str, port: int, values: Values, manifest: Manifest) -> Conversation:
        """Begins a talk; nothing is sent yet."""
