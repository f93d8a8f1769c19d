/**
 * Sees what happens at the till beside the cashier's own actions and has it journaled: refused codes, faults of the
 * printer, the server going and coming, clocks that jump, locks, a disk that fills, how the program began. It only listens,
 * so no other part has to think of the journal, and what comes in floods is gathered.
 */

import { Gather } from "./gather.js";

/** @typedef {import("../assembly.js").Parts} Parts */

/** A line that drops for a moment is the network's own business. */
const AWAY_MS = 10_000;
/** A cover that is opened for a new roll, or a scale that is moved, is no news: what lasts so long is. */
const SETTLED_MS = 10_000;
const MOST_DEVICES = 20;
const LONGEST_DETAIL = 200;
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
  /** What was told of the devices, what will be, and the status it was read from. @type {{told: string, seen: string, bridge: unknown}} */
  #devices = { told: "", seen: "", bridge: null };
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #settling;
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
    clearTimeout(this.#settling);
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
    this.#beside(this.#p.view.status.bridge);
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

  /** @param {import("../types.d.ts").TillStatus["bridge"]} bridge */
  #beside(bridge) {
    if (bridge === this.#devices.bridge) return;
    this.#devices.bridge = bridge;
    const { state, devices } = bridge;
    const nothing = state === "none" && this.#devices.told === "";
    if (state === "connecting" || nothing) return;
    const list = devices.slice(0, MOST_DEVICES).map((one) => ({
      id: one.id, kind: one.kind, driver: one.driver, state: one.state, detail: (one.detail ?? "").slice(0, LONGEST_DETAIL),
    }));
    const data = { bridge: state, devices: state === "ready" ? list : [] };
    const seen = JSON.stringify(data);
    if (seen === this.#devices.seen) return;
    this.#devices.seen = seen;
    clearTimeout(this.#settling);
    if (seen === this.#devices.told) return;
    this.#settling = setTimeout(() => {
      this.#devices.told = seen;
      this.#event("devices", data);
    }, SETTLED_MS);
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
