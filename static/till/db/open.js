/**
 * The till's own database. One upgrade function per version, run in one versionchange transaction, and none of them may
 * touch the journal's rows: what was sold outlives every change of shape.
 */

import { openDB } from "idb";

/** @typedef {import("idb").IDBPDatabase<any>} Db */
/** @typedef {import("idb").IDBPTransaction<any, string[], "readwrite">} WriteTx */

/** @type {((db: Db, tx: any) => void)[]} index i upgrades from version i to i + 1 */
const UPGRADES = [
  (db) => {
    db.createObjectStore("meta");
    db.createObjectStore("pages", { keyPath: ["set", "kind", "no"] });
    db.createObjectStore("overlay", { keyPath: ["kind", "id"] });
    const journal = db.createObjectStore("journal", { keyPath: ["till", "inc", "seq"] });
    journal.createIndex("unsent", ["unsent", "till", "inc", "seq"]);
    journal.createIndex("id", "id");
    journal.createIndex("shift", ["shift", "inc", "seq"]);
    journal.createIndex("type", ["type", "till", "inc", "seq"]);
    journal.createIndex("acked", "ackedAt");
    db.createObjectStore("drafts", { keyPath: "id" });
    db.createObjectStore("prints", { keyPath: "action" });
  },
  // Which returns came back to a receipt. An index touches no row: what was written before has no returns in it.
  (_db, tx) => tx.objectStore("journal").createIndex("origins", "origins", { multiEntry: true }),
  (db) => void db.createObjectStore("once", { keyPath: "key" }),
  (db) => {
    db.createObjectStore("acts", { keyPath: "id" });
  },
  (db) => void db.createObjectStore("fiscal", { keyPath: "id" }),
];

/**
 * @param {string} name
 * @param {(why: string) => void} lost called when the database goes away under the till (another version opens, storage is cleared)
 * @returns {Promise<Db>}
 */
export function openTill(name, lost) {
  return openDB(name, UPGRADES.length, {
    upgrade(db, from, _to, tx) {
      for (const upgrade of UPGRADES.slice(from)) upgrade(db, tx);
    },
    blocking(_current, _blocked, event) {
      /** @type {IDBDatabase} */ (event.target).close();
      lost("newer_version");
    },
    terminated() {
      lost("terminated");
    },
  });
}

/**
 * A transaction whose `done` means "on the platter": Chromium's default lost ten of ten receipts in a simulated power cut.
 *
 * @param {Db} db
 * @param {string[]} stores
 * @returns {WriteTx}
 */
export function strict(db, stores) {
  return db.transaction(stores, "readwrite", { durability: "strict" });
}

/**
 * Runs `write` in a strict transaction and waits for its commit. Whatever goes wrong aborts all of it.
 *
 * @template T
 * @param {Db} db
 * @param {string[]} stores
 * @param {(tx: WriteTx) => Promise<T> | T} write must await nothing but requests of `tx`
 * @returns {Promise<T>}
 */
export async function commit(db, stores, write) {
  const tx = strict(db, stores);
  // The commit is watched from the start: an abort while `write` runs would otherwise be an unhandled rejection.
  const done = tx.done.then(() => null, (error) => error ?? new Error("transaction aborted"));
  let result;
  try {
    result = await write(tx);
  } catch (error) {
    abort(tx);
    throw (await done) ?? error;
  }
  const failed = await done;
  if (failed) throw failed;
  return result;
}

/** @param {WriteTx} tx */
function abort(tx) {
  try {
    tx.abort();
  } catch (error) {
    // It has aborted by itself already (quota, disk): that is the state we want.
    if (!(error instanceof DOMException) || error.name !== "InvalidStateError") throw error;
  }
}
