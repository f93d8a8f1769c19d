"""The Datecs driver against an emulated printer of every family over real TCP and a real pty: every document."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from devices import drivers, settings
from devices.drivers.contract import Device
from devices.drivers.fiscal import FiscalDevice
from devices.emulators.datecs import DatecsPrinter
from devices.emulators.datecs_machine import Article, DatecsError
from devices.emulators.wires import PtyPrinter
from devices.errors import ConfigError
from devices.transports import make_transport
from tests.devices.datecs_rig import CLOSE, FAMILIES, OPEN, PAID, SUBTOTAL, returned, standing
from tests.devices.fiscal_rig import FAST, Bench, X, Z, line, payment, result, sale, ukrainian
from tests.devices.rig import new_id

# Nothing here breaks a line, so there is no hurry: a busy machine must not look like a silent printer.
CALM = {**FAST, "answer_seconds": 0.5, "print_seconds": 2.0, "report_seconds": 2.0}
Shop = tuple[Bench, DatecsPrinter]


@pytest.fixture(params=FAMILIES)
def every(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shop]:
    with standing(tmp_path, request.param, **CALM) as made:
        yield made


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with standing(tmp_path_factory.mktemp("shop"), "ua", **CALM) as made:
        yield made


@pytest.fixture
def new(shop: Shop) -> Shop:
    """One bench for all of them, its printer as new."""
    bench, printer = shop
    printer.renew()
    bench.restart()
    return bench, printer


def test_a_sale_is_registered_and_told(every: Shop) -> None:
    bench, printer = every
    document = ukrainian(
        sale(
            line("Молоко", 499, 1500, 49, tax="B"),
            line("Хліб, їжак", 500),
            line("Застава", 50, 2000, deposit=True),
            line("Даром", 0),
            payments=[payment(500, "card", "Картка"), payment(800, change=200)],
            footer=["Дякуємо"],
        )
    )
    told = result(bench, document)
    machine = printer.machine
    (found,) = machine.receipts
    assert [one[0] for one in found.lines] == ["Молоко", "Хліб. їжак", "Застава"]
    assert [one[1:] for one in found.lines] == [
        (1, 1500, 499, 49, 700),
        (0, 1000, 500, 0, 500),
        (0, 2000, 50, 0, 100),
    ]
    assert [paid for _kind, paid in found.payments] == [500, 1000] and machine.cash == 800
    assert found.texts == ["1-1.1-318", "Anna", "Дякуємо"]
    assert told == {
        "number": 1,
        "z_number": 1,
        "unique_number": told["unique_number"],
        "document": 1,
        "at": told["at"],
        "mode": "fiscal",
        "totals": None,
        "omitted": [4],
        "substitute": None,
    }
    assert machine.memory.endswith(told["unique_number"]) and told["at"]
    assert result(bench, ukrainian(sale()))["number"] == 2


def test_the_same_over_a_serial_line(tmp_path: Path) -> None:
    printer = DatecsPrinter()
    with PtyPrinter(printer) as serial:
        wire = {"kind": "serial", "port": serial.path, "baud": 115200}
        with Bench(tmp_path, "datecs", wire, **CALM) as bench:
            assert result(bench, ukrainian(sale()))["number"] == 1
            printer.faults.cut_after = CLOSE
            assert result(bench, ukrainian(sale()))["number"] == 2
    assert len(printer.machine.receipts) == 2


def test_the_other_documents(every: Shop) -> None:
    bench, printer = every
    result(bench, ukrainian(sale(line("Хліб", 900, tax="B"), line(price=100))))
    assert result(bench, {"kind": "cash", "direction": "in", "amount": 5000, "reason": ""})["cash"] == 6000
    assert result(bench, {"kind": "cash", "direction": "out", "amount": 1000, "reason": ""})["cash"] == 5000
    back = result(bench, returned(ukrainian(sale(line(price=100)))))
    assert back["substitute"] is None
    x = result(bench, X)
    assert (x["report"], x["totals"]) == ("x", {"A": 100, "B": 900})
    result(bench, {"kind": "copy"})
    z = result(bench, Z)
    assert (z["report"], z["z_number"], z["totals"]) == ("z", 1, {"A": 100, "B": 900})
    assert result(bench, ukrainian(sale()))["z_number"] == 2
    machine = printer.machine
    assert [one.refund for one in machine.receipts] == [False, True, False]
    assert (machine.copies, machine.x_reports, len(machine.closed)) == (1, 1, 1)


def test_a_return_without_its_receipt_is_registered_only_where_the_printer_wants_no_more(every: Shop) -> None:
    bench, printer = every
    document = {**ukrainian(sale()), "kind": "return"}
    result(bench, {"kind": "cash", "direction": "in", "amount": 500, "reason": ""})
    action = bench.register(document)
    if printer.family == "ua":
        assert (action.state, printer.machine.cash) == ("done", 1)
        return
    assert (action.code, printer.machine.receipts) == ("unsupported", [])
    assert "names the receipt" in action.detail
    result(bench, returned(document))
    (found,) = printer.machine.receipts
    assert (found.refund, found.origin[0], found.origin[2]) == (True, "17", "00012345")
    assert found.origin[1].endswith("10:20:30" if printer.family == "x" else "102030")


def test_the_drawer_and_a_text_that_is_not_fiscal(every: Shop) -> None:
    bench, printer = every
    assert bench.act("drawer").action.state == "done"
    blocks = [
        {"text": "Решта ₴", "align": "right"},
        {"feed": 1},
        {"barcode": "4820000000017"},
        {"qr": "https://k.test/1"},
    ]
    printed = bench.act("print", document={"blocks": blocks, "drawer": True})
    assert printed.action.state == "done", printed.action.detail
    (text,) = printer.machine.texts
    assert printer.machine.pulses == 2
    assert text[:2] == [f"{'Решта грн':>36}", ""] or text[:2] == [f"{'Решта грн':>36}", " "]
    drawn = {
        "ua": "[2 482000000001]",
        "p": "[2 482000000001]",
        "c": "4820000000017",
        "x": "[2 4820000000017]",
    }
    assert text[2] == drawn[printer.family]
    assert text[3] == ("[4 https://k.test/1]" if printer.family == "x" else "https://k.test/1")


def test_how_it_is_doing(every: Shop) -> None:
    bench, printer = every
    assert bench.health()["z_needed"] is False
    result(bench, ukrainian(sale()))
    found = bench.health()
    told = {key: found[key] for key in ("state", "mode", "open", "z_needed", "z_number", "cash", "totals")}
    assert told == {
        "state": "ready",
        "mode": "fiscal",
        "open": None,
        "z_needed": False,
        "z_number": 0,
        "cash": 499,
        "totals": {"A": 499},
    }
    assert {key: found["rates"][key] for key in "ABCDE"} == {"A": 2000, "B": 700, "C": 0, "D": 1400, "E": 500}
    assert abs(found["skew_seconds"]) < 60
    assert found["receipts"] == (1 if printer.family == "x" else None)
    machine = printer.machine
    machine.paper_low = True
    assert bench.health()["state"] == "paper_low"
    machine.closed_at -= timedelta(hours=25)
    machine.text = []
    late = bench.health()
    assert (late["z_needed"], late["open"]) == (True, "text")
    machine.cover_open = True
    assert bench.health()["state"] == "cover_open"


def test_a_receipt_is_registered_once_even_under_another_action(new: Shop) -> None:
    bench, printer = new
    document, action = ukrainian(sale()), new_id()
    first = bench.act("fiscal", action, document)
    again = bench.act("fiscal", action, document)
    assert (again.repeated, again.action) == (True, first.action)
    assert bench.register(document).code == "already_registered"
    assert len(printer.machine.receipts) == 1


def test_a_long_receipt_of_the_longest_names(every: Shop) -> None:
    bench, printer = every
    lines = [line(f"{n:03d} " + "ж" * 196, 1, 1000) for n in range(30)]
    result(bench, ukrainian(sale(*lines, line("Мільйон, без копійки", 99_999_999 - 30))))
    (found,) = printer.machine.receipts
    assert (len(found.lines), found.total) == (31, 99_999_999)
    assert max(len(one[0]) for one in found.lines) == {"ua": 36, "p": 34, "c": 26, "x": 72}[printer.family]


# -------------------------------------------------------------------- the list of goods


def test_goods_get_numbers_of_the_printers_list_and_keep_them(new: Shop) -> None:
    bench, printer = new
    result(bench, ukrainian(sale(line("Хліб", 900), line("Молоко", 500, tax="B"), line("Хліб", 950))))
    machine = printer.machine
    known = dict(machine.articles)
    assert sorted((one.name, one.group) for one in known.values()) == [("Молоко", 1), ("Хліб", 0)]
    assert [one[3] for one in machine.receipts[0].lines] == [900, 500, 950], "the price is the receipt's"
    bench.restart()
    result(bench, ukrainian(sale(line("Хліб", 700))))
    assert machine.articles == known, "a new bridge finds the same numbers"
    result(bench, ukrainian(sale(line("Хліб", 700, tax="B"))))
    assert len(machine.articles) == 3, "another tax group is another article"


def test_goods_whose_numbers_are_taken_go_elsewhere_or_take_the_place_of_unsold_ones(tmp_path: Path) -> None:
    with standing(tmp_path, "ua", **CALM, articles=100) as (bench, printer):
        machine = printer.machine
        machine.articles = {n: Article(0, 100, f"Старе {n}", sold=n % 2 == 0) for n in range(1, 101)}
        result(bench, ukrainian(sale(line("Хліб", 900))))
        assert [one.name for one in machine.articles.values()].count("Хліб") == 1
        assert all(machine.articles[n].name == f"Старе {n}" for n in range(2, 101, 2))
        for one in machine.articles.values():
            one.sold = True
        refused = bench.register(ukrainian(sale(line("Сир", 900))))
        assert (refused.state, refused.code) == ("failed", "goods")
        assert "«Сир» before the next Z" in refused.detail and machine.open is None
        result(bench, Z)
        result(bench, ukrainian(sale(line("Сир", 900))))


def test_a_list_of_goods_that_was_changed_behind_our_back_is_told_again(new: Shop) -> None:
    bench, printer = new
    result(bench, ukrainian(sale(line("Хліб", 900))))
    printer.machine.articles.clear()
    document = ukrainian(sale(line("Хліб", 900)))
    assert bench.register(document).state == "failed", "the printer knows no such article"
    result(bench, document)
    assert (len(printer.machine.receipts), printer.machine.open) == (2, None)


# -------------------------------------------------------------------- refusals


def put(printer: DatecsPrinter, **values: object) -> None:
    for name, value in values.items():
        setattr(printer.machine, name, value)


REFUSALS: dict[str, tuple[str, dict[str, object]]] = {
    "paper": ("no_paper", {"paper": False}),
    "cover": ("cover_open", {"cover_open": True}),
    "mechanism": ("mechanism", {"broken": True}),
    "clock not set": ("clock", {"clock_unset": True}),
    "clock off": ("clock", {"clock_off": timedelta(hours=2)}),
    "not fiscalised": ("not_fiscal", {"fiscal": False}),
    "another rate": ("tax_unknown", {"rates": [1800, 700, 0, 1400, 500, 0, 0, 0]}),
    "a password": ("blocked", {"password": "1234"}),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_a_printer_that_cannot_register_gets_nothing_fiscal(every: Shop, case: str) -> None:
    bench, printer = every
    code, values = REFUSALS[case]
    put(printer, **values)
    document = ukrainian(sale())
    action = bench.register(document)
    if case == "a password":
        # The status of the short framing says no more than that it is not allowed; the list of goods asks first.
        code = {"ua": "goods", "x": "blocked"}.get(printer.family, "wrong_mode")
    assert (action.state, action.code) == ("failed", code)
    assert action.detail
    assert (printer.machine.receipts, printer.machine.open) == ([], None)
    printer.renew()
    assert bench.register(document).state == "done", "the same receipt, under a new action"


def test_a_day_of_more_than_24_hours_wants_its_report_first(every: Shop) -> None:
    bench, printer = every
    result(bench, ukrainian(sale()))
    printer.machine.began = printer.machine.closed_at = printer.machine.now() - timedelta(hours=25)
    action = bench.register(ukrainian(sale()))
    assert (action.state, action.code) == ("failed", "z_needed")
    assert "24 hours" in action.detail
    assert result(bench, Z)["z_number"] == 1
    assert result(bench, ukrainian(sale()))["z_number"] == 2


# The command that refuses, as the status and the group X say it, our words for the short framing and for X.
PROVOKED = [
    (OPEN, "mode", 111077, "wrong_mode", "clock"),
    (OPEN, "syntax", 112001, "syntax", "syntax"),
    (SUBTOTAL, "unknown", 112000, "unknown_command", "unknown_command"),
    (PAID, "mode", 111061, "wrong_mode", "payment"),
    (PAID, "overflow", 111011, "out_of_range", "out_of_range"),
    (CLOSE, "mode", 100100, "done", "done"),
    (0x36, "mode", 199999, "wrong_mode", "device_error"),
]


@pytest.mark.parametrize("family", ["ua", "x"])
@pytest.mark.parametrize(("step", "wrong", "number", "short", "long"), PROVOKED)
def test_a_refusal_in_the_middle_leaves_no_receipt_and_a_word_for_it(
    tmp_path: Path, family: str, step: int, wrong: Any, number: int, short: str, long: str
) -> None:
    with standing(tmp_path, family, **CALM) as (bench, printer):
        document = ukrainian(sale())
        printer.faults.refuse[step] = DatecsError(wrong, number)
        action = bench.register(document)
        code = short if family == "ua" else long
        if code == "done":
            # Its payment stands, so it was closed all the same.
            assert (action.state, len(printer.machine.receipts)) == ("done", 1)
            return
        assert (action.state, action.code) == ("failed", code)
        assert (printer.machine.receipts, printer.machine.open) == ([], None)
        assert bench.register(document).state == "done"
        assert len(printer.machine.receipts) == 1


def test_a_printer_that_counts_otherwise_gets_no_payment(
    every: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench, printer = every
    original = printer.machine.sell
    monkeypatch.setattr(
        printer.machine, "sell", lambda name, group, price, *more: original(name, group, price + 1, *more)
    )
    action = bench.register(ukrainian(sale()))
    assert (action.state, action.code) == ("failed", "totals_differ")
    assert (printer.machine.receipts, printer.machine.open, printer.machine.cancelled) == ([], None, 1)


def test_more_cash_than_the_drawer_holds_is_not_taken_out(every: Shop) -> None:
    bench, printer = every
    action = bench.register({"kind": "cash", "direction": "out", "amount": 5000, "reason": ""})
    assert (action.state, action.code, printer.machine.cash) == ("failed", "payment", 0)


def test_a_printer_that_is_not_fiscalised_is_used_when_the_setting_says_so(tmp_path: Path) -> None:
    with standing(tmp_path, "ua", **CALM, training=True) as (bench, printer):
        printer.machine.fiscal = False
        assert result(bench, ukrainian(sale()))["mode"] == "training"


@pytest.mark.parametrize(("off", "left"), [(600, 0), (-600, 0), (90_000, 90_000)])
def test_the_time_is_set_after_a_report_when_asked_for(tmp_path: Path, off: int, left: int) -> None:
    with standing(tmp_path, "x" if off > 0 else "ua", **CALM, set_clock=True, max_skew_seconds=0) as (
        bench,
        printer,
    ):
        result(bench, ukrainian(sale()))
        printer.machine.clock_off = timedelta(seconds=off)
        result(bench, Z)
        assert abs(printer.machine.clock_off.total_seconds() - left) < 60


# -------------------------------------------------------------------- what was left open


@pytest.mark.parametrize("what", ["receipt", "text"])
def test_a_document_somebody_left_open_is_cancelled_and_the_sale_goes_on(
    every: Shop, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    bench, printer = every
    leave_open(printer, what)
    assert bench.health()["open"] == what
    assert bench.register(ukrainian(sale())).state == "done"
    assert (len(printer.machine.receipts), printer.machine.open, printer.machine.text) == (1, None, None)
    assert "left open" in caplog.text


@pytest.mark.parametrize("what", ["receipt", "text"])
def test_a_clean_up_cancels_what_stands_open_and_says_what_it_was(every: Shop, what: str) -> None:
    bench, printer = every
    assert result(bench, {"kind": "clean_up"})["cancelled"] is None
    leave_open(printer, what)
    assert result(bench, {"kind": "clean_up"})["cancelled"] == what
    assert (printer.machine.open, printer.machine.text) == (None, None)


def leave_open(printer: DatecsPrinter, what: str) -> None:
    if what == "text":
        printer.machine.open_text()
    else:
        printer.machine.open_receipt(1, "0000", refund=False)
        printer.machine.sell("Чуже", 0, 100, 1000, 0)


# -------------------------------------------------------------------- settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rates", "A=F"),
        ("rates", "A"),
        ("payments", "card=Q"),
        ("payments", "gold=D"),
        ("operator_password", "12a4"),
        ("report_password", ""),
        ("goods_password", "1,2"),
    ],
)
def test_settings_that_this_family_does_not_have_are_said_at_the_start(
    tmp_path: Path, name: str, value: str
) -> None:
    with pytest.raises(ConfigError, match=name):
        device(tmp_path, **{name: value})


def device(folder: Path, **values: object) -> Device:
    checked = settings.check(values, drivers.manifest("datecs").settings, "test")
    wire = make_transport({"kind": "tcp", "host": "127.0.0.1", "port": 1}, "test")
    return drivers.create("fiscal1", "datecs", checked, wire, folder)


def test_it_is_a_fiscal_device_that_keeps_its_passwords_to_itself(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    secrets = {"operator_password": "87654321", "report_password": "11223344", "goods_password": "55667788"}
    found = device(tmp_path, family="x", currency="EUR", **secrets)
    assert isinstance(found, FiscalDevice)
    assert (found.manifest.kind, found.manifest.tried_on_hardware) == ("fiscal", False)
    assert found.features() == {"columns": 36, "country": "BG", "currency": "EUR"}
    with standing(tmp_path, "ua", **CALM, **secrets) as (bench, printer):
        refused = bench.register(ukrainian(sale()))
        printer.machine.password = "11223344"
        told = f"{found.features()} {found.fiscal_state()} {found.status()} {refused} {bench.health()} {caplog.text}"
    assert not any(secret in told for secret in secrets.values())


def test_the_passwords_the_operator_and_the_payments_are_those_of_the_settings(tmp_path: Path) -> None:
    words = {"operator_password": "1234", "report_password": "1234", "goods_password": "1234"}
    with standing(tmp_path, "ua", **CALM, **words, operator=7, payments="card=N", footer=False) as (
        bench,
        printer,
    ):
        printer.machine.password = "1234"
        result(bench, ukrainian(sale(payments=[payment(499, "card", "Картка")])))
        (found,) = printer.machine.receipts
        assert (found.operator, found.payments, found.texts) == (7, [("N", 499)], [])
        result(bench, Z)
