"""Wires in front of an emulated printer: a TCP port, and a pty that is a serial line to whoever opens it.

Run `python -m devices.emulators printer --port 9100` to have a network printer by hand. Ptys exist on Unix only; the
printer itself runs anywhere.
"""

import argparse
import contextlib
import os
import select
import socket
import sys
import threading
import time
import tty
from abc import ABC, abstractmethod
from types import TracebackType
from typing import Protocol, Self

from devices.emulators.label import LabelFaults
from devices.emulators.printer import Printer

TICK = 0.01


class Wired(Protocol):
    """An emulated device that bytes come to and go from."""

    def receive(self, data: bytes) -> None:
        """Bytes as they arrived, however they were cut."""

    def take_replies(self) -> bytes:
        """What it has to say since it was last asked."""

    def hangs_up(self) -> bool:
        """Whether the connection ends here: it has no power, or the wire was cut."""


class Answering(Protocol):
    """An emulated device that answers datagrams."""

    faults: LabelFaults

    def answer(self, datagram: bytes) -> bytes | None:
        """What it says to one datagram, if anything."""


class Server(ABC):
    """A thread that moves bytes between one wire and an emulated device until it is left."""

    def __init__(self) -> None:
        self._leaving = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._leaving.set()
        self._thread.join(5)

    @abstractmethod
    def _serve(self) -> None:
        """Runs on the thread; returns soon after `_leaving` is set."""


class TcpPrinter(Server):
    """On a free port of 127.0.0.1 unless one is given; one client at a time, as network printers are."""

    def __init__(self, printer: Wired, port: int = 0) -> None:
        super().__init__()
        self.printer = printer
        self._listener = socket.create_server(("127.0.0.1", port))
        self._listener.settimeout(TICK)
        self.port: int = self._listener.getsockname()[1]

    def _serve(self) -> None:
        with self._listener:
            while not self._leaving.is_set():
                with contextlib.suppress(TimeoutError, ConnectionError, BrokenPipeError):
                    connection, _address = self._listener.accept()
                    with connection:
                        self._talk(connection)

    def _talk(self, connection: socket.socket) -> None:
        connection.settimeout(TICK)
        while not self.printer.hangs_up() and not self._leaving.is_set():
            try:
                data = connection.recv(4096)
                if not data:
                    return
                self.printer.receive(data)
            except TimeoutError:
                # Silence from the bridge; the printer may still have something to say.
                data = b""
            replies = self.printer.take_replies()
            if replies:
                connection.sendall(replies)


class UdpServer(Server):
    """On a free port of 127.0.0.1 unless one is given; some datagrams are lost on the way, in either direction."""

    def __init__(self, device: Answering, port: int = 0) -> None:
        super().__init__()
        self.device = device
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", port))
        self._socket.settimeout(TICK)
        self.port: int = self._socket.getsockname()[1]

    def _serve(self) -> None:
        with self._socket:
            while not self._leaving.is_set():
                # Silence, or the network's word that somebody no longer listens.
                with contextlib.suppress(TimeoutError, ConnectionError):
                    datagram, sender = self._socket.recvfrom(65_535)
                    self._answer(datagram, sender)

    def _answer(self, datagram: bytes, sender: tuple[str, int]) -> None:
        faults = self.device.faults
        if faults.lost():
            return
        answer = self.device.answer(datagram)
        if faults.slow_seconds:
            time.sleep(faults.slow_seconds)
        if answer is not None and not faults.silent and not faults.lost():
            self._socket.sendto(answer, sender)


class PtyPrinter(Server):
    """Behind a pseudo terminal, whose name is `path`: what a serial printer looks like to the bridge."""

    def __init__(self, printer: Wired) -> None:
        super().__init__()
        self.printer = printer
        self._master, self._slave = os.openpty()
        tty.setraw(self._master)
        tty.setraw(self._slave)
        # Nobody may be reading: then bytes are lost, as on a real line.
        os.set_blocking(self._master, False)
        self.path = os.ttyname(self._slave)

    def type(self, data: bytes) -> None:
        """Send bytes that nobody asked for, as a scanner on such a line does."""
        os.write(self._master, data)

    def _serve(self) -> None:
        try:
            while not self._leaving.is_set():
                if select.select([self._master], [], [], TICK)[0]:
                    self.printer.receive(os.read(self._master, 4096))
                replies, gone = self.printer.take_replies(), self.printer.hangs_up()
                if replies and not gone:
                    with contextlib.suppress(BlockingIOError):
                        os.write(self._master, replies)
        finally:
            os.close(self._master)
            os.close(self._slave)


def main(arguments: list[str] | None = None) -> None:
    """Print arriving receipts as text, so that a driver can be tried by hand against real bytes."""
    parser = argparse.ArgumentParser(prog="python -m devices.emulators printer", description=main.__doc__)
    parser.add_argument("--port", type=int, default=9100)
    printer = Printer()
    with TcpPrinter(printer, parser.parse_args(arguments).port) as server:
        sys.stdout.write(f"An ESC/POS printer listens on 127.0.0.1:{server.port}; Ctrl-C ends it.\n")
        shown = 0
        with contextlib.suppress(KeyboardInterrupt):
            while True:
                for sheet in printer.sheets[shown:]:
                    sys.stdout.write(
                        "\n".join([*sheet.texts, f"-- cut ({sheet.cut}) {sheet.complaints} --\n"])
                    )
                    shown += 1
                time.sleep(0.1)
