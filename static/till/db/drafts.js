/**
 * Open receipts on disk. Every change is there within a second whatever happens to the browser; a receipt that is being
 * paid is written at once, because money may already lie in the drawer.
 */

import { detailOf } from "../models/errors.js";
import { commit } from "./open.js";

/** @typedef {import("../types.d.ts").Draft} Draft */

const WAIT_MS = 150;

export class Drafts {
  #db;
  #stop;
  /** @type {Map<string, Draft | null>} null: to be deleted */ #dirty = new Map();
  /** @type {Set<string>} */ #ended = new Set();
  /** @type {ReturnType<typeof setTimeout> | null} */ #timer = null;
  /** @type {Promise<void>} */ #queue = Promise.resolve();

  /** @param {import("./open.js").Db} db @param {(problem: import("../types.d.ts").Problem) => void} stop */
  constructor(db, stop) {
    this.#db = db;
    this.#stop = stop;
  }

  /** @returns {Promise<Draft[]>} in the order they were opened */
  async all() {
    /** @type {Draft[]} */
    const drafts = await this.#db.getAll("drafts");
    return drafts.sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** @param {Draft} draft */
  save(draft) {
    this.#mark(draft.id, draft);
  }

  /** @param {string} id */
  drop(id) {
    this.#mark(id, null);
  }

  /**
   * The journal's transaction deletes the draft itself. Nothing that is saved from here on may bring it back, for example the
   * server's late word about a return: after a restart what is finished would stand open again.
   *
   * @param {string} id
   */
  forget(id) {
    this.#dirty.delete(id);
    this.#ended.add(id);
  }

  /** @param {string} id @param {Draft | null} draft */
  #mark(id, draft) {
    if (this.#ended.has(id)) return;
    this.#dirty.set(id, draft);
    this.#timer ??= setTimeout(() => void this.flush(), WAIT_MS);
  }

  /** Writes what is waiting; resolves when it is on disk. A refused write stops the till. @returns {Promise<void>} */
  flush() {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#queue = this.#queue.then(() => this.#write());
    return this.#queue;
  }

  async #write() {
    if (this.#dirty.size === 0) return;
    const changes = [...this.#dirty];
    this.#dirty.clear();
    try {
      await commit(this.#db, ["drafts"], (tx) => {
        const store = tx.objectStore("drafts");
        for (const [id, draft] of changes) void (draft ? store.put(draft) : store.delete(id));
      });
    } catch (error) {
      this.#stop({ code: "storage_failed", args: { detail: detailOf(error) } });
    }
  }
}
