/**
 * Puts the till together. `Parts` is what its parts know of each other; `assemble` opens the database, takes the lock that
 * only one tab can hold, and sets everything going.
 */

import { Drafts } from "./db/drafts.js";
import { Journal } from "./db/journal.js";
import { Ledger } from "./db/ledger.js";
import { openTill } from "./db/open.js";
import { Once } from "./db/once.js";
import { Meta } from "./db/state.js";
import { Cards } from "./models/cards.js";
import { Catalogue } from "./models/catalogue.js";
import { FIRST_PREV } from "./models/chain.js";
import { Clock } from "./models/clock.js";
import { Counting } from "./models/counting.js";
import { Customers } from "./models/customers.js";
import { Desk } from "./models/desk.js";
import { deskRules } from "./models/desk-rules.js";
import { Enrolment } from "./models/enrolment.js";
import { TillError, detailOf } from "./models/errors.js";
import { Events } from "./models/events.js";
import { Equipment } from "./models/equipment.js";
import { Exchanging } from "./models/exchanging.js";
import { Fiscal } from "./models/fiscal.js";
import { FiscalAnswers } from "./models/fiscal-answers.js";
import { Ids } from "./models/ids.js";
import { Keeper } from "./models/keeper.js";
import { Layouts } from "./models/layouts.js";
import { Parking } from "./models/parking.js";
import { Messages } from "./models/messages.js";
import { PaperCode } from "./models/paper-code.js";
import { Paying } from "./models/paying.js";
import { People } from "./models/people.js";
import { Points } from "./models/points.js";
import { Pricing } from "./models/pricing.js";
import { Printing } from "./models/printing.js";
import { quickGrid, searchGoods } from "./models/quick.js";
import { Refunding } from "./models/refunding.js";
import { Returning } from "./models/returning.js";
import { receiptBase } from "./models/receipt-link.js";
import { PoleDisplay } from "./models/poledisplay.js";
import { Scale } from "./models/scale.js";
import { Selling } from "./models/selling.js";
import { Latency } from "./models/latency.js";
import { Tally } from "./models/tally.js";
import { tenderTypes, typeOfPayment } from "./models/tender-types.js";
import { Training } from "./models/training.js";
import { View } from "./models/view.js";
import { engineHash } from "./models/engine-hash.js";
import { watchStorage } from "./models/storage.js";
import { Witness } from "./models/witness.js";
import { takeLock } from "./models/lock.js";
import { Link } from "./net/link.js";

/** @typedef {import("./types.d.ts").BootOptions} BootOptions */
/** @typedef {import("./db/state.js").MetaValues} MetaValues */
/** @typedef {{receipt?: string | null, line?: number | null, shift?: string, data: Record<string, unknown>}} Trace */

const PRUNE_MS = 6 * 3_600_000;

export class Parts {
  /** @type {Journal | null} */ #journal = null;
  /** @type {Ledger | null} */ #ledger = null;
  /** @type {string | null} */ #engine = null;
  /** @type {(() => void) | null} */ #release = null;
  /** @type {ReturnType<typeof setInterval> | null} */ #pruning = null;
  #options;
  /** @type {Link | null} */ link = null;

