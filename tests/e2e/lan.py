"""A shop's network on one machine: the server on this side of a cable, a till's machine on the other.

The till's machine is a network namespace with one end of a virtual cable; the other end is an interface of this
machine. What breaks in a shop is broken here as it breaks there: a plug is pulled (both ends see it), or frames go
out and never arrive, in one direction or in both, which nobody is told about.
"""

import json
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from core.runtime.network import lan_addresses
from tests.chromium import ARGS
from tests.e2e.server import CLONE, LiveStore
from tests.e2e.walks import Walk
from tests.missing import lacking

OPENS_WITHIN = 180.0
CLOSES_WITHIN = 60.0
# Where Debian's Chromium looks for an administrator's policies; other builds look elsewhere.
POLICIES = Path("/etc/chromium")
# No machine has this address: a frame sent to it is dropped by whoever receives it.
NOBODY = "02:00:00:00:00:99"


def require_lan() -> None:
    """Skips with what is missing, unless a till's machine can be made here."""
    if os.geteuid() != 0:
        pytest.skip("Only root may make a till's machine out of a network namespace.")
    for program, package in (("ip", "iproute2"), ("ss", "iproute2"), ("certutil", "libnss3-tools")):
        if shutil.which(program) is None:
            lacking(f"No `{program}` on this machine: install Debian's {package}.")
    if shutil.which("chromium") is None or not POLICIES.is_dir():
        lacking(f"No Debian `chromium` with {POLICIES} on this machine: install Debian's chromium.")


def run(*command: str) -> str:
    """Runs a program to its end and returns what it said. Raises CalledProcessError."""
    return subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout


@dataclass(frozen=True)
class Lan:
    """The cable: its name, and the addresses at its two ends."""

    name: str
    server: str
    till: str

    @property
    def here(self) -> str:
        """Our end's interface."""
        return f"{self.name}h"

    @property
    def there(self) -> str:
        """The interface in the till's machine."""
        return f"{self.name}t"

    def unplug(self) -> None:
        """Both ends lose their carrier."""
        run("ip", "link", "set", "dev", self.here, "down")

    def deafen_server(self) -> None:
        """Nothing that the till sends arrives; nobody is told."""
        self._mislead(["-n", self.name], self.server, self.there)

    def deafen_till(self) -> None:
        """Nothing that the server sends arrives; nobody is told."""
        self._mislead([], self.till, self.here)

    def silence(self) -> None:
        """Nothing arrives in either direction; nobody is told."""
        self.deafen_server()
        self.deafen_till()

    def mend(self) -> None:
        """The network is as it was."""
        for space, address, interface in (
            (["-n", self.name], self.server, self.there),
            ([], self.till, self.here),
        ):
            command = ["ip", *space, "neigh", "show", "nud", "permanent", "dev", interface]
            if address in run(*command):
                run("ip", *space, "neigh", "del", address, "dev", interface)
        run("ip", "link", "set", "dev", self.here, "up")

    def sockets(self, port: int) -> list[str]:
        """The connections between the till and this port that the server's kernel holds open."""
        found = run("ss", "-Htn", "state", "established", f"( sport = :{port} and dst = {self.till} )")
        return found.splitlines()

    @staticmethod
    def _mislead(space: list[str], address: str, interface: str) -> None:
        run("ip", *space, "neigh", "replace", address, "lladdr", NOBODY, "dev", interface, "nud", "permanent")


@contextmanager
def lan() -> Iterator[Lan]:
    """A till's machine on a cable of its own; both are gone at the end."""
    taken = {str(address).rpartition(".")[0] for address in lan_addresses()}
    network = next(
        found for step in range(256) if (found := f"10.77.{(os.getpid() + step) % 256}") not in taken
    )
    made = Lan(f"kasa{os.getpid():x}", f"{network}.1", f"{network}.2")
    try:
        run("ip", "netns", "add", made.name)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"No network namespace can be made here: {error.stderr.strip()}")
    try:
        within = ["ip", "-n", made.name]
        run("ip", "link", "add", made.here, "type", "veth", "peer", "name", made.there, "netns", made.name)
        run("ip", "addr", "add", f"{made.server}/24", "dev", made.here)
        run("ip", "link", "set", "dev", made.here, "up")
        run(*within, "addr", "add", f"{made.till}/24", "dev", made.there)
        run(*within, "link", "set", "dev", made.there, "up")
        run(*within, "link", "set", "dev", "lo", "up")
        yield made
    finally:
        # Our end first: a namespace lives on while a process in it dies, and the cable with it.
        subprocess.run(["ip", "link", "del", made.here], check=False, capture_output=True)
        run("ip", "netns", "del", made.name)


