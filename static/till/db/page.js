/** A page: up to 1,000 rows of the catalogue, as they lie on disk and in memory. Knows no database, for a worker makes them too. */

/** @typedef {import("../types.d.ts").Page} Page */

export const PAGE_ROWS = 1000;

/** Collects the rows of one kind and gives them out page by page. */
export class PageBuilder {
  /** @type {string[]} */ #ids = [];
  /** @type {string[]} */ #by = [];
  /** @type {string[]} */ #names = [];
  /** @type {Uint8Array[]} */ #rows = [];
  #no = 0;

  /** @param {number} set @param {string} kind @param {number} [firstNo] */
  constructor(set, kind, firstNo = 0) {
    this.set = set;
    this.kind = kind;
    this.#no = firstNo;
  }

  get full() {
    return this.#ids.length >= PAGE_ROWS;
  }

  get empty() {
    return this.#ids.length === 0;
  }

  /**
   * @param {string} id
   * @param {Uint8Array} data the row's JSON; no bytes at all mark a place whose row is gone
   * @param {{by: string, name: string}} keys
   */
  add(id, data, keys) {
    this.#ids.push(id);
    this.#rows.push(data);
    this.#by.push(keys.by);
    this.#names.push(keys.name);
  }

  /** The rows so far as one page; the builder starts the next. @returns {Page} */
  take() {
    const page = {
      set: this.set, kind: this.kind, no: this.#no, count: this.#ids.length, ids: this.#ids.join("\n"), by: this.#by.join("\n"),
      names: this.#names.join("\n"), ...joinRows(this.#rows),
    };
    this.#no += 1;
    this.#ids = [];
    this.#by = [];
    this.#names = [];
    this.#rows = [];
    return page;
  }
}

/** @param {Uint8Array[]} rows @returns {{data: Uint8Array, offsets: Uint32Array}} */
function joinRows(rows) {
  const offsets = new Uint32Array(rows.length + 1);
  rows.forEach((row, i) => (offsets[i + 1] = offsets[i] + row.length));
  const data = new Uint8Array(offsets[rows.length]);
  rows.forEach((row, i) => data.set(row, offsets[i]));
  return { data, offsets };
}

const decoder = new TextDecoder();

/** @param {Page} page @param {number} row @returns {Record<string, any> | null} null where the row is gone */
export function readRow(page, row) {
  const bytes = rowBytes(page, row);
  return bytes.length === 0 ? null : JSON.parse(decoder.decode(bytes));
}

/** @param {Page} page @param {number} row @returns {Uint8Array} */
export function rowBytes(page, row) {
  return page.data.subarray(page.offsets[row], page.offsets[row + 1]);
}
