/**
 * Changes since the snapshot: one row per changed thing, laid over the pages, and folded into them when the till is idle.
 * The cursor is stored in the transaction that stores the rows it stands for.
 */

import { commit } from "./open.js";
import { PageBuilder, rowBytes } from "./page.js";
import { Pages } from "./pages.js";
import { keysOf } from "../models/rows.js";
import { Slices } from "../models/slices.js";

/** @typedef {import("./open.js").Db} Db */
/** @typedef {import("../types.d.ts").FeedRow} FeedRow */
/** @typedef {import("../types.d.ts").Page} Page */

/** Rows put before the transaction is waited for, so that one big pull is not one long task. */
const CHUNK = 100;
const NOTHING = new Uint8Array(0);

export class Overlay {
  #db;

  /** @param {Db} db */
  constructor(db) {
    this.#db = db;
  }

  /** @returns {Promise<FeedRow[]>} */
  all() {
    return this.#db.getAll("overlay");
  }

  /**
   * Stores changes and the cursor after them, all or nothing.
   *
   * @param {FeedRow[]} rows
   * @param {NonNullable<import("./state.js").MetaValues["catalogue"]>} catalogue
   */
  async store(rows, catalogue) {
    await commit(this.#db, ["meta", "overlay"], async (tx) => {
      const store = tx.objectStore("overlay");
      for (let i = 0; i < rows.length; i += CHUNK) await Promise.all(rows.slice(i, i + CHUNK).map((row) => store.put(row)));
      await tx.objectStore("meta").put(catalogue, "catalogue");
    });
  }

  /**
   * Writes the changes into their pages and forgets them, page by page: each step leaves a catalogue that reads the same
   * as before, so a crash or a stop between two of them costs nothing. Works on disk only; memory keeps what it has.
   *
   * @param {number} set
   * @param {() => boolean} mayGoOn asked before each page
   * @returns {Promise<boolean>} true when everything was folded
   */
  async fold(set, mayGoOn) {
    const waiting = byKind(await this.all());
    const slices = new Slices();
    const pages = new Pages(this.#db);
    const keys = await pages.keys(set);
    for (const key of keys) {
      const rows = waiting.get(key[1]);
      if (!rows || rows.size === 0) continue;
      if (!mayGoOn()) return false;
      await slices.rest();
      const page = await pages.get(key);
      if (page) await this.#foldPage(page, rows);
    }
    for (const [kind, rows] of waiting) await this.#append(set, kind, rows, keys);
    return true;
  }

  /** @param {Page} page @param {Map<string, FeedRow>} rows those placed are taken out */
  async #foldPage(page, rows) {
    const ids = page.ids.split("\n");
    const hits = ids.filter((id) => rows.has(id));
    if (hits.length === 0) return;
    const builder = new PageBuilder(page.set, page.kind, page.no);
    const by = page.by.split("\n");
    const names = page.names.split("\n");
    ids.forEach((id, i) => {
      const change = rows.get(id);
      if (change) place(builder, change);
      else builder.add(id, rowBytes(page, i), { by: by[i] ?? "", name: names[i] ?? "" });
    });
    await this.#swap(builder.take(), hits.map((id) => /** @type {FeedRow} */ (rows.get(id))));
    for (const id of hits) rows.delete(id);
  }

  /** @param {number} set @param {string} kind @param {Map<string, FeedRow>} rows @param {[number, string, number][]} keys */
  async #append(set, kind, rows, keys) {
    const last = Math.max(-1, ...keys.filter((key) => key[1] === kind).map((key) => key[2]));
    const builder = new PageBuilder(set, kind, last + 1);
    /** @type {FeedRow[]} */
    let placed = [];
    for (const row of rows.values()) {
      placed.push(row);
      if (row.data !== null) place(builder, row);
      if (!builder.full) continue;
      await this.#swap(builder.take(), placed);
      placed = [];
    }
    if (placed.length > 0) await this.#swap(builder.empty ? null : builder.take(), placed);
  }

  /** One page in, its changes out. A change that came anew meanwhile (higher `v`) stays. @param {Page | null} page @param {FeedRow[]} placed */
  async #swap(page, placed) {
    await commit(this.#db, ["pages", "overlay"], async (tx) => {
      const store = tx.objectStore("overlay");
      if (page) await tx.objectStore("pages").put(page);
      for (const { kind, id, v } of placed) {
        const now = await store.get([kind, id]);
        if (now && now.v === v) await store.delete([kind, id]);
      }
    });
  }
}

/** @param {PageBuilder} builder @param {FeedRow} row */
function place(builder, row) {
  if (row.data === null) builder.add(row.id, NOTHING, { by: "", name: "" });
  else builder.add(row.id, new TextEncoder().encode(JSON.stringify(row.data)), keysOf(row.kind, row.data));
}

/** @param {FeedRow[]} rows @returns {Map<string, Map<string, FeedRow>>} */
function byKind(rows) {
  /** @type {Map<string, Map<string, FeedRow>>} */
  const kinds = new Map();
  for (const row of rows) {
    const kind = kinds.get(row.kind) ?? new Map();
    kinds.set(row.kind, kind.set(row.id, row));
  }
  return kinds;
}

