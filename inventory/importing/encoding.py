"""Guesses how a text file is encoded from its first bytes: marks first, then UTF-8, then what letters it would give."""

import codecs

from django.utils.translation import gettext as _

from inventory.importing.errors import ImportFailed

_MARKS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
# Letters that fill real lists in each code page; a wrong guess gives signs and capitals in their place.
_LETTERS = {
    "cp1250": "ąćęłńóśźżĄĆĘŁŃÓŚŹŻčšžđČŠŽĐáéíýěřůúňťďöüőűäôľ",
    "cp1251": "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґ",
    "cp866": "абвгдежзийклмнопрстуфхцчшщъыьэюя",
    "cp1252": "àâäæçèéêëîïñôöùûüÿœßåøÀÉÜÖÄ",
}


def guess(sample: bytes) -> str:
    """The name of a Python codec. Raises ImportFailed for bytes that are no text."""
    for mark, codec in _MARKS:
        if sample.startswith(mark):
            return codec
    zeros_even, zeros_odd = sample[0::2].count(0), sample[1::2].count(0)
    if zeros_odd > len(sample) // 8 and zeros_even < zeros_odd // 8:
        return "utf-16-le"
    if zeros_even > len(sample) // 8 and zeros_odd < zeros_even // 8:
        return "utf-16-be"
    if zeros_even + zeros_odd > max(8, len(sample) // 100):
        raise ImportFailed(_("This is not a text table: it is full of zero bytes."))
    if _is_utf8(sample):
        return "utf-8"
    return max(_LETTERS, key=lambda codec: _score(sample, codec))


def _is_utf8(sample: bytes) -> bool:
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _score(sample: bytes, codec: str) -> float:
    """The share of the letters above 127 that the code page's own language uses."""
    letters = [c for c in sample.decode(codec, "replace") if ord(c) > 127]
    return sum(c in _LETTERS[codec] for c in letters) / len(letters) if letters else 0.0
