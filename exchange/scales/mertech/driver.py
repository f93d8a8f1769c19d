"""One talk with a Mertech scale: goods go as a JSON file in pieces, which the scale then works through."""

import time
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from devices.settings import Values
from exchange.scales.contract import Busy, Conversation, Load, Locked, Manifest, NotUnderstood, Placed
from exchange.scales.mertech import codec
from exchange.scales.unreadable import Unreadable
from exchange.scales.wires import Patience, Stream

WORKING_SECONDS = 120.0


class Mertech(Unreadable):
    """See exchange.scales.contract.Conversation. Nothing is read back."""

    def __init__(self, wire: Stream, values: Values) -> None:
        self._wire = wire
        self._password = f"{values.whole('password'):04d}".encode("ascii")
        self._pause = min(1.0, values.seconds("answer_seconds"))

    def hello(self) -> str:
        self._ask(codec.question(codec.INFO), codec.INFO)
        return ""

    def put(self, loads: Iterable[Load]) -> Iterator[Placed]:
        plus = [load.plu for load in loads]
        file = codec.goods(plus)
        # Pieces name their place, so one that is repeated after a lost answer lands where it was.
        refused = ""
        for question in (codec.begin(self._password, file), *codec.pieces(self._password, file)):
            result = self._ask(question, codec.GOODS_FILE, fine=frozenset({codec.FULL})).result
            if result:
                refused = f"room {result}"
                break
        if not refused:
            self._wait()
        yield from (Placed(plu.number, refused) for plu in plus)

    def _wait(self) -> None:
        deadline = time.monotonic() + WORKING_SECONDS
        while time.monotonic() < deadline:
            found = codec.progress(self._ask(codec.check(self._password), codec.GOODS_FILE).data)
            if found is None:
                break
            if found.state == codec.DONE:
                return
            if found.state == codec.WRONG:
                raise NotUnderstood(
                    _("The scale does not take its goods: %(words)s") % {"words": found.words[:200]}
                )
            time.sleep(self._pause)
        raise NotUnderstood(_("The scale does not come to an end with its goods."))

    def remove(self, number: int) -> None:
        self._ask(codec.delete(self._password, number), codec.DELETE, fine=codec.NOT_THERE)

    def erase(self) -> None:
        self._ask(codec.question(codec.ERASE, self._password), codec.ERASE)

    def _ask(self, question: bytes, command: bytes, fine: frozenset[int] = frozenset()) -> codec.Answer:
        answer = self._wire.ask(question, lambda heard: codec.answer(heard, command))
        if answer.result == 0 or answer.result in fine:
            return answer
        if answer.result in codec.PASSWORD:
            raise Locked(_("The scale does not take this password."))
        if answer.result in codec.BUSY:
            raise Busy(_("The scale still works on what it was asked before."))
        raise NotUnderstood(
            _("The scale answers with number %(result)d, which is not known here.")
            % {"result": answer.result}
        )


def converse(host: str, port: int, values: Values, manifest: Manifest) -> Conversation:
    return Mertech(
        Stream(host, port, Patience(values.whole("tries"), values.seconds("answer_seconds"))), values
    )
