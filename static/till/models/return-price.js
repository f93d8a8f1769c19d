/** What a return is worth, in the engine's shape: by the receipt it comes back to, else at the prices on its lines without an offer. */

import { standingLines } from "./draft.js";
import { refundLine } from "./origin.js";
import { refundTaxes } from "./refund.js";

/** @typedef {import("../types.d.ts").Draft} Draft */
/** @typedef {import("../types.d.ts").Origin} Origin */
/** @typedef {import("../types.d.ts").Priced} Priced */
/** @typedef {import("../types.d.ts").Rulebook} Rulebook */

/**
 * @param {Draft} draft of kind return
 * @param {(rules: (book: Rulebook) => Rulebook) => Priced} asSold prices the lines by the engine
 * @returns {Priced} `due` before cash rounding
 */
export function priceReturn(draft, asSold) {
  if (!draft.origin) return asSold(withoutOffers);
  const { origin } = draft;
  const lines = standingLines(draft).map((line) => pricedLine(origin, line));
  const taxes = refundTaxes(lines, origin.included);
  const total = lines.reduce((sum, line) => sum + line.total, 0);
  const onTop = origin.included ? 0 : taxes.reduce((sum, row) => sum + row.tax, 0);
  return { lines, taxes, total, rounding: 0, due: total + onTop, reasons: [] };
}

/** @param {Origin} origin @param {import("../types.d.ts").DraftLine} line @returns {import("../types.d.ts").PricedLine & {price: number}} */
function pricedLine(origin, { n, sold, quantity }) {
  const from = Number(sold);
  const tax = /** @type {import("../types.d.ts").SoldLine} */ (origin.lines.find((one) => one.n === from)).tax;
  return { n, ...refundLine(origin, from, quantity), tax };
}

/** @type {WeakMap<Rulebook, Rulebook>} */
const plain = new WeakMap();

/** A rulebook is a value that nobody changes, so its plain twin is kept: the engine remembers what it has read. @param {Rulebook} book @returns {Rulebook} */
function withoutOffers(book) {
  const twin = plain.get(book) ?? { ...book, rules: [] };
  plain.set(book, twin);
  return twin;
}
