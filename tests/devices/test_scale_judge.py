"""An outside judge: the scales of `emupos`, written by others, weigh for our drivers over real TCP.

It needs Python 3.13 or later, which the store does not: `pipx install --python python3.13 emupos` puts it on PATH.
Without it this skips also where the run must be whole, because no Debian package brings it.
"""

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from queue import Queue

import pytest

from devices import drivers, settings
from devices.drivers.contract import Device
from devices.transports import make_transport
from tests.devices.rig import wait_for
from tests.live import free_port

PROFILES = {"toledo8217": "toledo8217-15kg", "sma": "sma-15kg"}
Told = tuple[object, object, object]


class Judge:
    """The simulator as a process, with one scale for each of our drivers, and what the drivers told of them."""

    def __init__(self, program: str, folder: Path) -> None:
        self._program = program
        self.ports = {name: free_port() for name in PROFILES}
        api = free_port()
        scales = "\n".join(
            f"  - {{id: {name}, type: scale, profile: {PROFILES[name]}, connections: [{{tcp: {{port: {port}}}}}]}}"
            for name, port in self.ports.items()
        )
        config = folder / "emupos.yaml"
        config.write_text(f"schema: 1\napi: {{host: 127.0.0.1, port: {api}}}\ndevices:\n{scales}\n")
        self._api = f"http://127.0.0.1:{api}"
        self.process = subprocess.Popen(
            [program, "run", "--config", str(config)], cwd=folder, stdout=subprocess.DEVNULL
        )
        self.told: Queue[tuple[str, Told]] = Queue()

    def put(self, weight: str, *more: str) -> None:
        for name in PROFILES:
            command = [self._program, "--api", self._api, "scale", "set", weight, "--device", name, *more]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    def listen(self, name: str, folder: Path) -> Device:
        wire = make_transport({"kind": "tcp", "host": "127.0.0.1", "port": self.ports[name]}, "test")
        values = settings.check({}, drivers.manifest(name).settings, "test")
        device = drivers.create(name, name, values, wire, folder)

        def emit(kind: str, fields: Mapping[str, object]) -> None:
            self.told.put((name, (fields["grams"], fields["stable"], fields["why"])))

        device.start(emit)
        return device

    def tells(self, wanted: dict[str, Told]) -> None:
        """Waits until each driver told this."""
        while wanted:
            name, told = self.told.get(timeout=10)
            if wanted.get(name) == told:
                del wanted[name]


@pytest.fixture
def judge(tmp_path: Path) -> Iterator[Judge]:
    program = shutil.which("emupos")
    if program is None:
        pytest.skip("No `emupos` on PATH: no outside judge looked at the scales.")
    judge = Judge(program, tmp_path)
    devices = [judge.listen(name, tmp_path) for name in PROFILES]
    try:
        wait_for(lambda: all(device.status().state == "ready" for device in devices), 30)
        yield judge
    finally:
        for device in devices:
            device.stop()
        judge.process.terminate()
        judge.process.wait(10)


def test_scales_that_others_wrote_are_understood(judge: Judge) -> None:
    # Their display steps by five grams.
    judge.put("1252g")
    judge.tells(dict.fromkeys(PROFILES, (1250, True, "")))
    judge.put("700g", "--unstable")
    judge.tells({"toledo8217": (None, False, "motion"), "sma": (700, False, "")})
    judge.put("20kg")
    judge.tells(dict.fromkeys(PROFILES, (None, False, "over")))
    judge.put("-100g")
    judge.tells(dict.fromkeys(PROFILES, (None, False, "under")))
    judge.put("0g")
    judge.tells(dict.fromkeys(PROFILES, (0, True, "")))
