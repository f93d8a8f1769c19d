"""Lines of text as bytes that a recorder can show: its letters, its width, its line ends and its marks.

Nothing from the shop can end a message or steer a recorder: control characters become blanks, and so does a mark
that stands inside the text.
"""

import re
import textwrap
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from core.errors import KasaError

ENDS = {"crlf": "\r\n", "lf": "\n", "cr": "\r"}
_ESCAPE = re.compile(r"\\(x[0-9A-Fa-f]{2}|[rnt\\])")
_SHORT = {"r": b"\r", "n": b"\n", "t": b"\t", "\\": b"\\"}
_PAIRS = (
    "аa бb вv гg ґg дd еe ёe єie жzh зz иi іi їi йi кk лl мm нn оo пp рr сs тt уu фf хkh цts чch шsh щshch ъ ыy ь эe "
    "юiu яia"
)
_CYRILLIC = {pair[0]: pair[1:] for pair in _PAIRS.split()}
_SIGNS = {
    "ł": "l", "Ł": "L", "ß": "ss", "№": "No", "₴": "UAH", "₽": "RUB", "€": "EUR", "„": '"', "”": '"', "“": '"',
    "«": '"', "»": '"', "‘": "'", "’": "'", "ʼ": "'", "–": "-", "—": "-", "−": "-", "…": "...", "×": "x", "·": "-",
    "\u00a0": " ", "\u202f": " ", "\u2009": " ", "°": "o",
}  # fmt: skip


class BadMark(KasaError):
    """A start or end mark that is no text with escapes."""

    code = "bad_mark"


def mark(text: str) -> bytes:
    r"""The bytes of a mark: letters of ASCII, and `\xNN`, `\r`, `\n`, `\t`, `\\`. Raises BadMark."""
    if not text.isascii() or not (text.isprintable()) or "\\" in _ESCAPE.sub("", text):
        raise BadMark(_("A mark is Latin letters, digits and signs, and \\x02, \\r, \\n or \\t for bytes."))
    found, at = b"", 0
    for escape in _ESCAPE.finditer(text):
        found += text[at : escape.start()].encode("ascii")
        code = escape[1]
        found += bytes([int(code[1:], 16)]) if code[0] == "x" else _SHORT[code]
        at = escape.end()
    return found + text[at:].encode("ascii")


def latin(text: str) -> str:
    """The text in plain Latin letters."""
    return "".join(_latin(character) for character in text)


def _latin(character: str) -> str:
    if character.isascii():
        return character
    if character in _SIGNS:
        return _SIGNS[character]
    small = character.lower()
    if small in _CYRILLIC:
        found = _CYRILLIC[small]
        return found if small == character else found.capitalize()
    plain = unicodedata.normalize("NFKD", character)
    return "".join(one for one in plain if one.isascii()) or "?"


@dataclass(frozen=True)
class Style:
    """How one recorder wants its text; `start` and `end` are bytes around each message."""

    encoding: str = "utf-8"
    line_end: str = "crlf"
    start: bytes = b""
    end: bytes = b""
    width: int = 0
    latin: bool = False

    def message(self, lines: Sequence[str]) -> bytes:
        """One act as it goes over the wire."""
        end = ENDS[self.line_end].encode("ascii")
        shown = [part for line in lines for part in self._fold(self.plain(line))]
        body = b"".join(self._without_marks(self.encode(line)) + end for line in shown)
        return self.start + body + self.end

    def plain(self, line: str) -> str:
        """Without control characters, in Latin letters where the recorder knows no others."""
        clean = "".join(" " if unicodedata.category(one) in ("Cc", "Cf", "Zl", "Zp") else one for one in line)
        return latin(clean) if self.latin else clean

    def encode(self, text: str) -> bytes:
        """Letters that the encoding lacks are told by their nearest ones."""
        try:
            return text.encode(self.encoding)
        except UnicodeEncodeError:
            return b"".join(self._letter(one) for one in text)

    def _letter(self, character: str) -> bytes:
        try:
            return character.encode(self.encoding)
        except UnicodeEncodeError:
            return _latin(character).encode("ascii")

    def _fold(self, line: str) -> list[str]:
        if not self.width or len(line) <= self.width:
            return [line]
        return textwrap.wrap(line, self.width, replace_whitespace=False, drop_whitespace=True)

    def _without_marks(self, line: bytes) -> bytes:
        for one in (self.start, self.end):
            if one.strip():
                line = line.replace(one, b" ")
        return line
