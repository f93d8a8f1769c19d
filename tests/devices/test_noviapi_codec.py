"""NoviAPI to the letter: requests as the maker's OpenAPI document has them, answers of its examples."""

import json
from datetime import date
from typing import Any

import pytest

from devices.document import parse_document
from devices.drivers.fiscal import Unfit
from devices.drivers.noviapi.codec import (
    Memory,
    Printer,
    Style,
    exception,
    fault,
    memory,
    order,
    printer,
    text_order,
)
from devices.drivers.web import Reading, dump, hundredths, quantity
from devices.emulators.noviapi_schema import violations
from devices.errors import BridgeError, TransportError
from devices.fiscal import parse_fiscal
from tests.devices.fiscal_rig import Document, line, payment, sale

RATES = {letter: letter for letter in "ABCDE"}
STYLE = Style(RATES)
TODAY = date(2023, 5, 29)


def sent(document: Document, style: Style = STYLE) -> str:
    found = order(parse_fiscal(document), style, TODAY)
    assert found is not None
    return dump(found.body).decode()


def bare(*lines: dict[str, Any], **more: Any) -> Document:
    return sale(*lines, **{"number": "", "cashier": "", **more})


def test_the_makers_basic_receipt() -> None:
    """As `basic_receipt` of the document, with how it was paid."""
    found = sent(bare(line("towar", 100, unit="")))
    assert found == (
        '{"receipt":{"items":[{"article":{"name":"towar","ptu":"A","quantity":"1","price":"1.00","value":"1.00"}}],'
        '"payments":[{"cash":{"value":"1.00"}}],"summary":{"total":"1.00","pay_in":"1.00"}}}'
    )


def test_a_receipt_of_everything() -> None:
    """After `receipt_with_advance_and_container`, whose total leaves the packaging out, and its other examples."""
    document = sale(
        line("Towar1", 1000, 1250, 50, unit="szt."),
        line("Opakowanie", 50, 2000, deposit=True),
        line("Gratis", 0),
        buyer_tax_id="PL123-123-12-12",
        payments=[payment(500, "card", "Karta"), payment(800, change=200)],
        footer=["Treść niefiskalna"],
    )
    found = sent(document, Style(RATES, open_drawer=True))
    assert found == (
        '{"receipt":{"items":[{"article":{"name":"Towar1","ptu":"A","quantity":"1.25","price":"10.00","value":"12.50",'
        '"unit":"szt.","discount_markup":{"type":"value_discount","value":"0.50"}}},'
        '{"container":{"name":"Opakowanie","quantity":"2","value":"1.00"}}],'
        '"payments":[{"card":{"name":"Karta","value":"5.00"}},{"cash":{"value":"10.00"}}],'
        '"summary":{"total":"12.00","pay_in":"15.00","change":"2.00"},'
        '"printout_lines":[{"textline":{"text":"Treść niefiskalna","masked":false}}],'
        '"buyer":{"nip":"PL123-123-12-12"},'
        '"system_info":{"cashier_name":"Anna","system_number":{"print_as":"text","value":"1-1.1-318"}},'
        '"device_control":{"open_drawer":true}}}'
    )
    assert '"total":"13.00"' in sent(document, Style(RATES, deposits_in_total=True))


def test_a_daily_report_and_a_text() -> None:
    assert (
        sent({"kind": "report", "report": "z", "day": "2023-05-28"})
        == '{"daily_report":{"date":"29/05/2023"}}'
    )
    blocks = [
        {"text": "Sklep", "align": "center", "bold": True, "size": 2},
        {"feed": 1},
        {"qr": "https://a"},
        {"barcode": "5901234123457", "type": "ean13"},
    ]
    found = text_order(parse_document({"language": "pl", "blocks": blocks, "drawer": True}), STYLE)
    assert dump(found.body).decode() == (
        '{"printout":{"lines":[{"textline":{"text":"Sklep","masked":false,"bold":true,"center":true,"big":true}},'
        '{"special_line":{"type":"emptyline"}},{"qrcode":{"text":"https://a","masked":false}},'
        '{"barcode":{"text":"5901234123457","masked":false}}],"device_control":{"open_drawer":true}}}'
    )


def test_a_return_is_a_note_that_is_not_fiscal() -> None:
    found = order(parse_fiscal({**sale(line("Chleb", 499, 2000)), "kind": "return"}), STYLE, TODAY)
    assert found is not None
    assert (found.path, found.substitute, found.fiscal) == ("nf_printout", "return_note", False)
    texts = [one["textline"]["text"] for one in found.body["printout"]["lines"] if "textline" in one]  # type: ignore[index]
    assert texts == [
        "ZWROT TOWARU",
        "1-1.1-318",
        "Chleb",
        "2 szt x 4.99",
        "9.98",
        "RAZEM 9.98 PLN",
        "Podpis klienta: ....................",
        "Kasjer: Anna",
    ]


