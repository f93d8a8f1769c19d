/** What there is to know about goods without selling them: price, offer, price per litre, properties, and the stock. */

import { TillError } from "./errors.js";
import { roundDiv } from "./money.js";
import { Refused, Unanswered } from "../net/socket.js";

/** @typedef {import("../assembly.js").Parts} Parts */
/** @typedef {import("../types.d.ts").PriceAnswer} PriceAnswer */
/** @typedef {import("../types.d.ts").StockAnswer} StockAnswer */

/** What one of our units is in the unit that prices are compared in. @type {Record<string, {unit: string, parts: number}>} */
const COMPARED = { g: { unit: "kg", parts: 1000 }, kg: { unit: "kg", parts: 1 }, ml: { unit: "l", parts: 1000 }, l: { unit: "l", parts: 1 }, cm: { unit: "m", parts: 100 }, m: { unit: "m", parts: 1 } };

/** Asked once, then shown with its age: a stock is news for as long as somebody may be standing at the till. */
const MOST_REMEMBERED = 200;

export class ItemCard {
  #p;
  /** @type {Map<string, StockAnswer>} */ #stock = new Map();

  /** @param {Parts} parts */
  constructor(parts) {
    this.#p = parts;
  }

  /** @param {import("./codes.js").CodeReader} codes @param {string} code @returns {PriceAnswer} @throws {TillError} what reading the code throws */
  check(codes, code) {
    try {
      return this.#answer(codes.read(code));
    } catch (error) {
      if (error instanceof TillError && error.code === "price_needed") return this.#openAnswer(error);
      throw error;
    }
  }

  /** @param {import("./codes.js").Read} read @returns {PriceAnswer} */
  #answer({ line }) {
    const draft = {
      id: "", tab: 0, kind: /** @type {const} */ ("sale"), openedAt: this.#p.clock.instant(), cashier: "", shift: "", discount: null, selected: null,
      ageConfirmed: 0, nextN: 2, tenders: [], lines: [{ ...line, quantity: 1000, n: 1, manual: null, voided: false }],
    };
    const priced = this.#p.pricing.price(draft);
    this.#p.trace("price_check", { receipt: null, line: null, data: { product: line.product, price: line.price } });
    const { product, name, code: plu, price, unit } = line;
    const { allergens = "", properties = [], age = 0, picture = null } = this.#p.goods.product(product) ?? {};
    return {
      product, name, code: plu, price, unitName: this.#p.unit(unit).name, total: priced.total, reasons: priced.reasons, open: null,
      offers: priced.lines[0]?.discounts.map((one) => one.name) ?? [], perUnit: this.#perUnit(product, priced.total), deposit: this.#depositOf(line.deposit_product ?? null),
      allergens, properties, age, picture, lot: line.lot ?? null, stock: this.#stock.get(product) ?? null,
    };
  }

  /** Goods whose price is typed have a card, too. @param {import("./errors.js").TillError} error price_needed @returns {PriceAnswer} */
  #openAnswer({ args }) {
    const id = String(args.product);
    const goods = this.#p.goods.product(id);
    if (!goods) throw new TillError("unknown_code", { code: id });
    const usual = typeof args.usual === "number" ? args.usual : 0;
    this.#p.trace("price_check", { receipt: null, line: null, data: { product: id, price: null } });
    return {
      product: id, name: goods.name, code: goods.code, price: usual, unitName: this.#p.unit(goods.unit).name, total: usual, reasons: [],
      open: { least: goods.priceMin, most: goods.priceMax }, offers: [], perUnit: null, deposit: this.#depositOf(goods.deposit),
      allergens: goods.allergens, properties: goods.properties, age: goods.age, picture: goods.picture, lot: null, stock: this.#stock.get(id) ?? null,
    };
  }

  /** @param {string} product @param {number} price @returns {{price: number, unitName: string} | null} */
  #perUnit(product, price) {
    const goods = this.#p.goods.product(product);
    const compared = COMPARED[goods?.contentUnit ?? ""];
    if (!goods?.content || !compared) return null;
    return { price: roundDiv(price * compared.parts * 1000, goods.content), unitName: this.#p.unit(compared.unit).name };
  }

  /** @param {string | null} id @returns {number | null} */
  #depositOf(id) {
    return id === null ? null : (this.#p.goods.priceAt(id, this.#p.clock.instant())?.price ?? null);
  }

  /**
   * What the store and other stores hold. Nobody waits for it: offline the last answer comes back with its age.
   *
   * @param {string} product
   * @returns {Promise<StockAnswer | null>} null: the server does not answer and never has
   */
  async stock(product) {
    const socket = this.#p.link?.socket;
    try {
      if (!socket) return this.#stock.get(product) ?? null;
      const { keeps_stock, here, elsewhere } = await socket.request("stock.find", { product });
      this.#remember(product, { keepsStock: keeps_stock === true, here, elsewhere: Array.isArray(elsewhere) ? elsewhere : [] });
    } catch (error) {
      // Not connected, or a server that cannot say: the card shows what was heard last.
      if (!(error instanceof Refused) && !(error instanceof Unanswered)) throw error;
    }
    return this.#stock.get(product) ?? null;
  }

  /** @param {string} product @param {StockAnswer} answer */
  #remember(product, answer) {
    this.#stock.delete(product);
    this.#stock.set(product, answer);
    if (this.#stock.size > MOST_REMEMBERED) this.#stock.delete(String(this.#stock.keys().next().value));
  }
}
