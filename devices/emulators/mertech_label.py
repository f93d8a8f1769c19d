"""A Mertech label scale on TCP, with a parser of its own: JSON files in pieces, which take it a moment."""

import hashlib
import json
from typing import Any

from devices.emulators.endpoint import Endpoint
from devices.emulators.label import Article, LabelFaults, LabelPrinter

UNKNOWN, PASSWORD, WRONG_VALUE, NO_PLACE, IN_WORK = 120, 122, 124, 128, 199
INFO = {"manufacturer": "Mertech", "protocolVersion": "0.16", "scaleModel": "M-ER 725 PM-15.2"}


class MertechLabel(LabelPrinter, Endpoint[LabelFaults]):
    """`work` is how often it says that it still works on a file; `fault` is what it then says is wrong."""

    def __init__(self) -> None:
        LabelPrinter.__init__(self)
        Endpoint.__init__(self, LabelFaults())
        self.password = b"1234"
        self.records: dict[int, dict[str, Any]] = {}
        self.texts: dict[int, str] = {}
        self.work = 1
        self.fault = ""
        self._digest, self._size, self._keep = b"", 0, True
        self._file = bytearray()
        self._left = 0

    def _read(self) -> None:
        while self._listens and len(self._input) >= 4:
            size = int.from_bytes(self._input[:4], "little")
            if len(self._input) < size + 4:
                return
            frame, self._input = self._input[4 : size + 4], self._input[size + 4 :]
            if len(frame) < 3 or frame[0] != 2 or frame[1] != min(size - 2, 255):
                continue
            cut = 4 if frame[2] == 0xFF else 3
            self._say(frame[2:cut], self._obey(frame[2:cut], frame[cut:]))
            if self.faults.breaks():
                self._hang_up()

    def _say(self, command: bytes, answer: bytes) -> None:
        body = command + answer
        self._replies += (len(body) + 2).to_bytes(4, "little") + bytes([2, min(len(body), 255)]) + body

    def _obey(self, command: bytes, data: bytes) -> bytes:
        if command == b"\xff\x17":
            return b"\0" + json.dumps(INFO).encode()
        if self.faults.busy:
            self.faults.busy -= 1
            return bytes([IN_WORK])
        if data[:4] != self.password:
            return bytes([PASSWORD])
        deeds = {b"\xff\x13": self._upload, b"\x18": self._erase, b"\xff\x0f": self._delete}
        return deeds[command](data[4:]) if command in deeds else bytes([UNKNOWN])

    def _erase(self, _data: bytes) -> bytes:
        self.records.clear()
        self.texts.clear()
        return b"\0"

    def _delete(self, data: bytes) -> bytes:
        found = self.records.pop(int.from_bytes(data[1:], "little"), None) if data[:1] == b"\x01" else None
        return bytes([0 if found else NO_PLACE])

    def _upload(self, data: bytes) -> bytes:
        stage = data[:1]
        if stage == b"\x02" and len(data) == 28 and data[17] == 4 and data[26] == 1:
            self._digest, self._size, self._keep = (
                data[1:17],
                int.from_bytes(data[18:26], "little"),
                data[27] == 1,
            )
            self._file = bytearray(self._size)
            return b"\0"
        if stage == b"\x03":
            return self._piece(data[1] == 1, data[2:])
        if stage == b"\x09":
            return b"\0" + self._progress()
        return bytes([WRONG_VALUE])

    def _piece(self, is_last: bool, data: bytes) -> bytes:
        at, size = int.from_bytes(data[:4], "little"), int.from_bytes(data[4:6], "little")
        if len(data) != size + 6 or at + size > self._size:
            return bytes([WRONG_VALUE])
        self._file[at : at + size] = data[6:]
        if is_last:
            if hashlib.md5(self._file, usedforsecurity=False).digest() != self._digest:
                return bytes([WRONG_VALUE])
            self._left = self.work
            if not self.fault:
                self._take(json.loads(self._file.decode("utf-8")))
        return b"\0"

    def _progress(self) -> bytes:
        if self._left:
            self._left -= 1
            return b"\x01"
        words = self.fault.encode("utf-8")
        return b"\x02" + len(words).to_bytes(2, "little") + words if words else b"\0"

    def _take(self, file: dict[str, Any]) -> None:
        if not self._keep:
            self.records.clear()
            self.texts.clear()
        for message in file["messages"]:
            self.texts.pop(message["id"], None)
            if not message["deleted"]:
                self.texts[message["id"]] = message["value"]
        for product in file["products"]:
            self.records[int(product["pluNumber"])] = product

    def article(self, number: int) -> Article | None:
        record = self.records.get(number)
        if record is None:
            return None
        return Article(
            code=int(record["code"]),
            name=record["name"],
            price=round(record["price"] * 100),
            by_piece=record["productType"] == "PIECE",
            tare=0,
            shelf_days=record.get("shelfLife", 0),
            text=self.texts.get(record.get("message", 0), ""),
        )
