/** What is still to be printed. A row is written with the fact it belongs to and deleted when the paper is out. */

import { commit } from "./open.js";

/**
 * @typedef {object} PrintJob
 * @property {string} action uuid: the bridge does one action once
 * @property {string | null} receipt
 * @property {"receipt" | "copy" | "report" | "drawer"} kind
 * @property {import("../types.d.ts").PrintDocument | null} document null: the drawer only
 * @property {"waiting" | "sent" | "failed" | "unknown"} state sent: given to the bridge, outcome not known yet
 * @property {string | null} detail
 * @property {number} at ms, device clock
 */

export class Prints {
  #db;

  /** @param {import("./open.js").Db} db */
  constructor(db) {
    this.#db = db;
  }

  /** @returns {Promise<PrintJob[]>} oldest first: actions are UUIDv7 */
  all() {
    return this.#db.getAll("prints");
  }

  /** @param {PrintJob} job @returns {Promise<void>} */
  put(job) {
    return commit(this.#db, ["prints"], (tx) => void tx.objectStore("prints").put(job));
  }

  /** @param {string} action @returns {Promise<void>} */
  drop(action) {
    return commit(this.#db, ["prints"], (tx) => void tx.objectStore("prints").delete(action));
  }
}