  /** @param {import("./db/open.js").Db} db @param {MetaValues} stored @param {BootOptions} options @param {View} view */
  constructor(db, stored, options, view) {
    this.#options = options;
    this.db = db;
    this.view = view;
    this.networked = options.network !== false;
    this.kind = options.kind ?? "till";
    this.events = new Events();
    this.clock = new Clock(options.wall ?? Date.now);
    this.ids = new Ids(() => this.clock.now());
    this.meta = new Meta(db);
    this.goods = new Catalogue();
    this.once = new Once();
    this.pricing = new Pricing(this.goods, () => this.view.state.store?.time_zone ?? "UTC");
    this.keeper = new Keeper(this);
    this.drafts = new Drafts(db, (problem) => this.stop(problem));
    this.parking = new Parking(this);
    this.paying = new Paying(this);
    this.cards = new Cards(this);
    this.points = new Points(this);
    this.selling = new Selling(this);
    this.scale = new Scale(this);
    this.pole = new PoleDisplay(this);
    this.desk = new Desk(this);
    this.counting = new Counting(this);
    this.training = new Training(this);
    this.people = new People(this, stored.throttle);
    this.printing = new Printing(this);
    this.fiscal = new Fiscal(this);
    this.answers = new FiscalAnswers(this);
    this.equipment = new Equipment(this);
    this.layouts = new Layouts(this);
    this.paper = new PaperCode(this);
    this.returning = new Returning(this);
    this.refunding = new Refunding(this);
    this.exchanging = new Exchanging(this);
    this.customers = new Customers(this);
    this.messages = new Messages(this);
    this.enrolment = new Enrolment(this, this.origin);
    this.tally = new Tally(this, stored.troubles ?? []);
    this.witness = new Witness(this);
    this.latency = new Latency(this, stored.latency);
    this.catalogue = { search: (/** @type {string} */ text, /** @type {number} */ limit) => searchGoods(this, text, limit) };
  }

  get origin() {
    return this.#options.origin ?? location.origin;
  }

  get ready() {
    return this.keeper.ready;
  }

