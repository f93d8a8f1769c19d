"""Money, quantities and percents are integers; this module is where they meet people's decimals.

Money is minor units of a currency (499 = 4.99), quantity thousandths of a unit (1250 = 1.25 kg), percent
hundredths of a percent (2300 = 23 %). Rounding is half-up on the absolute value (protocol.md section 0) and
`round_div` is the one Python function that does it.
"""

import re
from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from core.errors import KasaError

# ISO 4217 exponents that are not 2; the shop's own currencies all have two digits.
_DIGITS = {"JPY": 0, "HUF": 2, "KWD": 3, "BHD": 3, "TND": 3}
_SYMBOLS = {"PLN": "zł", "UAH": "₴", "RUB": "₽", "EUR": "€", "USD": "$", "GBP": "£"}
_NUMBER = re.compile(r"^[+-]?\d{1,15}(?:[.,]\d{1,6})?$", re.ASCII)
_SPACES = re.compile(r"[\s\u00a0\u202f']")

SAFE_INTEGER = 2**53 - 1
NBSP = "\u00a0"


class NotANumber(KasaError):
    """The text is not a decimal number that fits the field."""

    code = "not_a_number"


def round_div(numerator: int, denominator: int) -> int:
    """`numerator / denominator`, rounded half-up on the absolute value; the denominator is positive."""
    assert denominator > 0, "round_div divides by positive numbers only"
    quotient = (abs(numerator) * 2 + denominator) // (denominator * 2)
    return quotient if numerator >= 0 else -quotient


def currency_digits(currency: str) -> int:
    """How many decimal digits one unit of the currency has (ISO 4217)."""
    return _DIGITS.get(currency, 2)


def _parse(text: str, digits: int, refusal: str) -> int:
    plain = _SPACES.sub("", text).replace("\u2212", "-")
    if not _NUMBER.match(plain):
        raise NotANumber(refusal % {"text": text[:40]})
    scaled = Decimal(plain.replace(",", ".")).scaleb(digits)
    if scaled != scaled.to_integral_value():
        message = _("“%(text)s” has too many digits after the decimal mark (at most %(digits)s).")
        raise NotANumber(message % {"text": text[:40], "digits": digits})
    if abs(scaled) > SAFE_INTEGER:
        raise NotANumber(_("“%(text)s” is too large.") % {"text": text[:40]})
    return int(scaled)


def parse_minor(text: str, currency: str) -> int:
    """Minor units from what a person typed; both `4,99` and `4.99` are understood. Raises NotANumber."""
    return _parse(text, currency_digits(currency), _("“%(text)s” is not an amount of money."))


def parse_quantity(text: str) -> int:
    """Thousandths from what a person typed. Raises NotANumber."""
    return _parse(text, 3, _("“%(text)s” is not a quantity."))


def parse_percent(text: str) -> int:
    """Hundredths of a percent from what a person typed. Raises NotANumber."""
    return _parse(text.removesuffix("%"), 2, _("“%(text)s” is not a percent."))


def plain(value: int, digits: int) -> str:
    """The exact decimal with a point, as forms and exports carry it: `plain(499, 2) == "4.99"`."""
    sign = "-" if value < 0 else ""
    body = str(abs(value)).rjust(digits + 1, "0")
    return f"{sign}{body[:-digits]}.{body[-digits:]}" if digits else f"{sign}{body}"


def typed(value: int, digits: int) -> str:
    """The exact decimal as people of the language in force type it, without grouping: `4,99` in Polish."""
    text = plain(value, digits)
    return text if (get_language() or "en").startswith("en") else text.replace(".", ",")


def _display(value: int, digits: int, language: str, *, trim: bool = False) -> str:
    whole, _, fraction = plain(abs(value), digits).partition(".")
    if trim:
        fraction = fraction.rstrip("0")
    separator, mark = (",", ".") if language == "en" else (NBSP, ",")
    grouped = f"{int(whole):,}".replace(",", separator)
    sign = "\u2212" if value < 0 else ""
    return f"{sign}{grouped}{mark}{fraction}" if fraction else f"{sign}{grouped}"


def format_minor(value: int, currency: str, language: str = "en", *, symbol: bool = True) -> str:
    """Money as people of the language read it: `1 234,50 zł`, `PLN 1,234.50` (ux.md D)."""
    text = _display(value, currency_digits(currency), language)
    if not symbol:
        return text
    if language == "en":
        return f"{currency}{NBSP}{text}"
    return f"{text}{NBSP}{_SYMBOLS.get(currency, currency)}"


def format_quantity(value: int, language: str = "en") -> str:
    """A quantity without needless zeros: 1250 → `1.25`."""
    return _display(value, 3, language, trim=True)


def format_percent(value: int, language: str = "en") -> str:
    """A percent without needless zeros: 2300 → `23 %`."""
    return f"{_display(value, 2, language, trim=True)}{NBSP}%"
