"""How the families of Datecs printers write the commands that `datecs_machine.py` carries out, and their answers.

Written from the maker's manuals and from nothing of the driver. `Short` is the groups P and C with commas, `Ukrainian`
sells by numbers of a list of goods, `Tabbed` is the group X, whose answers begin with an error.
"""

import re
from collections.abc import Callable
from datetime import datetime

from devices.emulators.datecs_machine import DatecsError, Machine, Sale

CYRILLIC = "АБВГДЕЖЗ"
Handler = Callable[[str], str]


def money(text: str) -> int:
    """ "12.50" -> 1250, with a sign."""
    match = re.fullmatch(r"([+-]?)(\d{1,8})(?:\.(\d{1,2}))?", text)
    if match is None:
        raise DatecsError("syntax", 111002)
    value = int(match[2]) * 100 + int((match[3] or "").ljust(2, "0"))
    return -value if match[1] == "-" else value


def quantity(text: str) -> int:
    match = re.fullmatch(r"(\d{1,6})(?:\.(\d{1,3}))?", text)
    if match is None:
        raise DatecsError("syntax", 111002)
    return int(match[1]) * 1000 + int((match[2] or "").ljust(3, "0"))


def digits(text: str, most: int) -> int:
    if not re.fullmatch(rf"\d{{1,{most}}}", text):
        raise DatecsError("syntax", 111002)
    return int(text)


def clock(text: str, pattern: str = "%d-%m-%y %H:%M:%S") -> datetime:
    return datetime.strptime(text, pattern).astimezone()


def twelve(value: int) -> str:
    return f"{value:+013d}"


