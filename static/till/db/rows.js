/**
 * A store of the till's database that is read whole at the start and written row by row: the prints and the fiscal
 * documents that wait, the acts on customers that the server does not know yet. A row is on disk before the screen says done.
 */

import { commit } from "./open.js";

/** @template Row */
export class Rows {
  #db;
  #name;

  /** @param {import("./open.js").Db} db @param {"acts" | "fiscal" | "prints"} name */
  constructor(db, name) {
    this.#db = db;
    this.#name = name;
  }

  /** @returns {Promise<Row[]>} oldest first: ids are UUIDv7 */
  all() {
    return this.#db.getAll(this.#name);
  }

  /** @param {Row} row @returns {Promise<void>} */
  put(row) {
    return commit(this.#db, [this.#name], (tx) => void tx.objectStore(this.#name).put(row));
  }

  /** A row that may have got another key, in one step: never twice and never gone. @param {string} before @param {Row} row @returns {Promise<void>} */
  replace(before, row) {
    return commit(this.#db, [this.#name], (tx) => {
      void tx.objectStore(this.#name).delete(before);
      void tx.objectStore(this.#name).put(row);
    });
  }

  /** @param {string} id @returns {Promise<void>} */
  drop(id) {
    return commit(this.#db, [this.#name], (tx) => void tx.objectStore(this.#name).delete(id));
  }
}
