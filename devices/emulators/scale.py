"""A scale that sends text over a pty, by itself or when asked, with what happens to scales: motion, overload, silence.

Run `python -m devices.emulators scale` to have one by hand. Ptys exist on Unix only.
"""

import contextlib
import os
import select
import sys
import time
import tty

from devices.emulators.wires import TICK, Server

STREAM_SECONDS = 0.05


class PtyScale(Server):
    """Behind a pseudo terminal, whose name is `path`. `ask` is the question it waits for; empty: it sends by itself."""

    def __init__(self, ask: bytes = b"") -> None:
        super().__init__()
        self._master, self._slave = os.openpty()
        tty.setraw(self._master)
        tty.setraw(self._slave)
        # Nobody may be reading: then a line is lost, as on a real wire.
        os.set_blocking(self._master, False)
        self.path = os.ttyname(self._slave)
        self._ask = ask
        self._line = b""
        self.put(0)

    def put(self, grams: int, stable: bool = True) -> None:
        """What lies on it from now on."""
        state, sign = ("ST" if stable else "US"), ("-" if grams < 0 else "+")
        whole, part = divmod(abs(grams), 1000)
        self._line = f"{state},GS,{sign}{whole:3d}.{part:03d}kg\r\n".encode()

    def overload(self) -> None:
        """More than it carries."""
        self._line = b"OL,GS,+9999999kg\r\n"

    def say(self, line: bytes) -> None:
        """Sends this instead of a reading; nothing at all when it is empty."""
        self._line = line

    def _serve(self) -> None:
        heard, told = b"", 0.0
        try:
            while not self._leaving.is_set():
                if select.select([self._master], [], [], TICK)[0]:
                    heard = (heard + os.read(self._master, 256))[-64:]
                if self._ask and self._ask in heard:
                    heard = b""
                    self._send()
                elif not self._ask and time.monotonic() - told >= STREAM_SECONDS:
                    told = time.monotonic()
                    self._send()
        finally:
            os.close(self._master)
            os.close(self._slave)

    def _send(self) -> None:
        with contextlib.suppress(BlockingIOError):
            os.write(self._master, self._line)


def main() -> None:
    """Weighs what is typed: grams and Enter; `~500` has not settled."""
    with PtyScale() as scale:
        sys.stdout.write(
            f"A scale sends on {scale.path}; type grams and Enter, ~500 while it moves, Ctrl-D ends it.\n"
        )
        for text in sys.stdin:
            grams = text.strip().removeprefix("~")
            if grams.lstrip("-").isdigit():
                scale.put(int(grams), stable="~" not in text)
            else:
                scale.overload()
