/** From a code to a line: what it is, how much of it, and what one costs now. */

import { TillError } from "./errors.js";
import { quantityForAmount } from "./labels.js";

/** @typedef {import("../types.d.ts").DraftLine} DraftLine */
/** @typedef {import("../types.d.ts").Product} Product */
/** @typedef {{line: Omit<DraftLine, "n" | "manual" | "voided">, decimals: number, weighed: boolean}} Read */

export class CodeReader {
  #p;

  /** @param {import("../assembly.js").Parts} parts */
  constructor(parts) {
    this.#p = parts;
  }

  /** @param {string} code @returns {Read} @throws {TillError} unknown_code, no_price, bad_label, catalogue_missing */
  read(code) {
    const found = this.#find(code);
    const price = this.#price(found.product, code);
    const quantity = found.amount === null ? found.quantity : quantityForAmount(found.amount, price);
    if (quantity <= 0) throw new TillError("bad_label", { code });
    return this.#lineOf(found.product, price, quantity, found.barcode);
  }

  /** @param {string} id @param {number} [quantity] thousandths @returns {Read} @throws {TillError} unknown_code, no_price */
  product(id, quantity = 1000) {
    const product = this.#p.goods.product(id);
    if (!product) throw new TillError("unknown_code", { code: id });
    return this.#lineOf(product, this.#price(product, product.code), quantity, null);
  }

  /** @param {string} code */
  #find(code) {
    if (!this.#p.ready) throw new TillError("catalogue_missing");
    const found = this.#p.goods.find(code);
    if (!found) throw new TillError("unknown_code", { code });
    if (found.bad) throw new TillError("bad_label", { code });
    return found;
  }

  /** @param {Product} product @param {string} code @returns {number} */
  #price(product, code) {
    const row = this.#p.goods.priceAt(product.id, this.#p.clock.instant());
    if (!row) throw new TillError("no_price", { code, name: product.name });
    return row.price;
  }

  /** @param {Product} product @param {number} price @param {number} quantity @param {string | null} barcode @returns {Read} */
  #lineOf(product, price, quantity, barcode) {
    const { id, name, code, kind, unit, tax, age, discountable, group } = product;
    const line = {
      product: id, name, code, barcode, kind, quantity, unit, price, tax, age, discountable, deposit: kind === "deposit",
      groups: this.#p.goods.groupPath(group),
    };
    return { line, decimals: this.#p.unit(unit).decimals, weighed: kind === "weighed" };
  }

  /** @param {string} code @returns {import("../types.d.ts").PriceAnswer} */
  priceCheck(code) {
    const { line } = this.read(code);
    const draft = {
      id: "", tab: 0, kind: /** @type {const} */ ("sale"), openedAt: this.#p.clock.instant(), cashier: "", shift: "", discount: null, selected: null,
      ageConfirmed: 0, nextN: 2, tenders: [], lines: [{ ...line, quantity: 1000, n: 1, manual: null, voided: false }],
    };
    const priced = this.#p.pricing.price(draft);
    this.#p.trace("price_check", { receipt: null, line: null, data: { product: line.product, price: line.price } });
    const { product, name, code: plu, price, unit } = line;
    return { product, name, code: plu, price, unitName: this.#p.unit(unit).name, total: priced.total, reasons: priced.reasons };
  }
}
