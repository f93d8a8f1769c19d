"""Numbers, units and tax rates as price lists spell them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from core import money
from core.money import NotANumber
from inventory import text

_NUMBER = re.compile(r"^[+-]?\d[\d.,]{0,24}$")
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009']")
_CURRENCY = re.compile(r"(?i)(zł|zl|pln|грн\.?|uah|₴|руб\.?|р\.|rub|₽|eur|€|usd|\$)")
_EXPONENT = re.compile(r"^\d([.,]\d+)?[eE]\+?\d{1,2}$")

# What lists call a unit: our code and how many thousandths of it one of theirs is.
_UNITS = {
    "pcs": ("pcs|pc|piece|pieces|each|ea|unit|kom|szt|sztuka|sztuk|szt.|шт|шт.|штука|штук|ks|st|796", 1000),
    "pack": ("pack|pck|pkg|package|op|op.|opak|opakowanie|pak|уп|уп.|упак|упаковка|пач|пачка|778", 1000),
    "pair": ("pair|par|para|пара|715", 1000),
    "set": ("set|kpl|kpl.|komplet|компл|компл.|комплект|набір|набор|839", 1000),
    "kg": ("kg|kilogram|кг|кг.|кілограм|килограмм|166", 1000),
    "g": ("g|gr|gram|гр|г|гр.|г.|грам|грамм|163", 1000),
    "l": ("l|lt|ltr|litre|liter|litr|л|л.|літр|литр|112", 1000),
    "ml": ("ml|mililitr|мл|мл.|111", 1000),
    "m": ("m|metr|metre|meter|м|м.|006|6", 1000),
    "cm": ("cm|см", 1000),
    "m2": ("m2|m²|mkw|м2|м²|кв.м|055", 1000),
    "h": ("h|hour|godz|godz.|год|год.|ч|час|356", 1000),
}
_MULTIPLES = {
    "dag": ("g", 10_000),
    "dkg": ("g", 10_000),
    "cl": ("ml", 10_000),
    "dl": ("ml", 100_000),
    "mg": ("g", 1),
}
_UNIT_OF = {
    text.fold(word): (code, size) for code, (words, size) in _UNITS.items() for word in words.split("|")
}
_UNIT_OF |= _MULTIPLES


@lru_cache(maxsize=1024)
def unit_of(spelling: str) -> tuple[str, int] | None:
    """Our unit for a spelling and how many thousandths of it one is (`cl` is 10,000 thousandths of `ml`), or None."""
    return _UNIT_OF.get(text.fold(spelling.strip(" .")) or "?") or _UNIT_OF.get(text.fold(spelling))


@dataclass(frozen=True)
class Decimals:
    """How a file writes fractions: the sign before them, and whether the other sign groups thousands."""

    mark: str

    def plain(self, written: str) -> str:
        """The number with a point and no grouping. Raises NotANumber."""
        bare = _SPACES.sub("", written).replace("\u2212", "-")
        if not _NUMBER.match(bare):
            raise NotANumber(f"“{written[:40]}”")
        other = "," if self.mark == "." else "."
        if other in bare and self.mark not in bare and bare.count(other) == 1:
            # A lone foreign sign is a fraction all the same: 4.99 in a file that elsewhere writes 4,50.
            return bare.replace(other, ".")
        plain = bare.replace(other, "").replace(self.mark, ".")
        if plain.count(".") > 1:
            raise NotANumber(f"“{written[:40]}”")
        return plain


def decimals_of(samples: Iterable[str]) -> Decimals:
    """The fraction sign of a column, from its values: what stands last in `1.234,50`, else what is there at all."""
    votes = {",": 0, ".": 0}
    for sample in samples:
        comma, point = sample.rfind(","), sample.rfind(".")
        if comma >= 0 and point >= 0:
            votes["," if comma > point else "."] += 10
        elif comma >= 0:
            votes[","] += 1
        elif point >= 0:
            votes["."] += 1
    return Decimals("," if votes[","] > votes["."] else ".")


def money_of(written: str, decimals: Decimals, currency: str) -> int:
    """Minor units of a price cell; a currency sign beside the number is fine. Raises NotANumber."""
    return money.parse_minor(decimals.plain(_CURRENCY.sub("", written)), currency)


_SMALLER = {"kg": "g", "l": "ml", "m": "cm"}


def measure_of(written: str, decimals: Decimals, unit: str, one: int = 1000) -> tuple[int, str]:
    """Thousandths and unit of a quantity cell; `one` is how many thousandths of the unit the cell counts in.

    What a unit cannot hold in thousandths is told in the smaller one: 0.0735 kg is 73.5 g. Raises NotANumber.
    """
    exact = Decimal(decimals.plain(written)) * one
    if exact != exact.to_integral_value() and unit in _SMALLER:
        unit, exact = _SMALLER[unit], exact * (100 if unit == "m" else 1000)
    if exact != exact.to_integral_value() or abs(exact) > money.SAFE_INTEGER:
        raise NotANumber(f"“{written[:40]}”")
    return int(exact), unit


def looks_damaged_by_spreadsheet(code: str) -> bool:
    """Whether a barcode was turned into `5,90123E+12`, which loses its last digits for good."""
    return bool(_EXPONENT.match(code.strip()))


# Latin letters that a keyboard gives for the Cyrillic tax letters of a Ukrainian register.
_CYRILLIC = str.maketrans("ABBGD", "АВВГД")


def tax_of(written: str, rates: dict[str, int], exempt: frozenset[str]) -> str | None:
    """The tax code a cell means: a code, a rate (`23`, `23%`, `0,08`) or a word for exempt; None when unknown.

    `rates` maps the country's codes to hundredths of a percent.
    """
    cell = written.strip().upper()
    if cell in rates:
        return cell
    if cell.translate(_CYRILLIC) in rates:
        return cell.translate(_CYRILLIC)
    if any(word in text.fold(written) for word in ("zw", "exempt", "без", "n/a", "np")):
        return next(iter(sorted(exempt)), None)
    percent = _percent(cell)
    matching = [code for code, rate in rates.items() if rate == percent and code not in exempt]
    return matching[0] if matching else None


def _percent(cell: str) -> int | None:
    bare = cell.replace("НДС", "").replace("ПДВ", "").replace("VAT", "").replace(" ", "").replace(",", ".")
    try:
        percent = money.parse_percent(bare)
    except NotANumber:
        return None
    # A spreadsheet hands over a cell formatted as 23 % as 0.23.
    return percent * 100 if 0 < percent < 100 and not cell.endswith("%") else percent
