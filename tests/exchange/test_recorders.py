"""Recorders in the database: what they may be, how they follow the journal, and the process that tells them."""

import os
import subprocess
import sys
import uuid
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from core import clock
from core.errors import KasaError
from core.models import Store
from core.runtime.postgres import dsn
from devices.emulators.recorder import TextRecorder
from exchange.models import Recorder, RecorderState, RecorderTill
from exchange.services.recorders import recorder_save, recorder_test
from exchange.video import kinds
from exchange.video.reading import Horizon, Journal, Piece
from pos.models import Till
from tests.live import ROOT, free_port
from tests.pos.shop import Desk, Shop, make_shop


@pytest.fixture
def shop(db: None) -> Shop:
    return make_shop()


def make(store: Store, **values: Any) -> Recorder:
    """A recorder that is told of everything."""
    usual = {
        "name": f"NVR {uuid.uuid4().hex[:6]}",
        "kind": "text_tcp",
        "host": "127.0.0.1",
        "port": 9,
        "tills": {},
    }
    everything = [kind.code for kind in kinds.ALL if kind.code != "paper"]
    return recorder_save(None, store=store, **{**usual, "kinds": everything, **values})


def told(pieces: list[Piece]) -> str:
    return b"".join(message for piece in pieces for message in piece.messages).decode()


def read(journal: Journal) -> str:
    """Everything that waits, taken page by page."""
    found = ""
    while pieces := journal.page():
        found += told(pieces)
        for piece in pieces:
            journal.done(piece)
        journal.finish()
    journal.finish()
    return found


# ---------------------------------------------------------------- the journal


def test_a_recorder_is_told_of_what_happens_after_it_was_added_once_and_after_a_restart_too(
    shop: Shop,
) -> None:
    desk = Desk.enrolled(shop)
    desk.push(desk.open_shift(), desk.sale())
    row = make(shop.store)
    journal = Journal(row, shop.store)
    assert read(journal) == ""
    desk.push(desk.sale(desk.goods(name="Masło"), number=2), desk.event("drawer_open", reason="rozmiana"))
    found = read(journal)
    assert "Masło" in found and "rozmiana" in found and "Anna Nowak" in found and "1-1.1-2" in found
    journal.save()
    again = Journal(row, shop.store)
    assert read(again) == ""
    desk.push(desk.event("price_check"))
    assert read(again).count("\r\n") == 1
    state = RecorderState.objects.get(recorder=row)
    assert (state.sent, state.dropped) == (5, 0)


def test_what_was_not_reported_as_done_is_told_again(shop: Shop) -> None:
    desk, row = Desk.enrolled(shop), make(shop.store)
    journal = Journal(row, shop.store)
    desk.push(*[desk.event("drawer_open", reason=f"no {n}") for n in range(5)])
    first = journal.page()
    assert len(first) == 5
    journal.done(first[0])
    assert "no 0" not in told(journal.page()) and "no 1" in told(journal.page())


def test_only_tills_and_acts_that_it_wants_and_no_item_that_was_set_aside(shop: Shop) -> None:
    one, two = Desk.enrolled(shop, 1), Desk.enrolled(shop, 2)
    row = make(shop.store, all_tills=False, tills={two.till: (True, "K2")}, kinds=["drawer"])
    without = make(shop.store, tills={two.till: (False, "")}, kinds=["drawer"])
    one.push(one.event("drawer_open", reason="one"))
    broken = two.event("drawer_open", reason="broken")
    two.push({**broken, "sig": "x" * 88}, two.event("price_check"), two.event("drawer_open", reason="two"))
    assert "two" in (found := read(Journal(row, shop.store))) and found.count("\r\n") == 1
    assert "one" in (found := read(Journal(without, shop.store))) and found.count("\r\n") == 1


def test_words_of_its_own_and_the_whole_receipt_in_its_width(shop: Shop) -> None:
    desk = Desk.enrolled(shop)
    row = make(
        shop.store, kinds=["drawer", "paper"], templates={"drawer": "SZUFLADA {till}{br}{reason}"}, width=32
    )
    journal = Journal(row, shop.store)
    desk.push(desk.open_shift(), desk.sale(), desk.event("drawer_open", reason="bilon"))
    found = read(journal)
    assert found.endswith("SZUFLADA 1\r\nbilon\r\n")
    assert "-" * 32 in found and "Mleko" in found and "DO ZAPŁATY" in found
    assert max(map(len, found.split("\r\n"))) <= 32


def test_what_is_too_much_is_dropped_from_the_oldest_and_what_is_too_old_too_and_counted(shop: Shop) -> None:
    desk = Desk.enrolled(shop, ago=timedelta(hours=5))
    row = make(shop.store, most_waiting=10, latest_minutes=60)
    journal = Journal(row, shop.store)
    desk.push(*[desk.event("drawer_open", reason=f"no {n}.") for n in range(25)])
    assert (journal.trim(), journal.dropped) == (10, 15)
    desk.push(desk.item("event", {"name": "drawer_open", "data": {}}, at=clock.now() - timedelta(hours=2)))
    found = read(journal)
    assert [n for n in range(25) if f"no {n}." in found] == list(range(15, 25))
    journal.save(behind=journal.trim())
    state = RecorderState.objects.get(recorder=row)
    assert (state.dropped, state.behind, state.sent) == (16, 0, 10)


