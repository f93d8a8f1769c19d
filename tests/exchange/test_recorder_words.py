"""What recorders are told: acts of journal items, words, formats. Without a database and without a wire."""

import json
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest

from core.errors import KasaError
from core.models import Company, Store
from exchange.models import Recorder
from exchange.models.recorders import ENCODINGS
from exchange.video import templates, time_address
from exchange.video.acts import Item, Names, acts_of, masked
from exchange.video.kinds import ALL, OF_EVENT, UNTOLD, kind_of
from exchange.video.text import Style, latin, mark
from exchange.video.voice import Voice
from pos.headless.receipts import Goods, Heading, paid, receipt
from pos.rules import happenings

AT = datetime(2026, 11, 21, 9, 20, 30, tzinfo=UTC)
TILL, CASHIER, KEY = str(uuid.uuid4()), str(uuid.uuid4()), str(uuid.uuid4())
CARD = "4111111111111111"
NAMES = Names(
    store="Sklep",
    tills={TILL: (3, "Kasa 3")},
    people={CASHIER: "Anna Nowak"},
    methods={"cash": "Gotówka", "card": "Karta"},
    labels={KEY: "1-3.1-7"},
    trails={KEY: [{"ms": 4000, "do": "line", "n": 1}, {"ms": "x", "do": "line", "n": 2}, "odd"]},
)


def voice(**values: Any) -> Voice:
    company = Company(currency="PLN", country="pl")
    store = Store(number=1, name="Sklep", language="pl", time_zone="Europe/Warsaw", company=company)
    kinds = [kind.code for kind in ALL]
    return Voice(
        Recorder(**{"kind": "text_tcp", "kinds": kinds, **values}),
        store,
        {"pcs": "szt.", "kg": "kg"},
        lambda _receipt, width: "PARAGON".center(width),
    )


def sale(kind: str = "sale", *, opened: datetime = AT) -> Item:
    heading = Heading(
        7, "2026-11-21", str(uuid.uuid4()), CASHIER, opened, opened + timedelta(seconds=30), kind
    )
    goods = [
        Goods(str(uuid.uuid4()), "Mleko", 499, 2000, barcode="5901234123457"),
        Goods(str(uuid.uuid4()), "Jabłka", 350, 1234, unit="kg", reason="stłuczone"),
    ]
    pays = [paid("cash", 430), {**paid("card", 1000), "details": {"pan": "411111******1111", "x": CARD}}]
    return Item(11, KEY, TILL, "receipt", opened, receipt(heading, goods, pays))


def event(name: str, **data: Any) -> Item:
    body = {"name": name, "cashier": CASHIER, "receipt": KEY, "line": 2, "shift": None, "data": data}
    return Item(12, str(uuid.uuid4()), TILL, "event", AT, body)


def test_a_sale_is_told_line_by_line_at_the_times_of_its_trail() -> None:
    acts = acts_of(sale(), NAMES)
    assert [act.kind for act in acts] == [
        *("receipt_open", "item", "item", "payment", "payment", "sale", "paper"),
    ]
    assert [(act.at - AT).total_seconds() for act in acts] == [0, 4, 30, 30, 30, 30, 30]
    assert [act.n for act in acts] == list(range(7))
    lines = [" / ".join(voice().lines(act)) for act in acts]
    assert lines[1] == "10:20:34 1. Mleko / 2 szt. x 4,99 = 9,98"
    assert lines[4] == "10:21:00 Karta 10,00 411111******1111"
    assert "1-3.1-7" in lines[0] and "14,30" in lines[5] and lines[6] == "PARAGON".center(42).rstrip()
    back = acts_of(sale("return"), NAMES)
    assert [act.kind for act in back] == [*("return_item",) * 2, "payment", "payment", "return", "paper"]
    assert back[1].reason == "stłuczone"


def test_every_event_of_the_tills_is_told_as_some_kind_and_odd_data_break_nothing() -> None:
    assert set(OF_EVENT) <= {*happenings.registry(), "price_change"}
    for name in [*happenings.registry(), "of_a_newer_till"]:
        for value in ("text", 7, None, [1], {"a": 1}, True):
            members = {*happenings.registry().get(name, {}), "product", "reason", "by", "amount", "method"}
            acts = acts_of(event(name, **dict.fromkeys(members, value)), NAMES)
            assert (name in UNTOLD) == (not acts)
            for act in acts:
                assert voice().message(act) and kind_of(act.kind).code == act.kind


