"""SSI's frames by hand, both ways; and what of a result is kept."""

import json

import pytest

from devices.card import Purchase, Refund, Void
from devices.drivers.ssi.codec import Reader, frame, params, trace

# 02 66 01, length 23 in two bytes, {"method":"PingDevice"}, XOR of these bytes: counted by hand.
PING = bytes.fromhex("02 66 01 00 17 7B 22 6D 65 74 68 6F 64 22 3A 22 50 69 6E 67 44 65 76 69 63 65 22 7D 2B")


def said(**message: object) -> bytes:
    data = json.dumps(message).encode()
    mark = 0
    for byte in data:
        mark ^= byte
    return b"\x02\x66\x01" + len(data).to_bytes(2, "big") + data + bytes((mark,))


def test_a_request_is_framed_as_described() -> None:
    assert frame("PingDevice") == PING
    asked = frame("Purchase", params(Purchase(1234, "UAH"), "7", "u-1"), "1")
    assert json.loads(asked[5:-1]) == {
        "method": "Purchase",
        "step": "1",
        "params": {"transAmount": "1234", "transCurrency": "980", "merchantId": "7", "transactionUid": "u-1"},
    }
    assert params(Refund(5, "UAH", "0147"), "7", "u")["rrn"] == "0147"
    assert params(Void(5, "UAH", "000131", None), "7", "u")["invoiceNum"] == "000131"


def test_answers_are_read_however_they_are_cut_and_whatever_comes_before() -> None:
    whole = (
        b"noise\x02"
        + said(error=False, status="S00")
        + said(error=True, errorCode="e12", errorDescription="no")
    )
    for size in (1, 5, 4096):
        reader, found = Reader(), []
        for at in range(0, len(whole), size):
            found += reader.feed(whole[at : at + size])
        assert [(one.error, one.status, one.code) for one in found] == [(False, "S00", ""), (True, "", "E12")]
        assert reader.damaged == 0


@pytest.mark.parametrize(
    "broken",
    [PING[:-1] + b"\x00", b"\x02\x66\x01\x00\x02[]\x06", b"\x02\x66\x01\x00\x02\xff\xfe\x01"],
)
def test_a_broken_frame_is_counted_and_the_next_one_read(broken: bytes) -> None:
    reader = Reader()
    found = reader.feed(broken + said(error=False, status="S02"))
    assert ([one.status for one in found], reader.damaged) == (["S02"], 1)


def test_of_a_result_only_what_a_till_needs_is_kept() -> None:
    told = {
        "transactionResult": "APPROVED-ONLINE", "transactionUid": "u-1", "rrn": "014721392474", "authCode": "771532",
        "pan": "4731179038849838", "track2": "4731179038849838=2820", "binName": "Visa", "terminalId": "T1",
        "invoiceNum": "000131", "transactionDate": "02102019", "transactionTime": "091107",
    }  # fmt: skip
    (answer,) = Reader().feed(said(error=False, params=told))
    found = trace(answer, "UAH")
    assert found is not None and found.at is not None
    assert (found.number, found.approved, found.at.strftime("%Y-%m-%d")) == ("u-1", True, "2019-10-02")
    kept = found.kept.describe()
    assert (kept["pan"], kept["rrn"], kept["invoice"], kept["amount"]) == (
        "473117******9838",
        "014721392474",
        "000131",
        None,
    )
    assert "2820" not in str(kept["pan"]) + str(kept["brand"]) + str(kept["slip"])


@pytest.mark.parametrize(
    ("result", "code"),
    [("DECLINED", "declined"), ("CANCELLED", "cancelled"), ("FIRST_STEP_COMPLETED", "not_charged")],
)
def test_a_result_that_is_none_says_so(result: str, code: str) -> None:
    (answer,) = Reader().feed(said(error=False, params={"transactionResult": result, "transactionUid": "u"}))
    found = trace(answer, "UAH")
    assert found is not None and (found.approved, found.code) == (False, code)
