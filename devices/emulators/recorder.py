"""A video recorder that shows what it is told: it listens on TCP, UDP or HTTP, or calls a server and reads.

What goes wrong is switched on: it stops reading, closes each connection, or is off. A TCP recorder takes one call at a
time, as recorders do.
"""

import argparse
import contextlib
import json
import select
import socket
import sys
import threading
import time
from collections.abc import Callable
from types import TracebackType

from devices.emulators.web import Refusal, Request, WebFaults, WebService
from devices.emulators.wires import TICK, Server, TcpPrinter

HELP = """Type and press Enter:
  deaf     it stops reading, and reads again
  cut      it closes the connection
  off, on  its power
"""
SMALL = 4096


class TextRecorder(Server):
    """Text over TCP or UDP. `read` is everything it has read, in order; `calls` counts connections.

    `deaf`: it is connected and never reads. `cut`: it closes the present connection, once.
    """

    def __init__(self, *, port: int = 0, udp: bool = False, call: tuple[str, int] | None = None) -> None:
        super().__init__()
        self.read = b""
        self.calls = 0
        self.deaf = self.cut = self.off = False
        self._call = call
        self._udp = udp
        self._news = threading.Condition()
        self._listener: socket.socket | None = None
        self.port = port
        if call is None:
            self._listener = self._open()
            self.port = self._listener.getsockname()[1]

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, value, trace)
        if self._listener is not None:
            self._listener.close()

    def wait(self, wanted: Callable[[bytes], bool], seconds: float = 10.0) -> bytes:
        """What it has read, once that is what is wanted. Raises TimeoutError with what there is."""
        with self._news:
            if not self._news.wait_for(lambda: wanted(self.read), seconds):
                raise TimeoutError(repr(self.read[-2000:]))
            return self.read

    def _open(self) -> socket.socket:
        listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM if self._udp else socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # A recorder that stops reading soon has no room for more.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536 if self._udp else SMALL)
        listener.bind(("127.0.0.1", self.port))
        if not self._udp:
            listener.listen()
        return listener

    def _serve(self) -> None:
        while not self._leaving.is_set():
            try:
                self._turn()
            except OSError:
                time.sleep(TICK)

    def _turn(self) -> None:
        if self.off:
            self._power_off()
        elif self._call is not None:
            with socket.create_connection(self._call, 1) as line:
                self._listen(line)
        else:
            self._listener = self._listener or self._open()
            if not select.select([self._listener], [], [], TICK)[0]:
                return
            if self._udp:
                if not self.deaf:
                    self._take(self._listener.recv(65_535))
                return
            line, _peer = self._listener.accept()
            with line:
                self._listen(line)

    def _power_off(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        time.sleep(TICK)

    def _listen(self, line: socket.socket) -> None:
        self.calls += 1
        line.settimeout(TICK)
        while not self._leaving.is_set() and not self.off:
            if self.cut:
                self.cut = False
                return
            if self.deaf:
                time.sleep(TICK)
                continue
            with contextlib.suppress(TimeoutError):
                data = line.recv(4096)
                if not data:
                    return
                self._take(data)

    def _take(self, data: bytes) -> None:
        with self._news:
            self.read += data
            self._news.notify_all()


class WebRecorder(WebService[WebFaults]):
    """A webhook: it takes POSTs of acts, keeps them in `acts`, and says which signatures it saw."""

    def __init__(self) -> None:
        super().__init__(WebFaults())
        self.acts: list[dict[str, object]] = []

    def serve(self, request: Request) -> tuple[int, object]:
        told = request.json()
        if request.method != "POST" or not isinstance(told, dict):
            raise Refusal(400, {"message": "a POST of JSON"})
        self.acts += told["events"]
        return 200, {"taken": len(told["events"])}


def main(_kind: str, arguments: list[str]) -> None:
    """Shows what arrives until Ctrl-D."""
    parser = argparse.ArgumentParser(prog="python -m devices.emulators recorder", description=main.__doc__)
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument(
        "--tcp", type=int, metavar="PORT", help="listens on a port of 127.0.0.1; 0 picks a free one"
    )
    way.add_argument("--udp", type=int, metavar="PORT", help="the same for datagrams")
    way.add_argument("--http", type=int, metavar="PORT", help="a webhook on a port of 127.0.0.1")
    way.add_argument("--call", metavar="HOST:PORT", help="calls a server and reads")
    parser.add_argument("--encoding", default="utf-8")
    options = parser.parse_args(arguments)
    if options.http is not None:
        _web(options.http)
        return
    call = None
    if options.call:
        host, _, port = options.call.rpartition(":")
        call = (host, int(port))
    with TextRecorder(
        port=options.tcp or options.udp or 0, udp=options.udp is not None, call=call
    ) as recorder:
        where = f"calls {options.call}" if call else f"listens on 127.0.0.1:{recorder.port}"
        sys.stdout.write(f"A recorder {where}; Ctrl-D ends it.\n{HELP}")
        sys.stdout.flush()
        showing = threading.Thread(target=_show, args=(recorder, options.encoding), daemon=True)
        showing.start()
        _attend(recorder)


def _attend(recorder: TextRecorder) -> None:
    with contextlib.suppress(KeyboardInterrupt):
        for text in sys.stdin:
            word = text.strip()
            if word in ("off", "on"):
                recorder.off = word == "off"
            elif word in ("deaf", "cut"):
                setattr(recorder, word, not getattr(recorder, word))
            else:
                sys.stdout.write(HELP)
            sys.stdout.flush()


def _show(recorder: TextRecorder, encoding: str) -> None:
    shown = 0
    while True:
        data = recorder.read[shown:]
        shown += len(data)
        sys.stdout.write(data.decode(encoding, "replace"))
        sys.stdout.flush()
        time.sleep(0.05)


def _web(port: int) -> None:
    web = WebRecorder()
    with TcpPrinter(web, port) as server, contextlib.suppress(KeyboardInterrupt):
        sys.stdout.write(f"A webhook listens on http://127.0.0.1:{server.port}/; Ctrl-C ends it.\n")
        sys.stdout.flush()
        shown = 0
        while True:
            for act in web.acts[shown:]:
                sys.stdout.write(json.dumps(act, ensure_ascii=False) + "\n")
                shown += 1
            sys.stdout.flush()
            time.sleep(0.1)
