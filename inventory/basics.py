"""What every shop starts with: units of measure and the tax rates of its country, as dated data.

Sources: Poland, VAT act art. 41, 146ef (23 % and 8 % since 1 January 2011) and the letters A to E of the regulation
on cash registers; Ukraine, Tax Code art. 193 (20 %, 7 %, 14 %, 0 %), letters as registers print them; Russia, Tax
Code art. 164 with Federal Law 425-FZ of 28 November 2025 (20 % became 22 % on 1 January 2026) and art. 164 p. 8
(5 % and 7 % for the simplified scheme since 1 January 2025).
"""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class TaxRate:
    """One row of the tax table; days are included on both ends."""

    code: str
    name: str
    percent: int
    valid_from: date | None = None
    valid_to: date | None = None
    exempt: bool = False


def _names(en: str, pl: str, uk: str, ru: str) -> dict[str, str]:
    return {"en": en, "pl": pl, "uk": uk, "ru": ru}


# code: (names, decimals)
UNITS: dict[str, tuple[dict[str, str], int]] = {
    "pcs": (_names("pcs", "szt.", "шт", "шт"), 0),
    "kg": (_names("kg", "kg", "кг", "кг"), 3),
    "g": (_names("g", "g", "г", "г"), 0),
    "l": (_names("l", "l", "л", "л"), 3),
    "ml": (_names("ml", "ml", "мл", "мл"), 0),
    "m": (_names("m", "m", "м", "м"), 2),
    "cm": (_names("cm", "cm", "см", "см"), 0),
    "m2": (_names("m²", "m²", "м²", "м²"), 2),
    "pack": (_names("pack", "op.", "уп", "уп"), 0),
    "pair": (_names("pair", "para", "пара", "пара"), 0),
    "set": (_names("set", "kpl.", "компл", "компл"), 0),
    "h": (_names("h", "godz.", "год", "ч"), 2),
}

_PL_RISE = date(2011, 1, 1)
_RU_RISE = date(2026, 1, 1)
_RU_20 = date(2019, 1, 1)
_RU_SIMPLE = date(2025, 1, 1)

TAXES: dict[str, list[TaxRate]] = {
    "pl": [
        TaxRate("A", "23 %", 2300, _PL_RISE),
        TaxRate("B", "8 %", 800, _PL_RISE),
        TaxRate("C", "5 %", 500, _PL_RISE),
        TaxRate("D", "0 %", 0),
        TaxRate("E", "zw.", 0, exempt=True),
    ],
    "ua": [
        TaxRate("А", "20 %", 2000),
        TaxRate("Б", "7 %", 700, date(2014, 4, 1)),
        TaxRate("В", "0 %", 0),
        TaxRate("Г", "14 %", 1400, date(2021, 3, 1)),
        TaxRate("Д", "без ПДВ", 0, exempt=True),
    ],
    # Category codes of UN/ECE list 5305, because Russian receipts carry no letter and a rate is not a name.
    "ru": [
        TaxRate("S", "НДС 20 %", 2000, _RU_20, date(2025, 12, 31)),
        TaxRate("S", "НДС 22 %", 2200, _RU_RISE),
        TaxRate("AA", "НДС 10 %", 1000),
        TaxRate("Z", "НДС 0 %", 0),
        TaxRate("E", "без НДС", 0, exempt=True),
        TaxRate("S5", "НДС 5 %", 500, _RU_SIMPLE),
        TaxRate("S7", "НДС 7 %", 700, _RU_SIMPLE),
    ],
}

STANDARD_TAX = {"pl": "A", "ua": "А", "ru": "S"}
