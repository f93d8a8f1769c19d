"""The action journal: every physical effect is on disk before it is tried, so that none is done twice.

    accepted -> sent -> done | failed | unknown        unknown -> done | failed

`accepted` means nothing has left the bridge; `sent` is written before the first byte that moves paper or a
drawer. After a crash an accepted action has surely not happened (`failed`), a sent one may have (`unknown`).
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from devices.drivers.contract import Evidence, Outcome
from devices.errors import BridgeError
from devices.store import Store

ActionState = Literal["accepted", "sent", "done", "failed", "unknown"]
SettledBy = Literal["bridge", "device", "person"]
KEEP_DAYS = 35
_DAY_MS = 86_400_000

_SCHEMA = """
CREATE TABLE IF NOT EXISTS action (
    id TEXT PRIMARY KEY,
    op TEXT NOT NULL,
    device TEXT NOT NULL,
    digest TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('accepted', 'sent', 'done', 'failed', 'unknown')),
    evidence TEXT NOT NULL DEFAULT '{}',
    code TEXT,
    detail TEXT NOT NULL DEFAULT '',
    settled_by TEXT CHECK (settled_by IN ('bridge', 'device', 'person')),
    accepted_at INTEGER NOT NULL,
    settled_at INTEGER,
    result TEXT,
    subject TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS action_unsettled ON action (state) WHERE state IN ('accepted', 'sent', 'unknown');
