"""How each country rounds an amount paid in cash, by day: data with its source, never a constant in code.

A step is in minor units of the country's currency; the nearest multiple is charged, a half going up (RULES.md G9).
A country that is not here does not round. The store setting `cash_rounding` (a list of the same shape) replaces all.
"""

from typing import Any

_NONE: list[dict[str, Any]] = [{"from": None, "to": None, "step": 1}]


def _since(day: str, step: int) -> list[dict[str, Any]]:
    return [{"from": day, "to": None, "step": step}]


CASH_ROUNDING: dict[str, list[dict[str, Any]]] = {
    # Poland: grosze are still coined; a law on rounding (2012 draft) was never passed.
    "pl": _NONE,
    # Russia: no rule of law; shops that drop kopecks give a discount, which is a promotion and not rounding.
    "ru": _NONE,
    # Ukraine: National Bank decisions. 1, 2, 5, then 25 kopiykas left circulation: to 10 since 1 October 2019;
    # the 10 coin followed on 1 October 2025: to 50 (1-24 down, 25-74 to 50, 75-99 up).
    "ua": [
        {"from": "2019-10-01", "to": "2025-09-30", "step": 10},
        {"from": "2025-10-01", "to": None, "step": 50},
    ],
    # Czechia: haléře ended on 31 August 2008; cash totals go to whole crowns (law 634/1992, § 3).
    "cz": _since("2008-09-01", 100),
    # Hungary: 1 and 2 forint ended on 1 March 2008 (law 2008:III): to 5 forint.
    "hu": _since("2008-03-01", 500),
    # Five cents in cash: Finland since 2002, Slovakia 1 July 2022, Estonia 1 January 2025, Lithuania 1 May 2025.
    "fi": _since("2002-01-01", 5),
    "sk": _since("2022-07-01", 5),
    "ee": _since("2025-01-01", 5),
    "lt": _since("2025-05-01", 5),
}


def cash_rounding(country: str) -> list[dict[str, Any]]:
    """The dated steps of a country, `[{"from", "to", "step"}]`, as the rulebook holds them."""
    return CASH_ROUNDING.get(country, _NONE)
