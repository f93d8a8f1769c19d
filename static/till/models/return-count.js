/** Counting what comes back: goods to the lines they were sold on, deposits with their goods, never past what is left. */

import { TillError } from "./errors.js";
import { backOf, leftOf, soldLine } from "./origin.js";

/** @typedef {import("../types.d.ts").Draft} Draft */
/** @typedef {import("../types.d.ts").DraftLine} DraftLine */
/** @typedef {import("../types.d.ts").Origin} Origin */
/** @typedef {import("../types.d.ts").SoldLine} SoldLine */

/** @param {Draft} draft @param {number} sold number of the sold line @returns {number} thousandths that come back now */
export function countOf(draft, sold) {
  return draft.lines.find((line) => line.sold === sold && !line.voided)?.quantity ?? 0;
}

/** Of a product, over all lines it was sold on: what may still be counted. @param {Draft} draft @param {string} product @returns {number} */
export function countable(draft, product) {
  const origin = /** @type {Origin} */ (draft.origin);
  return origin.lines.filter((line) => line.product === product).reduce((sum, { n }) => sum + leftOf(origin, n) - countOf(draft, n), 0);
}

/**
 * So much more of a product comes back: to the first line it was sold on until that is full, then to the next.
 *
 * @param {Draft} draft
 * @param {string} product
 * @param {number} quantity thousandths
 * @returns {Draft}
 * @throws {TillError} nothing_left {left}
 */
export function counted(draft, product, quantity) {
  const origin = /** @type {Origin} */ (draft.origin);
  const left = countable(draft, product);
  if (quantity > left) throw new TillError("nothing_left", { left: left / 1000 });
  let [rest, next] = [quantity, draft];
  for (const { n } of origin.lines.filter((line) => line.product === product)) {
    const now = countOf(next, n);
    const part = Math.min(rest, leftOf(origin, n) - now);
    if (part > 0) next = withCount(next, n, now + part);
    rest -= Math.max(0, part);
  }
  return next;
}

/** Everything that is left. @param {Draft} draft @returns {Draft} */
export function allCounted(draft) {
  const origin = /** @type {Origin} */ (draft.origin);
  return origin.lines.reduce((next, { n }) => put(next, n, leftOf(origin, n)), draft);
}

/** No line counts more than is left, and none what was not sold: another till may have been quicker, and a paper is not the server. @param {Draft} draft @returns {Draft} the same one when nothing is too much */
export function clipped(draft) {
  const origin = /** @type {Origin} */ (draft.origin);
  const lines = draft.lines.filter(({ sold, product }) => origin.lines.some((line) => line.n === sold && line.product === product));
  const rest = lines.length === draft.lines.length ? draft : { ...draft, lines, selected: lines[lines.length - 1]?.n ?? null };
  return origin.lines.reduce((next, { n }) => (countOf(next, n) > leftOf(origin, n) ? put(next, n, leftOf(origin, n)) : next), rest);
}

/**
 * Sets how much of one sold line comes back; its deposit comes with it.
 *
 * @param {Draft} draft
 * @param {number} n number of the sold line
 * @param {number} quantity thousandths, 0 takes it off
 * @returns {Draft}
 * @throws {TillError} nothing_left {left}
 */
export function withCount(draft, n, quantity) {
  const origin = /** @type {Origin} */ (draft.origin);
  if (quantity > leftOf(origin, n)) throw new TillError("nothing_left", { left: leftOf(origin, n) / 1000 });
  const goods = soldLine(origin, n);
  const next = put(draft, n, quantity);
  return followers(origin, goods).reduce((all, deposit) => put(all, deposit.n, share(origin, goods, quantity, deposit)), next);
}

/** Deposits stand right behind their goods on a receipt. @param {Origin} origin @param {SoldLine} goods @returns {SoldLine[]} */
function followers(origin, goods) {
  if (goods.deposit) return [];
  const behind = origin.lines.slice(origin.lines.indexOf(goods) + 1);
  const end = behind.findIndex((line) => !line.deposit);
  return end < 0 ? behind : behind.slice(0, end);
}

/** Whole deposits for the goods that have come back by then, less those given before. @param {Origin} origin @param {SoldLine} goods @param {number} quantity @param {SoldLine} deposit */
function share(origin, goods, quantity, deposit) {
  const gone = backOf(origin, goods.n).quantity + quantity;
  const due = Math.floor((gone * deposit.quantity) / goods.quantity / 1000) * 1000 - backOf(origin, deposit.n).quantity;
  return Math.min(leftOf(origin, deposit.n), Math.max(0, due));
}

/** @param {Draft} draft @param {number} n @param {number} quantity @returns {Draft} */
function put(draft, n, quantity) {
  const line = draft.lines.find((one) => one.sold === n);
  if (line && quantity > 0) return { ...draft, lines: draft.lines.map((one) => (one === line ? { ...one, quantity } : one)), selected: line.n };
  if (line) {
    const lines = draft.lines.filter((one) => one !== line);
    return { ...draft, lines, selected: lines[lines.length - 1]?.n ?? null };
  }
  if (quantity <= 0) return draft;
  const added = lineOf(soldLine(/** @type {Origin} */ (draft.origin), n), draft.nextN, quantity);
  return { ...draft, lines: [...draft.lines, added], nextN: draft.nextN + 1, selected: added.n };
}

/** @param {SoldLine} sold @param {number} n @param {number} quantity @returns {DraftLine} */
function lineOf({ n: from, product, name, barcode, unit, price, tax, deposit, mark = null, lot = null }, n, quantity) {
  const kind = deposit ? "deposit" : "piece";
  return {
    n, product, name, code: "", barcode, kind, quantity, unit, price, tax: tax.code, groups: [], discountable: false, deposit, age: 0, manual: null,
    voided: false, sold: from, mark, lot,
  };
}
