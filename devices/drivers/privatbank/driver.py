"""Drives a PrivatBank card terminal: one connection that stays, one payment at a time, its own log after a doubt."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from devices.card import CardDocument, Refund, Settlement, amount_of, kept
from devices.drivers.cards import StillBusy, Terminal, Trace, Unknowable, done, failed
from devices.drivers.contract import Manifest, Outcome, Status
from devices.drivers.privatbank import codec
from devices.drivers.privatbank.codec import Message, Reader
from devices.errors import TransportError
from devices.settings import Values
from devices.transports import Transport

# How long one read may take while a payment runs, so that an abort is heard soon.
SLICE_SECONDS = 0.1


class PrivatBankTerminal(Terminal):
    settling_empties_log = True

    def __init__(self, device: str, manifest: Manifest, values: Values, wire: Transport | None) -> None:
        super().__init__(device, manifest, values, wire)
        self._merchant = values.text("merchant")
        self._currency = values.text("currency")
        self._progress_seconds = values.seconds("progress_seconds")
        self._reconnect_seconds = values.seconds("reconnect_seconds")
        self._reader = Reader()
        self._greeted = False
        self._model = ""

    def features(self) -> Mapping[str, object]:
        return {"currency": self._currency, "model": self._model}

    # -------------------------------------------------------------------- the line

    def _open(self) -> None:
        """The maker's own order: greet and hang up, ask who it is and hang up, then stay connected."""
        if self._greeted:
            return
        self._wire.open()
        self._reader.forget()
        self._question(codec.request("PingDevice", first=True), "PingDevice")
        self._again()
        found = self._question(codec.service("identify"), "identify")
        self._model = " ".join((found.params.get("vendor", ""), found.params.get("model", ""))).strip()[:40]
        self._again()
        self._greeted = True

    def _again(self) -> None:
        if self._wire.keep_open:
            return
        self._wire.close()
        self._reader.forget()
        self._stopping.wait(self._reconnect_seconds)
        self._wire.open()

    def _close(self) -> None:
        self._greeted = False
        self._reader.forget()
        super()._close()

    def _question(self, data: bytes, wanted: str) -> Message:
        """Ask what has no effect. `wanted` is the method of the answer, or the word of a service message."""
        self._wire.write(data, self._answer_seconds)
        for message in self._heard(time.monotonic() + self._answer_seconds):
            if message is not None and wanted in (message.service, message.method):
                return message
            if message is not None and message.service in (codec.BUSY, codec.UNKNOWN):
                return message
        raise TransportError(f"{self._wire.name} does not answer", touched=True)

    def _heard(self, deadline: float) -> Iterator[Message | None]:
        """Messages as they come until the deadline, and None in every pause between them."""
        while (left := deadline - time.monotonic()) > 0:
            found = self._reader.feed(self._wire.read(8192, min(left, SLICE_SECONDS)))
            yield from found
            if not found:
                yield None

    # -------------------------------------------------------------------- questions

    def _ask_state(self) -> Status:
        found = self._question(codec.request("PingDevice"), "PingDevice")
        if found.service == codec.BUSY:
            return Status("ready", "it is busy")
        if found.code > 0:
            return Status("error", found.description[:200])
        return Status("ready")

    def _refusal(self, document: CardDocument) -> Outcome | None:
        if not isinstance(document, Settlement) and document.currency != self._currency:
            return failed("currency", f"the terminal works in {self._currency}")
        if isinstance(document, Refund) and document.rrn is None:
            return failed("not_found", "the terminal gives back by the reference of the purchase alone")
        found = self._question(codec.request("PingDevice"), "PingDevice")
        return failed("busy", "it is busy with something else") if found.service == codec.BUSY else None

    def _rest(self) -> None:
        found = self._question(codec.service("getLastResult"), "getlastresult")
        if found.params.get("LastResult", "").strip() == "2":
            raise StillBusy("the terminal is still at it")

    def _last(self) -> Trace | None:
        return self._entry("")

    def _look(self, number: int) -> Trace | None:
        try:
            return self._entry(str(number))
        except Unknowable:
            return None

    def _entry(self, number: str) -> Trace | None:
        found = self._question(codec.request("GetReceiptInfo", {"invoiceNumber": number}), "GetReceiptInfo")
        if found.service == codec.BUSY:
            raise StillBusy("the terminal is still at it")
        trace = codec.trace(found, self._currency)
        if trace is not None and not found.error:
            return trace
        if found.service or not codec.says_empty(found):
            raise Unknowable(found.description[:100] or "it does not know the question")
        return None

    # -------------------------------------------------------------------- one payment

    def _carry_out(self, document: CardDocument) -> Outcome | None:
        method = codec.METHODS[type(document)]
        self._wire.write(codec.command(document, self._merchant), self._answer_seconds)
        answer = self._awaited(method)
        if answer is None:
            raise TransportError("the terminal did not say how it ended", touched=True)
        if answer.service == codec.BUSY:
            return failed("busy", "it is busy with something else")
        if answer.service == codec.UNKNOWN:
            return failed("unsupported", f"it does not know {method}")
        return self._ended(document, answer)

    def _awaited(self, method: str) -> Message | None:
        """The end of what was begun; meanwhile tills hear what it is doing, and it hears when to give up."""
        now, damaged = time.monotonic(), self._reader.damaged
        ask_at, interrupted = now, False
        for message in self._heard(now + self._card_seconds):
            if self._reader.damaged > damaged:
                # It may have been the end: only the log can tell.
                return None
            if message is None:
                now = time.monotonic()
                if self._gives_up and not interrupted:
                    interrupted = True
                    self._wire.write(codec.service("interrupt"), self._answer_seconds)
                elif now >= ask_at:
                    ask_at = now + self._progress_seconds
                    self._wire.write(codec.service("getLastStatMsgCode"), self._answer_seconds)
            elif message.service == "getlaststatmsgcode":
                self._tell(codec.STEPS.get(message.params.get("LastStatMsgCode", "").strip(), ""))
            elif message.method == method or message.service in (codec.BUSY, codec.UNKNOWN):
                return message
        return None

    def _ended(self, document: CardDocument, answer: Message) -> Outcome | None:
        """None where its word does not say what became of the money."""
        if answer.code not in (codec.APPROVED, codec.PARTIAL):
            if answer.code in codec.DOUBTFUL or answer.code < 0:
                return None
            return failed(codec.ERRORS.get(answer.code, "declined"), _why(answer))
        if isinstance(document, Settlement):
            return done(kept(slip=answer.params.get("receipt", "")))
        found = codec.trace(answer, self._currency)
        # Where the terminal prints its slips itself it says nothing but the code; a partial sum has to be asked for.
        if found is None and answer.code == codec.PARTIAL:
            return None
        told = found.kept if found else kept(currency=self._currency)
        sum_ = told.amount if found and answer.code == codec.PARTIAL else amount_of(document)
        return self._confirmed(document, replace(told, amount=sum_))


def _why(answer: Message) -> str:
    """The terminal's words, with the bank's code where it is one."""
    code = f" ({answer.code:04d})" if answer.code < 1000 else ""
    return f"{answer.description}{code}".strip()


def create(
    device: str, manifest: Manifest, values: Values, wire: Transport | None, data: Path
) -> PrivatBankTerminal:
    return PrivatBankTerminal(device, manifest, values, wire)
