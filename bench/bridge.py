"""How long a till waits for what stands beside it: a receipt on paper, goods on a scale, a code from a scanner.

The bridge is a process of its own, the till a WebSocket client, the devices emulators on a real TCP line and real ptys.
Each figure stands beside the same bytes on the same line without a bridge between: what the device itself takes.
"""

import os
import select
import socket
import tempfile
import time
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.harness import Report, percentile
from devices.emulators.printer import Printer
from devices.emulators.wires import TcpPrinter
from tests.devices.rig import BridgeProcess, Till, new_id, printer_on, receipt

ROUNDS = int(os.environ.get("BENCH_DEVICES", "300"))
WARM_UP = 10
PERCENTS = (50, 99)
ASK_STATUS = b"\x10\x04\x01"
LINES = (
    "Sklep 1, Łódź, Piotrkowska 1",
    *(f"{n:2d} Mleko UHT 3,2 % 1 l      1 × 3,79 A" for n in range(1, 11)),
    "SUMA PLN                          37,90",
)


class Paper(Printer):
    """A printer that remembers what it was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = b""

    def receive(self, data: bytes) -> None:
        self.heard += data
        super().receive(data)


class Line:
    """A serial device: whatever is said comes out at `path`."""

    def __init__(self) -> None:
        self._master, self._slave = os.openpty()
        tty.setraw(self._master)
        tty.setraw(self._slave)
        self.path = os.ttyname(self._slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.close(self._master)
        os.close(self._slave)

    def say(self, data: bytes) -> None:
        os.write(self._master, data)

    def hear(self, size: int) -> None:
        """Waits for so many bytes, as a program that reads the port by itself does."""
        while size > 0:
            select.select([self._slave], [], [])
            size -= len(os.read(self._slave, size))


def section(device: str, driver: str, line: Line) -> str:
    return (
        f'[[device]]\nid = "{device}"\ndriver = "{driver}"\n'
        f'[device.transport]\nkind = "serial"\nport = "{line.path}"\n'
    )


@contextmanager
def bridge(devices: str) -> Iterator[Till]:
    with (
        tempfile.TemporaryDirectory() as folder,
        BridgeProcess(Path(folder), devices) as process,
        process.till() as till,
    ):
        yield till


def timed(step: Callable[[int], None]) -> list[float]:
    """Milliseconds of each round, the first few left out."""
    times = []
    for number in range(WARM_UP + ROUNDS):
        begun = time.perf_counter()
        step(number)
        times.append((time.perf_counter() - begun) * 1000)
    return times[WARM_UP:]


def told(report: Report, name: str, alone: tuple[str, list[float]], times: list[float]) -> None:
    """The figures of one device, each beside the same percentile of the device alone."""
    bare, without = alone
    for percent in PERCENTS:
        base = report.add(f"{bare}, p{percent}", percentile(without, percent), "ms")
        report.add(f"{name}, p{percent}", percentile(times, percent), "ms", baseline=base)


def printing(report: Report) -> None:
    """From the till's request until the printer has said that the paper is out."""
    paper = Paper()
    with TcpPrinter(paper) as network:
        with bridge(printer_on(network.port)) as till:

            def print_one(_number: int) -> None:
                answer = till.call("print", device="printer1", action=new_id(), document=receipt(*LINES))
                assert answer["state"] == "done", answer

            through = timed(print_one)
        data = paper.heard[-(len(paper.heard) // (WARM_UP + ROUNDS)) :]
        with socket.create_connection(("127.0.0.1", network.port)) as straight:

            def send_one(_number: int) -> None:
                straight.sendall(data + ASK_STATUS)
                assert straight.recv(64)

            alone = timed(send_one)
    told(report, "a receipt, printed", ("the same bytes, straight to the printer", alone), through)


def weighing(report: Report) -> None:
    """From the scale's word until the till has the weight."""

    def word(number: int) -> bytes:
        return f"ST,GS,+{number // 1000:3d}.{number % 1000:03d}kg\r\n".encode()

    with Line() as line:

        def read_one(number: int) -> None:
            line.say(word(number + 1))
            line.hear(len(word(number + 1)))

        alone = timed(read_one)
        with bridge(section("scale1", "scale", line)) as till:

            def weigh_one(number: int) -> None:
                line.say(word(number + 1))
                while till.event("weight")["grams"] != number + 1:
                    pass

            weigh_one(9_999)
            through = timed(weigh_one)
    told(report, "goods, weighed", ("the same word, read from the line", alone), through)


def scanning(report: Report) -> None:
    """From the scanner's line end until the till has the code."""

    def code(number: int) -> bytes:
        return f"590{number:010d}\r".encode()

    with Line() as line:

        def read_one(number: int) -> None:
            line.say(code(number))
            line.hear(len(code(number)))

        alone = timed(read_one)
        with bridge(section("scanner1", "scanner", line)) as till:

            def scan_one(number: int) -> None:
                line.say(code(number))
                while till.event("scan")["data"] != code(number).decode().strip():
                    pass

            through = timed(scan_one)
    told(report, "a code, scanned", ("the same code, read from the line", alone), through)


def run() -> Report:
    """The figures of the device bridge."""
    report = Report(
        f"The device bridge, {ROUNDS} times each: process, sockets, emulated devices on real lines"
    )
    printing(report)
    weighing(report)
    scanning(report)
    return report
