"""Letters of other alphabets for devices with one code page: what the page lacks becomes plain Latin. Pure."""

import unicodedata

# As they are commonly written in Latin: a name must stay readable.
_CYRILLIC = {
    **dict(zip("абвгдезийклмнопрстуфыэіґ", "abvgdeziiklmnoprstufyeig", strict=True)),
    "ж": "zh",
    "х": "kh",
    "ц": "ts",
    "ч": "ch",
    "ш": "sh",
    "щ": "shch",
    "ъ": "",
    "ь": "",
    "ю": "yu",
    "я": "ya",
    "ї": "yi",
    "є": "ye",
    "ё": "yo",
}
_SIGNS = {
    "₴": "UAH",
    "₽": "RUB",
    "€": "EUR",
    "№": "Nr",
    "→": "->",
    "≈": "~",
    "½": "1/2",
    "²": "2",
    "³": "3",
    "µ": "u",
    "×": "x",
    "−": "-",
    "–": "-",
    "—": "-",
    "ł": "l",
    "Ł": "L",
    "„": '"',
    "”": '"',
    "“": '"',
    "’": "'",
    "…": "...",
    "\xa0": " ",
    "\u202f": " ",
}


def plain(letter: str, encoding: str) -> str:
    """The letter itself where the page has it, else what comes nearest in Latin; a star where nothing comes near."""
    if encodes(letter, encoding):
        return letter
    if letter in _SIGNS:
        return _SIGNS[letter]
    if letter.lower() in _CYRILLIC:
        latin = _CYRILLIC[letter.lower()]
        return latin.capitalize() if letter != letter.lower() else latin
    bare = unicodedata.normalize("NFKD", letter)[0]
    return bare if bare >= " " and encodes(bare, encoding) else "*"


def encodes(letter: str, encoding: str) -> bool:
    try:
        letter.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True
