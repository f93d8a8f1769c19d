"""A scale that sends text over a pty, by itself or when asked, with what happens to scales: motion, overload, silence.

Run `python -m devices.emulators scale` to have one by hand. Ptys exist on Unix only.
"""

import sys
import time

from devices.emulators.wires import PtyPrinter

STREAM_SECONDS = 0.05


class TextScale:
    """`ask` is the question it waits for; empty: it sends by itself."""

    def __init__(self, ask: bytes = b"") -> None:
        self.line = b""
        self._ask = ask
        self._heard = b""
        self._told = 0.0
        self._asked = False

    def receive(self, data: bytes) -> None:
        self._heard = (self._heard + data)[-64:]
        if self._ask and self._ask in self._heard:
            self._heard, self._asked = b"", True

    def take_replies(self) -> bytes:
        now = time.monotonic()
        if not (self._asked if self._ask else now - self._told >= STREAM_SECONDS):
            return b""
        self._asked, self._told = False, now
        return self.line

    def hangs_up(self) -> bool:
        return False


class PtyScale(PtyPrinter):
    """A scale behind a pseudo terminal, whose name is `path`."""

    def __init__(self, ask: bytes = b"") -> None:
        self._scale = TextScale(ask)
        super().__init__(self._scale)
        self.put(0)

    def put(self, grams: int, stable: bool = True) -> None:
        """What lies on it from now on."""
        state, sign = ("ST" if stable else "US"), ("-" if grams < 0 else "+")
        whole, part = divmod(abs(grams), 1000)
        self._scale.line = f"{state},GS,{sign}{whole:3d}.{part:03d}kg\r\n".encode()

    def overload(self) -> None:
        """More than it carries."""
        self._scale.line = b"OL,GS,+9999999kg\r\n"

    def say(self, line: bytes) -> None:
        """Sends this instead of a reading; nothing at all when it is empty."""
        self._scale.line = line


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
