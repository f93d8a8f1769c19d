"""The devices of one till machine and the actions on them: one thread and one queue for each device.

An action runs on its device's thread from its first line in the journal to its outcome. A client that leaves,
or asks twice, changes nothing about it.
"""

import asyncio
import hashlib
import logging
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from devices import drivers
from devices.config import DeviceConfig
from devices.drivers.cards import CardDevice
from devices.drivers.contract import (
    CardJob,
    Device,
    DrawerJob,
    FiscalJob,
    Job,
    Outcome,
    Perform,
    PrintJob,
    Status,
    not_able,
)
from devices.drivers.fiscal import FiscalDevice
from devices.drivers.showing import DisplayDevice, Lines
from devices.errors import BridgeError
from devices.fiscal import CleanUp
from devices.journal import Action, Journal
from devices.protocol import Card, Drawer, Fiscal, Print, canonical
from devices.vitals import Vitals

log = logging.getLogger("openkasa.bridge")

MAX_WAITING = 16
# How long a stopping bridge waits for a receipt in print before it leaves the outcome to the next start.
STOP_SECONDS = 25.0
NOT_ASKED = Status("offline", "not asked yet")
# The device was asked and will never be able to tell.
ASK_PERSON = "ask_person"

Push = Callable[[str, Mapping[str, object]], None]
Effect = Print | Drawer | Fiscal | Card


