"""Label scales on TCP: frames byte for byte, hostile answers, and talks over lines that break in the middle."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import clock, jobs
from devices.emulators.cas_label import CasLabel
from devices.emulators.massak_label import MassakLabel
from devices.emulators.mertech_label import MertechLabel
from devices.emulators.wires import TcpPrinter
from exchange.models import LabelScale, ScalePlace
from exchange.scales import converse
from exchange.scales.cas_cl5000j import codec as cas
from exchange.scales.contract import EMPTY, Busy, Load, Locked, NotUnderstood, Placed, Unreachable
from exchange.scales.massak_vpm import codec as massak
from exchange.scales.mertech import codec as mertech
from exchange.scales.plu import Plu
from exchange.services import sweeping
from exchange.services.scales import scale_save
from inventory.services import goods, prices
from tests.conftest import Cast
from tests.exchange.conftest import begin, make_many
from tests.length import LONG

QUICK = {"tries": 4, "answer_seconds": 0.3}
PLUS = [
    Plu(n, 1000 + n, f"Сир {n}", n * 10, tare=n, shelf_days=n, text="молоко, сіль " * n, prefix=21)
    for n in (1, 2, 5, 30)
]
KINDS: dict[str, Callable[[], Any]] = {
    "massak_vpm": MassakLabel,
    "cas_cl5000j": CasLabel,
    "mertech": MertechLabel,
}
DAMAGED = [
    (name, damaged, fine)
    for name in ("massak_vpm", "cas_cl5000j")
    for damaged, fine in ((1, True), (3, True), (50, False))
]


def test_massak_frames_are_those_of_the_maker_s_document() -> None:
    assert massak.question(massak.ERASE, bytes([1, 0, 0, 0])) == bytes.fromhex("F855CE 0500 81 01000000 5B3F")
    assert massak.question(massak.STATUS) == bytes.fromhex("F855CE 0100 80 8000")


def test_a_massak_record_has_its_length_and_its_sum() -> None:
    record = massak.record(Plu(1, 123, "Сыр", 12990, tare=10, shelf_days=5, text="a\nb", prefix=21), 2, 3)
    body = bytes.fromhex(
        "01000000 3700 0000 02 03 15 BE320000 0A000000 7B000000 000000000000 201C0000 0000 20202020 0000 0000"
        "00 03 D1FBF0 0D  00 01 61 0C 00 01 62 0D  00 00 0D"
    )
    assert record == body + bytes([sum(body) % 256])
    (part,) = massak.parts(massak.MORE_GOODS, [record])
    assert part[:14] == b"\xf8\x55\xce" + bytes.fromhex("4500 82 65 0100 0100 3D00") + record[:1]
    assert len(massak.parts(massak.ALL_GOODS, [record] * 100)) == 6


def test_cas_frames_are_those_that_real_scales_are_sent() -> None:
    assert cas.question(cas.place(1, 5)) == bytes.fromhex("574C 00000000 2C 0600 3A 0100 05000000 3A AC 0D")
    record = cas.record(
        Plu(7, 123, "Сыр", 12990, by_piece=True, tare=10, shelf_days=5, text="milk,\nsalt"), 1, 2, 3
    )
    assert len(record) == 147 + 11 and record[:10] == bytes.fromhex("0100 07000000 02 D1FBF0")
    assert record[92:147] == bytes.fromhex(
        "0000 0200 0000 0000 00 00000000 7B000000 0000 00 00 BE320000 00000000 0A000000 00 0300 0000 0000 0000 00"
        "06000000 00 0000 0000 0000 00"
    )
    assert record[147:] == b"milk, salt\0"


@given(st.binary(max_size=200))
def test_nothing_on_the_wire_upsets_the_codecs(heard: bytes) -> None:
    answer = massak.answer(heard)
    assert answer is None or massak.lacks_goods(answer.data) in (None, True, False)
    assert cas.result(heard) is None or len(heard) >= 17
    mertech.answer(heard, mertech.GOODS_FILE)
    mertech.progress(heard)
    for make in KINDS.values():
        make().receive(heard)


@pytest.mark.parametrize("name", KINDS)
def test_goods_stand_on_the_scale_as_they_were_sent(name: str) -> None:
    device = KINDS[name]()
    with TcpPrinter(device) as server:
        talk = converse(name, "127.0.0.1", server.port, QUICK)
        assert talk.hello() == (EMPTY if name == "massak_vpm" else "")
        assert list(talk.put(map(Load, PLUS[:2]))) == [Placed(1), Placed(2)]
        assert list(talk.put(map(Load, PLUS[2:]))) == [Placed(5), Placed(30)]
        for plu in PLUS:
            found = device.article(plu.number)
            assert found is not None and found.name == plu.name and found.price == plu.price
            assert (found.code, found.shelf_days) == (plu.code, plu.shelf_days)
            assert found.tare == (0 if name == "mertech" else plu.tare)
            assert "".join(found.text.split()).startswith("молоко,сіль")
        talk.erase()
        assert device.records == {} and list(talk.put([Load(PLUS[0])])) == [Placed(1)]
        talk.close()


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("question", range(1, 9 if LONG else 4))
def test_a_line_that_breaks_after_any_question_is_opened_again(name: str, question: int) -> None:
    device = KINDS[name]()
    with TcpPrinter(device) as server:
        talk = converse(name, "127.0.0.1", server.port, QUICK)
        device.faults.cut = question
        talk.hello()
        assert [placed.number for placed in talk.put(map(Load, PLUS))] == [1, 2, 5, 30]
        talk.close()
    assert set(device.records) == {1, 2, 5, 30} and not getattr(device, "damaged", False)


@pytest.mark.parametrize(("name", "damaged", "fine"), DAMAGED)
def test_damaged_frames_are_sent_again_but_not_for_ever(name: str, damaged: int, fine: bool) -> None:
    device = KINDS[name]()
    with TcpPrinter(device) as server:
        talk = converse(name, "127.0.0.1", server.port, QUICK)
        talk.hello()
        device.faults.busy = damaged
        if fine:
            assert list(talk.put([Load(PLUS[0])])) == [Placed(1)]
        else:
            with pytest.raises((Busy, NotUnderstood)):
                list(talk.put([Load(PLUS[0])]))
        talk.close()


@pytest.mark.parametrize("name", KINDS)
def test_a_scale_without_power_or_words_is_away(name: str) -> None:
    device, quick = KINDS[name](), {"tries": 1, "answer_seconds": 0.05}
    with TcpPrinter(device) as server:
        device.faults.silent = True
        with pytest.raises(Unreachable):
            list(converse(name, "127.0.0.1", server.port, quick).put([Load(PLUS[0])]))
    with pytest.raises(Unreachable):
        converse(name, "127.0.0.1", server.port, quick).hello()


def test_mertech_frames_are_those_that_real_scales_are_sent() -> None:
    assert mertech.question(mertech.INFO) == bytes.fromhex("04000000 02 02 FF17")
    assert mertech.question(mertech.ERASE, b"1234") == bytes.fromhex("07000000 02 05 18 31323334")
    assert mertech.delete(b"1234", 500) == bytes.fromhex("0B000000 02 09 FF0F 31323334 01 F401")
    assert mertech.check(b"1234") == bytes.fromhex("09000000 02 07 FF13 31323334 09")
    begun = mertech.begin(b"1234", b"{}")
    assert begun == bytes.fromhex(
        "24000000 02 22 FF13 31323334 02 99914B932BD37A50B983C5E7C90AE93B 04 0200000000000000 01 01"
    )
    first, last = mertech.pieces(b"1234", bytes(6001))
    assert first[:20] == bytes.fromhex("80170000 02 FF FF13 31323334 03 00 00000000 7017")
    assert last == bytes.fromhex("11000000 02 0F FF13 31323334 03 01 70170000 0100 00")


def test_a_mertech_file_is_the_json_of_the_maker_s_document() -> None:
    plus = [Plu(7, 107, "Сыр", 12990, shelf_days=5, text="молоко"), Plu(8, 108, "Хлеб", 5, by_piece=True)]
    assert mertech.goods(plus).decode() == (
        '{"categories":[],"messages":[{"id":7,"value":"молоко","deleted":false},{"id":8,"value":"","deleted":true}],'
        '"products":[{"id":"7","name":"Сыр","code":"107","pluNumber":"7","price":129.9,"productType":"WEIGHT",'
        '"deleted":false,"shelfLife":5,"shelfLifeType":"DAYS","message":7},{"id":"8","name":"Хлеб","code":"108",'
        '"pluNumber":"8","price":0.05,"productType":"PIECE","deleted":false}]}'
    )


def test_mertech_tells_of_a_password_of_work_and_of_a_file_it_does_not_take() -> None:
    device = MertechLabel()
    with TcpPrinter(device) as server:
        with pytest.raises(Locked):
            converse("mertech", "127.0.0.1", server.port, QUICK | {"password": 1}).erase()
        talk = converse("mertech", "127.0.0.1", server.port, QUICK)
        device.faults.busy = 1
        with pytest.raises(Busy):
            list(talk.put([Load(PLUS[0])]))
        device.fault = "нет места"
        with pytest.raises(NotUnderstood, match="нет места"):
            list(talk.put([Load(PLUS[0])]))
        device.fault, device.work = "", 0
        assert list(talk.put([Load(PLUS[0])])) == [Placed(1)]
        talk.remove(1)
        talk.remove(1)
        assert device.records == {}
        talk.close()


def test_cas_tells_of_the_record_that_it_refuses() -> None:
    device = CasLabel()
    device.places, device.room = 10, 1
    with TcpPrinter(device) as server:
        talk = converse("cas_cl5000j", "127.0.0.1", server.port, QUICK)
        assert list(talk.put(map(Load, PLUS))) == [
            Placed(1), Placed(2, "room 89"), Placed(5, "room 89"), Placed(30, "number 82"),
        ]  # fmt: skip
        talk.remove(1)
        talk.remove(1)
        assert device.records == {}
        talk.close()


def test_a_scale_that_frees_no_single_place_is_erased_and_filled_again(cast: Cast) -> None:
    group, device = begin(cast), MassakLabel()
    with TcpPrinter(device) as server:
        scale = scale_save(
            store=cast.store, driver="massak_vpm", name="Fish", host="127.0.0.1", port=server.port,
            groups=[group], settings=QUICK, prefix="21",
        )  # fmt: skip
        products = make_many(group, range(1, 26))
        sweeping.sweep(clock.now())
        assert len(device.records) == 25 and device.files == 3
        prices.price_change(product=products[0], price=777, now=clock.now())
        sweeping.sweep(clock.now())
        found = device.article(1)
        assert found is not None and found.price == 777 and device.files == 4
        gone = products[24]
        goods.product_save(
            gone, code=gone.code, name=gone.name, kind="weighed", unit=gone.unit, group=group, tax="C",
            now=clock.now(), active=False,
        )  # fmt: skip
        sweeping.sweep(clock.now())
        assert set(device.records) == set(range(1, 25)) and ScalePlace.objects.count() == 24
        # Its memory is gone: it says so when it is greeted, and gets everything again.
        device.records.clear()
        LabelScale.objects.filter(id=scale.id).update(polled_at=clock.now() - timedelta(hours=1))
        sweeping.sweep(clock.now())
        sweeping.sweep(clock.now())
        jobs.run_waiting()
    assert len(device.records) == 24
