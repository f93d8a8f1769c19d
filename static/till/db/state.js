/** Small things the till remembers between starts, each under a name in the `meta` store. */

import { commit } from "./open.js";

/** @typedef {import("./open.js").Db} Db */

/**
 * What `meta` may hold.
 *
 * @typedef {object} MetaValues
 * @property {{till: import("../types.d.ts").TillInfo, store: import("../types.d.ts").StoreInfo, key: CryptoKey}} [enrolment]
 * @property {{set: number, cursor: string, counts: Record<string, number>, at: string, checkedAt: string}} [catalogue]
 * @property {{till: string, inc: number, seq: number, hash: string}} [head]
 * @property {import("./journal.js").Counters} [counters]
 * @property {import("../types.d.ts").ShiftView | null} [shift]
 * @property {import("../types.d.ts").TillState["training"]} [training]
 * @property {{fails: number, until: number}} [throttle]
 * @property {number} [offset]
 * @property {boolean} [locked]
 * @property {{url: string, token: string} | null} [bridge]
 * @property {import("../types.d.ts").LastReceipt | null} [last]
 * @property {import("../types.d.ts").LayoutInForce} [layout]
 * @property {import("../types.d.ts").TillStatus["troubles"]} [troubles]
 * @property {import("../models/latency.js").Figures} [latency]
 * @property {{offers: import("../types.d.ts").Offer[], taking: string[]}} [parking]
 * @property {import("../models/points.js").Kept} [bonus]
 * @property {import("../models/fiscal.js").Kept | null} [fiscal]
 */

export class Meta {
  #db;

  /** @param {Db} db */
  constructor(db) {
    this.#db = db;
  }

  /** Everything at once. @returns {Promise<MetaValues>} */
  async all() {
    const tx = this.#db.transaction("meta");
    const [keys, values] = await Promise.all([tx.store.getAllKeys(), tx.store.getAll()]);
    return Object.fromEntries(keys.map((key, i) => [String(key), values[i]]));
  }

  /**
   * @template {keyof MetaValues} K
   * @param {K} name
   * @param {MetaValues[K]} value
   * @returns {Promise<void>} resolves when it is durable
   */
  async put(name, value) {
    await commit(this.#db, ["meta"], (tx) => tx.objectStore("meta").put(value, name));
  }
}
