/** What the till can sell: the base read from pages with the changes laid over it. Every question is answered from memory. */

import { pickPrice } from "../../pricing/engine.js";
import { Base } from "./base.js";
import { toInstant } from "./clock.js";
import { keysOf } from "./rows.js";
import { pluSpellings, readWeighed, spellings } from "./labels.js";
import { SearchIndex } from "./index.js";
import { readSticker } from "./stickers.js";

/** @typedef {import("../types.d.ts").FeedRow} FeedRow */

/**
 * A new price begins by the server's clock and takes the old one's place in the feed. A till whose clock is a little behind
 * would know no price at all until then, so the one that is about to begin is taken.
 */
const CLOCK_SLACK_MS = 5 * 60_000;
/** @typedef {import("../types.d.ts").Product} Product */
/** @typedef {import("../types.d.ts").PriceRow} PriceRow */
/** @typedef {{product: Product, quantity: number, barcode: string | null, amount: number | null, bad: boolean}} Found
 *    amount: minor units of a label that carries its price; bad: a weighed label that cannot be trusted */

export class Catalogue {
  #base = new Base();
  #index = new SearchIndex();
  /** @type {Map<string, Map<string, FeedRow>>} */ #over = new Map();
  /** @type {Map<string, Set<string>>} price ids by product, among the changes */ #overPrices = new Map();
  /** @type {Map<string, string>} product by PLU, among the changes */ #overCodes = new Map();
  /** @type {Map<string, Map<string, Record<string, any>>>} merged small kinds, until the next change */ #merged = new Map();

  /** Switches to another base in one step; changes known so far belong to the old one. @param {Base} base @param {SearchIndex} index */
  use(base, index) {
    this.#base = base;
    this.#index = index;
    for (const map of [this.#over, this.#overPrices, this.#overCodes, this.#merged]) map.clear();
  }

  get base() {
    return this.#base;
  }

  get size() {
    return this.#base.productCount;
  }

  get overlaySize() {
    let size = 0;
    for (const kind of this.#over.values()) size += kind.size;
    return size;
  }

  /** Lays changes over the base, all in one task. @param {FeedRow[]} rows @param {Map<string, string | null>} texts of changed products */
  apply(rows, texts) {
    for (const row of rows) {
      const kind = this.#over.get(row.kind) ?? new Map();
      const known = kind.get(row.id);
      if (known && known.v > row.v) continue;
      this.#over.set(row.kind, kind.set(row.id, row));
      this.#merged.delete(row.kind);
      if (row.kind === "price" && row.data) setOf(this.#overPrices, row.data.product).add(row.id);
      if (row.kind === "product") this.#applyProduct(row, texts.get(row.id) ?? null);
    }
  }

  /** @param {FeedRow} row @param {string | null} text */
  #applyProduct(row, text) {
    if (row.data) this.#overCodes.set(String(row.data.code), row.id);
    this.#index.change(row.id, text);
  }

  /** @param {string} kind @param {string} id @param {() => Record<string, any> | null} base @returns {Record<string, any> | null} */
  #row(kind, id, base) {
    const change = this.#over.get(kind)?.get(id);
    return change ? change.data : base();
  }

  /** @param {string} id @returns {Product | null} */
  product(id) {
    const data = this.#row("product", id, () => this.#base.product(id));
    return data === null ? null : productOf(id, data);
  }

  /** @param {string} plu @returns {Product | null} */
  byPlu(plu) {
    for (const code of pluSpellings(plu)) {
      const id = this.#overCodes.get(code) ?? this.#base.productByCode(code);
      const product = id === null || id === undefined ? null : this.product(id);
      if (product && product.code === code) return product;
    }
    return null;
  }

  /**
   * What a scanned or typed code means: a barcode, a weighed label of this store, or a PLU.
   *
   * @param {string} raw
   * @returns {Found | null}
   */
  find(raw) {
    for (const code of spellings(raw)) {
      const found = this.#byBarcode(code) ?? this.#byLabel(code) ?? this.#byCode(code);
      if (found) return found;
    }
    return null;
  }

  /** @param {string} code @returns {Found | null} */
  #byBarcode(code) {
    const data = this.#row("barcode", code, () => this.#base.barcode(code));
    const product = data && this.product(String(data.product));
    return product ? { product, quantity: Number(data.quantity ?? 1000), barcode: code, amount: null, bad: false } : null;
  }

  /** A reduced-price sticker of this store. @param {string} code @returns {{product: Product, sticker: import("./stickers.js").Sticker} | null} */
  bySticker(code) {
    const sticker = readSticker(code.trim(), this.setting("reduced_stickers"));
    const product = sticker && this.byPlu(sticker.plu);
    return product ? { product, sticker } : null;
  }

  /** @param {string} code @returns {Found | null} */
  #byLabel(code) {
    const label = readWeighed(code, this.setting("weighed_labels") ?? []);
    const product = label && this.byPlu(label.plu);
    if (!label || !product) return null;
    const weight = label.value === "weight" ? label.amount : 0;
    return { product, quantity: weight, barcode: code, amount: label.value === "price" ? label.amount : null, bad: !label.valid };
  }