UNFIT: dict[str, tuple[str, Document]] = {
    "currency": ("unsupported", sale(currency="UAH")),
    "rounding": ("unsupported", sale(rounding=-9, due=490, payments=[payment(490)])),
    "no rate": ("tax_unknown", sale(line(tax="A", total=499) | {"tax": {"code": "X", "percent": 0}})),
    "nothing": ("zero", sale(line(price=0))),
    "packaging": ("deposit", sale(line(deposit=True))),
    "lines": ("out_of_range", sale(*[line()] * 256)),
    "buyer": ("buyer", sale(buyer_tax_id="5" * 17)),
    "payments": ("payment", sale(line(price=17), payments=[payment(1)] * 17)),
    "x": ("unsupported", {"kind": "report", "report": "x", "day": "2023-05-28"}),
    "cash": ("unsupported", {"kind": "cash", "direction": "in", "amount": 5, "reason": ""}),
    "copy": ("unsupported", {"kind": "copy"}),
}


@pytest.mark.parametrize("case", UNFIT)
def test_what_it_cannot_say_is_refused_before_anything_is_sent(case: str) -> None:
    code, document = UNFIT[case]
    with pytest.raises(Unfit) as refused:
        order(parse_fiscal(document), STYLE, TODAY)
    assert refused.value.code == code


def test_whatever_is_said_fits_the_makers_schema() -> None:
    """The longest of everything."""
    many = sale(
        *[line("Ż" * 200, 9_999, 999, unit="kilogramów") for _ in range(255)],
        cashier="K" * 60,
        number="N" * 40,
        footer=["F" * 200] * 40,
        buyer_tax_id="5" * 16,
    )
    found = order(parse_fiscal(many), Style(RATES, name_length=60), TODAY)
    assert found is not None
    assert violations("receipt", found.body) == []
    note = order(parse_fiscal({**many, "kind": "return"}), STYLE, TODAY)
    assert note is not None and violations("printout", note.body) == []
    with pytest.raises((BridgeError, Unfit)):
        text_order(parse_document({"blocks": [{"qr": "x" * 1_900}]}), STYLE)


def reading(text: str) -> Reading:
    return Reading(json.loads(text), "test")


def test_answers_of_the_makers_examples() -> None:
    told = reading(
        '{"device":{"characters_per_line":64,"name":"POINT","tax_rates":[{"name":"A","value":"23.00"},{"name":"B","value":'
        '"8.00"},{"name":"E","value":"ZW"},{"name":"F","value":"--"}],"totals":[{"invoice":"1.20","receipt":"3.00",'
        '"tax_rate":"A"},{"invoice":"0.00","receipt":"0.00","tax_rate":"B"}],"version":"1.01"}}'
    )
    assert printer(told) == Printer("POINT", 64, {"A": 2300, "B": 800, "E": None}, {"A": 420})
    told = reading(
        '{"fiscal_memory":{"daily_reports_count":71,"last_daily_report_date":"2023-05-31 08:30:03","max_daily_reports":'
        '2195,"size":130023424,"start_fiscal_date":"2023-02-01 07:32:47","tax_id":"5220001694","unique_number":'
        '"ZBN1901007094"}}'
    )
    assert memory(told) == Memory("ZBN1901007094", 71, 2195)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            '{"exception":{"code":8,"description":"JSON Validation Error","errors":["receipt/items : Length"]}}',
            "syntax",
        ),
        (
            '{"daily_report_id":"2","exception":{"code":11,"description":"Waiting for execute daily report"}}',
            "z_needed",
        ),
        ('{"exception":{"code":14,"description":"No space in protected memory"}}', "memory_full"),
        ('{"exception":{"code":6,"description":"Multiple access denied."}}', "busy"),
        ('{"exception":{"code":13,"description":"Internal server error"}}', "device_error"),
        ("{}", "device_error"),
    ],
)
def test_refusals_of_the_makers_examples(text: str, code: str) -> None:
    _number, word, says = exception(reading(text))
    assert word == code and says.startswith("NoviAPI error")


def test_errors_of_a_document_are_words_of_the_family() -> None:
    def word(code: int) -> str:
        return fault(Reading({"code": code, "description": "Opis"}, "test"))[0]

    assert [word(code) for code in (18, 27, 1037, 1116, 1021, 1521)] == [
        "tax_unknown",
        "totals_differ",
        "no_paper",
        "z_needed",
        "read_only",
        "device_error",
    ]


@pytest.mark.parametrize(
    "told",
    [
        {"device": []},
        {"device": {"tax_rates": [1]}},
        {"device": {"tax_rates": [{"name": "A"}]}},
        {"device": {"totals": [{"tax_rate": "A", "receipt": "1,5"}]}},
        {"device": {"totals": [{"tax_rate": "A", "receipt": True}]}},
        {"device": {"characters_per_line": 10**20}},
    ],
)
def test_values_of_another_type_are_no_answer(told: dict[str, object]) -> None:
    with pytest.raises(TransportError, match="no right value"):
        printer(Reading(told, "test"))


def test_numbers_are_exact_or_none() -> None:
    assert [hundredths(text) for text in ("1", "1.5", "-0.05", "1.005", "1e3", "", "٣")] == [
        100,
        150,
        -5,
        None,
        None,
        None,
        None,
    ]
    assert [quantity(one) for one in (1, 1000, 1250, 10_000)] == ["0.001", "1", "1.25", "10"]
