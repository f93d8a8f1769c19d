/** What is printed: a receipt from its body, and the reports. Plain data for the bridge; the printer decides about widths. */

import { localTime } from "./clock.js";
import { formatMinor, formatPercent, formatQuantity } from "./money.js";

/** @typedef {import("../types.d.ts").Block} Block */
/** @typedef {import("../types.d.ts").PrintDocument} PrintDocument */
/** @typedef {import("../types.d.ts").StoreInfo} StoreInfo */
/** @typedef {import("./receipt.js").ReceiptBody} ReceiptBody */

/** @typedef {(text: string, args?: import("../types.d.ts").Args) => string} Translate */

/**
 * Who prints.
 *
 * @typedef {object} Letterhead
 * @property {StoreInfo} store
 * @property {number} till
 * @property {Translate} t
 * @property {(code: string) => {name: string, decimals: number}} unit
 * @property {(payment: {method: string, details: Record<string, unknown> | null}) => import("../types.d.ts").TenderType | null} tender
 */

const LANGUAGES = new Set(["en", "pl", "uk", "ru"]);

/**
 * @param {Letterhead} head
 * @param {{id: string, label: string, cashier: string, body: ReceiptBody, copy?: boolean}} receipt
 * @returns {PrintDocument} opens the drawer when something was paid that lies in it, and it is no copy
 */
export function receiptDocument(head, { id, label, cashier, body, copy = false }) {
  const { t } = head;
  const title = copy ? [{ text: t("COPY"), align: /** @type {const} */ ("center"), bold: true }] : [];
  const blocks = [
    ...headerOf(head.store), ...title, { rule: /** @type {const} */ (true) },
    pair(t("Receipt {label}", { label }), moment(head.store, body.closed_at)), pair(t("Cashier"), cashier),
    ...(body.buyer_tax_id ? [pair(t("Buyer's tax number"), String(body.buyer_tax_id))] : []), { rule: /** @type {const} */ (true) },
    ...body.lines.flatMap((line) => lineBlocks(head, line)), { rule: /** @type {const} */ (true) },
    ...sumBlocks(head, body), ...taxBlocks(head, body), ...paymentBlocks(head, body), ...pointBlocks(head, body), ...footerOf(head.store), ...messageBlocks(body),
    { feed: 1 }, { qr: id }, { text: label, align: /** @type {const} */ ("center") },
  ];
  return document(head.store, blocks, !copy && opensDrawer(head, body));
}

/** @param {Letterhead} head @param {{payments: import("./receipt.js").Payment[]}} body @returns {boolean} */
export function opensDrawer(head, { payments }) {
  return payments.some((payment) => head.tender(payment)?.opensDrawer ?? payment.method === "cash");
}

/** What card terminals want printed, each under a line of its own. @param {string[][]} slips @returns {Block[]} */
export function slipBlocks(slips) {
  return slips.flatMap((lines) => [{ rule: /** @type {const} */ (true) }, ...lines.map((text) => (text === "" ? { feed: 1 } : { text }))]);
}

/** @param {StoreInfo} store @param {Block[]} blocks @param {boolean} drawer @returns {PrintDocument} */
export function document(store, blocks, drawer) {
  return { language: LANGUAGES.has(store.language) ? store.language : "en", blocks, cut: true, drawer };
}

/** @param {string} left @param {string} right @param {boolean} [bold] @returns {Block} */
export function pair(left, right, bold = false) {
  return { columns: [{ text: left, width: null, align: "left" }, { text: right, width: Math.max(10, right.length), align: "right" }], bold };
}

/** @param {StoreInfo} store @returns {Block[]} */
export function headerOf(store) {
  const own = store.receipt_header ?? [];
  const lines = own.length > 0 ? own : [store.name, store.address, store.tax_id].filter(Boolean);
  return lines.map((text, i) => ({ text, align: "center", bold: i === 0 }));
}

/** @param {StoreInfo} store @returns {Block[]} */
export function footerOf(store) {
  const lines = store.receipt_footer ?? [];
  return lines.length === 0 ? [] : [{ rule: true }, ...lines.map((text) => ({ text, align: /** @type {const} */ ("center") }))];
}

