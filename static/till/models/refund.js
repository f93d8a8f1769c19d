/**
 * What goods that come back are worth: pure sums, without an import, so that the server's tests run the same bytes.
 *
 * Everything is counted up from the sale's beginning: when x of what was sold has come back, the share x/sold of the money
 * has, rounded half-up, and of the tax the same share as of the money. A return gives the difference to what was given
 * before. So it does not matter in how many parts, in which order or on which till goods come back; at no moment more has
 * been given than was paid, and with the last piece the last unit of money and tax has gone back.
 */

/**
 * A line as it was sold, and what of it has come back. Money in minor units, quantity in thousandths.
 *
 * @typedef {{source: string, ref: string | null, name: string, amount: number, approved_by: string | null, reason: string | null}} Discount
 * @typedef {{quantity: number, total: number, tax: number}} Back
 * @typedef {{price: number, quantity: number, total: number, tax_amount: number, discounts: Discount[], back: Back}} Sold
 * @typedef {{price: number, gross: number, discounts: Discount[], total: number, tax_amount: number}} Refund
 * @typedef {{code: string, percent: number, net: number, tax: number, gross: number}} TaxRow
 */

/** a * b / d rounded half-up for non-negative integers, exact beyond 2^53. @param {number} a @param {number} b @param {number} d @returns {number} */
function scale(a, b, d) {
  const [whole, rest] = divide(a, b, d);
  return whole + (rest >= d - rest ? 1 : 0);
}

/** @param {number} a @param {number} b @param {number} d @returns {[number, number]} quotient and remainder of a * b / d */
function divide(a, b, d) {
  const product = a * b;
  if (Number.isSafeInteger(product)) return [(product - (product % d)) / d, product % d];
  const exact = BigInt(a) * BigInt(b);
  return [Number(exact / BigInt(d)), Number(exact % BigInt(d))];
}

/**
 * What so much of a line gives back now.
 *
 * @param {Sold} sold
 * @param {number} quantity at most what is left of it
 * @returns {Refund} `price` is the sale's, or just above it where a rounded sum of small weights would otherwise lose a coin
 */
export function refundOf(sold, quantity) {
  const gone = sold.back.quantity + quantity;
  const last = gone >= sold.quantity;
  const money = last ? sold.total : scale(sold.total, gone, sold.quantity);
  const total = Math.max(0, money - sold.back.total);
  const tax = last || sold.total === 0 ? sold.tax_amount : scale(sold.tax_amount, sold.back.total + total, sold.total);
  const price = priceFor(sold.price, quantity, total);
  const gross = scale(price, quantity, 1000);
  const tax_amount = Math.min(Math.max(0, tax - sold.back.tax), Math.max(0, sold.tax_amount - sold.back.tax));
  return { price, gross, discounts: spread(sold.discounts, gross - total), total, tax_amount };
}

/** The price itself, or the lowest whose sum reaches what is given back. @param {number} price @param {number} quantity @param {number} total */
function priceFor(price, quantity, total) {
  if (scale(price, quantity, 1000) >= total) return price;
  return Math.ceil((total * 1000 - 500) / quantity);
}

/**
 * The reduction of what comes back, shared over the reasons it was given for by largest remainder; the first of equals gets
 * the coin. What no reason explains is rounding.
 *
 * @param {Discount[]} reasons
 * @param {number} amount
 * @returns {Discount[]}
 */
function spread(reasons, amount) {
  if (amount === 0) return [];
  const whole = reasons.reduce((sum, one) => sum + one.amount, 0);
  if (whole === 0) return [{ source: "rounding", ref: null, name: "", amount, approved_by: null, reason: null }];
  const parts = reasons.map((one) => divide(amount, one.amount, whole));
  const order = reasons.map((_, i) => i).sort((i, j) => parts[j][1] - parts[i][1] || i - j);
  const missing = amount - parts.reduce((sum, part) => sum + part[0], 0);
  for (const i of order.slice(0, missing)) parts[i][0] += 1;
  return reasons.map((one, i) => ({ ...one, amount: parts[i][0] })).filter((one) => one.amount > 0);
}

