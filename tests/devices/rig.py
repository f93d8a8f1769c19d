"""A bridge as a real process, a till as a real WebSocket client, and readers of printed pictures."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import pytest
from PIL import Image, ImageDraw, ImageFont
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

ROOT = Path(__file__).resolve().parents[2]
ORIGIN = "https://store.test:8443"
FONT = ROOT / "devices/fonts/DejaVuSansMono.ttf"
Answer = dict[str, Any]


def new_id() -> str:
    return str(uuid.uuid4())


def wait_for(true: Callable[[], bool], seconds: float = 10.0) -> None:
    """Wait until something becomes true, or fail."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it never became true"
        time.sleep(0.01)


@contextmanager
def killed(at: str) -> Iterator[None]:
    """The bridge dies where it would call the function of this dotted name: neither that nor an end is written down.

    Fails when it lives on.
    """

    def die(*_: object) -> None:
        raise RuntimeError("the bridge is dead")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(at, die)
        patch.setattr("devices.journal.Journal.settle", die)
        with pytest.raises(RuntimeError, match="the bridge is dead"):
            yield


def receipt(*lines: str, **fields: object) -> dict[str, object]:
    return {"language": "pl", "blocks": [{"text": line} for line in lines], **fields}


class Till:
    """A paired client. Events that arrive between answers are kept in `events`."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.events: list[Answer] = []
        self._number = 0

    def send(self, op: str, **fields: object) -> int:
        self._number += 1
        self.connection.send(json.dumps({"id": self._number, "op": op, **fields}))
        return self._number

    def answer(self, number: int | None, seconds: float = 20) -> Answer:
        """The answer to one request; others that come first must be events."""
        while True:
            frame: Answer = json.loads(self.connection.recv(seconds))
            if "event" in frame:
                self.events.append(frame)
                continue
            assert frame["re"] == number
            return frame

    def call(self, op: str, **fields: object) -> Answer:
        return self.answer(self.send(op, **fields))

    def raw(self, text: str | bytes) -> Answer:
        self.connection.send(text)
        return self.answer(None)

    def event(self, kind: str, seconds: float = 10) -> Answer:
        """The next event of a kind."""
        while True:
            for place, found in enumerate(self.events):
                if found["event"] == kind:
                    return self.events.pop(place)
            frame: Answer = json.loads(self.connection.recv(seconds))
            assert "event" in frame
            self.events.append(frame)


class BridgeProcess:
    """`python -m devices.bridge` on a free port with the given [[device]] sections."""

    def __init__(self, folder: Path, devices: str = "", bridge: str = "", hurry: str = "") -> None:
        """`hurry` is Python that shortens a limit of the process, such as `bridge.HELLO_SECONDS = 0.5`."""
        self.hurry = hurry
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.config = folder / "bridge.toml"
        self.config.write_text(
            f'[bridge]\nport = 0\ndata = "data"\norigins = ["{ORIGIN}"]\n{bridge}\n{devices}', "utf-8"
        )
        self.token = ""
        self.address = ""
        self.output: list[str] = []
        self.process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def start(self) -> None:
        with (self.folder / "log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self._program(), "--config", str(self.config)],
                cwd=ROOT,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output.append(line)
            if "Pairing token" in line:
                self.token = line.rsplit(" ", 1)[1].strip()
            if found := re.search(r"ready on (\S+)", line):
                self.address = found[1]
                return
        raise AssertionError(self.log())

    def _program(self) -> list[str]:
        if not self.hurry:
            return ["-m", "devices.bridge"]
        return [
            "-c",
            f"import sys\nfrom devices import bridge\n{self.hurry}\nsys.exit(bridge.main(sys.argv[1:]))",
        ]

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End it with a signal and return its exit code; nothing when it is gone already."""
        if self.process is None:
            return 0
        self.process.send_signal(number)
        code = self.process.wait(40)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process = None
        return code

    def log(self) -> str:
        return (self.folder / "log").read_text("utf-8")

    @property
    def page(self) -> str:
        """The address of the virtual printer's page, from the log."""
        found: list[str] = re.findall(r"receipts on (http\S+)", self.log())
        return found[-1]

    @contextmanager
    def connection(self, **options: Any) -> Iterator[ClientConnection]:
        with connect(
            self.address, **{"origin": ORIGIN, "proxy": None, "compression": None, **options}
        ) as found:
            yield found

    @staticmethod
    def connection_to(address: str) -> ClientConnection:
        return connect(address, origin=Origin(ORIGIN), proxy=None)

    @staticmethod
    def plain_socket(port: int) -> socket.socket:
        return socket.create_connection(("127.0.0.1", port), 5)

    @contextmanager
    def till(self) -> Iterator[Till]:
        with self.connection() as found:
            till = Till(found)
            assert till.call("hello", token=self.token)["ok"]
            yield till


