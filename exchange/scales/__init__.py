"""Label-printing scales: one folder each with driver.py, codec.py, manifest.toml and README.md.

A driver is known by its folder; nothing else has to be edited to add one. A folder whose `wire` is `file` has no
driver.py: its goods are downloaded as a table.
"""

import importlib
import tomllib
from functools import cache
from pathlib import Path
from typing import Any, cast

from devices.drivers import setting_kind
from devices.errors import ConfigError
from devices.settings import Values, check
from exchange.scales.contract import Conversation, Limits, Manifest, Open

HERE = Path(__file__).parent


@cache
def names() -> tuple[str, ...]:
    """The drivers that exist, by folder name."""
    return tuple(sorted(path.parent.name for path in HERE.glob("*/manifest.toml")))


@cache
def manifest(name: str) -> Manifest:
    """A driver's manifest. Raises ConfigError for a name that has no folder."""
    if name not in names():
        raise ConfigError(f"There is no driver {name!r}; the drivers are {', '.join(names())}.")
    raw: dict[str, Any] = tomllib.loads((HERE / name / "manifest.toml").read_text(encoding="utf-8"))
    return Manifest(
        name=name,
        title=raw["title"],
        quality=raw["quality"],
        tried_on_hardware=raw["tried_on_hardware"],
        wire=raw["wire"],
        port=raw["port"],
        abilities=frozenset(raw["abilities"]),
        limits=Limits(**raw["limits"]),
        settings={key: setting_kind(table) for key, table in raw.get("settings", {}).items()},
    )


def values_of(name: str, settings: dict[str, Any]) -> Values:
    """A driver's checked settings. Raises ConfigError, naming what is odd."""
    return check(settings, manifest(name).settings, name)


def converse(name: str, host: str, port: int, settings: dict[str, Any]) -> Conversation:
    """Begins a talk with a scale; nothing is sent yet. Raises ConfigError."""
    module = importlib.import_module(f"exchange.scales.{name}.driver")
    return cast(Open, module.converse)(host, port, values_of(name, settings), manifest(name))