  /** @param {string} code @returns {Found | null} */
  #byCode(code) {
    const product = this.byPlu(code);
    return product && { product, quantity: 1000, barcode: null, amount: null, bad: false };
  }

  /** @param {string} product @returns {PriceRow[]} */
  prices(product) {
    const changes = this.#over.get("price");
    const rows = this.#base.prices(product).filter(({ id }) => !changes?.has(id));
    for (const id of this.#overPrices.get(product) ?? []) {
      const data = changes?.get(id)?.data;
      if (data && data.product === product) rows.push({ id, data });
    }
    return rows.map(({ id, data }) => priceOf(id, data));
  }

  /** @param {string} product @param {string} instant @returns {PriceRow | null} of the store's price type */
  priceAt(product, instant) {
    const rows = this.prices(product);
    const type = String(this.setting("price_type") ?? "retail");
    return pickPrice(rows, type, instant) ?? pickPrice(rows, type, toInstant(Date.parse(instant) + CLOCK_SLACK_MS));
  }

  /** @param {string} key @returns {Record<string, any> | null} a card's row (feed kind `card`) */
  card(key) {
    return this.#row("card", key, () => this.#base.card(key));
  }

  /** @param {(phone: string, name: string) => boolean} fits @param {number} most @returns {{id: string, data: Record<string, any>}[]} */
  cards(fits, most) {
    const changes = this.#over.get("card") ?? new Map();
    const found = this.#base.cards(fits, most + changes.size).filter(({ id }) => !changes.has(id));
    for (const [id, { data }] of changes) {
      const keys = data && keysOf("card", data);
      if (keys && fits(keys.by, keys.name)) found.push({ id, data });
    }
    return found.slice(0, most);
  }

  /** Group ids from the product's own to the root. @param {string | null} leaf @returns {string[]} */
  groupPath(leaf) {
    const groups = this.small("group");
    /** @type {string[]} */
    const path = [];
    for (let id = leaf; id && !path.includes(id); id = groups.get(id)?.parent ?? null) path.push(id);
    return path;
  }

  /** All rows of a kind that is small enough to be kept parsed. @param {string} kind @returns {Map<string, Record<string, any>>} */
  small(kind) {
    let merged = this.#merged.get(kind);
    if (!merged) {
      merged = new Map(this.#base.small(kind));
      for (const [id, { data }] of this.#over.get(kind) ?? []) {
        if (data === null) merged.delete(id);
        else merged.set(id, data);
      }
      this.#merged.set(kind, merged);
    }
    return merged;
  }

  /** @param {string} name @returns {any} undefined when the store has not set it */
  setting(name) {
    return this.small("setting").get(name)?.value;
  }

  /** @param {string} code @param {string} language @returns {{name: string, decimals: number}} */
  unit(code, language) {
    const unit = this.small("unit").get(code);
    const names = unit?.name;
    const name = typeof names === "string" ? names : (names?.[language] ?? names?.en ?? code);
    return { name, decimals: Number(unit?.decimals ?? (code === "pcs" ? 0 : 3)) };
  }

  /** By name, or by the exact code. @param {string} text @param {number} limit @returns {{ready: boolean, total: number, ids: string[], read: string}} */
  lookUp(text, limit) {
    const found = this.#index.search(text, limit);
    const exact = /^\d+$/.test(text.trim()) ? this.find(text) : null;
    if (!exact) return found;
    const ids = [exact.product.id, ...found.ids.filter((id) => id !== exact.product.id)].slice(0, limit);
    return { ...found, ids, total: Math.max(found.total, ids.length) };
  }

  get searchReady() {
    return this.#index.ready;
  }
}

/** @param {string} id @param {Record<string, any>} data @returns {Product} */
function productOf(id, data) {
  return {
    id, code: String(data.code ?? ""), name: String(data.name ?? ""), kind: String(data.kind ?? "piece"), unit: String(data.unit ?? "pcs"),
    group: data.group ?? null, tax: String(data.tax ?? ""), age: Number(data.age ?? 0), discountable: data.discountable !== false,
    ...rarities(data),
  };
}

/** What few products have; the feed leaves it out of the others' rows. @param {Record<string, any>} data */
function rarities(data) {
  return {
    picture: data.picture ?? null, content: data.content ?? null, contentUnit: data.content_unit ?? null, openPrice: data.open_price === true, priceMin: data.price_min ?? null,
    priceMax: data.price_max ?? null, deposit: data.deposit ?? null, capture: String(data.capture ?? ""), licence: String(data.licence ?? ""),
    allergens: String(data.allergens ?? ""), properties: Array.isArray(data.properties) ? data.properties.map(String) : [],
  };
}

/** @param {string} id @param {Record<string, any>} data @returns {PriceRow} */
function priceOf(id, data) {
  return { id, product: data.product, type: data.type, price: data.price, from: data.from ?? null, to: data.to ?? null };
}

/** @param {Map<string, Set<string>>} map @param {string} key @returns {Set<string>} */
function setOf(map, key) {
  const set = map.get(key) ?? new Set();
  map.set(key, set);
  return set;
}
