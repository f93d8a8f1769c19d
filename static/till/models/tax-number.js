/** The buyer's tax number: the country's own form and check digit, so that a slip of the finger is told before it is printed. */

import { TillError } from "./errors.js";

/** @typedef {(digits: number[]) => boolean} Check */

/** @param {number[]} digits @param {number[]} weights @returns {number} */
function weighed(digits, weights) {
  return weights.reduce((sum, weight, i) => sum + weight * digits[i], 0);
}

/** NIP: the weighed sum modulo 11 is the last digit, and never 10. @type {Check} */
function nip(digits) {
  return weighed(digits, [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 === digits[9];
}

/** ЄДРПОУ: weights by the size of the number; a remainder of 10 is weighed again with two more each. @type {Check} */
function edrpou(digits) {
  const number = Number(digits.join(""));
  const weights = number < 30_000_000 || number > 60_000_000 ? [1, 2, 3, 4, 5, 6, 7] : [7, 1, 2, 3, 4, 5, 6];
  const first = weighed(digits, weights) % 11;
  const again = weighed(digits, weights.map((weight) => weight + 2)) % 11;
  return (first < 10 ? first : again % 10) === digits[7];
}

/** РНОКПП of a person who trades. @type {Check} */
function rntrc(digits) {
  const sum = weighed(digits, [-1, 5, 7, 9, 4, 6, 10, 5, 7]);
  return ((((sum % 11) + 11) % 11) % 10) === digits[9];
}

/** ИНН of a firm. @type {Check} */
function inn10(digits) {
  return (weighed(digits, [2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11) % 10 === digits[9];
}

/** ИНН of a person who trades: two check digits. @type {Check} */
function inn12(digits) {
  const first = (weighed(digits, [7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11) % 10;
  const second = (weighed(digits, [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8]) % 11) % 10;
  return first === digits[10] && second === digits[11];
}

/** A VAT payer's own number in Ukraine has no public check digit. @type {Check} */
const any = () => true;

/** @type {Record<string, Record<number, Check>>} by country and length */
const CHECKS = { pl: { 10: nip }, ua: { 8: edrpou, 10: rntrc, 12: any }, ru: { 10: inn10, 12: inn12 } };

/**
 * The number as it is printed and sent: digits alone, without the country's prefix and what people write between.
 *
 * @param {string} country of the store, two small letters
 * @param {string} text as typed
 * @returns {string | null} null when nothing was typed
 * @throws {TillError} bad_tax_number
 */
export function taxNumber(country, text) {
  const plain = text.toUpperCase().replace(/[\s\-./]/g, "");
  if (plain === "") return null;
  const checks = CHECKS[country];
  if (!checks) {
    if (/^[A-Z0-9]{5,20}$/.test(plain)) return plain;
    throw new TillError("bad_tax_number", { number: text });
  }
  const own = plain.startsWith(country.toUpperCase()) ? plain.slice(2) : plain;
  const check = /^\d+$/.test(own) ? checks[own.length] : undefined;
  if (!check?.(Array.from(own, Number))) throw new TillError("bad_tax_number", { number: text });
  return own;
}
