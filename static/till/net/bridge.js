/** The device bridge beside this till (protocol.md 7): printers, the second copy of the journal, and what scanners send. */

import { Refused, Socket, Unanswered } from "./socket.js";

/** @typedef {import("../types.d.ts").Item} Item */
/** @typedef {import("../types.d.ts").BridgeDevice} BridgeDevice */
/** @typedef {import("../types.d.ts").PrintDocument} PrintDocument */
/** @typedef {import("../types.d.ts").FiscalDocument} FiscalDocument */
/** @typedef {{state: "done" | "failed" | "unknown" | "accepted" | "sent" | "unheard", detail: string, code: string, result: Record<string, any> | null}} Outcome unheard: the bridge never got it */

const NOT_PAIRED = 4401;
const PRINT_MS = 60_000;
/** A daily report takes two minutes, and the printer may have to be asked what became of the document before it. */
const REPORT_MS = 180_000;
/** Card, PIN, bank, and a terminal whose line broke in the middle of it. */
const CARD_MS = 420_000;
const KEEP_AT_ONCE = 50;
const LIST_AT_ONCE = 200;

export class Bridge {
  #handlers;
  #token;
  #till;
  #refused = false;

  /**
   * @param {{url: string, token: string}} pairing
   * @param {string} till
   * @param {object} handlers
   * @param {(state: "connecting" | "ready" | "offline" | "refused", devices: BridgeDevice[]) => void} handlers.state
   * @param {(event: Record<string, any>) => void} handlers.event
   */
  constructor({ url, token }, till, handlers) {
    this.url = url;
    this.#token = token;
    this.#till = till;
    this.#handlers = handlers;
    /** @type {BridgeDevice[]} */
    this.devices = [];
    this.socket = new Socket({
      url: () => url,
      greet: () => this.#greet(),
      changed: (state) => this.#changed(state),
      pushed: (frame) => this.#pushed(frame),
      stopCodes: [NOT_PAIRED],
    });
  }

  start() {
    this.socket.start();
  }

  stop() {
    this.socket.stop();
  }

  get open() {
    return this.socket.open;
  }

  async #greet() {
    try {
      const answer = await this.socket.request("hello", { token: this.#token });
      this.devices = Array.isArray(answer.devices) ? answer.devices : [];
    } catch (error) {
      this.#refused = error instanceof Refused;
      throw error;
    }
  }

  /** @param {"connecting" | "open" | "closed" | "stopped"} state */
  #changed(state) {
    if (state === "open") this.#handlers.state("ready", this.devices);
    else if (state === "connecting") this.#handlers.state("connecting", this.devices);
    else this.#handlers.state(this.#refused ? "refused" : "offline", this.devices);
  }

