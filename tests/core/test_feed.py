"""The feed: commit order is version order, cursors know their history, deletions are told."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core import clock, feed
from core.models import FeedHead, FeedRow


def publish(kind: str, key: str, **data: object) -> None:
    with feed.transaction():
        feed.put(kind, key, dict(data))


def read_all(cursor: str | None = None, limit: int = 2) -> tuple[list[tuple[str, str, str | None]], str]:
    rows, more = [], True
    while more:
        page = feed.read(cursor, limit)
        rows += [(change.kind, change.key, change.data) for change in page.changes]
        cursor, more = str(page.cursor), page.more
    assert cursor is not None
    return rows, cursor


@pytest.mark.django_db
def test_a_reader_pages_through_changes_and_ends_at_the_head() -> None:
    for number in range(5):
        publish("group", f"g{number}", name=f"Group {number}")
    rows, cursor = read_all()
    assert [key for _kind, key, _data in rows] == ["g0", "g1", "g2", "g3", "g4"]
    assert cursor == str(feed.head())


@pytest.mark.django_db
def test_the_cursor_of_a_page_is_that_of_its_last_row_even_inside_one_transaction() -> None:
    with feed.transaction():
        for number in range(5):
            feed.put("group", number, {})
    page = feed.read(None, 2)
    assert page.more
    assert page.cursor.version == page.changes[-1].version < feed.head().version
    assert [change.key for change in feed.read(str(page.cursor), 10).changes] == ["2", "3", "4"]


@pytest.mark.django_db
def test_a_change_moves_a_row_to_the_end_and_a_deletion_leaves_a_tombstone() -> None:
    publish("group", "a", name="old")
    publish("group", "b", name="b")
    _rows, cursor = read_all()
    with feed.transaction():
        feed.put("group", "a", {"name": "new"})
        feed.drop("group", "b")
    rows, _cursor = read_all(cursor)
    assert rows == [("group", "a", '{"name":"new"}'), ("group", "b", None)]
    assert feed.counts() == {"group": 1}


@pytest.mark.django_db
def test_a_failed_inner_block_takes_back_only_its_own_rows() -> None:
    with feed.transaction():
        feed.put("group", "kept", {})
        with pytest.raises(ZeroDivisionError), feed.transaction():
            feed.put("group", "lost", {})
            raise ZeroDivisionError
    assert [row.key for row in FeedRow.objects.all()] == ["kept"]


@pytest.mark.django_db
def test_a_rolled_back_transaction_publishes_nothing() -> None:
    before = feed.head()
    with pytest.raises(ZeroDivisionError), feed.transaction():
        feed.put("group", "lost", {})
        raise ZeroDivisionError
    assert feed.head() == before


@pytest.mark.django_db
def test_publishing_outside_a_transaction_is_a_programming_error() -> None:
    with pytest.raises(AssertionError):
        feed.put("group", "a", {})


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "1.2.3",
        "a" * 200,
        "0" * 32 + ".-1.abc",
        "0" * 32 + ".9" + "9" * 30 + ".abc",
        None,
        7,
        ["a"],
        {},
    ],
)
def test_what_is_no_cursor_asks_for_a_snapshot(text: object) -> None:
    with pytest.raises(feed.CursorExpired):
        feed.check(text)


@pytest.mark.django_db
def test_a_cursor_ahead_of_a_restored_server_or_of_another_history_expires() -> None:
    publish("group", "a")
    publish("group", "b")
    head = feed.head()
    ahead = feed.Cursor(head.epoch, head.version + 1, head.chain)
    other = feed.Cursor(head.epoch, head.version, "f" * 64)
    for cursor in (ahead, other):
        with pytest.raises(feed.CursorExpired):
            feed.read(str(cursor))
    feed.new_epoch()
    with pytest.raises(feed.CursorExpired):
        feed.read(str(head))
    assert feed.read(str(feed.head())).changes == []


@pytest.mark.django_db
def test_old_tombstones_are_forgotten_and_cursors_from_before_them_expire() -> None:
    publish("group", "a")
    old = str(feed.head())
    with feed.transaction():
        feed.drop("group", "a")
    publish("group", "b")
    assert feed.prune(clock.now()) == 0
    assert feed.prune(clock.now() + timedelta(days=feed.TOMBSTONE_DAYS + 1)) == 1
    with pytest.raises(feed.CursorExpired):
        feed.read(old)
    with pytest.raises(feed.CursorExpired):
        feed.read(None)
    assert feed.read(str(feed.head())).changes == []


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 500])
def test_publishing_costs_the_same_number_of_statements_however_many_rows(rows: int) -> None:
    with (
        CaptureQueriesContext(
            connection,
        ) as queries,
        feed.transaction(),
    ):
        for number in range(rows):
            feed.put("group", number, {"name": "x"})
    assert len([q for q in queries.captured_queries if "SAVEPOINT" not in q["sql"]]) == 4


@pytest.mark.django_db(transaction=True)
def test_no_change_is_ever_skipped_while_writers_commit_late() -> None:
    """The set test: readers follow the feed while six writers hold their transactions open at random."""
    stop = threading.Event()
    seen: set[str] = set()

    def write(writer: int) -> None:
        for number in range(20):
            with feed.transaction():
                feed.put("product", f"{writer}-{number}", {"n": number})
                time.sleep(0.001 * ((writer * 7 + number) % 4))
        connection.close()

    def follow() -> None:
        cursor: str | None = None
        while True:
            last_round = stop.is_set()
            page = feed.read(cursor, 7)
            cursor = str(page.cursor)
            seen.update(change.key for change in page.changes)
            if last_round and not page.changes:
                break
        connection.close()

    reader = threading.Thread(target=follow)
    writers = [threading.Thread(target=write, args=(n,)) for n in range(6)]
    reader.start()
    for thread in writers:
        thread.start()
    for thread in writers:
        thread.join()
    stop.set()
    reader.join()
    assert len(seen) == 120


@pytest.mark.django_db(transaction=True)
def test_the_counter_is_stamped_last_so_a_slow_writer_does_not_hold_up_others() -> None:
    begun, finish, done = threading.Event(), threading.Event(), threading.Event()

    def slow() -> None:
        with feed.transaction():
            feed.put("group", "slow", {})
            begun.set()
            finish.wait(10)
        connection.close()
        done.set()

    thread = threading.Thread(target=slow)
    thread.start()
    assert begun.wait(10)
    publish("group", "quick")
    finish.set()
    thread.join()
    keys = list(FeedRow.objects.order_by("version").values_list("key", flat=True))
    assert done.is_set()
    assert keys == ["quick", "slow"]


@pytest.mark.django_db
def test_the_head_is_one_row_and_never_ahead_of_what_it_pruned() -> None:
    from django.db import IntegrityError

    head = FeedHead.objects.get(id=1)
    for change in ({"id": 2}, {"pruned_through": head.version + 1}):
        with pytest.raises(IntegrityError), transaction.atomic():
            FeedHead(
                **{"id": 1, "epoch": head.epoch, "version": head.version, "chain": head.chain} | change
            ).save()
