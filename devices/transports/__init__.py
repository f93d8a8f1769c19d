"""Ways to devices: bytes over open, write, read and close, or questions over HTTP, all with time limits."""

from devices.transports.base import Transport, Way, make_transport
from devices.transports.http import HttpTransport

__all__ = ["HttpTransport", "Transport", "Way", "make_transport"]
