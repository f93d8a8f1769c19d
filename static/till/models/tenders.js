/** Sums of a payment, as plain functions: what is left, what the drawer gives back, which notes to offer. */

/** @typedef {import("../types.d.ts").Tender} Tender */

/** Money was taken for a receipt, or is being taken. @param {import("../types.d.ts").Draft} draft @returns {boolean} */
export function holdsMoney({ tenders, charge }) {
  return tenders.length > 0 || (charge != null && charge.state !== "failed");
}

/** @param {Tender[]} tenders @returns {number} */
export function paidBy(tenders) {
  return tenders.reduce((sum, tender) => sum + tender.amount, 0);
}

/** @param {Tender[]} tenders @returns {number} */
export function changeOf(tenders) {
  return tenders.reduce((sum, tender) => sum + tender.change, 0);
}

/**
 * The exact sum, then for each note the least number of such notes that covers it.
 *
 * @param {number} rest what is to be paid in cash
 * @param {number[]} notes
 * @param {number} [most]
 * @returns {number[]} ascending, without repeats, the first is exact
 */
export function quickAmounts(rest, notes, most = 6) {
  const sums = notes.filter((note) => note > 0).map((note) => Math.ceil(rest / note) * note);
  return [...new Set([rest, ...sums])].filter((sum) => sum >= rest && sum > 0).sort((a, b) => a - b).slice(0, most);
}

/**
 * Cash rounding of the receipt: what the last tender, being cash, was rounded by. A card pays to the last minor unit, so a
 * receipt paid without cash, or with cash first and a card for the rest, is not rounded.
 *
 * @param {Tender[]} tenders
 * @param {number} due before rounding
 * @returns {number}
 */
export function roundingOf(tenders, due) {
  return tenders.length > 0 ? paidBy(tenders) - due : 0;
}

/**
 * What stays when one is given back. Cash was worked out for what was left then: where it was rounded, or gave change, it
 * is given back too and taken again.
 *
 * @param {Tender[]} tenders
 * @param {number} i
 * @param {boolean} settled nothing was left to pay
 * @returns {{left: Tender[], gone: Tender[]}}
 */
export function without(tenders, i, settled) {
  const goes = (/** @type {Tender} */ tender) => tender.i === i || (settled && tender.method === "cash");
  const left = tenders.filter((tender) => !goes(tender)).map((tender, at) => ({ ...tender, i: at }));
  return { left, gone: tenders.filter(goes) };
}

/**
 * The receipt's payments: all cash is one row, since it is one heap of money and one change.
 *
 * @param {Tender[]} tenders
 * @param {(tender: Tender) => Record<string, unknown>} details
 * @returns {{method: string, amount: number, tendered: number, change: number, details: Record<string, unknown>}[]}
 */
export function paymentRows(tenders, details) {
  const cash = tenders.filter((tender) => tender.method === "cash");
  const others = tenders.filter((tender) => tender.method !== "cash");
  const rows = others.map((tender) => {
    const { amount, tendered, change, method, kind } = tender;
    return { method: (kind ?? "card") === "card" ? "card" : method, amount, tendered, change, details: details(tender) };
  });
  if (cash.length === 0) return rows;
  const tendered = cash.reduce((sum, one) => sum + one.tendered, 0);
  return [{ method: "cash", amount: paidBy(cash), tendered, change: changeOf(cash), details: {} }, ...rows];
}
