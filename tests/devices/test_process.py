"""The bridge as a process: its token, its configuration at the command line, its port, its end."""

import ssl
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509

from tests.devices.certificate import make_certificate
from tests.devices.rig import ORIGIN, ROOT, VIRTUAL, BridgeProcess, Till


def start(config: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "devices.bridge", "--config", str(config), *options],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_the_token_is_shown_once_and_kept_only_as_a_hash(tmp_path: Path) -> None:
    bridge = BridgeProcess(tmp_path / "b", VIRTUAL)
    with bridge:
        token = bridge.token
        assert len(token) == 39
    bridge.output.clear()
    with bridge:
        assert "Pairing token" not in "".join(bridge.output)
        with bridge.till() as till:
            assert till.call("devices")["ok"]
    kept = bridge.folder / "data/pairing.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert token not in kept.read_text() and token not in bridge.log()


def test_a_new_token_ends_the_old_pairing(tmp_path: Path) -> None:
    bridge = BridgeProcess(tmp_path / "b", VIRTUAL)
    with bridge:
        pass
    renewed = start(bridge.config, "--new-token")
    assert renewed.returncode == 0
    with bridge, bridge.connection() as connection:
        assert Till(connection).call("hello", token=bridge.token)["error"]["code"] == "wrong_token"
    with bridge, bridge.connection() as connection:
        assert Till(connection).call("hello", token=renewed.stdout.rsplit(" ", 1)[1].strip())["ok"]


def test_a_token_may_be_decided_in_the_configuration(tmp_path: Path) -> None:
    # printf 'ABCD1234' | sha256sum
    digest = "1635c8525afbae58c37bede3c9440844e9143727cc7c160bed665ec378d8a262"
    bridge = BridgeProcess(tmp_path / "b", bridge=f'token_sha256 = "{digest}"')
    with bridge, bridge.connection() as connection:
        assert Till(connection).call("hello", token="abcd-1234")["ok"]
    assert "Pairing token" not in "".join(bridge.output)
    assert start(bridge.config, "--new-token").returncode == 2


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "localhost", "store.test", ""])
def test_a_bridge_never_listens_on_a_network(tmp_path: Path, host: str) -> None:
    config = tmp_path / "b.toml"
    config.write_text(f'[bridge]\nhost = "{host}"\nport = 0\ndata = "d"\norigins = ["{ORIGIN}"]\n')
    result = start(config)
    assert (result.returncode, "127.0.0.1 or ::1" in result.stderr) == (2, True) or host == ""
    assert result.returncode == 2
    assert "Traceback" not in result.stderr


def test_two_bridges_never_share_a_folder(shared: BridgeProcess) -> None:
    result = start(shared.config)
    assert (result.returncode, "another bridge" in result.stderr) == (2, True)


def test_a_taken_port_is_said_plainly(tmp_path: Path, shared: BridgeProcess) -> None:
    port = shared.address.rstrip("/").rsplit(":", 1)[1]
    config = tmp_path / "b.toml"
    config.write_text(f'[bridge]\nport = {port}\ndata = "d"\norigins = ["{ORIGIN}"]\n')
    result = start(config)
    assert (result.returncode, f"Port {port} cannot be used" in result.stderr) == (2, True)


def test_a_configuration_can_be_checked_without_starting(shared: BridgeProcess) -> None:
    result = start(shared.config, "--check")
    assert (result.returncode, "is right: 1 devices" in result.stdout) == (0, True)


def test_a_term_signal_ends_it_cleanly_with_a_tab_open(tmp_path: Path) -> None:
    bridge = BridgeProcess(tmp_path / "b", VIRTUAL)
    bridge.start()
    with bridge.till():
        assert bridge.stop() == 0


def test_the_socket_can_be_encrypted(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)
    lines = f'tls_certificate = "{certificate}"\ntls_key = "{key}"'
    with BridgeProcess(tmp_path / "b", VIRTUAL, lines) as bridge:
        assert bridge.address.startswith("wss://127.0.0.1:")
        trust = ssl.create_default_context(cafile=certificate)
        assert x509.load_pem_x509_certificate(Path(certificate).read_bytes())
        with bridge.connection(ssl=trust) as connection:
            assert Till(connection).call("hello", token=bridge.token)["ok"]


def test_the_other_loopback_address_works_too(tmp_path: Path) -> None:
    with BridgeProcess(tmp_path / "b", bridge='host = "::1"') as bridge, bridge.till() as till:
        assert bridge.address.startswith("ws://[::1]:")
        assert till.call("devices")["devices"] == []


def test_no_secret_reaches_the_log(shared: BridgeProcess) -> None:
    assert shared.token.replace("-", "") not in shared.log().replace("-", "")
