"""Which column means what: guessed from its heading in four languages, or told by `--map field=column`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from inventory import text
from inventory.importing.errors import ImportFailed
from inventory.importing.source import Row

# The first heading of each line is the field's own name; the others are what lists really say.
HEADINGS: dict[str, str] = {
    "barcode": "barcode|barcodes|bar code|ean|ean13|ean 13|ean code|gtin|upc|kod kreskowy|kody kreskowe|kod ean|"
    "штрихкод|штрих код|штрих-код|штрихкоды|штрихкоди|шк",
    "name": "name|product name|product|item|item name|title|description|nazwa|nazwa towaru|nazwa produktu|towar|"
    "назва|назва товару|найменування|товар|наименование|название|наименование товара|номенклатура|номенклатура товара",
    "brand": "brand|brands|manufacturer|producer|marka|producent|бренд|марка|торгова марка|торговая марка|виробник|"
    "производитель",
    "code": "code|plu|sku|item code|article|kod|kod towaru|symbol|indeks|index|kod plu|код|артикул|код товару|"
    "код товара",
    "unit": "unit|uom|unit of measure|measure|jm|j.m.|j m|jednostka|jednostka miary|одиниця|од|од.|одиниця виміру|"
    "од. виміру|од.вим.|единица|ед|ед.|единица измерения|ед. изм.|ед.изм.|базовая единица",
    "quantity": "quantity|qty|net quantity|content|net content|size|volume|weight|ilosc|ilosc w opakowaniu|zawartosc|"
    "pojemnosc|gramatura|кількість|вміст|об'єм|вага|количество|содержимое|объем|вес|масса|фасовка",
    "price": "price|retail price|gross price|sale price|cena|cena detaliczna|cena brutto|cena sprzedazy|ціна|"
    "роздрібна ціна|ціна продажу|цена|розничная цена|цена розничная|цена продажи",
    "tax": "tax|vat|vat rate|tax rate|tax code|vat %|stawka|stawka vat|vat (%)|пдв|ставка пдв|"
    "пдв %|ндс|ставка ндс|ндс %",
    "group": "group|category|product group|department|grupa|grupa towarowa|kategoria|dzial|група|група товарів|"
    "категорія|группа|группа товаров|категория|раздел",
    "kind": "kind|type|rodzaj|typ|тип|вид|вид товара|вид товару",
    "age": "age|age limit|minimum age|wiek|ograniczenie wieku|вік|возраст|возрастное ограничение",
    "open_price": "open price|price typed at the till|cena otwarta|cena wpisywana|вільна ціна|свободная цена",
    "deposit": "deposit|deposit code|kaucja|kod kaucji|застава|код застави|залог|код залога",
    "capture": "capture|mark|marking|znakowanie|маркування|маркировка",
    "licence": "licence|license|koncesja|ліцензія|лицензия",
    "allergens": "allergens|alergeny|алергени|аллергены",
}
FIELDS = tuple(HEADINGS)
HEADER_SEARCH_ROWS = 10


@dataclass(frozen=True)
class Columns:
    """Where each field is, counted from 0, with the heading as the file spells it."""

    header_row: int
    index: dict[str, int]
    headings: dict[str, str]

    def cell(self, cells: Sequence[str], field: str) -> str:
        """The field's cell without spaces around it; empty when the file has no such column or the row is short."""
        at = self.index.get(field)
        return cells[at].strip() if at is not None and at < len(cells) else ""

    def has(self, field: str) -> bool:
        """Whether the file has the field."""
        return field in self.index

    def lines(self) -> list[str]:
        """What was understood, one line a field, for a person to check."""
        return [
            f"{field:<9} ← {_('column')} {self.index[field] + 1} “{self.headings[field]}”"
            for field in FIELDS
            if field in self.index
        ]


def _normal(heading: str) -> str:
    return text.fold(heading.replace("_", " ").replace("-", " ").replace(":", " ").strip(" *"))


_FIELD_OF = {_normal(heading): field for field, line in HEADINGS.items() for heading in line.split("|")}


def _guess(cells: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, cell in enumerate(cells):
        field = _FIELD_OF.get(_normal(cell))
        if field and field not in found:
            found[field] = at
    return found


def choose(first_rows: Sequence[Row], told: Mapping[str, str]) -> Columns:
    """The columns of a file from its first rows: the row that names the most fields is the heading.

    `told` maps fields to a heading or to a column's number from 1; an empty text leaves the field out.
    Raises ImportFailed when the name or every identifier is missing, or when what was told is not there.
    """
    if not first_rows:
        raise ImportFailed(_("The file has no rows."))
    number, cells = max(first_rows[:HEADER_SEARCH_ROWS], key=lambda row: len(_guess(row[1])))
    index = _guess(cells)
    for field, column in told.items():
        index.pop(field, None)
        if column:
            index[field] = _told_column(field, column, cells)
    _check(index, cells)
    return Columns(number, index, {field: cells[at] for field, at in index.items()})


def _told_column(field: str, column: str, cells: Sequence[str]) -> int:
    if field not in HEADINGS:
        raise ImportFailed(
            _("There is no field “%(field)s”. Fields are: %(fields)s.")
            % {"field": field, "fields": ", ".join(FIELDS)}
        )
    names = [_normal(cell) for cell in cells]
    if _normal(column) in names:
        return names.index(_normal(column))
    if column.isdecimal() and 1 <= int(column) <= len(cells):
        return int(column) - 1
    raise ImportFailed(
        _("There is no column “%(column)s”. Columns are: %(columns)s.")
        % {"column": column[:60], "columns": ", ".join(cells)[:500]}
    )


def _check(index: Mapping[str, int], cells: Sequence[str]) -> None:
    if "name" not in index or not ({"barcode", "code"} & index.keys()):
        raise ImportFailed(
            _(
                "The headings do not say which column is the name and which the barcode or code. "
                "Say it, for example: --map name=2 --map barcode=1. The columns are: %(columns)s."
            )
            % {"columns": ", ".join(cell.strip() for cell in cells)[:500]}
        )
