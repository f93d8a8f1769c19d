"""Drives an ESC/POS printer over any transport: asks first, journals, writes, and proves the end.

A job ends `done` only when the printer has answered behind it (setting `confirm`), `failed` only when it
surely did not print, and `unknown` in between. Nothing is ever sent twice here.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Literal, cast

from devices.drivers.contract import (
    DONE,
    CardJob,
    DrawerJob,
    Emit,
    Evidence,
    FiscalJob,
    Health,
    Job,
    Manifest,
    Outcome,
    Perform,
    PrintJob,
    Sent,
    Status,
    not_able,
)
from devices.drivers.escpos import codec
from devices.errors import ConfigError, TransportError
from devices.settings import Values
from devices.transports import Transport

# States in which a printer takes bytes but does not print them.
STOPPED = ("offline", "no_paper", "cover_open", "error")
# The codes of failed actions; a state of the same meaning is told apart from an action's end.
FAILURE_CODES = {
    "offline": "offline",
    "no_paper": "no_paper",
    "cover_open": "cover_open",
    "error": "device_error",
}


class EscposPrinter:
    def __init__(self, device: str, manifest: Manifest, values: Values, wire: Transport) -> None:
        self.id = device
        self.manifest = manifest
        self.poll_seconds = values.seconds("poll_seconds")
        self._wire = wire
        self._style = style(values)
        self._open_level = values.text("drawer_open_level")
        self._asks = values.flag("status")
        # A printer that never answers cannot prove the end of a job either.
        self._confirm = values.text("confirm") if self._asks else "none"
        self._answer_seconds = values.seconds("answer_seconds")
        self._print_seconds = values.seconds("print_seconds")
        self._health = Health(device)

    def start(self, emit: Emit) -> None:
        """Nothing comes unasked: states are polled."""

    def stop(self) -> None:
        self._wire.close()

    def features(self) -> Mapping[str, object]:
        return {"columns": self._style.columns}

    def status(self) -> Status:
        try:
            with self._session():
                return self._health.note(self._ask_status())
        except TransportError as error:
            return self._health.note(Status("offline", error.detail))

    def prepare(self, job: Job) -> Perform:
        match job:
            case PrintJob():
                data = codec.print_bytes(job.document, self._style)
                counts = self._confirm == "counter" and job.document.cut and self._style.cut != "none"
                return lambda sent: self._guarded(sent, lambda tell: self._print(data, counts, tell))
            case DrawerJob():
                return lambda sent: self._guarded(sent, self._open_drawer)
            case FiscalJob() | CardJob():
                raise not_able(self.id, "register sales or charge cards: it prints")

    def settle(self, evidence: Evidence) -> Outcome | None:
        before = evidence.get("cuts")
        if not isinstance(before, int):
            return None
        try:
            with self._session():
                if self._ask_status().state in STOPPED:
                    return None
                after = self._ask_cuts(self._answer_seconds)
        except TransportError:
            return None
        return _judge_cuts(before, after)

    def _guarded(self, sent: Sent, act: Callable[[Sent], Outcome]) -> Outcome:
        """Turn a broken wire into an outcome: `failed` before the first byte, `unknown` after it."""
        evidence: Evidence | None = None

        def tell(found: Evidence) -> None:
            nonlocal evidence
            evidence = found
            sent(found)

        try:
            with self._session():
                return act(tell)
        except TransportError as error:
            if evidence is None or not error.touched:
                self._health.note(Status("offline", error.detail))
                return Outcome("failed", "offline", error.detail)
            found = self.settle(evidence)
            return found or Outcome("unknown", "no_answer", error.detail)

    def _print(self, data: bytes, counts: bool, sent: Sent) -> Outcome:
        status = self._health.note(self._ask_status())
        if status.state in STOPPED:
            return Outcome("failed", FAILURE_CODES[status.state], status.detail)
        before = self._ask_cuts(self._answer_seconds) if counts else None
        sent({} if before is None else {"cuts": before})
        self._wire.write(data, self._print_seconds)
        if before is not None:
            return _judge_cuts(before, self._ask_cuts(self._print_seconds)) or self._doubt()
        return self._prove_end()

    def _open_drawer(self, sent: Sent) -> Outcome:
        status = self._health.note(self._ask_status())
        if status.state in ("offline", "error"):
            return Outcome("failed", FAILURE_CODES[status.state], status.detail)
        realtime = status.state in STOPPED
        sent({})
        self._wire.write(codec.drawer_bytes(self._style.drawer_pin, realtime=realtime), self._answer_seconds)
        if not realtime:
            return self._prove_end()
        return DONE if self._ask_status().state != "offline" else self._doubt()

    def _prove_end(self) -> Outcome:
        if self._confirm == "none" or not self._wire.answers:
            return DONE
        self._wire.write(codec.END_QUERY, self._answer_seconds)
        return (
            DONE if self._await_byte(codec.is_end_answer, self._print_seconds) is not None else self._doubt()
        )

    def _doubt(self) -> Outcome:
        """No proof came: say why, as far as the printer still answers real-time questions."""
        status = self._health.note(self._ask_status())
        if status.state in STOPPED and status.state != "offline":
            return Outcome("unknown", FAILURE_CODES[status.state], f"while printing, {status.detail}")
        return Outcome("unknown", "no_answer", "the printer did not confirm the end of the job")

    def _ask_status(self) -> Status:
        if not (self._asks and self._wire.answers):
            return Status("ready", "the printer is not asked for its state")
        self._drain()
        answers = bytearray()
        for query in codec.STATUS_QUERIES:
            self._wire.write(query, self._answer_seconds)
            value = self._await_byte(codec.is_realtime_answer, self._answer_seconds)
            if value is None:
                return Status("offline", f"{self._wire.name} does not answer")
            answers.append(value)
        return codec.decode_status(bytes(answers), self._open_level)

    def _ask_cuts(self, seconds: float) -> int | None:
        if not self._wire.answers:
            return None
        self._wire.write(codec.CUTS_QUERY, self._answer_seconds)
        received, deadline = b"", time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0 and len(received) < 64:
            received += self._wire.read(16, left)
            count = codec.decode_counter(received)
            if count is not None:
                return count
        return None

    def _await_byte(self, wanted: Callable[[int], bool], seconds: float) -> int | None:
        """The next byte of the wanted shape; others (late answers, unasked reports) are passed over."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            for value in self._wire.read(1, left):
                if wanted(value):
                    return value
        return None

    def _drain(self) -> None:
        # At most as much as a printer could have left over; an endless talker is not waited out.
        for _ in range(16):
            if not self._wire.read(256, 0.001):
                return

    @contextmanager
    def _session(self) -> Iterator[None]:
        self._wire.open()
        try:
            yield
        except TransportError:
            self._wire.close()
            raise
        finally:
            if not self._wire.keep_open:
                self._wire.close()


def style(values: Values) -> codec.Style:
    """The part of the settings that shapes bytes; the virtual printer shares it."""
    encoding, slot = values.text("encoding"), values.whole("slot")
    return codec.Style(
        columns=values.whole("columns"),
        text=cast(Literal["codepage", "raster"], values.text("text")),
        encoding=encoding,
        slot=codec.EPSON_SLOTS[encoding] if slot < 0 else slot,
        cut=cast(Literal["full", "partial", "none"], values.text("cut")),
        drawer_pin=5 if values.text("drawer_pin") == "5" else 2,
    )


def create(
    device: str, manifest: Manifest, values: Values, wire: Transport | None, data: Path
) -> EscposPrinter:
    if wire is None:
        raise ConfigError(f"Device {device} needs a transport.")
    return EscposPrinter(device, manifest, values, wire)


def _judge_cuts(before: int, after: int | None) -> Outcome | None:
    """The cutter has worked since: printed. It has not: it did not print whole. A smaller count proves
    nothing.
    """
    if after is None or after < before:
        return None
    return DONE if after > before else Outcome("failed", "not_printed", "the printer has not cut since")
