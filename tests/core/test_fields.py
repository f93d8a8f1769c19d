"""Integers in forms: shown with the mark that people of the language type, taken with either."""

import pytest
from django import forms
from django.utils import translation

from core import money
from core.fields import MoneyFormField, QuantityFormField


class Price(forms.Form):
    price = MoneyFormField(currency="PLN", required=False)
    content = QuantityFormField(required=False)


@pytest.mark.parametrize(("language", "shown"), [("en", "1234.50"), ("pl", "1234,50"), ("uk", "1234,50")])
def test_money_is_shown_as_it_is_typed(language: str, shown: str) -> None:
    with translation.override(language):
        assert money.typed(123450, 2) == shown
        assert f'value="{shown}"' in str(Price(initial={"price": 123450})["price"])


@pytest.mark.parametrize("text", ["12.5", "12,50", " 12,5 "])
def test_the_same_number_in_other_words_is_no_change(text: str) -> None:
    form = Price({"price": text, "content": "0,250"}, initial={"price": 1250, "content": 250})
    assert form.is_valid() and form.cleaned_data == {"price": 1250, "content": 250}
    assert form.changed_data == []


@pytest.mark.parametrize("text", ["12,51", "", "1250", "a dozen"])
def test_another_number_is_a_change(text: str) -> None:
    assert Price({"price": text}, initial={"price": 1250}).changed_data == ["price"]
