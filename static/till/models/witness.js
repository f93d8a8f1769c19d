/**
 * Sees what happens at the till beside the cashier's own actions and has it journaled: refused codes, faults of the
 * printer, the server going and coming, clocks that jump, locks, a disk that fills, how the program began. It only listens,
 * so no other part has to think of the journal, and what comes in floods is gathered.
 */

import { Gather } from "./gather.js";

/** @typedef {import("../assembly.js").Parts} Parts */

/** A line that drops for a moment is the network's own business. */
const AWAY_MS = 10_000;
const FULL = 0.8;

export class Witness {
  #p;
  #gather;
  /** @type {(() => void)[]} */ #stops = [];
  #printer = { fault: false, since: 0 };
  #server = "";
  /** @type {ReturnType<typeof setTimeout> | null} */ #leaving = null;
  /** @type {number | null} when the server was told to be away */ #away = null;
  #told = { low: false, unsafe: false };
  #locked = false;

  /** @param {Parts} parts */
  constructor(parts) {
    this.#p = parts;
    this.#gather = new Gather((name, data) => this.#event(name, data));
  }

  /** Nobody did it, so it waits until somebody does something. @param {string} name @param {Record<string, unknown>} data @param {string | null} [receipt] */
  #event(name, data, receipt = null) {
    this.#p.trace(name, { receipt, data }, false);
  }

  /** The till begins to write. @param {string} how it came to that: `load`, `reload`, `takeover`, `enrolment` @param {number} receipts that were open */
  start(how, receipts) {
    const { view, events, clock } = this.#p;
    this.#event("start", { build: view.status.build.running, how, receipts, unsent: view.status.unsent });
    this.#locked = view.state.locked;
    if (this.#stops.length > 0) return;
    this.#stops = [
      events.on("unknown", ({ code }) => this.#refused(code, "unknown_code")),
      events.on("refused", ({ code, args }) => this.#refused(String(args.code ?? ""), code)),
      events.on("print_failed", ({ receipt, problem }) => this.#unprinted(receipt, problem)),
      view.subscribe((what) => (what === "status" ? this.#status() : this.#state())),
    ];
    clock.onJump = (by) => this.#event("clock_jump", { by: Math.round(by) });
    this.#status();
  }

  /** What a screen saw. @param {string} name of the registry @param {Record<string, unknown>} data @param {number} [ms] of what is gathered */
  saw(name, data, ms) {
    if (ms === undefined) this.#event(name, data);
    else this.#gather.add(name, data, ms);
  }

  /** The page may be going: nothing stays untold. */
  flush() {
    this.#gather.flush();
  }

  stop() {
    this.#gather.flush();
    if (this.#leaving !== null) clearTimeout(this.#leaving);
    for (const stop of this.#stops.splice(0)) stop();
    this.#p.clock.onJump = () => {};
  }

  /** @param {string} code @param {string} problem */
  #refused(code, problem) {
    this.#gather.add("scan_refused", { code: code.slice(0, 100), problem });
  }

  /** @param {string} receipt @param {import("../types.d.ts").Problem} problem */
  #unprinted(receipt, { code, args }) {
    this.#event("print_failed", { problem: code, detail: args.detail ?? null }, receipt || null);
  }

  #state() {
    const { locked } = this.#p.view.state;
    if (locked === this.#locked) return;
    this.#locked = locked;
    if (locked) this.#event("lock", { by: "office" });
    else this.#event("unlock", {});
  }

  #status() {
    const { server, printer, storage } = this.#p.view.status;
    if (server.state !== this.#server) this.#reach(server.state);
    this.#print(printer);
    this.#room(storage);
  }

  /** @param {string} state of the server */
  #reach(state) {
    const was = this.#server;
    this.#server = state;
    if (state === "offline" && was === "online") this.#leaving ??= setTimeout(() => this.#left(), AWAY_MS);
    if (state !== "online") return;
    if (this.#leaving !== null) clearTimeout(this.#leaving);
    this.#leaving = null;
    if (this.#away !== null) this.#event("online", { ms: this.#p.clock.device() - this.#away });
    this.#away = null;
  }

  #left() {
    this.#leaving = null;
    this.#away = this.#p.clock.device() - AWAY_MS;
    this.#event("offline", {});
  }

  /** @param {import("../types.d.ts").TillStatus["printer"]} printer */
  #print({ state, detail }) {
    const fault = state === "fault";
    if (fault === this.#printer.fault || (state !== "fault" && state !== "ready")) return;
    const now = this.#p.clock.device();
    if (fault) this.#event("printer_fault", { state, detail });
    else this.#event("printer_ready", { ms: now - this.#printer.since });
    this.#printer = { fault, since: now };
  }

  /** @param {import("../types.d.ts").TillStatus["storage"]} storage */
  #room({ persisted, usage, quota }) {
    if (persisted === false && !this.#told.unsafe) {
      this.#told.unsafe = true;
      this.#event("storage_unsafe", {});
    }
    if (usage === null || quota === null || usage < FULL * quota || this.#told.low) return;
    this.#told.low = true;
    this.#event("storage_low", { used: Math.round(usage), size: Math.round(quota) });
  }
}
