"""What a Shtrih-M printer with a fiscal storage does with a command: receipts, shifts, registers, tables, its paper.

Written from the maker's protocol and from nothing of the driver: commands come as a code and bytes, answers leave as
bytes, errors are the maker's numbers. Where the protocol is silent the choice is noted.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from devices.emulators.shtrih_storage import Storage, Stored, stamp

MODEL = "ШТРИХ-ЛАЙТ-01Ф"
PAPER, NO_PAPER, PAPER_ENDED, PAPER_BACK = 0, 1, 2, 3
# Commands that move paper: none of them goes without it.
PRINTS = frozenset(
    {
        0x12,
        0x17,
        0x25,
        0x29,
        0x40,
        0x41,
        0x50,
        0x51,
        0x80,
        0x82,
        0x85,
        0x88,
        0x8C,
        0x8D,
        0xC2,
        0xE0,
        0xFF45,
        0xFF46,
    }
)
RATES = {1: 2000, 2: 1000, 3: 0, 4: 0, 5: 2000, 6: 1000, 7: 500, 8: 700, 9: 500, 10: 700, 11: 2200, 12: 2200}
BITS = {1 << (row - 1): row for row in range(1, 7)}
SALES, CASH, IN_SHIFT, OUT_SHIFT = 121, 241, 242, 243
COUNT_SALES, COUNT_ALL, COUNT_IN, COUNT_OUT, CANCELLED, X_REPORTS = 144, 152, 155, 156, 157, 158
# The number of the administrator among the operators.
ADMINISTRATOR = 30


class ShtrihError(Exception):
    def __init__(self, number: int) -> None:
        super().__init__(f"{number:02X}h")
        self.number = number


class Body:
    """The bytes of a command, read one after another; one too few is error 7Eh."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def whole(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")

    def take(self, size: int) -> bytes:
        if len(self._data) < size:
            raise ShtrihError(0x7E)
        found, self._data = self._data[:size], self._data[size:]
        return found

    def rest(self) -> bytes:
        return self.take(len(self._data))


