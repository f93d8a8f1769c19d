"""The fiscal storage inside an emulated Shtrih-M printer: documents with numbers and signs that nothing takes back."""

import zlib
from dataclasses import dataclass, field
from datetime import datetime

REGISTERED, SHIFT_BEGIN, RECEIPT, SHIFT_END = 1, 2, 3, 5


@dataclass(frozen=True)
class Stored:
    """`operation` 1 sale, 2 return; `lines` are (name, quantity in millionths, price, sum, rate), `tags` its own."""

    place: int
    kind: int
    at: datetime
    shift: int
    operation: int = 0
    amount: int = 0
    lines: tuple[tuple[str, int, int, int, int], ...] = ()
    tags: tuple[tuple[int, bytes], ...] = ()
    payments: tuple[int, ...] = ()
    change: int = 0
    operator: int = 0

    @property
    def sign(self) -> int:
        return zlib.crc32(repr((self.place, self.kind, self.operation, self.amount)).encode())

    def told(self) -> bytes:
        """As FF0Ah gives it, behind the kind and the receipt of the tax office."""
        head = stamp(self.at) + self.place.to_bytes(4, "little") + self.sign.to_bytes(4, "little")
        if self.kind == RECEIPT:
            return head + bytes([self.operation]) + self.amount.to_bytes(5, "little")
        return head + self.shift.to_bytes(2, "little")


@dataclass
class Storage:
    number: str = "9960440300012345"
    phase: int = 3
    for_training: bool = False
    warnings: int = 0
    shift_open: bool = False
    shift: int = 0
    receipts: int = 0
    # A document that was begun and neither ended nor cancelled.
    busy_with: int = 0
    # How many of the documents, from the first on, the tax office has taken; all of them while this is None.
    sent: int | None = None
    documents: list[Stored] = field(default_factory=list)

    def begin(self, at: datetime) -> None:
        """Registered with the tax office: its first document."""
        self._add(REGISTERED, at)

    def open_shift(self, at: datetime) -> None:
        self.shift_open, self.shift, self.receipts = True, self.shift + 1, 0
        self._add(SHIFT_BEGIN, at)

    def close_shift(self, at: datetime) -> None:
        self.shift_open = False
        self._add(SHIFT_END, at)

    def receipt(self, at: datetime, **what: object) -> Stored:
        self.receipts += 1
        return self._add(RECEIPT, at, **what)

    def waiting(self) -> list[Stored]:
        return [] if self.sent is None else self.documents[self.sent :]

    def _add(self, kind: int, at: datetime, **what: object) -> Stored:
        found = Stored(len(self.documents) + 1, kind, at, self.shift, **what)  # type: ignore[arg-type]
        self.documents.append(found)
        return found


def stamp(at: datetime) -> bytes:
    return bytes((at.year - 2000, at.month, at.day, at.hour, at.minute))
