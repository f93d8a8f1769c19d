/** From a code to a line: what it is, how much of it, and what one costs now. */

import { TillError } from "./errors.js";
import { findByGs1, isExpired, unitPriceFor } from "./gs1-goods.js";
import { quantityForAmount } from "./labels.js";
import { reducedPrice } from "./stickers.js";

/** @typedef {import("../types.d.ts").DraftLine} DraftLine */
/** @typedef {import("../types.d.ts").Product} Product */
/** @typedef {import("./catalogue.js").Found} Found */
/** @typedef {import("./gs1-goods.js").Label} Label */
/** @typedef {Omit<DraftLine, "n" | "manual" | "voided">} FreshLine */
/** @typedef {{line: FreshLine, decimals: number, weighed: boolean}} Read */
/** What a code says beside product and quantity. @typedef {Pick<DraftLine, "lot" | "mark" | "price_from" | "was" | "sticker">} Extra */

export class CodeReader {
  #p;

  /** @param {import("../assembly.js").Parts} parts */
  constructor(parts) {
    this.#p = parts;
  }

  /** @param {string} code @returns {Read} @throws {TillError} unknown_code, no_price, price_needed, bad_label, bad_gs1, other_currency, expired, catalogue_missing */
  read(code) {
    if (!this.#p.ready) throw new TillError("catalogue_missing");
    const found = this.#p.goods.find(code);
    if (found) return this.#plain(code, found);
    return this.#sticker(code) ?? this.#gs1(code);
  }

  /** A barcode, a weighed label or a PLU. @param {string} code @param {Found} found @returns {Read} */
  #plain(code, found) {
    if (found.bad) throw new TillError("bad_label", { code });
    const price = this.#price(found.product, code);
    const quantity = found.amount === null ? found.quantity : quantityForAmount(found.amount, price);
    if (quantity <= 0) throw new TillError("bad_label", { code });
    return this.#lineOf(found.product, price, quantity, found.barcode);
  }

  /** @param {string} code @returns {Read | null} */
  #sticker(code) {
    const found = this.#p.goods.bySticker(code);
    if (!found) return null;
    const { product, sticker } = found;
    if (!sticker.valid || product.openPrice) throw new TillError("bad_label", { code });
    const was = this.#price(product, code);
    const read = this.#lineOf(product, reducedPrice(sticker, was), 1000, code.trim(), { price_from: "sticker", was, sticker: sticker.serial === null ? null : code.trim() });
    // The sticker is the whole reduction: no offer and no discount by hand comes on top.
    return { ...read, line: { ...read.line, discountable: false } };
  }

  /** @param {string} code @returns {Read} */
  #gs1(code) {
    const found = findByGs1(this.#p, code);
    if (!found) throw new TillError("unknown_code", { code });
    const { product, quantity, barcode, label } = found;
    this.#mustBeGood(product, label, code);
    const price = this.#price(product, code);
    const mark = product.capture === "serial" ? label.serial : product.capture === "mark" ? label.mark : null;
    const extra = { lot: label.lot, mark };
    if (product.kind !== "weighed") return this.#lineOf(product, price, quantity, barcode, extra);
    return this.#weighed(product, found, price, extra);
  }

  /** The price on a label counts for goods that are weighed: who packs them prints it. @param {Product} product @param {Found & {label: Label}} found @param {number} price @param {Extra} extra @returns {Read} */
  #weighed(product, { quantity, barcode, label }, price, extra) {
    if (quantity <= 0) throw new TillError("bad_label", { code: String(barcode) });
    const { amount, unitPrice } = label;
    if (amount === null && unitPrice === null) return this.#lineOf(product, price, quantity, barcode, extra);
    const labelled = unitPrice ?? unitPriceFor(Number(amount), quantity);
    return this.#lineOf(product, labelled, quantity, barcode, { ...extra, price_from: "label", was: price });
  }

  /** @param {Product} product @param {Label} label @param {string} code */
  #mustBeGood(product, label, code) {
    if (!isExpired(label, this.#p.pricing.calendar(this.#p.clock.instant()))) return;
    this.#p.trace("expired_stopped", { data: { product: product.id, lot: label.lot, expiry: label.expiry } });
    throw new TillError("expired", { code, name: product.name, day: label.expiry });
  }

  /** @param {string} id @param {number} [quantity] thousandths @returns {Read} @throws {TillError} unknown_code, no_price, price_needed */
  product(id, quantity = 1000) {
    const product = this.#byId(id);
    return this.#lineOf(product, this.#price(product, product.code), quantity, null);
  }

  /**
   * Goods whose price was typed.
   *
   * @param {string} id
   * @param {{price: number, quantity?: number, barcode?: string | null}} typed `barcode`: the code that the till did not know
   * @returns {Read}
   * @throws {TillError} unknown_code, not_open_price, bad_amount, price_limits
   */
  typed(id, { price, quantity = 1000, barcode = null }) {
    const product = this.#byId(id);
    const { openPrice, priceMin, priceMax } = product;
    if (!openPrice) throw new TillError("not_open_price", { name: product.name });
    if (!Number.isSafeInteger(price) || price < 0 || price > MOST_PRICE) throw new TillError("bad_amount");
    if (price < (priceMin ?? 0) || price > (priceMax ?? MOST_PRICE)) throw new TillError("price_limits", { least: priceMin, most: priceMax });
    return this.#lineOf(product, price, quantity, barcode, { price_from: "typed" });
  }

  /** @param {string} id @returns {Product} */
  #byId(id) {
    const product = this.#p.goods.product(id);
    if (!product) throw new TillError("unknown_code", { code: id });
    return product;
  }

  /** @param {Product} product @param {string} code @returns {number} */
  #price(product, code) {
    const row = this.#p.goods.priceAt(product.id, this.#p.clock.instant());
    const { id, name, openPrice, priceMin, priceMax } = product;
    if (openPrice) throw new TillError("price_needed", { code, product: id, name, least: priceMin, most: priceMax, usual: row?.price ?? null });
    if (!row) throw new TillError("no_price", { code, name });
    return row.price;
  }

  /** @param {Product} product @param {number} price @param {number} quantity @param {string | null} barcode @param {Extra} [extra] @returns {Read} */
  #lineOf(product, price, quantity, barcode, extra = {}) {
    const { id, name, code, kind, unit, tax, age, discountable, group, deposit, capture, licence } = product;
    const line = {
      product: id, name, code, barcode, kind, quantity, unit, price, tax, age, discountable, deposit: kind === "deposit",
      groups: this.#p.goods.groupPath(group), deposit_product: deposit, capture, licence, ...extra,
    };
    return { line, decimals: this.#p.unit(unit).decimals, weighed: kind === "weighed" };
  }

  /** A line of a deposit, to follow its goods. @param {string} id @returns {FreshLine} */
  deposit(id) {
    return this.product(id).line;
  }
}

/** A price beyond it is a code typed into the wrong field. */
const MOST_PRICE = 99_999_999;
