"""Reads ESC/POS as a printer does, command by command, and prints on a sheet.

Written from Epson's command reference and apart from the encoder in drivers/escpos, so that the two check
each other. A command it does not know becomes a complaint on the sheet instead of a guess.
"""

from collections.abc import Callable

from PIL import Image

from devices.emulators import sheet as paper
from devices.emulators.sheet import Cell, Sheet
from devices.glyphs import CELL_WIDTH, LINE_HEIGHT

# ESC t by Epson's numbering; a slot that is not here prints as a complaint, as an unsupported page would.
CODE_PAGES = {
    0: "cp437",
    2: "cp850",
    3: "cp860",
    5: "cp865",
    13: "cp857",
    14: "cp737",
    16: "cp1252",
    17: "cp866",
    18: "cp852",
    19: "cp858",
    33: "cp775",
    34: "cp855",
    44: "cp1125",
    45: "cp1250",
    46: "cp1251",
    51: "cp1257",
}
ALIGNMENTS = ("left", "center", "right")
MAX_RASTER = 1 << 20
# Commands of a fixed length that change nothing on our paper: name -> bytes after it.
IGNORED = {
    b"\x1b{": 1,
    b"\x1b ": 1,
    b"\x1bR": 1,
    b"\x1bV": 1,
    b"\x1bM": 1,
    b"\x1bc": 2,
    b"\x1dL": 2,
    b"\x1dW": 2,
    b"\x1df": 1,
    b"\x1da": 1,
    b"\x1db": 1,
    b"\x1c.": 0,
    b"\x1c&": 0,
    b"\x1cS": 2,
    b"\x1c!": 1,
    b"\x10\x04": 1,
    b"\x10\x05": 1,
    b"\x10\x14": 3,
}


class Incomplete(Exception):
    """The command needs bytes that have not arrived yet."""


