"""A ZVT card terminal on a port: APDUs that each side acknowledges, states while it works, the last slip once more.

It parses by itself, from the public specification. `python -m devices.emulators zvt --tcp 20007`.
"""

from collections import deque

from devices.emulators.bank import Bank, CardFaults, Entry
from devices.emulators.endpoint import Endpoint

ACK, BUSY, UNKNOWN = "800000", "849C00", "848300"
NAMES = {
    "0600": "register", "0601": "pay", "0630": "reverse", "0631": "refund", "0650": "settle", "0620": "repeat",
    "06b0": "abort", "0501": "state",
}  # fmt: skip
MONEY = {"pay": "purchase", "refund": "refund", "reverse": "void"}


class ZvtTerminal(Endpoint[CardFaults]):
    def __init__(self, bank: Bank | None = None) -> None:
        super().__init__(CardFaults())
        self.bank = bank or Bank()
        self.heard: list[str] = []
        self.complaints: list[str] = []
        # What it has still to say; the next one goes out when the till has acknowledged the one before.
        self._outbox: deque[bytes] = deque()
        self._waits = False
        self._registered = False
        self._running: tuple[str, bytes, int] | None = None

    # -------------------------------------------------------------------- the wire

    def _read(self) -> None:
        while len(self._input) >= 3 and self._listens:
            head, size = 3, self._input[2]
            if size == 0xFF and len(self._input) >= 5:
                head, size = 5, self._input[3] | self._input[4] << 8
            if len(self._input) < head + size:
                return
            code, body = self._input[:2].hex(), self._input[head : head + size]
            self._input = self._input[head + size :]
            self._arrived(code, body)

    def take_replies(self) -> bytes:
        with self._lock:
            self._pass_time()
            if not self._waits and self._outbox:
                self._replies += self._outbox.popleft()
                self._waits = True
            return super().take_replies()

    def show_card(self) -> None:
        with self._lock:
            if self._running is not None:
                self._running = (*self._running[:2], 0)

    # -------------------------------------------------------------------- commands

    def _arrived(self, code: str, body: bytes) -> None:
        if code == "8000":
            self._waits = False
            return
        name = NAMES.get(code, code)
        self.heard.append(name)
        if name == "abort":
            self._abort()
        elif self._running is not None:
            self._say(BUSY)
        elif name == "register":
            self._register(body)
        elif not self._registered:
            self._say(UNKNOWN)
        elif self.faults.refuse_commands and name in MONEY:
            self.faults.refuse_commands -= 1
            self._say(BUSY)
        elif (
            name in self.faults.unknown
            or name not in NAMES.values()
            or (name == "repeat" and self.faults.no_log)
        ):
            self._say(UNKNOWN)
        elif self.faults.cut_before == name:
            self.faults.cut_before = None
            self._hang_up()
        else:
            self._say(ACK)
            self._do(name, body)

    def _register(self, body: bytes) -> None:
        """A new line: what was still to be said to the old one is forgotten."""
        self._outbox.clear()
        self._waits = False
        self._registered = True
        if len(body) < 6 or not body[3] & 0x10:
            self.complaints.append(f"registered with {body.hex()}")
        self._say(ACK)
        self._tell("060f", bytes.fromhex("1900") + b"\x29" + bytes.fromhex("12345678"))

    def _do(self, name: str, body: bytes) -> None:
        if name == "state":
            self._tell("060f")
        elif name == "repeat":
            self._repeat()
        elif name == "settle":
            self._settle()
        else:
            self._tell("04ff", b"\x0a\x01")
            self._running = (name, body, self.faults.customer)

    def _repeat(self) -> None:
        if not self.bank.all:
            self._tell("061e", b"\xb4")
            return
        self._report(self.bank.all[-1])

    def _settle(self) -> None:
        total = sum(one.amount for one in self.bank.settle() if one.approved)
        if self.faults.cut_after == "settle":
            self.faults.cut_after = None
            self._hang_up()
            return
        self._line(f"Kassenschnitt {total / 100:.2f}")
        self._tell("060f")

    def _abort(self) -> None:
        self._say(ACK)
        if self._running is not None:
            self._running = None
            self._tell("061e", b"\x6c")

    def _pass_time(self) -> None:
        if self._running is None:
            return
        name, body, left = self._running
        if left:
            self._running = (name, body, max(left - 1, -1))
            return
        self._running = None
        entry = self._charge(name, body)
        if self.faults.cut_after == name:
            self.faults.cut_after = None
            self._hang_up()
        elif entry is None:
            self._tell("061e", b"\xb5")
        else:
            self._report(entry)

    def _charge(self, name: str, body: bytes) -> Entry | None:
        if name == "reverse":
            number = body[body.index(b"\x87", 3) + 1 :][:2].hex()
            return self.bank.void(int(number))
        at = body.index(b"\x04", 0 if name == "pay" else 3)
        amount = int(body[at + 1 : at + 7].hex())
        if self.faults.declines:
            self.faults.declines -= 1
            return self.bank.act(MONEY[name], amount, approved=False)
        approved, self.faults.partial = self.faults.partial or amount, 0
        return self.bank.act(MONEY[name], approved, partial=approved != amount)

    def _report(self, entry: Entry) -> None:
        """Its fields, its slip, and the end; a payment that was declined ends by giving up."""
        if not self.faults.no_slip:
            self._tell("040f", _fields(entry))
        for text in (
            "* * Kundenbeleg * *",
            f"Betrag EUR {entry.amount / 100:.2f}",
            "PAN 6703111122224450",
            "",
        ):
            self._line(text)
        self._tell("060f" if entry.approved else "061e", b"" if entry.approved else b"\x05")

    def _line(self, text: str) -> None:
        self._tell("06d1", b"\x00" + text.encode("cp437"))

    def _tell(self, code: str, body: bytes = b"") -> None:
        size = bytes((len(body),)) if len(body) < 0xFF else b"\xff" + len(body).to_bytes(2, "little")
        self._outbox.append(bytes.fromhex(code) + size + body)

    def _say(self, reply: str) -> None:
        self._replies += bytes.fromhex(reply)

    def _drop(self) -> None:
        super()._drop()
        self._registered, self._waits = False, False
        self._outbox.clear()


def _fields(entry: Entry) -> bytes:
    """A status as terminals send it, with a track that a till has no business with."""
    pan = bytes.fromhex("670311eeeeee4450")
    track = bytes.fromhex("6703111122224450d2512120")
    return b"".join((
        b"\x27" + (b"\x00" if entry.approved else b"\x05"),
        b"\x04" + bytes.fromhex(f"{entry.amount:012d}"),
        b"\x49\x09\x78",
        b"\x0b" + bytes.fromhex(f"{entry.number:06d}"),
        b"\x0c" + bytes.fromhex(entry.at.strftime("%H%M%S")),
        b"\x0d" + bytes.fromhex(entry.at.strftime("%m%d")),
        b"\x22\xf0" + bytes((0xF0 | len(pan),)) + pan,
        b"\x23\xf1" + bytes((0xF0 | len(track) - 10,)) + track,
        b"\x29" + bytes.fromhex("12345678"),
        b"\x2a" + b"VU-123".ljust(15),
        b"\x3b" + entry.approval.encode().ljust(8),
        b"\x87" + bytes.fromhex(f"{entry.number % 10_000:04d}"),
        b"\x8b\xf1\xf0" + b"girocard\x00\x00",
    ))  # fmt: skip
