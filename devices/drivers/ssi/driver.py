"""Drives an SSI card terminal: a request is acknowledged at once and asked for by our identifier until it has ended."""

import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from devices.card import CardDocument, Purchase, Refund, Settlement, amount_of
from devices.drivers.cards import StillBusy, Terminal, Trace, Unknowable, done, failed
from devices.drivers.contract import Evidence, Manifest, Outcome, Status
from devices.drivers.ssi import codec
from devices.drivers.ssi.codec import Answer, Reader
from devices.errors import ConfigError, TransportError
from devices.settings import Values
from devices.transports import Transport

# How often a question without an effect is asked again when its answer came broken.
TRIES = 3


class SsiTerminal(Terminal):
    def __init__(self, device: str, manifest: Manifest, values: Values, wire: Transport | None) -> None:
        super().__init__(device, manifest, values, wire)
        self._merchant = values.text("merchant")
        self._currency = values.text("currency")
        self._pause_seconds = values.seconds("pause_seconds")
        self._progress_seconds = values.seconds("progress_seconds")
        self._reader = Reader()
        if self._currency not in codec.CURRENCIES:
            raise ConfigError(f"Device {device}: currency must be one of {', '.join(codec.CURRENCIES)}.")

    def features(self) -> Mapping[str, object]:
        return {"currency": self._currency}

    # -------------------------------------------------------------------- the line

    def _open(self) -> None:
        """Every request has a connection of its own."""

    def _ask(self, frame: bytes) -> Answer:
        """Send one request and hear its answer. Raises TransportError; `touched` when it may have arrived."""
        self._stopping.wait(self._pause_seconds)
        self._reader.forget()
        damaged = self._reader.damaged
        try:
            self._wire.open()
            self._wire.write(frame, self._answer_seconds)
            deadline = time.monotonic() + self._answer_seconds
            while (left := deadline - time.monotonic()) > 0:
                for answer in self._reader.feed(self._wire.read(8192, left)):
                    return answer
                if self._reader.damaged > damaged:
                    raise TransportError(f"{self._wire.name} answers what is broken", touched=True)
            raise TransportError(f"{self._wire.name} does not answer", touched=True)
        finally:
            self._wire.close()

    def _question(self, method: str, params: Mapping[str, str] | None = None) -> Answer:
        """What has no effect is asked again when its answer comes broken."""
        for _ in range(TRIES - 1):
            damaged = self._reader.damaged
            try:
                return self._ask(codec.frame(method, params))
            except TransportError:
                if self._reader.damaged == damaged:
                    raise
        return self._ask(codec.frame(method, params))

    # -------------------------------------------------------------------- questions

    def _ask_state(self) -> Status:
        found = self._question("PingDevice")
        return Status("error", found.description[:200]) if found.error else Status("ready")

    def _refusal(self, document: CardDocument) -> Outcome | None:
        if not isinstance(document, Settlement) and document.currency != self._currency:
            return failed("currency", f"the terminal works in {self._currency}")
        if isinstance(document, Refund) and document.rrn is None:
            return failed("not_found", "the terminal gives back by the reference of the purchase alone")
        self._rest()
        return None

    def _rest(self) -> None:
        status = self._question("GetStatus").status
        if status == codec.SECOND_STEP:
            # A payment that nobody finished: no money has moved before its second step.
            self._ask(codec.frame("Interrupt"))
            raise StillBusy("an unfinished payment is being cancelled")
        if status != codec.IDLE:
            raise StillBusy("the terminal is still at it")

    def _last(self) -> Trace | None:
        return self._known(self._question("GetLastResult"))

    def _known(self, answer: Answer) -> Trace:
        found = None if answer.error else codec.trace(answer, self._currency)
        if found is None:
            raise Unknowable(answer.description[:100] or "it names no payment")
        return found

    def _by_uid(self, uid: str) -> Trace | None:
        """None where it does not know this payment, or not this question."""
        answer = self._question("GetResultByUid", {"transactionUid": uid})
        found = None if answer.error else codec.trace(answer, self._currency)
        return found if found is not None and found.number == uid else None

    def _evidence(self, document: CardDocument) -> Evidence:
        return {**super()._evidence(document), "uid": self._action}

    def _asked(self, evidence: Evidence) -> Outcome:
        self._rest()
        found = self._by_uid(str(evidence["uid"]))
        return super()._asked(evidence) if found is None else _outcome(found, int(evidence["amount"]))

    # -------------------------------------------------------------------- one payment

    def _carry_out(self, document: CardDocument) -> Outcome | None:
        method, params = codec.METHODS[type(document)], codec.params(document, self._merchant, self._action)
        two_steps = isinstance(document, Purchase)
        begun = self._ask(codec.frame(method, params, "1" if two_steps else None))
        if begun.error:
            return _refused(begun)
        status = self._followed()
        if status == codec.SECOND_STEP:
            if self._gives_up:
                self._ask(codec.frame("Interrupt"))
                return failed("cancelled", "before the bank was asked")
            going = self._ask(codec.frame(method, params, "2"))
            if going.error:
                return _refused(going)
            self._tell("authorising")
            self._followed()
        found = self._by_uid(self._action) or self._known(self._question("GetLastResult"))
        return _outcome(found, amount_of(document)) if found.number == self._action else None

    def _followed(self) -> str:
        """Asks until it has ended, or waits for its second step. Raises TransportError when it takes too long."""
        deadline = time.monotonic() + self._card_seconds
        aborted = False
        while time.monotonic() < deadline:
            if self._gives_up and not aborted:
                aborted = True
                self._ask(codec.frame("Interrupt"))
            status = self._question("GetStatus").status
            if status in (codec.IDLE, codec.SECOND_STEP):
                return status
            self._tell(codec.STEPS.get(status, "working"))
            self._stopping.wait(self._progress_seconds)
        raise TransportError("the terminal did not say how it ended", touched=True)


def _outcome(found: Trace, amount: int) -> Outcome:
    """The terminal does not always say the sum again; its identifier is ours, so it is the one that was asked for."""
    if not found.approved:
        return found.outcome
    return done(found.kept if found.kept.amount else replace(found.kept, amount=amount))


def _refused(answer: Answer) -> Outcome:
    return failed(codec.word(answer), f"{answer.description} ({answer.code})")


def create(
    device: str, manifest: Manifest, values: Values, wire: Transport | None, data: Path
) -> SsiTerminal:
    return SsiTerminal(device, manifest, values, wire)