class Post:
    """One device with its thread, its last known status and the number of jobs that wait for it."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self.thread = ThreadPoolExecutor(1, f"device {device.id}")
        self.status = NOT_ASKED
        self.vitals = Vitals()
        self.waiting = 0

    def describe(self, counted: Mapping[str, int]) -> dict[str, object]:
        manifest = self.device.manifest
        return {
            "id": self.device.id,
            "kind": manifest.kind,
            "driver": manifest.name,
            "state": self.status.state,
            "detail": self.status.detail,
            "drawer": self.status.drawer,
            "abilities": list(manifest.abilities),
            "quality": manifest.quality,
            "tried_on_hardware": manifest.tried_on_hardware,
            "health": {
                **self.vitals.describe(),
                "waiting": self.waiting,
                "day": {state: counted.get(state, 0) for state in ("done", "failed", "unknown")},
            },
            **self.device.features(),
        }


@dataclass(frozen=True)
class Result:
    """An action as the journal holds it; `repeated` when an earlier request was the one that acted."""

    action: Action
    repeated: bool


@dataclass(frozen=True)
class _Running:
    post: Post
    digest: str
    task: asyncio.Task[Action]


class Station:
    def __init__(self, configs: tuple[DeviceConfig, ...], journal: Journal, data: Path, push: Push) -> None:
        self._journal = journal
        self._push = push
        self._running: dict[str, _Running] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._posts: dict[str, Post] = {}
        for config in configs:
            folder = data / "devices" / config.id
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            device = drivers.create(config.id, config.driver, config.values, config.wire, folder)
            self._posts[config.id] = Post(device)

    async def start(self) -> None:
        """Settle what a crash left open, begin to listen and to ask for states."""
        loop = asyncio.get_running_loop()

        def emit(kind: str, fields: Mapping[str, object]) -> None:
            loop.call_soon_threadsafe(self._push, kind, fields)

        for post in self._posts.values():
            post.device.start(emit)
            self._spawn(self._poll(post))
        for action in self._journal.recover():
            log.warning("action %s on %s is unknown after a stop", action.id, action.device)
            self._spawn(self._settle_later(action))
        pruned = self._journal.prune()
        if pruned:
            log.info("forgot %d old actions", pruned)

    async def stop(self) -> None:
        """Let running actions end, within bounds, then let go of the devices."""
        for task in self._tasks:
            task.cancel()
        running = [entry.task for entry in self._running.values()]
        if running:
            await asyncio.wait(running, timeout=STOP_SECONDS)
        for post in self._posts.values():
            await asyncio.to_thread(post.device.stop)
            post.thread.shutdown(wait=False, cancel_futures=True)

    def describe(self) -> list[dict[str, object]]:
        """Every device with its state as last known, how it has been, and what became of its actions in a day."""
        counted = self._journal.counted()
        return [post.describe(counted.get(device, {})) for device, post in self._posts.items()]

    async def carry_out(self, request: Effect) -> Result:
        """Do it once. Raises BridgeError `action_reused`, `unknown_device`, `not_able`, `bad_document`,
        `busy`.
        """
        digest = _digest(request)
        running = self._running.get(request.action)
        if running is not None:
            _same(running.digest, digest)
            return Result(await asyncio.shield(running.task), True)
        known = self._journal.find(request.action)
        if known is not None:
            _same(known.digest, digest)
            return Result(await self._ask_again(known), True)
        post = self._post(request.device)
        perform = post.device.prepare(_job(request))
        if post.waiting >= MAX_WAITING:
            raise BridgeError("busy", f"device {request.device} has {MAX_WAITING} jobs waiting")
        # Counted here and not in the task: frames of one burst all come this far before any task begins.
        post.waiting += 1
        task = asyncio.create_task(self._run(post, request, digest, perform))
        self._running[request.action] = _Running(post, digest, task)
        return Result(await asyncio.shield(task), False)

    async def fiscal_state(self, device: str) -> Mapping[str, object]:
        """How a fiscal printer is doing, asked now. Raises BridgeError `unknown_device`, `not_able`."""
        post = self._post(device)
        if not isinstance(post.device, FiscalDevice):
            raise not_able(device, "register sales: it is no fiscal printer")
        loop = asyncio.get_running_loop()
        return (await loop.run_in_executor(post.thread, post.device.fiscal_state)).describe()

    def show(self, device: str, lines: Lines) -> None:
        """Two lines for the customer; whoever asks never waits for the display. Raises BridgeError `unknown_device`,
        `not_able`.
        """
        post = self._post(device)
        if not isinstance(post.device, DisplayDevice):
            raise not_able(device, "show lines: it is no display")
        post.device.show(lines)

    async def card_last(self, device: str) -> Mapping[str, object] | None:
        """The last entry of a terminal's own log. Raises BridgeError `unknown_device`, `not_able`."""
        post = self._post(device)
        if not isinstance(post.device, CardDevice):
            raise not_able(device, "charge cards")
        return await asyncio.get_running_loop().run_in_executor(post.thread, post.device.last)

    def abort(self, action: str) -> bool:
        """Ask a terminal to give up; false when nothing of that id is going on. Its outcome comes as ever."""
        running = self._running.get(action)
        if running is None or not isinstance(running.post.device, CardDevice):
            return False
        running.post.device.abort(action)
        return True

    async def get(self, action: str) -> Action:
        """The present state; an unknown action is asked for at its device once more. Raises `unknown_action`."""
        found = self._journal.find(action)
        if found is None and action in self._running:
            return await asyncio.shield(self._running[action].task)
        if found is None:
            raise BridgeError("unknown_action", "the bridge has never heard of this action")
        return await self._ask_again(found)

    def resolve(self, action: str, printed: bool) -> Action:
        settled = self._journal.resolve(action, printed)
        log.warning("action %s was resolved by a person: %s", action, settled.state)
        return settled

    async def _run(self, post: Post, request: Effect, digest: str, perform: Perform) -> Action:
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(post.thread, self._work, post, request, digest, perform)
        finally:
            post.waiting -= 1
            del self._running[request.action]
            self._spawn(self._refresh(post))

    def _work(self, post: Post, request: Effect, digest: str, perform: Perform) -> Action:
        """On the device's thread: journal, act, journal."""
        action, device = request.action, post.device.id
        subject = request.subject if isinstance(request, Fiscal) else None
        in_the_way = self._in_the_way(post, subject) if _registers(request) else None
        self._journal.accept(action, _op(request), device, digest, subject)
        try:
            outcome = in_the_way or perform(lambda evidence: self._journal.sent(action, evidence))
        except Exception:
            # A fault of ours in the middle of an effect: say honestly that we do not know, and keep the
            # trace.
            log.exception("the driver of %s failed on action %s", device, action)
            outcome = Outcome("unknown", "internal", "the driver failed; the bridge's log has the details")
        post.vitals.acted(outcome)
        if outcome.state != "done":
            log.warning(
                "action %s on %s: %s (%s) %s", action, device, outcome.state, outcome.code, outcome.detail
            )
        return self._journal.settle(action, outcome, "device")

    def _in_the_way(self, post: Post, subject: str | None) -> Outcome | None:
        """Why a fiscal document or a charge may not begin: a new one would destroy what the device knows of an
        unknown one, and a receipt is registered once. On the device's thread.
        """
        for action in self._journal.unknown(post.device.id):
            if _to_be_asked(action) and _to_be_asked(self._settle(post, action)):
                return Outcome("failed", "unsettled", f"action {action.id} is unknown; ask again later")
        taken = None if subject is None else self._journal.taken(post.device.id, subject)
        if taken is None:
            return None
        if taken.state == "done":
            return Outcome("failed", "already_registered", f"by action {taken.id}", taken.result)
        return Outcome("failed", "unsettled", f"action {taken.id} for this receipt is {taken.state}")

    async def _ask_again(self, action: Action) -> Action:
        post = self._posts.get(action.device)
        if not _to_be_asked(action) or post is None:
            return action
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(post.thread, self._settle, post, action)

    def _settle(self, post: Post, action: Action) -> Action:
        """Ask the device what became of an action, on its thread; unchanged when it cannot tell."""
        # Somebody may have settled it while this question waited for the thread.
        known = self._journal.find(action.id)
        if known is None or not _to_be_asked(known):
            return known or action
        outcome = post.device.settle(action.evidence)
        if outcome is None:
            return action
        log.info("device %s settled action %s: %s", action.device, action.id, outcome.state)
        return self._journal.settle(action.id, outcome, "device")

    async def _settle_later(self, action: Action) -> None:
        await self._ask_again(action)

    async def _poll(self, post: Post) -> None:
        while True:
            # A printing device is not disturbed: the job itself asks for the state.
            if post.waiting == 0:
                await self._refresh(post)
            if post.device.poll_seconds == 0:
                return
            await asyncio.sleep(post.device.poll_seconds)

    async def _refresh(self, post: Post) -> None:
        loop = asyncio.get_running_loop()
        status = await loop.run_in_executor(post.thread, post.device.status)
        if status == post.status:
            post.vitals.still(status)
            return
        post.status = status
        post.vitals.found(status)
        fields = {
            "device": post.device.id,
            "state": status.state,
            "detail": status.detail,
            "drawer": status.drawer,
        }
        self._push("state", fields)

    def _post(self, device: str) -> Post:
        post = self._posts.get(device)
        if post is None:
            raise BridgeError("unknown_device", f"there is no device {device}")
        return post

    def _spawn(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(_report)


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("a task of the bridge failed", exc_info=task.exception())


def _to_be_asked(action: Action) -> bool:
    return action.state == "unknown" and bool(action.evidence) and action.code != ASK_PERSON


def _registers(request: Effect) -> bool:
    """Whether it moves what a device counts. A clean-up does not, and may be the only way on."""
    return isinstance(request, Card) or (
        isinstance(request, Fiscal) and not isinstance(request.document, CleanUp)
    )


def _op(request: Effect) -> str:
    match request:
        case Print():
            return "print"
        case Drawer():
            return "drawer"
        case Fiscal():
            return "fiscal"
        case Card():
            return "card"


def _job(request: Effect) -> Job:
    match request:
        case Print(action=action, document=document):
            return PrintJob(action, document)
        case Drawer(action=action):
            return DrawerJob(action)
        case Fiscal(action=action, document=registered):
            return FiscalJob(action, registered)
        case Card(action=action, document=charged):
            return CardJob(action, charged)


def _digest(request: Effect) -> str:
    asked: dict[str, object] = {"device": request.device}
    if not isinstance(request, Drawer):
        asked["document"] = request.raw
    return hashlib.sha256(canonical(asked).encode()).hexdigest()


def _same(known: str, asked: str) -> None:
    if known != asked:
        raise BridgeError("action_reused", "this action id was used for something else; take a new one")
