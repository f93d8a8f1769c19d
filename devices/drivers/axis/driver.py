"""A scale of AXIS: it does not tell whether the weight moves, so the answers have to agree for a while."""

from pathlib import Path

from devices.drivers.axis.codec import Axis, Steady
from devices.drivers.contract import Emit, Manifest, Status
from devices.drivers.readings import Reading
from devices.drivers.weighing import Weigher
from devices.settings import Values
from devices.transports import Transport


class AxisScale(Weigher):
    def __init__(self, device: str, manifest: Manifest, values: Values, wire: Transport | None) -> None:
        super().__init__(device, manifest, values, wire, Axis())
        self._steady = Steady(values.seconds("steady_seconds"))

    def _judge(self, reading: Reading, now: float) -> Reading:
        return self._steady.judge(reading, now)

    def _lost(self, status: Status, emit: Emit) -> None:
        self._steady.forget()
        super()._lost(status, emit)


def create(device: str, manifest: Manifest, values: Values, wire: Transport | None, data: Path) -> AxisScale:
    return AxisScale(device, manifest, values, wire)
