"""Message catalogues of the till, made from the same .po files as the server's pages.

The till has no gettext, only Intl.PluralRules, so plural forms are handed over by CLDR category (one, few, many,
other) and not by gettext's index: each category is asked for with a number that falls into it. A language
without a .po file, or with nothing translated in it, gives an empty catalogue and the till speaks English.
"""

import io
from gettext import GNUTranslations
from pathlib import Path
from typing import Any

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

# CLDR's categories for the languages served repeat within this range; 0 … 199 holds every one of them.
_SAMPLES = range(200)


def _of_the_till(message: Message) -> bool:
    """Whether the till says this. Without a recorded place nobody knows, so it goes along."""
    places = [str(path) for path, _line in message.locations]
    return not places or any("static/till/" in path for path in places)


def _samples(language: str) -> dict[str, int]:
    """One whole number for each plural category of the language, the smallest first."""
    plural_form = Locale.parse(language).plural_form
    found: dict[str, int] = {}
    for number in _SAMPLES:
        found.setdefault(plural_form(number), number)
    return found


def _plural(compiled: GNUTranslations, one: str, many: str, samples: dict[str, int]) -> dict[str, str]:
    return {category: compiled.ngettext(one, many, number) for category, number in samples.items()}


def _is_done(message: Message) -> bool:
    """Whether somebody wrote words for it, in all of its forms, and nobody doubts them."""
    words = message.string
    return bool(words) and (isinstance(words, str) or all(words or ())) and not message.fuzzy


def _translated(catalog: Catalog) -> list[Message]:
    return [item for item in catalog if item.id and _is_done(item) and _of_the_till(item)]


def _read(path: Path, language: str) -> tuple[Catalog, GNUTranslations]:
    with path.open("rb") as source:
        catalog = read_po(source, locale=language, ignore_obsolete=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return catalog, GNUTranslations(compiled)


def catalogue(path: Path, language: str) -> dict[str, Any]:
    """{"language", "messages": {source: text}, "plurals": {singular source: {category: text}}}."""
    messages: dict[str, str] = {}
    plurals: dict[str, dict[str, str]] = {}
    if path.is_file():
        catalog, compiled = _read(path, language)
        samples = _samples(language)
        for item in _translated(catalog):
            if isinstance(item.id, str):
                messages[item.id] = compiled.gettext(item.id)
            else:
                one, many = item.id
                plurals[one] = _plural(compiled, one, many, samples)
    return {"language": language, "messages": messages, "plurals": plurals}
