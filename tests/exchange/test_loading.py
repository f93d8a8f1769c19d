"""A scale holds what it should: changes only, at once, over a bad line, and nothing unconfirmed is believed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from core import clock, jobs
from core.models import Job
from core.services import organisation
from core.verify import CHECKS
from exchange.models import LabelScale, ScalePlace
from exchange.scales.contract import Unreachable
from exchange.scales.shtrih_print.driver import ShtrihPrint
from exchange.selectors.wanted import wanted
from exchange.services import scale_jobs, scale_loading, sweeping
from exchange.services.scales import label_save, scale_remove, scale_save
from inventory.services import goods, prices
from tests.exchange.conftest import QUICK, Stall, make_product
from tests.length import LONG

LOSSY = {"answer_seconds": 0.01, "tries": 40}


def sweep(stall: Stall, later: float = 0, *, poll: bool = False) -> int:
    """One sweep, and the long work that it has started; whether the scale's minute is over."""
    LabelScale.objects.update(polled_at=None if poll else clock.now() + timedelta(seconds=later))
    count = sweeping.sweep(clock.now() + timedelta(seconds=later))
    jobs.run_waiting()
    return count


def shelf(stall: Stall) -> dict[int, tuple[str, int]]:
    """Name and price of everything that is on the scale."""
    found = {number: stall.device.article(number) for number in stall.device.records}
    return {number: (article.name, article.price) for number, article in found.items() if article}


def reprice(stall: Stall, product: Any, price: int) -> None:
    prices.price_change(product=product, price=price, now=clock.now())


def test_goods_of_the_groups_are_loaded_with_what_labels_say(stall: Stall) -> None:
    gouda = stall.product("107", "Gouda", 3990, allergens="Milk")
    deep = make_product(goods.group_save(name="Blue", parent=stall.group), "4711", "Blue cheese", 6990)
    make_product(goods.group_save(name="Fish"), "300", "Herring", 1990)
    label_save(product=gouda, tare=12, shelf_days=14, text="Ingredients: milk, salt\n\n rennet ")
    assert sweep(stall) == 1
    article = stall.device.article(107)
    assert article is not None and (article.code, article.price, article.tare, article.shelf_days) == (
        107,
        3990,
        12,
        14,
    )
    assert article.text == "Ingredients: milk, salt\nrennet\nMilk"
    # A code above the scale's room gets the first place that is free.
    assert shelf(stall) == {107: ("Gouda", 3990), 1: ("Blue cheese", 6990)}
    assert ScalePlace.objects.get(product=deep).digest
    assert list(CHECKS["scale_places"]()) == []


def test_only_what_changes_goes_out_and_quiet_scales_are_left_alone(stall: Stall) -> None:
    products = stall.many(range(1, 13), lambda n: n * 100)
    sweep(stall)
    assert stall.device.written == 12 and sweep(stall) == 0
    reprice(stall, products[3], 777)
    assert sweep(stall) == 1 and stall.device.written == 13 and shelf(stall)[4] == ("Cheese 4", 777)
    organisation.setting_save("quick_cash", [1000])
    assert sweep(stall) == 1 and stall.device.written == 13 and sweep(stall) == 0


def test_a_price_decided_ahead_is_on_the_scale_when_it_begins(stall: Stall) -> None:
    gouda, now = stall.product("107", "Gouda", 3990), clock.now()
    prices.price_change(product=gouda, price=2990, now=now, valid_from=now + timedelta(hours=1))
    sweep(stall)
    scale = stall.again()
    assert scale.look_at == now + timedelta(hours=1)
    assert not sweeping.is_due(scale, now + timedelta(seconds=30)) and shelf(stall)[107][1] == 3990
    LabelScale.objects.update(polled_at=now + timedelta(hours=1))
    assert sweeping.is_due(stall.again(), now + timedelta(hours=1))
    assert wanted(stall.again(), now + timedelta(hours=1)).plus[gouda.id].price == 2990


