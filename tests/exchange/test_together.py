"""Several scales at once, in committed rows: a dead one holds up nobody, and two sweeps never talk to one scale."""

import threading

import pytest
from django.db import connection

from core import clock
from devices.emulators.shtrih_label import ShtrihLabel
from devices.emulators.wires import UdpServer
from exchange.models import LabelScale
from exchange.services import scale_loading, sweeping
from exchange.services.scales import scale_save
from tests.conftest import make_cast
from tests.exchange.conftest import QUICK, begin, make_product

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_dead_scale_holds_up_nobody_and_one_in_use_is_left_alone() -> None:
    cast = make_cast()
    group, device, other = begin(cast), ShtrihLabel(), ShtrihLabel()
    with UdpServer(device) as server, UdpServer(other) as second:
        slow = QUICK | {"tries": 2, "answer_seconds": 0.1}
        rows = [
            scale_save(
                store=cast.store, driver="shtrih_print", name=f"Scale {number}", host="127.0.0.1", port=port,
                groups=[group], settings=settings, prefix="21",
            )
            for number, (port, settings) in enumerate([(server.port, QUICK), (9, slow), (second.port, QUICK)])
        ]  # fmt: skip
        make_product(group, "107", "Gouda", 3990)
        freed, taken = threading.Event(), threading.Event()

        def hold() -> None:
            try:
                with scale_loading.alone(rows[2].id, wait=True):
                    taken.set()
                    freed.wait(30)
            finally:
                connection.close()

        thread = threading.Thread(target=hold)
        thread.start()
        assert taken.wait(30)
        try:
            assert sweeping.sweep(clock.now()) == 3
            assert set(device.records) == {107} and other.records == {}
            assert LabelScale.objects.get(id=rows[1].id).error == "unreachable"
        finally:
            freed.set()
            thread.join()
        sweeping.sweep(clock.now())
    assert set(other.records) == {107} and device.written == 1
