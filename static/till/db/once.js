/**
 * What this till has sold that can be sold only once: marks, serial numbers, excise stamps and numbered stickers. Written in
 * the transaction of the receipt that sold it, known in memory, so that a scan is answered without asking the disk.
 */

/** @typedef {import("./open.js").Db} Db */
/** @typedef {import("./open.js").WriteTx} WriteTx */
/** @typedef {import("../types.d.ts").Item} Item */
/** @typedef {{key: string, number: number, at: string}} Sold */

/** Older ones are forgotten: a till is no register of marks, and the server has them all. */
const KEPT_MS = 400 * 86_400_000;

/** @param {Item} item @returns {{key: string, back: boolean}[]} what a journal item sells, or takes back, for good */
export function oncesOf({ type, body }) {
  if (type !== "receipt" || !Array.isArray(body.lines)) return [];
  const back = body.kind === "return";
  return body.lines.flatMap((/** @type {Record<string, any>} */ line) => {
    const keys = [line.mark, line.price_from === "sticker" ? line.barcode : null];
    return keys.filter((key) => typeof key === "string" && key !== "").map((key) => ({ key: String(key), back }));
  });
}

/** @param {WriteTx} tx @param {Item[]} items */
export function noteOnces(tx, items) {
  for (const item of items) {
    for (const { key, back } of oncesOf(item)) {
      if (back) void tx.objectStore("once").delete(key);
      else void tx.objectStore("once").put({ key, number: Number(item.body.number), at: item.at });
    }
  }
}

export class Once {
  /** @type {Map<string, number>} receipt number by key */ #sold = new Map();

  /** @param {Db} db @param {number} now ms */
  async load(db, now) {
    const forgotten = new Date(now - KEPT_MS).toISOString();
    /** @type {Sold[]} */
    const rows = await db.getAll("once");
    for (const { key, number, at } of rows) {
      if (at >= forgotten) this.#sold.set(key, number);
      else await db.delete("once", key);
    }
  }

  /** @param {Item[]} items that are on disk now */
  appended(items) {
    for (const item of items) {
      for (const { key, back } of oncesOf(item)) {
        if (back) this.#sold.delete(key);
        else this.#sold.set(key, Number(item.body.number));
      }
    }
  }

  /** @param {string} key @returns {number | null} number of the receipt that sold it */
  soldBy(key) {
    return this.#sold.get(key) ?? null;
  }
}
