"""One conversation with a Shtrih-M printer in either of its framings: a command, its answer, and the answer once more.

Nothing that may have been executed is ever sent a second time from here, but for one case in which the printer itself
promises not to do it again: a frame of the second framing whose number it has answered already.
"""

import time
from abc import abstractmethod
from collections.abc import Mapping

from devices.drivers.conversation import Conversation
from devices.drivers.shtrih.codec import (
    ACK,
    ENQ,
    NAK,
    PRINTING,
    Answer,
    By,
    Command,
    Numbered,
    Reader,
    Reader2,
    answer_of,
    frame,
    frame2,
)
from devices.errors import TransportError
from devices.transports import Transport

# How often a frame is sent again that the printer could not read, or its answer asked for that we could not.
RESENDS = 4
BUSY_SECONDS = 0.1
PLACES = 0x10000


class Link(Conversation[Transport]):
    """Raises TransportError when no answer came; `touched` says that the command may have arrived."""

    def __init__(self, wire: Transport, passwords: Mapping[By, int], answer_seconds: float) -> None:
        super().__init__(wire, answer_seconds)
        self._passwords = passwords

    def ask(self, asked: Command, seconds: float | None = None) -> Answer:
        """Send a command and wait for its answer, which may be an error of the printer. While it still prints what came
        before it refuses without doing anything, and is asked again.
        """
        seconds = seconds or self.answer_seconds
        deadline = time.monotonic() + seconds
        while True:
            answer = self._answered(asked, self._exchange(asked.payload(self._passwords), seconds))
            if answer.error != PRINTING or time.monotonic() >= deadline:
                return answer
            time.sleep(BUSY_SECONDS)

    def again(self, asked: Command) -> Answer | None:
        """The answer to the command before, which was lost, on a new connection where that is harmless. None when the
        printer has none to give: it never heard the command, or has forgotten it with its power.
        """
        self._reopen()
        payload = self._once_more(asked.payload(self._passwords))
        return None if payload is None else self._answered(asked, payload)

    @abstractmethod
    def _exchange(self, payload: bytes, seconds: float) -> bytes:
        """The payload of the answer."""

    @abstractmethod
    def _once_more(self, payload: bytes) -> bytes | None:
        """The payload of the answer to the command before; None when there is none."""

    def _answered(self, asked: Command, payload: bytes) -> Answer:
        answer = answer_of(payload)
        if answer is None or answer.code != asked.code:
            raise TransportError(f"{self.wire.name} answered {asked.name} with something else", touched=True)
        return answer


class Link1(Link):
    """ENQ asks whether an answer waits, NAK says no; ACK takes a frame, NAK asks for it again."""

    def __init__(self, wire: Transport, passwords: Mapping[By, int], answer_seconds: float) -> None:
        super().__init__(wire, passwords, answer_seconds)
        self._reader = Reader()
        self._heard: list[int | bytes | None] = []

    def _forget(self) -> None:
        self._reader.forget()
        self._heard = []

    def _exchange(self, payload: bytes, seconds: float) -> bytes:
        # An answer that nobody waits for any more is taken first, or it would be mistaken for ours.
        for _ in range(RESENDS):
            if self._waiting() is None:
                break
        else:
            raise self._broken()
        for _ in range(RESENDS):
            self._write(frame(payload))
            if self._control() == ACK:
                return self._take(seconds)
        raise self._broken()

    def _once_more(self, payload: bytes) -> bytes | None:
        code = payload[: 2 if payload[0] == 0xFF else 1]
        found = self._waiting()
        return found if found is not None and found.startswith(code) else None

    def _waiting(self) -> bytes | None:
        """The answer that the printer still has for us, or None when it waits for a command."""
        self._forget()
        self._write(bytes([ENQ]))
        return None if self._control() == NAK else self._take(self.answer_seconds)

    def _take(self, seconds: float) -> bytes:
        for _ in range(RESENDS):
            found = self._next(seconds, bytes)
            if isinstance(found, bytes):
                self._write(bytes([ACK]))
                return found
            # It keeps the answer until it hears ACK, and gives it again when it is asked.
            self._write(bytes([NAK]))
            self._write(bytes([ENQ]))
            if self._control() == NAK:
                break
        raise self._broken()

    def _control(self) -> int:
        found = self._next(self.answer_seconds, int)
        assert isinstance(found, int)
        return found

    def _next(self, seconds: float, kind: type[int] | type[bytes]) -> int | bytes | None:
        """The next control byte, or the next frame with None for a damaged one; the other kind is noise here."""
        deadline = time.monotonic() + seconds
        while True:
            while self._heard:
                found = self._heard.pop(0)
                if isinstance(found, kind) or (found is None and kind is bytes):
                    return found
            left = deadline - time.monotonic()
            if left <= 0:
                raise self._silent()
            self._heard += self._reader.feed(self.wire.read(4096, left))

    def _write(self, data: bytes) -> None:
        self.wire.write(data, self.answer_seconds)


class Link2(Link):
    """Every frame has a number; a number that was answered already brings the old answer and nothing else."""

    def __init__(self, wire: Transport, passwords: Mapping[By, int], answer_seconds: float) -> None:
        super().__init__(wire, passwords, answer_seconds)
        self._reader = Reader2()
        self._heard: list[Numbered | None] = []
        # The number of the last frame, while the connection is known to agree with it.
        self._place: int | None = None
        self._last = 0

    def _forget(self) -> None:
        self._reader.forget()
        self._heard = []
        self._place = None

    def _exchange(self, payload: bytes, seconds: float) -> bytes:
        if self._place is None:
            self._place = self._synchronised()
        self._place = self._last = (self._place + 1) % PLACES
        return self._numbered(payload, self._last, seconds)

    def _once_more(self, payload: bytes) -> bytes | None:
        last, found = self._last, self._synchronised()
        # It has answered this number, or has not heard it yet: either way it is executed once. Any other number is
        # that of a printer which lost its power or spoke with somebody else.
        if found not in (last, (last - 1) % PLACES):
            return None
        self._place = last
        return self._numbered(payload, last, self.answer_seconds)

    def _synchronised(self) -> int:
        self._forget()
        for _ in range(RESENDS):
            self.wire.write(frame2(None), self.answer_seconds)
            found = self._next(self.answer_seconds)
            if found is not None and not found.payload:
                return found.place
        raise self._broken()

    def _numbered(self, payload: bytes, place: int, seconds: float) -> bytes:
        for _ in range(RESENDS):
            self.wire.write(frame2(payload, place), self.answer_seconds)
            found = self._next(seconds)
            if found is None:
                continue
            if found.place != place:
                break
            return found.payload
        raise self._broken()

    def _next(self, seconds: float) -> Numbered | None:
        """The next frame; None for a damaged one."""
        deadline = time.monotonic() + seconds
        while not self._heard:
            left = deadline - time.monotonic()
            if left <= 0:
                raise self._silent()
            self._heard += self._reader.feed(self.wire.read(4096, left))
        return self._heard.pop(0)


LINKS: dict[str, type[Link1] | type[Link2]] = {"v1": Link1, "v2": Link2}
