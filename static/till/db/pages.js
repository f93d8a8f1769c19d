/**
 * The catalogue on disk: pages of rows (200,000 single rows take 36 s to write, 200 pages under a second). A new catalogue is
 * written as another `set` beside the one in use; one transaction makes it the one in use.
 */

import { commit } from "./open.js";

/** @typedef {import("./open.js").Db} Db */
/** @typedef {import("../types.d.ts").Page} Page */

export class Pages {
  #db;

  /** @param {Db} db */
  constructor(db) {
    this.#db = db;
  }

  /** @param {Page[]} pages */
  async put(pages) {
    const tx = this.#db.transaction("pages", "readwrite");
    await Promise.all([...pages.map((page) => tx.store.put(page)), tx.done]);
  }

  /** Keys of a set's pages, in order. @param {number} set @returns {Promise<[number, string, number][]>} */
  keys(set) {
    return /** @type {Promise<any>} */ (this.#db.getAllKeys("pages", rangeOf(set)));
  }

  /** @param {[number, string, number]} key @returns {Promise<Page | undefined>} */
  get(key) {
    return this.#db.get("pages", key);
  }

  /**
   * Makes a finished set the catalogue in use: all or nothing. Changes that were laid over the old one go with it.
   *
   * @param {NonNullable<import("./state.js").MetaValues["catalogue"]>} catalogue
   */
  async use(catalogue) {
    await commit(this.#db, ["meta", "overlay"], async (tx) => {
      await tx.objectStore("overlay").clear();
      await tx.objectStore("meta").put(catalogue, "catalogue");
    });
  }

  /** Clears away every set but the one in use, for example what a torn download left. @param {number} keep */
  async sweep(keep) {
    const keys = /** @type {[number, string, number][]} */ (await this.#db.getAllKeys("pages"));
    for (const set of new Set(keys.map((key) => key[0]))) {
      if (set !== keep) await this.#db.delete("pages", rangeOf(set));
    }
  }
}

/** @param {number} set @returns {IDBKeyRange} */
function rangeOf(set) {
  return IDBKeyRange.bound([set], [set, []]);
}
