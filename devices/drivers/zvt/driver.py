"""Drives a ZVT card terminal: one connection that stays, every message acknowledged, the last slip asked for after a
doubt.
"""

import re
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from devices.card import CardDocument, Settlement, Void, amount_of, kept
from devices.drivers.cards import StillBusy, Terminal, Trace, Unknowable, done, failed
from devices.drivers.contract import Manifest, Outcome, Status
from devices.drivers.zvt import codec
from devices.drivers.zvt.codec import ACK, Apdu, Reader
from devices.errors import ConfigError, TransportError
from devices.settings import Values
from devices.transports import Transport

SLICE_SECONDS = 0.1
PASSWORD = re.compile(r"[0-9]{6}")


class ZvtTerminal(Terminal):
    def __init__(self, device: str, manifest: Manifest, values: Values, wire: Transport | None) -> None:
        super().__init__(device, manifest, values, wire)
        self._password = values.text("password")
        self._currency = values.text("currency")
        self._till_prints = values.text("slips") == "till"
        self._reader = Reader()
        self._registered = False
        # What was read and nobody has looked at yet.
        self._inbox: deque[Apdu] = deque()
        if not PASSWORD.fullmatch(self._password):
            raise ConfigError(f"Device {device}: password must be six digits.")
        if self._currency not in codec.CURRENCIES:
            raise ConfigError(f"Device {device}: currency must be one of {', '.join(codec.CURRENCIES)}.")

    def features(self) -> Mapping[str, object]:
        return {"currency": self._currency}

    # -------------------------------------------------------------------- the line

    def _open(self) -> None:
        self._wire.open()
        if self._registered:
            return
        self._forget()
        asked = codec.register(self._password, self._currency, self._till_prints)
        found = self._question(asked)
        if codec.refusal(found[-1]) in codec.BUSY:
            raise StillBusy("the terminal is still at it")
        if found[-1].code != codec.COMPLETION:
            raise TransportError(f"{self._wire.name} refuses the registration ({_told(found[-1])})")
        self._registered = True

    def _close(self) -> None:
        self._registered = False
        self._forget()
        super()._close()

    def _forget(self) -> None:
        self._reader.forget()
        self._inbox.clear()

    def _heard(self, deadline: float) -> Iterator[Apdu | None]:
        """What comes until the deadline, each acknowledged, and None in every pause."""
        while (left := deadline - time.monotonic()) > 0:
            if not self._inbox:
                self._inbox += self._reader.feed(self._wire.read(8192, min(left, SLICE_SECONDS)))
            if not self._inbox:
                yield None
                continue
            apdu = self._inbox.popleft()
            if apdu.code[:1] not in (b"\x80", b"\x84"):
                self._wire.write(ACK, self._answer_seconds)
            yield apdu

    def _begin(self, asked: Apdu) -> Apdu:
        """Sends a command; its acknowledgement, or the refusal of it. Raises TransportError for silence."""
        self._wire.write(asked.bytes, self._answer_seconds)
        for apdu in self._heard(time.monotonic() + self._answer_seconds):
            if apdu is not None and apdu.code[:1] in (b"\x80", b"\x84"):
                return apdu
        raise TransportError(f"{self._wire.name} does not answer", touched=True)

    def _question(self, asked: Apdu) -> list[Apdu]:
        """Ask what has no effect: all that came, the end last."""
        first = self._begin(asked)
        found = [first]
        if codec.refusal(first):
            return found
        for apdu in self._heard(time.monotonic() + self._answer_seconds):
            if apdu is not None:
                found.append(apdu)
                if apdu.code in (codec.COMPLETION, codec.GAVE_UP):
                    return found
        raise TransportError(f"{self._wire.name} does not finish its answer", touched=True)

    # -------------------------------------------------------------------- questions

    def _ask_state(self) -> Status:
        self._rest()
        return Status("ready")

    def _refusal(self, document: CardDocument) -> Outcome | None:
        if not isinstance(document, Settlement) and document.currency != self._currency:
            return failed("currency", f"the terminal works in {self._currency}")
        if isinstance(document, Void) and not document.invoice.isdigit():
            return failed("not_found", "a purchase is taken back by its receipt number")
        return None

    def _rest(self) -> None:
        if codec.refusal(self._question(codec.state(self._password))[0]) in codec.BUSY:
            raise StillBusy("the terminal is still at it")

    def _last(self) -> Trace | None:
        found = self._question(codec.repeat(self._password))
        if codec.refusal(found[0]) in codec.BUSY:
            raise StillBusy("the terminal is still at it")
        told = [apdu for apdu in found if apdu.code == codec.STATUS]
        trace = codec.status(told[-1], self._currency, _slip(found)) if told else None
        if trace is None:
            raise Unknowable(_told(found[-1]))
        return trace

    # -------------------------------------------------------------------- one payment

    def _carry_out(self, document: CardDocument) -> Outcome | None:
        first = self._begin(codec.command(document, self._password))
        if codec.refusal(first):
            return failed(codec.word(codec.refusal(first)), _told(first))
        heard = self._followed()
        end = heard[-1]
        told = [apdu for apdu in heard if apdu.code == codec.STATUS]
        found = codec.status(told[-1], self._currency, _slip(heard)) if told else None
        if end.code == codec.GAVE_UP:
            # Approved, and then given up: whether it was reversed only the log can tell.
            return None if found and found.approved else failed(codec.word(codec.refusal(end)), _told(end))
        if isinstance(document, Settlement):
            return done(kept(slip=_slip(heard)))
        if found is None:
            return None
        if not found.approved:
            return found.outcome
        return self._confirmed(document, replace(found.kept, amount=found.amount or amount_of(document)))

    def _followed(self) -> list[Apdu]:
        """All that comes until the end; meanwhile tills hear what it is doing, and it hears when to give up."""
        found: list[Apdu] = []
        aborted = False
        for apdu in self._heard(time.monotonic() + self._card_seconds):
            if apdu is None:
                if self._gives_up and not aborted:
                    aborted = True
                    self._wire.write(Apdu(codec.ABORT).bytes, self._answer_seconds)
                continue
            found.append(apdu)
            if apdu.code == codec.INTERMEDIATE and apdu.data:
                self._tell(codec.STEPS.get(apdu.data[0], ""))
            if apdu.code in (codec.COMPLETION, codec.GAVE_UP):
                return found
        raise TransportError("the terminal did not say how it ended", touched=True)


def _slip(heard: list[Apdu]) -> str:
    texts = [codec.line(one) for one in heard if one.code == codec.LINE]
    return "\n".join([*texts, *(codec.lines(one) for one in heard if one.code == codec.LINES)])


def _told(apdu: Apdu) -> str:
    return f"{apdu.code.hex().upper()} {apdu.data.hex().upper()}".strip()


def create(
    device: str, manifest: Manifest, values: Values, wire: Transport | None, data: Path
) -> ZvtTerminal:
    return ZvtTerminal(device, manifest, values, wire)
