"""Reads untrusted JSON values field by field: what is not as described is refused as `bad_document`, by name."""

import re
from collections.abc import Mapping

from devices.errors import BridgeError


def bad(detail: str) -> BridgeError:
    return BridgeError("bad_document", detail)


def flag(raw: Mapping[str, object], key: str, default: bool, where: str) -> bool:
    value = raw.get(key, default)
    if not isinstance(value, bool):
        raise bad(f"{where}: {key} must be true or false")
    return value


def whole(value: object, low: int, high: int, what: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise bad(f"{what} must be a whole number from {low} to {high}")
    return value


def table(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise bad(f"{where} must be an object")
    return value


def only(raw: Mapping[str, object], allowed: set[str], where: str) -> None:
    # An unknown key is refused, not ignored: what we do not understand would silently be missing on the
    # paper.
    unknown = sorted(set(raw) - allowed)
    if unknown:
        raise bad(f"{where} has the unknown key {unknown[0][:40]!r}")


def matching(
    raw: Mapping[str, object], key: str, pattern: re.Pattern[str], what: str, where: str = "document"
) -> str:
    value = raw.get(key)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise bad(f"{where}: {key} must be {what}")
    return value


def choice(raw: Mapping[str, object], key: str, options: tuple[str, ...], where: str = "document") -> str:
    value = raw.get(key)
    if not isinstance(value, str) or value not in options:
        raise bad(f"{where}: {key} must be one of {', '.join(options)}")
    return value
