"""The action journal: written before acting, one result for ever, honest after a crash."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from devices.drivers.contract import Outcome
from devices.errors import BridgeError, ConfigError
from devices.journal import Journal
from tests.devices.rig import new_id

DIGEST = "d" * 64


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "actions.sqlite3"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    made = Journal(path)
    yield made
    made.close()


def accepted(journal: Journal) -> str:
    action = new_id()
    journal.accept(action, "print", "printer1", DIGEST)
    return action


def state(journal: Journal, action: str) -> str:
    found = journal.find(action)
    assert found is not None
    return found.state


def test_an_action_goes_from_accepted_over_sent_to_its_outcome(journal: Journal) -> None:
    action = accepted(journal)
    assert state(journal, action) == "accepted"
    journal.sent(action, {"cuts": 7})
    found = journal.find(action)
    assert found is not None
    assert (found.state, found.evidence, found.settled_at) == ("sent", {"cuts": 7}, None)
    settled = journal.settle(action, Outcome("done"), "device")
    assert (settled.state, settled.settled_by) == ("done", "device")
    assert settled.settled_at is not None


def test_the_first_result_stands(journal: Journal) -> None:
    action = accepted(journal)
    journal.settle(action, Outcome("failed", "offline", "no answer"), "device")
    again = journal.settle(action, Outcome("done"), "person")
    assert (again.state, again.code, again.settled_by) == ("failed", "offline", "device")


def test_what_a_device_said_is_kept_and_given_again(path: Path) -> None:
    before = Journal(path)
    action = accepted(before)
    said = {"number": 42, "totals": {"A": 998}, "at": None, "name": "Żółw"}
    before.settle(action, Outcome("done", result=said), "device")
    before.close()
    after = Journal(path)
    found = after.find(action)
    assert found is not None
    assert (found.result, found.outcome.result) == (said, said)
    after.close()


def test_a_journal_of_an_earlier_version_is_opened_and_keeps_its_actions(path: Path) -> None:
    action = new_id()
    old = sqlite3.connect(path)
    old.executescript(
        "CREATE TABLE action (id TEXT PRIMARY KEY, op TEXT NOT NULL, device TEXT NOT NULL, digest TEXT NOT NULL,"
        " state TEXT NOT NULL, evidence TEXT NOT NULL DEFAULT '{}', code TEXT, detail TEXT NOT NULL DEFAULT '',"
        " settled_by TEXT, accepted_at INTEGER NOT NULL, settled_at INTEGER) STRICT;"
        f"INSERT INTO action (id, op, device, digest, state, accepted_at) VALUES ('{action}','print','p','d','sent',1)"
    )
    old.close()
    for _ in range(2):
        journal = Journal(path)
        found = journal.find(action)
        assert found is not None and (found.result, found.subject) == (None, None)
        journal.close()
    journal = Journal(path)
    assert [one.id for one in journal.recover()] == [action]
    fresh = accepted(journal)
    assert journal.settle(fresh, Outcome("done", result={"number": 1}), "device").result == {"number": 1}
    journal.close()


def test_a_subject_is_taken_until_its_action_has_failed(journal: Journal) -> None:
    first, second = new_id(), new_id()
    journal.accept(first, "fiscal", "fiscal1", DIGEST, "sale 1")
    taken = journal.taken("fiscal1", "sale 1")
    assert taken is not None and taken.id == first
    assert journal.taken("fiscal2", "sale 1") is None and journal.taken("fiscal1", "sale 2") is None
    journal.settle(first, Outcome("failed", "offline"), "device")
    assert journal.taken("fiscal1", "sale 1") is None
    journal.accept(second, "fiscal", "fiscal1", DIGEST, "sale 1")
    journal.sent(second, {"token": 1})
    journal.settle(second, Outcome("unknown", "no_answer"), "device")
    assert [one.id for one in journal.unknown("fiscal1")] == [second] and journal.unknown("fiscal2") == []


def test_an_id_is_accepted_once(journal: Journal) -> None:
    action = accepted(journal)
    with pytest.raises(sqlite3.IntegrityError):
        journal.accept(action, "drawer", "printer1", DIGEST)


def test_an_action_is_sent_once_and_only_after_it_was_accepted(journal: Journal) -> None:
    action = accepted(journal)
    journal.sent(action, {})
    with pytest.raises(AssertionError):
        journal.sent(action, {})
    with pytest.raises(AssertionError):
        journal.sent(new_id(), {})


def test_only_known_states_are_ever_stored(journal: Journal) -> None:
    action = accepted(journal)
    with pytest.raises(sqlite3.IntegrityError):
        journal.settle(action, Outcome("maybe"), "device")  # type: ignore[arg-type]
    assert state(journal, action) == "accepted", "the failed transaction left nothing behind"


def test_after_a_crash_accepted_has_failed_and_sent_is_unknown(path: Path) -> None:
    before = Journal(path)
    untouched, touched, finished = (accepted(before) for _ in range(3))
    before.sent(touched, {"sheet": touched})
    before.settle(finished, Outcome("done"), "device")
    before.close()
    after = Journal(path)
    assert [action.id for action in after.recover()] == [touched]
    assert [state(after, action) for action in (untouched, touched, finished)] == [
        "failed",
        "unknown",
        "done",
    ]
    assert [action.id for action in after.recover()] == [touched], "unknown until somebody knows"
    after.close()


def test_a_person_settles_an_unknown_action(journal: Journal) -> None:
    printed, lost = accepted(journal), accepted(journal)
    for action in (printed, lost):
        journal.sent(action, {})
        journal.settle(action, Outcome("unknown", "no_answer"), "device")
    assert journal.resolve(printed, True).state == "done"
    assert journal.resolve(lost, False).code == "not_printed"
    assert journal.resolve(lost, False).state == "failed"
    with pytest.raises(BridgeError, match="not_unknown"):
        journal.resolve(lost, True)
    with pytest.raises(BridgeError, match="unknown_action"):
        journal.resolve(new_id(), True)


def test_old_results_are_forgotten_and_open_questions_never(journal: Journal) -> None:
    done, unknown = accepted(journal), accepted(journal)
    journal.settle(done, Outcome("done"), "device")
    journal.settle(unknown, Outcome("unknown", "no_answer"), "device")
    assert journal.prune() == 0
    assert journal.prune(keep_days=-1) == 1
    assert (journal.find(done), state(journal, unknown)) == (None, "unknown")


def test_every_commit_waits_for_the_disk(journal: Journal) -> None:
    with journal._store.transaction() as sql:
        assert sql.execute("PRAGMA synchronous").fetchone()[0] == 2
        assert sql.execute("PRAGMA journal_mode").fetchone()[0] == "wal"


def test_a_second_owner_is_refused(journal: Journal, path: Path) -> None:
    with pytest.raises(ConfigError, match="another bridge"):
        Journal(path)


def test_a_damaged_file_is_said_plainly(tmp_path: Path) -> None:
    path = tmp_path / "broken.sqlite3"
    path.write_bytes(b"no database at all, and long enough to be looked at" * 100)
    with pytest.raises(ConfigError, match="is damaged"):
        Journal(path)
