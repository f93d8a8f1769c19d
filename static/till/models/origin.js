/** A receipt that goods come back to: how it was sold, what of it came back before, and who says so. Plain values. */

import { pointsGone, refundOf } from "./refund.js";

/** @typedef {import("../types.d.ts").Origin} Origin */
/** @typedef {import("../types.d.ts").Comeback} Comeback */
/** @typedef {import("../types.d.ts").SoldLine} SoldLine */
/** @typedef {import("./receipt.js").ReceiptBody} ReceiptBody */

/**
 * From this till's own journal. What other tills took back is not in it, so it is not verified yet.
 *
 * @param {string} id
 * @param {string} label
 * @param {ReceiptBody} body
 * @param {Comeback[]} returns
 * @returns {Origin}
 */
export function originOfBody(id, label, body, returns) {
  const lines = body.lines.map(({ n, product, name, barcode, quantity, unit, price, gross, discounts, total, tax, tax_amount, deposit, mark, lot }) => ({
    n, product, name, barcode, quantity, unit, price, gross, discounts, total, tax, tax_amount, deposit, mark, lot,
  }));
  const payments = body.payments.map(({ method, amount, details }) => ({ method, amount, details }));
  return {
    id, label, closedAt: body.closed_at, day: body.day, due: body.due, rounding: body.rounding, card: text(body.card), customer: text(body.customer),
    included: body.prices_include_tax === true, source: "till", verified: false, lines, payments, returns, bonus: pointsOf(body.bonus),
  };
}

/** @param {Record<string, any>} found as `receipt.find` tells it @returns {Origin} */
export function originOfAnswer(found) {
  const { id, label, closed_at, day, due, rounding, prices_include_tax, card, customer, lines, payments } = found;
  const returns = (found.returns ?? []).map((/** @type {Record<string, any>} */ one) => ({ ...one, closedAt: one.closed_at }));
  return {
    id, label, closedAt: closed_at, day, due, rounding, card: text(card), customer: text(customer), included: prices_include_tax === true,
    source: "server", verified: true, lines, payments, returns, bonus: pointsOf(found.bonus),
  };
}

/** @param {import("../types.d.ts").JournalRow} row of a return @param {string} label @param {string} origin @returns {Comeback} */
export function comebackOf({ item }, label, origin) {
  const body = /** @type {any} */ (item.body);
  const lines = body.lines.filter((/** @type {any} */ line) => line.origin?.receipt === origin);
  return {
    id: item.id, label, closedAt: body.closed_at, due: body.due, payments: body.payments,
    lines: lines.map((/** @type {any} */ line) => ({ n: line.origin.n, quantity: line.quantity, total: line.total, tax_amount: line.tax_amount })),
  };
}

/** The same receipt, with every return that either side knows, each once. @param {Origin} origin @param {Comeback[]} more @returns {Origin} */
export function withReturns(origin, more) {
  const known = new Map([...more, ...origin.returns].map((one) => [one.id, one]));
  return { ...origin, returns: [...known.values()] };
}

/** @param {Origin} origin @param {number} n @returns {import("./refund.js").Back} */
export function backOf(origin, n) {
  const back = { quantity: 0, total: 0, tax: 0 };
  for (const one of origin.returns) {
    for (const line of one.lines) {
      if (line.n !== n) continue;
      back.quantity += line.quantity;
      back.total += line.total;
      back.tax += line.tax_amount;
    }
  }
  return back;
}

/** @param {Origin} origin @param {number} n @returns {SoldLine} */
export function soldLine(origin, n) {
  return /** @type {SoldLine} */ (origin.lines.find((line) => line.n === n));
}

/** @param {Origin} origin @param {number} n @returns {number} thousandths that may still come back */
export function leftOf(origin, n) {
  return Math.max(0, soldLine(origin, n).quantity - backOf(origin, n).quantity);
}

/** @param {Origin} origin @param {number} n @param {number} quantity @returns {import("./refund.js").Refund} */
export function refundLine(origin, n, quantity) {
  return refundOf({ ...soldLine(origin, n), back: backOf(origin, n) }, quantity);
}

/** What was handed out before, and what those goods were worth before cash was rounded. @param {Origin} origin @returns {{due: number, exact: number}} */
export function handedOut(origin) {
  let [due, exact] = [0, 0];
  for (const one of origin.returns) {
    due += one.due;
    for (const line of one.lines) exact += line.total + (origin.included ? 0 : line.tax_amount);
  }
  return { due, exact };
}

/**
 * What of each means of payment has not gone back yet, in the order it was paid.
 *
 * @param {Origin} origin
 * @returns {{method: string, left: number, details: Record<string, unknown>}[]}
 */
export function paidLeft(origin) {
  const rows = origin.payments.map(({ method, amount, details }) => ({ method, left: amount, details: details ?? {} }));
  for (const payment of origin.returns.flatMap((one) => one.payments)) {
    let rest = payment.amount;
    for (const row of rows.filter((one) => one.method === payment.method)) {
      const part = Math.min(rest, row.left);
      row.left -= part;
      rest -= part;
    }
  }
  return rows;
}

/**
 * How many points have come back with a receipt's goods, and how many more with what is counted now.
 *
 * @param {Origin} origin
 * @param {number} points of the whole sale
 * @param {(n: number) => number} now thousandths of a sold line that come back now
 * @returns {{before: number, reached: number}}
 */
export function pointsBack(origin, points, now) {
  const goods = origin.lines.filter((line) => !line.deposit);
  const rows = (/** @type {(n: number) => number} */ more) => goods.map(({ n, total, quantity }) => ({ n, total, quantity, back: backOf(origin, n).quantity + more(n) }));
  return { before: pointsGone(points, rows(() => 0)), reached: pointsGone(points, rows(now)) };
}

/** A receipt of an earlier version has no points. @param {unknown} bonus @returns {{earned: number, redeemed: number}} */
function pointsOf(bonus) {
  const { earned = 0, redeemed = 0 } = /** @type {{earned?: number, redeemed?: number}} */ (bonus ?? {});
  return { earned, redeemed };
}

/** @param {unknown} value @returns {string | null} */
function text(value) {
  return typeof value === "string" && value !== "" ? value : null;
}
