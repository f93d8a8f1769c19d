"""Wires to scales on the network: a question is asked again until it is answered or its time is over.

What is asked must be safe to repeat, because an answer that was lost looks like a question that was.
"""

import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from django.utils.translation import gettext as _

from devices.errors import TransportError
from devices.transports.tcp import TcpTransport
from exchange.scales.contract import Unreachable

Answer = TypeVar("Answer")
LONGEST_DATAGRAM = 65_535
LONGEST_ANSWER = 256 * 1024


@dataclass(frozen=True)
class Patience:
    """How often a question is asked, and how long each time an answer is waited for."""

    tries: int
    seconds: float


class Wire(Protocol):
    """`understand` is given what has arrived and answers None while that is no answer to this question."""

    def ask(self, question: bytes, understand: Callable[[bytes], Answer | None]) -> Answer:
        """Raises Unreachable, and whatever `understand` raises."""

    def close(self) -> None:
        """Lets go; never raises."""


class Datagrams:
    """Each question has a socket of its own: a late answer to one question finds no reader, and is never taken for
    the answer to the next. (Answers of these protocols do not say which record they are about.)"""

    def __init__(self, host: str, port: int, patience: Patience) -> None:
        self._address = (host, port)
        self._patience = patience

    def ask(self, question: bytes, understand: Callable[[bytes], Answer | None]) -> Answer:
        try:
            line = self._socket()
        except OSError as error:
            raise _silent(self._address) from error
        with line:
            for _try in range(self._patience.tries):
                answer = self._ask_on(line, question, understand)
                if answer is not None:
                    return answer
        raise _silent(self._address)

    def _socket(self) -> socket.socket:
        family, kind, protocol, _name, address = socket.getaddrinfo(*self._address, type=socket.SOCK_DGRAM)[0]
        line = socket.socket(family, kind, protocol)
        # Connected: what strangers send to this socket is dropped by the system.
        try:
            line.connect(address)
        except OSError:
            line.close()
            raise
        return line

    def _ask_on(
        self, line: socket.socket, question: bytes, understand: Callable[[bytes], Answer | None]
    ) -> Answer | None:
        deadline = time.monotonic() + self._patience.seconds
        try:
            line.send(question)
            while (left := deadline - time.monotonic()) > 0:
                line.settimeout(left)
                answer = understand(line.recv(LONGEST_DATAGRAM))
                if answer is not None:
                    return answer
        except TimeoutError:
            return None
        except OSError:
            # The network says at once that nobody is there; the scale may be starting, so its time is given to it.
            time.sleep(max(0.0, deadline - time.monotonic()))
        return None

    def close(self) -> None:
        """Nothing stays open between two questions."""


class Stream:
    """One connection for a talk; a question that is not answered in time is asked again on a new one."""

    def __init__(self, host: str, port: int, patience: Patience) -> None:
        self._address = (host, port)
        self._patience = patience
        self._transport = TcpTransport(host, port, connect_seconds=max(patience.seconds, 0.1))

    def reach(self) -> None:
        """Opens the connection, for scales that have no question without consequences. Raises Unreachable."""
        try:
            self._transport.open()
        except TransportError as error:
            raise _silent(self._address) from error

    def ask(self, question: bytes, understand: Callable[[bytes], Answer | None]) -> Answer:
        last: Exception | None = None
        for _try in range(self._patience.tries):
            try:
                self._transport.open()
                self._transport.write(question, self._patience.seconds)
                answer = self._listen(understand)
            except TransportError as error:
                last, answer = error, None
            if answer is not None:
                return answer
            # Whatever comes later on this connection could be taken for another question's answer.
            self._transport.close()
        raise _silent(self._address) from last

    def _listen(self, understand: Callable[[bytes], Answer | None]) -> Answer | None:
        heard, deadline = b"", time.monotonic() + self._patience.seconds
        while (left := deadline - time.monotonic()) > 0 and len(heard) < LONGEST_ANSWER:
            heard += self._transport.read(4096, left)
            answer = understand(heard)
            if answer is not None:
                return answer
        return None

    def close(self) -> None:
        self._transport.close()


def _silent(address: tuple[str, int]) -> Unreachable:
    return Unreachable(
        _("The scale at %(host)s:%(port)s does not answer.") % {"host": address[0], "port": address[1]}
    )