class Short:
    """The groups P and C. `group_c`: how a return is opened, and that a Z tells its sums."""

    wide, status_bytes, papers, groups = 1, 6, True, 8
    cover, refund = (0, 6), (1, 4)
    cancels = 0x3C

    def __init__(self, machine: Machine, group_c: bool = False) -> None:
        self.machine = machine
        self._group_c = group_c
        self._commands: dict[int, Handler] = {
            int(name.removeprefix("_do_"), 16): getattr(self, name)
            for name in dir(self)
            if name.startswith("_do_")
        }

    def execute(self, code: int, data: str) -> str:
        """The data of the answer. Raises DatecsError."""
        command = self._commands.get(code)
        if command is None:
            raise DatecsError("unknown", 112000)
        return command(data)

    def refused(self, _error: DatecsError) -> str:
        return ""

    # -------------------------------------------------------------------- receipts

    def _do_30(self, data: str) -> str:
        operator, password, till, *more = data.split(",")
        if more:
            raise DatecsError("syntax")
        digits(till, 5)
        self.machine.open_receipt(digits(operator, 2), password, refund=False)
        return self._counted()

    def _do_2E(self, data: str) -> str:  # noqa: N802
        fields = data.split(",")
        if self._group_c:
            operator, password, _number, till, kind, *origin = fields
        else:
            operator, password, till, first, _number, *origin = fields
            kind, origin = first[:1], [first[1:], *origin]
        if len(origin) != 3 or kind != ("1" if self._group_c else "R"):
            raise DatecsError("syntax")
        digits(till, 5)
        clock(origin[1], "%d%m%y%H%M%S")
        self.machine.open_receipt(digits(operator, 2), password, refund=True, origin=tuple(origin))
        return self._counted()

    def _do_31(self, data: str) -> str:
        text, tab, sold = data.partition("\t")
        match = re.fullmatch(r"(.)([\d.]+)(?:\*([\d.]+))?(?:;-([\d.]+))?", sold)
        if not tab or match is None or match[1] not in CYRILLIC:
            raise DatecsError("syntax")
        length = 22 if self._group_c else 30
        if any(len(line) > length for line in text.split("\n")) or text.count("\n") > 1:
            raise DatecsError("syntax")
        self.machine.sell(
            text, CYRILLIC.index(match[1]), money(match[2]), quantity(match[3] or "1"), money(match[4] or "0")
        )
        return ""

    def _do_33(self, data: str) -> str:
        if not re.fullmatch("[01][01]", data):
            raise DatecsError("syntax")
        sale = self.machine.subtotal()
        return ",".join(f"{value:010d}" for value in (sale.total, *sale.sums()[: self.groups]))

    def _do_35(self, data: str) -> str:
        match = re.fullmatch(r"[^\t]*\t([A-Z])([\d.]+)", data)
        if match is None:
            raise DatecsError("syntax")
        rest = self.machine.pay(match[1], money(match[2]))
        return f"D{rest:09d}" if rest >= 0 else f"R{-rest:09d}"

    def _do_36(self, data: str) -> str:
        self.machine.print_text(data)
        return ""

    def _do_38(self, _data: str) -> str:
        self.machine.close()
        return self._counted()

    def _do_3C(self, _data: str) -> str:  # noqa: N802
        self.machine.cancel()
        return ""

    def _counted(self) -> str:
        return f"{self.machine.documents:04d},{self.machine.day_receipts:04d}"

    # -------------------------------------------------------------------- other papers

    def _do_26(self, _data: str) -> str:
        self.machine.open_text()
        return f"{self.machine.documents:04d}"

    def _do_2A(self, data: str) -> str:  # noqa: N802
        self.machine.text_line(data)
        return ""

    def _do_54(self, data: str) -> str:
        kind, code = data.split(",")
        self.machine.text_line(f"[{kind} {code}]")
        return "P"

    def _do_27(self, _data: str) -> str:
        self.machine.close_text()
        return f"{self.machine.documents:04d}"

    def _do_45(self, data: str) -> str:
        if data not in ("0", "2"):
            raise DatecsError("syntax")
        found = self.machine.report(closing=data == "0")
        sums = (sum(found.sold), *found.sold[: self.groups])
        return f"{found.number:04d}," + ",".join(map(twelve, sums))

    def _do_46(self, data: str) -> str:
        moved = money(data) if data else 0
        machine = self.machine
        done = not moved or machine.move_cash(moved)
        return ("P" if done else "F") + f",{machine.cash},{machine.came},{machine.went}"

    def _do_6D(self, data: str) -> str:  # noqa: N802
        digits(data, 1)
        self.machine.copy()
        return ""

    def _do_6A(self, _data: str) -> str:  # noqa: N802
        self.machine.pulses += 1
        return ""

    # -------------------------------------------------------------------- questions

    def _do_4A(self, _data: str) -> str:  # noqa: N802
        return ""

    def _do_4C(self, data: str) -> str:  # noqa: N802
        sale = self.machine.open or self.machine.last or Sale(False, 0)
        stands = self.machine.open is not None or self.machine.text is not None
        told = f"{int(stands)},{len(sale.lines):04d},{sale.total:+010d}"
        return told + f",{sale.tender:+010d}" if data == "T" else told

    def _do_41(self, data: str) -> str:
        if data not in ("", "0"):
            raise DatecsError("syntax")
        return ",".join(map(twelve, self.machine.sold[: self.groups]))

    def _do_40(self, _data: str) -> str:
        if not self.machine.closed:
            return "F"
        last = self.machine.closed[-1]
        sums = ",".join(map(twelve, last.sold[: self.groups]))
        return f"P,{last.number:04d},{sums},{last.at:%d%m%y}"

    def _do_56(self, _data: str) -> str:
        return f"{self.machine.closed_at:%d-%m-%y %H:%M:%S}"

    def _do_71(self, _data: str) -> str:
        return f"{self.machine.documents:07d}"

    def _do_61(self, _data: str) -> str:
        return ",".join(f"{rate // 100:02d}.{rate % 100:02d}" for rate in self.machine.rates[: self.groups])

    def _do_3E(self, _data: str) -> str:  # noqa: N802
        return f"{self.machine.now():%d-%m-%y %H:%M:%S}"

    def _do_3D(self, data: str) -> str:  # noqa: N802
        self.machine.set_clock(clock(data))
        return ""

    def _do_5A(self, _data: str) -> str:  # noqa: N802
        return f"FP-800,2.10BG 21Nov18 1253,FFFF,00000000,DT123456,{self.machine.memory[-8:]}"


