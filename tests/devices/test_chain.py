"""The second copy of a till's unsent chain: everything kept, nothing judged, bounded without forgetting."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.chain import Chain
from devices.errors import BridgeError
from devices.protocol import ChainItem, canonical
from tests.devices.rig import VIRTUAL, BridgeProcess, new_id

TILL = new_id()


def item(seq: int, inc: int = 1, fork: str = "a", size: int = 0) -> dict[str, Any]:
    return {
        "type": "receipt",
        "id": new_id(),
        "inc": inc,
        "seq": seq,
        "prev": "0" * 64,
        "at": "2026-11-21T09:30:00.000Z",
        "body": {"note": "ż" * size},
        "hash": fork * 64,
        "sig": "c2ln",
    }


def checked(raw: dict[str, Any]) -> ChainItem:
    return ChainItem(raw["id"], raw["inc"], raw["seq"], raw["hash"], canonical(raw))


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    made = Chain(tmp_path / "chain.sqlite3", 1_000, 1 << 20)
    yield made
    made.close()


def listed(chain: Chain, after: tuple[int, int] | None = None, limit: int = 500) -> list[tuple[int, int]]:
    return [(kept["inc"], kept["seq"]) for kept in map(json.loads, chain.list(TILL, after, limit).items)]


def test_items_come_back_as_they_were_in_chain_order(chain: Chain) -> None:
    items = [item(2), item(1, inc=2), item(1), item(10)]
    assert chain.keep(TILL, [checked(raw) for raw in items]) == 4
    assert listed(chain) == [(1, 1), (1, 2), (1, 10), (2, 1)]
    assert json.loads(chain.list(TILL, None).items[1]) == items[0]


def test_keeping_twice_is_keeping_once(chain: Chain) -> None:
    first = checked(item(1))
    assert [chain.keep(TILL, [first]), chain.keep(TILL, [first])] == [1, 1]
    assert listed(chain) == [(1, 1)]


def test_what_the_server_holds_is_dropped(chain: Chain) -> None:
    items = [checked(item(seq)) for seq in (1, 2, 3)]
    chain.keep(TILL, items)
    assert chain.acked(TILL, [items[0].id, items[2].id, new_id()]) == 2
    assert listed(chain) == [(1, 2)]
    assert chain.acked(TILL, [items[0].id]) == 0


def test_another_till_sees_and_drops_nothing_of_it(chain: Chain) -> None:
    kept = checked(item(1))
    chain.keep(TILL, [kept])
    assert chain.list(new_id(), None).items == ()
    assert chain.acked(new_id(), [kept.id]) == 0
    assert listed(chain) == [(1, 1)]


def test_both_sides_of_a_fork_are_kept_and_a_page_never_splits_them(chain: Chain) -> None:
    for fork in "abc":
        chain.keep(TILL, [checked(item(1, fork=fork))])
    chain.keep(TILL, [checked(item(2))])
    page = chain.list(TILL, None, 1)
    assert ([json.loads(kept)["hash"][0] for kept in page.items], page.more) == (["a", "b", "c"], True)
    assert listed(chain, (1, 1)) == [(1, 2)]


def test_a_flood_of_forks_is_refused(chain: Chain) -> None:
    for fork in "abcd":
        chain.keep(TILL, [checked(item(1, fork=fork))])
    with pytest.raises(BridgeError, match="chain_full"):
        chain.keep(TILL, [checked(item(1, fork="e"))])
    assert listed(chain) == [(1, 1)] * 4


def test_pages_follow_each_other_without_a_gap(chain: Chain) -> None:
    chain.keep(TILL, [checked(item(seq)) for seq in range(1, 11)])
    after, found = None, []
    while True:
        page = chain.list(TILL, after, 3)
        found += [json.loads(kept)["seq"] for kept in page.items]
        after = (1, found[-1])
        if not page.more:
            break
    assert found == list(range(1, 11))


def test_a_page_fits_a_frame(tmp_path: Path) -> None:
    chain = Chain(tmp_path / "large.sqlite3", 1_000, 1 << 30)
    chain.keep(TILL, [checked(item(seq, size=100_000)) for seq in range(1, 6)])
    page = chain.list(TILL, None)
    assert (len(page.items), page.more) == (3, True)
    assert sum(len(kept.encode()) for kept in page.items) < 1 << 20
    chain.close()


def test_a_full_store_refuses_the_whole_batch_and_forgets_nothing(tmp_path: Path) -> None:
    chain = Chain(tmp_path / "small.sqlite3", 3, 1 << 20)
    kept = [checked(item(seq)) for seq in (1, 2)]
    chain.keep(TILL, kept)
    with pytest.raises(BridgeError, match="chain_full"):
        chain.keep(TILL, [checked(item(seq)) for seq in (3, 4)])
    assert listed(chain) == [(1, 1), (1, 2)]
    chain.acked(TILL, [kept[0].id])
    assert chain.keep(TILL, [checked(item(seq)) for seq in (3, 4)]) == 2
    chain.close()


def test_size_in_bytes_is_bounded_too(tmp_path: Path) -> None:
    chain = Chain(tmp_path / "small.sqlite3", 1_000, 1_000)
    with pytest.raises(BridgeError, match="chain_full"):
        chain.keep(TILL, [checked(item(1, size=1_000))])
    assert chain.list(TILL, None).items == ()
    chain.close()


def test_the_copy_survives_a_killed_bridge_and_a_wiped_till(tmp_path: Path) -> None:
    bridge = BridgeProcess(tmp_path / "b", VIRTUAL)
    items = [item(seq) for seq in (1, 2, 3)]
    bridge.start()
    with bridge.till() as till:
        assert till.call("journal.keep", till=TILL, items=items)["kept"] == 3
        assert till.call("journal.acked", till=TILL, ids=[items[0]["id"]])["dropped"] == 1
        bridge.stop(9)
    with bridge, bridge.till() as till:
        answer = till.call("journal.list", till=TILL, after=None, limit=100)
        assert (answer["items"], answer["more"]) == (items[1:], False)
