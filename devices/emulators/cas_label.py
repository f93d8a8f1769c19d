"""A CAS CL5000J label scale on TCP, with a parser of its own."""

from devices.emulators.endpoint import Endpoint
from devices.emulators.label import Article, LabelFaults, LabelPrinter

OVER, BROKEN, FULL, ABSENT = 82, 84, 89, 98
RECORD = 147
DELETE = 6


class CasLabel(LabelPrinter, Endpoint[LabelFaults]):
    """`places` is the largest number that it takes, `room` how many records fit."""

    def __init__(self) -> None:
        LabelPrinter.__init__(self)
        Endpoint.__init__(self, LabelFaults())
        self.records: dict[int, bytes] = {}
        self.places = 10_000
        self.room = 10_000

    def _read(self) -> None:
        while self._listens and len(self._input) >= 10:
            size = int.from_bytes(self._input[7:9], "little")
            if len(self._input) < size + 13:
                return
            frame, self._input = self._input[: size + 13], self._input[size + 13 :]
            sound = frame[:2] == b"WL" and frame[-3:-2] == b":" and sum(frame[2:-2]) % 256 == frame[-2]
            damaged = not sound or self.faults.busy
            self.faults.busy = max(0, self.faults.busy - 1)
            self._say(BROKEN if damaged else self._obey(frame[10:-3]))
            if self.faults.breaks():
                self._hang_up()

    def _say(self, result: int) -> None:
        """Four bytes, then nothing or the number of what is wrong."""
        body = bytes(4) + (bytes([result]) if result else b"")
        whole = b"WL" + bytes(4) + b"," + len(body).to_bytes(2, "little") + b":" + body + b":"
        self._replies += whole + bytes([sum(whole[2:]) % 256]) + b"\r"

    def _obey(self, body: bytes) -> int:
        number = int.from_bytes(body[2:6], "little")
        if len(body) == DELETE:
            if number == 0:
                self.records.clear()
                return 0
            return 0 if self.records.pop(number, None) else ABSENT
        if len(body) < RECORD or (len(body) > RECORD and body[-1]):
            return BROKEN
        if not 1 <= number <= self.places:
            return OVER
        if number not in self.records and len(self.records) >= self.room:
            return FULL
        self.records[number] = body
        return 0

    def article(self, number: int) -> Article | None:
        record = self.records.get(number)
        if record is None:
            return None
        days = int.from_bytes(record[135:139], "little")
        return Article(
            code=int.from_bytes(record[105:109], "little"),
            name=" ".join(record[7:87].decode("cp1251").split()),
            price=int.from_bytes(record[113:117], "little"),
            by_piece=record[6] == 2,
            tare=int.from_bytes(record[121:125], "little"),
            shelf_days=max(0, days - 1),
            text=record[RECORD:].rstrip(b"\0").decode("cp1251"),
        )
