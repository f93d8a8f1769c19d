"""One conversation with a Datecs printer: a command under its number, its answer, and the answer once more.

A number twice in a row makes the printer repeat its answer without doing anything, for as long as it has power. What
must not happen twice is therefore never said into silence: whoever asked learns that no answer came, and looks.
"""

import secrets
import time

from devices.drivers.conversation import Conversation
from devices.drivers.datecs.codec import FIRST_SEQ, LAST_SEQ, NAK, SYN, Answer, Command, Reader, frame
from devices.drivers.datecs.families import Family
from devices.errors import TransportError
from devices.transports import Transport

# How often a frame is said in all, when it comes broken or is met by silence.
TRIES = 3


class Link(Conversation[Transport]):
    """Raises TransportError when no answer came; `touched` says that the command may have arrived."""

    def __init__(self, wire: Transport, family: Family, answer_seconds: float) -> None:
        super().__init__(wire, answer_seconds)
        self.family = family
        self._reader = Reader(family.framing)
        self._heard: list[int | Answer | None] = []
        self._seq = FIRST_SEQ + secrets.randbelow(LAST_SEQ - FIRST_SEQ + 1)
        self._agreed = False

    def ask(self, asked: Command, seconds: float | None = None, once: bool = False) -> Answer:
        """Send a command and wait for its answer, which may be a refusal. `once`: it is not said into silence again."""
        if not self._agreed:
            self._agree()
        self._next()
        return self._answered(asked, self._exchange(asked, seconds, once))

    def again(self, asked: Command) -> Answer:
        """The command before, on a new connection where that is harmless, under the number that it had."""
        self._reopen()
        answer = self._answered(asked, self._exchange(asked, None, once=False))
        self._agreed = True
        return answer

    def back(self) -> None:
        """Whether it answers on a new connection."""
        self._reopen()
        self._agree()

    def _agree(self) -> None:
        """A new connection may begin with the number that the printer answered last, to another command: then it
        repeats that answer, which is no answer to ours.
        """
        question = self.family.command("status")
        for _ in range(TRIES):
            self._next()
            if self._exchange(question, None, once=False).code == question.code:
                self._agreed = True
                return
        raise self._broken()

    def _next(self) -> None:
        self._seq = FIRST_SEQ if self._seq >= LAST_SEQ else self._seq + 1

    def _forget(self) -> None:
        self._reader.forget()
        self._heard = []
        self._agreed = False

    def _answered(self, asked: Command, answer: Answer) -> Answer:
        if answer.code != asked.code:
            raise TransportError(f"{self.wire.name} answered {asked.name} with something else", touched=True)
        return answer

    def _exchange(self, asked: Command, seconds: float | None, once: bool) -> Answer:
        data = frame(asked, self._seq, self.family.framing)
        deadline = time.monotonic() + max(seconds or 0, self.answer_seconds * TRIES)
        silent = 0
        for _ in range(TRIES):
            self.wire.write(data, self.answer_seconds)
            try:
                answer = self._listen(deadline)
            except TimeoutError:
                silent += 1
                if once:
                    break
                continue
            if answer is not None:
                return answer
        raise self._silent() if silent else self._broken()

    def _listen(self, deadline: float) -> Answer | None:
        """The answer under our number; None when the printer or we could not read. Raises TimeoutError for silence; one
        that says it is at work is waited for.
        """
        quiet = time.monotonic() + self.answer_seconds
        while True:
            while self._heard:
                found = self._heard.pop(0)
                if found == SYN:
                    quiet = time.monotonic() + self.answer_seconds
                elif found is None or found == NAK:
                    self._heard.clear()
                    return None
                elif isinstance(found, Answer) and found.seq == self._seq:
                    return found
            left = min(quiet, deadline) - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._heard += self._reader.feed(self.wire.read(4096, left))
