"""A fiscal service: a document is one request with an id, and whoever knows the id can ask what became of it.

What is the same for printers behind HTTP and for registers in the cloud: the id stands in the journal before anything
can happen; a request is sent again only under the same id, which the service executes once; after a doubt the service
is asked. What a request says, and what an answer means, a driver says.
"""

import logging
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from devices.document import Document
from devices.drivers.contract import Evidence, Manifest, Outcome, Sent, Status, not_able
from devices.drivers.fiscal import FiscalState
from devices.drivers.fiscal_printer import FiscalPrinter, patience
from devices.drivers.registering import Carrying, Patience, Refused, ask_person, not_printed
from devices.drivers.web import Reading, Web
from devices.errors import TransportError
from devices.fiscal import Receipt
from devices.settings import Values

log = logging.getLogger("openkasa.bridge")

SPACE = uuid.UUID("6f1d4e0e-2c1b-5b7a-9a55-0d2f6f0c7a41")
# An id whose try failed is used up: so many are tried.
ATTEMPTS = 8
What = Literal["sale", "return", "x", "z", "cash", "copy", "text", "drawer"]


@dataclass(frozen=True)
class Order:
    """One request, which is one document. `proof` names what shows that it happened where the id is forgotten.

    `needs` are rates per letter in hundredths of a percent, `amount` what is registered, `receipt` the till's own id
    of what it is about, `totals` the amounts per letter.
    """

    what: What
    proof: Literal["sale", "z", "cash", "note"]
    path: str
    body: Mapping[str, object] = field(default_factory=dict)
    amount: int = 0
    receipt: str = ""
    omitted: tuple[int, ...] = ()
    needs: Mapping[str, int] | None = None
    totals: Mapping[str, int] = field(default_factory=dict)
    fiscal: bool = False
    slow: Literal["print", "report"] = "print"
    substitute: str | None = None

    @property
    def commands(self) -> tuple["Order"]:
        return (self,)

    @property
    def key(self) -> int:
        return 0


@dataclass(frozen=True)
class Found:
    """What a service says of a request. `absent`: it was never to be carried out, and may be sent under its id.

    `lost`: its id is forgotten, or the service itself does not know how it ended. `code` and `detail` also say what
    holds up one that is `going`.
    """

    state: Literal["done", "refused", "going", "absent", "lost"]
    code: str = ""
    detail: str = ""
    told: Reading | None = None


GOING = Found("going")
ABSENT = Found("absent")


def own_id(receipt: str, attempt: int) -> str:
    """The id of a till's receipt at a service that never uses an id twice, not even where it refused the receipt."""
    return str(uuid.uuid5(SPACE, f"{receipt} {attempt}"))


class Service(ABC):
    """What a driver knows of its service. Each raises TransportError when no answer comes."""

    # How long it is left alone between two questions about a request that is going on.
    poll_seconds = 0.05

    def own(self, receipt: str) -> str:
        """The first id of a till's receipt that is not used up by a try that failed. Raises Refused."""
        for attempt in range(ATTEMPTS):
            name = own_id(receipt, attempt)
            # One whose end the service does not know was judged before anybody registers the receipt again.
            if self.find({"what": "sale", "id": name}).state not in ("refused", "lost"):
                return name
        raise Refused("blocked", f"this receipt has failed {ATTEMPTS} times")

    @abstractmethod
    def reserve(self, order: Order) -> dict[str, int | str]:
        """The id under which it will be sent, and what else is worth remembering. Raises Refused."""

    @abstractmethod
    def send(self, order: Order, evidence: Evidence) -> Found:
        """Have it carried out, under its id. Raises Refused where it surely is not."""

    @abstractmethod
    def find(self, evidence: Evidence) -> Found:
        """What became of it."""

    def withdraw(self, evidence: Evidence) -> bool:
        """It was never to be carried out: see that it never will be. False when that cannot be seen to."""
        return True

    def judge(self, evidence: Evidence) -> bool | None:
        """Whether it happened, from counters, where its id is forgotten; None when they cannot tell."""
        return None

    @abstractmethod
    def status(self) -> Status:
        """How it is doing."""

    @abstractmethod
    def fiscal_state(self) -> FiscalState:
        """The same for a till."""

    @abstractmethod
    def result(self, evidence: Evidence) -> Mapping[str, object]:
        """What it says about the document that the evidence is of."""

    def not_now(self, order: Order, training: bool) -> Outcome | None:
        """Why it cannot do it now."""
        return None

    def made_ready(self, order: Order) -> Outcome | None:
        """What must stand before the document, such as an open shift; why it could not be made."""
        return None

    def clock(self) -> datetime | None:
        return None

    def rates(self) -> Mapping[str, int | None]:
        return {}

    def tell_time(self, now: datetime) -> bool:
        return False

    def open_document(self) -> str | None:
        """A request is whole or it is not there."""
        return None

    def cancel(self) -> str | None:
        """End what is left over of a request that was never carried out; what it was."""
        return None

    def in_the_middle(self) -> bool:
        """Told by the request itself."""
        return False

    def stopped(self) -> tuple[str, str] | None:
        """What keeps it from going on, as last told."""
        return None