def printer_on(port: int, **settings: object) -> str:
    """A [[device]] section for an ESC/POS printer on a local port, impatient enough for tests."""
    values = {"answer_seconds": 0.4, "print_seconds": 1.5, "poll_seconds": 0.2, **settings}
    lines = "\n".join(f"{key} = {json.dumps(value)}" for key, value in values.items())
    return (
        '[[device]]\nid = "printer1"\ndriver = "escpos"\n'
        f'[device.transport]\nkind = "tcp"\nhost = "127.0.0.1"\nport = {port}\n[device.settings]\n{lines}\n'
    )


VIRTUAL = '[[device]]\nid = "printer1"\ndriver = "virtual"\n[device.settings]\npage_port = 0\n'


def read_lines(picture: Image.Image, count: int, alphabet: str, columns: int = 48) -> list[str]:
    """Read printed lines back by comparing cells of 12 x 24 dots with the font's own pictures of letters."""
    font = ImageFont.truetype(str(FONT), 20)
    known = {letter: _letter(letter, font) for letter in alphabet}
    lines = []
    for row in range(count):
        cells = [
            picture.crop((24 + 12 * x, 24 + 30 * row, 36 + 12 * x, 48 + 30 * row)) for x in range(columns)
        ]
        lines.append("".join(min(known, key=lambda letter: _apart(known[letter], cell)) for cell in cells))
    return [line.rstrip() for line in lines]


def _letter(letter: str, font: ImageFont.FreeTypeFont) -> bytes:
    picture = Image.new("L", (12, 24), 255)
    ImageDraw.Draw(picture).text((0, 18), letter, fill=0, font=font, anchor="ls")
    return picture.tobytes()


def _apart(one: bytes, cell: Image.Image) -> int:
    return sum(abs(a - b) for a, b in zip(one, cell.tobytes(), strict=True))


# GS1 General Specifications, figure 5.2.1.2.1-1: widths of the four elements of a digit, number set A.
SET_A = ("3211", "2221", "2122", "1411", "1132", "1231", "1114", "1312", "1213", "3112")
FIRST_DIGIT = (
    "AAAAAA",
    "AABABB",
    "AABBAB",
    "AABBBA",
    "ABAABB",
    "ABBAAB",
    "ABBBAA",
    "ABABAB",
    "ABABBA",
    "ABBABA",
)


def read_ean13(picture: Image.Image, y: int) -> str:
    """Decode the EAN-13 that row `y` of a picture crosses, by run lengths."""
    row = picture.crop((0, y, picture.width, y + 1)).tobytes()
    runs = [len(run) for run in re.findall(rb"[\x00-\x7f]+|[\x80-\xff]+", row)][1:-1]
    assert len(runs) == 59, "three guard, 24, five middle, 24 and three guard elements"
    dot = runs[0]
    widths = "".join(str(round(run / dot)) for run in runs)
    left, right = widths[3:27], widths[32:56]
    digits, sets = "", ""
    for place in range(0, 24, 4):
        element = left[place : place + 4]
        in_a = element in SET_A
        sets += "A" if in_a else "B"
        digits += str(SET_A.index(element if in_a else element[::-1]))
    digits += "".join(str(SET_A.index(right[place : place + 4])) for place in range(0, 24, 4))
    return str(FIRST_DIGIT.index(sets)) + digits


def environment_without_ours() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith(("KASA_", "DJANGO_"))}
