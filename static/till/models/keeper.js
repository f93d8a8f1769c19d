/**
 * Keeps the catalogue in memory and the catalogue on disk the same: reads pages at start, lays changes over both, switches
 * to a new snapshot in one step, and folds changes into pages when nobody is being served.
 */

import { Base } from "./base.js";
import { changedText, SearchIndex } from "./index.js";
import { Overlay } from "../db/overlay.js";
import { Pages } from "../db/pages.js";
import { Slices } from "./slices.js";

/** @typedef {NonNullable<import("../db/state.js").MetaValues["catalogue"]>} CatalogueMark */
/** @typedef {import("../types.d.ts").FeedRow} FeedRow */

const BIG = new Set(["product", "barcode", "price"]);
const FOLD_AT = 2_000;
const FOLD_CHECK_MS = 60_000;
const AGE_CHECK_MS = 30_000;
const HOUR_MS = 3_600_000;

export class Keeper {
  #p;
  #overlay;
  /** @type {CatalogueMark | null} */ #mark = null;
  /** @type {string | null} */ #checkedAt = null;
  #ready = false;
  #updating = false;
  /** @type {ReturnType<typeof setInterval>[]} */ #timers = [];

  /** @param {import("../assembly.js").Parts} parts */
  constructor(parts) {
    this.#p = parts;
    this.#overlay = new Overlay(parts.db);
    this.pages = new Pages(parts.db);
  }

  get mark() {
    return this.#mark;
  }

  /** Everything is in memory: codes can be sold. */
  get ready() {
    return this.#ready;
  }

  /**
   * Reads what is on disk. Resolves when people, settings and rules are there, so that somebody can sign in; goods follow,
   * in pieces.
   *
   * @param {CatalogueMark | null} mark
   * @returns {Promise<{goods: Promise<void>}>}
   */
  async load(mark) {
    this.#timers.push(setInterval(() => this.show(), AGE_CHECK_MS), setInterval(() => void this.#foldWhenIdle(), FOLD_CHECK_MS));
    if (mark === null) return { goods: Promise.resolve() };
    this.#mark = mark;
    this.#checkedAt = mark.checkedAt;
    const base = new Base();
    const index = new SearchIndex();
    const keys = await this.pages.keys(mark.set);
    await this.#read(base, keys.filter(([, kind]) => !BIG.has(kind)), () => {});
    this.#p.goods.use(base, index);
    this.#apply(await this.#withTexts(await this.#overlay.all()));
    this.show();
    return { goods: this.#readGoods(base, index, keys.filter(([, kind]) => BIG.has(kind))) };
  }

  /** @param {Base} base @param {SearchIndex} index @param {[number, string, number][]} keys */
  async #readGoods(base, index, keys) {
    await this.#read(base, keys, (done) => this.progress("read", done, keys.length));
    if (this.#p.goods.base !== base) return;
    this.#ready = true;
    this.#p.view.batch(() => {
      this.#p.view.set({ load: null });
      this.show();
      this.#p.refresh();
    });
    await index.build(base.productPages(), () => this.#p.goods.base === base);
    this.#p.view.setStatus({ search: this.#p.goods.searchReady });
  }

