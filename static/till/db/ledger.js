/** Reading the journal, and what the server has said about its items. Appending is `journal.js`'s. */

import { commit } from "./open.js";
import { rowOf } from "./journal.js";

/** @typedef {import("./open.js").Db} Db */
/** @typedef {import("../types.d.ts").Item} Item */
/** @typedef {import("../types.d.ts").JournalRow} JournalRow */
/** @typedef {import("../types.d.ts").Ack} Ack */

export const KEEP_MS = 35 * 24 * 3600 * 1000;
const BATCH = 100;

export class Ledger {
  #db;
  #till;

  /** @param {Db} db @param {string} till */
  constructor(db, till) {
    this.#db = db;
    this.#till = till;
  }

  /** @returns {Promise<{items: number, receipts: number}>} what the server has not acknowledged */
  async unsent() {
    const keys = await this.#db.getAllKeysFromIndex("journal", "unsent", this.#unsentRange());
    let receipts = 0;
    const tx = this.#db.transaction("journal");
    for (let i = 0; i < keys.length; i += BATCH) {
      const rows = await Promise.all(keys.slice(i, i + BATCH).map((key) => tx.store.get(key)));
      receipts += rows.filter((row) => row?.type === "receipt").length;
    }
    return { items: keys.length, receipts };
  }

  /**
   * The oldest unsent items, in chain order, of one incarnation at a time.
   *
   * @param {number} most items
   * @param {number} bytes roughly, of JSON
   * @returns {Promise<Item[]>}
   */
  async batch(most, bytes) {
    /** @type {JournalRow[]} */
    const rows = await this.#db.getAllFromIndex("journal", "unsent", this.#unsentRange(), most);
    /** @type {Item[]} */
    const items = [];
    let size = 0;
    for (const { item } of rows) {
      size += JSON.stringify(item).length * 2;
      if (items.length > 0 && (size > bytes || item.inc !== items[0].inc)) break;
      items.push(item);
    }
    return items;
  }

  #unsentRange() {
    return IDBKeyRange.bound([1, this.#till], [1, this.#till, []]);
  }

  /**
   * Writes down the server's answers; `retry` leaves an item as it is.
   *
   * @param {Item[]} items as sent
   * @param {Ack[]} acks in the same order
   * @param {number} now ms
   * @returns {Promise<{settled: Item[], retry: number, receipts: number}>}
   */
  async settle(items, acks, now) {
    /** @type {Item[]} */
    const settled = [];
    let receipts = 0;
    await commit(this.#db, ["journal"], async (tx) => {
      const store = tx.objectStore("journal");
      for (let i = 0; i < items.length; i += 1) {
        const ack = acks[i];
        if (!ack || ack.id !== items[i].id || ack.status === "retry") continue;
        const row = await store.get([this.#till, items[i].inc, items[i].seq]);
        if (!row) continue;
        if (row.unsent && row.type === "receipt") receipts += 1;
        delete row.unsent;
        void store.put({ ...row, status: ack.status, detail: ack.detail ?? null, ackedAt: now });
        settled.push(items[i]);
      }
    });
    return { settled, retry: items.length - settled.length, receipts };
  }

  /**
   * Makes items unsent again because the server asks for them (`want`), also when it had acknowledged them before: it may
   * have been restored from a backup.
   *
   * @param {number} inc
   * @param {[number, number][]} ranges
   * @param {number} most at once; the rest is asked for again
   * @returns {Promise<{items: number, receipts: number}>} how many were made unsent
   */
  async wanted(inc, ranges, most) {
    const found = { items: 0, receipts: 0 };
    await commit(this.#db, ["journal"], async (tx) => {
      const store = tx.objectStore("journal");
      for (const [from, to] of ranges) {
        const range = IDBKeyRange.bound([this.#till, inc, from], [this.#till, inc, to]);
        for (const row of await store.getAll(range, most - found.items)) {
          if (row.unsent) continue;
          found.items += 1;
          if (row.type === "receipt") found.receipts += 1;
          void store.put({ ...row, unsent: 1 });
        }
        if (found.items >= most) break;
      }
    });
    return found;
  }

  /** @param {string} shift @param {(item: Item) => void} each in chain order */
  async eachOfShift(shift, each) {
    let range = IDBKeyRange.bound([shift], [shift, []]);
    for (;;) {
      /** @type {JournalRow[]} */
      const rows = await this.#db.getAllFromIndex("journal", "shift", range, BATCH);
      for (const { item } of rows) each(item);
      if (rows.length < BATCH) return;
      const last = rows[rows.length - 1];
      range = IDBKeyRange.bound([shift, last.inc, last.seq], [shift, []], true);
    }
  }

  /** Receipts of this till, newest first. @param {number} limit @returns {Promise<JournalRow[]>} */
  async receipts(limit) {
    const rows = [];
    const range = IDBKeyRange.bound(["receipt", this.#till], ["receipt", this.#till, []]);
    let cursor = await this.#db.transaction("journal").store.index("type").openCursor(range, "prev");
    for (; cursor && rows.length < limit; cursor = await cursor.continue()) rows.push(cursor.value);
    return rows;
  }

  /** Receipts of this till, newest first, until `each` has enough. @param {number} limit @param {(row: JournalRow) => boolean} each false ends it */
  async eachReceipt(limit, each) {
    const range = IDBKeyRange.bound(["receipt", this.#till], ["receipt", this.#till, []]);
    let cursor = await this.#db.transaction("journal").store.index("type").openCursor(range, "prev");
    for (let seen = 0; cursor && seen < limit && each(cursor.value); seen += 1) cursor = await cursor.continue();
  }

  /** Returns of this till that goods came back to a receipt with. @param {string} origin @returns {Promise<JournalRow[]>} */
  returnsOf(origin) {
    return this.#db.getAllFromIndex("journal", "origins", origin);
  }

  /** @param {string} id @returns {Promise<JournalRow | undefined>} */
  byId(id) {
    return this.#db.getFromIndex("journal", "id", id);
  }

  /** @param {number} inc @param {number} seq @returns {Promise<JournalRow | undefined>} */
  bySeq(inc, seq) {
    return this.#db.get("journal", [this.#till, inc, seq]);
  }

  /**
   * Takes in items that another copy kept (the bridge after this profile was wiped).
   *
   * @param {Item[]} items none of them here yet
   * @param {{head: import("./journal.js").Head, counters: import("./journal.js").Counters} | null} moved new end of this incarnation's own chain
   */
  async adopt(items, moved) {
    await commit(this.#db, ["meta", "journal"], (tx) => {
      for (const item of items) void tx.objectStore("journal").put(rowOf(this.#till, item));
      if (!moved) return;
      void tx.objectStore("meta").put(moved.head, "head");
      void tx.objectStore("meta").put(moved.counters, "counters");
    });
  }

  /** Forgets what the server acknowledged more than 35 days ago; never anything unsent. @param {number} now ms @returns {Promise<number>} */
  async prune(now) {
    const old = await this.#db.getAllKeysFromIndex("journal", "acked", IDBKeyRange.bound(0, now - KEEP_MS), BATCH);
    await commit(this.#db, ["journal"], async (tx) => {
      const store = tx.objectStore("journal");
      for (const key of old) {
        const row = await store.get(key);
        if (row && !row.unsent) void store.delete(key);
      }
    });
    return old.length;
  }
}
