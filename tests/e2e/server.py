"""A real store server for the walks: a database of its own, Daphne as a process that can be killed."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

CLONE = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 60.0


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def database_url(settings: dict[str, Any], name: str) -> str:
    """The address of a database beside the one in Django's settings."""
    user = quote(str(settings["USER"] or ""), safe="")
    secret = ":" + quote(str(settings["PASSWORD"]), safe="") if settings["PASSWORD"] else ""
    where = {"host": str(settings["HOST"])}
    if settings["PORT"]:
        where["port"] = str(settings["PORT"])
    return f"postgresql://{user}{secret}@/{name}?{urlencode(where)}"


@dataclass
class LiveStore:
    """The server's process, and the shop's back office beside it."""

    environment: dict[str, str]
    log: Path
    port: int = field(default_factory=free_port)
    server: subprocess.Popen[bytes] | None = None
    office: subprocess.Popen[str] | None = None
    goods: dict[str, str] = field(default_factory=dict)
    tills: dict[int, str] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        command = [sys.executable, "-W", "ignore", "-m", "daphne", "-b", "127.0.0.1", "-p", str(self.port)]
        with self.log.open("ab") as log:
            self.server = subprocess.Popen(
                [*command, "-v", "0", "config.asgi:application"],
                env=self.environment,
                cwd=CLONE,
                stdout=log,
                stderr=log,
            )
        deadline = time.monotonic() + STARTS_WITHIN
        while not self.answers():
            assert self.server.poll() is None and time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/pos/files.json", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def kill(self) -> None:
        """As a power cut does it: nothing is said to anybody."""
        if self.server is not None:
            self.server.kill()
            self.server.wait()
            self.server = None

    def open_office(self) -> None:
        self.office = subprocess.Popen(
            [sys.executable, "-W", "ignore", "-m", "tests.e2e.shop"],
            env=self.environment,
            cwd=CLONE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, do: str, **what: Any) -> Any:
        """Has something done in the back office; answers when it is committed."""
        if do == "code":
            self._belongs(what["number"])
        assert self.office is not None and self.office.stdin is not None and self.office.stdout is not None
        self.office.stdin.write(json.dumps({"do": do, **what}) + "\n")
        self.office.stdin.flush()
        line = self.office.stdout.readline()
        assert line, f"the back office stopped at {do}"
        answer = json.loads(line)
        assert "failed" not in (answer or {}), answer["failed"]
        return answer

    def _belongs(self, number: int) -> None:
        """All files of a process share the store, so a till's number is one file's alone."""
        here = os.environ.get("PYTEST_CURRENT_TEST", "").split("::")[0]
        owner = self.tills.setdefault(number, here)
        assert owner == here, f"till {number} belongs to {owner}"

    def close(self) -> None:
        self.kill()
        if self.office is not None and self.office.stdin is not None:
            self.office.communicate(timeout=20)


def migrate(environment: dict[str, str]) -> None:
    command = [sys.executable, "manage.py", "migrate", "-v", "0"]
    subprocess.run(command, env=environment, cwd=CLONE, check=True, timeout=120)


def environment_of(url: str, data: Path) -> dict[str, str]:
    """A server's surroundings: no setting of the developer's machine but where Python is."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KASA_")}
    (data / "static").mkdir(parents=True, exist_ok=True)
    return {
        **kept,
        "DATABASE_URL": url,
        "KASA_DATA": str(data),
        "KASA_COUNTRY": "pl",
        "DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "config.settings"),
        "PYTHONPATH": os.pathsep.join([str(CLONE), *filter(None, [os.environ.get("PYTHONPATH")])]),
    }