def test_other_items_are_told_and_machines_matters_are_not() -> None:
    shift = {"action": "open", "number": 4, "float": 20000, "cashier": CASHIER}
    cash = {"kind": "out", "amount": 5000, "cashier": CASHIER, "reason": "mleko"}
    told = {
        "shift": voice().lines(acts_of(Item(1, KEY, TILL, "shift", AT, shift), NAMES)[0]),
        "cash": voice().lines(acts_of(Item(1, KEY, TILL, "cash", AT, cash), NAMES)[0]),
    }
    assert "200,00" in told["shift"][0] and told["cash"][0].endswith("50,00 mleko Anna Nowak")
    assert acts_of(Item(1, KEY, TILL, "hold", AT, {"action": "confirm"}), NAMES) == []
    assert acts_of(Item(1, KEY, TILL, "document", AT, {}), NAMES) == []


@pytest.mark.parametrize("written", [CARD, "4111 1111 1111 1111", "4111-1111-1111-1111", f"karta {CARD}."])
def test_no_card_number_is_told_by_any_kind_of_recorder(written: str) -> None:
    act = acts_of(event("scan_refused", code=written, reason=written, problem="unknown", times=1), NAMES)[0]
    for kind in ("text_tcp", "trassir_tcp", "webhook"):
        told = "".join(one for one in voice(kind=kind).message(act).decode() if one.isdigit() or one == "*")
        assert CARD not in told and "************1111" in told
    whole = b"".join(voice(kind="webhook").message(act) for act in acts_of(sale(), NAMES))
    assert CARD.encode() not in whole and b"411111******1111" in whole


def test_what_only_looks_like_a_card_stays() -> None:
    assert masked("5901234123457 4006381333931") == "5901234123457 4006381333931"
    assert masked("2026-11-21 10:20:30 111111") == "2026-11-21 10:20:30 111111"


def test_trassir_reads_each_act_as_xml_with_the_manuals_names() -> None:
    acts = [
        *acts_of(sale(), NAMES),
        *acts_of(event("line_void", product="x", quantity=1000, amount=499), NAMES),
    ]
    found = [ElementTree.fromstring(voice(kind="trassir_tcp").message(act)) for act in acts]
    assert [one.findtext("event_type") for one in found] == [
        *(
            "POSNG_RECEIPT_OPEN",
            "POSNG_POSITION_ADD",
            "POSNG_POSITION_ADD",
            "POSNG_PAYMENT_CASH",
            "POSNG_COMMENT",
        ),
        *("POSNG_RECEIPT_SELL_CLOSE", "POSNG_COMMENT", "POSNG_POSITION_STORNO"),
    ]
    assert {one.findtext("operation_id") for one in found} == {KEY}
    first = {child.tag: child.text for child in found[1]}
    assert first == {
        "event_type": "POSNG_POSITION_ADD",
        "operation_id": KEY,
        "cashier": "Anna Nowak",
        "date": "21/11/2026",
        "time": "10:20:34",
        "position": "1",
        "quantity": "2",
        "price_per_unit": "4.99",
        "price": "9.98",
        "barcode": "5901234123457",
        "text": "Mleko",
        "location": "cas_3",
    }
    assert (found[2].findtext("weight"), found[2].findtext("quantity")) == ("1.234", None)
    american = ElementTree.fromstring(voice(kind="trassir_udp", month_first=True).message(acts[0]))
    assert american.findtext("date") == "11/21/2026"


def test_a_webhook_reads_integers_and_the_same_words() -> None:
    act = acts_of(sale(), NAMES)[1]
    told = json.loads(voice(kind="webhook", id=uuid.UUID(KEY)).message(act))
    assert (told["id"], told["at"]) == (f"{KEY}-11-1", "2026-11-21T09:20:34.000Z")
    assert (told["quantity"], told["price"], told["amount"], told["currency"]) == (2000, 499, 998, "PLN")
    assert told["text"].startswith("10:20:34 1. Mleko\n")


# ---------------------------------------------------------------- text


def test_letters_that_an_encoding_lacks_are_told_by_their_nearest() -> None:
    text = "Łódź Щука Їжак № 5 ₴ “x” 🙂"
    assert Style(encoding="cp852").message([text]).decode("cp852").startswith("Łódź Shchuka Izhak No 5 UAH")
    assert "Щука Їжак №".encode("cp1251") in Style(encoding="cp1251").message([text])
    assert Style(latin=True).message([text]).decode() == 'Lodz Shchuka Izhak No 5 UAH "x" ?\r\n'
    assert latin("Żółć") == "Zolc"


