"""The second copy of a till's unsent chain, so that a wiped browser profile loses nothing.

Items are kept as they came and never judged: signatures and totals are the server's matter. Two items that
claim the same place in the chain are both kept, because the server must see the fork.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from devices.errors import BridgeError
from devices.protocol import MAX_LIST, ChainItem
from devices.store import Store

MAX_FORKS = 4
# A page of items must fit a frame of 1 MiB with room for the envelope.
PAGE_BYTES = 768 * 1024

_SCHEMA = """
CREATE TABLE IF NOT EXISTS item (
    till TEXT NOT NULL,
    inc INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    id TEXT NOT NULL,
    text TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (till, inc, seq, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS item_id ON item (till, id);
CREATE TABLE IF NOT EXISTS size (
    one INTEGER PRIMARY KEY CHECK (one = 1), items INTEGER NOT NULL, bytes INTEGER NOT NULL
) STRICT;
INSERT OR IGNORE INTO size VALUES (1, 0, 0);
CREATE TRIGGER IF NOT EXISTS item_added AFTER INSERT ON item BEGIN
    UPDATE size SET items = items + 1, bytes = bytes + new.bytes;
END;
CREATE TRIGGER IF NOT EXISTS item_dropped AFTER DELETE ON item BEGIN
    UPDATE size SET items = items - 1, bytes = bytes - old.bytes;
END;
"""


@dataclass(frozen=True)
class Page:
    """Canonical JSON texts of items in chain order; `more` when others follow."""

    items: tuple[str, ...]
    more: bool


class Chain:
    def __init__(self, path: Path, max_items: int, max_bytes: int) -> None:
        self._store = Store(path, _SCHEMA)
        self._max_items = max_items
        self._max_bytes = max_bytes

    def close(self) -> None:
        self._store.close()

    def keep(self, till: str, items: Sequence[ChainItem]) -> int:
        """Store all of the items or none; what is held already counts as kept. Raises BridgeError
        `chain_full`.

        A full store refuses rather than forgets: an older unsent receipt is worth as much as a newer one.
        """
        rows = [(till, i.inc, i.seq, i.hash, i.id, i.text, len(i.text.encode())) for i in items]
        with self._store.transaction() as sql:
            sql.executemany("INSERT OR IGNORE INTO item VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
            size = sql.execute("SELECT items, bytes FROM size").fetchone()
            if size["items"] > self._max_items or size["bytes"] > self._max_bytes:
                raise BridgeError("chain_full", "the bridge holds as many unsent items as it may")
            for item in items:
                self._check_forks(
                    sql.execute(
                        "SELECT count(*) FROM item WHERE till = ? AND inc = ? AND seq = ?",
                        (till, item.inc, item.seq),
                    ).fetchone()[0]
                )
        return len(items)

    def acked(self, till: str, ids: Sequence[str]) -> int:
        """Forget what the server holds. Returns how many were dropped; unknown ids are no error."""
        with self._store.transaction() as sql:
            return sum(
                sql.execute("DELETE FROM item WHERE till = ? AND id = ?", (till, item)).rowcount
                for item in ids
            )

    def list(self, till: str, after: tuple[int, int] | None, limit: int = MAX_LIST) -> Page:
        """Unsent items behind (inc, seq). A page never splits the items of one place, so `after` skips none."""
        inc, seq = after or (0, 0)
        with self._store.transaction() as sql:
            rows = sql.execute(
                "SELECT inc, seq, text, bytes FROM item WHERE till = ? AND (inc, seq) > (?, ?)"
                " ORDER BY inc, seq, hash LIMIT ?",
                (till, inc, seq, limit + MAX_FORKS),
            ).fetchall()
        taken: list[str] = []
        size = 0
        for row, before in zip(rows, [None, *rows], strict=False):
            same_place = before is not None and (row["inc"], row["seq"]) == (before["inc"], before["seq"])
            full = len(taken) >= limit or size + row["bytes"] > PAGE_BYTES
            if taken and full and not same_place:
                return Page(tuple(taken), True)
            taken.append(row["text"])
            size += row["bytes"]
        return Page(tuple(taken), False)

    def _check_forks(self, claims: int) -> None:
        if claims > MAX_FORKS:
            raise BridgeError("chain_full", f"more than {MAX_FORKS} items claim the same place in the chain")
