/**
 * The catalogue in memory: pages stay bytes, and Maps say where a row lies (page · 1024 + row). A row is parsed when
 * somebody asks for it, which costs microseconds; parsing all 600,000 at start would cost seconds and half a gigabyte.
 */

import { readRow } from "../db/page.js";
import { Shards } from "./shards.js";

/** @typedef {import("../types.d.ts").Page} Page */

const SHIFT = 1024;

export class Base {
  /** @type {Page[]} */ #pages = [];
  /** @type {(string[] | null)[]} ids of a page, split when first asked for */ #ids = [];
  /** @type {Shards<number>} */ #products = new Shards();
  /** @type {Shards<number>} */ #codes = new Shards();
  /** @type {Shards<number>} */ #barcodes = new Shards();
  /** @type {Shards<number | number[]>} by product */ #prices = new Shards();
  /** @type {Shards<number>} */ #cards = new Shards();
  /** @type {Map<string, Map<string, Record<string, any>>>} all other kinds, parsed */ #small = new Map();

  get productCount() {
    return this.#products.size;
  }

  /** @param {Page} page @returns {void} one page is a millisecond or two of work */
  add(page) {
    const at = this.#pages.push(page) - 1;
    const ids = page.ids === "" ? [] : page.ids.split("\n");
    this.#ids.push(page.kind === "price" ? null : ids);
    if (page.kind === "product") this.#addProducts(page, at, ids);
    else if (page.kind === "barcode") this.#index(this.#barcodes, page, at, ids);
    else if (page.kind === "price") this.#addPrices(page, at);
    else if (page.kind === "card") this.#index(this.#cards, page, at, ids);
    else this.#addSmall(page, ids);
  }

  /** @param {Shards<number>} map @param {Page} page @param {number} at @param {string[]} keys */
  #index(map, page, at, keys) {
    for (let row = 0; row < keys.length; row += 1) if (isThere(page, row)) map.set(keys[row], at * SHIFT + row);
  }

  /** @param {Page} page @param {number} at @param {string[]} ids */
  #addProducts(page, at, ids) {
    this.#index(this.#products, page, at, ids);
    this.#index(this.#codes, page, at, page.by.split("\n"));
  }

  /** @param {Page} page @param {number} at */
  #addPrices(page, at) {
    const products = page.by.split("\n");
    for (let row = 0; row < products.length; row += 1) {
      if (!isThere(page, row)) continue;
      const known = this.#prices.get(products[row]);
      const place = at * SHIFT + row;
      if (known === undefined) this.#prices.set(products[row], place);
      else if (typeof known === "number") this.#prices.set(products[row], [known, place]);
      else known.push(place);
    }
  }

  /** @param {Page} page @param {string[]} ids */
  #addSmall(page, ids) {
    const map = this.#small.get(page.kind) ?? new Map();
    ids.forEach((id, row) => {
      const data = readRow(page, row);
      if (data !== null) map.set(id, data);
    });
    this.#small.set(page.kind, map);
  }

  /** @param {number} place @returns {Record<string, any>} */
  #read(place) {
    return /** @type {Record<string, any>} */ (readRow(this.#pages[Math.floor(place / SHIFT)], place % SHIFT));
  }

  /** @param {number} place @returns {string} */
  #idAt(place) {
    const page = Math.floor(place / SHIFT);
    const ids = (this.#ids[page] ??= this.#pages[page].ids.split("\n"));
    return ids[place % SHIFT];
  }

  /** @param {string} id @returns {Record<string, any> | null} */
  product(id) {
    const place = this.#products.get(id);
    return place === undefined ? null : this.#read(place);
  }

  /** @param {string} code PLU @returns {string | null} product id */
  productByCode(code) {
    const place = this.#codes.get(code);
    return place === undefined ? null : this.#idAt(place);
  }

  /** @param {string} code @returns {Record<string, any> | null} */
  barcode(code) {
    const place = this.#barcodes.get(code);
    return place === undefined ? null : this.#read(place);
  }

  /** @param {string} key @returns {Record<string, any> | null} */
  card(key) {
    const place = this.#cards.get(key);
    return place === undefined ? null : this.#read(place);
  }

  /**
   * Cards by what a page keeps outside its rows: a hundred thousand are looked through without parsing one that does not fit.
   *
   * @param {(phone: string, name: string) => boolean} fits
   * @param {number} most
   * @returns {{id: string, data: Record<string, any>}[]}
   */
  cards(fits, most) {
    const found = [];
    for (const page of this.#pages) {
      if (page.kind !== "card") continue;
      const names = page.names.split("\n");
      const phones = page.by.split("\n");
      const ids = page.ids.split("\n");
      for (let row = 0; row < page.count && found.length < most; row += 1) {
        if (!fits(phones[row], names[row])) continue;
        const data = readRow(page, row);
        if (data) found.push({ id: ids[row], data });
      }
    }
    return found;
  }

  /** @param {string} product @returns {{id: string, data: Record<string, any>}[]} */
  prices(product) {
    const places = this.#prices.get(product);
    if (places === undefined) return [];
    return (typeof places === "number" ? [places] : places).map((place) => ({ id: this.#idAt(place), data: this.#read(place) }));
  }

  /** @param {string} kind @returns {Map<string, Record<string, any>>} */
  small(kind) {
    return this.#small.get(kind) ?? new Map();
  }

  /** @returns {string[]} */
  smallKinds() {
    return [...this.#small.keys()];
  }

  /** Pages of products, for the search index. @returns {{ids: string[], page: Page}[]} */
  productPages() {
    return this.#pages.flatMap((page, at) => (page.kind === "product" ? [{ ids: /** @type {string[]} */ (this.#ids[at]), page }] : []));
  }
}

/** @param {Page} page @param {number} row */
function isThere(page, row) {
  return page.offsets[row + 1] > page.offsets[row];
}
