/**
 * The chained journal on disk. Everything the till has done is appended here: item, head of the chain and gapless
 * numbers in one strict transaction, and nobody is told before it has completed.
 */

import { link, sign } from "../models/chain.js";
import { TillError, detailOf } from "../models/errors.js";
import { noteOnces } from "./once.js";
import { commit } from "./open.js";

/** @typedef {import("./open.js").Db} Db */
/** @typedef {import("./open.js").WriteTx} WriteTx */
/** @typedef {import("../types.d.ts").Item} Item */
/** @typedef {import("../types.d.ts").JournalRow} JournalRow */
/** @typedef {{sale: number, return: number, shift: number, training?: number}} Counters training came later: an older store has no such series yet */
/** @typedef {{till: string, inc: number, seq: number, hash: string}} Head */
/** @typedef {{next: (kind: keyof Counters) => number}} Numbers */

/**
 * One thing to be journaled.
 *
 * @typedef {object} Fact
 * @property {import("../types.d.ts").ItemType} type
 * @property {string} [id] made here when left out
 * @property {string} [at] now when left out
 * @property {Record<string, unknown>} body
 */

/**
 * What else belongs to the fact and must be true in the same instant.
 *
 * @typedef {object} Also
 * @property {string[]} stores besides meta and journal
 * @property {(key: CryptoKey) => Promise<unknown>} [sign] what else needs the device's signature before all of it is written
 * @property {(tx: WriteTx, items: Item[]) => Promise<unknown> | unknown} write
 */

/**
 * Gathered events are written this long after the first of them at the latest: before the draft they speak of (`Drafts`
 * waits longer), so that a power cut may leave a trace without its deed but no deed without its trace.
 */
const NOTE_MS = 100;

export class Journal {
  #db;
  #key;
  #make;
  #stop;
  /** @type {Head} */ #head;
  /** @type {Counters} */ #counters;
  /** @type {Fact[]} */ #notes = [];
  #begun = false;
  /** @type {ReturnType<typeof setTimeout> | null} */ #timer = null;
  /** @type {Promise<unknown>} */ #queue = Promise.resolve();
  /** @type {((items: Item[]) => void)[]} */ #listeners = [];

  /**
   * @param {object} given
   * @param {Db} given.db
   * @param {CryptoKey} given.key private half of the device key
   * @param {Head} given.head
   * @param {Counters} given.counters
   * @param {{id: () => string, at: () => string}} given.make
   * @param {(problem: import("../types.d.ts").Problem) => void} given.stop called when the database refuses a write
   */
  constructor({ db, key, head, counters, make, stop }) {
    this.#db = db;
    this.#key = key;
    this.#head = head;
    this.#counters = counters;
    this.#make = make;
    this.#stop = stop;
  }

  get head() {
    return this.#head;
  }

  /** The private half of the device key. */
  get key() {
    return this.#key;
  }

  /** @returns {Readonly<Counters>} */
  get counters() {
    return this.#counters;
  }

  /** @param {(items: Item[]) => void} listener called after each commit */
  onAppended(listener) {
    this.#listeners.push(listener);
  }

