/** What is printed when goods come back: the protocol that the customer signs, with the receipt it is about. */

import { document, footerOf, headerOf, lineBlocks, methodName, moment, money, pair, taxBlocks } from "./document.js";

/** @typedef {import("../types.d.ts").Block} Block */
/** @typedef {import("./document.js").Letterhead} Letterhead */
/** @typedef {import("./receipt.js").ReceiptBody} ReceiptBody */

/**
 * @param {Letterhead} head
 * @param {{id: string, label: string, cashier: string, body: ReceiptBody, copy?: boolean}} back its body's `about` is the number of the receipt
 *   that the goods were sold on, as printed
 * @returns {import("../types.d.ts").PrintDocument} opens the drawer when cash is handed out and it is no copy
 */
export function returnDocument(head, { id, label, cashier, body, copy = false }) {
  const { t, store } = head;
  const rule = { rule: /** @type {const} */ (true) };
  const center = { align: /** @type {const} */ ("center") };
  const reason = typeof body.reason === "string" ? body.reason : null;
  const why = typeof body.about === "string" ? pair(t("To receipt"), body.about) : pair(t("Without a receipt"), reason ?? "");
  const blocks = [
    ...headerOf(store), ...(copy ? [{ text: t("COPY"), ...center, bold: true }] : []), { text: t("RETURN"), ...center, bold: true, size: /** @type {const} */ (2) }, rule,
    pair(t("Return {label}", { label }), moment(store, body.closed_at)), why, pair(t("Cashier"), cashier), rule,
    ...body.lines.flatMap((line) => lineBlocks(head, line)), rule, ...sumBlocks(head, body), ...taxBlocks(head, body), rule, ...moneyBlocks(head, body),
    { feed: 2 }, { text: t("Customer's signature") + " ______________", align: /** @type {const} */ ("left") }, ...footerOf(store),
    { feed: 1 }, { qr: id }, { text: label, ...center },
  ];
  return document(store, blocks, !copy && body.payments.some((payment) => payment.method === "cash" && payment.amount > 0));
}

/** @param {Letterhead} head @param {ReceiptBody} body @returns {Block[]} */
function sumBlocks(head, body) {
  const { t } = head;
  const rounding = body.rounding === 0 ? [] : [pair(t("Rounding"), money(head, body.rounding))];
  const total = t("RETURNED {amount} {currency}", { amount: money(head, body.due), currency: body.currency });
  return [...rounding, { text: total, align: "right", bold: true, size: 2 }];
}

/** @param {Letterhead} head @param {ReceiptBody} body @returns {Block[]} */
function moneyBlocks(head, { payments, bonus }) {
  const rows = payments.map(({ method, amount, details }) => pair(methodName(head, method, details ?? {}), money(head, amount)));
  return bonus?.earned > 0 ? [...rows, pair(head.t("Points taken back"), money(head, bonus.earned))] : rows;
}
