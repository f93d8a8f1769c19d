# ruff: noqa: E501  (tables with one case a line)
"""The vectors can fail: every small lie told to the engine's text is caught by at least one of them."""

import pytest

from pos.pricing import engine
from pos.pricing.engine import Engine, PricingError
from tests.pricing import vectors

TEXT = engine.ENGINE_FILE.read_text(encoding="utf-8")
LIES = {
    "a half goes down": ("rest >= d - rest ? 1 : 0", "rest > d - rest ? 1 : 0"),
    "large products are rounded": ("if (Number.isSafeInteger(product)) return [(", "if (product > 0) return [("),
    "unsafe numbers pass": ('if (!Number.isSafeInteger(value)) refuse("unsafe_integer", where);', ""),
    "remainders go to the smallest": ("parts[j][1] - parts[i][1] ||", "parts[i][1] - parts[j][1] ||"),
    "ties go by scanning": ("compare(a.line.product, b.line.product) || compare(keyOf(a), keyOf(b)) || ", ""),
    "any format is read": ("if (source.format !== FORMAT)", "if (false)"),
    "unknown keys are ignored": ("if (!known.includes(key)) refuse", "if (false) refuse"),
    "kinds are looked up in the prototype": ("!Object.hasOwn(PARAMETERS, String(rule.kind))", "!(String(rule.kind) in PARAMETERS)"),
    "the last day is left out": ("(period.to === null || day <= period.to)", "(period.to === null || day < period.to)"),
    "the first day is left out": ("(period.from === null || period.from <= day)", "(period.from === null || period.from < day)"),
    "the earliest rate counts": ('(row.from ?? "") > (best.from ?? "")', '(row.from ?? "") < (best.from ?? "")'),
    "weekdays are not looked at": ("when.weekdays !== null && !when", "false && !when"),
    "hours include their end": ("moment.minute < to)", "moment.minute <= to)"),
    "only the product counts": ("for (const group of line.groups) found.push", "for (const group of []) found.push"),
    "deposits are discounted": ("line.discountable && !line.deposit &&", "line.discountable &&"),
    "fixed goods are discounted": ("line.discountable && !line.deposit", "!line.deposit"),
    "a discount by hand on a deposit is dropped": ("if (!open && line.manual !== null) refuse", "if (false) refuse"),
    "weighed goods are counted": ('open && kind !== "weighed" &&', "open &&"),
    "an amount may pass the price": ("return Math.min(base, scale(rule.amount ?? 0", "return (scale(rule.amount ?? 0"),
    "the first offer wins": ("if (amount > (best?.amount ?? 0)) best = { offer, state, units, amount };", "best ??= { offer, state, units, amount };"),
    "offers pile up": ("state.units = state.base = state.quantity = 0;", ""),
    "sets leave their pieces open": ("cut.state.units -= cut.units;", ""),
    "the dearest is free": ("b.line.price - a.line.price ||", "a.line.price - b.line.price ||"),
    "a set may raise the price": ("Math.max(0, value - (rule.price ?? 0))", "value - (rule.price ?? 0)"),
    "sets are always made": ("mask = 0; mask < 2 **", "mask = 2 ** weighed.length - 1; mask < 2 **"),
    "the worst plan is taken": ("if (saving > bestSaving)", "if (saving >= 0)"),
    "percents do not count in plans": ("sum(cuts, (cut) => cut.amount) + rest", "sum(cuts, (cut) => cut.amount)"),
    "large priorities go first": ("[...priorities].sort((a, b) => a - b)", "[...priorities].sort((a, b) => b - a)"),
    "a threshold is missed by one": ("if (base < (offer", "if (base <= (offer"),
    "every threshold is given": ("open = open.filter((state) => !closed.has(state));", "offers.splice(offers.indexOf(offer), 1);"),
    "thresholds ignore priority": ("if (best !== null && offer.rule.priority > best.offer.rule.priority) break;", ""),
    "limits are not looked at": ("if (passes) refuse", "if (false) refuse"),
    "an approval is not looked at": ("if (limit === null || (manual.approved_by ?? null) !== null) return;", "if (limit === null) return;"),
    "small discounts add up": ("asked + already > scale", "asked > scale"),
    "tax line by line": ("const total = sum(states, (state) => state.total);\n    const tax = scale(total, percent, sheet.book.inclusive ? WHOLE + percent : WHOLE);", "const total = sum(states, (state) => state.total);\n    const tax = sum(states, (state) => scale(state.total, percent, sheet.book.inclusive ? WHOLE + percent : WHOLE));"),
    "tax is on top of prices that hold it": ("sheet.book.inclusive ? WHOLE + percent : WHOLE", "WHOLE"),
    "added tax is not paid": ("safe(total + sum(taxes, (row) => row.tax))", "total"),
    "cards are rounded": ("cart.cash ? (latest", "true ? (latest"),
    "the reason is forgotten": ("if (amount > 0) sheet.reasons.push(manualReason(manual, null, amount));", ""),
    "numbers of lines may repeat": ('refuse("bad_cart", "a line number repeats")', "void 0"),
}  # fmt: skip


def caught(text: str) -> str | None:
    """The first vector that an engine breaks, or None when it keeps them all."""
    try:
        lying = Engine(text, seconds=2.0)
    except PricingError:
        return "does not load"
    for vector in vectors.carts():
        priced, error = None, None
        try:
            priced = lying.price(vector.rulebook, vector.cart)
        except PricingError as refusal:
            error = refusal.code
            if lying.broken:
                lying = Engine(text, seconds=2.0)
        if vectors.differences(vector, priced=priced, error=error):
            return vector.name
    return None


def test_the_engine_itself_breaks_no_vector() -> None:
    assert caught(TEXT) is None


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_caught(lie: str) -> None:
    old, new = LIES[lie]
    assert TEXT.count(old) == 1, "the engine changed: tell this lie about its new text"
    assert caught(TEXT.replace(old, new)) is not None
