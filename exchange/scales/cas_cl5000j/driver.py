"""One talk with a CAS CL5000J scale: a record is a question, and repeating it does no harm."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from devices.settings import Values
from exchange.scales.cas_cl5000j import codec
from exchange.scales.contract import Busy, Conversation, Load, Manifest, NotUnderstood, Placed
from exchange.scales.unreadable import Unreadable
from exchange.scales.wires import Patience, Stream


class CasCl5000j(Unreadable):
    """See exchange.scales.contract.Conversation. Nothing is read back."""

    _wire: Stream

    def __init__(self, wire: Stream, values: Values) -> None:
        self._wire = wire
        self._tries = values.whole("tries")
        self._department = values.whole("department")
        self._layouts = values.whole("label_format"), values.whole("barcode_format")

    def hello(self) -> str:
        # No question of this protocol is known that changes nothing.
        self._wire.reach()
        return ""

    def put(self, loads: Iterable[Load]) -> Iterator[Placed]:
        for load in loads:
            result = self._ask(codec.record(load.plu, self._department, *self._layouts))
            if result and result not in codec.REASONS:
                raise _odd(result)
            yield Placed(load.plu.number, f"{codec.REASONS[result]} {result}" if result else "")

    def remove(self, number: int) -> None:
        result = self._ask(codec.place(self._department, number))
        if result not in (0, codec.NOT_THERE):
            raise _odd(result)

    def erase(self) -> None:
        result = self._ask(codec.place(0, 0))
        if result not in (0, codec.NOT_THERE):
            raise _odd(result)

    def _ask(self, body: bytes) -> int:
        for _try in range(self._tries):
            result = self._wire.ask(codec.question(body), codec.result)
            if result != codec.DAMAGED:
                return result
        raise Busy(_("The scale hears only damaged questions."))


def _odd(result: int) -> NotUnderstood:
    return NotUnderstood(
        _("The scale answers with number %(result)d, which is not known here.") % {"result": result}
    )


def converse(host: str, port: int, values: Values, manifest: Manifest) -> Conversation:
    wire = Stream(host, port, Patience(values.whole("tries"), values.seconds("answer_seconds")))
    return CasCl5000j(wire, values)
