"""Turns a row of a list into a product as our tables know it, or says in plain words what is wrong with it."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from stdnum import ean

from core import money
from core.money import NotANumber
from inventory import text
from inventory.importing import extras, values
from inventory.importing.columns import Columns

MAX_NAME = 200
MAX_CODES_IN_A_CELL = 20
_BARCODE = re.compile(r"^[!-~]{1,48}$")
_CODE = re.compile(r"^[0-9A-Za-z._-]{1,20}$")
_CODE_SEPARATORS = re.compile(r"[\s,;|]+")
_SIZE_IN_NAME = re.compile(r"\d\s*(?:kg|g|gr|l|ml|cl|m|cm|кг|г|гр|л|мл|м|szt|шт|pcs|kom)\b", re.IGNORECASE)
_MEASURES = {"kg", "g", "l", "ml", "m", "cm", "m2"}
_GROUP_SEPARATORS = re.compile(r"\s*(?:/|>|\\|→|::)\s*")
MAX_GROUP_DEPTH = 10


@dataclass(frozen=True)
class Problem:
    """What is wrong in one cell; a warning lets the row through."""

    row: int
    column: str
    value: str
    reason: str
    warning: bool = False


@dataclass
class Draft:
    """One product of a list. None means that the list does not say."""

    row: int
    name: str
    code: str | None = None
    barcodes: list[str] = field(default_factory=list)
    kind: str = "piece"
    unit: str = "pcs"
    tax: str | None = None
    group: tuple[str, ...] = ()
    price: int | None = None
    content: int | None = None
    content_unit: str | None = None
    age: int | None = None
    extras: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """What makes it the same thing in the next list: its code, else its first barcode."""
        return self.code or self.barcodes[0]


@dataclass(frozen=True)
class Setting:
    """What holds for every row of one import."""

    columns: Columns
    decimals: dict[str, values.Decimals]
    currency: str
    language: str
    unit_names: dict[str, str]
    tax_rates: dict[str, int]
    tax_exempt: frozenset[str]
    group: tuple[str, ...]


class _Wrong(Exception):
    """One cell makes the row unusable."""

    def __init__(self, field_name: str, reason: str) -> None:
        super().__init__(reason)
        self.field_name, self.reason = field_name, reason


class Reader:
    """Reads rows under one setting."""

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.columns = setting.columns

    def read(self, row: int, cells: list[str]) -> tuple[Draft | None, list[Problem]]:
        """The row's draft, None when something in it cannot be used, and what there is to say about it."""
        problems: list[Problem] = []
        try:
            self._check_text(cells)
            return self._draft(row, cells, problems), problems
        except _Wrong as wrong:
            heading = self.columns.headings.get(wrong.field_name, wrong.field_name)
            cell = self.columns.cell(cells, wrong.field_name)
            return None, [*problems, Problem(row, heading, cell[:200], wrong.reason)]

    def _check_text(self, cells: list[str]) -> None:
        for name, at in self.columns.index.items():
            cell = cells[at] if at < len(cells) else ""
            if "\0" in cell:
                raise _Wrong(name, _("The cell holds a zero byte."))
            if "\ufffd" in cell or any("\ud800" <= c <= "\udfff" for c in cell):
                raise _Wrong(
                    name, _("The text is damaged: some bytes are not letters of the file's encoding.")
                )

    def _draft(self, row: int, cells: list[str], problems: list[Problem]) -> Draft:
        code, barcodes = self._code(cells), self._barcodes(row, cells, problems)
        if code is None and not barcodes:
            raise _Wrong(
                "barcode" if self.columns.has("barcode") else "code", _("A barcode or a code is needed.")
            )
        draft = Draft(row, self._name(cells), code, barcodes)
        self._measure(draft, cells)
        draft.tax, draft.price = self._tax(cells), self._price(cells)
        draft.group, draft.age = self._group(cells), self._age(cells)
        draft.extras = self._extras(cells, draft.kind)
        return draft

    def _extras(self, cells: list[str], kind: str) -> dict[str, Any]:
        try:
            return extras.read(self.columns, cells, kind)
        except extras.WrongExtra as wrong:
            raise _Wrong(wrong.field, wrong.reason) from wrong

    def _code(self, cells: list[str]) -> str | None:
        cell = self.columns.cell(cells, "code")
        if not cell:
            return None
        if not _CODE.match(cell):
            raise _Wrong("code", _("A code is 1 to 20 Latin letters, digits, dots, dashes or underscores."))
        return cell

    def _barcodes(self, row: int, cells: list[str], problems: list[Problem]) -> list[str]:
        cell = self.columns.cell(cells, "barcode")
        if values.looks_damaged_by_spreadsheet(cell):
            raise _Wrong(
                "barcode", _("A spreadsheet turned this barcode into a rounded number; its digits are lost.")
            )
        codes = list(dict.fromkeys(code for code in _CODE_SEPARATORS.split(cell) if code))
        if len(codes) > MAX_CODES_IN_A_CELL:
            raise _Wrong(
                "barcode", _("There are more than %(limit)s barcodes.") % {"limit": MAX_CODES_IN_A_CELL}
            )
        for code in codes:
            self._check_barcode(row, code, problems)
        return codes

    def _check_barcode(self, row: int, code: str, problems: list[Problem]) -> None:
        if not _BARCODE.match(code):
            raise _Wrong("barcode", _("A barcode is 1 to 48 Latin letters, digits and signs without spaces."))
        if not code.isdigit() or len(code) not in (8, 12, 13, 14) or ean.is_valid(code):
            return
        expected = code[:-1] + str(ean.calc_check_digit(code[:-1]))
        if len(code) == 13 and code[0] == "2":
            # Prefixes 20 to 29 are the shop's own; a weighed label's pattern has zeros in place of the check digit.
            reason = _("The check digit of this shop-made code would be %(digit)s; it was taken as it is.")
            heading = self.columns.headings.get("barcode", "barcode")
            problems.append(Problem(row, heading, code, reason % {"digit": expected[-1]}, warning=True))
            return
        raise _Wrong(
            "barcode", _("The last digit does not fit the others; %(code)s would.") % {"code": expected}
        )

    def _name(self, cells: list[str]) -> str:
        name, brand = (
            text.clean(self.columns.cell(cells, "name")),
            text.clean(self.columns.cell(cells, "brand")),
        )
        if not name or not text.fold(name):
            raise _Wrong("name", _("The name is missing."))
        if brand and text.fold(brand) not in text.fold(name):
            name = f"{brand} {name}"
        if len(name) > MAX_NAME:
            raise _Wrong("name", _("The name is longer than %(limit)s characters.") % {"limit": MAX_NAME})
        return name

    def _measure(self, draft: Draft, cells: list[str]) -> None:
        """Kind, unit and content from the columns unit and quantity (rules in docs/goods.md)."""
        unit, one = self._unit(cells)
        quantity, unit = self._quantity(cells, unit, one)
        if unit in ("kg", "g") and self._sold_by_weight(draft, quantity):
            draft.kind, draft.unit = "weighed", "kg"
        elif unit in _MEASURES and quantity is not None:
            draft.content, draft.content_unit = quantity, unit
            self._add_size(draft)
        elif unit in ("pcs", "pack", "pair", "set") and quantity is not None and quantity > 1000:
            draft.unit, draft.content, draft.content_unit = unit, quantity, unit
        else:
            draft.unit = unit
        draft.kind = self._kind(cells) or draft.kind

    def _unit(self, cells: list[str]) -> tuple[str, int]:
        cell = self.columns.cell(cells, "unit")
        if not cell:
            return "pcs", 1000
        unit = values.unit_of(cell)
        if unit is None or unit[0] not in self.setting.unit_names:
            raise _Wrong(
                "unit",
                _("This unit is not known. Known are: %(units)s.")
                % {"units": ", ".join(sorted(self.setting.unit_names))},
            )
        return unit

    def _quantity(self, cells: list[str], unit: str, one: int) -> tuple[int | None, str]:
        """Thousandths and the unit they count, which may be a smaller one; None when the cell is empty or zero."""
        cell = self.columns.cell(cells, "quantity")
        if not cell:
            return None, unit
        try:
            quantity, unit = values.measure_of(cell, self.setting.decimals["quantity"], unit, one)
        except NotANumber as error:
            raise _Wrong("quantity", _("This is not a quantity with at most three decimals.")) from error
        if quantity < 0:
            raise _Wrong("quantity", _("A quantity cannot be below zero."))
        return quantity or None, unit

    @staticmethod
    def _sold_by_weight(draft: Draft, quantity: int | None) -> bool:
        """Loose goods: a weight unit with no weight given, or with a code of the shop's own labels (prefix 2)."""
        return quantity is None or any(len(code) == 13 and code[0] == "2" for code in draft.barcodes)

    def _add_size(self, draft: Draft) -> None:
        """Writes the size into the name, which people choose by, unless the name says one already."""
        assert draft.content is not None and draft.content_unit is not None
        if _SIZE_IN_NAME.search(draft.name):
            return
        size = money.format_quantity(draft.content, self.setting.language)
        named = f"{draft.name} {size} {self.setting.unit_names[draft.content_unit]}"
        draft.name = named if len(named) <= MAX_NAME else draft.name

    def _kind(self, cells: list[str]) -> str | None:
        cell = text.fold(self.columns.cell(cells, "kind"))
        if not cell:
            return None
        for kind, words in _KINDS.items():
            if cell in words:
                return kind
        raise _Wrong(
            "kind", _("This kind is not known. Known are: %(kinds)s.") % {"kinds": ", ".join(_KINDS)}
        )

    def _tax(self, cells: list[str]) -> str | None:
        cell = self.columns.cell(cells, "tax")
        if not cell:
            return None
        code = values.tax_of(cell, self.setting.tax_rates, self.setting.tax_exempt)
        if code is None:
            known = ", ".join(f"{c} = {money.format_percent(p)}" for c, p in self.setting.tax_rates.items())
            raise _Wrong("tax", _("There is no such tax here. Known are: %(taxes)s.") % {"taxes": known})
        return code

    def _price(self, cells: list[str]) -> int | None:
        cell = self.columns.cell(cells, "price")
        if not cell:
            return None
        try:
            price = values.money_of(cell, self.setting.decimals["price"], self.setting.currency)
        except NotANumber as error:
            raise _Wrong(
                "price", _("This is not a price in %(currency)s.") % {"currency": self.setting.currency}
            ) from error
        if price < 0:
            raise _Wrong("price", _("A price cannot be below zero."))
        return price

    def _group(self, cells: list[str]) -> tuple[str, ...]:
        names = [text.clean(name) for name in _GROUP_SEPARATORS.split(self.columns.cell(cells, "group"))]
        path = tuple(name for name in names if name)
        if len(path) > MAX_GROUP_DEPTH or any(len(name) > 120 for name in path):
            raise _Wrong(
                "group", _("A group's name is at most 120 characters, and groups nest at most ten deep here.")
            )
        return path or self.setting.group

    def _age(self, cells: list[str]) -> int | None:
        cell = self.columns.cell(cells, "age").rstrip("+ ")
        if not cell:
            return None
        if not cell.isdecimal() or int(cell[:4]) > 99:
            raise _Wrong("age", _("The age is a number of years from 0 to 99."))
        return int(cell)


_KINDS = {
    "piece": {"piece", "goods", "sztuka", "towar", "штука", "товар"},
    "weighed": {"weighed", "weight", "wagowy", "waga", "ваговий", "весовой", "вес", "вага"},
    "service": {"service", "usluga", "послуга", "услуга"},
    "deposit": {"deposit", "kaucja", "застава", "тара", "залог"},
}
