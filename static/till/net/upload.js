/**
 * Sends the journal up. Rows are the queue: what is unsent on disk is sent, in chain order, until the server has said of
 * each that it is held. Sending again is always safe, so a lost answer costs nothing but time.
 */

import { Refused, Unanswered, waitAfter } from "./socket.js";

/** @typedef {import("../types.d.ts").Item} Item */
/** @typedef {import("../types.d.ts").Ack} Ack */

const MOST_ITEMS = 50;
const MOST_BYTES = 400_000;
const MOST_WANTED = 1000;
/** Items the server asked for and that are no longer here are not looked for again before this. */
const WANT_PAUSE_MS = 60_000;

export class Upload {
  #p;
  #socket;
  #running = false;
  #again = false;
  #failures = 0;
  #sent = 0;
  #wantedUntil = 0;
  /** @type {ReturnType<typeof setTimeout> | null} */ #timer = null;

  /** @param {import("../assembly.js").Parts} parts @param {import("./socket.js").Socket} socket */
  constructor(parts, socket) {
    this.#p = parts;
    this.#socket = socket;
  }

  /** Something new is in the journal, or the connection is back. */
  poke() {
    this.#again = true;
    if (!this.#running && this.#timer === null) void this.#run();
  }

  /** The connection is back: what waited for a retry goes now. */
  resume() {
    this.stop();
    this.#failures = 0;
    this.poke();
  }

  stop() {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #run() {
    this.#running = true;
    this.#timer = null;
    while (this.#again && this.#socket.open && this.#p.mayWrite()) {
      this.#again = false;
      if (!(await this.#batch())) break;
    }
    this.#running = false;
    if (this.#sent > 0 && !this.#again) this.#p.events.emit("sent", { count: this.#sent });
    if (!this.#again) this.#sent = 0;
    else if (this.#socket.open) this.#later();
  }

  #later() {
    this.#timer = setTimeout(() => void this.#run(), waitAfter(this.#failures));
    this.#failures += 1;
  }

  /** @returns {Promise<boolean>} false: wait before the next */
  async #batch() {
    const items = await this.#p.ledger.batch(MOST_ITEMS, MOST_BYTES);
    if (items.length === 0) return true;
    this.#again = true;
    const answer = await this.#push(items);
    if (answer === null) return false;
    const { settled, retry, receipts } = await this.#p.ledger.settle(items, answer.acks, Date.now());
    this.#sent += settled.length;
    // First what is asked for again, then what is settled: in between the till must not say that all is sent.
    await this.want(this.#p.journal.head.inc, answer.want);
    this.#p.tally.acknowledged(settled, receipts, answer.acks);
    if (retry === 0) this.#failures = 0;
    return retry === 0;
  }

  /** @param {Item[]} items @returns {Promise<{acks: Ack[], want: unknown} | null>} null: no answer, or one that cannot be used */
  async #push(items) {
    try {
      const { acks, want } = await this.#socket.request("push", { items });
      return Array.isArray(acks) ? { acks, want } : null;
    } catch (error) {
      if (error instanceof Unanswered) return null;
      if (!(error instanceof Refused)) throw error;
      this.#p.tally.trouble(items[0], "refused", `${error.code}: ${error.detail}`);
      return null;
    }
  }

  /** The server misses items it may once have had. @param {number} inc @param {unknown} ranges */
  async want(inc, ranges) {
    if (!Array.isArray(ranges) || ranges.length === 0 || Date.now() < this.#wantedUntil) return;
    const found = await this.#p.ledger.wanted(inc, ranges.filter(isRange), MOST_WANTED);
    this.#p.tally.wanted(found);
    if (found.items === 0) this.#wantedUntil = Date.now() + WANT_PAUSE_MS;
  }
}

/** @param {unknown} range @returns {range is [number, number]} */
function isRange(range) {
  return Array.isArray(range) && range.length === 2 && range.every(Number.isSafeInteger) && range[0] <= range[1];
}
