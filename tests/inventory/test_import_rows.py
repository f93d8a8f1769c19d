"""Rows as lists spell them: columns, numbers, units, taxes; each mistake told in its column."""

import pytest

from inventory.importing import columns, values
from inventory.importing.drafts import Draft, Reader, Setting
from inventory.importing.errors import ImportFailed
from inventory.importing.invented import price_for

UNITS = {
    "pcs": "szt.",
    "kg": "kg",
    "g": "g",
    "l": "l",
    "ml": "ml",
    "m": "m",
    "cm": "cm",
    "pack": "op.",
    "pair": "para",
}
TAXES = {"A": 2300, "B": 800, "C": 500, "D": 0, "E": 0}


def reader(*headings: str) -> Reader:
    chosen = columns.choose([(1, list(headings))], {})
    point = {"price": values.Decimals("."), "quantity": values.Decimals(".")}
    return Reader(Setting(chosen, point, "PLN", "pl", UNITS, TAXES, frozenset("E"), ()))


def draft(headings: str, cells: str) -> Draft:
    found, problems = reader(*headings.split("|")).read(7, cells.split("|"))
    assert problems == []
    assert found is not None
    return found


def wrong(headings: str, cells: str) -> tuple[str, str]:
    found, problems = reader(*headings.split("|")).read(7, cells.split("|"))
    assert found is None
    assert problems[0].row == 7
    return problems[0].column, problems[0].reason


@pytest.mark.parametrize(
    "headings",
    [
        "barcode,brand,name,unit,quantity,price",
        "Kod kreskowy,Producent,Nazwa towaru,J.m.,Ilość,Cena detaliczna",
        "Штрихкод,Бренд,Назва товару,Од. виміру,Кількість,Ціна",
        "Штрих-код,Торговая марка,Наименование,Ед. изм.,Количество,Розничная цена",
        "EAN_13,MARKA,NAZWA,JM,ILOSC,CENA BRUTTO",
    ],
)
def test_headings_are_understood_in_four_languages(headings: str) -> None:
    chosen = columns.choose([(1, headings.split(","))], {})
    assert chosen.index == {"barcode": 0, "brand": 1, "name": 2, "unit": 3, "quantity": 4, "price": 5}


def test_titles_above_the_heading_are_stepped_over() -> None:
    rows = [(1, ["Cennik 2026"]), (3, ["", "wydruk"]), (5, ["EAN", "Nazwa"]), (6, ["1", "x"])]
    assert columns.choose(rows, {}).header_row == 5


def test_columns_may_be_told_by_heading_by_number_and_away() -> None:
    rows = [(1, ["A", "B", "ean"])]
    chosen = columns.choose(rows, {"name": "b", "code": "1", "barcode": ""})
    assert chosen.index == {"name": 1, "code": 0}
    for told, sentence in [
        ({"name": "Z"}, "no column"),
        ({"colour": "A"}, "no field"),
        ({"name": "9"}, "no column"),
    ]:
        with pytest.raises(ImportFailed, match=sentence):
            columns.choose(rows, told)
    with pytest.raises(ImportFailed, match="--map"):
        columns.choose(rows, {})
    with pytest.raises(ImportFailed, match="no rows"):
        columns.choose([], {})


@pytest.mark.parametrize(
    ("samples", "written", "minor"),
    [
        (["4.99", "5.00"], "4.99", 499),
        (["4,99", "5,00"], "1 234,50", 123450),
        (["1.234,50"], "1.234,50", 123450),
        (["1,234.50"], "1,234.50", 123450),
        (["4,99"], "4.99", 499),
        (["4,99"], "12,30 zł", 1230),
        (["4,99"], "1 999,00\u00a0₽", 199900),
        ([], "7", 700),
        (["4.99"], "4.9900", 499),
    ],
)
def test_money_is_read_as_the_list_writes_it(samples: list[str], written: str, minor: int) -> None:
    assert values.money_of(written, values.decimals_of(samples), "PLN") == minor


@pytest.mark.parametrize(
    "written", ["free", "1.2.3", "4.999", "--5", "NaN", "Infinity", "1e5", "9" * 30, "٤"]
)
def test_what_is_no_price_is_told(written: str) -> None:
    assert wrong("ean|name|price", f"5901234123457|x|{written}")[0] == "price"


