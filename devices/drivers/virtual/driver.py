"""Prints on the screen: the ESC/POS driver's bytes go through the printer emulator onto a local web page."""

import threading
import time
from collections.abc import Mapping
from pathlib import Path

from devices.drivers.contract import (
    DONE,
    CardJob,
    DrawerJob,
    Emit,
    Evidence,
    FiscalJob,
    Job,
    Manifest,
    Outcome,
    Perform,
    PrintJob,
    Sent,
    Status,
    not_able,
)
from devices.drivers.escpos import codec as escpos
from devices.drivers.escpos.driver import FAILURE_CODES, STOPPED, style
from devices.drivers.virtual import codec
from devices.drivers.virtual.page import Page
from devices.drivers.virtual.shelf import Shelf
from devices.emulators.printer import Printer
from devices.emulators.sheet import Sheet
from devices.settings import Values
from devices.transports import Transport


class VirtualPrinter:
    def __init__(self, device: str, manifest: Manifest, values: Values, data: Path) -> None:
        self.id = device
        self.manifest = manifest
        self.poll_seconds = values.seconds("poll_seconds")
        self.printer = Printer(values.whole("columns"))
        self.shelf = Shelf(data / "sheets", values.whole("keep"))
        self._style = style(values)
        self._page_port = values.whole("page_port")
        self._language = values.text("language")
        self._lock = threading.Lock()
        self._page: Page | None = None

    def start(self, emit: Emit) -> None:
        self._page = Page(self.id, self.shelf, self.printer, self._page_port, self._language)
        self._page.start()

    def stop(self) -> None:
        if self._page is not None:
            self._page.stop()
            self._page = None

    def features(self) -> Mapping[str, object]:
        page = {} if self._page is None else {"page": self._page.address}
        return {"columns": self._style.columns, **page}

    def status(self) -> Status:
        self.printer.take_replies()
        self.printer.receive(b"".join(escpos.STATUS_QUERIES))
        return escpos.decode_status(self.printer.take_replies(), "high")

    def prepare(self, job: Job) -> Perform:
        match job:
            case PrintJob():
                data = escpos.print_bytes(job.document, self._style)
                return lambda sent: self._print(job, data, sent)
            case DrawerJob():
                return self._open_drawer
            case FiscalJob() | CardJob():
                raise not_able(self.id, "register sales or charge cards: it prints")

    def settle(self, evidence: Evidence) -> Outcome | None:
        sheet = evidence.get("sheet")
        if sheet is None:
            return None
        if self.shelf.find(str(sheet)) is not None:
            return DONE
        return Outcome("failed", "not_printed", "the virtual printer shows no such receipt")

    def _print(self, job: PrintJob, data: bytes, sent: Sent) -> Outcome:
        status = self.status()
        if status.state in STOPPED:
            return Outcome("failed", FAILURE_CODES[status.state], status.detail)
        sent({"sheet": job.action})
        with self._lock:
            sheet = self._run(data)
            printed_at = time.time_ns() // 1_000_000
            record = codec.describe(sheet, job.action, job.document, self._style.columns, printed_at)
            self.shelf.add(record, codec.png_bytes(sheet))
        return DONE

    def _run(self, data: bytes) -> Sheet:
        self.printer.receive(data)
        interpreter = self.printer.interpreter
        # A document that is not cut is torn off here, so that every action has its own picture.
        sheet = interpreter.sheets[-1] if interpreter.sheets else interpreter.finish()
        interpreter.sheets.clear()
        return sheet

    def _open_drawer(self, sent: Sent) -> Outcome:
        sent({})
        self.printer.receive(escpos.drawer_bytes(self._style.drawer_pin, realtime=True))
        return DONE


def create(
    device: str, manifest: Manifest, values: Values, wire: Transport | None, data: Path
) -> VirtualPrinter:
    return VirtualPrinter(device, manifest, values, data)
