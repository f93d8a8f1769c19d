"""Daphne with a port that looks at a connection's first byte.

A TLS handshake gets TLS; plain HTTP from this machine is served as it is; plain HTTP from elsewhere is
sent to https://. A renewed certificate is used from the next connection on, without a restart.

Importing this module installs Twisted's reactor (Daphne does that), so only the web process imports it.
"""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Any

from daphne.endpoints import build_endpoint_description_strings
from daphne.server import Server
from OpenSSL import SSL
from twisted.internet import reactor
from twisted.internet.interfaces import IOpenSSLServerConnectionCreator
from twisted.internet.protocol import Factory, Protocol, connectionDone
from twisted.protocols.tls import TLSMemoryBIOFactory, TLSMemoryBIOProtocol
from twisted.python.failure import Failure
from zope.interface import implementer  # type: ignore[import-untyped]

from core.runtime import tls

__all__ = ["StoreServer", "build_endpoint_description_strings"]

_TLS_HANDSHAKE = 0x16
_FIRST_BYTE_SECONDS = 60
_HEAD_LIMIT = 8192
_REQUEST_LINE = re.compile(rb"[A-Z]{1,16} (/[!-~]*) HTTP/1\.[01]")
_HOST_LINE = re.compile(rb"host: *([a-z0-9.:\[\]-]{1,255})", re.IGNORECASE)


def is_loopback(host: str) -> bool:
    """Whether a peer's address is this machine's own loopback (also as IPv4 inside IPv6)."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped.is_loopback
    return address.is_loopback


def redirection(head: bytes) -> bytes:
    """The answer to a plain HTTP request from another machine: the same page over HTTPS, or 400."""
    first, *lines = head.split(b"\r\n")
    request = _REQUEST_LINE.fullmatch(first)
    hosts = [found.group(1) for line in lines if (found := _HOST_LINE.fullmatch(line.strip()))]
    if request is None or len(hosts) != 1:
        return b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    return b"".join(
        [
            b"HTTP/1.1 307 Temporary Redirect\r\nLocation: https://",
            hosts[0],
            request.group(1),
            b"\r\nCache-Control: no-store\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        ]
    )


class StoreServer(Server):  # type: ignore[misc]  # Daphne carries no types.
    """Daphne's server; with certificates the factory it makes for its listeners is wrapped."""

    def __init__(self, *, certificates: tls.Files | None, **options: Any) -> None:
        self._certificates = certificates
        super().__init__(**options)

    @property
    def http_factory(self) -> Any:
        """What listeners make connections with. Daphne sets it when it starts and hands it to them."""
        return self._http_factory

    @http_factory.setter
    def http_factory(self, factory: Any) -> None:
        if self._certificates is None:
            self._http_factory = factory
        else:
            self._http_factory = FirstByteFactory(factory, self._certificates)


class Redirect(Protocol):
    """Reads the head of one plain request and answers with the way to HTTPS."""

    transport: Any
    head = b""

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  (Twisted's name)
        """Collect the head, at most 8 KiB of it, then answer and hang up."""
        self.head += data[: _HEAD_LIMIT + 1]
        if b"\r\n\r\n" in self.head or len(self.head) > _HEAD_LIMIT:
            self.transport.write(redirection(self.head))
            self.transport.loseConnection()


class FirstByte(Protocol):
    """Waits for the first byte, then puts the right protocol in its own place."""

    transport: Any
    factory: FirstByteFactory
    timer: Any = None

    def connectionMade(self) -> None:  # noqa: N802  (Twisted's name)
        """Somebody who never says anything may not hold a connection for ever."""
        clock: Any = reactor
        self.timer = clock.callLater(_FIRST_BYTE_SECONDS, self.transport.abortConnection)

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802  (Twisted's name)
        """Forget the timer of a connection that ended without a byte."""
        if self.timer.active():
            self.timer.cancel()

    def dataReceived(self, data: bytes) -> None:  # noqa: N802  (Twisted's name)
        """Decide, and hand over the connection with what has come already."""
        self.timer.cancel()
        protocol = self.factory.protocol_for(data[0], self.transport.getPeer())
        self.transport.protocol = protocol
        protocol.makeConnection(self.transport)
        protocol.dataReceived(data)


class FirstByteFactory(Factory):
    """Knows the two ways a connection can go on: Daphne's own protocol, bare or inside TLS."""

    protocol = FirstByte  # type: ignore[assignment]  # Twisted's own idiom; its annotation is narrower.

    def __init__(self, plain: Any, certificates: tls.Files) -> None:
        self._plain = plain
        connections: Any = RenewedContext(certificates)
        self._secure = TLSMemoryBIOFactory(connections, False, plain)

    def protocol_for(self, first: int, peer: Any) -> Any:
        """The protocol for a connection from `peer` whose first byte is `first`."""
        if first == _TLS_HANDSHAKE:
            return self._secure.buildProtocol(peer)
        if is_loopback(peer.host):
            return self._plain.buildProtocol(peer)
        return Redirect()


@implementer(IOpenSSLServerConnectionCreator)
class RenewedContext:
    """Makes the server's side of each TLS connection, from files that may be replaced while it runs."""

    def __init__(self, files: tls.Files) -> None:
        self._files = files
        self._seen = 0.0
        self._context = self._current()

    def serverConnectionForTLS(self, protocol: TLSMemoryBIOProtocol) -> SSL.Connection:  # noqa: N802
        """A connection with the certificate of this moment (the name is Twisted's)."""
        return SSL.Connection(self._current(), None)

    def _current(self) -> SSL.Context:
        """The context, made again when the certificate's file has changed."""
        changed = self._files.server.stat().st_mtime
        if changed != self._seen:
            self._context, self._seen = make_context(self._files.server, self._files.server_key), changed
        return self._context


def make_context(certificate: Path, key: Path) -> SSL.Context:
    """TLS 1.2 and 1.3 with the certificate chain and key from PEM files."""
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_min_proto_version(SSL.TLS1_2_VERSION)
    context.set_options(SSL.OP_NO_COMPRESSION | SSL.OP_NO_RENEGOTIATION | SSL.OP_CIPHER_SERVER_PREFERENCE)
    context.use_certificate_chain_file(str(certificate))
    context.use_privatekey_file(str(key))
    context.check_privatekey()
    return context
