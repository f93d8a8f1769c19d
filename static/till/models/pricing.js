/** From an open receipt to prices: builds the engine's cart and keeps each receipt's result until the receipt or the rulebook changes. */

import { price, roundDiv } from "../../pricing/engine.js";
import { localTime } from "./clock.js";
import { standingLines } from "./draft.js";
import { TillError } from "./errors.js";
import { priceReturn } from "./return-price.js";

/** @typedef {import("../types.d.ts").Draft} Draft */
/** @typedef {import("../types.d.ts").Priced} Priced */
/** @typedef {import("../types.d.ts").Rulebook} Rulebook */

/** Engine codes that say what the cashier asked for is not allowed; everything else is a fault of data. */
const ASKED = new Set(["over_limit", "not_discountable"]);

export class Pricing {
  #catalogue;
  #timeZone;
  /** @type {{hash: string, rulebook: Rulebook} | null} */ #held = null;
  /** @type {WeakMap<Draft, {book: object, priced: Priced}>} */ #known = new WeakMap();

  /** @param {import("./catalogue.js").Catalogue} catalogue @param {() => string} timeZone of the store */
  constructor(catalogue, timeZone) {
    this.#catalogue = catalogue;
    this.#timeZone = timeZone;
  }

  /** Keeps today's rulebook while a customer pays: the sum that was said stays. */
  hold() {
    this.#held ??= this.book;
  }

  release() {
    this.#held = null;
  }

  /** @returns {{hash: string, rulebook: Rulebook}} @throws {TillError} pricing_failed */
  get book() {
    if (this.#held) return this.#held;
    const row = this.#catalogue.small("rulebook").get("current");
    if (!row) throw new TillError("pricing_failed", { detail: "there is no rulebook" });
    return /** @type {{hash: string, rulebook: Rulebook}} */ (row);
  }

  /**
   * @param {Draft} draft
   * @param {{limit?: number | null}} [asked] manual discount limit to hold the receipt to
   * @returns {Priced} for a payment without cash
   * @throws {TillError} over_limit, not_discountable, pricing_failed
   */
  price(draft, { limit = null } = {}) {
    const { rulebook } = this.book;
    const known = this.#known.get(draft);
    if (known && known.book === rulebook && limit === null) return known.priced;
    const cart = () => ({ ...this.cart(draft), manual_limit: limit });
    const priced = draft.kind === "return" ? priceReturn(draft, (rules) => run(rules(rulebook), cart())) : run(rulebook, cart());
    this.#known.set(draft, { book: rulebook, priced });
    return priced;
  }

  /**
   * The engine's cart. Offers are those of the minute in which the receipt was opened: none disappears before the
   * customer's eyes, and the server finds the same ones from `opened_at`.
   *
   * @param {Draft} draft
   * @returns {import("../types.d.ts").Cart}
   */
  cart(draft) {
    const lines = standingLines(draft).map(({ n, product, groups, kind, quantity, price: each, tax, discountable, deposit, manual }) => ({
      n, product, groups, kind, quantity, price: each, tax, discountable, deposit, manual,
    }));
    return { ...localTime(Date.parse(draft.openedAt), this.#timeZone()), cash: false, lines, manual: draft.discount, manual_limit: null };
  }

  /**
   * What a sum becomes when it is paid in cash: the country's smallest coin, half-up.
   *
   * @param {number} amount
   * @param {string} day
   * @returns {number}
   */
  inCash(amount, day) {
    const step = this.coin(day);
    return roundDiv(amount, step) * step;
  }

  /** The smallest coin. @param {string} day @returns {number} minor units */
  coin(day) {
    return stepOn(this.book.rulebook, day);
  }

  /** The calendar of a receipt in the store's time zone. @param {string} instant @returns {{day: string, weekday: number, minute: number}} */
  calendar(instant) {
    return localTime(Date.parse(instant), this.#timeZone());
  }
}

/** @param {Rulebook} rulebook @param {import("../types.d.ts").Cart} cart @returns {Priced} */
function run(rulebook, cart) {
  try {
    return /** @type {Priced} */ (price(/** @type {any} */ (rulebook), cart));
  } catch (error) {
    const { code = "", message = String(error) } = /** @type {{code?: string, message?: string}} */ (error);
    if (ASKED.has(code)) throw new TillError(code, { limit: cart.manual_limit, permission: "till.discount" });
    throw new TillError("pricing_failed", { detail: message });
  }
}

/** @param {Rulebook} rulebook @param {string} day @returns {number} of the rows in force the one that began last */
function stepOn(rulebook, day) {
  const rows = rulebook.cash_rounding.filter(({ from, to }) => (from ?? "") <= day && (to === null || day <= to));
  const row = rows.sort((a, b) => ((a.from ?? "") < (b.from ?? "") ? 1 : -1))[0];
  return row?.step ?? 1;
}
