/**
 * What was done to customers here and the server does not know yet. A row is on disk before the screen says done, and goes
 * when the server has answered; the journal's chain holds no personal data, so these are kept apart and can be forgotten.
 */

import { commit } from "./open.js";

/** @typedef {import("../types.d.ts").CustomerAct} CustomerAct */

export class Acts {
  #db;

  /** @param {import("./open.js").Db} db */
  constructor(db) {
    this.#db = db;
  }

  /** @returns {Promise<CustomerAct[]>} in the order they were done: ids are UUIDv7 */
  all() {
    return this.#db.getAll("acts");
  }

  /** @param {CustomerAct} act @returns {Promise<void>} */
  put(act) {
    return commit(this.#db, ["acts"], (tx) => void tx.objectStore("acts").put(act));
  }

  /** @param {string} id @returns {Promise<void>} */
  drop(id) {
    return commit(this.#db, ["acts"], (tx) => void tx.objectStore("acts").delete(id));
  }
}
