"""What stands beside the tills: printers, scales, scanners, as the tills told last (event `devices`, protocol.md)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy

from backoffice.selectors import tills
from backoffice.selectors.tills import TillLine
from core.models import Store
from pos.models import TillEvent

# As many as a till tells, and as much of each text: what comes from outside is bounded once more where it is shown.
MOST = 20
LONGEST = 200
WELL = ("ready", "busy")
STATES = {
    "ready": gettext_lazy("Ready"),
    "busy": gettext_lazy("Busy"),
    "paper_low": gettext_lazy("Little paper"),
    "no_paper": gettext_lazy("No paper"),
    "cover_open": gettext_lazy("Cover open"),
    "error": gettext_lazy("Fault"),
    "offline": gettext_lazy("Does not answer"),
}
KINDS = {
    "printer": gettext_lazy("Receipt printer"),
    "fiscal": gettext_lazy("Fiscal printer"),
    "scanner": gettext_lazy("Scanner"),
    "scale": gettext_lazy("Scale"),
    "display": gettext_lazy("Customer display"),
    "terminal": gettext_lazy("Card terminal"),
}
BRIDGES = {
    "offline": gettext_lazy("The device bridge does not answer"),
    "refused": gettext_lazy("The device bridge refuses the pairing code"),
    "none": gettext_lazy("Not paired with a device bridge"),
}


@dataclass(frozen=True)
class Device:
    """One device as its till told it; words of other versions are shown as they came."""

    id: str
    kind: str
    driver: str
    state: str
    detail: str

    @property
    def is_well(self) -> bool:
        return self.state in WELL

    @property
    def state_name(self) -> str:
        return str(STATES.get(self.state, self.state))

    @property
    def kind_name(self) -> str:
        return str(KINDS.get(self.kind, self.kind))


@dataclass(frozen=True)
class Beside:
    """One till with its devices, those that need a person first. `told_at` is None when it never told any."""

    line: TillLine
    told_at: datetime | None
    bridge: str
    devices: Sequence[Device]

    @property
    def bridge_problem(self) -> str:
        """Why no device is listed; empty when the bridge works."""
        return "" if self.bridge == "ready" else str(BRIDGES.get(self.bridge, self.bridge))


def beside_tills(store: Store, now: datetime) -> list[Beside]:
    """Every till that told of devices, by number, in a constant number of statements."""
    newest = TillEvent.objects.filter(till__store=store, name="devices").order_by("till", "-at", "-item_id")
    told = {row.till_id: row for row in newest.distinct("till")}
    return [_beside(line, told[line.till.id]) for line in tills.lines(store, now) if line.till.id in told]


def _beside(line: TillLine, event: TillEvent) -> Beside:
    data = event.data if isinstance(event.data, dict) else {}
    listed = data.get("devices")
    found = sorted(
        _devices(listed if isinstance(listed, list) else []), key=lambda one: (one.is_well, one.id)
    )
    return Beside(line, event.at, _text(data.get("bridge")), found)


def _devices(listed: Sequence[Any]) -> Iterator[Device]:
    for one in listed[:MOST]:
        if isinstance(one, dict):
            yield Device(
                **{name: _text(one.get(name)) for name in ("id", "kind", "driver", "state", "detail")}
            )


def _text(value: object) -> str:
    return value[:LONGEST] if isinstance(value, str) else ""
