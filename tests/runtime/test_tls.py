"""The store's certificates, judged by real TLS clients, and the port that speaks HTTP here and HTTPS elsewhere."""

from __future__ import annotations

import datetime
import http.client
import json
import socket
import ssl
import stat
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509

from core.runtime import network, tls
from tests.runtime.helpers import start_python

NOW = datetime.datetime.now(datetime.UTC)

# A small application behind the real server: it says which scheme it saw, and echoes on its socket.
SERVER = """
import sys
from core.runtime import tls
from core.runtime.asgi_server import StoreServer, build_endpoint_description_strings
async def application(scope, receive, send):
    if scope["type"] == "websocket":
        await receive(); await send({"type": "websocket.accept"})
        message = await receive()
        await send({"type": "websocket.send", "text": scope["path"] + " " + message["text"]}); return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": (scope["scheme"] + " " + scope["path"]).encode()})
StoreServer(certificates=tls.files(), application=application, signal_handlers=True, server_name="",
    endpoints=build_endpoint_description_strings(host="0.0.0.0", port=int(sys.stdin.readline()))).run()
"""


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, data: Path) -> tls.Files:
    monkeypatch.setenv("KASA_DATA", str(data))
    monkeypatch.delenv("KASA_HOSTS", raising=False)
    return tls.files()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("0.0.0.0", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def port(place: tls.Files, data: Path) -> Iterator[int]:
    """The real server with certificates on all interfaces."""
    tls.ensure_certificates(now=NOW)
    number = free_port()
    with start_python(SERVER, data) as server:
        assert server.stdin is not None
        server.stdin.write(f"{number}\n")
        server.stdin.flush()
        deadline = time.monotonic() + 30
        while not _listening(number):
            assert server.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        yield number
        server.terminate()


def _listening(number: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", number)) == 0


def trusting(place: tls.Files) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(place.authority))


def get(connection: http.client.HTTPConnection, path: str = "/x") -> tuple[int, str, str | None]:
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read().decode(), answer.getheader("Location")


def lan_address() -> str:
    found = [str(address) for address in network.lan_addresses() if address.version == 4]
    if not found:
        pytest.skip("this machine has no address but loopback")
    return found[0]


def test_keys_are_private_and_periods_are_what_browsers_take(place: tls.Files) -> None:
    assert tls.ensure_certificates(now=NOW) is True
    for key in (place.authority_key, place.server_key):
        assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.folder.stat().st_mode) == 0o700
    server = x509.load_pem_x509_certificate(place.server.read_bytes())
    period = server.not_valid_after_utc - server.not_valid_before_utc
    assert period < datetime.timedelta(days=397)
    authority = x509.load_pem_x509_certificate(place.authority.read_bytes())
    assert authority.not_valid_after_utc > NOW + datetime.timedelta(days=3650)
    assert {"localhost", "127.0.0.1"} <= set(tls.server_names())


