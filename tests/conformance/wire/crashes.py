"""What the crash tests share: an upload that goes on through crashes, and a look at what the server kept."""

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from pos.headless.chain import Item
from pos.headless.client import Device, Upload
from pos.models import JournalItem, Receipt
from tests.pos.shop import Desk, Shop
from tests.pos.test_posting import verify


def day_of_sales(shop: Shop, device: Device, receipts: int = 20) -> list[Item]:
    """A shift's opening and so many receipts of two lines."""
    desk = Desk(shop, device.chain(), shop.store.id, 0)
    goods = [desk.goods(), desk.goods(product=str(shop.apples.id), price=349, quantity=1235, unit="kg")]
    return [desk.open_shift(), *(desk.sale(*goods) for _ in range(receipts))]


def strace_kill(pid: int, system_call: str, nth: int) -> "subprocess.Popen[bytes]":
    """Kills the process with -9 at a thread's nth call from now on; the tracer ends with it."""
    tracer = subprocess.Popen(
        ["strace", "-f", "-q", "-p", str(pid), "-e", f"trace={system_call}", "-e",
         f"inject={system_call}:signal=SIGKILL:when={nth}", "-o", "/dev/null"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    until = time.monotonic() + 15
    while not _traced(pid):
        assert time.monotonic() < until, "strace did not attach"
        time.sleep(0.05)
    return tracer


def _traced(pid: int) -> bool:
    """Whether every thread of the process has a tracer."""
    threads = list(Path(f"/proc/{pid}/task").iterdir())
    return all("TracerPid:\t0\n" not in (one / "status").read_text() for one in threads)


def check_kept(items: Sequence[Item], upload: Upload) -> None:
    """Nothing acknowledged is lost, nothing is doubled, every invariant holds."""
    assert set(upload.acks) == {item["id"] for item in items}
    assert {ack["status"] for ack in upload.acks.values()} <= {"stored", "duplicate"}
    ids = [item["id"] for item in items]
    kept = [str(one) for one in JournalItem.objects.filter(item_id__in=ids).values_list("item_id", flat=True)]
    assert sorted(kept) == sorted(ids), "each item is held exactly once"
    receipts = [item["id"] for item in items if item["type"] == "receipt"]
    assert Receipt.objects.filter(id__in=receipts).count() == len(receipts)
    assert verify() == {}


def tracer_works() -> bool:
    """Whether this machine lets a process be traced and its calls be tampered with."""
    try:
        probe = subprocess.run(
            ["strace", "-f", "-e", "inject=exit_group:signal=SIGKILL:when=1", "-o", "/dev/null", "true"],
            capture_output=True, timeout=30,
        )  # fmt: skip
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return False
    return probe.returncode in (-9, 137)