  /** @param {Record<string, any>} frame */
  #pushed(frame) {
    if (frame.event === "state") {
      this.devices = this.devices.map((one) => (one.id === frame.device ? { ...one, state: frame.state, detail: frame.detail ?? null } : one));
    }
    this.#handlers.event(frame);
  }

  /** How the devices are now, with what went wrong last. @returns {Promise<void>} throws Refused, Unanswered */
  async look() {
    const answer = await this.socket.request("devices", {});
    if (Array.isArray(answer.devices)) this.devices = answer.devices;
  }

  /** The device receipts are printed on. @returns {BridgeDevice | null} */
  get printer() {
    return this.devices.find((one) => one.kind === "printer") ?? this.devices.find((one) => one.kind === "fiscal") ?? null;
  }

  /** The device receipts are registered at. @returns {BridgeDevice | null} */
  get fiscal() {
    return this.devices.find((one) => one.kind === "fiscal") ?? null;
  }

  /** The device whose drawer opens. @returns {BridgeDevice | null} */
  get drawer() {
    return this.fiscal?.abilities?.includes("drawer") ? this.fiscal : this.printer;
  }

  /** Registers once per action id. Never throws for what a device or a lost line can do. @param {string} device @param {string} action @param {FiscalDocument} document @returns {Promise<Outcome>} */
  async register(device, action, document) {
    const patience = document.kind === "report" ? REPORT_MS : PRINT_MS;
    const outcome = await this.#outcome(() => this.socket.request("fiscal", { device, action, document }, patience));
    // A bridge that stumbled may have stumbled behind the printer: it is asked, not told again.
    return outcome.code === "internal" && outcome.state === "failed" ? { ...outcome, state: "sent" } : outcome;
  }

  /** Charges a card, or gives back, once per action id. Never throws for what a device or a lost line can do. @param {string} device @param {string} action @param {import("../types.d.ts").CardDocument} document @returns {Promise<Outcome>} */
  async charge(device, action, document) {
    const outcome = await this.#outcome(() => this.socket.request("card", { device, action, document }, CARD_MS));
    return outcome.code === "internal" && outcome.state === "failed" ? { ...outcome, state: "sent" } : outcome;
  }

  /** A terminal is asked to give up; what becomes of it is said in the answer to its charge. @param {string} action */
  async abort(action) {
    await this.#outcome(() => this.socket.request("card.abort", { action }));
  }

  /**
   * Prints, or opens the drawer, once per action id. Never throws for what a device or a lost line can do.
   *
   * @param {string} device
   * @param {string} action
   * @param {PrintDocument | null} document null: the drawer alone
   * @returns {Promise<Outcome>}
   */
  async act(device, action, document) {
    const fields = document ? { device, action, document } : { device, action };
    return this.#outcome(() => this.socket.request(document ? "print" : "drawer", fields, PRINT_MS));
  }

  /** What became of an action whose answer was lost. @param {string} action @returns {Promise<Outcome>} */
  ask(action) {
    return this.#outcome(() => this.socket.request("action.get", { action }, PRINT_MS));
  }

  /** A person has looked at the paper. @param {string} action @param {boolean} printed @returns {Promise<Outcome>} */
  resolve(action, printed) {
    return this.#outcome(() => this.socket.request("action.resolve", { action, printed }));
  }

  /** @param {() => Promise<import("./socket.js").Answer>} ask @returns {Promise<Outcome>} */
  async #outcome(ask) {
    try {
      const answer = await ask();
      return { state: answer.state ?? "done", detail: answer.detail ?? "", code: answer.code ?? "", result: answer.result ?? null };
    } catch (error) {
      if (error instanceof Unanswered) return { state: "sent", detail: "", code: "unanswered", result: null };
      if (!(error instanceof Refused)) throw error;
      const { code, detail, answer } = error;
      if (code === "unknown_action") return { state: "unheard", detail, code, result: null };
      return { state: answer.state ?? "failed", detail: detail || code, code, result: answer.result ?? null };
    }
  }

  /** Two lines for the customer. @param {string} device @param {[string, string][]} lines left and right @returns {Promise<void>} throws Refused, Unanswered */
  async display(device, lines) {
    await this.socket.request("display", { device, lines });
  }

  // ------------------------------------------------------------ the second copy

  /** @param {Item[]} items @returns {Promise<void>} throws Refused, Unanswered */
  async keep(items) {
    for (let at = 0; at < items.length; at += KEEP_AT_ONCE) await this.#keepSome(items.slice(at, at + KEEP_AT_ONCE));
  }

  /** One item the bridge will not take must not cost the others their copy. @param {Item[]} items */
  async #keepSome(items) {
    try {
      await this.socket.request("journal.keep", { till: this.#till, items });
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== "bad_item" || items.length === 1) throw error;
      for (const item of items) await this.#keepSome([item]);
    }
  }

  /** The server holds these: the copy may go. @param {Item[]} items @returns {Promise<void>} throws Refused, Unanswered */
  async acked(items) {
    if (items.length > 0) await this.socket.request("journal.acked", { till: this.#till, ids: items.map((item) => item.id) });
  }

  /** Everything the bridge keeps for this till. @returns {Promise<Item[]>} throws Refused, Unanswered */
  async list() {
    /** @type {Item[]} */
    const found = [];
    /** @type {[number, number] | null} */
    let after = null;
    for (let more = true; more; ) {
      /** @type {import("./socket.js").Answer} */
      const answer = await this.socket.request("journal.list", { till: this.#till, after, limit: LIST_AT_ONCE });
      const items = /** @type {Item[]} */ (answer.items);
      found.push(...items);
      const last = items[items.length - 1];
      more = answer.more === true && last !== undefined;
      if (last) after = [last.inc, last.seq];
    }
    return found;
  }
}
