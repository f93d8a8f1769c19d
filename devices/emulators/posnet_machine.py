"""What a Posnet ONLINE printer does with a command: transactions, sums per letter, goods base, reports, counters.

Written from the maker's specification (POT-I-DEV-37) and from nothing of the driver: commands come as a name and texts,
answers leave as texts, errors are the maker's numbers. Where the specification is silent the choice is noted.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from devices.emulators.posnet_values import PosnetError, Values, alpha, decimal, truth, whole

SLOTS = "abcdefg"
INACTIVE, EXEMPT = 10_100, 10_000
MAX_LINES = 500
RECEIPT, BLOCK, PACKAGING = 16, 17, 48


@dataclass
class Sale:
    """One transaction. `payments` are (type, amount); `change` went back; `closed` when only its footer is missing."""

    kind: int
    sums: list[int] = field(default_factory=lambda: [0] * 7)
    packs: int = 0
    payments: list[tuple[int, int]] = field(default_factory=list)
    change: int = 0
    lines: list[str] = field(default_factory=list)
    sold: list[tuple[str, int]] = field(default_factory=list)
    footer: list[str] = field(default_factory=list)
    nip: str = ""
    closed: bool = False

    @property
    def total(self) -> int:
        return sum(self.sums)


@dataclass
class Report:
    number: int
    sums: list[int]
    receipts: int
    cancelled: int


class Machine:
    """Its memory survives the power; the open transaction does too, until somebody cancels or ends it."""

    def __init__(self) -> None:
        self.fiscal, self.read_only, self.header = True, False, True
        self.unique_number = "ZBF 1801007587"
        self.rates = [2300, 800, 500, 0, EXEMPT, INACTIVE, INACTIVE]
        self.clock_off = timedelta()
        self.z_needed = False
        self.receipts: list[Sale] = []
        self.reports: list[Report] = []
        self.notes: list[str] = []
        self.texts: list[list[str]] = []
        self.completed, self.cancelled, self.papers = 0, 0, 0
        self.sums, self.day_receipts, self.day_cancelled = [0] * 7, 0, 0
        self.cash = 0
        self.pulses, self.copies = 0, 0
        self.drawer_open = False
        self.open: Sale | None = None
        self.last: Sale | None = None
        self.form: list[str] | None = None
        self._qr = ""
        self._began: datetime | None = None
        self._zero_report = False
        # name as compared: (rate last sold at, whether it was lowered and is locked).
        self._goods: dict[str, tuple[int, bool]] = {}
        self._commands: dict[str, Callable[[Values], list[str]]] = {
            name.removeprefix("_do_"): getattr(self, name) for name in dir(self) if name.startswith("_do_")
        }

    def knows(self, name: str) -> bool:
        return name in self._commands

    def execute(self, name: str, values: Values) -> list[str]:
        """The texts of the answer. Raises PosnetError."""
        return self._commands[name](values)

    def now(self) -> datetime:
        return datetime.now().astimezone() + self.clock_off

    # -------------------------------------------------------------------- transactions

    def _do_trinit(self, values: Values) -> list[str]:
        if self.z_needed:
            raise PosnetError(383)
        if not self.header:
            raise PosnetError(2002)
        self._begin(BLOCK if truth(values, "bm", False) else RECEIPT)
        return []

    def _do_trpackinit(self, values: Values) -> list[str]:
        self._begin(PACKAGING)
        return []

    def _do_trline(self, values: Values) -> list[str]:
        sale = self._sale()
        if sale.kind == PACKAGING or sale.payments:
            raise PosnetError(2060)
        name, slot, price = alpha(values, "na", 80), whole(values, "vt"), whole(values, "pr")
        if not 0 <= slot < 7 or self.rates[slot] == INACTIVE:
            raise PosnetError(2000)
        if price <= 0:
            raise PosnetError(2006)
        amount = decimal(values.get("il", "1"))
        if amount <= 0:
            raise PosnetError(2007)
        if len(sale.lines) >= MAX_LINES:
            raise PosnetError(2052)
        value = int((amount * price).quantize(Decimal(1), ROUND_HALF_UP))
        if value == 0:
            raise PosnetError(2009)
        if "wa" in values and whole(values, "wa") != value:
            raise PosnetError(2802)
        value = _discounted(value, values)
        self._sell(sale, name, slot)
        sale.sums[slot] += value
        sale.lines.append(name)
        return []

    def _do_trpack(self, values: Values) -> list[str]:
        sale = self._sale()
        price, amount = whole(values, "pr"), decimal(values.get("il", "1"))
        if amount != int(amount) or amount < 1 or price < 1:
            raise PosnetError(3, frame=True, where="il")
        if "wa" in values and whole(values, "wa") != price * int(amount):
            raise PosnetError(2803)
        sale.packs += price * int(amount) * (-1 if truth(values, "ne", False) else 1)
        return []

    def _do_trnipset(self, values: Values) -> list[str]:
        self._sale().nip = alpha(values, "ni", 30)
        return []

    def _do_trpayment(self, values: Values) -> list[str]:
        sale = self._sale()
        kind, amount = whole(values, "ty"), whole(values, "wa")
        if kind not in (0, 2, 3, 4, 5, 6, 7, 8):
            raise PosnetError(2705)
        if amount <= 0:
            raise PosnetError(1962)
        if truth(values, "re", False):
            sale.change += amount
        else:
            sale.payments.append((kind, amount))
        return []

    def _do_trend(self, values: Values) -> list[str]:
        sale = self._sale()
        paid = sum(amount for _kind, amount in sale.payments)
        for key, found, number in (
            ("to", sale.total, 2805),
            ("op", sale.packs, 2806),
            ("fp", paid, 2808),
            ("re", sale.change, 2809),
        ):
            if key in values and whole(values, key) != found:
                raise PosnetError(number)
        if sale.kind != PACKAGING and sale.total <= 0:
            raise PosnetError(2041)
        due = sale.total + sale.packs
        if sale.payments and (paid < due or (sale.change and paid - sale.change != due)):
            raise PosnetError(2054)
        if truth(values, "fe", True):
            self._complete(sale)
        else:
            sale.closed = True
        return []

    def _do_trftrln(self, values: Values) -> list[str]:
        sale = self.open
        if sale is None or not sale.closed:
            raise PosnetError(2066)
        if not 0 <= whole(values, "id") <= 42:
            raise PosnetError(2702)
        if len(sale.footer) >= 60:
            raise PosnetError(2703)
        sale.footer.append(values.get("na", ""))
        return []

    def _do_trftrend(self, values: Values) -> list[str]:
        if self.open is None or not self.open.closed:
            raise PosnetError(2066)
        self._complete(self.open)
        return []

    def _do_prncancel(self, values: Values) -> list[str]:
        if self.open is None and self.form is None:
            raise PosnetError(2005)
        self.form = None
        if self.open is not None:
            if self.open.closed:
                raise PosnetError(2060)
            self.cancelled += 1
            self.day_cancelled += 1
            self.papers += 1
            self.open = None
        return []

    _do_trcancel = _do_prncancel
    _do_hardprncancel = _do_prncancel

    def _begin(self, kind: int) -> None:
        self._idle()
        if self.read_only:
            raise PosnetError(2036)
        self.open = Sale(kind)
        self.last = None

    def _sale(self) -> Sale:
        if self.open is None:
            raise PosnetError(2005)
        if self.open.closed:
            raise PosnetError(2060)
        return self.open

    def _idle(self) -> None:
        if self.open is not None:
            raise PosnetError(2038)
        if self.form is not None:
            raise PosnetError(2062)

    def _sell(self, sale: Sale, name: str, slot: int) -> None:
        """The goods base: a name whose rate went down may never go up again."""
        compared = "".join(sign for sign in name.casefold() if sign.isalnum() or sign in ",./\\%")
        if not compared:
            raise PosnetError(2104)
        rate = 0 if self.rates[slot] == EXEMPT else self.rates[slot]
        before, locked = self._goods.get(compared, (rate, False))
        if locked and rate > before:
            raise PosnetError(2106)
        self._goods[compared] = rate, locked or rate < before
        sale.sold.append((name, slot))

    def _complete(self, sale: Sale) -> None:
        self.open, self.last = None, sale
        self.papers += 1
        if sale.kind == PACKAGING:
            self.notes.append(f"packaging {sale.packs}")
            return
        self.completed += 1
        self.day_receipts += 1
        self.receipts.append(sale)
        self._began = self._began or self.now()
        self._zero_report = False
        for slot, value in enumerate(sale.sums):
            self.sums[slot] += value

    # -------------------------------------------------------------------- reports, notes, forms

    def _do_dailyrep(self, values: Values) -> list[str]:
        self._idle()
        if self.read_only:
            raise PosnetError(2036)
        if "da" in values and _day(values["da"]) != self.now().date():
            raise PosnetError(2022)
        if self._zero_report and not any(self.sums):
            raise PosnetError(382)
        self._zero_report = not any(self.sums)
        self.reports.append(Report(len(self.reports) + 1, self.sums, self.day_receipts, self.day_cancelled))
        self.sums, self.day_receipts, self.day_cancelled = [0] * 7, 0, 0
        self._began, self.z_needed = None, False
        self.papers += 1
        return []

    def _do_shiftrep(self, values: Values) -> list[str]:
        self._note("shift " + alpha(values, "sh", 8))
        return []

    def _do_cash(self, values: Values) -> list[str]:
        amount = whole(values, "kw")
        inwards = truth(values, "wp", None)
        self._note(f"cash {'in' if inwards else 'out'} {amount}")
        # "A payment out beyond the state makes it zero."
        self.cash = max(0, self.cash + (amount if inwards else -amount))
        return []

    def _do_stocash(self, values: Values) -> list[str]:
        self._note(f"goods back {whole(values, 'kw')}")
        return []

    def _do_packret(self, values: Values) -> list[str]:
        self._note(f"packaging back {whole(values, 'kw')}")
        return []

    def _do_eclastprintouts(self, values: Values) -> list[str]:
        if not 1 <= whole(values, "no") <= 9:
            raise PosnetError(3, frame=True, where="no")
        self._idle()
        self.copies += 1
        return []

    def _do_opendrwr(self, values: Values) -> list[str]:
        self.pulses += 1
        self.drawer_open = True
        return []

    def _note(self, text: str) -> None:
        self._idle()
        if self.read_only:
            raise PosnetError(2036)
        self.notes.append(text)
        self.papers += 1

    def _do_formstart(self, values: Values) -> list[str]:
        self._idle()
        if whole(values, "fn") not in (*range(2, 44), 200, 201):
            raise PosnetError(2501)
        self.form = []
        self.papers += 1
        return []

    def _do_formformattedline(self, values: Values) -> list[str]:
        return self._form_line(values, alpha(values, "s1", 96))

    def _do_formcmd(self, values: Values) -> list[str]:
        return self._form_line(values, {0: "", 1: "- - -"}.get(whole(values, "cm"), "?"))

    def _do_formbarcode(self, values: Values) -> list[str]:
        return self._form_line(values, f"[{alpha(values, 'bc', 51)}]")

    def _do_qrcode(self, values: Values) -> list[str]:
        data = alpha(values, "tx", 4000)
        self._qr = bytes.fromhex(data).decode() if truth(values, "hx", False) else data
        return []

    def _do_formbarcode2d(self, values: Values) -> list[str]:
        if not self._qr:
            raise PosnetError(3200)
        shown, self._qr = self._qr, ""
        return self._form_line(values, f"[{shown}]")

    def _form_line(self, values: Values, text: str) -> list[str]:
        whole(values, "fn")
        if self.form is None:
            raise PosnetError(2505)
        self.form.append(text)
        return []

    def _do_formend(self, values: Values) -> list[str]:
        self._form_line(values, "")
        assert self.form is not None
        self.texts.append(self.form[:-1])
        self.form = None
        return []

    def _do_formisstarted(self, values: Values) -> list[str]:
        return ["isT" if self.form is not None else "isN"]

    # -------------------------------------------------------------------- states

    def _do_scomm(self, values: Values) -> list[str]:
        return [
            f"fs{_t(self.fiscal)}",
            f"tz{_t(not any(self.sums))}",
            f"ts{self.open.kind if self.open else 0}",
            f"hr{_t(self.header)}",
            f"nu{self.unique_number}",
            f"td{_t(self.read_only)}",
        ]

    def _do_scnt(self, values: Values) -> list[str]:
        return [
            f"rd{len(self.reports)}",
            f"hn{self.papers}",
            f"bn{self.completed}",
            "fn0",
            f"nu{self.unique_number}",
            f"bc{self.cancelled}",
            f"bt{self.completed + self.cancelled}",
            "fc0",
        ]

    def _do_strns(self, values: Values) -> list[str]:
        sale = self.open or self.last
        found = sale or Sale(0)
        return [
            f"to{1 if self.open else 0}",
            f"ts{found.kind}",
            *(f"v{slot}{value}" for slot, value in zip(SLOTS, found.sums, strict=True)),
            f"pp{found.packs}",
            "pm0",
            f"re{found.change}",
            f"fp{sum(amount for _kind, amount in found.payments)}",
            f"fe{1 if self.open and self.open.closed else 0}",
        ]

    def _do_sfsk(self, values: Values) -> list[str]:
        return [f"fs{_t(self.fiscal)}", "cl0", f"rd{len(self.reports)}", "vt1", *self._rate_texts()]

    def _do_stot(self, values: Values) -> list[str]:
        began = self._began.strftime("%Y-%m-%d;%H:%M") if self._began else "2000-01-01;01:00"
        return [
            f"no{len(self.reports) + 1}",
            *(f"f{slot}0" for slot in SLOTS),
            "fn0",
            *(f"p{slot}{value}" for slot, value in zip(SLOTS, self.sums, strict=True)),
            f"pn{self.day_receipts}",
            "ct0",
            f"cn{self.day_cancelled}",
            *self._rate_texts(),
            f"ds{began}",
        ]

    def _do_fmrecrd(self, values: Values) -> list[str]:
        if not self.reports:
            raise PosnetError(384)
        report = self.reports[-1]
        return [
            f"no{report.number}",
            *(f"f{slot}0" for slot in SLOTS),
            *(f"p{slot}{value}" for slot, value in zip(SLOTS, report.sums, strict=True)),
            f"pn{report.receipts}",
            f"cn{report.cancelled}",
        ]

    def _do_rtcget(self, values: Values) -> list[str]:
        now = self.now()
        return [f"da{now:%Y-%m-%d;%H:%M}", f"tm{now.isoformat(timespec='seconds')}"]

    def _do_rtcset(self, values: Values) -> list[str]:
        if any(self.sums):
            raise PosnetError(2035)
        try:
            wanted = datetime.strptime(values.get("da", ""), "%Y-%m-%d;%H:%M").astimezone()
        except ValueError:
            raise PosnetError(2024) from None
        step = wanted - self.now().replace(second=0, microsecond=0)
        if abs(step) > timedelta(hours=2):
            raise PosnetError(2023)
        self.clock_off += step
        return []

    def _do_getrealid(self, values: Values) -> list[str]:
        return ["nmPOSNET THERMAL XL2 ONLINE", "vr30.01", f"nu{self.unique_number}"]

    def _do_scashstate(self, values: Values) -> list[str]:
        return [f"cs{self.cash}"]

    def _do_sdrwr(self, values: Values) -> list[str]:
        return [f"ds{0 if self.drawer_open else 1}", "ks2"]

    def _rate_texts(self) -> list[str]:
        return [
            f"v{slot}{rate // 100},{rate % 100:02d}" for slot, rate in zip(SLOTS, self.rates, strict=True)
        ]


def _discounted(value: int, values: Values) -> int:
    if "rw" not in values:
        return value
    amount = whole(values, "rw")
    if amount == 0:
        raise PosnetError(1984)
    after = value - amount if truth(values, "rd", True) else value + amount
    if after <= 0:
        raise PosnetError(1985)
    return after


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.replace(".", "-").replace("/", "-"))
    except ValueError:
        return None


def _t(value: bool) -> str:
    return "T" if value else "N"
