"""Outbox, jobs and numbers: work is never lost, never done twice, never numbered with a gap."""

import threading
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from core import clock, jobs, numbering, outbox
from core.models import Job, OutboxRow
from tests.conftest import Cast


@pytest.mark.django_db
def test_a_number_taken_in_a_rolled_back_transaction_is_given_again() -> None:
    with transaction.atomic():
        assert numbering.next_number("invoice", "2026") == 1
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        assert numbering.next_number("invoice", "2026") == 2
        raise ZeroDivisionError
    with transaction.atomic():
        assert numbering.next_number("invoice", "2026") == 2
        assert numbering.next_number("invoice", "2027") == 1


@pytest.mark.django_db(transaction=True)
def test_numbers_given_in_parallel_have_no_gap_and_no_twin() -> None:
    given: list[int] = []

    def take() -> None:
        for _ in range(10):
            with transaction.atomic():
                given.append(numbering.next_number("z_report", "1"))
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(given) == list(range(1, 51))


def emit(*payloads: Any) -> None:
    with transaction.atomic():
        for payload in payloads:
            outbox.emit("test", "thing", payload)


@pytest.mark.django_db
def test_outbox_rows_are_handed_over_in_order_and_only_once() -> None:
    emit(1, 2, 3)
    seen: list[Any] = []

    def deliver(rows: Sequence[OutboxRow]) -> None:
        seen.extend(row.payload for row in rows)

    assert outbox.drain("test", deliver, now=clock.now(), limit=2) == 2
    assert outbox.drain("test", deliver, now=clock.now()) == 1
    assert outbox.drain("test", deliver, now=clock.now()) == 0
    assert seen == [1, 2, 3]


@pytest.mark.django_db
def test_a_failed_delivery_keeps_the_row_its_error_and_its_distance() -> None:
    emit("x")
    now = clock.now()

    def fail(rows: Sequence[OutboxRow]) -> None:
        OutboxRow.objects.create(stream="other", kind="effect", payload=1, created_at=now)
        raise ConnectionError("the line is cut")

    with pytest.raises(ConnectionError):
        outbox.drain("test", fail, now=now)
    row = OutboxRow.objects.get(stream="test")
    assert (row.attempts, row.done_at, row.last_error) == (1, None, "ConnectionError: the line is cut")
    assert not OutboxRow.objects.filter(stream="other").exists(), "the effects were rolled back"
    assert outbox.waiting("test", now) == 0
    assert outbox.waiting("test", now + timedelta(seconds=3)) == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_share_the_rows_between_them() -> None:
    emit(*range(40))
    seen: list[Any] = []
    together = threading.Barrier(2)

    def work() -> None:
        together.wait(10)
        while outbox.drain(
            "test", lambda rows: seen.extend(row.payload for row in rows), now=clock.now(), limit=5
        ):
            pass
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == list(range(40))


@pytest.fixture
def counting() -> Iterator[list[int]]:
    """A job kind that counts to `to` and can be told to fail."""
    counted: list[int] = []

    @jobs.kind("count")
    def count(run: jobs.Run, *, to: int, fail_at: int = -1) -> dict[str, Any]:
        for number in range(to):
            run.step(number, to, f"at {number}")
            if number == fail_at:
                raise ValueError("no such number")
            counted.append(number)
        run.step(to, to)
        return {"counted": to}

    yield counted
    jobs._KINDS.pop("count")


def test_a_job_runs_tells_its_progress_and_keeps_its_result(cast: Cast, counting: list[int]) -> None:
    job = jobs.start("count", title="Count", params={"to": 3}, by=cast.manager)
    assert jobs.run_waiting() == 1
    job.refresh_from_db()
    assert (job.state, job.done, job.percent, job.result) == (Job.State.DONE, 3, 100, {"counted": 3})
    assert jobs.run_waiting() == 0


def test_a_job_that_fails_says_why(cast: Cast, counting: list[int]) -> None:
    job = jobs.start("count", title="Count", params={"to": 3, "fail_at": 1}, by=None)
    jobs.run_waiting()
    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.FAILED, "ValueError: no such number")


def test_a_queued_job_is_cancelled_at_once_and_a_running_one_at_its_next_step(
    cast: Cast, counting: list[int]
) -> None:
    queued = jobs.start("count", title="Count", params={"to": 3}, by=None)
    jobs.cancel(queued)
    assert jobs.run_waiting() == 0
    running = jobs.start("count", title="Count", params={"to": 3}, by=None)
    claimed = jobs.claim(clock.now())
    assert claimed is not None
    jobs.cancel(claimed)
    jobs.run(claimed)
    running.refresh_from_db()
    assert running.state == Job.State.CANCELLED
    assert counting == []


def test_a_job_left_by_a_dead_worker_is_taken_up_again_but_not_for_ever(
    cast: Cast, counting: list[int]
) -> None:
    job = jobs.start("count", title="Count", params={"to": 1}, by=None)
    now = clock.now()
    for attempt in range(jobs.MAX_ATTEMPTS):
        claimed = jobs.claim(now + attempt * 2 * jobs.STALE)
        assert claimed is not None
        assert claimed.state == Job.State.RUNNING
    assert jobs.claim(now + (jobs.MAX_ATTEMPTS - 1) * 2 * jobs.STALE) is None, "a living worker keeps its job"
    last = jobs.claim(now + jobs.MAX_ATTEMPTS * 2 * jobs.STALE)
    assert last is not None
    job.refresh_from_db()
    assert job.state == Job.State.FAILED


def test_an_unknown_kind_of_job_is_refused(db: None) -> None:
    with pytest.raises(jobs.UnknownKind):
        jobs.start("nothing", title="x", params={}, by=None)