  /** @returns {Journal} @throws {TillError} readonly in a tab that does not hold the lock */
  get journal() {
    if (!this.#journal) throw new TillError(this.view.state.readonly ? "readonly" : "not_selling");
    return this.#journal;
  }

  /** @returns {Ledger} @throws {TillError} not_selling before enrolment */
  get ledger() {
    if (!this.#ledger) throw new TillError("not_selling");
    return this.#ledger;
  }

  // ------------------------------------------------------------ starting

  /** @param {MetaValues} stored */
  async start(stored) {
    this.clock.correct(stored.offset ?? 0);
    await this.#takeUp(stored);
    await this.#lock();
    const { goods } = await this.keeper.load(stored.enrolment ? (stored.catalogue ?? null) : null);
    if (!this.view.state.readonly) await this.#work(stored, arrival());
    this.view.start();
    this.refresh();
    goods.catch((error) => this.stop({ code: "storage_failed", args: { detail: detailOf(error) } }));
    void engineHash().then((hash) => (this.#engine = hash));
  }

  /** What was stored becomes what is shown. @param {MetaValues} stored */
  async #takeUp(stored) {
    const { enrolment, shift, last, locked, training } = stored;
    this.view.setStatus({ build: { running: this.#options.build ?? "", available: null } });
    if (!enrolment) return;
    const { till, store } = enrolment;
    this.#ledger = new Ledger(this.db, till.id);
    this.view.set({ till, store, language: store.language, locked: locked ?? false, shift: shift ?? null, last: last ? { ...last, fresh: false } : null });
    this.layouts.resume(stored.layout);
    this.view.set({ training: training ?? null });
    await this.tally.recount();
  }

  async #lock() {
    const lock = await takeLock(this.db.name, () => void this.#takeOver());
    this.#release = lock.release;
    this.view.setStatus({ lock: lock.held ? "held" : "waiting" });
    this.view.set({ readonly: !lock.held });
  }

  /** The tab that sold has gone: this one reads what it left and goes on. */
  async #takeOver() {
    const stored = await this.meta.all();
    this.view.setStatus({ lock: "held" });
    this.view.set({ readonly: false });
    await this.#takeUp(stored);
    await this.#work(stored, "takeover");
    this.refresh();
  }

  /** Everything that writes; only for the tab that holds the lock. @param {MetaValues} stored @param {string} how the till began */
  async #work(stored, how) {
    void watchStorage(this.view);
    if (!stored.enrolment) return;
    const head = stored.head ?? { till: stored.enrolment.till.id, inc: stored.enrolment.till.inc, seq: 0, hash: FIRST_PREV };
    this.#journal = new Journal({
      db: this.db, key: stored.enrolment.key, head, counters: stored.counters ?? { sale: 0, return: 0, shift: 0 },
      make: { id: () => this.ids.uuid7(), at: () => this.clock.instant() }, stop: (problem) => this.stop(problem),
    });
    this.#journal.onAppended((items) => this.#appended(items));
    await this.once.load(this.db, Date.now());
    const drafts = this.training.own(await this.drafts.all());
    this.selling.restore(drafts);
    this.parking.start(stored.parking, drafts);
    await this.points.start(stored.bonus);
    await this.customers.start();
    this.people.resume();
    this.witness.start(how, this.selling.drafts.filter((draft) => draft.lines.length > 0).length);
    this.latency.start();
    await this.fiscal.start(stored.fiscal);
    await this.printing.start(stored.bridge);
    this.#pruning ??= setInterval(() => void this.ledger.prune(Date.now()), PRUNE_MS);
    this.#connect();
  }

  #connect() {
    if (!this.networked) return;
    this.link?.stop();
    this.link = new Link(this, { origin: this.origin, build: this.#options.build ?? "" });
    this.link.start();
  }

  /** A fresh enrolment has been stored: begin as that till. */
  async enrolled() {
    const stored = await this.meta.all();
    this.link?.stop();
    this.printing.stop();
    if (this.view.state.stopped?.code === "revoked") this.view.set({ stopped: null });
    await this.#takeUp(stored);
    if (this.keeper.mark === null && stored.catalogue) await (await this.keeper.load(stored.catalogue)).goods;
    await this.#work(stored, "enrolment");
    this.refresh();
  }

  // ------------------------------------------------------------ what parts tell each other

  /** @param {import("./types.d.ts").Item[]} items */
  #appended(items) {
    this.tally.appended(items);
    const closed = items.find((item) => item.type === "shift" && item.body.action === "close");
    if (closed) this.trace("latency", { shift: String(closed.body.shift), data: { ...this.latency.take() } });
    this.once.appended(items);
    this.points.appended(items);
    this.printing.keepCopy(items);
    this.link?.upload.poke();
  }

  /** The catalogue, the operator or the language changed: everything drawn from them is drawn again. */
  refresh() {
    this.view.batch(() => {
      const store = this.goods.setting("store");
      if (store) this.view.set({ store });
      this.view.set({ rules: deskRules(this.goods) });
      this.people.refresh();
      this.layouts.refresh();
      const tenders = tenderTypes(this.goods, this.view.state.language);
      const cardTenders = tenders.filter(({ kind }) => kind === "card").map(({ id, name }) => ({ id, name }));
      this.view.set({ grid: this.ready ? quickGrid(this) : [], quickCash: listOf(this.goods.setting("quick_cash")), tenders, cardTenders });
      if (this.view.state.phase === "sale" && this.ready && !this.view.state.readonly) this.selling.begin();
      else this.selling.reprice();
      this.paying.resume();
      if (this.#journal) this.printing.refresh();
    });
  }

  /**
   * An event of the journal: who did what, when. What is practised belongs to no shift, so that nobody's count of voids or
   * discounts knows of it.
   *
   * @param {string} name @param {Trace} what @param {boolean} [byPerson]
   */
  trace(name, { receipt = null, line = null, shift, data }, byPerson = true) {
    const { operator, shift: open, readonly, training } = this.view.state;
    if (readonly || !this.#journal || this.kind === "checker") return;
    const of = training ? { shift: null, data: { ...data, training: true } } : { shift: shift ?? open?.id ?? null, data };
    this.#journal.note({ type: "event", body: { name, cashier: operator?.id ?? null, receipt, line, ...of } }, byPerson);
  }

  /** @param {number} number of a receipt @param {number} [inc] @param {"sale" | "return"} [kind] @returns {string} as printed: store-till.inc-number, a return's with an R */
  label(number, inc, kind = "sale") {
    const { store, till } = this.view.state;
    return `${store?.number ?? 0}-${till?.number ?? 0}.${inc ?? till?.inc ?? 0}-${kind === "return" ? "R" : ""}${number}`;
  }

  /** @param {string} code @returns {{name: string, decimals: number}} */
  unit(code) {
    return this.goods.unit(code, this.view.state.language);
  }

  engineHash() {
    return this.#engine;
  }

  /** Where customers open their receipts; null where they cannot reach the server, and while nothing is real. @returns {string | null} */
  get receiptBase() {
    return this.training.on ? null : receiptBase(this.goods.setting("receipt_url"), this.origin);
  }

  /** @returns {import("./models/document.js").Letterhead} */
  letterhead() {
    const { store, till } = this.view.state;
    if (!store) throw new TillError("not_selling");
    const types = tenderTypes(this.goods, store.language);
    return { store, till: till?.number ?? 0, t: this.#options.t ?? fill, unit: (code) => this.goods.unit(code, store.language), tender: (payment) => typeOfPayment(types, payment) };
  }

  /** May this tab write to the journal's rows? */
  mayWrite() {
    return !this.view.state.readonly && this.view.state.stopped === null;
  }

  /** @param {number} offset server minus device, ms */
  async setOffset(offset) {
    const before = this.clock.view;
    this.clock.correct(offset);
    const by = offset - before.offset;
    if (before.known && Math.abs(by) > 2_000) this.trace("clock_corrected", { data: { from: before.offset, to: Math.round(offset) } });
    this.view.setStatus({ clock: this.clock.view });
    if (!before.known || Math.abs(before.offset - offset) > 1000) await this.meta.put("offset", Math.round(offset));
  }

  /** The server gave this number to another device: selling ends, what is unsent stays on disk. */
  revoked() {
    void this.people.signOut();
    this.view.stop({ code: "revoked", args: {} });
  }

  /** A manager locked the till from the back office, or unlocked it. Remembered, so that pulling the plug does not unlock. @param {boolean} locked */
  async lock(locked) {
    if (this.view.state.locked === locked) return;
    if (locked) await this.people.signOut();
    this.view.set({ locked });
    await this.meta.put("locked", locked);
  }

  /** What the screens make of a code from a scanner on the bridge; null for a till without screens. @type {((code: string) => void) | null} */
  onScan = null;

  /** A scanner on the bridge: the screens know what its code means now; without them it is sold. @param {string} device @param {string} data */
  scanned(device, data) {
    this.events.emit("scan", { device, data });
    if (this.onScan) this.onScan(data);
    else if (this.view.state.phase === "sale") this.view.batch(() => this.selling.scan(data));
  }

  /** @param {import("./types.d.ts").Problem} problem */
  stop(problem) {
    console.error("the till stops:", problem.code, JSON.stringify(problem.args));
    this.view.stop(problem);
    this.events.emit("stopped", problem);
  }

  /** Everything done so far is on disk. */
  async settled() {
    const noted = this.#journal && this.mayWrite() ? this.#journal.settled() : null;
    await Promise.all([noted, this.drafts.flush()]);
  }

  async close() {
    this.witness.stop();
    this.latency.stop();
    this.link?.stop();
    this.printing.stop();
    this.fiscal.stop();
    this.scale.stop();
    this.keeper.stop();
    if (this.#pruning !== null) clearInterval(this.#pruning);
    await this.settled();
    this.#release?.();
    this.db.close();
  }
}

/** @param {unknown} value @returns {any[]} */
function listOf(value) {
  return Array.isArray(value) ? value : [];
}

/** How the page came to be: a reload is told from a new start. @returns {string} */
function arrival() {
  const [entry] = performance.getEntriesByType("navigation");
  return entry instanceof PerformanceNavigationTiming && entry.type === "reload" ? "reload" : "load";
}

/** English texts with their gaps filled, for documents printed before a translation is there. @param {string} text @param {import("./types.d.ts").Args} [args] */
function fill(text, args = {}) {
  return text.replace(/\{(\w+)\}/g, (gap, name) => String(args[name] ?? gap));
}

/** @param {BootOptions} options @returns {Promise<Parts>} */
export async function assemble(options) {
  const view = new View(options.language ?? "en");
  const lost = (/** @type {string} */ why) => view.stop({ code: "storage_failed", args: { detail: why } });
  const db = await openTill(options.database ?? "kasa-till", lost);
  const stored = await new Meta(db).all();
  const parts = new Parts(db, stored, options, view);
  await parts.start(stored);
  return parts;
}