def test_the_test_button_is_answered_once(shop: Shop) -> None:
    row = make(shop.store)
    journal = Journal(row, shop.store)
    assert journal.trial() is None
    recorder_test(row)
    assert "OpenKasa" in (journal.trial() or b"").decode()
    journal.tried()
    assert journal.trial() is None


def test_a_row_that_appears_below_others_is_told_all_the_same(transactional_db: None) -> None:
    """Two uploads overlap: the one that began first, with the smaller row numbers, ends last."""
    shop = make_shop()
    one, two = Desk.enrolled(shop, 1), Desk.enrolled(shop, 2)
    row = make(shop.store)
    journal = Journal(row, shop.store)
    with psycopg.connect(dsn(str(connection.settings_dict["NAME"]))) as slow:
        slow.execute("SELECT id FROM pos_incarnation WHERE till_id = %s FOR UPDATE", [one.till])
        early = slow.execute("SELECT nextval('pos_journalitem_id_seq')").fetchone()
        assert early is not None
        two.push(two.event("drawer_open", reason="second"))
        assert "second" in read(journal)
        columns = "till_id, incarnation_id, item_id, inc, seq, type, prev, hash, sig, authentic, at, received_at, state"
        slow.execute(
            f"INSERT INTO pos_journalitem (id, body, reason, detail, {columns}) SELECT %s, %s, '', '', %s, %s,"
            " gen_random_uuid(), 1, 1, 'event', repeat('0', 64), repeat('1', 64), 's', true, now(), now(), 'stored'",
            [early[0], '{"name":"drawer_open","data":{"reason":"first"}}', one.till, one.device_id],
        )
        assert read(journal) == ""
    assert "first" in read(journal)
    assert read(journal) == "" and read(journal) == ""
    assert journal.low >= early[0] and journal.places == {}


def test_the_horizon_never_passes_an_upload_that_runs(transactional_db: None) -> None:
    make_shop()
    horizon = Horizon()
    with psycopg.connect(dsn(str(connection.settings_dict["NAME"]))) as slow:
        slow.execute("SELECT pg_current_xact_id()")
        number = slow.execute("SELECT nextval('pos_journalitem_id_seq')").fetchone()
        assert number is not None
        assert horizon.look() < number[0] and horizon.look() < number[0]
    with psycopg.connect(dsn("postgres")) as elsewhere:
        elsewhere.execute("SELECT pg_current_xact_id()")
        assert horizon.look() >= number[0], "a transaction of another database stores nothing here"


# ---------------------------------------------------------------- settings


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kinds": []}, "kinds"),
        ({"kinds": ["nothing"]}, "kinds"),
        ({"start_mark": "\\x0"}, "start_mark"),
        ({"time_url": "javascript:alert(1)"}, "time_url"),
        ({"templates": {"drawer": "{nobody}"}}, "template_drawer"),
        ({"host": ""}, "host"),
        ({"kind": "text_tcp_server", "port": 80}, "port"),
        ({"kind": "webhook", "host": "", "port": 0, "url": "http://nvr/x", "secret": "s" * 20}, "url"),
        ({"kind": "webhook", "host": "", "port": 0, "url": "https://a:b@nvr/x", "secret": "s" * 20}, "url"),
        ({"kind": "webhook", "host": "", "port": 0, "url": "https://nvr/x", "secret": "short"}, "secret"),
        ({"secret": "s" * 20}, "secret"),
        ({"width": 5}, "width"),
    ],
)
def test_settings_that_do_not_hold_together_are_refused_at_their_field(
    shop: Shop, change: dict[str, Any], field: str
) -> None:
    with pytest.raises(KasaError) as refused:
        make(shop.store, **change)
    assert refused.value.extra["field"] == field
    assert not Recorder.objects.exists()


def test_two_recorders_share_neither_a_name_nor_a_port_of_ours(shop: Shop) -> None:
    make(shop.store, name="NVR", kind="text_tcp_server", port=5000)
    for change, field in (({"name": "NVR"}, "name"), ({"kind": "text_tcp_server", "port": 5000}, "port")):
        with pytest.raises(KasaError) as refused:
            make(shop.store, **change)
        assert refused.value.extra["field"] == field


def test_a_recorder_that_is_switched_on_again_is_not_told_of_the_time_between(shop: Shop) -> None:
    desk, row = Desk.enrolled(shop), make(shop.store)
    recorder_save(row, store=shop.store, tills={}, active=False)
    desk.push(desk.event("drawer_open", reason="between"))
    row = recorder_save(row, store=shop.store, tills={}, active=True)
    assert row.version == 3
    desk.push(desk.event("drawer_open", reason="after"))
    found = read(Journal(row, shop.store))
    assert "after" in found and "between" not in found


