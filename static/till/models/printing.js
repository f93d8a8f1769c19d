/**
 * Everything that goes to the bridge: the queue of prints, which survives a restart, and the second copy of the journal.
 * A print whose answer was lost is asked for before it is repeated; what even the device cannot tell, a person answers.
 */

import { Rows } from "../db/rows.js";
import { Bridge } from "../net/bridge.js";
import { Refused, Unanswered } from "../net/socket.js";
import { breakdownDocument, cashDocument, handOverDocument, practiceDocument, reportDocument } from "./desk-document.js";
import { document, opensDrawer, receiptDocument, slipBlocks } from "./document.js";
import { TillError } from "./errors.js";
import { Jobs } from "./jobs.js";
import { shortText } from "./people.js";
import { returnDocument } from "./return-document.js";
import { restoreFromBridge } from "./restore.js";
import { sleep } from "./slices.js";

/** @typedef {import("../types.d.ts").PrintJob} PrintJob */
/** @typedef {import("../types.d.ts").Item} Item */
/** @typedef {import("../types.d.ts").PrintDocument} PrintDocument */
/** @typedef {import("./receipt.js").ReceiptBody} ReceiptBody */
/** @typedef {import("../assembly.js").Parts} Parts */
/** @typedef {{url: string, token: string}} Pairing */

/** The screen waits this long at most for the second copy; the sale is durable without it. */
const KEEP_MS = 300;
/** A receipt that could not be printed for so long is not pushed out by itself any more: the customer has gone. */
const LATE_MS = 2 * 60_000;

export class Printing {
  #p;
  /** @type {Jobs<PrintJob>} */ #prints;
  /** @type {Bridge | null} */ #bridge = null;
  /** @type {Pairing | null | undefined} */ #own = undefined;
  /** @type {Pairing | null} */ #connected = null;

  /** @param {Parts} parts */
  constructor(parts) {
    this.#p = parts;
    this.#prints = new Jobs(new Rows(parts.db, "prints"), "action", { next: () => this.#next(), carry: (job) => this.#print(job), show: () => this.#show() });
  }

  /** @param {Pairing | null | undefined} pairing as it was stored here; undefined: the store's settings decide */
  async start(pairing) {
    this.#own = pairing;
    await this.#prints.load();
    this.#connect(this.#wanted());
    this.#show();
  }

