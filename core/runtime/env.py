"""Typed settings from environment variables.

Each helper reads one variable, refuses an odd value with a plain sentence (`SettingError`) and writes
the setting into `REGISTRY`, so that a test can require docs/administrator.md to name every one of them.
An empty variable counts as unset. This module imports neither Django nor anything of ours.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import overload
from urllib.parse import urlsplit

CLONE_DIR = Path(__file__).resolve().parents[2]
ROOT_DATA_DIR = Path("/var/lib/openkasa")

_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off"})
_NAME = re.compile(r"[A-Z][A-Z0-9_]*")
_VALUE_LIMIT = 4096


class PlainError(Exception):
    """Something a person can put right. The text is one plain sentence; no traceback is worth showing."""


class SettingError(PlainError, ValueError):
    """A setting has a value that cannot be used. The text is one plain sentence for the administrator."""


@dataclass(frozen=True)
class Setting:
    """One documented environment variable: its name, kind ("bool", "int", …), default as text and help."""

    name: str
    kind: str
    default: str
    help: str
    secret: bool = False


REGISTRY: dict[str, Setting] = {}


def _register(setting: Setting) -> None:
    """Remember the setting; two modules may ask for one name only if they mean the same thing by it."""
    if not _NAME.fullmatch(setting.name):
        raise AssertionError(f"{setting.name!r} is not a name for an environment variable")
    if not setting.help.strip():
        raise AssertionError(f"{setting.name} needs a help sentence")
    known = REGISTRY.setdefault(setting.name, setting)
    if (known.kind, known.default) != (setting.kind, setting.default):
        raise AssertionError(f"{setting.name} is declared twice with different meanings")


def _read(name: str, kind: str, default: object, help: str, *, secret: bool = False) -> str | None:
    """The variable's text without surrounding blanks, or None when it is unset or empty."""
    _register(Setting(name, kind, _as_text(default), help, secret))
    value = os.environ.get(name, "").strip()
    if not value:
        return None
    if len(value) > _VALUE_LIMIT or any(ord(letter) < 32 or ord(letter) == 127 for letter in value):
        raise SettingError(f"{name} is too long or contains control characters.")
    return value


def _as_text(default: object) -> str:
    if default is None:
        return ""
    if isinstance(default, bool):
        return "yes" if default else "no"
    if isinstance(default, (list, tuple)):
        return ",".join(str(item) for item in default)
    return str(default)


def env_bool(name: str, default: bool, help: str) -> bool:
    """True for 1, true, yes, on; False for 0, false, no, off (any case). Anything else: SettingError."""
    value = _read(name, "bool", default, help)
    if value is None:
        return default
    if value.lower() in _TRUE:
        return True
    if value.lower() in _FALSE:
        return False
    raise SettingError(f"{name} must be yes or no, not {value!r}.")


def env_int(
    name: str, default: int, help: str, *, minimum: int | None = None, maximum: int | None = None
) -> int:
    """A whole number in decimal ASCII digits, within the bounds (inclusive) when they are given."""
    value = _read(name, "int", default, help)
    if value is None:
        return default
    if not re.fullmatch(r"-?[0-9]{1,18}", value):
        raise SettingError(f"{name} must be a whole number, not {value!r}.")
    number = int(value)
    if minimum is not None and number < minimum:
        raise SettingError(f"{name} must be at least {minimum}, not {number}.")
    if maximum is not None and number > maximum:
        raise SettingError(f"{name} must be at most {maximum}, not {number}.")
    return number


@overload
def env_str(name: str, default: str, help: str, *, secret: bool = False) -> str: ...
@overload
def env_str(name: str, default: None, help: str, *, secret: bool = False) -> str | None: ...
def env_str(name: str, default: str | None, help: str, *, secret: bool = False) -> str | None:
    """Text of at most 4096 characters without control characters. `secret` keeps it out of listings."""
    value = _read(name, "text", None if secret else default, help, secret=secret)
    return default if value is None else value


def env_choice(name: str, default: str, choices: Sequence[str], help: str) -> str:
    """One of `choices`, compared without regard to case and returned as spelled in `choices`."""
    if default not in choices:
        raise AssertionError(f"{name}: the default {default!r} is not among its choices")
    value = _read(name, "one of " + ", ".join(choices), default, help)
    if value is None:
        return default
    for choice in choices:
        if choice.lower() == value.lower():
            return choice
    raise SettingError(f"{name} must be one of {', '.join(choices)}, not {value!r}.")


