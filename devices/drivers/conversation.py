"""One conversation with a device at a time: connected while something is asked, let go of where others wait for it."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Generic, TypeVar

from devices.errors import TransportError
from devices.transports import Way

W = TypeVar("W", bound=Way, covariant=True)


class Conversation(ABC, Generic[W]):
    """Over any transport; a protocol adds how something is asked. Raises TransportError when no answer came."""

    def __init__(self, wire: W, answer_seconds: float) -> None:
        self.wire = wire
        self.answer_seconds = answer_seconds

    @contextmanager
    def session(self) -> Iterator[None]:
        """Connected inside; after a break, and on wires that others share, closed behind it."""
        self._open()
        try:
            yield
        except TransportError:
            self.close()
            raise
        finally:
            if not self.wire.keep_open:
                self.close()

    def close(self) -> None:
        self.wire.close()
        self._forget()

    def _open(self) -> None:
        if self.wire.keep_open:
            self.wire.open()
            return
        self.wire.close()
        self.wire.open()
        self._forget()

    def _reopen(self) -> None:
        """A new connection where that is harmless, else the old one."""
        if not self.wire.keep_open:
            self.close()
        self._open()

    @abstractmethod
    def _forget(self) -> None:
        """Drop what was half read: the next byte is the first of a new connection."""

    def _silent(self) -> TransportError:
        self._forget()
        return TransportError(f"{self.wire.name} does not answer", touched=True)

    def _broken(self) -> TransportError:
        self._forget()
        return TransportError(f"{self.wire.name} answers only what is broken", touched=True)
