/**
 * The fiscal printer: every receipt is registered there, in order, each exactly once. A sale never waits for it: the job
 * stands in the receipt's own transaction, `fiscal_intent` is on disk before the bridge is asked, and the `fiscal` item that
 * ends it takes the job away in one step. What the device itself cannot settle a person answers (`fiscal-answers.js`).
 */

import { Rows } from "../db/rows.js";
import { TillError } from "./errors.js";
import { differences, fiscalCash, fiscalReceipt, fiscalReport, summed } from "./fiscal-document.js";
import { isPassing, isUsable, nextJob, trouble } from "./fiscal-rules.js";
import { Jobs } from "./jobs.js";

/** @typedef {import("../types.d.ts").FiscalJob} FiscalJob */
/** @typedef {import("../types.d.ts").FiscalDocument} FiscalDocument */
/** @typedef {import("../types.d.ts").BridgeDevice} BridgeDevice */
/** @typedef {import("../net/bridge.js").Outcome} Outcome */
/** @typedef {import("../db/journal.js").Fact} Fact */
/** `sums`: what this till had registered since its last daily report, by tax code. @typedef {{id: string, sums: Record<string, number>}} Kept */
/** @typedef {{kind: FiscalJob["kind"], receipt?: string | null, label: string, document: FiscalDocument}} Asked */

/** A printer that could not is asked again after this and then ever more seldom, and whenever it says something new. */
const REST_MS = 30_000;
const LONGEST_REST_MS = 15 * 60_000;

export class Fiscal {
  #p;
  /** @type {Jobs<FiscalJob>} */ jobs;
  /** @type {Kept | null} */ #kept = null;
  /** @type {ReturnType<typeof setTimeout> | null} */ #resting = null;
  /** @type {FiscalJob | null} */ #now = null;
  /** @type {Set<FiscalJob>} */ #answered = new Set();
  #forced = false;
  #rests = 0;
  /** @type {import("../types.d.ts").TillStatus["fiscal"]["report"]} */ #report = null;

