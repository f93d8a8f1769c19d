"""A receipt as the customer holds it, as plain lines of a fixed width, in the store's language."""

import textwrap

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from backoffice import words
from core.models import Store
from core.money import format_minor, format_percent, format_quantity
from inventory.selectors.units import unit_names
from pos.models import Receipt, ReceiptLine

WIDTH = 42


def receipt(found: Receipt, store: Store, *, language: str) -> str:
    """The whole slip; needs lines, discounts, taxes and payments loaded."""
    with translation.override(language):
        parts = [
            _head(store),
            _number(found),
            _lines(found, language),
            _sums(found, language),
            _foot(found, store),
        ]
    return f"\n{'-' * WIDTH}\n".join("\n".join(part) for part in parts if part)


def _pair(left: str, right: str) -> str:
    room = WIDTH - len(right) - 1
    return f"{left[:room]:<{room}} {right}" if room > 0 else right


def _centre(text: str) -> list[str]:
    return [line.center(WIDTH).rstrip() for line in textwrap.wrap(text, WIDTH)] or [""]


def _head(store: Store) -> list[str]:
    own = list(store.receipt_header) or [
        text for text in (store.name, store.address, store.company.tax_id) if text
    ]
    return [line for text in own for line in _centre(text)]


def _number(found: Receipt) -> list[str]:
    at = f"{timezone.localtime(found.closed_at):%d.%m.%Y %H:%M}"
    title = _("Return %(label)s") if found.kind == "return" else _("Receipt %(label)s")
    rows = [_pair(title % {"label": found.label}, at)]
    if found.cashier:
        rows.append(_pair(_("Cashier"), found.cashier.name))
    if found.buyer_tax_id:
        rows.append(_pair(_("Buyer's tax number"), found.buyer_tax_id))
    return rows


def _money(found: Receipt, value: int, language: str) -> str:
    return format_minor(value, found.currency, language, symbol=False)


def _lines(found: Receipt, language: str) -> list[str]:
    rows: list[str] = []
    units = unit_names(language)
    for line in sorted(found.lines.all(), key=lambda line: line.n):
        rows += [
            *textwrap.wrap(line.name, WIDTH),
            _amounts(found, line, units.get(line.unit, line.unit), language),
        ]
        for discount in found.discounts.all():
            if discount.n == line.n:
                rows.append(
                    _pair(
                        f"  {discount.name or _('Discount')}",
                        f"\u2212{_money(found, discount.amount, language)}",
                    )
                )
    return rows


def _amounts(found: Receipt, line: ReceiptLine, unit: str, language: str) -> str:
    left = f"  {format_quantity(line.quantity, language)} {unit} × {_money(found, line.price, language)}"
    return _pair(left, f"{_money(found, line.gross, language)} {line.tax_code}")


def _sums(found: Receipt, language: str) -> list[str]:
    rows = []
    if found.discount_total:
        rows.append(_pair(_("Discounts"), f"\u2212{_money(found, found.discount_total, language)}"))
    for tax in found.taxes.all():
        rate = f"{tax.code} {format_percent(tax.percent, language)}"
        rows.append(
            _pair(
                _("Tax %(rate)s of %(net)s") % {"rate": rate, "net": _money(found, tax.net, language)},
                _money(found, tax.tax, language),
            )
        )
    if found.rounding:
        rows.append(_pair(_("Rounding"), _money(found, found.rounding, language)))
    total = _("PAID BACK") if found.kind == "return" else _("TO PAY")
    return [
        *rows,
        _pair(total, format_minor(found.due, found.currency, language)),
        *_payments(found, language),
    ]


def _payments(found: Receipt, language: str) -> list[str]:
    names, rows = words.methods(), []
    for payment in sorted(found.payments.all(), key=lambda payment: payment.position):
        shown = payment.amount if payment.tendered is None else payment.tendered
        rows.append(_pair(names.get(payment.method, payment.method), _money(found, shown, language)))
        if payment.change:
            rows.append(_pair(_("Change"), _money(found, payment.change, language)))
    return rows


def _foot(found: Receipt, store: Store) -> list[str]:
    return [line for text in [*store.receipt_footer, found.label] for line in _centre(text)]
