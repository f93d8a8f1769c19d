"""A foreign register's journal: what its rows mean, and what our receipts make of them."""

import gzip
from pathlib import Path

import pytest

from pos.headless.core_pos import mapping, source
from pos.headless.receipts import half_up

HEADER = (
    "datetime,register_no,emp_no,trans_no,upc,description,trans_type,trans_subtype,trans_status,department,"
    "quantity,scale,unitPrice,total,card_no"
)


def journal(folder: Path, *rows: str) -> Path:
    """A file with these rows; each is `trans_no|time|type|subtype|status|upc|quantity|price|total`."""
    lines = [HEADER]
    for row in rows:
        number, time, kind, subtype, status, upc, quantity, price, total = row.split("|")
        name = {"T": "Change" if upc == "change" else "Cash", "A": "Tax"}.get(kind, f"Goods {upc}")
        lines.append(
            f"1900-07-02 {time},101,90,{number},{upc},{name},"
            f"{kind},{subtype},{status},5,{quantity},0,{price},{total},11"
        )
    path = folder / "journal.csv.gz"
    path.write_bytes(gzip.compress("\r\n".join(lines).encode()))
    return path


def plans(path: Path) -> list[mapping.Plan]:
    return [mapping.plan(one) for one in source.transactions(path)]


def test_a_sale_with_change_becomes_one_receipt_with_its_tax_as_a_line(tmp_path: Path) -> None:
    path = journal(
        tmp_path,
        "1|07:10:00|I| | |111|2|1.50|3.00",
        "1|07:10:05|T|CA|0|0|0|0|-5.00",
        "1|07:10:05|T|CA|0|change|0|0|1.76",
        "1|07:10:06|A|0|0|TAX|0|0|0.24",
    )
    [plan] = plans(path)
    assert [(part.code, part.quantity, part.total) for part in plan.sales] == [
        ("cp-111", 2000, 300),
        ("cp-tax", 1000, 24),
    ]
    assert plan.sale_payments == [
        {"method": "cash", "amount": 324, "tendered": 500, "change": 176, "details": {}}
    ]
    assert plan.returns == []


def test_a_void_takes_its_line_away_and_is_told(tmp_path: Path) -> None:
    path = journal(
        tmp_path,
        "1|07:10:00|I| | |111|1|1.50|1.50",
        "1|07:10:01|I| | |222|1|2.00|2.00",
        "1|07:10:02|I| |V|111|-1|1.50|-1.50",
        "1|07:10:05|T|CC|0|0|0|0|-2.00",
        "1|07:10:06|A|0|0|TAX|0|0|0",
    )
    [plan] = plans(path)
    assert [part.code for part in plan.sales] == ["cp-222"]
    assert [(void.code, void.amount, void.of) for void in plan.voids] == [("cp-111", -150, "line")]


def test_a_refund_inside_a_sale_becomes_two_receipts_that_settle_what_they_share(tmp_path: Path) -> None:
    path = journal(
        tmp_path,
        "1|07:10:00|I| | |111|1|5.00|5.00",
        "1|07:10:01|I| |R|222|-1|2.00|-2.00",
        "1|07:10:05|T|CC|0|0|0|0|-3.00",
        "1|07:10:06|A|0|0|TAX|0|0|0",
    )
    [plan] = plans(path)
    assert [(p["method"], p["amount"]) for p in plan.sale_payments] == [("exchange", 200), ("card", 300)]
    assert [(p["method"], p["amount"]) for p in plan.return_payments] == [("exchange", 200)]
    assert [part.reason for part in plan.returns] == ["refund"]


def test_a_discount_on_everything_is_spread_to_the_last_cent(tmp_path: Path) -> None:
    path = journal(
        tmp_path,
        "1|07:10:00|I| | |111|1|1.00|1.00",
        "1|07:10:01|I| | |222|1|1.00|1.00",
        "1|07:10:02|I| | |333|1|1.00|1.00",
        "1|07:10:03|I|0|0|DISCOUNT|1|0|-0.10",
        "1|07:10:05|T|CA|0|0|0|0|-2.90",
        "1|07:10:06|A|0|0|TAX|0|0|0",
    )
    [plan] = plans(path)
    assert [part.left for part in plan.sales] == [96, 97, 97]


def test_cancelled_suspended_display_and_training_rows_are_not_sold(tmp_path: Path) -> None:
    path = journal(
        tmp_path,
        "1|07:10:00|I| |X|111|1|1.00|1.00",
        "2|07:11:00|I| |Z|111|1|1.00|1.00",
        "3|07:12:00|C|0|D|0|0|0|0",
    )
    assert source.transactions(path) == []


def test_two_transactions_that_share_a_number_are_told_apart_by_their_tax_rows(tmp_path: Path) -> None:
    path = journal(
        tmp_path,
        "7|07:10:00|I| | |111|1|1.00|1.00",
        "7|07:10:05|T|CA|0|0|0|0|-1.00",
        "7|07:10:06|A|0|0|TAX|0|0|0",
        "7|19:00:00|I| | |222|1|2.00|2.00",
        "7|19:00:05|T|CA|0|0|0|0|-2.00",
        "7|19:00:06|A|0|0|TAX|0|0|0",
    )
    found = source.transactions(path)
    assert [one.key for one in found] == ["1900-07-02/101/90/7/1", "1900-07-02/101/90/7/2"]


def test_a_row_with_a_swallowed_quote_is_read_as_the_register_meant_it(tmp_path: Path) -> None:
    row = '1900-07-09 14:14:00,101,18,1,79,"SKEWERS 10\\"",I""", , ,242,1,0,1.69,1.69,18'
    path = tmp_path / "journal.csv"
    path.write_text(f"{HEADER}\r\n{row}\r\n", encoding="utf-8", newline="")
    [one] = source.transactions(path)
    assert [(item.kind, item.name, item.total) for item in one.rows] == [("I", 'SKEWERS 10"', 169)]


def one_row(**wrong: str) -> bytes:
    row = (
        dict.fromkeys(HEADER.split(","), "0") | {"datetime": "1900-07-02 07:00:00", "trans_type": "I"} | wrong
    )
    return f"{HEADER}\n{','.join(row.values())}\n".encode()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a,b,c\n1,2,3\n",
        f"{HEADER}\n1,2\n".encode(),
        one_row(datetime="yesterday"),
        one_row(total="a lot"),
        one_row(total="1.005"),
        one_row(quantity="NaN"),
        HEADER.encode("utf-16"),
    ],
)
def test_what_is_no_journal_is_refused_in_words(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "journal.csv"
    path.write_bytes(content)
    with pytest.raises(source.NotAJournal):
        source.transactions(path)


@pytest.mark.parametrize(
    ("quantity", "total"),
    [(1000, 499), (180, 418), (3000, 100), (4425, 4986), (1, 999), (999_999, 1), (700, 192)],
)
def test_every_line_comes_to_its_total_whatever_its_quantity(quantity: int, total: int) -> None:
    part = mapping.Part("cp-1", "Goods", quantity, total, weighed=True, reason="")
    line = mapping.goods_of(part, "product", ("D", 0))
    gross = half_up(line.price * line.quantity, 1000)
    assert gross - sum(entry["amount"] for entry in line.discounts) == total
