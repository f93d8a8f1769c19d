/**
 * Numbers as people write and read them. The till counts in integers; only here they become text and back, and never
 * through a fraction: digits are cut and joined as text.
 */

import { spokenLanguage } from "../i18n.js";

const MINUS = "\u2212";
const NO_BREAK = "\u00a0";

/** @param {string} language @returns {{group: string, decimal: string}} */
function marks(language) {
  return language === "en" ? { group: ",", decimal: "." } : { group: NO_BREAK, decimal: "," };
}

/**
 * An integer scaled by 10^digits, grouped in threes.
 *
 * @param {number} value
 * @param {number} digits
 * @returns {string}
 */
function decimal(value, digits) {
  const { group, decimal: point } = marks(spokenLanguage());
  const text = String(Math.abs(value)).padStart(digits + 1, "0");
  const whole = text.slice(0, text.length - digits).replace(/\B(?=(\d{3})+$)/g, group);
  const sign = value < 0 ? MINUS : "";
  return sign + whole + (digits ? point + text.slice(-digits) : "");
}

/** @typedef {{currency: string, digits: number}} Currency */

/** @param {number} minor @param {Currency | null} currency @returns {string} digits only, for columns of sums */
export function sum(minor, currency) {
  return decimal(minor, currency?.digits ?? 2);
}

/** @type {Map<string, string>} */
const signs = new Map();

/** @param {string} currency @returns {string} */
function sign(currency) {
  const key = spokenLanguage() + currency;
  let found = signs.get(key);
  if (found === undefined) {
    const parts = new Intl.NumberFormat(spokenLanguage(), { style: "currency", currency, currencyDisplay: "narrowSymbol" }).formatToParts(1);
    found = parts.find((part) => part.type === "currency")?.value ?? currency;
    signs.set(key, found);
  }
  return found;
}

/** @param {number} minor @param {Currency | null} currency @returns {string} with the currency's sign behind it */
export function money(minor, currency) {
  return currency ? sum(minor, currency) + NO_BREAK + sign(currency.currency) : sum(minor, currency);
}

/**
 * Thousandths as a quantity: always `decimals` places for weighed goods, none that are zero for the rest.
 *
 * @param {number} milli
 * @param {number} decimals
 * @returns {string}
 */
export function quantity(milli, decimals) {
  if (decimals > 0) return decimal(Math.round(milli / 10 ** (3 - decimals)), decimals);
  const places = milli % 1000 === 0 ? 0 : 3;
  return decimal(places ? milli : milli / 1000, places);
}

/** @param {number} percent hundredths of a percent @returns {string} */
export function percent(percent) {
  const places = percent % 100 === 0 ? 0 : percent % 10 === 0 ? 1 : 2;
  return decimal(percent / 10 ** (2 - places), places) + NO_BREAK + "%";
}

/**
 * What somebody typed as an integer scaled by 10^digits; both `,` and `.` are a decimal mark.
 *
 * @param {string} text
 * @param {number} digits
 * @returns {number | null} null when it is not such a number, or too long to be meant
 */
export function parseScaled(text, digits) {
  const match = /^(\d{0,9})(?:[.,](\d*))?$/.exec(text.replace(/[\s\u00a0]/g, ""));
  if (!match || !(match[1] || match[2])) return null;
  const fraction = match[2] ?? "";
  if (fraction.length > digits) return null;
  return Number((match[1] || "0") + fraction.padEnd(digits, "0"));
}

/** @param {string | null} instant @param {string} [zone] @returns {string} hours and minutes, 24 h */
export function clock(instant, zone) {
  if (!instant) return "";
  const options = /** @type {Intl.DateTimeFormatOptions} */ ({ hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone || undefined });
  return new Intl.DateTimeFormat("en-GB", options).format(new Date(instant));
}

/** @param {string} day YYYY-MM-DD @returns {string} */
export function date(day) {
  const [year, month, dayOfMonth] = day.split("-");
  return dayOfMonth + (spokenLanguage() === "en" ? "/" : ".") + month + (spokenLanguage() === "en" ? "/" : ".") + year;
}

/** @param {string | null} instant @param {number} now @returns {number | null} whole minutes since then */
export function minutesSince(instant, now) {
  return instant ? Math.max(0, Math.floor((now - Date.parse(instant)) / 60000)) : null;
}
