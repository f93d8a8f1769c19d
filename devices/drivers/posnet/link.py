"""One conversation with a Posnet printer: a command with its token, its answer, and the answer once more after a break.

A token makes every command a question that can be asked again: `rpt @token` gives the answer that was already given,
without doing anything. Nothing that may have been executed is ever sent a second time from here.
"""

import secrets
import time
from pathlib import Path

from devices.drivers.conversation import Conversation
from devices.drivers.posnet.codec import (
    BUSY,
    DAMAGED,
    NOT_IN_BUFFER,
    TOKENS,
    Answer,
    Command,
    Reader,
    command,
    frame,
)
from devices.transports import Transport

# How often a frame is sent again that the printer says it could not read, or had no room for.
RESENDS = 4
# Tokens are taken from the file in blocks, so that a restarted bridge goes on where no answer is remembered.
BLOCK = 1_000


class Tokens:
    """Numbers 0 to 9999 in a ring, also across restarts. A lost file only costs the hint that they give."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._next = self._read()
        self._reserved = 0

    def take(self, count: int = 1) -> int:
        """The first of `count` tokens in a row."""
        first = self._next
        self._next = (first + count) % TOKENS
        self._reserved -= count
        if self._reserved < 0:
            self._path.write_text(str((self._next + BLOCK) % TOKENS), encoding="ascii")
            self._reserved = BLOCK
        return first

    def _read(self) -> int:
        try:
            return int(self._path.read_text(encoding="ascii")) % TOKENS
        except (OSError, ValueError):
            return secrets.randbelow(TOKENS)


class Link(Conversation[Transport]):
    """Over any transport. Raises TransportError when no answer came; `touched` says that the command may have
    arrived.
    """

    def __init__(self, wire: Transport, tokens: Tokens, answer_seconds: float) -> None:
        super().__init__(wire, answer_seconds)
        self.tokens = tokens
        self._reader = Reader()

    def ask(self, asked: Command, seconds: float | None = None, token: int | None = None) -> Answer:
        """Send a command and wait for its answer, which may be an error of the printer."""
        token = self.tokens.take() if token is None else token % TOKENS
        data, answer = frame(asked, token), None
        for _ in range(RESENDS):
            answer = self._exchange(data, token, seconds or self.answer_seconds)
            if answer is None:
                # What came broken may have been the answer. Asking for it once more does nothing else, and a
                # question that is answered out of turn (`!`) is not remembered but has no effect either.
                data = data if asked.name.startswith("!") else frame(command("rpt"), token)
            elif answer.error in BUSY:
                self._listen(None, self.answer_seconds / 2)
            elif not (answer.frame_error and answer.error in DAMAGED):
                break
        if answer is None or (_forgotten(answer) and asked.name != "rpt"):
            raise self._broken()
        return answer

    def again(self, token: int) -> Answer | None:
        """Ask for an answer that was lost, on a new connection where that is harmless; None when there is none."""
        self._reopen()
        answer = self.ask(command("rpt"), token=token)
        return None if _forgotten(answer) else answer

    def known(self, token: int) -> bool:
        """Whether the printer still remembers an answer; after a power cut it remembers none."""
        return not _forgotten(self.ask(command("rpt"), token=token))

    def _forget(self) -> None:
        self._reader.forget()

    def _exchange(self, data: bytes, token: int, seconds: float) -> Answer | None:
        """None when something came broken; it may have been the answer."""
        self.wire.write(data, self.answer_seconds)
        damaged = self._reader.damaged
        answer = self._listen(token, seconds)
        if answer is None and self._reader.damaged == damaged:
            raise self._silent()
        return answer

    def _listen(self, token: int | None, seconds: float) -> Answer | None:
        """The answer under this token; others are late ones that nobody waits for any more. None for silence, and at
        once when a frame came broken.
        """
        deadline, damaged = time.monotonic() + seconds, self._reader.damaged
        while (left := deadline - time.monotonic()) > 0:
            for answer in self._reader.feed(self.wire.read(4096, left)):
                # A printer that could not read a frame does not know its token either.
                if token is not None and (
                    answer.token == token or (answer.frame_error and answer.token is None)
                ):
                    return answer
            if token is not None and self._reader.damaged > damaged:
                return None
        return None


def _forgotten(answer: Answer) -> bool:
    return answer.frame_error and answer.error == NOT_IN_BUFFER
