"""PrivatBank's bytes, from the specification's own examples, both ways; and what of an answer is kept."""

import json

import pytest

from devices.card import Purchase, Refund, Settlement, Void
from devices.drivers.privatbank.codec import (
    MAX_MESSAGE,
    Message,
    Reader,
    command,
    minor,
    request,
    service,
    trace,
)

# "Written data (port)" of section 2 of the specification.
PING = bytes.fromhex(
    "00 7b 22 6d 65 74 68 6f 64 22 3a 22 50 69 6e 67 44 65 76 69 63 65 22 2c 22 73 74 65 70 22 3a 30 7d 00"
)
# "Data to send" and "RCV" of the same section.
IDENTIFY = bytes.fromhex(
    "7b 22 6d 65 74 68 6f 64 22 3a 22 53 65 72 76 69 63 65 4d 65 73 73 61 67 65 22 2c 22 73 74 65 70 22 3a 30 2c 22 70"
    "61 72 61 6d 73 22 3a 7b 22 6d 73 67 54 79 70 65 22 3a 22 69 64 65 6e 74 69 66 79 22 7d 7d 00"
)
IDENTIFIED = bytes.fromhex(
    "7b 22 6d 65 74 68 6f 64 22 3a 20 22 53 65 72 76 69 63 65 4d 65 73 73 61 67 65 22 2c 20 22 73 74 65 70 22 3a 20 30"
    "2c 20 22 70 61 72 61 6d 73 22 3a 20 7b 22 6d 73 67 54 79 70 65 22 3a 20 22 69 64 65 6e 74 69 66 79 22 2c 20 22 72"
    "65 73 75 6c 74 22 3a 20 22 74 72 75 65 22 2c 20 22 76 65 6e 64 6f 72 22 3a 20 22 50 41 58 22 2c 20 22 6d 6f 64 65"
    "6c 22 3a 20 22 73 38 30 30 22 7d 2c 20 22 65 72 72 6f 72 22 3a 20 66 61 6c 73 65 2c 20 22 65 72 72 6f 72 44 65 73"
    "63 72 69 70 74 69 6f 6e 22 3a 20 22 22 7d 00"
)


def test_requests_are_the_specification_s_bytes() -> None:
    assert request("PingDevice", first=True) == PING
    assert service("identify") == IDENTIFY


@pytest.mark.parametrize(
    ("document", "text"),
    [
        (
            Purchase(60, "UAH"),
            '{"method":"Purchase","step":0,"params":{"amount":"0.60","discount":"","merchantId":"0",'
            '"facepay":"false","subMerchant":""}}',
        ),
        (
            Refund(30, "UAH", "014721258513"),
            '{"method":"Refund","step":0,"params":{"amount":"0.30","discount":"","merchantId":"0",'
            '"rrn":"014721258513","subMerchant":""}}',
        ),
        (
            Void(1_234_567, "UAH", "131220", None),
            '{"method":"Withdrawal","step":0,"params":{"invoiceNumber":"131220"}}',
        ),
        (Settlement(), '{"method":"Verify","step":0,"params":{"merchantId":"0"}}'),
    ],
)
def test_what_moves_money_is_written_as_the_specification_writes_it(document: object, text: str) -> None:
    assert command(document, "0") == text.encode() + b"\0"  # type: ignore[arg-type]


def test_answers_are_read_however_they_are_cut() -> None:
    whole = (
        IDENTIFIED
        + b'{"method":"Purchase","params":{"responseCode":"1001"},"error":true,"errorDecsription":"no"}\0'
    )
    for size in (1, 7, 4096):
        reader, found = Reader(), []
        for at in range(0, len(whole), size):
            found += reader.feed(whole[at : at + size])
        assert [(one.service, one.params.get("model"), one.code) for one in found] == [
            ("identify", "s800", -1),
            ("", None, 1001),
        ]
        assert (found[1].error, found[1].description, reader.damaged) == (True, "no", 0)


@pytest.mark.parametrize(
    "noise",
    [
        b"\0\0",
        b"{}\0",
        b'{"method":7}\0',
        b"[1]\0",
        b"\xff\xfe\0",
        b'{"method":"A","params":[1]}\0',
        b"{" * 9_000 + b"\0",
    ],
)
def test_what_is_no_message_is_dropped_and_the_next_one_read(noise: bytes) -> None:
    reader = Reader()
    reader.feed(noise)
    assert reader.feed(IDENTIFIED)[-1].service == "identify"


def test_a_message_without_an_end_is_given_up() -> None:
    reader = Reader()
    for _ in range(MAX_MESSAGE // 4096 + 2):
        reader.feed(b"x" * 4096)
    assert reader.damaged == 1


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("0.60", 60),
        ("12,3", 1230),
        ("7", 700),
        ("2000.00", 200_000),
        ("", None),
        ("-1.00", None),
        ("1.0x", None),
    ],
)
def test_sums_are_read_with_either_mark(text: str, amount: int | None) -> None:
    assert minor(text) == amount


def told(**more: str) -> Message:
    params = {
        "amount": "0.60", "approvalCode": "999999", "cardExpiryDate": "2020", "cardHolderName": "INSTANT/ISSUE",
        "date": "02.10.2019", "invoiceNumber": "000131", "merchant": "TSTTTTTT", "pan": "4731XXXXXXXX9838",
        "receipt": "ЧЕК\n4731 1790 3884 9838\n\n\nRRN: 014721392474\n\x1b@", "responseCode": "0000",
        "rrn": "014721392474", "terminalId": "TSTSALE2", "time": "09:11:07", "track1": "B4731", "txnType": "1",
        "paymentSystem": "VISA", **more,
    }  # fmt: skip
    data = json.dumps({"method": "GetReceiptInfo", "step": 0, "params": params, "error": False}).encode()
    return Reader().feed(data + b"\0")[0]


def test_of_an_entry_only_what_a_till_needs_is_kept() -> None:
    found = trace(told(), "UAH")
    assert found is not None and found.at is not None
    assert (found.number, found.kind, found.amount, found.approved) == ("131", "purchase", 60, True)
    assert found.at.strftime("%d.%m.%Y %H:%M:%S") == "02.10.2019 09:11:07"
    assert found.kept.describe() == {
        "amount": 60,
        "currency": "UAH",
        "rrn": "014721392474",
        "approval_code": "999999",
        "pan": "4731********9838",
        "terminal_id": "TSTSALE2",
        "merchant": "TSTTTTTT",
        "invoice": "000131",
        "brand": "VISA",
        "at": found.at.isoformat(),
        "slip": ["ЧЕК", "473117******9838", "", "RRN: 014721392474", " @"],
    }


def test_a_declined_and_a_nameless_entry_say_so() -> None:
    declined = trace(told(responseCode="0005"), "UAH")
    assert declined is not None and (declined.approved, declined.code) == (False, "declined")
    assert trace(told(invoiceNumber=""), "UAH") is None
    odd = trace(told(date="never"), "UAH")
    assert odd is not None and odd.at is None
