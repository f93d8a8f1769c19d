"""Another people's client of NoviAPI drives the emulated printer, and its strict models read what our driver says."""

from datetime import date
from typing import Any

import pytest

from devices.drivers.noviapi.codec import Style, order
from devices.emulators.noviapi import NoviApiPrinter
from devices.emulators.wires import TcpPrinter
from devices.fiscal import parse_fiscal
from tests.devices.fiscal_rig import Z, line, payment, sale
from tests.missing import lacking

STYLE = Style({letter: letter for letter in "ABCDE"})


@pytest.fixture
def judge() -> Any:
    try:
        import noviapi.models
    except ImportError:
        lacking(
            "novitus-noviapi is not installed: nobody but our own driver speaks with the emulated printer"
        )
    return noviapi


def ours(document: dict[str, Any]) -> Any:
    found = order(parse_fiscal(document), STYLE, date.today())  # noqa: DTZ011
    assert found is not None
    return found.body


def whole_sale() -> dict[str, Any]:
    lines = line("Mleko", 499, 1500, 49, tax="B"), line(), line("Butelka", 50, 2000, deposit=True)
    parts = [payment(500, "card", "Karta"), payment(799, change=201)]
    return sale(*lines, buyer_tax_id="5252344078", payments=parts, footer=["Dziękujemy"])


def test_its_models_read_every_document_of_ours(judge: Any) -> None:
    models = judge.models
    for document, key, model in (
        (whole_sale(), "receipt", models.Receipt),
        ({**whole_sale(), "kind": "return"}, "printout", models.NonFiscal),
        (Z, "daily_report", models.DailyReport),
    ):
        assert model.model_validate(ours(document)[key])


def test_it_sells_and_reports_with_the_emulated_printer(judge: Any) -> None:
    made = NoviApiPrinter()
    with TcpPrinter(made) as network, judge.NoviApiClient(f"http://127.0.0.1:{network.port}") as client:
        client.comm_test()
        for path, body in (
            ("receipt", ours(whole_sale())["receipt"]),
            ("daily_report", ours(Z)["daily_report"]),
        ):
            created = getattr(client, f"{path}_send")(body)
            getattr(client, f"{path}_confirm")(created.request.id)
            assert getattr(client, f"{path}_check")(created.request.id).request.status == "DONE"
        told = client.status_send({"type": "device"})
        client.status_confirm(told.request.id)
        assert client.status_check(told.request.id).request.response.status.device.name == "POINT"
        assert client.queue_check().requests_in_queue == 0
    assert (len(made.memory.receipts), len(made.memory.reports)) == (1, 1)