def test_a_commit_wakes_the_sweep(
    stall: Stall, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    woken: list[str] = []
    monkeypatch.setattr("core.wake.send", woken.append)
    gouda = stall.product("107", "Gouda", 3990)
    with django_capture_on_commit_callbacks(execute=True):
        reprice(stall, gouda, 2990)
    assert sweeping.TASK in woken


def test_goods_that_leave_are_taken_off_and_their_place_is_given_to_others(stall: Stall) -> None:
    gouda, _edam = stall.product("107", "Gouda", 3990), stall.product("108", "Edam", 2990)
    sweep(stall)
    goods.product_save(
        gouda, code="107", name="Gouda", kind="weighed", unit=gouda.unit, group=stall.group, tax="C",
        now=clock.now(), active=False,
    )  # fmt: skip
    sweep(stall)
    assert shelf(stall) == {108: ("Edam", 2990)} and not ScalePlace.objects.filter(product=gouda).exists()


@pytest.mark.parametrize("count", [500 if LONG else 55])
def test_hundreds_of_goods_over_a_line_that_loses_a_third_are_loaded_and_read_back_equal(
    open_stall: Callable[..., Stall], count: int
) -> None:
    stall = open_stall(settings=LOSSY)
    stall.device.faults.loss = 30
    stall.many(range(1, count + 1), lambda n: n * 10)
    # More than is sent in passing: a job that can be watched.
    assert sweep(stall) == 1
    job = Job.objects.get()
    assert (job.state, job.percent, job.result) == ("done", 100, {"done": count, "refused": 0})
    assert shelf(stall) == {n: (f"Cheese {n}", n * 10) for n in range(1, count + 1)}
    read = scale_jobs.read_start(stall.again(), by=stall.cast.manager)
    jobs.run_waiting()
    read.refresh_from_db()
    assert read.result == {"read": count, "missing": 0, "differ": 0}


def test_what_was_sent_when_the_line_broke_is_not_believed(
    stall: Stall, monkeypatch: pytest.MonkeyPatch
) -> None:
    gouda = stall.product("107", "Gouda", 3990)
    sweep(stall)
    reprice(stall, gouda, 2990)
    # The scale takes the new price, and its answer is lost; then the old price comes back.
    monkeypatch.setattr(stall.device.faults, "silent", True)
    quick = QUICK | {"tries": 2, "answer_seconds": 0.01}
    monkeypatch.setattr(ShtrihPrint, "hello", lambda self: "")
    LabelScale.objects.update(settings=quick)
    sweep(stall)
    assert shelf(stall)[107][1] == 2990 and ScalePlace.objects.get().digest == ""
    reprice(stall, gouda, 3990)
    stall.device.faults.silent = False
    sweep(stall, later=5)
    assert shelf(stall)[107][1] == 3990


def test_a_worker_that_dies_between_two_records_leaves_nothing_believed(
    stall: Stall, monkeypatch: pytest.MonkeyPatch
) -> None:
    stall.many(range(1, 25))
    whole = ShtrihPrint.put

    def dying(self: ShtrihPrint, loads: Any) -> Any:
        for count, placed in enumerate(whole(self, loads)):
            yield placed
            if count == 3 and stall.device.written > 12:
                raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(ShtrihPrint, "put", dying)
        with pytest.raises(MemoryError):
            scale_loading.load(stall.again())
    held = set(ScalePlace.objects.exclude(digest="").values_list("number", flat=True))
    assert len(held) == 14 and held <= set(stall.device.records)
    sweep(stall)
    assert len(shelf(stall)) == 24 and stall.device.written == 24


def test_a_changed_price_overtakes_a_long_load(stall: Stall, monkeypatch: pytest.MonkeyPatch) -> None:
    gouda = stall.product("107", "Gouda", 3990)
    sweep(stall)
    stall.many(range(200, 225))
    seen: list[int] = []

    def tell(_done: int, _total: int) -> None:
        if len(seen) == 1:
            reprice(stall, gouda, 2990)
        seen.append(shelf(stall)[107][1])

    scale_loading.load(stall.again(), tell=tell)
    assert seen[:2] == [3990, 3990] and set(seen[3:]) == {2990} and len(shelf(stall)) == 26


def test_a_scale_gone_for_a_day_raises_an_alarm_and_catches_up_with_changes_only(stall: Stall) -> None:
    products = stall.many(range(1, 21))
    sweep(stall)
    LabelScale.objects.update(settings=QUICK | {"tries": 1, "answer_seconds": 0.01})
    stall.device.alive = False
    reprice(stall, products[0], 555)
    sweep(stall)
    scale = stall.again()
    assert (scale.error, scale.failures, scale.alarm_since) == ("unreachable", 1, None)
    assert sweep(stall) == 0, "it is not tried again at once"
    long_ago = clock.now() - timedelta(days=1)
    LabelScale.objects.update(failing_since=long_ago)
    sweep(stall, later=5)
    scale = stall.again()
    assert scale.alarm_since is not None and scale.failing_since == long_ago and scale.failures == 2
    stall.device.alive, written = True, stall.device.written
    sweep(stall, later=120)
    scale = stall.again()
    assert (scale.alarm_since, scale.failing_since, scale.failures, scale.error) == (None, None, 0, "")
    assert stall.device.written == written + 1 and shelf(stall)[1][1] == 555


def test_what_somebody_changed_on_the_scale_is_found_by_chance_and_put_right(stall: Stall) -> None:
    stall.product("107", "Gouda", 3990)
    sweep(stall)
    record = bytearray(stall.device.records[107])
    record[60:63] = (1).to_bytes(3, "little")
    stall.device.records[107] = bytes(record)
    sweep(stall, poll=True)
    place = ScalePlace.objects.get()
    assert (place.digest, place.error) == ("", "differs") and stall.again().differed_at is not None
    sweep(stall)
    assert shelf(stall)[107][1] == 3990 and ScalePlace.objects.get().error == ""


def test_a_refused_record_is_told_and_not_sent_again_until_it_changes(
    open_stall: Callable[..., Stall],
) -> None:
    stall = open_stall()
    stall.device.places = 10
    gouda = stall.product("107", "Gouda", 3990)
    sweep(stall)
    place = ScalePlace.objects.get()
    assert (place.error, place.digest, bool(place.refused)) == ("number 128", "", True)
    assert sweep(stall) == 0
    stall.device.places = 4000
    reprice(stall, gouda, 2990)
    sweep(stall)
    assert shelf(stall) == {107: ("Gouda", 2990)} and ScalePlace.objects.get().error == ""


def test_a_wrong_password_is_tried_once_and_waits_for_a_person(open_stall: Callable[..., Stall]) -> None:
    stall = open_stall(settings={"password": 1})
    stall.product("107", "Gouda", 3990)
    sweep(stall)
    scale = stall.again()
    assert (scale.error, scale.hold) == ("password", True)
    sweep(stall, later=3600, poll=True)
    assert stall.again().failures == 1 and shelf(stall) == {}
    scale_save(
        scale, store=stall.cast.store, driver=scale.driver, name=scale.name, prefix="21", host=scale.host,
        port=scale.port, groups=[stall.group], settings=QUICK,
    )  # fmt: skip
    sweep(stall)
    assert 107 in shelf(stall)


def test_everything_is_sent_by_button_with_or_without_erasing(stall: Stall) -> None:
    stall.product("107", "Gouda", 3990)
    sweep(stall)
    stall.device.records[3] = stall.device.records[107]
    for erase, left in ((False, {3, 107}), (True, {107})):
        job = scale_jobs.load_start(stall.again(), everything=True, erase=erase, by=stall.cast.manager)
        assert (
            scale_jobs.load_start(stall.again(), everything=True, erase=erase, by=stall.cast.manager) == job
        )
        jobs.run_waiting()
        job.refresh_from_db()
        assert (job.state, job.result) == ("done", {"done": 1, "refused": 0}) and set(shelf(stall)) == left


def test_a_stopped_load_stays_stopped_until_somebody_goes_on(
    stall: Stall, monkeypatch: pytest.MonkeyPatch
) -> None:
    stall.many(range(1, 61))
    monkeypatch.setattr(jobs, "SECONDS_BETWEEN_WRITES", 0)
    step = jobs.Run.step

    def stopping(self: jobs.Run, done: int, total: int = 0, message: str = "") -> None:
        if done >= 30:
            jobs.cancel(self.job)
        step(self, done, total, message)

    with monkeypatch.context() as patched:
        patched.setattr(jobs.Run, "step", stopping)
        sweep(stall)
    assert Job.objects.get().state == "cancelled" and stall.again().hold and len(shelf(stall)) == 30
    assert sweep(stall) == 0 and len(shelf(stall)) == 30
    scale_jobs.load_start(stall.again(), everything=False, erase=False, by=stall.cast.manager)
    jobs.run_waiting()
    assert len(shelf(stall)) == 60 and stall.device.written == 60 and not stall.again().hold


def test_a_job_goes_on_after_a_break_of_the_line(stall: Stall, monkeypatch: pytest.MonkeyPatch) -> None:
    stall.many(range(1, 31))
    whole, broken = ShtrihPrint.put, []

    def breaking(self: ShtrihPrint, loads: Any) -> Any:
        for placed in whole(self, loads):
            yield placed
            if stall.device.written in (12, 25) and stall.device.written not in broken:
                broken.append(stall.device.written)
                raise Unreachable("the line broke")

    monkeypatch.setattr(ShtrihPrint, "put", breaking)
    job = scale_jobs.load_start(stall.again(), everything=True, erase=False, by=stall.cast.manager)
    jobs.run_waiting()
    job.refresh_from_db()
    assert job.state == "done" and broken == [12, 25] and len(shelf(stall)) == 30


def test_a_scale_at_another_address_is_another_scale(stall: Stall) -> None:
    stall.product("107", "Gouda", 3990)
    sweep(stall)
    scale = stall.again()
    scale_save(
        scale, store=stall.cast.store, driver=scale.driver, name=scale.name, prefix="21", host="localhost",
        port=scale.port, groups=[stall.group], settings=QUICK,
    )  # fmt: skip
    assert ScalePlace.objects.get().digest == ""
    sweep(stall)
    assert stall.device.written == 2
    scale_remove(scale=stall.again())
    assert not ScalePlace.objects.exists()
