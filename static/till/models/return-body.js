/** The body of a return, exactly as the wire wants it. */

import { standingLines } from "./draft.js";
import { TillError } from "./errors.js";
import { pointsBack } from "./origin.js";
import { countOf } from "./return-count.js";

/** @typedef {import("../types.d.ts").Draft} Draft */
/** @typedef {import("../types.d.ts").RefundPart} RefundPart */
/** @typedef {import("./receipt.js").ReceiptBody} ReceiptBody */

/**
 * @param {import("../assembly.js").Parts} parts
 * @param {Draft} draft
 * @param {{number: number, closedAt: string, parts: RefundPart[]}} given
 * @returns {ReceiptBody}
 * @throws {TillError} not_selling
 */
export function returnBody(parts, draft, { number, closedAt, parts: money }) {
  const { shift, operator, store } = parts.view.state;
  if (!shift || !operator || !store) throw new TillError("not_selling");
  const priced = parts.pricing.price(draft);
  const payments = money.map(paymentOf);
  const due = payments.reduce((sum, payment) => sum + payment.amount, 0);
  const body = {
    kind: "return", number, day: shift.day, shift: shift.id, cashier: operator.id, opened_at: draft.openedAt, closed_at: closedAt,
    currency: store.currency, prices_include_tax: draft.origin?.included ?? store.prices_include_tax, customer: draft.origin?.customer ?? null,
    card: draft.origin?.card ?? null, buyer_tax_id: null, reason: draft.reason ?? null, about: draft.origin?.label ?? null, lines: linesOf(draft, priced), taxes: priced.taxes,
    total: priced.total, rounding: due - priced.due, due, payments, bonus: pointsOf(draft, payments), pair: null,
    priced: { engine: parts.engineHash(), rulebook: parts.pricing.book.hash },
  };
  return /** @type {ReceiptBody} */ (/** @type {unknown} */ (body));
}

/** What the goods had earned goes with them; what was paid for them in points comes back. @param {Draft} draft @param {{method: string, amount: number}[]} payments */
function pointsOf(draft, payments) {
  const { before, reached } = draft.origin ? pointsBack(draft.origin, draft.origin.bonus?.earned ?? 0, (n) => countOf(draft, n)) : { before: 0, reached: 0 };
  const redeemed = payments.filter(({ method }) => method === "bonus").reduce((sum, { amount }) => sum + amount, 0);
  return { earned: reached - before, redeemed, hold: null };
}

/** @param {Draft} draft @param {import("../types.d.ts").Priced} priced @returns {Record<string, unknown>[]} */
function linesOf(draft, priced) {
  const results = new Map(priced.lines.map((line) => [line.n, line]));
  return standingLines(draft).map(({ n, product, name, barcode, quantity, unit, price, deposit, sold, mark, lot }) => {
    const result = /** @type {import("../types.d.ts").PricedLine & {price?: number}} */ (results.get(n));
    const { gross, discounts, total, tax, tax_amount } = result;
    const origin = draft.origin && sold ? { receipt: draft.origin.id, n: sold } : null;
    return { n, product, name, barcode, quantity, unit, price: result.price ?? price, gross, discounts, total, tax, tax_amount, deposit, origin, mark: mark ?? null, lot: lot ?? null };
  });
}

/** Nothing was handed over by the customer, so nothing was tendered. @param {RefundPart} part */
function paymentOf({ method, amount, reference, details }) {
  return { method, amount, tendered: null, change: null, details: { ...details, reference: reference ?? (method === "card" ? null : (details?.reference ?? null)) } };
}