class Ordering(Carrying[Order]):
    """Carries a request out, once, and asks the service what became of one that was interrupted."""

    def __init__(self, device: str, web: Web, service: Service, patience: Patience) -> None:
        super().__init__(device, web, service, patience)
        self._service = service

    def run(self, plan: Order, sent: Sent) -> Outcome:
        try:
            evidence = self._before(plan)
        except Refused as refusal:
            return Outcome("failed", refusal.code, refusal.detail)
        sent(evidence)
        # Once: within it the request is said again under its id as often as it takes.
        return self._attempt(plan, evidence, 0)

    def _before(self, plan: Order) -> dict[str, int | str]:
        return {
            "what": plan.what,
            "proof": plan.proof,
            "amount": plan.amount,
            "omitted": ",".join(map(str, plan.omitted)),
            "needed": " ".join(f"{letter}={amount}" for letter, amount in plan.totals.items()),
            **({"substitute": plan.substitute} if plan.substitute else {}),
            **self._service.reserve(plan),
        }

    def _say(self, plan: Order, place: int, attempt: int, evidence: Evidence, seconds: float | None) -> None:
        deadline = time.monotonic() + (seconds or self._patience.printing)
        asked, gone = False, None
        while True:
            try:
                found = self._service.find(evidence) if asked else self._service.send(plan, evidence)
                # What it has never heard of is sent again: under its id it cannot happen twice.
                asked, gone = found.state != "absent", None
            except TransportError as error:
                asked = True
                gone = gone or time.monotonic() + self._patience.away
                if time.monotonic() >= gone:
                    raise
                log.warning(
                    "device %s: %s; it is asked what became of a document", self._device, error.detail
                )
                self._pause(gone)
                continue
            if found.state == "done":
                return
            if found.state == "refused":
                raise Refused(found.code, found.detail)
            if found.state == "lost" or time.monotonic() >= deadline:
                raise TransportError(found.detail or "it does not come to an end", touched=True)
            time.sleep(self._service.poll_seconds)

    def _judge(self, evidence: Evidence) -> Outcome:
        found = self._service.find(evidence)
        match found.state:
            case "done":
                return Outcome("done", result=self._result(evidence))
            case "refused":
                return Outcome("failed", found.code, found.detail)
            case "absent" if self._service.withdraw(evidence):
                return not_printed()
            case "lost":
                happened = self._service.judge(evidence)
                if happened is None:
                    return ask_person("the service has forgotten it, and its counters cannot tell")
                return Outcome("done", result=self._result(evidence)) if happened else not_printed()
            case _:
                raise TransportError(found.detail or "it has not come to an end", touched=True)

    def _close_what_is_open(self) -> bool:
        return self._service.cancel() is not None

    def clean_up(self) -> Outcome:
        return Outcome("done", result={"cancelled": self._service.cancel()})


class ServicePrinter(FiscalPrinter[Order]):
    """A fiscal service at the bridge. A driver adds what its documents are, and its features."""

    def __init__(self, device: str, manifest: Manifest, values: Values, web: Web, service: Service) -> None:
        ordering = Ordering(device, web, service, patience(values))
        super().__init__(device, manifest, values, web, service, ordering)
        self._service = service

    def _text(self, document: Document) -> Order:
        raise not_able(self.id, "print what is not fiscal")

    def _drawer(self) -> Order:
        raise not_able(self.id, "open a drawer")

    def _not_now(self, plan: Order) -> Outcome | None:
        return self._service.not_now(plan, self._training)

    def _made_ready(self, plan: Order) -> Outcome | None:
        return self._service.made_ready(plan)

    def _cancel(self) -> None:
        self._service.cancel()

    def _tell_time(self, now: datetime) -> bool:
        return self._service.tell_time(now)


def said(evidence: Evidence) -> dict[str, object]:
    """What the evidence itself says about a receipt, for its result."""
    return {
        "omitted": [int(n) for n in str(evidence.get("omitted", "")).split(",") if n],
        "substitute": evidence.get("substitute"),
    }


def amounts(text: object) -> dict[str, int]:
    """`A=100 B=20` -> {"A": 100, "B": 20}."""
    pairs = (part.split("=") for part in str(text).split())
    return {letter: int(amount) for letter, amount in pairs}


def per_letter(receipt: Receipt, letters: Mapping[str, str]) -> dict[str, int]:
    """What a receipt registers under each letter, deposits left out."""
    found: dict[str, int] = {}
    for line in receipt.lines:
        if line.total and not line.deposit:
            letter = letters[line.tax.code]
            found[letter] = found.get(letter, 0) + line.total
    return found
