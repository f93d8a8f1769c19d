"""What somebody meant who typed with the other keyboard layout: `vjkjrj` is `молоко`, `ьфідщ` is `maslo`."""

_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_RUSSIAN = "йцукенгшщзхъфывапролджэячсмитьбюё"
_UKRAINIAN = "йцукенгшщзхїфівапролджєячсмитьбю'"
_TO_RUSSIAN = str.maketrans(_LATIN, _RUSSIAN)
_TO_UKRAINIAN = str.maketrans(_LATIN, _UKRAINIAN)
# Both Cyrillic layouts agree on most keys; where they differ, each letter names its own key.
_TO_LATIN = str.maketrans(_RUSSIAN + _UKRAINIAN.replace("'", ""), _LATIN + _LATIN[:-1])


def other_layouts(text: str) -> list[str]:
    """The same keys under the other layouts, without what was typed and without repeats."""
    lowered = text.lower()
    guesses = [lowered.translate(table) for table in (_TO_RUSSIAN, _TO_UKRAINIAN, _TO_LATIN)]
    return [guess for guess in dict.fromkeys(guesses) if guess != lowered]
