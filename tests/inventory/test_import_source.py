"""Files as other programs write them, and files made to hurt: rows of text, or one plain sentence."""

import gzip
import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest

from inventory.importing import csv_source, xlsx_source
from inventory.importing.errors import ImportFailed
from inventory.importing.source import open_source

ROWS = [["ean", "nazwa"], ["5901234123457", "Żółty ser"], ["5901234123464", "Mleko"]]


def read(path: Path) -> list[list[str]]:
    source = open_source(path)
    try:
        return [cells for _row, cells in source.rows()]
    finally:
        source.close()


def written(folder: Path, data: bytes, name: str = "list.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def table(separator: str = ",", end: str = "\n") -> str:
    return end.join(separator.join(row) for row in ROWS) + end


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1250", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_encodings_and_line_ends_are_found(
    tmp_path: Path, separator: str, encoding: str, end: str
) -> None:
    assert read(written(tmp_path, table(separator, end).encode(encoding))) == ROWS


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "utf-8"])
def test_cyrillic_code_pages_are_told_apart(tmp_path: Path, encoding: str) -> None:
    text = "штрихкод;наименование\n4601234567893;Молоко пастеризованное 3,2 процента\n"
    assert read(written(tmp_path, text.encode(encoding)))[1][1] == "Молоко пастеризованное 3,2 процента"


def test_gzip_is_seen_whatever_the_name(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress(table().encode()), "goods.txt")
    source = open_source(path)
    assert len(list(source.rows())) == 3
    assert source.progress() == (path.stat().st_size, path.stat().st_size)
    assert "gzip" in source.description
    source.close()


def test_quoted_cells_may_hold_separators_and_lines(tmp_path: Path) -> None:
    text = 'ean,name\n1,"Sok ""Tymbark"", 1 l\nz miąższem"\n'
    assert read(written(tmp_path, text.encode()))[1] == ["1", 'Sok "Tymbark", 1 l\nz miąższem']


def test_a_line_in_another_encoding_does_not_stop_the_others(tmp_path: Path) -> None:
    rows = read(
        written(tmp_path, b"ean,name\n1,Ser\n" + "2,Żółw\n".encode() * 9000 + b"3,\xff\xfe bad\n4,Mleko\n")
    )
    assert rows[-2][1] == "\udcff\udcfe bad"
    assert rows[-1] == ["4", "Mleko"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "empty"),
        (b"\0" * 4000, "zero bytes"),
        (b"\x01\0\x02\0\0\0" * 900 + b"abc" * 10, "zero bytes"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old .xls"),
        (b"PK\x03\x04 torn", "torn"),
        (gzip.compress(b"ean,name\n1,x\n" * 9000, mtime=0)[:-40], "torn"),
        (b"\x1f\x8b\x08\x00garbage", "torn"),
        (b"ean,name\n1," + b"x" * 2_000_000, "longer than a million"),
        (b'ean,name\n1,"never closed\n' + b"2,x\n" * 60_000, "quotation mark"),
        (b",".join([b"a"] * 500) + b"\n", "columns"),
    ],
)
def test_a_file_that_is_no_list_ends_as_a_sentence(tmp_path: Path, data: bytes, sentence: str) -> None:
    with pytest.raises(ImportFailed, match=sentence):
        read(written(tmp_path, data))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ImportFailed, match="cannot be opened"):
        read(tmp_path / "nothing.csv")
    with pytest.raises(ImportFailed, match="cannot be opened"):
        read(tmp_path)


def test_a_gzip_bomb_stops_at_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_source, "MAX_UNPACKED_BYTES", 1_000_000)
    with pytest.raises(ImportFailed, match="Unpacked"):
        read(written(tmp_path, gzip.compress(b"1,x\n" * 1_000_000)))


def workbook(folder: Path, rows: list[list[object]]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    path = folder / "list.xlsx"
    book.save(path)
    return path


def test_a_workbook_gives_what_a_person_would_have_typed(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["ean", "price", "qty"],
        [5901234123457, 4.1, 0.30000000000000004],
        [],
        [None, True, "x "],
    ]
    assert read(workbook(tmp_path, rows)) == [
        ["ean", "price", "qty"], ["5901234123457", "4.1", "0.3"], ["", "1", "x"]
    ]  # fmt: skip


def shared(path: Path) -> Path:
    """The workbook as Excel writes it: every text once, in a table of its own."""
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name).decode() for name in old.namelist()}
    texts: list[str] = []

    def number(match: re.Match[str]) -> str:
        texts.append(match[2])
        return f'<c r="{match[1]}" t="s"><v>{len(texts) - 1}</v></c>'

    sheet = parts["xl/worksheets/sheet1.xml"]
    inline = r'<c r="(\w+)" t="inlineStr"><is><t>(.*?)</t></is></c>'
    parts["xl/worksheets/sheet1.xml"] = re.sub(inline, number, sheet)
    items = "".join(f"<si><t>{text}</t></si>" for text in texts)
    parts["xl/sharedStrings.xml"] = f'<sst xmlns="{namespace}">{items}</sst>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace("</Types>", override)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, text in parts.items():
            new.writestr(name, text)
    return path


def test_a_workbook_with_a_table_of_texts_is_read(tmp_path: Path) -> None:
    assert read(shared(workbook(tmp_path, [["ean", "name"], ["1", "Żółty"]]))) == [
        ["ean", "name"],
        ["1", "Żółty"],
    ]


def rebuilt(path: Path, part: str, data: bytes) -> Path:
    """The workbook with one part replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, data if name.endswith(part) else old.read(name))
    path.write_bytes(out.getvalue())
    return path


def test_a_workbook_that_unpacks_too_far_is_not_opened(tmp_path: Path) -> None:
    path = rebuilt(workbook(tmp_path, [["ean", "name"]]), "sheet1.xml", b" " * 30_000_000)
    with pytest.raises(ImportFailed, match="far more than it should"):
        read(path)


def test_a_workbook_with_too_much_text_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_source, "MAX_STRINGS_BYTES", 10)
    with pytest.raises(ImportFailed, match="too much text"):
        read(shared(workbook(tmp_path, [["ean", "name"]])))


@pytest.mark.parametrize("part", ["sheet1.xml", "sharedStrings.xml", "workbook.xml"])
def test_an_entity_bomb_in_a_workbook_is_refused(tmp_path: Path, part: str) -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "ha"}">' for n in range(10))
    bomb = f'<?xml version="1.0"?><!DOCTYPE x [{entities}]><worksheet>&e9;</worksheet>'
    with pytest.raises(ImportFailed, match="cannot be read"):
        read(rebuilt(shared(workbook(tmp_path, [["ean", "name"], ["1", "x"]])), part, bomb.encode()))


def test_a_sheet_as_wide_as_a_wall_is_no_list(tmp_path: Path) -> None:
    with pytest.raises(ImportFailed, match="columns"):
        read(workbook(tmp_path, [["x"] * 300]))


def test_a_zip_that_is_no_workbook_is_told(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(ImportFailed, match="cannot be read"):
        read(path)


def test_a_sheet_that_claims_a_million_rows_ends_where_its_rows_end(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["ean", "name"], ["1", "x"]])
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"')
    assert len(read(rebuilt(path, "sheet1.xml", sheet))) == 2