  /** @param {Base} base @param {[number, string, number][]} keys @param {(done: number) => void} progress */
  async #read(base, keys, progress) {
    const slices = new Slices();
    const ahead = 8;
    /** @type {Promise<import("../types.d.ts").Page | undefined>[]} */
    const coming = keys.slice(0, ahead).map((key) => this.pages.get(key));
    for (let i = 0; i < keys.length; i += 1) {
      const page = await coming[i];
      if (i + ahead < keys.length) coming.push(this.pages.get(keys[i + ahead]));
      if (!page) throw new Error(`catalogue page ${keys[i].join("/")} is missing`);
      base.add(page);
      if (i % 20 === 19) progress(i + 1);
      await slices.rest();
    }
  }

  /** Words of changed products, worked out in pieces so that the change itself is one short step. @param {FeedRow[]} rows */
  async #withTexts(rows) {
    const slices = new Slices();
    /** @type {Map<string, string | null>} */
    const texts = new Map();
    for (const row of rows) {
      if (row.kind === "product") texts.set(row.id, changedText(row.data));
      await slices.rest();
    }
    return { rows, texts };
  }

  /** @param {{rows: FeedRow[], texts: Map<string, string | null>}} changes */
  #apply({ rows, texts }) {
    this.#p.goods.apply(rows, texts);
  }

  /**
   * Changes pulled from the server: on disk with their cursor first, then in memory in one task.
   *
   * @param {FeedRow[]} rows
   * @param {CatalogueMark} mark
   */
  async takeChanges(rows, mark) {
    const changes = await this.#withTexts(rows);
    await this.#overlay.store(rows, mark);
    this.#mark = mark;
    this.#p.view.batch(() => {
      this.#apply(changes);
      this.show();
      this.#p.refresh();
    });
    this.#p.events.emit("prices", { changes: rows.length });
  }

  /** A pull that changed nothing still moves the cursor or the age. @param {CatalogueMark} mark */
  async seen(mark) {
    await this.#overlay.store([], mark);
    this.#mark = mark;
  }

  /** @param {string} at */
  checked(at) {
    this.#checkedAt = at;
    this.show();
  }

  /** A whole new catalogue lies on disk beside the old one: read it, then switch disk and memory. @param {CatalogueMark} mark */
  async takeSnapshot(mark) {
    const base = new Base();
    const index = new SearchIndex();
    const old = this.#mark;
    await this.#read(base, await this.pages.keys(mark.set), () => {});
    if (old !== null) await index.build(base.productPages());
    await this.pages.use(mark);
    this.#p.view.batch(() => {
      this.#p.goods.use(base, index);
      this.#mark = mark;
      this.#updating = false;
      this.#checkedAt = mark.checkedAt;
      this.#ready = true;
      this.#p.view.set({ load: null });
      this.show();
      this.#p.refresh();
    });
    if (old === null) await index.build(base.productPages(), () => this.#p.goods.base === base);
    this.#p.view.setStatus({ search: this.#p.goods.searchReady });
    await this.pages.sweep(mark.set);
  }

  /** @param {"download" | "read"} step @param {number} done @param {number} total */
  progress(step, done, total) {
    if (step === "read" || this.#mark === null) this.#p.view.set({ load: { step, done, total } });
    else if (!this.#updating) {
      this.#updating = true;
      this.show();
    }
  }

  /** A download came to nothing; the catalogue in use stays. */
  failed() {
    this.#updating = false;
    this.show();
  }

  /** The status bar's line about the catalogue. */
  show() {
    const hours = Number(this.#p.goods.setting("data_age_warn_hours") ?? 12);
    const checked = this.#checkedAt === null ? 0 : Date.parse(this.#checkedAt);
    this.#p.view.setStatus({
      catalogue: {
        version: this.#mark?.cursor ?? null, at: this.#mark?.at ?? null, checkedAt: this.#checkedAt, products: this.#p.goods.size,
        stale: this.#mark !== null && this.#p.clock.now() - checked > hours * HOUR_MS,
        state: this.#state(), overlay: this.#p.goods.overlaySize,
      },
    });
  }

  /** @returns {import("../types.d.ts").TillStatus["catalogue"]["state"]} */
  #state() {
    if (this.#mark === null) return "none";
    if (this.#updating) return "updating";
    return this.#ready ? "ready" : "reading";
  }

  async #foldWhenIdle() {
    const { view, goods } = this.#p;
    if (this.#mark === null || !this.#ready || view.state.readonly || !view.idle() || goods.overlaySize < FOLD_AT) return;
    await this.fold();
  }

  /** Writes the changes into the pages on disk; memory stays as it is. @returns {Promise<boolean>} false when it was stopped */
  fold() {
    if (this.#mark === null) return Promise.resolve(true);
    return this.#overlay.fold(this.#mark.set, () => this.#p.view.idle());
  }

  stop() {
    for (const timer of this.#timers) clearInterval(timer);
  }
}