@pytest.mark.parametrize(
    ("unit", "quantity", "expected"),
    [
        ("L", "2.00", ("piece", "pcs", 2000, "l", "Sok 2 l")),
        ("g", "38", ("piece", "pcs", 38_000, "g", "Sok 38 g")),
        ("kg", "0.0735", ("piece", "pcs", 73_500, "g", "Sok 73,5 g")),
        ("cl", "33", ("piece", "pcs", 330_000, "ml", "Sok 330 ml")),
        ("kom", "1", ("piece", "pcs", None, None, "Sok")),
        ("szt.", "6", ("piece", "pcs", 6000, "pcs", "Sok")),
        ("par", "1", ("piece", "pair", None, None, "Sok")),
        ("kg", "", ("weighed", "kg", None, None, "Sok")),
        ("g", "", ("weighed", "kg", None, None, "Sok")),
        ("м", "", ("piece", "m", None, None, "Sok")),
        ("", "", ("piece", "pcs", None, None, "Sok")),
    ],
)
def test_kind_unit_and_content_follow_from_unit_and_quantity(
    unit: str, quantity: str, expected: tuple[object, ...]
) -> None:
    row = draft("ean|name|unit|quantity", f"5901234123457|Sok|{unit}|{quantity}")
    assert (row.kind, row.unit, row.content, row.content_unit, row.name) == expected


def test_a_size_in_the_name_is_not_written_twice() -> None:
    assert draft("ean|name|unit|quantity", "5901234123457|Sok 1,5L|l|1.5").name == "Sok 1,5L"


def test_the_brand_goes_into_the_name_once() -> None:
    assert draft("ean|brand|name", "5901234123457|Łaciate|Mleko").name == "Łaciate Mleko"
    assert draft("ean|brand|name", "5901234123457|LACIATE|Mleko łaciate").name == "Mleko łaciate"


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ("5901234123458|x|", "ean", "5901234123457"),
        ("5,90123E+12|x|", "ean", "spreadsheet"),
        ("59 01234|\udcff|", "name", "damaged"),
        ("1|a\0b|", "name", "zero byte"),
        ("||", "ean", "needed"),
        ("1||", "name", "missing"),
        ("1|" + "x" * 201 + "|", "name", "longer"),
        ("kod-ż|x|", "ean", "Latin"),
        ("1|x|17", "vat", "no such tax"),
        (",".join(str(n) for n in range(30)) + "|x|", "ean", "more than"),
    ],
)
def test_each_mistake_is_told_in_its_column(cells: str, column: str, reason: str) -> None:
    at, why = wrong("ean|name|vat", cells)
    assert at == column
    assert reason in why


def test_shop_made_weighed_codes_pass_with_a_warning() -> None:
    row, problems = reader("ean", "name", "unit", "quantity").read(
        3, ["2118201000000", "Panceta", "kg", "0.8"]
    )
    assert row is not None and (row.kind, row.unit) == ("weighed", "kg")
    assert [(p.warning, p.row) for p in problems] == [(True, 3)]


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("A", "A"),
        ("a", "A"),
        ("23%", "A"),
        ("23", "A"),
        ("0,08", "B"),
        ("5 %", "C"),
        ("zw", "E"),
        ("0", "D"),
        ("VAT 8%", "B"),
    ],
)
def test_taxes_are_read_as_codes_rates_and_words(cell: str, code: str) -> None:
    assert draft("ean|name|vat", f"5901234123457|x|{cell}").tax == code


def test_latin_letters_stand_for_cyrillic_ones() -> None:
    assert values.tax_of("A", {"А": 2000, "Б": 700}, frozenset()) == "А"


def test_groups_are_paths_and_ages_numbers() -> None:
    row = draft("ean|name|group|age", "5901234123457|Piwo|Napoje / Alkohole > Piwo|18+")
    assert (row.group, row.age) == (("Napoje", "Alkohole", "Piwo"), 18)
    assert wrong("ean|name|age", "5901234123457|x|old")[0] == "age"
    assert wrong("ean|name|group", "5901234123457|x|" + "/".join("abcdefghijkl"))[0] == "group"
    assert wrong("ean|name|kind", "5901234123457|x|magic")[0] == "kind"
    assert draft("code|name|kind", "77|Kaucja|kaucja").kind == "deposit"


def test_several_barcodes_in_one_cell() -> None:
    assert draft("ean|name", "5901234123457, 40170725|x").barcodes == ["5901234123457", "40170725"]


def test_invented_prices_repeat_and_look_like_prices() -> None:
    prices = [price_for(str(n), "PLN") for n in range(500)]
    assert prices == [price_for(str(n), "PLN") for n in range(500)]
    assert all(199 <= price <= 4100 and price % 10 == 9 for price in prices)
