/** The body of a receipt item, exactly as the wire wants it. */

import { cardDetails } from "./cards.js";
import { standingLines } from "./draft.js";
import { TillError } from "./errors.js";
import { isPoints } from "./points.js";
import { paidBy, paymentRows, roundingOf } from "./tenders.js";

/** @typedef {import("../types.d.ts").Draft} Draft */
/** @typedef {import("../types.d.ts").DraftLine} DraftLine */
/** @typedef {import("../types.d.ts").LineDiscount} LineDiscount */

/**
 * @typedef {object} BodyLine
 * @property {number} n
 * @property {string} product
 * @property {string} name
 * @property {string | null} barcode
 * @property {number} quantity
 * @property {string} unit
 * @property {number} price
 * @property {number} gross
 * @property {LineDiscount[]} discounts
 * @property {number} total
 * @property {{code: string, percent: number}} tax
 * @property {number} tax_amount
 * @property {boolean} deposit
 * @property {null} origin
 * @property {string | null} mark
 * @property {string | null} lot
 * @property {string | null} price_from
 */

/** @typedef {{method: string, amount: number, tendered: number, change: number, details: Record<string, unknown>}} Payment */

/**
 * @typedef {Record<string, unknown> & {kind: "sale" | "return", number: number, day: string, shift: string, cashier: string, opened_at: string,
 *   closed_at: string, currency: string, lines: BodyLine[], taxes: import("../types.d.ts").TaxRow[], total: number, rounding: number, due: number,
 *   payments: Payment[], bonus: {earned: number, redeemed: number, hold: string | null}, messages?: {rule: string, text: string, code: string | null}[]}} ReceiptBody
 */

/**
 * @param {import("../assembly.js").Parts} parts
 * @param {Draft} draft fully paid
 * @param {{number: number, closedAt: string}} given
 * @returns {ReceiptBody}
 * @throws {TillError} not_selling
 */
export function receiptBody(parts, draft, { number, closedAt }) {
  const { shift, operator, store } = parts.view.state;
  if (!shift || !operator || !store) throw new TillError("not_selling");
  const priced = parts.pricing.price(draft);
  const rounding = roundingOf(draft.tenders, priced.due);
  return {
    kind: draft.kind, number, day: shift.day, shift: shift.id, cashier: operator.id, opened_at: draft.openedAt, closed_at: closedAt,
    currency: store.currency, prices_include_tax: store.prices_include_tax, customer: draft.customer?.customer ?? null,
    card: draft.customer?.number ?? null, buyer_tax_id: draft.buyerTaxId ?? null,
    lines: bodyLines(draft, priced, operator.id), taxes: priced.taxes, total: priced.total, rounding, due: priced.due + rounding,
    payments: paymentRows(draft.tenders, detailsOf), bonus: pointsOf(parts, draft, priced, priced.due + rounding), pair: null,
    priced: { engine: parts.engineHash(), rulebook: parts.pricing.book.hash }, ...messagesOf(parts, draft),
  };
}

/** What the customer earns, and what was paid with points. @param {import("../assembly.js").Parts} parts @param {Draft} draft @param {import("../types.d.ts").Priced} priced @param {number} due */
function pointsOf(parts, draft, priced, due) {
  const spent = draft.tenders.filter(isPoints);
  const redeemed = paidBy(spent);
  return { earned: parts.points.earned(draft, priced, { due, points: redeemed }), redeemed, hold: spent[0]?.hold ?? null };
}

/** What the store's rules put on its paper. @param {import("../assembly.js").Parts} parts @param {Draft} draft */
function messagesOf(parts, draft) {
  const messages = parts.messages.forReceipt(draft);
  return messages.length === 0 ? {} : { messages };
}

/** @param {Draft} draft @param {import("../types.d.ts").Priced} priced @param {string} cashier @returns {BodyLine[]} */
function bodyLines(draft, priced, cashier) {
  const results = new Map(priced.lines.map((line) => [line.n, line]));
  return standingLines(draft).map(({ n, product, name, barcode, quantity, unit, price, deposit, mark, lot, price_from }) => {
    const result = /** @type {import("../types.d.ts").PricedLine} */ (results.get(n));
    const { gross, total, tax, tax_amount } = result;
    // Who stands for a discount without a limit is named in the draft; on the receipt of their own it is no approval.
    const discounts = result.discounts.map((one) => (one.approved_by === cashier ? { ...one, approved_by: null } : one));
    return { n, product, name, barcode, quantity, unit, price, gross, discounts, total, tax, tax_amount, deposit, origin: null, ...unitOf({ mark, lot, price_from }) };
  });
}

/** What is known of the unit that was sold. @param {Pick<DraftLine, "mark" | "lot" | "price_from">} line */
function unitOf({ mark = null, lot = null, price_from = null }) {
  return { mark, lot, price_from };
}

/** @param {import("../types.d.ts").Tender} tender @returns {Record<string, unknown>} */
function detailsOf({ method, kind, name, reference, face, hold, card }) {
  if (kind === "bonus") return { hold: hold ?? null };
  if ((kind ?? "card") === "card") return { terminal: method === "card" ? null : method, name: name || null, reference, ...cardDetails(card) };
  return { name: name || null, reference, ...(face ? { face } : {}) };
}