Breaker = Callable[[Recorder], object]


def update(**values: Any) -> Breaker:
    return lambda row: Recorder.objects.filter(id=row.id).update(**values)


def state(**values: Any) -> Breaker:
    return lambda row: RecorderState.objects.filter(recorder=row).update(**values)


WEBHOOK = {"kind": "webhook", "host": "", "port": 0, "url": "https://nvr/x", "secret": "s" * 16}
BREAKERS: dict[str, list[Breaker]] = {
    "recorder_name_is_unique": [lambda row: make_twin(row, name=row.name)],
    "recorder_port_of_ours_is_unique": [lambda row: make_twin(row, kind="text_tcp_server", port=5000)],
    "recorder_has_a_name_and_acts": [update(name=""), update(kinds=[])],
    "recorder_address_is_of_its_kind": [
        *(update(kind="telnet"), update(host=""), update(host="a b"), update(port=0), update(port=65536)),
        *(update(url="https://x"), update(secret="s" * 16), update(**{**WEBHOOK, "url": "ftp://x"})),
        *(update(**{**WEBHOOK, "secret": "s" * 15}), update(**{**WEBHOOK, "host": "x"})),
    ],
    "recorder_port_of_ours_is_free_to_take": [update(kind="text_tcp_server", port=1023)],
    "recorder_text_is_known": [
        update(encoding="utf-16"),
        update(line_end="x"),
        update(width=15),
        update(width=201),
    ],
    "recorder_time_url_is_http": [update(time_url="javascript:x"), update(time_url="https://a b")],
    "recorder_limits_are_sane": [
        *(update(most_waiting=9), update(latest_minutes=10_081), update(lead_seconds=601), update(version=0)),
    ],
    "recorder_templates_are_by_kind": [update(templates=[]), update(templates="x")],
    "recorder_till_is_unique": [lambda row: [camera(row) for _ in range(2)]],
    "recorder_camera_is_text": [lambda row: camera(row, camera="a\nb")],
    "recorder_counts_are_not_negative": [
        *(state(low=-1), state(sent=-1), state(dropped=-1), state(refused=-1), state(behind=-1)),
    ],
    "recorder_state_is_known": [state(state="lost")],
    "recorder_error_has_a_time": [state(error="x"), state(error_at=clock.now())],
    "recorder_test_was_asked_for": [state(test_done_at=clock.now())],
}


def make_twin(row: Recorder, **values: Any) -> Recorder:
    Recorder.objects.filter(id=row.id).update(kind="text_tcp_server", port=5000)
    usual = {"name": "twin", "kind": "text_tcp", "host": "x", "port": 1, "kinds": ["sale"]}
    return Recorder.objects.create(store=row.store, **{**usual, **values})


def camera(row: Recorder, **values: Any) -> RecorderTill:
    till = Till.objects.first() or Till.objects.create(
        store=row.store, number=1, name="K", created_at=clock.now()
    )
    return RecorderTill.objects.create(recorder=row, till=till, **values)


def test_the_database_itself_refuses_what_cannot_be(shop: Shop) -> None:
    row = make(shop.store)
    ours = {one.name for model in (Recorder, RecorderTill, RecorderState) for one in model._meta.constraints}
    assert set(BREAKERS) == ours
    for name, breakers in BREAKERS.items():
        for number, broken in enumerate(breakers):
            with pytest.raises(IntegrityError) as refused, transaction.atomic():
                broken(row)
            assert name in str(refused.value), f"{name} {number}"
    Recorder.objects.filter(id=row.id).update(**WEBHOOK)


# ---------------------------------------------------------------- the process


def test_the_process_tells_an_upload_within_moments_whatever_the_other_recorders_do(
    transactional_db: None, tmp_path: Path
) -> None:
    shop = make_shop()
    desk = Desk.enrolled(shop)
    environment = {**os.environ, "DATABASE_URL": dsn(str(connection.settings_dict["NAME"]))}
    log = (tmp_path / "log").open("wb")
    command = [sys.executable, "-m", "exchange.video"]
    with TextRecorder() as good, TextRecorder() as deaf, log:
        deaf.deaf = True
        make(shop.store, port=deaf.port)
        make(shop.store, port=free_port())
        row = make(shop.store, port=good.port)
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            desk.push(desk.open_shift(), desk.sale(desk.goods(name="Masło")))
            good.wait(lambda found: "Masło".encode() in found, 20)
            recorder_test(row)
            good.wait(lambda found: b"OpenKasa" in found)
        finally:
            process.terminate()
            assert process.wait(20) == 0, (tmp_path / "log").read_text()
    saved = RecorderState.objects.get(recorder=row)
    assert saved.sent >= 4 and saved.state == "connected" and saved.beat_at is not None
