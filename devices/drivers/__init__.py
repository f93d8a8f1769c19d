"""Drivers: one folder each with driver.py, codec.py, manifest.toml and README.md.

A driver is known by its folder; nothing else has to be edited to add one (devices/README.md, "Adding a
driver").
"""

import importlib
import tomllib
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

from devices.drivers.contract import Device, Manifest
from devices.errors import ConfigError
from devices.settings import Choice, Flag, Kind, Seconds, Text, Values, Whole
from devices.transports import HttpTransport, Transport

HERE = Path(__file__).parent
# A driver's own `create` takes the kind of wire that its manifest names.
Wire = Transport | HttpTransport | None
Create = Callable[[str, Manifest, Values, Wire, Path], Device]


def names() -> tuple[str, ...]:
    """The drivers that exist, by folder name."""
    return tuple(sorted(path.parent.name for path in HERE.glob("*/manifest.toml")))


@cache
def manifest(name: str) -> Manifest:
    """A driver's manifest. Raises ConfigError for a name that has no folder."""
    if name not in names():
        raise ConfigError(f"There is no driver {name!r}; the drivers are {', '.join(names())}.")
    raw = _table(HERE / name / "manifest.toml")
    # Settings of a whole kind of device stand in one file beside the folders.
    shared = _table(HERE / f"{raw['shares']}.toml")["settings"] if "shares" in raw else {}
    return Manifest(
        name=name,
        title=raw["title"],
        kind=raw["kind"],
        quality=raw["quality"],
        tried_on_hardware=raw["tried_on_hardware"],
        abilities=tuple(raw["abilities"]),
        transports=tuple(raw["transports"]),
        settings={key: setting_kind(table) for key, table in {**shared, **raw.get("settings", {})}.items()},
    )


def create(device: str, driver: str, values: Values, wire: Wire, data: Path) -> Device:
    """A device from its checked settings; `data` is a folder of its own for what it must remember."""
    module = importlib.import_module(f"devices.drivers.{driver}.driver")
    return cast(Create, module.create)(device, manifest(driver), values, wire, data)


def _table(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text(encoding="utf-8"))


def setting_kind(table: Mapping[str, object]) -> Kind:
    """What one `[settings.NAME]` of a manifest takes."""
    options = {key: value for key, value in table.items() if key not in {"type", "doc"}}
    if isinstance(options.get("options"), list):
        options["options"] = tuple(cast(list[str], options["options"]))
    makers: dict[str, Callable[..., Kind]] = {
        "text": Text,
        "whole": Whole,
        "seconds": Seconds,
        "choice": Choice,
        "flag": Flag,
    }
    return makers[cast(str, table["type"])](**options)