def test_openssl_agrees_with_the_chain_and_the_names(place: tls.Files) -> None:
    tls.ensure_certificates(now=NOW, add=["store.lan"])
    for check in (["-verify_hostname", "store.lan"], ["-verify_ip", "127.0.0.1"]):
        command = [
            "openssl",
            "verify",
            "-x509_strict",
            "-CAfile",
            str(place.authority),
            *check,
            str(place.server),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_it_is_renewed_when_due_and_not_before(place: tls.Files, monkeypatch: pytest.MonkeyPatch) -> None:
    tls.ensure_certificates(now=NOW)
    authority = place.authority.read_bytes()
    assert tls.ensure_certificates(now=NOW + datetime.timedelta(days=365)) is False
    assert tls.ensure_certificates(now=NOW + datetime.timedelta(days=367)) is True
    assert place.authority.read_bytes() == authority
    monkeypatch.setenv("KASA_HOSTS", "kasa.lan")
    assert tls.ensure_certificates(now=NOW + datetime.timedelta(days=367)) is True
    assert "kasa.lan" in tls.server_names()


def test_names_asked_for_are_remembered(place: tls.Files) -> None:
    tls.ensure_certificates(now=NOW, add=["Store.LAN", "10.1.2.3"])
    tls.ensure_certificates(now=NOW, renew=True)
    assert {"store.lan", "10.1.2.3"} <= set(tls.server_names())


@pytest.mark.parametrize(
    "name", ["a b", "*.lan", "-x", "żabka.lan", "", "x" * 64, "https://store.lan", "a..b"]
)
def test_text_that_is_no_name_is_refused_and_forgotten(place: tls.Files, name: str) -> None:
    with pytest.raises(tls.TLSError, match="neither a host name nor an address"):
        tls.ensure_certificates(now=NOW, add=[name])
    assert not place.names.exists()


@pytest.mark.parametrize("name", ["bank.example.com", "8.8.8.8", "2001:db8::1"])
def test_an_authority_signs_only_for_what_it_was_made_for(place: tls.Files, name: str) -> None:
    tls.ensure_certificates(now=NOW)
    with pytest.raises(tls.TLSError, match="--new-authority"):
        tls.ensure_certificates(now=NOW, add=[name])
    assert not place.names.exists()
    tls.ensure_certificates(now=NOW, add=[name], new_authority=True)
    assert name in tls.server_names()


def test_a_stolen_authority_cannot_pose_as_a_bank(place: tls.Files, monkeypatch: pytest.MonkeyPatch) -> None:
    tls.ensure_certificates(now=NOW)
    monkeypatch.setattr(tls, "_require_permitted", lambda *arguments: None)
    monkeypatch.setattr(tls, "_permitted", lambda authority, names: names)
    tls.ensure_certificates(now=NOW, add=["bank.example.com"])
    command = ["openssl", "verify", "-CAfile", str(place.authority), str(place.server)]
    assert (
        "permitted subtree violation"
        in subprocess.run(command, capture_output=True, text=True, check=False).stderr
    )


def test_the_policy_for_tills_names_the_authority(place: tls.Files) -> None:
    tls.ensure_certificates(now=NOW, add=["store.lan"])
    policy = json.loads(place.policy.read_text())
    der = ssl.PEM_cert_to_DER_cert(place.authority.read_text())
    assert ssl.DER_cert_to_PEM_cert(der) == ssl.DER_cert_to_PEM_cert(
        __import__("base64").b64decode(policy["CACertificates"][0])
    )
    assert "https://store.lan" in policy["LoopbackNetworkAllowedForUrls"]


def test_a_client_that_trusts_the_authority_is_served(place: tls.Files, port: int) -> None:
    for host in ("localhost", "127.0.0.1", lan_address()):
        connection = http.client.HTTPSConnection(host, port, context=trusting(place), timeout=10)
        assert get(connection) == (200, "https /x", None)


def test_a_client_that_does_not_is_not(port: int) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        get(http.client.HTTPSConnection("localhost", port, context=ssl.create_default_context(), timeout=10))


def test_another_name_is_refused_by_the_client(place: tls.Files, port: int) -> None:
    with (
        socket.create_connection(("127.0.0.1", port), timeout=10) as raw,
        pytest.raises(ssl.SSLCertVerificationError, match="mismatch"),
    ):
        trusting(place).wrap_socket(raw, server_hostname="other.lan")


def test_old_protocols_are_refused(place: tls.Files, port: int) -> None:
    context = trusting(place)
    context.set_ciphers("DEFAULT@SECLEVEL=0")
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    with pytest.warns(DeprecationWarning):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(ssl.SSLError):
        get(http.client.HTTPSConnection("localhost", port, context=context, timeout=10))


def test_this_machine_keeps_plain_http(port: int) -> None:
    assert get(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) == (200, "http /x", None)


def test_plain_http_from_elsewhere_is_sent_to_https(port: int) -> None:
    host = lan_address()
    connection = http.client.HTTPConnection(host, port, timeout=10)
    assert get(connection, "/pos/?a=1") == (307, "", f"https://{host}:{port}/pos/?a=1")


@pytest.mark.parametrize(
    "request_text",
    [
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
        b"GET //x y HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\x00\x01\x02\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"x" * 9000,
    ],
)
def test_an_odd_plain_request_from_elsewhere_gets_400(port: int, request_text: bytes) -> None:
    with socket.create_connection((lan_address(), port), timeout=10) as connection:
        connection.sendall(request_text)
        assert connection.recv(100).startswith(b"HTTP/1.1 400 ")


def test_sockets_work_inside_tls(place: tls.Files, port: int) -> None:
    from websockets.sync.client import connect

    with connect(f"wss://localhost:{port}/ws", ssl=trusting(place)) as client:
        client.send("hello")
        assert client.recv(timeout=10) == "/ws hello"


def test_a_renewed_certificate_is_served_without_a_restart(place: tls.Files, port: int) -> None:
    def serial() -> str:
        with (
            socket.create_connection(("127.0.0.1", port), timeout=10) as raw,
            trusting(place).wrap_socket(raw, server_hostname="localhost") as connection,
        ):
            certificate = connection.getpeercert()
            assert certificate is not None
            return str(certificate["serialNumber"])

    before = serial()
    assert serial() == before
    tls.ensure_certificates(now=NOW, renew=True)
    assert serial() != before