  /**
   * Remembers an event; it is on disk within a tenth of a second or so and before every later fact. One that no person
   * brought about waits for the first that somebody did: after a start the bridge may hold the true end of this chain
   * (`restore.js`), and whatever was written before that would be a second chain beside it.
   *
   * @param {Fact} fact
   * @param {boolean} [byPerson]
   */
  note(fact, byPerson = true) {
    this.#notes.push({ id: this.#make.id(), at: this.#make.at(), ...fact });
    this.#begun ||= byPerson;
    if (!this.#begun) return;
    this.#timer ??= setTimeout(() => void this.append(() => []).catch(() => {}), NOTE_MS);
  }

  /**
   * Appends what `build` returns, after the events noted before.
   *
   * @param {(numbers: Numbers) => Fact[]} build called once, when it is this fact's turn
   * @param {Also} [also]
   * @returns {Promise<Item[]>} the items of `build`, when they are durable
   * @throws {TillError} storage_failed; the till has been stopped
   */
  append(build, also) {
    const mine = this.#queue.then(() => this.#append(build, also));
    // The queue goes on after a failure: each caller sees its own, and a stopped till is stopped by `stop`.
    this.#queue = mine.catch(() => {});
    return mine;
  }

  /** Resolves when all that was given so far is on disk. @returns {Promise<void>} */
  async settled() {
    await this.append(() => []);
  }

  /** @param {(numbers: Numbers) => Fact[]} build @param {Also} [also] @returns {Promise<Item[]>} */
  async #append(build, also) {
    const counters = { ...this.#counters };
    const facts = build({ next: (kind) => (counters[kind] = (counters[kind] ?? 0) + 1) });
    this.#begun ||= facts.length > 0;
    if (!this.#begun && !also) return [];
    const notes = this.#takeNotes();
    if (facts.length + notes.length === 0 && !also) return [];
    const items = await this.#forge([...notes, ...facts]);
    const mine = items.slice(notes.length);
    await also?.sign?.(this.#key);
    await this.#write(items, mine, counters, also);
    for (const listener of this.#listeners) listener(items);
    return mine;
  }

  /** @returns {Fact[]} */
  #takeNotes() {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    return this.#notes.splice(0);
  }

  /** @param {Fact[]} facts @returns {Promise<Item[]>} */
  async #forge(facts) {
    const items = [];
    /** @type {import("../models/chain.js").Head} */
    let head = this.#head;
    for (const { type, id = this.#make.id(), at = this.#make.at(), body } of facts) {
      const item = await sign(link(head, { type, id, at, body }), this.#key);
      items.push(item);
      head = item;
    }
    return items;
  }

  /** @param {Item[]} items @param {Item[]} mine @param {Counters} counters @param {Also} [also] */
  async #write(items, mine, counters, also) {
    const last = items[items.length - 1];
    const head = last ? { till: this.#head.till, inc: last.inc, seq: last.seq, hash: last.hash } : this.#head;
    try {
      await commit(this.#db, ["meta", "journal", "once", ...(also?.stores ?? [])], async (tx) => {
        await this.#checkHead(tx);
        for (const item of items) void tx.objectStore("journal").add(rowOf(head.till, item));
        noteOnces(tx, items);
        void tx.objectStore("meta").put(head, "head");
        void tx.objectStore("meta").put(counters, "counters");
        await also?.write(tx, mine);
      });
    } catch (error) {
      const problem = { code: "storage_failed", args: { detail: detailOf(error) } };
      this.#stop(problem);
      throw new TillError(problem.code, problem.args);
    }
    this.#head = head;
    this.#counters = counters;
  }

  /** A profile that was copied or a second writer would fork the chain; better to stop. @param {WriteTx} tx */
  async #checkHead(tx) {
    const stored = await tx.objectStore("meta").get("head");
    if (stored && (stored.seq !== this.#head.seq || stored.hash !== this.#head.hash || stored.till !== this.#head.till)) {
      throw new Error(`the chain on disk is at ${stored.seq}, in memory at ${this.#head.seq}`);
    }
  }

  /** Takes over a head that was moved on disk (items given back by the bridge). @param {Head} head @param {Counters} counters */
  moved(head, counters) {
    this.#head = head;
    this.#counters = counters;
  }

  /** Runs `work` when no append is under way. @template T @param {() => Promise<T>} work @returns {Promise<T>} */
  between(work) {
    const mine = this.#queue.then(work);
    this.#queue = mine.catch(() => {});
    return mine;
  }
}

/** @param {string} till @param {Item} item @returns {JournalRow & {till: string}} */
export function rowOf(till, item) {
  const shift = typeof item.body.shift === "string" ? item.body.shift : null;
  const row = { till, inc: item.inc, seq: item.seq, id: item.id, type: item.type, shift, item, status: null, detail: null, ackedAt: null };
  const origins = originsOf(item);
  return { ...row, unsent: 1, ...(origins.length > 0 ? { origins } : {}) };
}

/** The receipts that goods came back to. @param {Item} item @returns {string[]} */
function originsOf({ type, body }) {
  if (type !== "receipt" || body.kind !== "return") return [];
  const lines = /** @type {{origin?: {receipt: string} | null}[]} */ (body.lines);
  return [...new Set(lines.flatMap((line) => line.origin?.receipt ?? []))];
}
