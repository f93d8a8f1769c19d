/**
 * What a fiscal printer registers, made from the body of a receipt (docs/devices.md, "Fiscal documents"). Pure. Every sum is
 * that of the receipt; where the printer would compute another one, the line is said as one piece of its own price.
 */

import { roundDiv } from "../../pricing/engine.js";

/** @typedef {import("./receipt.js").ReceiptBody} ReceiptBody */
/** @typedef {import("./document.js").Letterhead} Letterhead */
/** @typedef {import("../types.d.ts").FiscalDocument} FiscalDocument */
/** @typedef {import("../types.d.ts").FiscalLine} FiscalLine */
/** @typedef {{kind: string, name: string, amount: number, tendered: number, change: number}} FiscalPayment */

const LANGUAGES = new Set(["en", "pl", "uk", "ru"]);
const KINDS = new Set(["cash", "card", "voucher", "account", "internal", "bonus"]);
const MOST_PAYMENTS = 20;
const MOST_FOOTER = 40;
const LONGEST = { name: 200, unit: 16, payment: 60, number: 40, cashier: 60, buyer: 30, footer: 200, reason: 200 };

/**
 * @param {Letterhead} head
 * @param {{id: string, label: string, cashier: string, body: ReceiptBody}} receipt
 * @returns {FiscalDocument} a sale or a return
 */
export function fiscalReceipt(head, { id, label, cashier, body }) {
  const { store } = head;
  const included = body.prices_include_tax !== false;
  const lines = body.lines.map((line) => lineOf(head, line, included));
  const total = lines.reduce((sum, line) => sum + line.total, 0);
  return {
    kind: body.kind, receipt: id, number: label.slice(0, LONGEST.number), cashier: cashier.slice(0, LONGEST.cashier), currency: body.currency,
    language: LANGUAGES.has(store.language) ? store.language : "en", buyer_tax_id: buyerOf(body), lines, total, rounding: body.due - total, due: body.due,
    payments: few(body.payments.map((payment) => paymentOf(head, body.kind, payment))), footer: footerOf(head, body),
  };
}

/** @param {Letterhead} head @param {import("./receipt.js").BodyLine} line @param {boolean} included its amounts include tax @returns {FiscalLine} */
function lineOf(head, line, included) {
  const { n, quantity, price, deposit } = line;
  const tax = { code: line.tax.code, percent: line.tax.percent };
  const name = line.name.trim().slice(0, LONGEST.name) || String(line.product);
  const total = included ? line.total : line.total + line.tax_amount;
  const gross = roundDiv(price * quantity, 1000);
  const plain = included && gross === line.gross && total <= gross && (!deposit || total === gross);
  // A price of a label, a share of what was sold, a price without tax: nothing that price and quantity would come to.
  if (!plain) return { n, name, quantity: 1000, unit: "", price: total, gross: total, discount: 0, total, tax, deposit };
  return { n, name, quantity, unit: head.unit(line.unit).name.slice(0, LONGEST.unit), price, gross, discount: gross - total, total, tax, deposit };
}

/** @param {ReceiptBody} body @returns {string | null} */
function buyerOf({ buyer_tax_id }) {
  return buyer_tax_id ? String(buyer_tax_id).slice(0, LONGEST.buyer) : null;
}

/** @param {Letterhead} head @param {"sale" | "return"} of @param {import("./receipt.js").Payment} payment @returns {FiscalPayment} */
function paymentOf({ t, tender }, of, payment) {
  const { method, amount, details } = payment;
  const type = tender({ method, details: details ?? null });
  const kind = KINDS.has(method) ? method : (type?.kind ?? "other");
  const change = of === "sale" ? payment.change : 0;
  const named = typeof details?.name === "string" ? details.name : "";
  const name = kind === "cash" ? t("Cash") : type?.name || named || method;
  return { kind: KINDS.has(kind) ? kind : "other", name: name.slice(0, LONGEST.payment), amount, tendered: amount + change, change };
}

/** More payments than a printer takes are told kind by kind. @param {FiscalPayment[]} payments @returns {FiscalPayment[]} */
function few(payments) {
  if (payments.length <= MOST_PAYMENTS) return payments;
  /** @type {Map<string, FiscalPayment>} */
  const kinds = new Map();
  for (const { kind, name, amount, tendered, change } of payments) {
    const { amount: a, tendered: b, change: c } = kinds.get(kind) ?? { amount: 0, tendered: 0, change: 0 };
    kinds.set(kind, { kind, name, amount: a + amount, tendered: b + tendered, change: c + change });
  }
  return [...kinds.values()];
}

/** @param {Letterhead} head @param {ReceiptBody} body @returns {string[]} */
function footerOf({ store }, body) {
  const said = [...(store.receipt_footer ?? []), ...(body.messages ?? []).map(({ text }) => text)];
  // One line stays free for the address of the receipt's page.
  return said.filter((text) => text.trim()).map((text) => text.slice(0, LONGEST.footer)).slice(0, MOST_FOOTER - 1);
}

/** The address of the receipt's own page stands under its thanks; known once it is signed. @param {FiscalDocument} document @param {string | null} link @returns {FiscalDocument} */
export function withLink(document, link) {
  if (!link || document.kind !== "sale" || link.length > LONGEST.footer) return document;
  return { ...document, footer: [...(document.footer ?? []), link] };
}

/** @param {"x" | "z"} report @param {string} day the shop's @returns {FiscalDocument} */
export function fiscalReport(report, day) {
  return { kind: "report", report, day };
}

/** @param {{kind: string, amount: number, reason: string}} move of the cash desk @returns {FiscalDocument} */
export function fiscalCash({ kind, amount, reason }) {
  return { kind: "cash", direction: kind === "in" ? "in" : "out", amount, reason: reason.slice(0, LONGEST.reason) };
}

/**
 * What a sale adds to the printer's day, by tax code: deposits stand beside the taxed sales, and what is worth nothing is
 * in no memory.
 *
 * @param {Record<string, number>} sums so far
 * @param {FiscalDocument} document
 * @returns {Record<string, number>}
 */
export function summed(sums, { kind, lines = [] }) {
  const next = { ...sums };
  if (kind !== "sale") return next;
  for (const { total, tax, deposit } of lines) if (!deposit && total !== 0) next[tax.code] = (next[tax.code] ?? 0) + total;
  return next;
}

/**
 * Where the printer's day and the till's count of it differ.
 *
 * @param {Record<string, number>} sums by tax code, as the till counted
 * @param {Record<string, number>} totals by letter, as the printer says
 * @returns {{code: string, till: number, printer: number}[]} a printer with other letters than the store's codes is compared as a whole
 */
export function differences(sums, totals) {
  const codes = [...new Set([...Object.keys(sums), ...Object.keys(totals)])].sort();
  const known = Object.keys(sums).every((code) => code in totals);
  const rows = known ? codes.map((code) => ({ code, till: sums[code] ?? 0, printer: totals[code] ?? 0 })) : [{ code: "", till: sumOf(sums), printer: sumOf(totals) }];
  return rows.filter(({ till, printer }) => till !== printer);
}

/** @param {Record<string, number>} sums @returns {number} */
function sumOf(sums) {
  return Object.values(sums).reduce((all, one) => all + one, 0);
}
