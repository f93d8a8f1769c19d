/**
 * Where integers meet people's decimals: money in minor units, quantity in thousandths, percent in hundredths of a percent.
 * `roundDiv` is the price engine's; there is no second rounding.
 */

export { roundDiv } from "../../pricing/engine.js";

const NBSP = "\u00a0";
const MINUS = "\u2212";
const NUMBER = /^([+-]?)(\d{1,13})?(?:[.,](\d{0,6}))?$/;

/**
 * @param {string} text as typed; comma or point, spaces between thousands
 * @param {number} digits after the decimal mark that one unit has
 * @returns {number | null} null when it is no such number
 */
export function parseDecimal(text, digits) {
  const match = NUMBER.exec(text.replace(/[\s\u00a0\u202f']/g, "").replace(MINUS, "-"));
  if (!match || (match[2] === undefined && !match[3])) return null;
  const fraction = (match[3] ?? "").replace(/0+$/, "");
  if (fraction.length > digits) return null;
  const value = Number((match[2] ?? "0") + fraction.padEnd(digits, "0"));
  if (!Number.isSafeInteger(value)) return null;
  return match[1] === "-" && value !== 0 ? -value : value;
}

/** @param {string} text @param {number} [digits] of the currency @returns {number | null} minor units */
export function parseMinor(text, digits = 2) {
  return parseDecimal(text, digits);
}

/** @param {string} text @returns {number | null} thousandths */
export function parseQuantity(text) {
  return parseDecimal(text, 3);
}

/** @param {string} text `10`, `7,5` or `10 %` @returns {number | null} hundredths of a percent */
export function parsePercent(text) {
  return parseDecimal(text.replace(/%\s*$/, ""), 2);
}

/**
 * @param {number} value
 * @param {number} digits after the decimal mark
 * @param {string} language `en` writes 1,234.50, all others 1 234,50
 * @param {{keep?: number}} [shape] how many digits stay even when they are zeros; all when left out
 * @returns {string}
 */
export function formatDecimal(value, digits, language, { keep = digits } = {}) {
  const text = String(Math.abs(value)).padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits);
  const [separator, mark] = language === "en" ? [",", "."] : [NBSP, ","];
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, separator);
  const fraction = trimTo(text.slice(text.length - digits), keep);
  return `${value < 0 ? MINUS : ""}${grouped}${fraction ? mark + fraction : ""}`;
}

/** @param {string} fraction @param {number} keep @returns {string} */
function trimTo(fraction, keep) {
  let end = fraction.length;
  while (end > keep && fraction[end - 1] === "0") end -= 1;
  return fraction.slice(0, end);
}

/** Money without its currency: `4,99`. @param {number} amount @param {number} digits @param {string} language @returns {string} */
export function formatMinor(amount, digits, language) {
  return formatDecimal(amount, digits, language);
}

/** @param {number} quantity thousandths @param {string} language @param {number} [decimals] that always show @returns {string} */
export function formatQuantity(quantity, language, decimals = 0) {
  return formatDecimal(quantity, 3, language, { keep: decimals });
}

/** @param {number} percent hundredths of a percent @param {string} language @returns {string} `23 %` */
export function formatPercent(percent, language) {
  return `${formatDecimal(percent, 2, language, { keep: 0 })}${NBSP}%`;
}
