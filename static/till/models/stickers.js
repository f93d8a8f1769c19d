/**
 * Stickers on goods that must go: a code range of the store's own that names the product and its reduced price or a
 * percentage, with a serial number when each may be used once (setting `reduced_stickers`).
 */

import { roundDiv } from "./money.js";
import { checkDigit } from "./labels.js";

/**
 * Digits in this order: prefix, product code (PLU), value, serial, check digit (GS1 modulo 10).
 *
 * @typedef {{prefix: string, code_digits: number, value: "price" | "percent", value_digits: number, serial_digits: number}} StickerRule
 * @typedef {{plu: string, value: "price" | "percent", amount: number, serial: string | null, valid: boolean}} Sticker
 */

/** @param {string} code @param {unknown} rules @returns {Sticker | null} null when no rule speaks of it */
export function readSticker(code, rules) {
  if (!/^\d{8,40}$/.test(code) || !Array.isArray(rules)) return null;
  const rule = rules.find((one) => code.startsWith(one.prefix) && code.length === lengthOf(one));
  if (!rule) return null;
  const plu = code.slice(rule.prefix.length, rule.prefix.length + rule.code_digits);
  const at = rule.prefix.length + rule.code_digits;
  const amount = Number(code.slice(at, at + rule.value_digits));
  const serial = rule.serial_digits > 0 ? code.slice(at + rule.value_digits, -1) : null;
  const valid = checkDigit(code.slice(0, -1)) === Number(code.slice(-1)) && (rule.value === "price" || (amount > 0 && amount < 100));
  return { plu, value: rule.value, amount, serial, valid };
}

/** @param {StickerRule} rule @returns {number} digits of a whole code */
function lengthOf(rule) {
  return rule.prefix.length + rule.code_digits + rule.value_digits + rule.serial_digits + 1;
}

/** What one costs with the sticker: never more than without. @param {Sticker} sticker @param {number} price @returns {number} minor units */
export function reducedPrice(sticker, price) {
  const reduced = sticker.value === "price" ? sticker.amount : roundDiv(price * (100 - sticker.amount), 100);
  return Math.min(price, reduced);
}