class Ukrainian(Short):
    """FP-3530T and its heirs: goods by number, passwords before reports, five tax groups."""

    papers, groups = False, 5
    cover, refund = (1, 5), (1, 3)
    cancels = 0x39

    def __init__(self, machine: Machine) -> None:
        super().__init__(machine)
        for code in (0x2E, 0x31, 0x3C, 0x54):
            del self._commands[code]

    def _do_30(self, data: str) -> str:
        return self._opened(data, refund=False)

    def _do_55(self, data: str) -> str:
        return self._opened(data, refund=True)

    def _opened(self, data: str, refund: bool) -> str:
        match = re.fullmatch(r"(\d{5}),(\d{4,8}),(\d{5}),I", data)
        if match is None:
            raise DatecsError("syntax")
        self.machine.open_receipt(int(match[1]), match[2], refund)
        return self._counted()

    def _do_3A(self, data: str) -> str:  # noqa: N802
        match = re.fullmatch(r"(\d{1,6})\*([\d.]+)#([\d.]+)(?:;-([\d.]+))?", data)
        if match is None:
            raise DatecsError("syntax")
        self.machine.sell_article(int(match[1]), money(match[3]), quantity(match[2]), money(match[4] or "0"))
        return ""

    def _do_39(self, _data: str) -> str:
        self.machine.cancel()
        return ""

    def _do_6B(self, data: str) -> str:  # noqa: N802
        machine = self.machine
        if match := re.fullmatch(r"R(\d{1,6})", data):
            held = machine.articles.get(int(match[1]))
            if held is None:
                return "F"
            return f"P{int(match[1]):05d},{CYRILLIC[held.group]},1,{held.price},0,0.000,{held.name}"
        if match := re.fullmatch(r"P(.)(\d{1,6}),(\d{1,2}),([\d.]+),(\d{4,8}),([^,]{1,36})", data):
            known = match[1] in CYRILLIC[: self.groups] and match[5] == machine.password
            done = known and machine.article_set(
                int(match[2]), CYRILLIC.index(match[1]), money(match[4]), match[6]
            )
            return "P" if done else "F"
        if match := re.fullmatch(r"D(\d{1,6}),(\d{4,8})", data):
            return "P" if match[2] == machine.password and machine.article_drop(int(match[1])) else "F"
        raise DatecsError("syntax")

    def _do_45(self, data: str) -> str:
        password, _comma, option = data.partition(",")
        if password != self.machine.password:
            raise DatecsError("mode")
        return super()._do_45(option)

    def _do_58(self, data: str) -> str:
        return super()._do_54(data)

    def _do_41(self, data: str) -> str:
        machine = self.machine
        told = {"0": machine.sold, "1": machine.returned}.get(data)
        if told is None:
            raise DatecsError("syntax")
        return ",".join(map(twelve, told[: self.groups]))

    def _do_40(self, _data: str) -> str:
        if not self.machine.closed:
            return "F"
        last = self.machine.closed[-1]
        return f"P{last.number:04d},{sum(last.sold)},0,0,0,0,{last.at:%d%m%y}"

    def _do_5A(self, _data: str) -> str:  # noqa: N802
        return f"FP-T88,1.31UA 12SEP15 1100,FFFF,00110111,2,КБ00000008,{self.machine.memory},00000001"


