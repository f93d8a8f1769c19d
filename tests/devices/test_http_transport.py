"""The way to services over HTTP: limits of time and size, who is believed, what is never followed and never told."""

import io
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from devices.emulators.web import BAD
from devices.errors import ConfigError, TransportError
from devices.transports import HttpTransport, make_transport
from tests.devices.certificate import make_certificate

SECRET = "tajne-haslo-4711"
Serve = Callable[[socket.socket], None]


@contextmanager
def listening(serve: Serve, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """A port of 127.0.0.1 where one connection after another is served on a thread."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        leaving = threading.Event()

        def run() -> None:
            while not leaving.is_set():
                try:
                    plain = listener.accept()[0]
                except TimeoutError:
                    continue
                with closing(plain):
                    try:
                        plain.settimeout(5)
                        serve(tls.wrap_socket(plain, server_side=True) if tls else plain)
                    except OSError:
                        # The client did not believe us, or has heard enough: the next one comes.
                        continue

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            leaving.set()
            thread.join(5)


def saying(answer: bytes, heard: io.BytesIO | None = None) -> Serve:
    def serve(connection: socket.socket) -> None:
        asked = connection.recv(65_536)
        if heard is not None:
            heard.write(asked)
        connection.sendall(answer)

    return serve


def ask(port: int, scheme: str = "http", seconds: float = 5.0, **more: object) -> bytes:
    table = {"kind": "http", "url": f"{scheme}://127.0.0.1:{port}/v1", **more}
    wire = make_transport(table, "test")
    assert isinstance(wire, HttpTransport)
    return wire.ask("POST", "/documents?a=b", seconds, SECRET.encode(), {"Authorization": SECRET}).body


def test_a_question_arrives_to_the_byte_and_its_answer_comes_back() -> None:
    heard = io.BytesIO()
    with listening(saying(b"HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok", heard)) as port:
        assert ask(port) == b"ok"
    head = (
        f"POST /v1/documents?a=b HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n"
        f"Accept: application/json\r\nAccept-Encoding: identity\r\nAuthorization: {SECRET}\r\n"
        f"Content-Length: 16\r\n\r\n{SECRET}"
    )
    assert heard.getvalue() == head.encode()


def test_answers_in_chunks_and_without_a_length_are_whole() -> None:
    chunks = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
    for answer, body in ((chunks, b"abcde"), (b"HTTP/1.1 200 OK\r\n\r\nuntil the end", b"until the end")):
        with listening(saying(answer)) as port:
            assert ask(port) == body


WHY = {
    "short": "broke off",
    "huge": "broke off",
    "big": "more than a megabyte",
    "chunk": "broke off",
    "headers": "no HTTP",
    "redirect": "not followed",
    "no_http": "no HTTP",
    "odd_status": "no HTTP",
}


@pytest.mark.parametrize("kind", WHY)
def test_an_answer_that_is_none_is_refused_and_tells_no_secret(
    kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    with listening(saying(BAD[kind])) as port, pytest.raises(TransportError) as error:
        ask(port)
    assert WHY[kind] in error.value.detail
    assert error.value.touched, "it may have been carried out"
    assert SECRET not in f"{error.value.detail} {error.value.__cause__!r} {caplog.text}"


def test_silence_and_drops_of_an_answer_end_at_the_same_deadline() -> None:
    """Each drop comes well in time; all of them together do not."""

    def drip(connection: socket.socket) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
        while not enough.wait(0.02):
            connection.sendall(b"y")

    def silence(_connection: socket.socket) -> None:
        enough.wait(5)

    enough = threading.Event()
    for serve in (drip, silence):
        with listening(serve) as port:
            with pytest.raises(TransportError, match="does not answer") as error:
                ask(port, seconds=0.15)
            assert error.value.touched
            enough.set()
        enough.clear()


def test_where_nobody_listens_nothing_was_touched() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(TransportError) as error:
        ask(port)
    assert not error.value.touched


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> tuple[ssl.SSLContext, str]:
    """What a service of the shop shows, and the file that proves it."""
    chain, key = make_certificate(tmp_path_factory.mktemp("tls"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    return context, chain


def test_a_certificate_is_believed_only_from_who_was_named(served: tuple[ssl.SSLContext, str]) -> None:
    context, chain = served
    heard = io.BytesIO()
    with listening(saying(b"HTTP/1.1 200 OK\r\n\r\n{}", heard), context) as port:
        with pytest.raises(TransportError, match="cannot prove who it is") as error:
            ask(port, "https")
        assert (error.value.touched, heard.getvalue()) == (False, b""), "not a byte of ours has left"
        assert ask(port, "https", ca=chain) == b"{}"
        wire = make_transport({"kind": "http", "url": f"https://localhost:{port}", "ca": chain}, "test")
        assert isinstance(wire, HttpTransport)
        with pytest.raises(TransportError, match="cannot prove who it is"):
            wire.ask("GET", "/", 5.0)


def test_a_plain_service_is_not_taken_for_an_encrypted_one() -> None:
    with (
        listening(saying(b"HTTP/1.1 200 OK\r\n\r\n{}")) as port,
        pytest.raises(TransportError, match="encryption") as error,
    ):
        ask(port, "https")
    assert not error.value.touched


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a",
        "http://user:secret@a/",
        "https://a/?token=secret",
        "http://a/\r\nX: y",
        "http://a b/",
        "//a",
        "https://",
    ],
)
def test_an_address_with_room_for_secrets_or_tricks_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="url"):
        make_transport({"kind": "http", "url": url}, "test")


def test_an_authority_that_is_none_is_said_at_the_start(tmp_path: Path) -> None:
    for ca in ("relative.pem", str(tmp_path / "missing.pem"), str(Path(__file__))):
        with pytest.raises(ConfigError, match="ca "):
            make_transport({"kind": "http", "url": "https://a", "ca": ca}, "test")


def test_only_what_nobody_on_the_way_can_read_is_secure() -> None:
    def secure(url: str) -> bool:
        wire = make_transport({"kind": "http", "url": url}, "test")
        assert isinstance(wire, HttpTransport)
        return wire.secure

    assert secure("https://api.example.com") and secure("http://127.0.0.1:8001") and secure("http://[::1]:1/")
    assert not secure("http://192.168.1.60:8888")


def test_a_header_of_two_lines_is_a_fault_of_ours() -> None:
    wire = make_transport({"kind": "http", "url": "http://127.0.0.1:1"}, "test")
    assert isinstance(wire, HttpTransport)
    with pytest.raises(AssertionError):
        wire.ask("GET", "/", 1.0, headers={"Authorization": "a\r\nX: y"})
    with pytest.raises(AssertionError):
        wire.ask("GET", "/ HTTP/1.1\r\nX: y", 1.0)
