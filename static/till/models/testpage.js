/** The page that shows what a printer can: letters of four languages, money signs, the width of its line, codes to read back. Pure. */

import { document, headerOf, pair } from "./document.js";

/** Letters that a wrong code page turns into others. */
const LETTERS = ["Zażółć gęślą jaźń ĄĆĘŁŃÓŚŹŻ", "Їжак, ґанок, єнот ЄҐІЇ", "Съешь ещё этих булок ЁЪЫЭ"];
const SIGNS = "12,34 zł  € 12.34  ₴ 12,34  ₽ 12,34  № × – „”";
const DIGITS = "1234567890";
/** Any number with a right check digit. */
const GOODS_CODE = "5901234123457";

/**
 * @param {import("./document.js").Letterhead} head
 * @param {string} device as the bridge calls it
 * @param {string} at the moment, in words
 * @param {number} columns of its line; 0 where the bridge does not tell
 * @returns {import("../types.d.ts").PrintDocument} never opens the drawer
 */
export function testPage(head, device, at, columns) {
  const { t, store } = head;
  const ruler = DIGITS.repeat(Math.ceil(columns / DIGITS.length)).slice(0, columns);
  const blocks = [
    ...headerOf(store), { text: t("TEST PAGE"), align: /** @type {const} */ ("center"), bold: true, size: /** @type {const} */ (2) }, { rule: /** @type {const} */ (true) },
    pair(t("Till"), String(head.till)), pair(t("Device"), device), pair(t("Printed"), at), { rule: /** @type {const} */ (true) },
    ...[...LETTERS, SIGNS, ruler].filter(Boolean).map((text) => ({ text })),
    { rule: /** @type {const} */ (true) }, { barcode: GOODS_CODE, type: /** @type {const} */ ("ean13") }, { qr: GOODS_CODE },
    { text: t("Every letter above must be right, and the row of digits must fill one line."), align: /** @type {const} */ ("center") },
  ];
  return document(store, blocks, false);
}