/** What the store's rules say to this customer; a code stands out. @param {ReceiptBody} body @returns {Block[]} */
function messageBlocks(body) {
  const texts = (body.messages ?? []).map(({ text, code }) => ({ text, align: /** @type {const} */ ("center"), bold: code !== null }));
  return texts.length === 0 ? [] : [{ rule: true }, ...texts];
}

/** @param {StoreInfo} store @param {string} instant @returns {string} in the store's time zone */
export function moment(store, instant) {
  const { day, minute } = localTime(Date.parse(instant), store.time_zone);
  const two = (/** @type {number} */ part) => String(part).padStart(2, "0");
  return `${day} ${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

/** @param {Letterhead} head @param {number} amount @returns {string} */
export function money({ store }, amount) {
  return formatMinor(amount, store.digits, store.language);
}

/** @param {Letterhead} head @param {import("./receipt.js").BodyLine} line @returns {Block[]} */
export function lineBlocks(head, line) {
  const { name, decimals } = head.unit(line.unit);
  const quantity = formatQuantity(line.quantity, head.store.language, decimals);
  const discounts = line.discounts.map((one) => pair(`  ${discountName(head, one)}`, money(head, -one.amount)));
  return [{ text: line.name }, pair(`  ${quantity} ${name} × ${money(head, line.price)}`, `${money(head, line.gross)} ${line.tax.code}`), ...discounts];
}

/** @param {Letterhead} head @param {import("../types.d.ts").LineDiscount} discount @returns {string} */
function discountName({ t }, { source, name }) {
  if (source === "rounding") return t("Rounding");
  return source === "manual" ? t("Discount") : name;
}

/** @param {Letterhead} head @param {ReceiptBody} body @returns {Block[]} */
function sumBlocks(head, body) {
  const { t } = head;
  const saved = body.lines.reduce((sum, line) => sum + line.gross - line.total, 0);
  const blocks = saved > 0 ? [pair(t("Saved"), money(head, saved))] : [];
  if (body.rounding !== 0) blocks.push(pair(t("Rounding"), money(head, body.rounding)));
  const total = t("TOTAL {amount} {currency}", { amount: money(head, body.due), currency: body.currency });
  return [...blocks, { text: total, align: "right", bold: true, size: 2 }];
}

/** @param {Letterhead} head @param {{taxes: import("../types.d.ts").TaxRow[]}} body @returns {Block[]} */
export function taxBlocks(head, { taxes }) {
  return taxes.map(({ code, percent, tax, gross }) => {
    const what = head.t("Tax {code} {percent} of {gross}", { code, percent: formatPercent(percent, head.store.language), gross: money(head, gross) });
    return pair(what, money(head, tax));
  });
}

/** @param {Letterhead} head @param {ReceiptBody} body @returns {Block[]} */
function paymentBlocks(head, body) {
  const { t } = head;
  const blocks = body.payments.flatMap(({ method, tendered, change, details }) => {
    const rows = [pair(methodName(head, method, details), money(head, tendered))];
    if (change !== 0) rows.push(pair(t("Change"), money(head, change), true));
    if (typeof details.face === "number") rows.push(pair(`  ${t("worth")}`, money(head, details.face)));
    return rows;
  });
  return [{ rule: true }, ...blocks];
}

/** A receipt of an earlier version has no points. @param {Letterhead} head @param {ReceiptBody} body @returns {Block[]} */
function pointBlocks(head, { bonus }) {
  return bonus?.earned > 0 ? [pair(head.t("Points earned"), money(head, bonus.earned))] : [];
}

/** @param {Letterhead} head @param {string} method @param {Record<string, unknown>} details @returns {string} */
export function methodName({ t, tender }, method, { name, reference }) {
  if (method === "cash") return t("Cash");
  if (method === "exchange") return t("Exchange");
  if (method === "bonus") return t("Points");
  const known = method === "card" ? null : tender({ method, details: null })?.name;
  if (known) return [known, reference].filter(Boolean).join(" ");
  return [typeof name === "string" ? name : t("Card"), reference].filter(Boolean).join(" ");
}
