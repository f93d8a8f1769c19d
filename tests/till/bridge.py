"""The real device bridge as a process, for tests of tills and their screens."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page

from .conftest import free_port, wait

TOKEN = "PAIRTOKENFORTESTS"
ROOT = Path(__file__).resolve().parents[2]


class Bridge:
    """`python -m devices.bridge` with a virtual printer, allowed for one shop's pages; `devices` are more sections."""

    def __init__(self, folder: Path, origin: str, devices: str = "") -> None:
        self.folder, self.port = folder, free_port()
        folder.mkdir()
        self.file = folder / "bridge.toml"
        self.file.write_text(
            f'[bridge]\nport = {self.port}\ndata = "{folder / "data"}"\norigins = ["{origin}"]\n'
            f'token_sha256 = "{hashlib.sha256(TOKEN.encode()).hexdigest()}"\n'
            f'[[device]]\nid = "printer1"\ndriver = "virtual"\n[device.settings]\n'
            f'page_port = {free_port()}\nencoding = "cp852"\n{devices}'
        )
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "devices.bridge", "--config", str(self.file)]
        self.process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONUNBUFFERED": "1"}
        )
        assert self.process.stdout is not None and "ready" in self.process.stdout.readline()

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            assert self.process.stdout is not None
            self.process.stdout.close()
            self.process = None

    @property
    def url(self) -> str:
        """What a till is paired with, beside TOKEN."""
        return f"ws://127.0.0.1:{self.port}/"

    def pair(self, page: Page) -> None:
        page.evaluate("([url, token]) => till.pairBridge({ url, token })", [self.url, TOKEN])
        wait(page, "till.status.bridge.state === 'ready'", 30)

    @property
    def prints(self) -> int:
        return len(list((self.folder / "data").rglob("*.png")))


def scale_on(port: str) -> str:
    """The section of a scale on a serial line."""
    return (
        f'[[device]]\nid = "scale1"\ndriver = "scale"\n[device.transport]\nkind = "serial"\nport = "{port}"\n'
    )
