"""One talk with a Massa-K VPM scale: goods go as files in parts, and a file that broke off begins anew."""

from collections.abc import Iterable, Iterator
from typing import NoReturn

from django.utils.translation import gettext as _

from devices.settings import Values
from exchange.scales.contract import (
    EMPTY,
    Busy,
    Conversation,
    Load,
    Manifest,
    NotUnderstood,
    Placed,
    Unreachable,
)
from exchange.scales.massak_vpm import codec
from exchange.scales.unreadable import Unreadable
from exchange.scales.wires import Patience, Stream


class MassakVpm(Unreadable):
    """See exchange.scales.contract.Conversation. Single goods cannot be taken off, and nothing is read back."""

    def __init__(self, wire: Stream, values: Values) -> None:
        # The wire asks once: what must be repeated after a lost answer is the whole file, not one part of it.
        self._wire = wire
        self._tries = values.whole("tries")
        self._layouts = values.whole("label_format"), values.whole("barcode_format")
        self._is_empty = False

    def hello(self) -> str:
        return EMPTY if self._status() else ""

    def put(self, loads: Iterable[Load]) -> Iterator[Placed]:
        plus = [load.plu for load in loads]
        records = [codec.record(plu, *self._layouts) for plu in plus]
        # Nothing can be added to a file that is not there.
        kind = codec.ALL_GOODS if self._is_empty else codec.MORE_GOODS
        self._send(codec.parts(kind, records))
        self._is_empty = False
        yield from (Placed(plu.number) for plu in plus)

    def _send(self, parts: list[bytes]) -> None:
        for _try in range(self._tries):
            try:
                if all(self._part(part) for part in parts) and not self._status():
                    return
            except Unreachable:
                # The next round opens the line anew; when nobody is there it says so.
                self._status()
        raise NotUnderstood(_("The scale does not take its goods: it finds them damaged each time."))

    def _part(self, part: bytes) -> bool:
        """Whether the scale wants the next part; else the file begins anew."""
        for _try in range(self._tries):
            code = self._wire.ask(part, codec.answer).code
            if code == codec.TAKEN:
                return True
            if code == codec.AGAIN:
                return False
            if code != codec.DAMAGED:
                _odd()
        return False

    def remove(self, number: int) -> None:
        raise NotUnderstood(_("This scale frees no single place."))

    def erase(self) -> None:
        answer = self._ask(codec.question(codec.ERASE, codec.GOODS_BIT.to_bytes(4, "little")))
        if answer.code != codec.ERASED:
            _odd()
        self._is_empty = True

    def _status(self) -> bool:
        """Whether the goods are missing or damaged; an empty scale is asked before its first goods as well."""
        answer = self._ask(codec.question(codec.STATUS))
        lacks = codec.lacks_goods(answer.data) if answer.code == codec.FILES else None
        if lacks is None:
            _odd()
        self._is_empty = self._is_empty or lacks
        return lacks

    def _ask(self, question: bytes) -> codec.Answer:
        """Repeats what is safe to repeat, on a new line each time."""
        for _try in range(self._tries - 1):
            try:
                return self._undamaged(question)
            except (Unreachable, Busy):
                continue
        return self._undamaged(question)

    def _undamaged(self, question: bytes) -> codec.Answer:
        answer = self._wire.ask(question, codec.answer)
        if answer.code == codec.DAMAGED:
            raise Busy(_("The scale hears only damaged questions."))
        return answer


def _odd() -> NoReturn:
    raise NotUnderstood(_("The scale does not know this command: it is another model."))


def converse(host: str, port: int, values: Values, manifest: Manifest) -> Conversation:
    wire = Stream(host, port, Patience(1, values.seconds("answer_seconds")))
    return MassakVpm(wire, values)
