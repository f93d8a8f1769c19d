/** What a GS1 code says about the goods it is on: which, how much, for how much, which lot, good until when. */

import { TillError } from "./errors.js";
import { elementString, gs1Date, parseGs1, scaled } from "./gs1.js";
import { checkDigit, spellings } from "./labels.js";
import { roundDiv } from "./money.js";

/** @typedef {import("./gs1.js").Gs1} Gs1 */
/** @typedef {import("./catalogue.js").Found} Found */
/**
 * What a code tells beside the product. `amount` is the sum on the label, `unitPrice` the price of one unit; `expiry` the last
 * good day and `minute` the minute of it (null: the whole day).
 *
 * @typedef {{lot: string | null, serial: string | null, mark: string | null, expiry: string | null, minute: number | null, amount: number | null, unitPrice: number | null}} Label
 */

/** ISO 4217 numbers of the currencies a label may name (AI 393n). @type {Record<string, string>} */
const CURRENCIES = { 985: "PLN", 980: "UAH", 643: "RUB", 978: "EUR", 840: "USD", 203: "CZK", 348: "HUF", 826: "GBP", 946: "RON", 933: "BYN" };

/**
 * @param {import("../assembly.js").Parts} parts
 * @param {string} code
 * @returns {(Found & {label: Label}) | null} null: no GS1 string, or one about goods that are not in the catalogue
 * @throws {TillError} bad_gs1, other_currency
 */
export function findByGs1(parts, code) {
  const gs1 = parseGs1(code);
  if (gs1 === null) return null;
  if (gs1 === "broken") throw new TillError("bad_gs1", { code });
  const { data } = gs1;
  const gtin = data.get("01") ?? data.get("02");
  const found = gtin === undefined ? null : byGtin(parts, gtin);
  if (!gtin || !found) return null;
  const label = labelOf(parts, gs1);
  const weight = found.product.kind === "weighed" ? weightOf(gs1, found.product.unit) : null;
  const count = Number(data.get("37") ?? data.get("30") ?? 1);
  return { ...found, barcode: gtin, quantity: weight ?? found.quantity * count, bad: false, amount: null, label };
}

/**
 * The trade item, and for one of variable measure (indicator 9) the item it is a measure of. A case's own number (1 to 8)
 * that is not in the catalogue is not sold as a single piece.
 *
 * @param {import("../assembly.js").Parts} parts
 * @param {string} gtin fourteen digits
 * @returns {Found | null}
 */
export function byGtin(parts, gtin) {
  const numbers = spellings(gtin);
  if (gtin.startsWith("9")) {
    const base = "0" + gtin.slice(1, 13);
    numbers.push(...spellings(base + checkDigit(base)));
  }
  for (const number of [gtin, ...numbers, ...numbers.flatMap((one) => (/^00000\d{8}$/.test(one) ? [one.slice(5)] : []))]) {
    const found = parts.goods.find(number);
    if (found && found.barcode !== null && found.amount === null && !found.bad) return found;
  }
  return null;
}

/** Net weight (310n) in thousandths of the unit the goods are sold by. @param {Gs1} gs1 @param {string} unit @returns {number | null} */
function weightOf({ elements }, unit) {
  const weight = elements.find(({ ai }) => /^310\d$/.test(ai));
  if (!weight || (unit !== "kg" && unit !== "g")) return null;
  const grams = roundDiv(Number(weight.value) * 1000, 10 ** Number(weight.ai[3]));
  return unit === "kg" ? grams : grams * 1000;
}

/** @param {import("../assembly.js").Parts} parts @param {Gs1} gs1 @returns {Label} */
function labelOf(parts, gs1) {
  const { data } = gs1;
  const { day } = parts.pricing.calendar(parts.clock.instant());
  const until = expiryOf(data, day);
  return {
    lot: data.get("10") ?? null, serial: data.get("21") ?? null, mark: data.has("21") ? elementString(gs1) : null, ...until,
    amount: amountOf(parts, gs1), unitPrice: data.has("8005") ? Number(data.get("8005")) : null,
  };
}

/** The first of the dates after which the goods may not be sold. @param {Map<string, string>} data @param {string} today @returns {{expiry: string | null, minute: number | null}} */
function expiryOf(data, today) {
  const days = ["15", "16", "17"].flatMap((ai) => (data.has(ai) ? [{ expiry: gs1Date(String(data.get(ai)), today), minute: /** @type {number | null} */ (null) }] : []));
  const exact = data.get("7003");
  if (exact) days.push({ expiry: gs1Date(exact.slice(0, 6), today), minute: Number(exact.slice(6, 8)) * 60 + Number(exact.slice(8)) });
  const order = (/** @type {{expiry: string, minute: number | null}} */ one) => one.expiry + String(one.minute ?? 1440).padStart(4, "0");
  return days.sort((a, b) => (order(a) < order(b) ? -1 : 1))[0] ?? { expiry: null, minute: null };
}

/** The sum on the label (392n, 393n) in the store's minor units. @param {import("../assembly.js").Parts} parts @param {Gs1} gs1 @returns {number | null} */
function amountOf(parts, { elements }) {
  const price = elements.find(({ ai }) => /^39[23]\d$/.test(ai));
  if (!price) return null;
  const { currency, digits } = parts.view.state.store ?? { currency: "", digits: 2 };
  const named = price.ai.startsWith("393");
  if (named && CURRENCIES[price.value.slice(0, 3)] !== currency) throw new TillError("other_currency", { currency });
  const amount = scaled(named ? price.value.slice(3) : price.value, Number(price.ai[3]), digits);
  if (amount === null) throw new TillError("bad_gs1");
  return amount;
}

/** @param {{expiry: string | null, minute: number | null}} label @param {{day: string, minute: number}} now in the store's time @returns {boolean} */
export function isExpired({ expiry, minute }, now) {
  if (expiry === null || expiry !== now.day) return expiry !== null && expiry < now.day;
  return minute !== null && minute <= now.minute;
}

/**
 * The price of one unit that brings a weighed line to the sum on its label, and never above it.
 *
 * @param {number} amount minor units
 * @param {number} quantity thousandths
 * @returns {number}
 */
export function unitPriceFor(amount, quantity) {
  let price = Math.floor((amount * 1000) / quantity) + 1;
  while (price > 0 && roundDiv(price * quantity, 1000) > amount) price -= 1;
  return price;
}