class Interpreter:
    """`push` bytes, `step` through commands; finished sheets gather in `sheets`, answers in `replies`."""

    def __init__(self, columns: int = 48) -> None:
        self.columns = columns
        self.sheets: list[Sheet] = []
        self.replies = bytearray()
        self.pulses: list[tuple[int, int]] = []
        self.cuts = 0
        self.lines = 0
        self._waiting = bytearray()
        self.sheet = Sheet(columns * CELL_WIDTH)
        self._reset()

    def push(self, data: bytes) -> None:
        self._waiting += data

    def step(self) -> bool:
        """Carry out one command; false when there is none that is complete."""
        if not self._waiting:
            return False
        try:
            used = self._command()
        except Incomplete:
            return False
        del self._waiting[:used]
        return True

    def run(self, data: bytes) -> None:
        self.push(data)
        while self.step():
            pass

    def finish(self) -> Sheet:
        """Hand over the sheet as it stands, as if the paper were torn off."""
        if self._line:
            self._print_line()
        done, self.sheet = self.sheet, Sheet(self.columns * CELL_WIDTH)
        self.sheets.append(done)
        return done

    def discard(self) -> None:
        """What a power cut does: unprinted bytes and modes are gone, the paper stays."""
        self._waiting.clear()
        self._reset()

    def _reset(self) -> None:
        self._line: list[Cell] = []
        self._align = "left"
        self._bold = self._underline = self._inverse = False
        self._wide = self._tall = 1
        self._spacing = LINE_HEIGHT
        self._encoding: str | None = "cp437"
        self._bar_height, self._bar_dots, self._bar_text = 162, 3, 0
        self._qr_dots, self._qr_level, self._qr_data = 3, 0, ""

    def _command(self) -> int:
        first = self._waiting[0]
        if first >= 0x20:
            self._character(first)
            return 1
        if first in (0x1B, 0x1D, 0x1C, 0x10):
            return self._escape(bytes(self._take(0, 2)))
        if first == 0x0A:
            self._print_line()
        elif first == 0x09:
            self._line.extend([self._cell(" ")] * (8 - len(self._line) % 8))
        elif first != 0x0D:
            self._complain(f"control byte {first:02x}")
        return 1

    def _escape(self, name: bytes) -> int:
        if name in IGNORED:
            self._take(2, IGNORED[name])
            return 2 + IGNORED[name]
        long = {
            b"\x1dv": self._raster,
            b"\x1d(": self._extended,
            b"\x1dk": self._barcode,
            b"\x1dV": self._cut,
            b"\x1dg": self._counter,
        }
        if name in long:
            return long[name]()
        if name == b"\x1bp":
            pin, on, _off = self._take(2, 3)
            self.pulses.append((pin & 1, on))
            return 5
        if name in (b"\x1b@", b"\x1b2"):
            self._plain(name)
            return 2
        return self._one_argument(name)

    def _plain(self, name: bytes) -> None:
        if name == b"\x1b@":
            self._reset()
        else:
            self._spacing = LINE_HEIGHT

    def _one_argument(self, name: bytes) -> int:
        setters: dict[bytes, Callable[[int], None]] = {
            b"\x1ba": self._set_align,
            b"\x1bE": lambda n: setattr(self, "_bold", bool(n & 1)),
            b"\x1bG": lambda n: setattr(self, "_bold", bool(n & 1)),
            b"\x1b-": lambda n: setattr(self, "_underline", n % 48 > 0),
            b"\x1b!": self._set_print_mode,
            b"\x1bt": self._set_code_page,
            b"\x1b3": lambda n: setattr(self, "_spacing", n),
            b"\x1bd": self._feed_lines,
            b"\x1bJ": self._feed_dots,
            b"\x1d!": self._set_size,
            b"\x1dB": lambda n: setattr(self, "_inverse", bool(n & 1)),
            b"\x1dh": lambda n: setattr(self, "_bar_height", max(1, n)),
            b"\x1dw": lambda n: setattr(self, "_bar_dots", min(6, max(2, n))),
            b"\x1dH": lambda n: setattr(self, "_bar_text", n % 48),
            b"\x1dr": self._answer_status,
        }
        if name not in setters:
            self._complain(f"unknown command {name.hex(' ')}")
            return 2
        setters[name](self._take(2, 1)[0])
        return 3

    def _take(self, start: int, count: int) -> bytearray:
        if len(self._waiting) < start + count:
            raise Incomplete
        return self._waiting[start : start + count]

    def _character(self, value: int) -> None:
        if self._encoding is None:
            self._complain(f"byte {value:02x} in a code page that is not there")
            character = "?"
        else:
            character = bytes([value]).decode(self._encoding, errors="replace")
        if sum(cell.wide for cell in self._line) + self._wide > self.columns:
            self._print_line()
        self._line.append(self._cell(character))

    def _cell(self, character: str) -> Cell:
        return Cell(character, self._bold, self._wide, self._tall, self._underline, self._inverse)

    def _print_line(self) -> None:
        self.sheet.line(self._line, self._align, self._spacing)
        self._line = []
        self.lines += 1

    def _complain(self, sentence: str) -> None:
        self.sheet.complaints.append(sentence)

    def _set_align(self, n: int) -> None:
        self._align = ALIGNMENTS[n % 48 % 3]

    def _set_print_mode(self, n: int) -> None:
        self._bold, self._underline = bool(n & 0x08), bool(n & 0x80)
        self._tall, self._wide = 2 if n & 0x10 else 1, 2 if n & 0x20 else 1

    def _set_size(self, n: int) -> None:
        self._wide, self._tall = (n >> 4 & 7) + 1, (n & 7) + 1

    def _set_code_page(self, n: int) -> None:
        self._encoding = CODE_PAGES.get(n)
        if self._encoding is None:
            self._complain(f"code page {n} is not there")

    def _feed_lines(self, n: int) -> None:
        self._flush_line()
        self.sheet.feed(n * self._spacing)

    def _feed_dots(self, n: int) -> None:
        self._flush_line()
        self.sheet.feed(n)

    def _flush_line(self) -> None:
        if self._line:
            self._print_line()

    def _answer_status(self, n: int) -> None:
        # Paper is there, or this command would not have been reached; the drawer's level is the printer's
        # business.
        self.replies.append(0x00)

    def _raster(self) -> int:
        zero, _mode, xl, xh, yl, yh = self._take(2, 6)
        width, height = xl + xh * 256, yl + yh * 256
        if zero != 0x30 or not width * height or width * height > MAX_RASTER:
            self._complain("a raster picture of no sensible size")
            return 8
        data = bytes(self._take(8, width * height))
        self._flush_line()
        ink = Image.frombytes("1", (width * 8, height), data).convert("L")
        if ink.width > self.sheet.dots + 7:
            self._complain("a raster picture is wider than the paper")
        self.sheet.picture(ink, self._align)
        self.lines += 1
        return 8 + width * height

    def _extended(self) -> int:
        kind, low, high = self._take(2, 3)
        length = low + high * 256
        body = bytes(self._take(5, length))
        if kind == ord("k") and body[:1] == b"1":
            self._qr(body[1], body[2:])
        elif kind != ord("D"):
            self._complain(f"unknown command GS ( {kind:02x}")
        return 5 + length

    def _qr(self, function: int, body: bytes) -> None:
        if function == 0x43:
            self._qr_dots = min(16, max(1, body[0]))
        elif function == 0x45:
            self._qr_level = (body[0] - 48) % 4
        elif function == 0x50:
            self._qr_data = body[1:].decode(errors="replace")
        elif function == 0x51 and self._qr_data:
            self._flush_line()
            ink = paper.draw_qr(self._qr_data, self._qr_dots, self._qr_level)
            self._code("qr", self._qr_data, ink)

    def _barcode(self) -> int:
        kind = self._take(2, 1)[0]
        if kind < 65:
            end = self._waiting.find(0, 3)
            if end < 0:
                raise Incomplete
            self._bars(kind, self._waiting[3:end].decode("latin-1"))
            return end + 1
        length = self._take(3, 1)[0]
        self._bars(kind - 65, self._take(4, length).decode("latin-1"))
        return 4 + length

    def _bars(self, kind: int, data: str) -> None:
        if kind == 2 and data.isdigit() and len(data) in (12, 13):
            name, modules = "ean13", paper.ean13_modules(data)
        elif kind == 8 and data[:2] in ("{A", "{B", "{C"):
            name, data = "code128", data[2:].replace("{{", "{")
            modules = paper.code128_modules(data)
        else:
            self._complain(f"barcode of kind {kind} with wrong data")
            return
        self._flush_line()
        self._code(name, data, paper.draw_bars(modules, self._bar_dots, self._bar_height))
        if self._bar_text:
            self.sheet.line([Cell(character) for character in data], self._align, LINE_HEIGHT)

    def _code(self, name: str, data: str, ink: Image.Image) -> None:
        if ink.width > self.sheet.dots:
            self._complain(f"a {name} is wider than the paper")
            return
        self.sheet.codes.append((name, data))
        self.sheet.picture(ink, self._align)

    def _cut(self) -> int:
        mode = self._take(2, 1)[0]
        fed = mode in (65, 66, 97, 98, 103, 104)
        if fed:
            self.sheet.feed(self._take(3, 1)[0])
        self._flush_line()
        self.sheet.cut_off("partial" if mode in (1, 49, 66, 98, 104) else "full")
        self.cuts += 1
        self.finish()
        return 4 if fed else 3

    def _counter(self) -> int:
        kind, _zero, low, high = self._take(2, 4)
        if kind == 0x32 and low + high * 256 in (50, 178):
            self.replies += b"\x5f%d\x00" % self.cuts
        else:
            self._complain("a maintenance counter that is not kept")
        return 6