  /** @returns {Pairing | null} */
  #wanted() {
    return this.#own === undefined ? (this.#p.goods.setting("bridge") ?? null) : this.#own;
  }

  /** The store's settings may have come, or changed. */
  refresh() {
    if (this.#own !== undefined || this.#p.view.state.readonly) return;
    const { url, token } = this.#wanted() ?? {};
    if (url === this.#connected?.url && token === this.#connected?.token) return;
    this.#connect(this.#wanted());
  }

  stop() {
    this.#bridge?.stop();
  }

  /** @param {{url?: string, token: string} | null} pairing */
  async pair(pairing) {
    const full = pairing && { url: pairing.url ?? "ws://127.0.0.1:8787/", token: pairing.token.trim() };
    if (full && !/^wss?:\/\/[^\s]+$/.test(full.url)) throw new TillError("bad_url");
    await this.#p.meta.put("bridge", full);
    this.#own = full;
    this.#p.trace("bridge_paired", { data: { url: full?.url ?? null } }, false);
    this.#connect(full);
  }

  /** @param {Pairing | null} pairing */
  #connect(pairing) {
    this.#bridge?.stop();
    this.#bridge = null;
    this.#connected = pairing;
    const { view } = this.#p;
    const { till, readonly } = view.state;
    view.setStatus({ bridge: { state: pairing ? "connecting" : "none", url: pairing?.url ?? null, devices: [] } });
    if (!pairing || !till || readonly || !this.#p.networked) return this.#show();
    const bridge = new Bridge(pairing, till.id, {
      state: (state, devices) => this.#changed(bridge, state, devices),
      event: (event) => this.#event(bridge, event),
    });
    this.#bridge = bridge;
    bridge.start();
  }

  /** @param {Bridge} bridge @param {"connecting" | "ready" | "offline" | "refused"} state @param {import("../types.d.ts").BridgeDevice[]} devices */
  #changed(bridge, state, devices) {
    if (bridge !== this.#bridge) return;
    this.#p.view.setStatus({ bridge: { state, url: bridge.url, devices } });
    this.#show();
    if (state !== "ready") return;
    // What the bridge gives back comes before what is registered now: the chain would fork.
    void this.#restore(bridge).then(() => this.#p.fiscal.changed(true));
    void this.#p.cards.check();
    void this.#prints.run();
  }

  /** What the bridge kept and this till has not: after a wiped profile the last receipts are only there. @param {Bridge} bridge */
  async #restore(bridge) {
    try {
      await restoreFromBridge(this.#p, bridge);
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof Unanswered)) throw error;
      if (error instanceof Refused) this.#p.tally.trouble(null, "bridge", `${error.code}: ${error.detail}`);
    }
  }

  /** @param {Bridge} bridge @param {Record<string, any>} event */
  #event(bridge, event) {
    if (event.event === "state") this.#changedDevice(bridge);
    else if (event.event === "card") this.#p.cards.heard(event);
    else if (event.event === "weight") this.#p.scale.heard(event);
    else if (event.event === "scan") this.#p.scanned(String(event.device), String(event.data));
  }

  /** @param {Bridge} bridge */
  #changedDevice(bridge) {
    this.#p.view.setStatus({ bridge: { state: "ready", url: bridge.url, devices: bridge.devices } });
    this.#show();
    this.#p.fiscal.changed(false);
    void this.#prints.run();
  }

  #show() {
    const printer = this.#bridge?.printer ?? null;
    const { state } = this.#p.view.status.bridge;
    const { list, running } = this.#prints;
    const failed = list.find((job) => job.state === "failed" || job.state === "unknown");
    const working = running ? "busy" : failed || (printer && !["ready", "busy"].includes(printer.state)) ? "fault" : "ready";
    const now = state === "none" ? "none" : printer === null || state !== "ready" ? "offline" : working;
    const detail = failed?.detail ?? printer?.detail ?? null;
    this.#p.view.setStatus({ printer: { id: printer?.id ?? null, state: now, detail, waiting: list.length } });
    this.#p.scale.show();
    this.#p.fiscal.show();
  }

  /** The connection while it stands. @returns {Bridge | null} */
  get bridge() {
    return this.#bridge?.open ? this.#bridge : null;
  }

  /** There is a fiscal printer and no other: what it registers is all the paper there is. */
  get #registersOnly() {
    return this.#p.fiscal.on && !this.#p.view.status.bridge.devices.some((one) => one.kind === "printer");
  }

  get canPrint() {
    return this.#p.view.status.bridge.state !== "none";
  }

  // ------------------------------------------------------------ jobs

  /**
   * The job of a receipt that is about to be written; null when no printer is paired. What a fiscal printer registers is
   * printed by it alone.
   *
   * @param {string} receipt
   * @param {ReceiptBody} body
   * @param {boolean} [paperless] only the drawer opens, when something was paid that lies in it
   * @param {string[][]} [slips] of card terminals
   * @returns {PrintJob | null}
   */
  receiptJob(receipt, body, paperless = false, slips = []) {
    if (!this.canPrint) return null;
    const { training } = this.#p;
    if (training.on && this.#registersOnly) return null;
    if (paperless || (this.#p.fiscal.on && !training.on)) return opensDrawer(this.#p.letterhead(), body) ? this.#job("drawer", null, null) : null;
    const whole = this.#receipt(receipt, body, false);
    const paper = { ...whole, blocks: [...whole.blocks, ...slipBlocks(slips)] };
    return this.#job("receipt", receipt, training.on ? practiceDocument(this.#p.letterhead(), paper) : paper);
  }

  /** The slips of card terminals by themselves, where the receipt is the fiscal printer's. @param {string[][]} slips @returns {PrintJob | null} */
  slipJob(slips) {
    const alone = this.canPrint && this.#p.fiscal.on && !this.#p.training.on && slips.length > 0;
    return alone ? this.#job("report", null, document(this.#p.letterhead().store, slipBlocks(slips), false)) : null;
  }

  /** @param {string} id @param {ReceiptBody} body @param {boolean} copy @param {number} [inc] @returns {PrintDocument} */
  #receipt(id, body, copy, inc) {
    const cashier = String(this.#p.goods.small("employee").get(body.cashier)?.name ?? "");
    const { training } = this.#p;
    const label = training.on && !copy ? training.label(body.number) : this.#p.label(body.number, inc, body.kind);
    const paper = body.kind === "return" ? returnDocument : receiptDocument;
    return paper(this.#p.letterhead(), { id, label, cashier, body, copy });
  }

  /** @param {PrintJob["kind"]} kind @param {string | null} receipt @param {PrintDocument | null} document @returns {PrintJob} */
  #job(kind, receipt, document) {
    return { action: this.#p.ids.uuid7(), receipt, kind, document, state: "waiting", detail: null, at: this.#p.clock.device() };
  }

  /** The receipt's transaction has stored the job. @param {PrintJob} job */
  added(job) {
    this.#prints.added(job);
  }

  /** @param {PrintJob} job */
  async #add(job) {
    if (!this.canPrint) throw new TillError("no_printer");
    await this.#prints.add(job);
  }

  /** @param {import("../types.d.ts").Report} report */
  async report(report) {
    if (report.kind === "X") await this.#p.fiscal.report(report);
    if (report.kind === "X" && this.#registersOnly) return;
    if (this.canPrint) this.#p.trace("report_printed", { data: { kind: report.kind } });
    await this.#add(this.#job("report", null, reportDocument(this.#p.letterhead(), report)));
  }

  /** A shift was closed: its Z on paper, where a fiscal printer does not print its own. @param {import("../types.d.ts").Report} report */
  async closing(report) {
    if (this.canPrint && !this.#registersOnly) await this.report(report);
  }

  /** @param {{kind: string, amount: number, reason: string}} move */
  async cashSlip(move) {
    if (this.#registersOnly) return this.#add(this.#job("drawer", null, null));
    const { operator } = this.#p.view.state;
    const slip = cashDocument(this.#p.letterhead(), { ...move, at: this.#p.clock.instant(), cashier: operator?.name ?? "" });
    if (this.canPrint) await this.#add(this.#job("report", null, slip));
  }

  /** @param {import("./desk-document.js").HandOver} said */
  async handOverSlip(said) {
    if (this.canPrint) await this.#add(this.#job("report", null, handOverDocument(this.#p.letterhead(), { ...said, at: this.#p.clock.instant() })));
  }

  /** One part of a report: by hour, group, tender or cashier. @param {import("../types.d.ts").Report} report @param {{title: string, rows: [string, string][]}} part */
  breakdown(report, part) {
    return this.#add(this.#job("report", null, breakdownDocument(this.#p.letterhead(), report, part)));
  }

  /** @param {string | undefined} id @param {{approval?: import("../types.d.ts").Approval}} why */
  async reprint(id, { approval }) {
    this.#p.people.must("till.reprint", approval);
    const [newest] = id ? [] : await this.#p.ledger.receipts(1);
    const row = id ? await this.#p.ledger.byId(id) : newest;
    if (!row || row.type !== "receipt") throw new TillError("no_receipt");
    const body = /** @type {ReceiptBody} */ (/** @type {unknown} */ (row.item.body));
    const { journal, paper } = this.#p;
    const copy = await paper.printed(this.#receipt(row.id, body, true, row.inc), { id: row.id, body, inc: row.inc }, journal.key);
    await this.#add(this.#job("copy", row.id, copy));
    this.#p.trace("reprint", { receipt: row.id, data: {} });
  }

  /** @param {{reason: string, approval?: import("../types.d.ts").Approval}} why */
  async openDrawer({ reason, approval }) {
    this.#p.training.mustBeOff();
    const by = this.#p.people.must("till.drawer", approval);
    await this.#add(this.#job("drawer", null, null));
    this.#p.trace("drawer_open", { data: { reason: shortText(reason), approved_by: by } });
  }

  async retry() {
    const failed = this.#prints.list.filter((job) => job.state === "failed");
    this.#p.trace("print_retried", { data: { jobs: failed.length } });
    for (const job of failed) await this.#prints.mark(job, { state: "waiting", action: this.#p.ids.uuid7(), at: this.#p.clock.device() });
    await this.#prints.run();
  }

  /** @param {boolean} printed */
  async resolve(printed) {
    const job = this.#prints.list.find((one) => one.state === "unknown");
    if (!job) return;
    this.#p.trace("print_answered", { receipt: job.receipt, data: { printed } });
    await this.#bridge?.resolve(job.action, printed);
    if (printed) await this.#done(job);
    else await this.#prints.mark(job, { state: "waiting", action: this.#p.ids.uuid7() });
    await this.#prints.run();
  }

  // ------------------------------------------------------------ the queue

  /** @returns {PrintJob | undefined} */
  #next() {
    if (!this.#bridge?.open || !this.#bridge.printer) return undefined;
    return this.#prints.list.find((job) => job.state === "waiting" || job.state === "sent");
  }

  /** @param {PrintJob} job @returns {Promise<boolean>} false: stop for now */
  async #print(job) {
    const bridge = /** @type {Bridge} */ (this.#bridge);
    const late = this.#p.clock.device() - job.at > LATE_MS && job.kind !== "copy";
    const known = job.state === "sent" ? await bridge.ask(job.action) : null;
    if (known && known.state !== "unheard") return this.#settle(job, known);
    if (late) return this.#settle(job, { state: "failed", detail: "late" });
    await this.#prints.mark(job, { state: "sent" });
    const device = /** @type {import("../types.d.ts").BridgeDevice} */ (job.document ? bridge.printer : bridge.drawer).id;
    return this.#settle(job, await bridge.act(device, job.action, job.document));
  }

  /** @param {PrintJob} job @param {Pick<import("../net/bridge.js").Outcome, "state" | "detail">} outcome @returns {Promise<boolean>} */
  async #settle(job, { state, detail }) {
    if (state === "done") {
      await this.#done(job);
      return true;
    }
    // No answer: the job stays "sent" and is asked for when the bridge is back.
    if (state === "sent" || state === "accepted") return false;
    await this.#prints.mark(job, { state: state === "unknown" ? "unknown" : "failed", detail });
    const problem = { code: state === "unknown" ? "print_unknown" : "print_failed", args: { detail } };
    if (job.receipt) this.#tellLast(job, state === "unknown" ? "unknown" : "failed");
    this.#p.events.emit("print_failed", { receipt: job.receipt ?? "", problem });
    return true;
  }

  /** @param {PrintJob} job */
  async #done(job) {
    await this.#prints.drop(job);
    if (!job.receipt) return;
    this.#tellLast(job, "printed");
    this.#p.events.emit("printed", { receipt: job.receipt });
  }

  /** @param {PrintJob} job @param {"printed" | "failed" | "unknown"} print */
  #tellLast(job, print) {
    const { last } = this.#p.view.state;
    if (last?.id === job.receipt && job.kind === "receipt") this.#p.view.set({ last: { ...last, print } });
  }

  // ------------------------------------------------------------ the second copy

  /** @type {Promise<void>} */ #copying = Promise.resolve();

  /** Gives new items to the bridge, before whatever is printed after them. @param {Item[]} items */
  keepCopy(items) {
    const bridge = this.#bridge;
    if (bridge?.open) this.#copying = bridge.keep(items).catch((error) => this.#copyFailed(error));
  }

  /** Waits for the bridge's word about the last items a moment, never for long. @returns {Promise<void>} */
  copied() {
    return Promise.race([this.#copying, sleep(KEEP_MS)]);
  }

  /** @param {Item[]} items held by the server */
  async dropCopies(items) {
    if (!this.#bridge?.open) return;
    await this.#bridge.acked(items).catch((error) => this.#copyFailed(error));
  }

  /** @param {unknown} error */
  #copyFailed(error) {
    if (error instanceof Unanswered) return;
    if (!(error instanceof Refused)) throw error;
    this.#p.tally.trouble(null, "bridge", `${error.code}: ${error.detail}`);
  }
}