@dataclass
class LanStore(LiveStore):
    """A store opened as an administrator opens it: `manage.py tls`, then `manage.py serve`."""

    address: str = ""

    @property
    def url(self) -> str:
        return f"https://{self.address}:{self.port}"

    @property
    def certificates(self) -> Path:
        return Path(self.environment["KASA_DATA"]) / "tls"

    def start(self) -> None:
        """Makes the certificates, opens the store, and waits until it says that it is open."""
        self.environment["KASA_PORT"] = str(self.port)
        manage = [sys.executable, "manage.py"]
        with self.log.open("ab") as log:
            subprocess.run(
                [*manage, "tls"], env=self.environment, cwd=CLONE, check=True, timeout=120, stdout=log
            )
            self.server = subprocess.Popen(
                [*manage, "serve"], env=self.environment, cwd=CLONE, stdout=log, stderr=log
            )
        deadline = time.monotonic() + OPENS_WITHIN
        while "OpenKasa ready" not in self.log.read_text():
            assert self.server.poll() is None and time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.2)

    def kill(self) -> None:
        """Closes the store in good order, so that none of its processes stays behind."""
        if self.server is not None:
            self.server.terminate()
            assert self.server.wait(CLOSES_WITHIN) == 0, self.log.read_text()
            self.server = None


def trust_by_policy(store: LanStore, machine: Path) -> None:
    """What docs/tls.md says for Chromium: copy the policy file that `manage.py tls` made."""
    folder = machine / "etc" / "policies" / "managed"
    folder.mkdir(parents=True)
    shutil.copy(store.certificates / "chromium-policy.json", folder / "openkasa.json")


def trust_by_certificate(store: LanStore, machine: Path) -> None:
    """The other way: the user's own list of authorities."""
    shelf = machine / "home" / ".pki" / "nssdb"
    shelf.mkdir(parents=True)
    run("certutil", "-d", f"sql:{shelf}", "-N", "--empty-password")
    authority = str(store.certificates / "ca.crt")
    run("certutil", "-d", f"sql:{shelf}", "-A", "-t", "C,,", "-n", "OpenKasa", "-i", authority)


@contextmanager
def browser_in(playwright: Playwright, cable: Lan, machine: Path, store: LanStore) -> Iterator[Walk]:
    """Chromium on the till's machine, with that machine's policies, home and profile."""
    for part in ("etc", "home", "profile"):
        (machine / part).mkdir(parents=True, exist_ok=True)
    # `ip netns exec` gives the process mounts of its own, so these policies are nobody else's.
    script = f'mount --bind {shlex.quote(str(machine / "etc"))} {POLICIES} && exec chromium "$@"'
    wrapper = machine / "chromium"
    command = shlex.join(["ip", "netns", "exec", cable.name, "sh", "-c", script, "chromium"])
    wrapper.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
    wrapper.chmod(0o755)
    context = playwright.chromium.launch_persistent_context(
        machine / "profile",
        executable_path=wrapper,
        chromium_sandbox=False,
        args=ARGS,
        env={**os.environ, "HOME": str(machine / "home")},
        viewport={"width": 1024, "height": 768},
        timeout=90_000,
    )
    walk = Walk(context.pages[0] if context.pages else context.new_page(), store)
    try:
        yield walk
    finally:
        context.close()
    assert walk.errors == []


def policy_origins(store: LanStore) -> list[str]:
    """The pages that the policy lets reach the device bridge on the till's own machine."""
    policy = json.loads((store.certificates / "chromium-policy.json").read_text(encoding="utf-8"))
    return [str(origin) for origin in policy["LoopbackNetworkAllowedForUrls"]]
