"""CSV and TSV, plain or gzipped, in any encoding and with any of the usual separators, read line by line."""

import csv
import gzip
import io
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from inventory.importing import encoding
from inventory.importing.errors import ImportFailed
from inventory.importing.source import MAX_COLUMNS, MAX_ROWS, Row

MAX_UNPACKED_BYTES = 2 * 1024**3
MAX_LINE = 1024 * 1024
SAMPLE_BYTES = 64 * 1024
SEPARATORS = {
    ",": gettext_lazy("comma"),
    ";": gettext_lazy("semicolon"),
    "\t": gettext_lazy("tab"),
    "|": gettext_lazy("bar"),
}
_TORN = (EOFError, zlib.error, gzip.BadGzipFile)


class _Readable(Protocol):
    def read(self, size: int, /) -> bytes: ...


class _Limited(io.RawIOBase):
    """A stream that refuses to give more bytes than a shop's list can have, so a gzip bomb ends as a sentence."""

    def __init__(self, inner: _Readable) -> None:
        self._inner, self._given = inner, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._inner.read(len(buffer))
        self._given += len(data)
        if self._given > MAX_UNPACKED_BYTES:
            raise ImportFailed(
                _("Unpacked, the file is larger than %(limit)s GiB.")
                % {"limit": MAX_UNPACKED_BYTES // 1024**3}
            )
        buffer[: len(data)] = data
        return len(data)


class CsvSource:
    """A text table."""

    def __init__(self, path: Path) -> None:
        self._size = path.stat().st_size
        self._raw = path.open("rb")
        packed = self._raw.read(2) == b"\x1f\x8b"
        self._raw.seek(0)
        unpacked: _Readable = gzip.GzipFile(fileobj=self._raw) if packed else self._raw
        self._bytes = io.BufferedReader(_Limited(unpacked), SAMPLE_BYTES)
        try:
            sample = self._bytes.peek(SAMPLE_BYTES)
        except _TORN as error:
            raise self._torn() from error
        codec = encoding.guess(sample)
        # Bytes that are not UTF-8 further down become marks which the row's own check reports, and no other row.
        errors = "surrogateescape" if codec.startswith("utf-8") else "replace"
        self._text = io.TextIOWrapper(self._bytes, codec, errors, newline="")
        self._separator = _separator(sample.decode(codec.removesuffix("-sig"), "replace"))
        names = {"encoding": codec.removesuffix("-sig").upper(), "separator": SEPARATORS[self._separator]}
        self.description = ("gzip, " if packed else "") + _(
            "text, %(encoding)s, separated by %(separator)s"
        ) % names

    @staticmethod
    def _torn() -> ImportFailed:
        return ImportFailed(_("The compressed file is torn: it ends too early or is damaged. Copy it again."))

    def rows(self) -> Iterator[Row]:
        """Rows with the number of the line they end on."""
        reader = csv.reader(self._lines(), delimiter=self._separator)
        try:
            for count, cells in enumerate(reader):
                if count >= MAX_ROWS:
                    raise ImportFailed(
                        _("The file has more than %(limit)s rows. Split it.") % {"limit": MAX_ROWS}
                    )
                if len(cells) > MAX_COLUMNS:
                    raise ImportFailed(
                        _("Line %(line)s has more than %(limit)s columns. Is this a list of goods?")
                        % {"line": reader.line_num, "limit": MAX_COLUMNS}
                    )
                if any(cell.strip() for cell in cells):
                    yield reader.line_num, cells
        except csv.Error as error:
            raise ImportFailed(
                _("Line %(line)s cannot be split into columns. Is a quotation mark left open? (%(why)s)")
                % {"line": reader.line_num, "why": error}
            ) from error
        except _TORN as error:
            raise self._torn() from error
        except UnicodeDecodeError as error:
            raise ImportFailed(
                _("The text near line %(line)s is not %(codec)s.")
                % {"line": reader.line_num, "codec": error.encoding}
            ) from error

    def _lines(self) -> Iterator[str]:
        number = 0
        while line := self._text.readline(MAX_LINE):
            number += 1
            if len(line) >= MAX_LINE:
                raise ImportFailed(
                    _("Line %(line)s is longer than a million characters. Is this a list of goods?")
                    % {"line": number}
                )
            yield line

    def progress(self) -> tuple[int, int]:
        """Bytes of the file."""
        return min(self._raw.tell(), self._size), self._size

    def close(self) -> None:
        """Closes the file."""
        self._raw.close()


def _separator(sample: str) -> str:
    """The sign that cuts the first lines into the same number of columns most often."""
    lines = sample.splitlines()[:50]
    if len(sample) >= SAMPLE_BYTES // 4 and len(lines) > 1:
        lines = lines[:-1]
    return max(SEPARATORS, key=lambda sign: _evenness(lines, sign))


def _evenness(lines: list[str], sign: str) -> tuple[float, int]:
    try:
        widths = [len(cells) for cells in csv.reader(lines, delimiter=sign) if cells]
    except csv.Error:
        return 0.0, 0
    usual = max(set(widths), key=lambda width: (widths.count(width), width), default=1)
    return (widths.count(usual) / len(widths) if usual > 1 else 0.0), usual
