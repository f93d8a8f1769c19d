"""One talk with a Shtrih-Print scale: each command is a datagram, and repeating one does no harm."""

import time
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from devices.settings import Values
from exchange.scales.contract import Busy, Conversation, Load, Locked, Manifest, NotUnderstood, Placed
from exchange.scales.plu import Plu
from exchange.scales.shtrih_print import codec
from exchange.scales.wires import Datagrams, Patience, Wire

ERASING_SECONDS = 120.0


class ShtrihPrint:
    """See exchange.scales.contract.Conversation."""

    def __init__(self, wire: Wire, values: Values) -> None:
        self._wire = wire
        self._password = f"{values.whole('password'):04d}"
        self._lines = values.whole("text_lines")
        self._pause = values.seconds("answer_seconds")

    def hello(self) -> str:
        self._ask(codec.KIND)
        return ""

    def put(self, loads: Iterable[Load]) -> Iterator[Placed]:
        for load in loads:
            yield Placed(load.plu.number, self._put(load))

    def _put(self, load: Load) -> str:
        # The text first: a record never points to the text of what stood there before.
        if load.plu.text and not load.text_is_there:
            for line in codec.text_lines(self._password, load.plu, self._lines):
                refused = self._refused(codec.TEXT_LINE, line)
                if refused:
                    return refused
        return self._refused(codec.WRITE, codec.record(self._password, load.plu))

    def _refused(self, command: int, data: bytes) -> str:
        result = self._ask(command, data).result
        return f"{codec.REASONS.get(result, 'other')} {result}" if result else ""

    def remove(self, number: int) -> None:
        result = self._ask(codec.FREE, codec.place(self._password, number)).result
        if result and result not in codec.EMPTY:
            raise NotUnderstood(_("The scale does not free a place (%(result)d).") % {"result": result})

    def erase(self) -> None:
        # A repeated command finds the scale at work, which is what was asked for.
        self._ask(codec.ERASE, self._password.encode("ascii"), fine=codec.BUSY)
        deadline = time.monotonic() + ERASING_SECONDS
        while time.monotonic() < deadline:
            found = codec.working(self._ask(codec.MODE).data)
            if found is None or found.failed:
                raise NotUnderstood(_("The scale could not erase its goods."))
            if not found.erases:
                return
            time.sleep(self._pause)
        raise NotUnderstood(_("The scale does not come to an end of erasing its goods."))

    def read(self, number: int) -> dict[str, object] | None:
        answer = self._ask(codec.READ, codec.place(self._password, number))
        if answer.result in codec.EMPTY:
            return None
        found = codec.held(answer.data)
        if answer.result or found is None:
            raise NotUnderstood(_("The scale answers with something else than goods."))
        return found

    def shows(self, plu: Plu) -> dict[str, object]:
        return codec.shows(plu)

    def close(self) -> None:
        self._wire.close()

    def _ask(self, command: int, data: bytes = b"", fine: frozenset[int] = frozenset()) -> codec.Answer:
        answer = self._wire.ask(codec.question(command, data), lambda heard: codec.answer(heard, command))
        if answer.result in fine:
            return answer
        if answer.result in codec.PASSWORD:
            raise Locked(_("The scale does not take this password."))
        if answer.result in codec.BUSY:
            raise Busy(_("Somebody is working at the scale."))
        if answer.result in (codec.UNKNOWN_COMMAND, codec.WRONG_LENGTH):
            raise NotUnderstood(_("The scale does not know this command: it is another model."))
        return answer


def converse(host: str, port: int, values: Values, manifest: Manifest) -> Conversation:
    patience = Patience(values.whole("tries"), values.seconds("answer_seconds"))
    return ShtrihPrint(Datagrams(host, port, patience), values)
