"""What a socket knows of its till."""

from dataclasses import dataclass
from datetime import timedelta

from core.models import Store
from pos.models import Incarnation, Till


@dataclass
class Session:
    """One open socket: the device that the cookie named, its clock as it said in `hello`, its last cursor."""

    device: Incarnation
    skew: timedelta | None = None
    cursor: str = ""

    @property
    def till(self) -> Till:
        """The till that the device is."""
        return self.device.till

    @property
    def store(self) -> Store:
        """The store as it was when the socket opened or last said hello."""
        return self.device.till.store
