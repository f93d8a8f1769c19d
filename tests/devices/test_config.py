"""The configuration file: every key checked, every refusal one sentence that names the key."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from devices import config, drivers
from devices.errors import ConfigError
from devices.settings import Choice
from tests.devices.rig import ROOT

GOOD: dict[str, Any] = {"data": "data", "origins": ["https://store.test:8443"]}
TCP = {"kind": "tcp", "host": "10.0.0.5"}
DOCS = ROOT / "docs/devices.md"


def parse(bridge: dict[str, Any] | None = None, *devices: dict[str, Any]) -> config.Config:
    return config.parse({"bridge": {**GOOD, **(bridge or {})}, "device": list(devices)}, Path("/etc/bridge"))


def test_what_is_left_out_has_a_safe_default() -> None:
    found = parse()
    assert (found.host, found.port, found.max_clients) == ("127.0.0.1", 8787, 8)
    assert (found.tls, found.token_sha256, found.devices) == (None, None, ())
    assert found.data == Path("/etc/bridge/data"), "relative to the file, not to where it was started"


@pytest.mark.parametrize(
    ("bridge", "sentence"),
    [
        ({"host": "0.0.0.0"}, "bridge.host must be 127.0.0.1 or ::1"),
        ({"host": "store.local"}, "bridge.host must be 127.0.0.1 or ::1"),
        ({"host": 5}, "bridge.host must be a text"),
        ({"port": 65536}, "bridge.port must be a whole number from 0 to 65535"),
        ({"port": "8787"}, "bridge.port must be a whole number"),
        ({"port": True}, "bridge.port must be a whole number"),
        ({"data": None}, "bridge.data is missing"),
        ({"data": ""}, "bridge.data must be a text"),
        ({"data": "a\x00b"}, "bridge.data must be a text"),
        ({"origins": []}, "at least one address"),
        ({"origins": "https://store.test"}, "bridge.origins must be a list"),
        ({"origins": ["*"]}, "'*' is not an origin"),
        ({"origins": ["https://store.test/"]}, "is not an origin"),
        ({"origins": ["https://*.store.test"]}, "is not an origin"),
        ({"origins": ["HTTPS://store.test"]}, "is not an origin"),
        ({"origins": ["null"]}, "is not an origin"),
        ({"origins": ["https://a.test"] * 51}, "bridge.origins must be a list"),
        ({"token_sha256": "abc"}, "64 hex digits"),
        ({"tls_key": "k.pem"}, "go together"),
        ({"max_clients": 0}, "bridge.max_clients"),
        ({"chain_max_items": 0}, "bridge.chain_max_items"),
        ({"listen": "all"}, "bridge has no key 'listen'"),
    ],
)
def test_an_odd_value_is_refused_in_a_sentence(bridge: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        parse(bridge)
    assert sentence in str(refusal.value)


@pytest.mark.parametrize(
    ("device", "sentence"),
    [
        ({}, "device 1.id is missing"),
        ({"id": "Printer 1", "driver": "virtual"}, "device 1.id must be"),
        ({"id": "../x", "driver": "virtual"}, "device 1.id must be"),
        ({"id": "p"}, "device 1.driver is missing"),
        ({"id": "p", "driver": "toaster"}, "There is no driver 'toaster'"),
        ({"id": "p", "driver": "../escpos"}, "There is no driver"),
        ({"id": "p", "driver": "escpos"}, "device 1.transport is missing"),
        ({"id": "p", "driver": "virtual", "transport": TCP}, "needs none"),
        ({"id": "p", "driver": "scanner", "transport": {"kind": "file", "path": "/x"}}, "one of serial, tcp"),
        ({"id": "p", "driver": "escpos", "transport": {"kind": "usb"}}, "one of tcp, serial, file"),
        ({"id": "p", "driver": "escpos", "transport": {"kind": "tcp"}}, "transport.host is missing"),
        ({"id": "p", "driver": "escpos", "transport": {**TCP, "port": 0}}, "transport.port"),
        ({"id": "p", "driver": "escpos", "transport": {**TCP, "tls": True}}, "has no key 'tls'"),
        ({"id": "p", "driver": "escpos", "transport": {"kind": "file", "path": "lp0"}}, "an absolute path"),
        ({"id": "p", "driver": "escpos", "transport": {"kind": "serial", "port": "/x", "stop": 3}}, "stop must be"),
        ({"id": "p", "driver": "escpos", "transport": TCP, "settings": {"columns": 200}}, "settings.columns"),
        ({"id": "p", "driver": "escpos", "transport": TCP, "settings": {"encoding": "utf-8"}}, "settings.encoding"),
        ({"id": "p", "driver": "escpos", "transport": TCP, "settings": {"status": 1}}, "true or false"),
        ({"id": "p", "driver": "escpos", "transport": TCP, "settings": {"print_seconds": "5"}}, "number of seconds"),
        ({"id": "p", "driver": "escpos", "transport": TCP, "settings": {"colour": 1}}, "has no key 'colour'"),
        ({"id": "p", "driver": "escpos", "transport": TCP, "settings": 5}, "not a section"),
    ],
)  # fmt: skip
def test_an_odd_device_is_refused_in_a_sentence(device: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        parse({}, device)
    assert sentence in str(refusal.value)


def test_two_devices_have_two_names() -> None:
    with pytest.raises(ConfigError, match="Two devices are called 'p'"):
        parse({}, {"id": "p", "driver": "virtual"}, {"id": "p", "driver": "virtual"})


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (b"[bridge", "is not TOML"),
        (b"\xff\xfe", "is not TOML"),
        (b"[server]\nport = 1", "There is no section 'server'"),
        (b"bridge = 5", "bridge is missing or not a section"),
        (b"", "bridge is missing"),
        (b"#" * 300_000, "is larger than"),
    ],
)
def test_a_file_that_is_no_configuration_is_refused(tmp_path: Path, text: bytes, sentence: str) -> None:
    path = tmp_path / "bridge.toml"
    path.write_bytes(text)
    with pytest.raises(ConfigError) as refusal:
        config.load(path)
    assert sentence in str(refusal.value)


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        config.load(tmp_path / "none.toml")


def test_the_demo_file_is_right() -> None:
    found = config.load(ROOT / "devices/demo.toml")
    assert [device.driver for device in found.devices] == ["virtual"]


def test_every_example_in_the_documentation_is_right() -> None:
    examples = re.findall(r"```toml\n(.*?)```", DOCS.read_text("utf-8"), re.DOTALL)
    assert len(examples) >= 3
    for example in examples:
        raw = tomllib.loads(example)
        raw.setdefault("bridge", GOOD)
        config.parse(raw, Path("/etc/bridge"))


@pytest.mark.parametrize("name", drivers.names())
def test_every_driver_says_what_it_is_and_its_settings_have_defaults(name: str) -> None:
    manifest = drivers.manifest(name)
    assert manifest.quality in {"bronze", "silver", "gold"}
    assert manifest.kind in {"printer", "fiscal", "terminal", "scanner", "scale", "display"}
    for key, kind in manifest.settings.items():
        assert kind.default is not None, key
        assert kind.check(kind.default) is None, key
        assert not isinstance(kind, Choice) or kind.default in kind.options


def test_every_key_is_explained_to_the_administrator() -> None:
    text = DOCS.read_text("utf-8")
    from devices.transports import file, serial, tcp

    keys = {*config.BRIDGE_KEYS, *tcp.KEYS, *serial.KEYS, *file.KEYS}
    for name in drivers.names():
        keys |= set(drivers.manifest(name).settings)
    assert [key for key in sorted(keys) if f"`{key}`" not in text] == []


def test_every_op_and_error_code_is_explained_to_the_integrator() -> None:
    from devices import protocol

    text = DOCS.read_text("utf-8")
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "devices").rglob("*.py"))
    codes = set(re.findall(r'BridgeError\(\s*"([a-z_]+)"', source))
    codes |= set(re.findall(r'Outcome\("(?:failed|unknown)", "([a-z_]+)"', source))
    assert {"bad_request", "unknown_device", "not_printed"} <= codes
    assert [op for op in protocol.OPS if f"`{op}`" not in text] == []
    assert [code for code in sorted(codes) if f"`{code}`" not in text] == []
