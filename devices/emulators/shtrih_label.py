"""A Shtrih-Print label scale on UDP: it reads the bytes by their places in the maker's document."""

import threading

from devices.emulators.label import Article, LabelFaults, LabelPrinter

LEGAL = {0x12: 1, 0x18: 5, 0x52: 58, 0x54: 7, 0x57: 87, 0x58: 7, 0xFC: 1}
OPEN_TO_ALL = {0x12, 0xFC}
UNKNOWN, LENGTH, PASSWORD, MENU = 120, 121, 122, 123
WRONG_PLACE, WRONG_CODE, WRONG_PRICE, WRONG_LIFE, WRONG_TEXT, EMPTY = 128, 130, 131, 132, 135, 140
RECORD = 80


class ShtrihLabel(LabelPrinter):
    """Thread-safe. `written` counts records that were written, and `polls` how long erasing takes, in questions."""

    def __init__(self, places: int = 4000) -> None:
        super().__init__()
        self.faults = LabelFaults()
        self.alive = True
        self.password = b"0030"
        self.places = places
        self.records: dict[int, bytes] = {}
        self.texts: dict[tuple[int, int], bytes] = {}
        self.written = 0
        self.polls = 0
        self._erasing = 0
        self._lock = threading.Lock()

    def switch_off(self) -> None:
        self.alive = False

    def switch_on(self) -> None:
        """What it holds survives a power cut."""
        self.alive = True

    def answer(self, datagram: bytes) -> bytes | None:
        """What it says to one datagram; nothing to what is none of its frames."""
        with self._lock:
            if not self.alive or len(datagram) < 3 or datagram[0] != 2 or datagram[1] != len(datagram) - 2:
                return None
            command, data = datagram[2], datagram[3:]
            body = bytes([command]) + self._obey(command, data)
            return bytes([2, len(body)]) + body

    def _obey(self, command: int, data: bytes) -> bytes:
        refusal = self._refusal(command, data)
        if refusal:
            return bytes([refusal])
        return {
            0x12: self._mode,
            0x18: self._erase,
            0x52: self._text,
            0x54: self._free,
            0x57: self._write,
            0x58: self._read,
            0xFC: self._kind,
        }[command](data[4:])

    def _refusal(self, command: int, data: bytes) -> int:
        if command not in LEGAL:
            return UNKNOWN
        if len(data) + 1 != LEGAL[command]:
            return LENGTH
        if self._erasing and command != 0x12:
            return MENU
        if command not in OPEN_TO_ALL:
            if self.faults.busy:
                self.faults.busy -= 1
                return MENU
            if data[:4] != self.password:
                return PASSWORD
        return 0

    def _kind(self, _data: bytes) -> bytes:
        return b"\0" + bytes([1, 0, 1, 6, 1, 0]) + "ШТРИХ-ПРИНТ".encode("cp1251")

    def _mode(self, _data: bytes) -> bytes:
        busy, self._erasing = self._erasing, max(0, self._erasing - 1)
        return bytes([0, 0, 0, 1 if busy else 0])

    def _erase(self, _data: bytes) -> bytes:
        self.records.clear()
        self.texts.clear()
        self._erasing = self.polls
        return b"\0"

    def _text(self, data: bytes) -> bytes:
        number, line = int.from_bytes(data[:2], "little"), data[2]
        if not 1 <= number <= self.places or not 1 <= line <= 8:
            return bytes([WRONG_TEXT])
        self.texts[number, line] = data[3:]
        return b"\0"

    def _free(self, data: bytes) -> bytes:
        found = self.records.pop(int.from_bytes(data, "little"), None)
        return bytes([0 if found else EMPTY])

    def _write(self, data: bytes) -> bytes:
        number, record = int.from_bytes(data[:2], "little"), data[2:]
        result = self._judge(number, record)
        if not result:
            self.records[number] = record
            self.written += 1
        return bytes([result])

    def _judge(self, number: int, record: bytes) -> int:
        if not 1 <= number <= self.places:
            return WRONG_PLACE
        if not 1 <= int.from_bytes(record[:4], "little") <= 999_999:
            return WRONG_CODE
        if int.from_bytes(record[60:63], "little") > 999_999:
            return WRONG_PRICE
        return WRONG_LIFE if int.from_bytes(record[64:66], "little") > 9999 else 0

    def _read(self, data: bytes) -> bytes:
        record = self.records.get(int.from_bytes(data, "little"))
        return bytes([EMPTY]) if record is None else b"\0" + record

    def article(self, number: int) -> Article | None:
        record = self.records.get(number)
        if record is None:
            return None
        text = int.from_bytes(record[70:72], "little")
        lines = (self.texts.get((text, line), b"").decode("cp1251").rstrip("\0 ") for line in range(1, 9))
        return Article(
            code=int.from_bytes(record[:4], "little"),
            name=" ".join(record[4:60].decode("cp1251").split()),
            price=int.from_bytes(record[60:63], "little"),
            by_piece=record[72] >= 0x80,
            shelf_days=int.from_bytes(record[64:66], "little"),
            tare=int.from_bytes(record[66:68], "little"),
            text="\n".join(line for line in lines if line) if text else "",
        )
