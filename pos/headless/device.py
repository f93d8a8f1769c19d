"""Keeps a headless till between runs: its key, cookie and the instant it began, in a file that only its owner reads."""

import asyncio
import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from websockets.exceptions import InvalidHandshake

from core import clock
from pos.headless.chain import DeviceKey
from pos.headless.client import Device, TillSocket, enrol


@dataclass(frozen=True)
class Kept:
    """A device and when it first began to make items."""

    device: Device
    begun: datetime


def keep(path: Path, kept: Kept) -> None:
    """Writes the device to a file of mode 0600."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    body = {
        "key": kept.device.key.to_pem(),
        "cookie": kept.device.cookie,
        "till": kept.device.till,
        "store": kept.device.store,
        "begun": clock.to_wire(kept.begun),
    }
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(body, file)


def load(path: Path, url: str) -> Kept | None:
    """The device that the file keeps; None when there is none."""
    if not path.exists():
        return None
    body = json.loads(path.read_text("utf-8"))
    begun = clock.from_wire(body["begun"])
    assert begun is not None, f"{path} was not written by this program"
    return Kept(
        Device(url, DeviceKey.from_pem(body["key"]), body["cookie"], body["till"], body["store"]), begun
    )


async def still_enrolled(device: Device) -> bool:
    """Whether the server lets this device in."""
    try:
        async with await TillSocket.open(device) as socket:
            await socket.request(
                "hello", protocol=1, build="headless", cursor=None, unsent=0, clock=clock.to_wire(clock.now())
            )
    except (InvalidHandshake, ConnectionError):
        return False
    return True


def become(path: Path, url: str, code: str) -> Kept:
    """Enrols with a one-time code and keeps the device."""
    kept = Kept(asyncio.run(enrol(url, code)), clock.now())
    keep(path, kept)
    return kept
