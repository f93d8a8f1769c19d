"""This machine's own names and addresses: what browsers call the server, and what its certificate says."""

from __future__ import annotations

import ctypes
import ctypes.util
import ipaddress
import re
import socket
import sys
from collections.abc import Iterator

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_HOST_NAME = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)(\.(?!-)[a-z0-9-]{1,63}(?<!-))*", re.ASCII)


class _InterfaceAddress(ctypes.Structure):
    """`struct ifaddrs` up to the address; Linux and macOS agree on these first four members."""


_InterfaceAddress._fields_ = [
    ("next", ctypes.POINTER(_InterfaceAddress)),
    ("name", ctypes.c_char_p),
    ("flags", ctypes.c_uint),
    ("address", ctypes.c_void_p),
]


def own_names() -> list[str]:
    """Names and addresses for Django's ALLOWED_HOSTS: loopback, the host's name, its addresses."""
    hosts = ["localhost", *host_names()]
    hosts += [f"[{address}]" if address.version == 6 else str(address) for address in all_addresses()]
    return list(dict.fromkeys(hosts))


def host_names() -> list[str]:
    """The machine's name, alone and under .local (the name that LANs resolve without a name server)."""
    name = socket.gethostname().lower().rstrip(".")
    if not valid_host_name(name):
        return []
    short = name.split(".")[0]
    return list(dict.fromkeys([name, short, f"{short}.local"]))


def valid_host_name(name: str) -> bool:
    """Whether the text is a lower-case DNS name (ASCII; at most 253 characters, labels of at most 63)."""
    return len(name) <= 253 and _HOST_NAME.fullmatch(name) is not None


def all_addresses() -> list[Address]:
    """Every address of every interface but link-local ones, loopback first. Empty lists do not happen."""
    found = {ipaddress.ip_address("127.0.0.1"), ipaddress.ip_address("::1"), *_interface_addresses()}
    kept = [address for address in found if not address.is_link_local]
    return sorted(kept, key=lambda address: (not address.is_loopback, address.version, int(address)))


def lan_addresses() -> list[Address]:
    """The addresses by which other machines may reach this one."""
    return [address for address in all_addresses() if not address.is_loopback]


def _interface_addresses() -> Iterator[Address]:
    """Ask the C library (getifaddrs): the standard library cannot list addresses of interfaces."""
    library = ctypes.CDLL(ctypes.util.find_library("c") if sys.platform == "darwin" else None, use_errno=True)
    first = ctypes.POINTER(_InterfaceAddress)()
    if library.getifaddrs(ctypes.byref(first)) != 0:
        return
    try:
        entry = first
        while entry:
            address = _address(entry.contents.address)
            if address is not None:
                yield address
            entry = entry.contents.next
    finally:
        library.freeifaddrs(first)


def _address(pointer: int | None) -> Address | None:
    """The IP address in a `struct sockaddr`, or None for another family."""
    if not pointer:
        return None
    head = ctypes.string_at(pointer, 2)
    # BSD systems keep the structure's length in the first byte and the family in the second.
    family = head[1] if sys.platform == "darwin" else int.from_bytes(head, sys.byteorder)
    if family == socket.AF_INET:
        return ipaddress.IPv4Address(ctypes.string_at(pointer + 4, 4))
    if family == socket.AF_INET6:
        return ipaddress.IPv6Address(ctypes.string_at(pointer + 8, 16))
    return None