class Tabbed(Short):
    """The group X: every field ends with a tab, every answer begins with an error."""

    wide, status_bytes, papers = 4, 8, True
    cancels = 0x3C

    def __init__(self, machine: Machine) -> None:
        super().__init__(machine)
        for code in (0x2E, 0x61, 0x71):
            del self._commands[code]

    def execute(self, code: int, data: str) -> str:
        return self._told(0, *super().execute(code, data).split("\t"))

    def refused(self, error: DatecsError) -> str:
        return self._told(-error.number)

    @staticmethod
    def _told(*fields: object) -> str:
        return "".join(f"{one}\t" for one in fields if one != "")

    def _fields(self, data: str, count: int) -> list[str]:
        found = data.split("\t")
        if len(found) != count + 1 or found[-1]:
            raise DatecsError("syntax", 112001)
        return found[:-1]

    def _do_30(self, data: str) -> str:
        operator, password, till, _invoice = self._fields(data, 4)
        digits(till, 5)
        self.machine.open_receipt(digits(operator, 2), password, refund=False)
        return str(self.machine.documents + 1)

    def _do_2B(self, data: str) -> str:  # noqa: N802
        operator, password, _till, reason, document, at, memory, *_rest = self._fields(data, 11)
        if reason != "1":
            raise DatecsError("syntax", 111002)
        clock(at)
        self.machine.open_receipt(digits(operator, 2), password, refund=True, origin=(document, at, memory))
        return str(self.machine.documents + 1)

    def _do_31(self, data: str) -> str:
        name, group, price, sold, kind, discount, _department = self._fields(data, 7)
        if len(name) > 72 or not re.fullmatch("[1-8]", group) or kind not in ("", "0", "4"):
            raise DatecsError("syntax", 111002)
        self.machine.sell(name, int(group) - 1, money(price), quantity(sold), money(discount or "0"))
        return str(self.machine.documents + 1)

    def _do_33(self, data: str) -> str:
        self._fields(data, 4)
        sale = self.machine.subtotal()
        return "\t".join([str(self.machine.documents + 1), *map(_point, (sale.total, *sale.sums()))])

    def _do_35(self, data: str) -> str:
        kind, paid, _type = self._fields(data, 3)
        if not re.fullmatch("[0-5]", kind):
            raise DatecsError("syntax", 111002)
        rest = self.machine.pay(kind, money(paid))
        return f"{'D' if rest >= 0 else 'R'}\t{_point(abs(rest))}"

    def _do_36(self, data: str) -> str:
        return super()._do_36(data.split("\t")[0])

    def _do_38(self, _data: str) -> str:
        self.machine.close()
        return str(self.machine.documents)

    def _do_2A(self, data: str) -> str:  # noqa: N802
        return super()._do_2A(self._fields(data, 6)[0])

    def _do_54(self, data: str) -> str:
        kind, code, *_size = data.split("\t")
        self.machine.text_line(f"[{kind} {code}]")
        return ""

    def _do_45(self, data: str) -> str:
        (kind,) = self._fields(data, 1)
        if kind not in "XZ":
            raise DatecsError("syntax", 111002)
        found = self.machine.report(closing=kind == "Z")
        return "\t".join([str(found.number), *map(_point, (*found.sold, *found.returned))])

    def _do_46(self, data: str) -> str:
        kind, amount = self._fields(data, 2)
        moved, machine = money(amount) * (1 if kind == "0" else -1), self.machine
        if moved and not machine.move_cash(moved):
            raise DatecsError("mode", 111017)
        return "\t".join(map(_point, (machine.cash, machine.came, machine.went)))

    def _do_6D(self, _data: str) -> str:  # noqa: N802
        self.machine.copy()
        return ""

    def _do_4A(self, data: str) -> str:  # noqa: N802
        if data != "0\t":
            return ""
        machine = self.machine
        stands = 0 if machine.open is None else 3 if machine.open.refund else 1
        return f"0\t{stands}\t{machine.documents}\t0.00\t0\t01-01-26 10:00:00"

    def _do_4C(self, _data: str) -> str:  # noqa: N802
        machine = self.machine
        sale = machine.open or machine.last or Sale(False, 0)
        stands = 5 if machine.text is not None else 0 if machine.open is None else 3 if sale.refund else 1
        told = [str(stands), str(machine.documents), str(len(sale.lines))]
        return "\t".join([*told, _point(sale.total), _point(sale.tender)])

    def _do_41(self, data: str) -> str:
        (kind,) = self._fields(data, 1)
        told = {"0": self.machine.sold, "2": self.machine.returned}[kind]
        return "\t".join([str(len(self.machine.closed) + 1), *map(_point, told)])

    def _do_40(self, _data: str) -> str:
        if not self.machine.closed:
            raise DatecsError("mode", 100005)
        last = self.machine.closed[-1]
        return "\t".join([str(last.number), *map(_point, last.sold), f"{last.at:%d-%m-%y}"])

    def _do_56(self, _data: str) -> str:
        return f"{self.machine.closed_at:%d-%m-%Y %H:%M:%S}"

    def _do_32(self, _data: str) -> str:
        return "\t".join(["1", *map(_point, self.machine.rates), "01-01-26"])

    def _do_3D(self, data: str) -> str:  # noqa: N802
        return super()._do_3D(self._fields(data, 1)[0])

    def _do_6E(self, data: str) -> str:  # noqa: N802
        (kind,) = self._fields(data, 1)
        machine = self.machine
        return {
            "2": f"{machine.day_receipts}\t{_point(sum(machine.sold))}",
            "4": f"0\t0.00\t{machine.day_cancelled}\t0.00",
        }[kind]

    def _do_5A(self, _data: str) -> str:  # noqa: N802
        return f"FP-700X\t3.00\t20Jul23\t1353\t9460\t00000000\tDT123456\t{self.machine.memory[-8:]}"


def _point(value: int) -> str:
    return f"{value // 100}.{value % 100:02d}"


def dialect(family: str, machine: Machine) -> Short:
    """The dialect of a family: `ua`, `p`, `c` or `x`."""
    match family:
        case "ua":
            return Ukrainian(machine)
        case "x":
            return Tabbed(machine)
        case _:
            return Short(machine, group_c=family == "c")
