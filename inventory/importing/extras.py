"""What only some goods have, as lists spell it: typed prices, deposits, captured numbers, licences, allergens."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from inventory import text
from inventory.importing.columns import Columns

MAX_ALLERGENS = 300
FIELDS = ("open_price", "deposit", "capture", "licence", "allergens")

_YES = {"1", "yes", "y", "true", "tak", "t", "так", "да", "д", "+", "x"}
_NO = {"0", "no", "n", "false", "nie", "ні", "нет", "н", "-"}
_CAPTURE = {
    "serial": {"serial", "serial number", "numer seryjny", "nr seryjny", "серійний номер", "серийный номер"},
    "mark": {"mark", "data matrix", "datamatrix", "znak", "марка", "код маркування", "код маркировки"},
    "excise": {"excise", "excise stamp", "akcyza", "banderola", "акциз", "акцизна марка", "акцизная марка"},
}
_LICENCE = {
    "alcohol": {"alcohol", "alkohol", "алкоголь"},
    "tobacco": {"tobacco", "tyton", "тютюн", "табак"},
}


class WrongExtra(Exception):
    """One cell cannot be used; `field` names its column."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


def read(columns: Columns, cells: list[str], kind: str) -> dict[str, Any]:
    """The fields that the row fills, as our table wants them; `deposit` is still the deposit's code.

    Raises WrongExtra.
    """
    found: dict[str, Any] = {}
    for field, parse in _PARSERS.items():
        cell = columns.cell(cells, field)
        if cell:
            found[field] = parse(field, cell)
    if kind != "piece" and found.get("capture"):
        raise WrongExtra("capture", _("Numbers of single units are read only from goods sold by the piece."))
    if kind == "deposit":
        for field in ("deposit", "open_price"):
            if found.get(field):
                raise WrongExtra(field, _("A deposit has a fixed price and no deposit of its own."))
    return found


def _flag(field: str, cell: str) -> bool:
    word = text.fold(cell) or cell.strip()
    if word not in _YES | _NO:
        raise WrongExtra(field, _("Write yes or no."))
    return word in _YES


def _choice(choices: dict[str, set[str]]) -> Callable[[str, str], str]:
    def parse(field: str, cell: str) -> str:
        word = text.fold(cell)
        for value, words in choices.items():
            if word in {text.fold(each) for each in words}:
                return value
        raise WrongExtra(field, _("This is not known. Known are: %(words)s.") % {"words": ", ".join(choices)})

    return parse


def _allergens(field: str, cell: str) -> str:
    cleaned = text.clean(cell)
    if len(cleaned) > MAX_ALLERGENS:
        raise WrongExtra(field, _("This is longer than %(limit)s characters.") % {"limit": MAX_ALLERGENS})
    return cleaned


def _code(_field: str, cell: str) -> str:
    return cell.strip()[:48]


_PARSERS: dict[str, Callable[[str, str], Any]] = {
    "open_price": _flag,
    "deposit": _code,
    "capture": _choice(_CAPTURE),
    "licence": _choice(_LICENCE),
    "allergens": _allergens,
}