CREATE INDEX IF NOT EXISTS action_age ON action (accepted_at);
"""
# What later versions added to a file of an earlier one: the same columns, in the same order.
_ADDED = ("result", "subject")
_SUBJECTS = "CREATE INDEX IF NOT EXISTS action_subject ON action (device, subject) WHERE subject IS NOT NULL"


@dataclass(frozen=True)
class Action:
    """One row. Times are milliseconds since 1970, `digest` is the SHA-256 of what was asked."""

    id: str
    op: str
    device: str
    digest: str
    state: ActionState
    evidence: Evidence
    code: str | None
    detail: str
    settled_by: SettledBy | None
    accepted_at: int
    settled_at: int | None
    # What the device said about what it did, as it came from its driver.
    result: Mapping[str, object] | None
    # What may happen only once at this device, whatever the action: a receipt.
    subject: str | None

    @property
    def outcome(self) -> Outcome:
        assert self.state in ("done", "failed", "unknown")
        return Outcome(self.state, self.code, self.detail, self.result)


class Journal:
    def __init__(self, path: Path) -> None:
        self._store = Store(path, _SCHEMA)
        with self._store.transaction() as sql:
            there = {row["name"] for row in sql.execute("PRAGMA table_info(action)")}
            for column in _ADDED:
                if column not in there:
                    sql.execute(f"ALTER TABLE action ADD COLUMN {column} TEXT")
            sql.execute(_SUBJECTS)

    def close(self) -> None:
        self._store.close()

    def accept(self, action: str, op: str, device: str, digest: str, subject: str | None = None) -> None:
        """Write down the intent. The id must be new: callers look first with `find`."""
        with self._store.transaction() as sql:
            sql.execute(
                "INSERT INTO action (id, op, device, digest, state, accepted_at, subject)"
                " VALUES (?, ?, ?, ?, 'accepted', ?, ?)",
                (action, op, device, digest, _now(), subject),
            )

    def sent(self, action: str, evidence: Evidence) -> None:
        """From here on the effect may have happened; `evidence` is what helps to ask the device later."""
        with self._store.transaction() as sql:
            changed = sql.execute(
                "UPDATE action SET state = 'sent', evidence = ? WHERE id = ? AND state = 'accepted'",
                (json.dumps(dict(evidence)), action),
            ).rowcount
            assert changed == 1, "an action is sent once, after it was accepted"

    def settle(self, action: str, outcome: Outcome, by: SettledBy) -> Action:
        """Write the outcome, unless the action is settled already: the first result stands."""
        with self._store.transaction() as sql:
            sql.execute(
                "UPDATE action SET state = ?, code = ?, detail = ?, settled_by = ?, settled_at = ?, result = ?"
                " WHERE id = ? AND state NOT IN ('done', 'failed')",
                (outcome.state, outcome.code, outcome.detail, by, _now(), _text(outcome.result), action),
            )
            return _action(sql.execute("SELECT * FROM action WHERE id = ?", (action,)).fetchone())

    def find(self, action: str) -> Action | None:
        with self._store.transaction() as sql:
            row = sql.execute("SELECT * FROM action WHERE id = ?", (action,)).fetchone()
        return None if row is None else _action(row)

    def unknown(self, device: str) -> list[Action]:
        """The device's open questions, oldest first."""
        with self._store.transaction() as sql:
            rows = sql.execute(
                "SELECT * FROM action WHERE state = 'unknown' AND device = ? ORDER BY accepted_at, rowid",
                (device,),
            ).fetchall()
        return [_action(row) for row in rows]

    def counted(self) -> dict[str, dict[str, int]]:
        """How many actions of the last day each device has in each state."""
        with self._store.transaction() as sql:
            rows = sql.execute(
                "SELECT device, state, count(*) AS actions FROM action WHERE accepted_at >= ? GROUP BY device, state",
                (_now() - _DAY_MS,),
            ).fetchall()
        found: dict[str, dict[str, int]] = {}
        for row in rows:
            found.setdefault(row["device"], {})[row["state"]] = row["actions"]
        return found

    def taken(self, device: str, subject: str) -> Action | None:
        """The action that has registered this subject at this device, or may have."""
        with self._store.transaction() as sql:
            row = sql.execute(
                "SELECT * FROM action WHERE device = ? AND subject = ? AND state <> 'failed' ORDER BY accepted_at",
                (device, subject),
            ).fetchone()
        return None if row is None else _action(row)

    def resolve(self, action: str, printed: bool) -> Action:
        """A person's word on an unknown action. Raises BridgeError `unknown_action` or `not_unknown`."""
        found = self.find(action)
        if found is None:
            raise BridgeError("unknown_action", "the bridge has never heard of this action")
        wanted = (
            Outcome("done") if printed else Outcome("failed", "not_printed", "a person said it did not print")
        )
        if found.state == wanted.state and found.settled_by == "person":
            return found
        if found.state != "unknown":
            raise BridgeError("not_unknown", f"the action is {found.state}; only an unknown one is resolved")
        return self.settle(action, wanted, "person")

    def recover(self) -> list[Action]:
        """After a start: what a crash left behind gets its honest state. Returns the unknown ones."""
        with self._store.transaction() as sql:
            sql.execute(
                "UPDATE action SET state = 'failed', code = 'interrupted', settled_by = 'bridge', settled_at = ?,"
                " detail = 'the bridge stopped before anything was sent' WHERE state = 'accepted'",
                (_now(),),
            )
            sql.execute(
                "UPDATE action SET state = 'unknown', code = 'interrupted', settled_by = 'bridge', settled_at = ?,"
                " detail = 'the bridge stopped while the device was working' WHERE state = 'sent'",
                (_now(),),
            )
            rows = sql.execute("SELECT * FROM action WHERE state = 'unknown' ORDER BY accepted_at").fetchall()
        return [_action(row) for row in rows]

    def prune(self, keep_days: int = KEEP_DAYS) -> int:
        """Forget settled actions older than `keep_days`; unknown ones stay until somebody resolves them."""
        with self._store.transaction() as sql:
            return sql.execute(
                "DELETE FROM action WHERE accepted_at < ? AND state IN ('done', 'failed')",
                (_now() - keep_days * _DAY_MS,),
            ).rowcount


def _action(row: Any) -> Action:
    fields = dict(row)
    fields["evidence"] = json.loads(fields["evidence"])
    fields["result"] = None if fields["result"] is None else json.loads(fields["result"])
    return Action(**fields)


def _text(result: Mapping[str, object] | None) -> str | None:
    return None if result is None else json.dumps(dict(result), ensure_ascii=False)


def _now() -> int:
    return time.time_ns() // 1_000_000
