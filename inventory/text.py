"""Names as people write them and as a search finds them."""

import re
import unicodedata

_SPACES = re.compile(r"\s+")
# Letters that Unicode does not take apart into a plain letter and a mark.
_PLAIN = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ı": "i", "’": "'", "ʼ": "'"}
)
# Control characters and line ends become spaces; invisible marks (zero width, direction) are left out.
_INSTEAD = {"Cc": " ", "Cs": " ", "Zl": " ", "Zp": " ", "Cf": ""}


def clean(text: str) -> str:
    """One line of text in normal form C without control characters, as the wire allows it (protocol.md 0)."""
    if text.isprintable() and "  " not in text and unicodedata.is_normalized("NFC", text):
        return text.strip()
    kept = "".join(_INSTEAD.get(unicodedata.category(c), c) for c in text)
    return _SPACES.sub(" ", unicodedata.normalize("NFC", kept)).strip()


def fold(text: str) -> str:
    """What a search compares: lower case without accents, so that `zolty` finds `Żółty` and `еж` finds `ёж`."""
    lowered = text.lower()
    if not lowered.isascii():
        parts = unicodedata.normalize("NFKD", lowered.translate(_PLAIN))
        lowered = "".join(c for c in parts if not unicodedata.combining(c))
    return _SPACES.sub(" ", lowered).strip()
