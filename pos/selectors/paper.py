"""A receipt as the customer holds it, as plain lines of a fixed width, in the store's language."""

import textwrap
from dataclasses import dataclass

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core.models import Store
from core.money import format_minor, format_percent, format_quantity
from inventory.selectors.units import unit_names
from pos.models import Receipt, ReceiptLine
from pos.selectors import tenders

WIDTH = 42


def receipt(found: Receipt, store: Store, *, language: str, width: int = WIDTH) -> str:
    """The whole slip; needs lines, discounts, taxes and payments loaded."""
    with translation.override(language), timezone.override(store.time_zone):
        slip = _Slip(found, store, language, width)
        parts = [slip.head(), slip.number(), slip.lines(), slip.sums(), slip.foot()]
    return f"\n{'-' * width}\n".join("\n".join(part) for part in parts if part)


@dataclass(frozen=True)
class _Slip:
    found: Receipt
    store: Store
    language: str
    width: int

    def head(self) -> list[str]:
        own = list(self.store.receipt_header) or [
            text for text in (self.store.name, self.store.address, self.store.company.tax_id) if text
        ]
        return [line for text in own for line in self._centre(text)]

    def number(self) -> list[str]:
        found = self.found
        at = f"{timezone.localtime(found.closed_at):%d.%m.%Y %H:%M}"
        title = _("Return %(label)s") if found.kind == "return" else _("Receipt %(label)s")
        rows = [self._pair(title % {"label": found.label}, at)]
        if found.cashier:
            rows.append(self._pair(_("Cashier"), found.cashier.name))
        if found.buyer_tax_id:
            rows.append(self._pair(_("Buyer's tax number"), found.buyer_tax_id))
        return rows

    def lines(self) -> list[str]:
        rows: list[str] = []
        units = unit_names(self.language)
        for line in sorted(self.found.lines.all(), key=lambda line: line.n):
            rows += [
                *textwrap.wrap(line.name, self.width),
                self._amounts(line, units.get(line.unit, line.unit)),
            ]
            for discount in self.found.discounts.all():
                if discount.n == line.n:
                    name = f"  {discount.name or _('Discount')}"
                    rows.append(self._pair(name, f"\u2212{self._money(discount.amount)}"))
        return rows

    def sums(self) -> list[str]:
        found, rows = self.found, []
        if found.discount_total:
            rows.append(self._pair(_("Discounts"), f"\u2212{self._money(found.discount_total)}"))
        for tax in found.taxes.all():
            rate = f"{tax.code} {format_percent(tax.percent, self.language)}"
            told = _("Tax %(rate)s of %(net)s") % {"rate": rate, "net": self._money(tax.net)}
            rows.append(self._pair(told, self._money(tax.tax)))
        if found.rounding:
            rows.append(self._pair(_("Rounding"), self._money(found.rounding)))
        total = _("PAID BACK") if found.kind == "return" else _("TO PAY")
        due = format_minor(found.due, found.currency, self.language)
        return [*rows, self._pair(total, due), *self._payments()]

    def foot(self) -> list[str]:
        return [
            line for text in [*self.store.receipt_footer, self.found.label] for line in self._centre(text)
        ]

    def _payments(self) -> list[str]:
        names, rows = tenders.methods(), []
        for payment in sorted(self.found.payments.all(), key=lambda payment: payment.position):
            shown = payment.amount if payment.tendered is None else payment.tendered
            rows.append(self._pair(names.get(payment.method, payment.method), self._money(shown)))
            if payment.change:
                rows.append(self._pair(_("Change"), self._money(payment.change)))
        return rows

    def _amounts(self, line: ReceiptLine, unit: str) -> str:
        quantity = format_quantity(line.quantity, self.language)
        left = f"  {quantity} {unit} × {self._money(line.price)}"
        return self._pair(left, f"{self._money(line.gross)} {line.tax_code}")

    def _money(self, value: int) -> str:
        return format_minor(value, self.found.currency, self.language, symbol=False)

    def _pair(self, left: str, right: str) -> str:
        room = self.width - len(right) - 1
        return f"{left[:room]:<{room}} {right}" if room > 0 else right

    def _centre(self, text: str) -> list[str]:
        return [line.center(self.width).rstrip() for line in textwrap.wrap(text, self.width)] or [""]
