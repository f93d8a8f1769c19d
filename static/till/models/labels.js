/** Codes with something inside: weighed labels (EAN-13 with a store prefix), and the spellings one code may have. */

import { roundDiv } from "./money.js";

/** @typedef {import("../types.d.ts").WeighedLabel} WeighedLabel */

/** @param {string} digits all but the check digit @returns {number} the GS1 modulo-10 check digit */
export function checkDigit(digits) {
  let sum = 0;
  for (let i = 0; i < digits.length; i += 1) sum += Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 3 : 1);
  return (10 - (sum % 10)) % 10;
}

/**
 * @param {string} code
 * @param {WeighedLabel[]} rules of the store
 * @returns {{plu: string, value: "weight" | "price", amount: number, valid: boolean} | null} null when no rule speaks of it
 */
export function readWeighed(code, rules) {
  if (!/^\d{13}$/.test(code)) return null;
  const rule = rules.find(({ prefix, code_digits, value_digits }) => code.startsWith(prefix) && fills(prefix, code_digits, value_digits));
  if (!rule) return null;
  const at = rule.prefix.length;
  const amount = Number(code.slice(12 - rule.value_digits, 12));
  const valid = checkDigit(code.slice(0, 12)) === Number(code[12]) && amount > 0;
  return { plu: code.slice(at, at + rule.code_digits), value: rule.value, amount, valid };
}

/** Prefix, code and value fill the twelve digits; one more digit between them may be the price's own check. @param {string} prefix @param {number} code @param {number} value */
function fills(prefix, code, value) {
  const used = prefix.length + code + value;
  return used === 12 || used === 11;
}

/**
 * Quantity of a label that carries its price: the largest whose sum does not pass the price on the label, so that the
 * customer never pays more than was written on the goods.
 *
 * @param {number} amount minor units on the label
 * @param {number} price of one unit
 * @returns {number} thousandths, 0 when there is none
 */
export function quantityForAmount(amount, price) {
  if (price <= 0) return 0;
  let quantity = roundDiv(amount * 1000, price);
  while (quantity > 0 && roundDiv(price * quantity, 1000) > amount) quantity -= 1;
  return quantity;
}

/**
 * The spellings under which a code may stand in the catalogue, likeliest first: as it came, without a symbology
 * identifier, UPC-A and EAN-13 and GTIN-14 of the same number.
 *
 * @param {string} raw
 * @returns {string[]}
 */
export function spellings(raw) {
  const code = raw.trim().replace(/^\][A-Za-z]\d/, "");
  const found = [code];
  if (/^\d{12}$/.test(code)) found.push(`0${code}`);
  if (/^0\d{12}$/.test(code)) found.push(code.slice(1));
  if (/^0\d{13}$/.test(code)) found.push(code.slice(1), ...(code.startsWith("00") ? [code.slice(2)] : []));
  return found;
}

/** A PLU as labels and cashiers write it: with and without leading zeros. @param {string} plu @returns {string[]} */
export function pluSpellings(plu) {
  const short = plu.replace(/^0+(?=.)/, "");
  return short === plu ? [plu] : [plu, short];
}