@dataclass
class Open:
    """A receipt while it is open, and of whom; `kind` 0 sale, 2 return, `lines` as the storage keeps them."""

    kind: int
    operator: int
    lines: list[tuple[str, int, int, int, int]] = field(default_factory=list)
    tags: list[tuple[int, bytes]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(line[3] for line in self.lines)


class Machine:
    """Its memory survives the power; the open receipt does too, until somebody cancels or ends it."""

    def __init__(self) -> None:
        self.password, self.operator, self.locked, self.unconfirmed = 30, ADMINISTRATOR, False, False
        self.clock_off = timedelta()
        self.shift_over = False
        self.lid_open, self.drawer_open = False, False
        self.submode = PAPER
        self.storage = Storage()
        self.storage.begin(self.now())
        self.open: Open | None = None
        self.tax_systems = 1
        self.tables = {(6, row, 1): percent for row, percent in RATES.items()} | {(17, 1, 71): 1}
        self.money: dict[int, int] = {}
        self.counts: dict[int, int] = {}
        self.texts: list[str] = []
        self.cancelled, self.copies, self.pulses, self.continued = 0, 0, 0, 0
        self._commands: dict[int, Callable[[Body], bytes]] = {
            int(name.removeprefix("_do_"), 16): getattr(self, name)
            for name in dir(self)
            if name.startswith("_do_")
        }

    @property
    def receipts(self) -> list[Stored]:
        return [one for one in self.storage.documents if one.kind == 3]

    def now(self) -> datetime:
        return datetime.now().astimezone() + self.clock_off

    def execute(self, code: int, data: bytes) -> bytes:
        """What follows the error in the answer. Raises ShtrihError."""
        command = self._commands.get(code)
        if command is None:
            raise ShtrihError(0x37)
        body = Body(data)
        if code != 0xFC:
            self._authorised(body.whole(4))
        if self.unconfirmed and code not in (0x10, 0x11, 0x23, 0xFF01):
            raise ShtrihError(0xC0)
        if code in (0x8D, 0xE0, 0x41) and self.storage.busy_with:
            raise ShtrihError(0x5E)
        if code in PRINTS and self.submode != PAPER:
            raise ShtrihError(0x58 if self.submode == PAPER_BACK else 0x6B)
        return command(body)

    def mode(self) -> int:
        if self.locked:
            return 5
        if self.unconfirmed:
            return 6
        if self.open is not None:
            return 8 | self.open.kind << 4
        return 4 if not self.storage.shift_open else 3 if self.shift_over else 2

    def paper_ends(self, printing: bool) -> None:
        self.submode = PAPER_ENDED if printing else NO_PAPER

    def paper_comes(self) -> None:
        self.submode = PAPER_BACK if self.submode == PAPER_ENDED else PAPER

    def _authorised(self, password: int) -> None:
        if self.locked or not (1 <= password < ADMINISTRATOR or password == self.password):
            raise ShtrihError(0x4F)
        # The operators' passwords are their numbers, as they leave the factory.
        self.operator = ADMINISTRATOR if password == self.password else password

    @property
    def _who(self) -> bytes:
        return bytes([self.operator])

    # -------------------------------------------------------------------- states

    def _do_FC(self, body: Body) -> bytes:  # noqa: N802
        return bytes.fromhex("00 00 02 00 2D 00") + MODEL.encode("cp1251")

    def _do_10(self, body: Body) -> bytes:
        lines = 0 if self.open is None else len(self.open.lines)
        counted = bytes([lines & 0xFF, 0xDD, 0xC0, 0, 0, lines >> 8])
        return self._who + _n(self._flags(), 2) + bytes([self.mode(), self.submode]) + counted + b"\0\0\0"

    def _do_11(self, body: Body) -> bytes:
        now, shift = self.now(), self.storage.shift - self.storage.shift_open
        return (
            self._who + b"C1" + bytes.fromhex("31 88 0D 06 13 01") + _n(self.counts.get(COUNT_ALL, 0), 2)
            + _n(self._flags(), 2) + bytes([self.mode(), self.submode, 0]) + b"NA" + bytes.fromhex("00 00 01 01 10")
            + bytes((now.day, now.month, now.year - 2000, now.hour, now.minute, now.second, 0))
            + _n(300_008, 4) + _n(shift, 2) + bytes.fromhex("D2 58 01 1D") + bytes(8)
        )  # fmt: skip

    def _flags(self) -> int:
        paper = self.submode in (PAPER, PAPER_BACK)
        return 0x210 | paper << 7 | self.lid_open << 10 | self.drawer_open << 11

    def _do_1A(self, body: Body) -> bytes:  # noqa: N802
        return self._who + _n(self.money.get(body.whole(1), 0), 6)

    def _do_1B(self, body: Body) -> bytes:  # noqa: N802
        return self._who + _n(self.counts.get(body.whole(1), 0) & 0xFFFF, 2)

    def _do_1F(self, body: Body) -> bytes:  # noqa: N802
        table, row, column = body.whole(1), body.whole(2), body.whole(1)
        if (table, row, column) not in self.tables:
            raise ShtrihError(0x5D)
        return _n(self.tables[table, row, column], 2 if table == 6 else 1)

    def _do_21(self, body: Body) -> bytes:
        hour, minute, second = body.take(3)
        now = self.now()
        try:
            wanted = now.replace(hour=hour, minute=minute, second=second, microsecond=0)
        except ValueError:
            raise ShtrihError(0x33) from None
        if self.storage.shift_open:
            raise ShtrihError(0x73)
        self.clock_off += wanted - now
        return b""

    # -------------------------------------------------------------------- receipts

    def _do_8D(self, body: Body) -> bytes:  # noqa: N802
        kind = body.whole(1)
        if self.open is not None:
            raise ShtrihError(0x4A)
        if self.storage.shift_open and self.shift_over:
            raise ShtrihError(0x4E)
        if kind not in (0, 2):
            raise ShtrihError(0x33)
        if not self.storage.shift_open:
            self._do_E0(Body(b""))
        self.open = Open(kind, self.operator)
        return self._who

    def _do_FF46(self, body: Body) -> bytes:  # noqa: N802
        receipt = self._receipt()
        operation, quantity, price = body.whole(1), body.whole(6), body.whole(5)
        total, tax, rate, department = body.whole(5), body.take(5), body.whole(1), body.whole(1)
        method, subject, name = body.whole(1), body.whole(1), body.rest().decode("cp1251")
        if operation != {0: 1, 2: 2}[receipt.kind]:
            raise ShtrihError(0x49)
        if rate not in BITS or tax != b"\xff" * 5 or not 0 <= method <= 7 or subject > 33:
            raise ShtrihError(0x33)
        if department > 16:
            raise ShtrihError(0x63)
        if not quantity or not total or len(name) > 128:
            raise ShtrihError(0x33)
        if abs((quantity * price + 500_000) // 1_000_000 - total) > 1:
            raise ShtrihError(0x33)
        receipt.lines.append((name, quantity, price, total, BITS[rate]))
        return b""

    def _do_FF4D(self, body: Body) -> bytes:  # noqa: N802
        if not self._receipt().lines:
            raise ShtrihError(0x33)
        return self._tagged(body)

    def _do_FF0C(self, body: Body) -> bytes:  # noqa: N802
        return self._tagged(body)

    def _tagged(self, body: Body) -> bytes:
        receipt = self._receipt()
        kind = body.whole(2)
        value = body.take(body.whole(2))
        if body.rest():
            raise ShtrihError(0x33)
        receipt.tags.append((kind, value))
        return b""

    def _do_FF45(self, body: Body) -> bytes:  # noqa: N802
        receipt = self._receipt()
        payments = [body.whole(5) for _ in range(16)]
        rounding, _taxes, system = body.whole(1), body.take(30), body.whole(1)
        if len(body.rest()) > 64 or rounding > receipt.total % 100:
            raise ShtrihError(0x33)
        if not system & self.tax_systems:
            raise ShtrihError(0x63)
        stored = self._registered(receipt, payments, receipt.total - rounding)
        return _n(stored.change, 5) + _n(stored.place, 4) + _n(stored.sign, 4)

    def _do_80(self, body: Body) -> bytes:
        return self._old_line(body, 0)

    def _do_82(self, body: Body) -> bytes:
        return self._old_line(body, 2)

    def _old_line(self, body: Body, kind: int) -> bytes:
        """The line of older firmware: thousandths, four groups of tax of which the first counts, forty letters."""
        quantity, price, _department = body.whole(5), body.whole(5), body.whole(1)
        taxes, name = body.take(4), body.rest().split(b"\0")[0].decode("cp1251")
        if self.open is None:
            self._do_8D(Body(bytes([kind])))
        receipt = self._receipt()
        total = (quantity * price + 500) // 1000
        receipt.lines.append((name, quantity * 1000, price, total, taxes[0] or 4))
        return self._who

    def _do_85(self, body: Body) -> bytes:
        receipt = self._receipt()
        payments = [body.whole(5) for _ in range(4)] + [0] * 12
        return self._who + _n(self._registered(receipt, payments, receipt.total).change, 5)

    def _do_88(self, body: Body) -> bytes:
        self._receipt()
        self.open = None
        self.cancelled += 1
        self._counted(CANCELLED)
        return self._who

    def _receipt(self) -> Open:
        if self.open is None:
            raise ShtrihError(0x55)
        if self.operator not in (self.open.operator, ADMINISTRATOR):
            raise ShtrihError(0x59)
        return self.open

    def _registered(self, receipt: Open, payments: list[int], due: int) -> Stored:
        paid = sum(payments)
        if not receipt.total:
            raise ShtrihError(0x8E)
        if paid < due:
            raise ShtrihError(0x45)
        if paid - payments[0] > due:
            raise ShtrihError(0x4D)
        change = paid - due
        cash, back = payments[0] - change, receipt.kind == 2
        if back and cash > self.money.get(CASH, 0):
            raise ShtrihError(0x46)
        self._added(CASH, -cash if back else cash)
        for _name, _quantity, _price, total, row in receipt.lines:
            if row <= 4:
                self._added(209 + 4 * (row - 1) + receipt.kind, total)
        self._added(SALES + receipt.kind, receipt.total)
        self._counted(COUNT_SALES + receipt.kind)
        self.open = None
        return self.storage.receipt(
            self.now(),
            operator=receipt.operator,
            operation=2 if back else 1,
            amount=due,
            lines=tuple(receipt.lines),
            tags=tuple(receipt.tags),
            payments=tuple(payments),
            change=change,
        )

    # -------------------------------------------------------------------- shifts, cash, paper

    def _do_E0(self, body: Body) -> bytes:  # noqa: N802
        if self.storage.shift_open:
            raise ShtrihError(0x73)
        self.storage.open_shift(self.now())
        return self._who

    def _do_40(self, body: Body) -> bytes:
        self._idle()
        self._counted(X_REPORTS)
        return self._who

    def _do_41(self, body: Body) -> bytes:
        self._idle()
        if not self.storage.shift_open:
            raise ShtrihError(0x73)
        self.storage.close_shift(self.now())
        self.shift_over = False
        self.money = {CASH: self.money.get(CASH, 0)}
        self.counts = {key: self.counts.get(key, 0) for key in (COUNT_ALL, COUNT_IN, COUNT_OUT, X_REPORTS)}
        return self._who

    def _do_50(self, body: Body) -> bytes:
        return self._cash(body.whole(5), COUNT_IN, IN_SHIFT, 1)

    def _do_51(self, body: Body) -> bytes:
        return self._cash(body.whole(5), COUNT_OUT, OUT_SHIFT, -1)

    def _cash(self, amount: int, counter: int, register: int, sign: int) -> bytes:
        self._idle()
        if not amount:
            raise ShtrihError(0x33)
        if sign < 0 and amount > self.money.get(CASH, 0):
            raise ShtrihError(0x46)
        self._added(CASH, sign * amount)
        self._added(register, amount)
        self._counted(counter)
        return self._who + _n(self.counts[COUNT_ALL], 2)

    def _do_8C(self, body: Body) -> bytes:  # noqa: N802
        self._idle()
        self.copies += 1
        return self._who

    def _do_28(self, body: Body) -> bytes:
        body.whole(1)
        self.pulses += 1
        return self._who

    def _do_17(self, body: Body) -> bytes:
        return self._printed(body, 40)

    def _do_12(self, body: Body) -> bytes:
        return self._printed(body, 20)

    def _printed(self, body: Body, least: int) -> bytes:
        body.whole(1)
        shown = body.rest()
        if len(shown) < least:
            raise ShtrihError(0x7E)
        where = self.texts if self.open is None else self.open.texts
        where.append(shown.rstrip(b"\0").decode("cp1251"))
        return self._who

    def _do_25(self, body: Body) -> bytes:
        body.whole(1)
        self.texts.append("- cut -")
        return self._who

    def _do_29(self, body: Body) -> bytes:
        body.whole(1)
        self.texts += [""] * body.whole(1)
        return self._who

    def _do_C2(self, body: Body) -> bytes:  # noqa: N802
        self.texts.append(f"[{body.whole(5):012d}]")
        return self._who

    def _do_B0(self, body: Body) -> bytes:  # noqa: N802
        if self.submode != PAPER_BACK:
            raise ShtrihError(0x72)
        self.submode = PAPER
        self.continued += 1
        return self._who

    # -------------------------------------------------------------------- the storage

    def _do_FF01(self, body: Body) -> bytes:  # noqa: N802
        found = self.storage
        head = bytes([found.phase, found.busy_with, bool(found.busy_with), found.shift_open, found.warnings])
        last = found.documents[-1]
        return head + stamp(last.at) + found.number.encode("ascii") + _n(last.place, 4)

    def _do_FF04(self, body: Body) -> bytes:  # noqa: N802
        return b"fn_v_1_2        " + bytes([not self.storage.for_training])

    def _do_FF08(self, body: Body) -> bytes:  # noqa: N802
        self.storage.busy_with = 0
        return b""

    def _do_FF0A(self, body: Body) -> bytes:  # noqa: N802
        place = body.whole(4)
        if not 1 <= place <= len(self.storage.documents):
            raise ShtrihError(0x08)
        found = self.storage.documents[place - 1]
        return bytes([found.kind, found not in self.storage.waiting()]) + found.told()

    def _do_FF39(self, body: Body) -> bytes:  # noqa: N802
        waiting = self.storage.waiting()
        first = _n(waiting[0].place, 4) + stamp(waiting[0].at) if waiting else bytes(9)
        return bytes([2 if waiting else 0, 0]) + _n(len(waiting), 2) + first

    def _do_FF40(self, body: Body) -> bytes:  # noqa: N802
        return bytes([self.storage.shift_open]) + _n(self.storage.shift, 2) + _n(self.storage.receipts, 2)

    # -------------------------------------------------------------------- counting

    def _idle(self) -> None:
        if self.open is not None:
            raise ShtrihError(0x4A)

    def _added(self, register: int, amount: int) -> None:
        self.money[register] = self.money.get(register, 0) + amount

    def _counted(self, counter: int) -> None:
        for one in (counter, COUNT_ALL):
            self.counts[one] = self.counts.get(one, 0) + 1


def _n(value: int, size: int) -> bytes:
    return value.to_bytes(size, "little")
