"""The bridge's configuration file: TOML, every key checked, every refusal a plain sentence.

docs/devices.md lists the keys; devices/demo.toml is the file of a simulated bridge.
"""

import ipaddress
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from devices import drivers, settings
from devices.errors import ConfigError
from devices.protocol import DEVICE_ID, SHA256
from devices.settings import TextList, Values, Whole
from devices.transports import HttpTransport, Transport, make_transport

MAX_FILE_BYTES = 256 * 1024
MAX_DEVICES = 20
# scheme://host[:port], as browsers write the Origin header: lower case, no path, no wildcard.
ORIGIN = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?")

BRIDGE_KEYS: dict[str, settings.Kind] = {
    "host": settings.Text("127.0.0.1"),
    "port": Whole(0, 65535, default=8787),
    "data": settings.Text(),
    "origins": TextList(),
    "max_clients": Whole(1, 100, default=8),
    "token_sha256": settings.Text(""),
    "tls_certificate": settings.Text(""),
    "tls_key": settings.Text(""),
    "chain_max_items": Whole(1, 10_000_000, default=200_000),
    "chain_max_megabytes": Whole(1, 100_000, default=512),
}


@dataclass(frozen=True)
class DeviceConfig:
    id: str
    driver: str
    values: Values
    wire: Transport | HttpTransport | None


@dataclass(frozen=True)
class Config:
    """`tls` is (certificate, key) or None; `token_sha256` is set when the pairing is decided outside the
    bridge.
    """

    host: str
    port: int
    data: Path
    origins: tuple[str, ...]
    max_clients: int
    token_sha256: str | None
    tls: tuple[Path, Path] | None
    chain_max_items: int
    chain_max_bytes: int
    devices: tuple[DeviceConfig, ...]


def load(path: Path) -> Config:
    """Read and check a file. Raises ConfigError with one sentence naming the file's key."""
    try:
        text = path.read_bytes()
        if len(text) > MAX_FILE_BYTES:
            raise ConfigError(f"{path} is larger than {MAX_FILE_BYTES} bytes.")
        raw = tomllib.loads(text.decode("utf-8"))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is not TOML: {error}.") from error
    return parse(raw, path.parent)


def parse(raw: Mapping[str, object], folder: Path) -> Config:
    """Check a parsed file; relative paths count from `folder`. Raises ConfigError."""
    unknown = sorted(set(raw) - {"bridge", "device"})
    if unknown:
        raise ConfigError(f"There is no section {unknown[0]!r}; the file has [bridge] and [[device]].")
    values = settings.check(_table(raw.get("bridge"), "bridge"), BRIDGE_KEYS, "bridge")
    return Config(
        host=_loopback(values.text("host")),
        port=values.whole("port"),
        data=folder / values.text("data"),
        origins=_origins(values.texts("origins")),
        max_clients=values.whole("max_clients"),
        token_sha256=_token_sha256(values.text("token_sha256")),
        tls=_tls(values, folder),
        chain_max_items=values.whole("chain_max_items"),
        chain_max_bytes=values.whole("chain_max_megabytes") << 20,
        devices=_devices(raw.get("device", [])),
    )


def _loopback(host: str) -> str:
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise ConfigError(
            f"bridge.host must be 127.0.0.1 or ::1, not {host}: a bridge opens drawers and never listens on a network."
        )
    return host


def _origins(origins: tuple[str, ...]) -> tuple[str, ...]:
    if not origins:
        raise ConfigError("bridge.origins must name at least one address of the store server.")
    for origin in origins:
        if not ORIGIN.fullmatch(origin):
            raise ConfigError(
                f"bridge.origins: {origin!r} is not an origin; write it like https://store.local:8443, without a path."
            )
    return origins


def _token_sha256(value: str) -> str | None:
    if value and not SHA256.fullmatch(value):
        raise ConfigError("bridge.token_sha256 must be 64 hex digits in lower case.")
    return value or None


def _tls(values: Values, folder: Path) -> tuple[Path, Path] | None:
    certificate, key = values.text("tls_certificate"), values.text("tls_key")
    if bool(certificate) != bool(key):
        raise ConfigError("bridge.tls_certificate and bridge.tls_key go together.")
    return (folder / certificate, folder / key) if certificate else None


def _devices(raw: object) -> tuple[DeviceConfig, ...]:
    if not isinstance(raw, list) or len(raw) > MAX_DEVICES:
        raise ConfigError(f"device must be a list of at most {MAX_DEVICES} [[device]] sections.")
    devices = tuple(
        _device(_table(table, f"device {n}"), f"device {n}") for n, table in enumerate(raw, start=1)
    )
    ids = [device.id for device in devices]
    for device in ids:
        if ids.count(device) > 1:
            raise ConfigError(f"Two devices are called {device!r}.")
    return devices


def _device(table: Mapping[str, object], where: str) -> DeviceConfig:
    keys: dict[str, settings.Kind] = {"id": settings.Text(), "driver": settings.Text()}
    plain = {key: value for key, value in table.items() if key not in {"transport", "settings"}}
    values = settings.check(plain, keys, where)
    name = values.text("id")
    if not DEVICE_ID.fullmatch(name):
        raise ConfigError(f"{where}.id must be 1 to 32 of a-z, 0-9, dash and underscore.")
    manifest = drivers.manifest(values.text("driver"))
    checked = settings.check(_table(table.get("settings", {}), where), manifest.settings, f"{where}.settings")
    return DeviceConfig(
        name, manifest.name, checked, _wire(table.get("transport"), manifest.transports, where)
    )


def _wire(raw: object, allowed: tuple[str, ...], where: str) -> Transport | HttpTransport | None:
    if not allowed:
        if raw is not None:
            raise ConfigError(f"{where}.transport: this driver needs none.")
        return None
    table = _table(raw, f"{where}.transport")
    if table.get("kind") not in allowed:
        raise ConfigError(f"{where}.transport.kind must be one of {', '.join(allowed)}.")
    return make_transport(table, f"{where}.transport")


def _table(value: object, where: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise ConfigError(f"{where} is missing or not a section.")
    return value