/**
 * The tax table of what comes back: the sums of its lines, since each line gives back its own share of the tax that was paid.
 *
 * @param {{total: number, tax_amount: number, tax: {code: string, percent: number}}[]} lines
 * @param {boolean} included
 * @returns {TaxRow[]}
 */
export function refundTaxes(lines, included) {
  /** @type {Map<string, TaxRow>} */
  const rows = new Map();
  for (const { total, tax_amount, tax } of lines) {
    const { code, percent } = tax;
    const row = rows.get(`${code}:${percent}`) ?? { code, percent, net: 0, tax: 0, gross: 0 };
    const net = included ? total - tax_amount : total;
    rows.set(`${code}:${percent}`, { code, percent, net: row.net + net, tax: row.tax + tax_amount, gross: row.gross + net + tax_amount });
  }
  return [...rows.values()].sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : a.percent - b.percent));
}

/**
 * What is handed out for a return of one receipt. Cash rounding is counted up like everything else: what has been handed out
 * altogether is the rounded sum of all that came back, and never more than was paid.
 *
 * @param {object} given
 * @param {number} given.due what was paid for the sale, cash rounding included
 * @param {number} given.exact what comes back now, before rounding
 * @param {number} given.backExact what came back before, before rounding
 * @param {number} given.backDue what was handed out before
 * @param {boolean} given.all nothing is left after this
 * @param {number} [given.step] smallest coin; 1 when no cash is handed out
 * @param {number} [given.other] of it not in cash
 * @returns {number}
 */
export function refundDue({ due, exact, backExact, backDue, all, step = 1, other = 0 }) {
  const reached = backExact + exact;
  const target = all ? due : Math.min(scale(reached, 1, step) * step, due);
  const cash = Math.max(0, target - backDue - other);
  return other + cash - (cash % step);
}

/**
 * How many of a sale's points have come back with its goods: each line carries its share by largest remainder, the first of
 * equals first, and a part of a line the part that is reached so far. All of them when everything has come back. The server
 * has the same sums (loyalty/bonus_rule.py).
 *
 * @param {number} points
 * @param {{n: number, total: number, quantity: number, back: number}[]} goods without deposits; `back`: of the quantity, so far
 * @returns {number}
 */
export function pointsGone(points, goods) {
  const whole = goods.reduce((sum, { total }) => sum + total, 0);
  if (whole === 0) return 0;
  const parts = goods.map(({ total }) => divide(points, total, whole));
  const order = goods.map((_, i) => i).sort((i, j) => parts[j][1] - parts[i][1] || goods[i].n - goods[j].n);
  const missing = points - parts.reduce((sum, part) => sum + part[0], 0);
  for (const i of order.slice(0, missing)) parts[i][0] += 1;
  return goods.reduce((sum, { quantity, back }, i) => sum + scale(parts[i][0], Math.min(back, quantity), quantity), 0);
}

/**
 * Which money goes back which way: first points, as far as they were paid for these goods, then what else was not paid in cash,
 * each as far as it was paid with it, then cash.
 *
 * @param {{method: string, left: number}[]} paid what of each means of payment has not gone back yet
 * @param {(step: {other: number, cash: boolean}) => number} dueFor what is handed out when `other` of it is not cash
 * @returns {{other: number[], cash: number}} of each means of payment in the order given; cash beside them
 */
export function refundParts(paid, dueFor) {
  let rest = dueFor({ other: 0, cash: false });
  const other = paid.map(() => 0);
  const rows = paid.map((_, i) => i).sort((i, j) => Number(paid[j].method === "bonus") - Number(paid[i].method === "bonus") || i - j);
  for (const i of rows) {
    if (paid[i].method !== "cash") other[i] = Math.max(0, Math.min(rest, paid[i].left));
    rest -= other[i];
  }
  const carried = other.reduce((sum, amount) => sum + amount, 0);
  const cash = rest > 0 ? dueFor({ other: carried, cash: true }) - carried : 0;
  return { other, cash };
}
