"""The demo shop's device bridge: its configuration file and the token its till pairs with.

A real bridge runs beside its till and makes its own token. The demo's runs beside the server, so both
halves are written here: `bridge.toml` knows the token's hash, and `manage.py demo` puts the token into
the store's settings, from where the till learns it.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
from pathlib import Path

from core.runtime import tls, web
from core.runtime.env import data_dir, env_int
from core.runtime.network import own_names

# What the receipt printers sold in each country print letters with.
_ENCODINGS = {"pl": ("cp852", "pl"), "ua": ("cp1125", "uk"), "ru": ("cp866", "ru")}


def bridge_port() -> int:
    """KASA_BRIDGE_PORT; the virtual printer's page is one higher."""
    return env_int(
        "KASA_BRIDGE_PORT",
        8787,
        "Port of the demo's device bridge; the virtual printer's page is one higher.",
        minimum=1,
        maximum=65534,
    )


def config_path() -> Path:
    """The bridge's configuration: `serve` starts a bridge when it exists."""
    return data_dir() / "bridge.toml"


def pairing() -> dict[str, str] | None:
    """The store setting "bridge" of the demo shop ({"url", "token"}), or None without a demo bridge."""
    path = _token_path()
    if not path.is_file():
        return None
    return {"url": f"ws://127.0.0.1:{bridge_port()}/", "token": path.read_text(encoding="ascii").strip()}


def write(country: str) -> None:
    """Write the bridge's configuration anew, with the addresses that tills use now. The token is kept."""
    encoding, language = _ENCODINGS[country]
    lines = [
        "# Written by `manage.py serve --demo` at each start. docs/devices.md explains the keys.",
        "[bridge]",
        f"port = {bridge_port()}",
        f"data = {json.dumps(str(data_dir() / 'bridge'))}",
        f"origins = {json.dumps(_origins())}",
        f"token_sha256 = {json.dumps(hashlib.sha256(_token().replace('-', '').encode()).hexdigest())}",
        "[[device]]",
        'id = "printer1"',
        'driver = "virtual"',
        "[device.settings]",
        f"page_port = {bridge_port() + 1}",
        f"encoding = {json.dumps(encoding)}",
        f"language = {json.dumps(language)}",
    ]
    draft = config_path().with_suffix(".new")
    draft.write_text("\n".join(lines) + "\n", encoding="utf-8")
    draft.replace(config_path())


def _origins() -> list[str]:
    """Every address by which a browser can have opened the till's page."""
    names = [*own_names(), *tls.extra_names()] if tls.configured() else []
    local = [f"http://{name}:{web.port()}" for name in ("localhost", "127.0.0.1")]
    return [*local, *(f"https://{name}:{web.port()}" for name in names)]


def _token_path() -> Path:
    return data_dir() / "bridge-token"


def _token() -> str:
    """The pairing token (160 random bits, base 32, in groups of four), made at the first call."""
    path = _token_path()
    if not path.is_file():
        text = base64.b32encode(secrets.token_bytes(20)).decode("ascii")
        grouped = "-".join(text[place : place + 4] for place in range(0, len(text), 4))
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(grouped + "\n")
    return path.read_text(encoding="ascii").strip()
