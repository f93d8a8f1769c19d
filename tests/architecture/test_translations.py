"""Four languages: every message of the sources has words in Polish, Ukrainian and Russian."""

import pytest

from core import translations


def test_messages_are_found_in_python_templates_and_scripts() -> None:
    sources = {name.rsplit(".", 1)[1] for name, _line, _message, _context in translations.found()}
    assert sources == {"py", "html", "js"}


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_every_message_has_words_and_the_same_placeholders(language: str) -> None:
    assert list(translations.problems(language)) == []


@pytest.mark.parametrize(("language", "forms"), [("pl", 3), ("uk", 3), ("ru", 3)])
def test_plurals_have_the_forms_their_language_needs(language: str, forms: int) -> None:
    assert translations.load(language).num_plurals == forms
