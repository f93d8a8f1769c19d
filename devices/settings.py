"""Checks one table of the configuration file against a list of named, typed keys.

The same few kinds serve the bridge's own keys, the transports and the drivers (whose keys are data in their
manifests). Every refusal names the key and says in a sentence what would be right.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from devices.errors import ConfigError

Value = str | int | float | bool | tuple[str, ...]


@dataclass(frozen=True)
class Text:
    """Text; required unless a default is given. `None` as the checked value is never possible."""

    default: str | None = None
    max_length: int = 1_000

    def check(self, value: object) -> str | None:
        """The sentence that says what is wrong, or None when the value is right."""
        right = isinstance(value, str) and 0 < len(value) <= self.max_length and value.isprintable()
        return None if right or value == self.default else "must be a text in quotes"


@dataclass(frozen=True)
class Whole:
    low: int
    high: int
    default: int | None = None

    def check(self, value: object) -> str | None:
        right = isinstance(value, int) and not isinstance(value, bool) and self.low <= value <= self.high
        return None if right else f"must be a whole number from {self.low} to {self.high}"


@dataclass(frozen=True)
class Seconds:
    low: float
    high: float
    default: float | None = None

    def check(self, value: object) -> str | None:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        right = number and self.low <= float(str(value)) <= self.high
        return None if right else f"must be a number of seconds from {self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class Choice:
    options: tuple[str, ...]
    default: str | None = None

    def check(self, value: object) -> str | None:
        return None if value in self.options else f"must be one of {', '.join(self.options)}"


@dataclass(frozen=True)
class Flag:
    default: bool | None = None

    def check(self, value: object) -> str | None:
        return None if isinstance(value, bool) else "must be true or false"


@dataclass(frozen=True)
class TextList:
    default: tuple[str, ...] | None = None
    max_items: int = 50

    def check(self, value: object) -> str | None:
        items = value if isinstance(value, list | tuple) else [None]
        right = all(isinstance(item, str) and item.isprintable() for item in items)
        return None if right and len(items) <= self.max_items else "must be a list of texts in quotes"


Kind = Text | Whole | Seconds | Choice | Flag | TextList


class Values:
    """Checked values, read by the type the caller expects; a wrong type here is a fault of ours."""

    def __init__(self, values: Mapping[str, Value]) -> None:
        self._values = dict(values)

    def text(self, key: str) -> str:
        value = self._values[key]
        assert isinstance(value, str)
        return value

    def whole(self, key: str) -> int:
        value = self._values[key]
        assert isinstance(value, int) and not isinstance(value, bool)
        return value

    def seconds(self, key: str) -> float:
        return float(str(self._values[key]))

    def flag(self, key: str) -> bool:
        value = self._values[key]
        assert isinstance(value, bool)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._values[key]
        assert isinstance(value, tuple)
        return value


def check(table: Mapping[str, object], keys: Mapping[str, Kind], where: str) -> Values:
    """Read a table. Raises ConfigError for a missing, unknown or odd value, naming it as `where.key`."""
    unknown = sorted(set(table) - set(keys))
    if unknown:
        raise ConfigError(f"{where} has no key {unknown[0]!r}; it knows {', '.join(sorted(keys))}.")
    return Values({key: _value(table, key, kind, where) for key, kind in keys.items()})


def wrong(name: str, sentence: str) -> ConfigError:
    return ConfigError(f"{name} {sentence}.")


def _value(table: Mapping[str, object], key: str, kind: Kind, where: str) -> Value:
    value = table.get(key, kind.default)
    if value is None:
        raise wrong(f"{where}.{key}", "is missing")
    complaint = kind.check(value)
    if complaint is not None:
        raise wrong(f"{where}.{key}", complaint)
    if isinstance(value, list):
        return tuple(value)
    assert isinstance(value, str | int | float | bool | tuple)
    return value
