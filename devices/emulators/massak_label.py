"""A Massa-K VPM label scale on TCP: files of goods in parts, with parsers of its own."""

from devices.emulators.endpoint import Endpoint
from devices.emulators.label import Article, LabelFaults, LabelPrinter
from devices.emulators.scales import massak_frame

HEADER = b"\xf8\x55\xce"
REPLACES, ADDS = 1, 101


class MassakLabel(LabelPrinter, Endpoint[LabelFaults]):
    """`damaged` is set when the goods that arrived do not add up; `files` counts files that came whole."""

    def __init__(self) -> None:
        LabelPrinter.__init__(self)
        Endpoint.__init__(self, LabelFaults())
        self.records: dict[int, bytes] = {}
        self.damaged = False
        self.files = 0
        # Kind, number of parts and what has arrived of a file that is being sent.
        self._file: tuple[int, int, list[bytes]] | None = None

    def _read(self) -> None:
        while self._listens:
            start = self._input.find(HEADER)
            if start < 0:
                self._input = self._input[-2:]
                return
            self._input = self._input[start:]
            size = int.from_bytes(self._input[3:5], "little")
            if len(self._input) < 5 or len(self._input) < size + 7:
                return
            whole, self._input = self._input[: size + 7], self._input[size + 7 :]
            self._hear(whole, whole[5 : 5 + size])

    def _hear(self, whole: bytes, body: bytes) -> None:
        if whole != massak_frame(body) or not body or self.faults.busy:
            self.faults.busy = max(0, self.faults.busy - 1)
            self._say(b"\xf0")
            return
        deeds = {0x80: self._status, 0x81: self._erase, 0x82: self._part}
        if body[0] in deeds:
            self._say(deeds[body[0]](body[1:]))
        if self.faults.breaks():
            self._file = None
            self._hang_up()

    def _say(self, body: bytes) -> None:
        self._replies += massak_frame(body)

    def _status(self, _data: bytes) -> bytes:
        return b"\x40" + bytes([self.damaged or not self.records, 0, 0, 0])

    def _erase(self, data: bytes) -> bytes:
        if data[:1] == b"\x01":
            self.records.clear()
            self.damaged = False
        return b"\x41" + data

    def _part(self, data: bytes) -> bytes:
        kind, count = data[0], int.from_bytes(data[1:3], "little")
        at, size = int.from_bytes(data[3:5], "little"), int.from_bytes(data[5:7], "little")
        if at == 1:
            self._file = (kind, count, [])
        told = bytes([kind]) + data[1:5]
        known = self._file
        if known is None or known[:2] != (kind, count) or len(known[2]) != at - 1 or size != len(data) - 7:
            return b"\x43" + told
        known[2].append(data[7:])
        if at == count:
            self._file = None
            self._take(kind, b"".join(known[2]))
        return b"\x42" + told

    def _take(self, kind: int, data: bytes) -> None:
        found: dict[int, bytes] = {}
        while data:
            size = int.from_bytes(data[4:6], "little")
            one, data = data[: size + 6], data[size + 6 :]
            if len(one) != size + 6 or sum(one[:-1]) % 256 != one[-1]:
                self.damaged = True
                return
            found[int.from_bytes(one[:4], "little")] = one
        self.files += 1
        self.damaged = kind == ADDS and not self.records
        if kind == REPLACES:
            self.records = found
        elif self.records:
            self.records |= found

    def article(self, number: int) -> Article | None:
        record = self.records.get(number)
        if record is None:
            return None
        strings = _strings(record[43:-1])
        return Article(
            code=int.from_bytes(record[19:23], "little"),
            name=" ".join(strings[0]),
            price=int.from_bytes(record[11:15], "little"),
            by_piece=False,
            tare=int.from_bytes(record[15:19], "little"),
            shelf_days=int.from_bytes(record[29:33], "little") // 1440,
            text="\n".join(strings[1]),
        )


def _strings(data: bytes) -> list[list[str]]:
    found: list[list[str]] = [[]]
    while data:
        size = data[1]
        line, ending, data = data[2 : 2 + size], data[2 + size], data[3 + size :]
        if line:
            found[-1].append(line.decode("cp1251"))
        if ending == 0x0D:
            found.append([])
    return found