@overload
def env_path(name: str, default: Path, help: str) -> Path: ...
@overload
def env_path(name: str, default: None, help: str) -> Path | None: ...
def env_path(name: str, default: Path | None, help: str) -> Path | None:
    """An absolute path; `~` is expanded, a relative value is refused because services start anywhere."""
    value = _read(name, "path", default, help)
    if value is None:
        return default
    path = Path(value).expanduser()
    if not path.is_absolute():
        raise SettingError(f"{name} must be an absolute path, not {value!r}.")
    return Path(os.path.normpath(path))


@overload
def env_url(
    name: str, default: str, help: str, *, schemes: Sequence[str] = ..., secret: bool = False
) -> str: ...
@overload
def env_url(
    name: str, default: None, help: str, *, schemes: Sequence[str] = ..., secret: bool = False
) -> str | None: ...
def env_url(
    name: str,
    default: str | None,
    help: str,
    *,
    schemes: Sequence[str] = ("https", "http"),
    secret: bool = False,
) -> str | None:
    """A URL with one of `schemes`. The value is not repeated in the refusal: it may hold a password."""
    value = _read(name, "url", default, help, secret=secret)
    if value is None:
        return default
    wanted = " or ".join(f"{scheme}://…" for scheme in schemes)
    try:
        parts = urlsplit(value)
        parts.port  # noqa: B018  (reading it is what validates it)
    except ValueError as error:
        raise SettingError(f"{name} is not a valid URL ({wanted}).") from error
    if parts.scheme not in schemes or not (parts.netloc or parts.path.strip("/")) or "://" not in value:
        raise SettingError(f"{name} must be a URL like {wanted}.")
    return value


def env_list(name: str, default: Sequence[str], help: str) -> list[str]:
    """Comma-separated text; blanks around items are dropped, an empty item is refused."""
    value = _read(name, "list", list(default), help)
    if value is None:
        return list(default)
    items = [item.strip() for item in value.split(",")]
    if not all(items):
        raise SettingError(f"{name} has an empty item in its comma-separated list.")
    return items


def unknown_settings(prefix: str = "KASA_") -> list[str]:
    """Variables of the environment that look like ours but that nobody asked for: most often a typo."""
    return sorted(name for name in os.environ if name.startswith(prefix) and name not in REGISTRY)


def is_root() -> bool:
    """Whether this process may change users; the embedded database refuses to run as such a user."""
    return os.geteuid() == 0


def default_data_dir() -> Path:
    """Where data goes when KASA_DATA is unset.

    A plain user keeps it in the clone. As root the embedded database runs as a user of its own, who must
    be able to enter the folder; the clone may lie under a private folder such as /root, and opening that
    to others is not ours to do. So root's data lies under /var/lib, one folder for each clone.
    """
    if not is_root():
        return CLONE_DIR / ".data"
    mark = hashlib.sha256(str(CLONE_DIR).encode()).hexdigest()[:8]
    return ROOT_DATA_DIR / f"{CLONE_DIR.name}-{mark}"


def data_dir() -> Path:
    """The folder of everything this server keeps (database, logs, certificates); it may not exist yet."""
    path = env_path(
        "KASA_DATA",
        None,
        "Folder of everything the server keeps: database, logs, certificates. "
        "Default: .data in the clone; for root /var/lib/openkasa/<clone>-<hash>.",
    )
    return path or default_data_dir()


def ensure_data_dir() -> Path:
    """Create the data folder (0700; for root 0711, so that the database's own user can pass through it).

    Existing folders keep their modes. Raises SettingError when the folder cannot be made or written.
    """
    path = data_dir()
    if not path.is_dir():
        _make_data_dir(path)
    if not os.access(path, os.W_OK | os.X_OK):
        raise SettingError(f"The data folder {path} is not writable; set KASA_DATA to another folder.")
    return path


def _make_data_dir(path: Path) -> None:
    mode = 0o711 if is_root() else 0o700
    try:
        path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        path.mkdir(mode=mode, exist_ok=True)
    except OSError as error:
        raise SettingError(f"The data folder {path} cannot be made: {error.strerror}.") from error


def stored_secret(name: str, length: int = 50) -> str:
    """A random secret kept in `<data>/<name>` (mode 0600), made by whichever process asks first.

    The file is written completely under another name and then linked, so that two processes starting
    together agree on one value and none ever reads half of it.
    """
    path = ensure_data_dir() / name
    if not path.exists():
        draft = path.with_name(f".{name}.{os.getpid()}.{secrets.token_hex(4)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(length))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # Another process was first; its value is read below.
        finally:
            draft.unlink()
    value = path.read_text(encoding="ascii").strip()
    if len(value) < 32:
        raise SettingError(f"The secret in {path} is too short; remove the file to have a new one made.")
    return value
