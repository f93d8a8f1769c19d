"""A Novitus fiscal printer behind NoviAPI: tokens, a queue of requests that wait to be confirmed, and what is printed.

Written from the maker's OpenAPI document and from nothing of the driver. Run `python -m devices.emulators noviapi --tcp
8888` to have one by hand.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from devices.emulators.noviapi_schema import violations
from devices.emulators.web import Refusal, Request, WebFaults, WebService

RATES = {"A": "23.00", "B": "8.00", "C": "5.00", "D": "0.00", "E": "ZW"}
UNIQUE_NUMBER = "ZBN1901007094"
TOKEN_MINUTES = 20
KINDS = {"receipt": "receipt", "daily_report": "daily_report", "nf_printout": "printout", "status": "status"}
NOT_FOUND, VALIDATION, DELETION, STORED, WAITING, TOKEN, MULTIPLE = 1, 8, 9, 10, 11, 4, 6
CENT = Decimal("0.01")


class PrinterError(Exception):
    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.told = {"code": code, "description": description}


@dataclass
class NoviApiFaults(WebFaults):
    """`device` is an error of the printer such as (1037, "Brak papieru"): documents wait until it is None again.

    `forgets`: a power cut in the middle of a document leaves it in the status UNKNOWN.
    """

    device: tuple[int, str] | None = None
    forgets: bool = False


@dataclass
class Row:
    """A request in the queue. `before` counts the daily reports there were when it came."""

    kind: str
    body: Mapping[str, Any]
    before: int
    status: str = "STORED"
    left: int = 0
    jpkid: int | None = None
    error: Mapping[str, object] | None = None
    response: Mapping[str, object] | None = None


@dataclass
class Memory:
    """What survives the power: the documents, totals and reports."""

    receipts: list[Mapping[str, Any]] = field(default_factory=list)
    printouts: list[Mapping[str, Any]] = field(default_factory=list)
    totals: dict[str, Decimal] = field(default_factory=dict)
    reports: list[dict[str, Decimal]] = field(default_factory=list)
    documents: int = 1278
    rates: dict[str, str] = field(default_factory=lambda: dict(RATES))
    pulses: int = 0


class NoviApiPrinter(WebService[NoviApiFaults]):
    base = ("api", "v1")

    def __init__(self) -> None:
        super().__init__(NoviApiFaults())
        self.memory = Memory()
        self.rows: dict[str, Row] = {}
        self.token, self.expires, self.tokens_left = "", datetime.now(UTC), 10

    # -------------------------------------------------------------------- what people do to it

    def by_hand(self, words: list[str]) -> dict[str, Callable[[], object]]:
        faults = self.faults
        paper = None if faults.device else (1037, "Brak papieru")
        return {**super().by_hand(words), "paper": lambda: setattr(faults, "device", paper)}

    def counted(self) -> str:
        memory = self.memory
        return (
            f"receipts {len(memory.receipts)}, daily reports {len(memory.reports)}, totals {memory.totals}, "
            f"requests {len(self.rows)}, power {'on' if self.alive else 'off'}, {self.faults}"
        )

    def switch_off(self) -> None:
        with self._lock:
            for row in self.rows.values():
                if self.faults.forgets and row.status in ("PENDING", "DONE") and row.kind != "status":
                    row.status = "UNKNOWN"
            super().switch_off()

    # -------------------------------------------------------------------- requests

    def serve(self, request: Request) -> tuple[int, object]:
        path = request.path
        if not path:
            return 200, b""
        if path == ("token",):
            return self._token(request)
        if request.headers.get("authorization") != f"Bearer {self.token}" or datetime.now(UTC) > self.expires:
            raise _refusal(401, TOKEN, "Token incorrect")
        if path == ("queue",):
            return self._queue(request.method)
        for waiting in self.rows.values():
            # Statuses are answered while nobody asks; documents, as far as a fault does not hold them up, too.
            if waiting.kind == "status" or not (waiting.left or self.faults.device):
                self._work(waiting)
        if path[0] not in KINDS:
            raise _refusal(404, NOT_FOUND, "Not found")
        if len(path) == 1:
            return self._stored(path[0], request)
        row = self.rows.get(path[1])
        if row is None or row.kind != path[0]:
            raise _refusal(404, NOT_FOUND, "Not found")
        return {"PUT": self._confirmed, "GET": self._told, "DELETE": self._deleted}[request.method](
            path[1], row
        )

    def unwell(self) -> object:
        return {"exception": {"code": 13, "description": "Internal server error"}}

    def _token(self, request: Request) -> tuple[int, object]:
        if request.method == "PATCH":
            if not self.token or request.headers.get("authorization") != f"Bearer {self.token}":
                raise _refusal(401, TOKEN, "Token incorrect")
        elif self.tokens_left <= 0:
            self.token = ""
            until = f"{datetime.now(UTC) + timedelta(hours=1):%Y-%m-%dT%H:%M:%SZ}"
            told = {"allowed_refresh_date": until, "code": 2, "description": "Too many token requests"}
            raise Refusal(429, {"exception": told})
        else:
            self.tokens_left -= 1
        self.token = secrets.token_urlsafe(90)
        self.expires = datetime.now(UTC) + timedelta(minutes=TOKEN_MINUTES)
        return 200, {"expiration_date": f"{self.expires:%Y-%m-%dT%H:%M:%SZ}", "token": self.token}

    def _queue(self, method: str) -> tuple[int, object]:
        if method == "DELETE":
            self.rows = {name: row for name, row in self.rows.items() if row.status != "STORED"}
            return 200, {"status": "DELETED"}
        waiting = sum(row.status in ("STORED", "QUEUED", "PENDING") for row in self.rows.values())
        return 200, {"requests_in_queue": waiting}

    def _stored(self, kind: str, request: Request) -> tuple[int, object]:
        body = request.json()
        if not isinstance(body, dict):
            raise _refusal(
                400, 7, "JSON Parse Error", parse_error={"code": 1005, "description": "?", "line": 1}
            )
        wrong = violations(KINDS[kind], body)
        if wrong:
            raise _refusal(400, VALIDATION, "JSON Validation Error", errors=wrong[:10])
        waits = [row for row in self.rows.values() if row.status in ("STORED", "QUEUED", "PENDING")]
        if kind == "daily_report" and any(row.status == "STORED" for row in waits):
            raise _refusal(409, STORED, "Stored requests in queue")
        if kind != "status" and any(row.kind == "daily_report" and row.status != "STORED" for row in waits):
            raise _refusal(409, WAITING, "Waiting for execute daily report")
        name = secrets.token_hex(16)
        self.rows[name] = Row(kind, body[KINDS[kind]], len(self.memory.reports), left=self.faults.going)
        return 201, {"request": {"id": name, "status": "STORED"}}

    def _confirmed(self, name: str, row: Row) -> tuple[int, object]:
        if row.status != "STORED":
            raise _refusal(409, DELETION, "Confirmation not allowed.")
        if any(other.status in ("QUEUED", "PENDING") for other in self.rows.values()):
            self.token = ""
            raise _refusal(
                403, MULTIPLE, "Multiple access denied. Token has been deleted, download a new one."
            )
        row.status = "QUEUED"
        return 200, {"request": {"id": name, "status": "CONFIRMED"}}

    def _deleted(self, name: str, row: Row) -> tuple[int, object]:
        if row.status not in ("STORED", "QUEUED"):
            raise _refusal(400, DELETION, "Deletion not allowed.")
        del self.rows[name]
        return 200, {"request": {"status": "DELETED"}}

    def _told(self, name: str, row: Row) -> tuple[int, object]:
        self._work(row)
        told: dict[str, object] = {"id": name, "status": row.status}
        for key in ("jpkid", "error", "response"):
            if getattr(row, key) is not None:
                told[key] = getattr(row, key)
        device: dict[str, object] = {"status": "OK"}
        if self.faults.device:
            code, description = self.faults.device
            device = {"status": "ERROR", "error": {"code": code, "description": description}}
        return 200, {"device": device, "request": told}

    # -------------------------------------------------------------------- what is printed

    def _work(self, row: Row) -> None:
        """It gets on with a request while it is asked about it."""
        if row.status == "QUEUED":
            row.status = "PENDING"
        if row.status != "PENDING":
            return
        if row.kind != "status" and (self.faults.device or row.left):
            row.left -= 1 if row.left > 0 else 0
            return
        try:
            getattr(self, f"_do_{row.kind}")(row)
            row.status = "DONE"
        except PrinterError as error:
            row.status, row.error = "ERROR", error.told

    def finish(self) -> None:
        """Whatever is in progress comes to its end, as it would while nobody asks."""
        with self._lock:
            self.faults.device, self.faults.going = None, 0
            for row in list(self.rows.values()):
                row.left = 0
                if row.status in ("QUEUED", "PENDING"):
                    self._work(row)

    def _do_receipt(self, row: Row) -> None:
        totals, goods, packs = dict(self.memory.totals), Decimal(0), Decimal(0)
        for item in row.body["items"]:
            if "container" in item:
                packs += Decimal(item["container"]["value"])
                continue
            letter, worth = self._article(item["article"])
            goods += worth
            totals[letter] = totals.get(letter, Decimal(0)) + worth
        self._paid(row.body, goods, packs)
        self.memory.totals = totals
        self.memory.receipts.append(row.body)
        self._control(row)

    def _article(self, article: Mapping[str, Any]) -> tuple[str, Decimal]:
        letter = article["ptu"]
        if letter not in self.memory.rates:
            raise PrinterError(18, "Nieprawidłowa stawka PTU towaru")
        worth = Decimal(article["quantity"]) * Decimal(article["price"])
        if worth.quantize(CENT, ROUND_HALF_UP) != Decimal(article["value"]):
            raise PrinterError(20, "Nieprawidłowa wartość towaru")
        discount = Decimal(article.get("discount_markup", {}).get("value", "0"))
        if discount > Decimal(article["value"]):
            raise PrinterError(1004, "Nieprawidłowy rabat")
        return letter, Decimal(article["value"]) - discount

    def _paid(self, body: Mapping[str, Any], goods: Decimal, packs: Decimal) -> None:
        summary = body["summary"]
        if Decimal(summary["total"]) != goods:
            raise PrinterError(27, "Nieprawidłowa wartość całkowita")
        paid = sum(
            (Decimal(value["value"]) for one in body.get("payments", []) for value in one.values()),
            Decimal(0),
        )
        pay_in, change = Decimal(summary["pay_in"]), Decimal(summary.get("change", "0"))
        if (body.get("payments") and paid != pay_in) or pay_in - change != goods + packs:
            raise PrinterError(26, "Nieprawidłowa wartość płatności")

    def _do_nf_printout(self, row: Row) -> None:
        self.memory.printouts.append(row.body)
        self._control(row)

    def _control(self, row: Row) -> None:
        self.memory.documents += 1
        row.jpkid = self.memory.documents
        self.memory.pulses += bool(row.body.get("device_control", {}).get("open_drawer"))

    def _do_daily_report(self, row: Row) -> None:
        if row.body["date"] != f"{datetime.now().astimezone():%d/%m/%Y}":
            raise PrinterError(7, "Nieprawidłowa data")
        memory = self.memory
        # Requests that came before the report before this one are forgotten.
        kept = {name: one for name, one in self.rows.items() if one.before >= len(memory.reports)}
        self.rows = kept
        memory.reports.append(memory.totals)
        memory.totals = {}
        memory.documents += 1
        row.jpkid = memory.documents

    def _do_status(self, row: Row) -> None:
        memory = self.memory
        told: dict[str, object] = {
            "device": {
                "characters_per_line": 64,
                "name": "POINT",
                "tax_rates": [{"name": name, "value": value} for name, value in memory.rates.items()],
                "totals": [
                    {
                        "invoice": "0.00",
                        "receipt": f"{memory.totals.get(name, Decimal(0)):.2f}",
                        "tax_rate": name,
                    }
                    for name in memory.rates
                ],
                "version": "1.01",
            },
            "fiscal_memory": {
                "daily_reports_count": len(memory.reports),
                "last_daily_report_date": "2023-05-31 08:30:03",
                "max_daily_reports": 2195,
                "size": 130023424,
                "start_fiscal_date": "2023-02-01 07:32:47",
                "tax_id": "5220001694",
                "unique_number": UNIQUE_NUMBER,
            },
        }
        kind = row.body["type"]
        row.response = {"status": {kind: told[kind]}}


def _refusal(status: int, code: int, description: str, **more: object) -> Refusal:
    return Refusal(status, {"exception": {"code": code, "description": description, **more}})
