"""ZVT's bytes by hand, both ways; and what of a status is kept."""

from datetime import UTC, datetime, timedelta

import pytest

from devices.card import Purchase, Refund, Settlement, Void
from devices.drivers.zvt.codec import (
    LINES,
    STATUS,
    Apdu,
    Reader,
    command,
    fields,
    line,
    lines,
    moment,
    refusal,
    register,
    repeat,
    state,
    status,
    word,
)


@pytest.mark.parametrize(
    ("apdu", "hexed"),
    [
        # What another library (ecrterm) sends for 12.34 EUR.
        (command(Purchase(1234, "EUR"), "123456"), "06 01 0A 04 00 00 00 00 12 34 49 09 78"),
        (command(Refund(1234, "PLN", None), "123456"), "06 31 0D 12 34 56 04 00 00 00 00 12 34 49 09 85"),
        (command(Void(1234, "EUR", "87", None), "123456"), "06 30 06 12 34 56 87 00 87"),
        (command(Settlement(), "000000"), "06 50 03 00 00 00"),
        (register("000000", "EUR", till_prints=True), "06 00 06 00 00 00 1E 09 78"),
        (register("000000", "EUR", till_prints=False), "06 00 06 00 00 00 18 09 78"),
        (repeat("000000"), "06 20 03 00 00 00"),
        (state("000000"), "05 01 03 00 00 00"),
        (Apdu(b"\x06\xd1", bytes(300)), "06 D1 FF 2C 01" + " 00" * 300),
    ],
)
def test_commands_are_these_bytes(apdu: Apdu, hexed: str) -> None:
    assert apdu.bytes == bytes.fromhex(hexed)


def test_messages_are_read_however_they_are_cut() -> None:
    whole = bytes.fromhex("80 00 00 04 FF 02 0A 01 06 1E 01 6C") + Apdu(b"\x06\xd1", b"\0" + b"x" * 299).bytes
    for size in (1, 5, 4096):
        reader, found = Reader(), []
        for at in range(0, len(whole), size):
            found += reader.feed(whole[at : at + size])
        assert [one.code.hex() for one in found] == ["8000", "04ff", "061e", "06d1"]
        assert (refusal(found[2]), line(found[3])) == (0x6C, "x" * 299)
    assert refusal(Apdu(b"\x84\x9c")) == 0x9C


APPROVED = bytes.fromhex(
    "27 00 04 00 00 00 00 12 34 49 09 78 0B 00 01 31 0C 09 11 07 0D 10 02 0E 28 20"
    "22 F0 F8 67 03 11 EE EE EE 44 50 23 F0 F3 67 03 11 29 12 34 56 78 87 00 87"
    "3B 37 37 31 35 33 32 00 00 8B F0 F9 67 69 72 6F 63 61 72 64 00"
)


def test_of_a_status_only_what_a_till_needs_is_kept() -> None:
    found = status(Apdu(STATUS, APPROVED), "EUR", "PAN 6703111122224450")
    assert found is not None
    assert (found.number, found.kind, found.amount, found.approved) == ("131", None, 1234, True)
    kept = found.kept.describe()
    assert {key: kept[key] for key in ("rrn", "approval_code", "pan", "terminal_id", "invoice", "brand")} == {
        "rrn": None,
        "approval_code": "771532",
        "pan": "670311******4450",
        "terminal_id": "12345678",
        "invoice": "0087",
        "brand": "girocard",
    }
    assert 0x23 not in fields(APPROVED) and 0x22 in fields(APPROVED)


@pytest.mark.parametrize("at", range(1, len(APPROVED), 3))
def test_a_status_that_is_cut_anywhere_is_read_as_far_as_it_goes(at: int) -> None:
    found = fields(APPROVED[:at])
    assert all(fields(APPROVED)[number] == value for number, value in found.items())


def test_a_declined_status_carries_the_bank_s_word() -> None:
    found = status(Apdu(STATUS, b"\x27\x05" + APPROVED[2:]), "EUR", "")
    assert found is not None and (found.approved, found.code, found.detail) == (
        False,
        "declined",
        "result 05",
    )
    assert status(Apdu(STATUS, b"\x27\x00"), "EUR", "") is None
    assert [word(code) for code in (0x05, 0x6C, 0x9C, 0xFF)] == [
        "declined",
        "cancelled",
        "busy",
        "terminal_error",
    ]


def test_slips_come_line_by_line_and_in_blocks() -> None:
    block = (
        bytes.fromhex("06 11 1F 07 01 00 25 0B 07 03")
        + b"ABC"
        + bytes.fromhex("07 04")
        + "Zlö".encode("cp437")
        + b"!"
    )
    assert lines(Apdu(LINES, block)).split("\n") == ["ABC", "Zlö!"]


def test_a_terminal_s_day_has_no_year_and_is_the_closest_one() -> None:
    for days in (-170, 0, 170):
        day = (datetime.now(UTC) + timedelta(days=days)).replace(hour=12, minute=0, second=0, microsecond=0)
        found = moment(day.strftime("%m%d"), "120000")
        assert found is not None and (found.year, found.timetuple().tm_yday) == (
            day.year,
            day.timetuple().tm_yday,
        )
    assert moment("1331", "000000") is None
