/**
 * Keeps the catalogue up to date: a snapshot when there is none or the cursor has expired, changes otherwise. Pushes are
 * hints; the pull at every greeting and every half minute is what makes it converge.
 */

import { downloadSnapshot } from "./download.js";
import { BadSnapshot } from "./snapshot.js";
import { Refused, Unanswered } from "./socket.js";
import { detailOf } from "../models/errors.js";
import { sleep } from "../models/slices.js";

/** @typedef {import("../types.d.ts").FeedRow} FeedRow */
/** @typedef {NonNullable<import("../db/state.js").MetaValues["catalogue"]>} CatalogueMark */

const PULL_ROWS = 2000;
/** Above this many changes a snapshot, built once for all tills, is less work than single rows. */
const MOST_CHANGES = 20_000;
const POLL_MS = 30_000;
const SNAPSHOT_WAIT_MS = 5_000;
/** A change is worth writing down as seen only every so often; the status in memory is exact. */
const CHECKED_EVERY_MS = 60_000;

export class Sync {
  #p;
  #socket;
  #origin;
  #running = false;
  #again = false;
  #wantsSnapshot = false;
  #snapshotFailures = 0;
  /** @type {ReturnType<typeof setTimeout> | null} */ #timer = null;

  /** @param {import("../assembly.js").Parts} parts @param {import("./socket.js").Socket} socket @param {string} origin */
  constructor(parts, socket, origin) {
    this.#p = parts;
    this.#socket = socket;
    this.#origin = origin;
  }

  /** Brings the catalogue up to date, now or as soon as the work under way ends. */
  poke() {
    this.#again = true;
    if (!this.#running) void this.#run();
  }

  /** The server asks for a whole new catalogue. */
  renew() {
    this.#wantsSnapshot = true;
    this.poke();
  }

  stop() {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  async #run() {
    this.#running = true;
    this.stop();
    while (this.#again && this.#socket.open) {
      this.#again = false;
      await this.#once();
    }
    this.#running = false;
    if (this.#socket.open) this.#timer = setTimeout(() => this.poke(), POLL_MS * (0.8 + Math.random() * 0.4));
  }

  async #once() {
    try {
      if (this.#wantsSnapshot || this.#p.keeper.mark === null) await this.#snapshot();
      await this.#pull();
    } catch (error) {
      if (error instanceof Refused && error.code === "cursor_expired") return this.renew();
      if (error instanceof Unanswered) return;
      if (error instanceof Refused || error instanceof BadSnapshot || error instanceof TypeError) return this.#failed(error);
      throw error;
    }
  }

  /** A pull is asked again at the next poll, a first snapshot sooner. @param {unknown} error */
  async #failed(error) {
    console.warn("catalogue:", detailOf(error));
    this.#p.keeper.failed();
    if (!this.#wantsSnapshot && this.#p.keeper.mark !== null) return;
    this.#snapshotFailures += 1;
    await sleep(SNAPSHOT_WAIT_MS * Math.min(12, this.#snapshotFailures));
    this.#again = true;
  }

  /** All changes since our cursor, gathered and then laid over the catalogue in one step. */
  async #pull() {
    let mark = this.#p.keeper.mark;
    if (mark === null) return;
    /** @type {FeedRow[]} */
    const rows = [];
    let cursor = mark.cursor;
    for (let more = true; more; ) {
      const answer = await this.#socket.request("pull", { cursor, limit: PULL_ROWS });
      rows.push(...answer.changes);
      cursor = String(answer.cursor);
      more = answer.more === true;
      if (rows.length > MOST_CHANGES) return this.renew();
    }
    const now = this.#p.clock.instant();
    if (rows.length > 0) await this.#p.keeper.takeChanges(rows, { ...mark, cursor, checkedAt: now });
    else if (Date.parse(now) - Date.parse(mark.checkedAt) > CHECKED_EVERY_MS || cursor !== mark.cursor) await this.#p.keeper.seen({ ...mark, cursor, checkedAt: now });
    this.#p.keeper.checked(now);
  }

  async #snapshot() {
    const { keeper } = this.#p;
    const set = (keeper.mark?.set ?? 0) + 1;
    await keeper.pages.sweep(keeper.mark?.set ?? 0);
    const head = await downloadSnapshot(`${this.#origin}/api/till/snapshot`, set, (pages) => keeper.pages.put(pages), (done, total) => keeper.progress("download", done, total));
    const now = this.#p.clock.instant();
    await keeper.takeSnapshot({ set, cursor: head.cursor, counts: head.counts, at: now, checkedAt: now });
    this.#wantsSnapshot = false;
    this.#snapshotFailures = 0;
  }
}