def test_marks_and_line_ends_stand_where_they_should_and_goods_cannot_forge_them() -> None:
    style = Style(line_end="lf", start=mark("\\x02POS:"), end=mark("END\\x03"), width=20)
    told = style.message(["a\x03b END\x03 \x1b@ POS: długa nazwa towaru bez końca"])
    assert told.startswith(b"\x02POS:") and told.endswith(b"\nEND\x03")
    inside = told[5:-4]
    assert not [one for one in inside if one < 32 and one != 10]
    assert all(len(line) <= 20 for line in inside.decode().split("\n"))
    whole = Style(start=b"<<", end=b">>").message(["x >> << y"])
    assert whole == b"<<x     y\r\n>>"


@pytest.mark.parametrize("bad", ["\\x0", "\\q", "ą", "a\nb", "\\"])
def test_a_mark_that_is_none_is_refused(bad: str) -> None:
    with pytest.raises(KasaError):
        mark(bad)


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_every_letter_there_is_becomes_bytes_and_none_a_control_character(encoding: str) -> None:
    letters = "".join(map(chr, [*range(0x3000), *range(0xFB00, 0x10000), 0x1F642]))
    told = Style(encoding=encoding, width=200).message([letters])
    assert not [one for one in told.replace(b"\r\n", b"") if one < 32]


# ---------------------------------------------------------------- templates and addresses


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.code)
def test_our_own_templates_pass_their_judge(kind: Any) -> None:
    templates.check(kind.template)


@pytest.mark.parametrize(
    "bad",
    [
        "{",
        "}",
        "{{till}}",
        "{till",
        "{till!r}",
        "{till.__class__}",
        "{0}",
        "{}",
        "{till:>9}",
        "x" * 301,
        "a\nb",
    ],
)
def test_a_template_is_names_in_braces_and_nothing_else(bad: str) -> None:
    with pytest.raises(templates.BadTemplate):
        templates.check(bad)


def test_values_are_put_in_once_and_empty_ones_leave_nothing() -> None:
    values = {"goods": "{cashier} {br}", "cashier": "Anna", "amount": ""}
    assert templates.fill("{goods}  {amount} {cashier}{br}{amount}", values) == ["{cashier} {br} Anna"]


def address(template: str, **more: Any) -> str:
    values = {"at": AT, "lead_seconds": 10, "time_zone": "Europe/Warsaw", "camera": "K 3&x=1", "till": 3}
    return time_address.fill(template, **{**values, **more})


def test_an_address_opens_the_camera_a_little_before_the_act() -> None:
    template = "https://nvr:8443/play?camera={camera}&at={at}&l={at_local}&u={at_unix}#{till}"
    time_address.check(template)
    assert address(template) == (
        "https://nvr:8443/play?camera=K%203%26x%3D1&at=2026-11-21T09%3A20%3A20.000Z"
        f"&l=2026-11-21T10%3A20%3A20&u={int(AT.timestamp()) - 10}#3"
    )
    assert address("http://nvr/{camera}", camera="").endswith("/3")


@pytest.mark.parametrize(
    "bad",
    [
        *("javascript:alert(1)", "data:text/html,x", "//nvr/{at}", "nvr/{at}", "https://", "ftp://nvr/{at}"),
        *(
            "https://{camera}/x",
            "https://nvr.{camera}/x",
            "{camera}://nvr/",
            "https://nvr:{till}/",
            "https://nvr:99999/",
        ),
        *(
            "https://me:secret@nvr/",
            "https://nvr/ x",
            "https://nvr/{who}",
            'https://nvr/"><script>',
            "https://nvr/{at",
        ),
        *("https://nvr/ż", "https://nvr\\@evil/", "https://nvr?{camera}@evil/\n"),
    ],
)
def test_an_address_that_leads_elsewhere_or_runs_something_is_refused(bad: str) -> None:
    with pytest.raises(time_address.BadAddress):
        time_address.check(bad)


def test_a_camera_cannot_change_where_an_address_leads() -> None:
    for camera in ("../../x", "@evil", "#", "javascript:", "%2f", "a\r\nb"):
        found = address("https://nvr/v/{camera}?x=1", camera=camera)
        assert found.startswith("https://nvr/v/") and found.count("/") == 4 and found.endswith("?x=1")
