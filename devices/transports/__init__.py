"""Wires to devices: each transport is one class over open, write, read and close, all with time limits."""

from devices.transports.base import Transport, make_transport

__all__ = ["Transport", "make_transport"]