  /** @param {import("../assembly.js").Parts} parts */
  constructor(parts) {
    this.#p = parts;
    this.jobs = new Jobs(new Rows(parts.db, "fiscal"), "id", { next: () => this.#next(), carry: (job) => this.#carry(job), show: () => this.show() });
  }

  /** @param {Kept | null | undefined} kept as it was stored */
  async start(kept) {
    this.#kept = kept ?? null;
    await this.jobs.load();
    this.show();
  }

  stop() {
    if (this.#resting !== null) clearTimeout(this.#resting);
    this.#resting = null;
  }

  /** This till registers what it sells. Known without the bridge, once it has named the device. */
  get on() {
    return this.#kept !== null && this.#p.view.status.bridge.state !== "none";
  }

  /** @returns {BridgeDevice | null} */
  get #device() {
    return this.#p.printing.bridge?.fiscal ?? null;
  }

  /** Why the device takes nothing now; null when it does. @returns {string | null} */
  get away() {
    const device = this.#device;
    if (!device) return "offline";
    return isUsable(device.state) ? null : device.state;
  }

  /** The bridge has come, or one of its devices said something new. @param {boolean} connected */
  changed(connected) {
    const device = this.#device;
    if (connected && this.#p.printing.bridge && (device?.id ?? null) !== (this.#kept?.id ?? null)) {
      this.#kept = device ? { id: device.id, sums: {} } : null;
      void this.#p.meta.put("fiscal", this.#kept);
    }
    this.stop();
    this.show();
    void this.jobs.run();
  }

  show() {
    const { list, running } = this.jobs;
    const { view } = this.#p;
    const away = view.status.bridge.state === "connecting" ? null : this.away;
    const found = trouble(list, away);
    const problem = found && { id: found.job.id, kind: found.job.kind, receipt: found.job.receipt, label: found.job.label, code: found.code, detail: found.job.detail };
    const deferred = list.filter((job) => job.deferred).length;
    const now = !this.on && list.length === 0 ? "none" : running && !found ? "busy" : away === "offline" ? "away" : found || away ? "fault" : "ready";
    view.setStatus({ fiscal: { id: this.#kept?.id ?? null, state: now, away: this.on ? away : null, waiting: list.length - deferred, deferred, problem, report: this.#report } });
  }

  /** May a sale begin, go on, be paid? The store says whether it waits for the printer. @throws {TillError} fiscal_away */
  mustBeThere() {
    const { away } = this;
    if (!this.on || this.#p.training.on || away === null) return;
    if (this.#p.goods.setting("fiscal")?.required === "stop") throw new TillError("fiscal_away", { code: away });
  }

  // ------------------------------------------------------------ jobs

  /** The jobs of receipts that are about to be written; none of what is only practised. @param {Fact[]} facts @returns {FiscalJob[]} */
  jobsOf(facts) {
    if (!this.on) return [];
    return facts.filter(({ type }) => type === "receipt").map(({ id = "", body }) => {
      const receipt = /** @type {import("./receipt.js").ReceiptBody} */ (body);
      const label = this.#p.label(receipt.number, undefined, receipt.kind);
      const cashier = String(this.#p.goods.small("employee").get(receipt.cashier)?.name ?? "");
      return this.#job({ kind: receipt.kind, receipt: id, label, document: fiscalReceipt(this.#p.letterhead(), { id, label, cashier, body: receipt }) });
    });
  }

  /** @param {Asked} asked @returns {FiscalJob} */
  #job({ kind, receipt = null, label, document }) {
    return { id: this.#p.ids.uuid7(), action: "", kind, receipt, label, document, state: "waiting", deferred: false, printer: "", code: null, detail: null };
  }

  /** The receipts' transaction has stored them. @param {FiscalJob[]} jobs */
  added(jobs) {
    if (jobs.length === 0) return;
    this.stop();
    this.jobs.added(...jobs);
  }

  /** @param {{kind: string, amount: number, reason: string}} move */
  async cash(move) {
    if (this.on) await this.jobs.add(this.#job({ kind: "cash", label: "", document: fiscalCash(move) }));
  }

  /** The X or Z of the till's report; a Z may take two minutes, and nobody waits for it. @param {import("../types.d.ts").Report} report */
  async report({ kind, day, number }) {
    if (!this.on) return;
    if (kind === "Z") this.#report = { shift: number, number: null, differences: null };
    await this.jobs.add(this.#job({ kind: "report", label: String(number), document: fiscalReport(kind === "Z" ? "z" : "x", day) }));
  }

  /** The bridge gave back what this till had forgotten: what is registered there is not asked for again. @param {import("../types.d.ts").Item[]} items */
  async restored(items) {
    const ended = new Set(items.filter(({ type, body }) => type === "fiscal" && body.state !== "deferred").map(({ body }) => body.receipt));
    for (const job of this.jobs.list.filter(({ receipt }) => receipt !== null && ended.has(receipt))) await this.jobs.drop(job);
  }

  /** By hand: also while the device is said to be away. */
  async hurry() {
    this.stop();
    this.#forced = true;
    await this.jobs.run();
    this.#forced = false;
  }

  /** @param {string} id @returns {FiscalJob} @throws {TillError} fiscal_busy while it is at the printer, fiscal_done when it is settled meanwhile */
  free(id) {
    const job = this.jobs.list.find((one) => one.id === id);
    if (!job) throw new TillError("fiscal_done");
    if (job === this.#now || this.#answered.has(job)) throw new TillError("fiscal_busy");
    return job;
  }

  /** While what a person says is being written, the queue leaves the document alone. @param {FiscalJob[]} jobs @param {() => Promise<unknown>} work */
  async answer(jobs, work) {
    for (const job of jobs) this.#answered.add(job);
    try {
      await this.#p.view.busy(work());
    } finally {
      for (const job of jobs) this.#answered.delete(job);
    }
  }

  // ------------------------------------------------------------ the queue

  /** @returns {FiscalJob | undefined} */
  #next() {
    if (!this.#device || this.#resting !== null || !this.#p.mayWrite()) return undefined;
    return nextJob(this.jobs.list.filter((job) => !this.#answered.has(job)), this.#forced || this.away === null);
  }

  /** @param {FiscalJob} job @returns {Promise<boolean>} false: stop for now */
  async #carry(job) {
    this.#now = job;
    try {
      return await this.#ask(job);
    } catch (error) {
      // The till has stopped by itself and said so; the job is on disk as it was.
      if (!(error instanceof TillError) || error.code !== "storage_failed") throw error;
      return false;
    } finally {
      this.#now = null;
    }
  }

  /** @param {FiscalJob} job @returns {Promise<boolean>} */
  async #ask(job) {
    const { bridge } = this.#p.printing;
    const device = this.#device;
    if (!bridge || !device) return false;
    if (job.state === "sent") {
      const known = await bridge.ask(job.action);
      if (known.state !== "unheard") return this.#settle(job, known);
    } else {
      await this.#intend(job, device.id);
    }
    return this.#settle(job, await bridge.register(device.id, job.action, job.document));
  }

  /** Every try is an action of its own, and is in the journal before it is made. @param {FiscalJob} job @param {string} printer */
  async #intend(job, printer) {
    const action = this.#p.ids.uuid7();
    const data = { action, printer, kind: job.kind };
    await this.write([this.event("fiscal_intent", job, data)], [Object.assign(job, { action, printer, state: "sent", code: null, detail: null })]);
  }

  /** @param {FiscalJob} job @param {Outcome} outcome @returns {Promise<boolean>} */
  async #settle(job, { state, code, detail, result }) {
    if (state === "done" || (code === "already_registered" && result)) {
      await this.#done(job, result ?? {});
      return true;
    }
    if (state === "accepted" || state === "sent") return this.#rest();
    if (state === "unknown" && code !== "ask_person") {
      await this.jobs.mark(job, { code: "unsettled", detail });
      this.#told(job);
      return this.#rest();
    }
    const failed = state === "failed";
    this.#p.trace("fiscal_failed", { receipt: job.receipt, data: { action: job.action, problem: failed ? code : "ask_person", detail: detail || null } });
    await this.jobs.mark(job, { state: failed ? "failed" : "unknown", code: failed ? code : "ask_person", detail });
    this.#told(job);
    return failed && isPassing(code) ? this.#rest() : true;
  }

  /** Nothing more for a while, unless something is heard of. */
  #rest() {
    this.stop();
    this.#resting = setTimeout(() => this.changed(false), Math.min(LONGEST_REST_MS, REST_MS * 2 ** Math.min(this.#rests, 10)));
    this.#rests += 1;
    return false;
  }

  /** @param {FiscalJob} job that somebody has to look at */
  #told(job) {
    if (!job.deferred) this.#p.events.emit("fiscal_failed", { receipt: job.receipt ?? "", problem: { code: job.code ?? "", args: { detail: job.detail } } });
    this.#tellLast(job, "later");
  }

  /** @param {FiscalJob} job @param {Record<string, any>} result of the device */
  async #done(job, result) {
    const facts = job.receipt ? [this.item(job, "registered", { number: textOf(result.number), answer: result })] : [this.#acted(job, result)];
    const sums = job.document.report === "z" ? {} : summed(this.#kept?.sums ?? {}, job.document);
    const kept = this.#kept && { ...this.#kept, sums };
    await this.write(facts, [], [job], kept);
    this.#kept = kept;
    this.#rests = 0;
    this.ended(job, "printed");
  }

  /** @param {FiscalJob} job a report or cash @param {Record<string, any>} result @returns {Fact} */
  #acted(job, result) {
    if (job.kind === "cash") return this.event("fiscal_cash", job, { direction: job.document.direction, amount: job.document.amount });
    const z = job.document.report === "z";
    const found = z && result.totals ? differences(this.#kept?.sums ?? {}, result.totals) : [];
    if (z) this.#report = { shift: Number(job.label), number: textOf(result.z_number), differences: found };
    return this.event("fiscal_report", job, { report: job.document.report, number: textOf(result.z_number), totals: result.totals ?? null, differences: found });
  }

  // ------------------------------------------------------------ what is written

  /** @param {FiscalJob} job @param {"registered" | "deferred" | "skipped"} state @param {{number?: string | null, reason?: string | null, answer?: Record<string, any> | null}} [said] @returns {Fact} */
  item(job, state, { number = null, reason = null, answer = null } = {}) {
    return { type: "fiscal", body: { receipt: job.receipt, printer: job.printer || this.#kept?.id || "", state, number, reason, answer } };
  }

  /** @param {string} name @param {FiscalJob | null} job @param {Record<string, unknown>} data @returns {Fact} */
  event(name, job, data) {
    const { operator, shift } = this.#p.view.state;
    return { type: "event", body: { name, shift: shift?.id ?? null, cashier: operator?.id ?? null, receipt: job?.receipt ?? null, line: null, data } };
  }

  /**
   * Facts and the jobs they are about, in one step.
   *
   * @param {Fact[]} facts
   * @param {FiscalJob[]} kept jobs that changed
   * @param {FiscalJob[]} [gone] jobs that have ended
   * @param {Kept | null} [day] what was registered since the last daily report
   */
  async write(facts, kept, gone = [], day) {
    await this.#p.journal.append(() => facts, {
      stores: ["fiscal"],
      write: (tx) => {
        for (const job of kept) void tx.objectStore("fiscal").put(job);
        for (const job of gone) void tx.objectStore("fiscal").delete(job.id);
        if (day !== undefined) void tx.objectStore("meta").put(day, "fiscal");
      },
    });
    for (const job of gone) this.jobs.forget(job);
    this.show();
  }

  /** @param {FiscalJob} job that is no more @param {"printed" | "none"} print */
  ended(job, print) {
    this.#tellLast(job, print);
    if (job.receipt && print === "printed") this.#p.events.emit("printed", { receipt: job.receipt });
  }

  /** @param {FiscalJob} job @param {import("../types.d.ts").LastReceipt["print"]} print */
  #tellLast(job, print) {
    const { last } = this.#p.view.state;
    if (last && last.id === job.receipt) this.#p.view.set({ last: { ...last, print } });
  }
}

/** @param {unknown} number @returns {string | null} */
function textOf(number) {
  return number === null || number === undefined ? null : String(number).slice(0, 60);
}
