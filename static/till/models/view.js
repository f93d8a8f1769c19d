/** The two snapshots the screens draw, and the one place that replaces them. */

import { guarded } from "./events.js";
import { FACTORY_IN_FORCE } from "./layouts.js";

/** @typedef {import("../types.d.ts").TillState} TillState */
/** @typedef {import("../types.d.ts").TillStatus} TillStatus */

/** @type {TillState} */
const EMPTY_STATE = {
  phase: "boot", stopped: null, readonly: false, locked: false, till: null, store: null, language: "en", operator: null, shift: null, receipts: [],
  parked: [], receipt: null, operand: null, payment: null, last: null, grid: [], quickCash: [], cardTenders: [], tenders: [], load: null,
  training: null, rules: { reasons: {}, lockMinutes: 0 }, layout: FACTORY_IN_FORCE, acts: { waiting: 0, refused: [] }, messages: [],
};

/** @type {TillStatus} */
const EMPTY_STATUS = {
  server: { state: "never", since: null }, unsent: 0, unsentReceipts: 0,
  catalogue: { version: null, at: null, checkedAt: null, products: 0, stale: false, state: "none", overlay: 0 },
  bridge: { state: "none", url: null, devices: [] }, printer: { id: null, state: "none", detail: null, waiting: 0 },
  fiscal: { id: null, state: "none", away: null, waiting: 0, deferred: 0, problem: null, report: null },
  scale: { state: "none", grams: null, stable: false },
  storage: { persisted: null, usage: null, quota: null }, lock: "unknown", clock: { offset: 0, known: false, warn: false },
  build: { running: "", available: null }, search: false, troubles: [],
};

export class View {
  /** @type {TillState} */ #state;
  /** @type {TillStatus} */ #status = EMPTY_STATUS;
  /** @type {Set<(what: "state" | "status") => void>} */ #listeners = new Set();
  #busy = 0;
  #started = false;
  #depth = 0;
  /** @type {Set<"state" | "status">} */ #untold = new Set();

  /** @param {string} language */
  constructor(language) {
    this.#state = { ...EMPTY_STATE, language };
  }

  get state() {
    return this.#state;
  }

  get status() {
    return this.#status;
  }

  /** @param {(what: "state" | "status") => void} listener @returns {() => void} */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** From here on the phase is what the state says: the till knows whether it is enrolled. */
  start() {
    this.#started = true;
    this.set({});
  }

  /** Replaces parts of the state; the phase follows from them. @param {Partial<TillState>} patch */
  set(patch) {
    const next = { ...this.#state, ...patch };
    this.#state = { ...next, phase: this.#phaseOf(next) };
    this.#tell("state");
  }

  /** @param {Partial<TillStatus>} patch */
  setStatus(patch) {
    this.#status = { ...this.#status, ...patch };
    const phase = this.#phaseOf(this.#state);
    if (phase !== this.#state.phase) this.#state = { ...this.#state, phase };
    this.#tell("status");
  }

  /** The till's storage failed: nothing is sold from here on. @param {import("../types.d.ts").Problem} problem */
  stop(problem) {
    if (this.#state.stopped === null) this.set({ stopped: problem });
  }

  /** All changes made by `work` are told together when it ends, also when it throws. @template T @param {() => T} work @returns {T} */
  batch(work) {
    this.#depth += 1;
    try {
      return work();
    } finally {
      this.#depth -= 1;
      if (this.#depth === 0) for (const what of [...this.#untold]) this.#tell(what);
    }
  }

  /** Work during which new program files must wait. @template T @param {Promise<T>} work @returns {Promise<T>} */
  busy(work) {
    this.#busy += 1;
    return work.finally(() => (this.#busy -= 1));
  }

  /** @returns {boolean} nothing is on a receipt and nothing is being written */
  idle() {
    return this.#busy === 0 && this.#state.payment === null && this.#state.receipts.every((tab) => tab.lines === 0);
  }

  /** @param {"state" | "status"} what */
  #tell(what) {
    if (this.#depth > 0) return void this.#untold.add(what);
    this.#untold.delete(what);
    for (const listener of this.#listeners) guarded(() => listener(what));
  }

  /** @param {TillState} state @returns {import("../types.d.ts").Phase} */
  #phaseOf(state) {
    if (state.stopped) return "stopped";
    if (!this.#started) return "boot";
    if (!state.till) return "enrol";
    if (this.#status.catalogue.state === "none") return "catalogue";
    if (!state.operator) return "signin";
    return state.shift ? "sale" : "shift";
  }
}
