"""What every driver offers, whatever the device: a status, a way to do one thing once, and an answer after a
doubt.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

from devices.card import CardDocument
from devices.document import Document
from devices.errors import BridgeError
from devices.fiscal import FiscalDocument
from devices.settings import Kind

log = logging.getLogger("openkasa.bridge")

State = Literal["ready", "offline", "no_paper", "paper_low", "cover_open", "error"]
OutcomeState = Literal["done", "failed", "unknown"]
Evidence = Mapping[str, int | str]
# Called by a device with its evidence right before the first byte that can move paper or a drawer.
Sent = Callable[[Evidence], None]
Emit = Callable[[str, Mapping[str, object]], None]


@dataclass(frozen=True)
class Manifest:
    """A driver's manifest.toml: its abilities and settings are data, not code."""

    name: str
    title: str
    kind: str
    quality: str
    tried_on_hardware: bool
    abilities: tuple[str, ...]
    transports: tuple[str, ...]
    settings: Mapping[str, Kind]


@dataclass(frozen=True)
class Status:
    """`drawer` is None where the printer does not tell."""

    state: State
    detail: str = ""
    drawer: Literal["open", "closed"] | None = None


@dataclass(frozen=True)
class Outcome:
    """How one physical effect ended. `failed` promises that it did not happen; `unknown` promises nothing.

    `result` is what the device says about what it did (a fiscal number, totals); it is kept with the action.
    """

    state: OutcomeState
    code: str | None = None
    detail: str = ""
    result: Mapping[str, object] | None = None


@dataclass(frozen=True)
class PrintJob:
    action: str
    document: Document


@dataclass(frozen=True)
class DrawerJob:
    action: str


@dataclass(frozen=True)
class FiscalJob:
    action: str
    document: FiscalDocument


@dataclass(frozen=True)
class CardJob:
    action: str
    document: CardDocument


Job = PrintJob | DrawerJob | FiscalJob | CardJob
Perform = Callable[[Sent], Outcome]
DONE = Outcome("done")


class Device(Protocol):
    """One configured device. Every method but `start` and `stop` runs on the device's own thread, one at a
    time.
    """

    id: str
    manifest: Manifest
    poll_seconds: float

    def start(self, emit: Emit) -> None:
        """Begin to listen; `emit(kind, fields)` may be called from any thread."""

    def stop(self) -> None:
        """Let go of the device; safe to call twice."""

    def features(self) -> Mapping[str, object]:
        """What a till may want to know beyond state and abilities, such as `columns`."""

    def status(self) -> Status:
        """Ask the device now. Never raises for a device that is away: that is the state `offline`."""

    def prepare(self, job: Job) -> Perform:
        """Check and encode without touching the device. Raises BridgeError `not_able` or `bad_document`."""

    def settle(self, evidence: Evidence) -> Outcome | None:
        """Ask the device whether an interrupted job happened; None when it cannot tell.

        A device that was asked, cannot tell and never will answers `unknown` with the code `ask_person`: from then
        on only a person settles the job. None means that it is worth asking again.
        """


class Health:
    """Logs a device's way from online to offline and back once each, however often it is asked."""

    def __init__(self, device: str) -> None:
        self._device = device
        self._offline = False

    def note(self, status: Status) -> Status:
        offline = status.state == "offline"
        if offline and not self._offline:
            log.warning("device %s is offline: %s", self._device, status.detail)
        elif self._offline and not offline:
            log.info("device %s is back: %s", self._device, status.state)
        self._offline = offline
        return status


def not_able(device: str, what: str) -> BridgeError:
    return BridgeError("not_able", f"device {device} cannot {what}")
