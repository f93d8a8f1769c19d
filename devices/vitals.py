"""How a device has been since the bridge started: when it answered last, and what went wrong last."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from devices.drivers.contract import Outcome, Status

# States in which a device does what it is asked.
WELL = ("ready", "paper_low")
# What a card terminal answers when it works and nothing was paid.
ANSWERS = ("declined", "cancelled")


@dataclass(frozen=True)
class Fault:
    """`code` is a state of the device (`offline`, `no_paper`) or the code of an action that did not end well."""

    at: datetime
    code: str
    detail: str

    def describe(self) -> Mapping[str, object]:
        return {"at": instant(self.at), "code": self.code, "detail": self.detail}


class Vitals:
    """Fed by the device's station, on its event loop and on the device's thread: each member is replaced whole."""

    def __init__(self) -> None:
        self.seen: datetime | None = None
        self.fault: Fault | None = None

    def still(self, status: Status) -> None:
        """The state that was asked a moment ago is the one before. A fault that lasts keeps the time it began."""
        if status.state != "offline":
            self.seen = datetime.now(UTC)

    def found(self, status: Status) -> None:
        """The state that was asked a moment ago is a new one."""
        self.still(status)
        if status.state not in WELL:
            self.fault = Fault(datetime.now(UTC), status.state, status.detail)

    def acted(self, outcome: Outcome) -> None:
        """What became of an action."""
        now = datetime.now(UTC)
        if outcome.state == "done" or outcome.code in ANSWERS:
            self.seen = now
        else:
            self.fault = Fault(now, outcome.code or outcome.state, outcome.detail)

    def describe(self) -> Mapping[str, object]:
        return {
            "seen": None if self.seen is None else instant(self.seen),
            "fault": None if self.fault is None else self.fault.describe(),
        }


def instant(moment: datetime) -> str:
    """As the house writes instants (protocol.md): UTC, milliseconds, `Z`."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
