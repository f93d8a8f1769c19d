/**
 * The screen's own state: what has been typed, which layer is open, what the message slot says. The till's facts are in
 * `till.state`; nothing here survives a reload, and nothing here is needed to.
 */

import { TillError } from "../till.js";
import { t } from "../i18n.js";
import { Ahead } from "./ahead.js";
import { Audience } from "./audience.js";
import { cardElsewhere } from "./customers.js";
import { parseScaled } from "./format.js";
import { askPrice, keepUnsold, openTiles } from "./goods.js";
import { keyNamed, keyOf } from "./layout.js";
import { words } from "./words.js";

/** @typedef {import("../till.js").Till} Till */
/** @typedef {import("../types.d.ts").Approval} Approval */
/** @typedef {import("../types.d.ts").Problem} Problem */

/**
 * A layer over the sale. `props` are what its component is given besides the desk.
 * @typedef {{name: string, props: Record<string, any>}} Layer
 */

/** @typedef {{label: string, key?: string, hint?: string, run: () => void}} Choice */

/**
 * What the message slot says: info goes with the next line, advice is amber, fault is red.
 * @typedef {{level: "info" | "good" | "advice" | "fault", text: string, choices: Choice[], rule?: string}} Message
 */

/**
 * What an open layer does with keys. `text`: each typed character, true when it was used up. `enter`: the typed entry.
 * `key`: an action of the key map, true when it was used up. `codes`: a scanned code, true when the layer keeps it.
 * @typedef {{text?: (char: string) => boolean, enter?: (entry: string) => void, key?: (action: string) => boolean, codes?: (code: string) => boolean}} Handlers
 */

/** A scanner may be faster than the till can take; more than this in a queue means nobody is looking. */
const HELD_MOST = 20;

/** Refusals that are about the goods: scanning them again later changes nothing. */
const LASTING = new Set(["unknown_code", "no_price", "bad_label", "bad_gs1", "other_currency", "expired", "sale_ban", "mark_twice", "mark_sold", "sticker_used"]);

const GOOD_NEWS_MS = 5000;
/** The code of a whole sale is the longest that is scanned (models/paper-letters.js); what is longer stays too long. */
const MOST_TYPED = 800;

/** Roles may forbid these; then somebody who may is asked in place and the action is done again with that leave. */
const NEEDS_LEAVE = new Set(["forbidden", "over_limit", "return_limit", "return_old"]);

export class Desk {
  /** @type {Set<() => void>} */
  #listeners = new Set();

  /** What was typed and not yet ended by Enter. */
  entry = "";
  /** @type {Layer | null} */
  layer = null;
  /** @type {Message | null} */
  message = null;
  /** Codes that were scanned and refused, with the reason, oldest first. @type {{code: string, problem: Problem}[]} */
  held = [];
  /** Codes that sold nothing and can be applied again, oldest first. @type {string[]} */
  unsold = [];
  /** Index of the chosen quick sum on the payment screen, or null. @type {number | null} */
  quick = null;
  /** Open tab of the quick grid. */
  gridTab = 0;
  /** When the last code was ended and when the payment screen opened, in event time (ms). */
  codeAt = -1e9;
  paymentAt = -1e9;
  /** @type {Handlers | null} */
  handlers = null;
  /** Keys that were typed before the answer they follow. */
  ahead = new Ahead();
  /** True while this desk itself is selling a code, so that the till's events about it are not said twice. */
  #scanning = false;

  /**
   * @param {Till} till
   * @param {import("./prefs.js").Prefs} prefs
   * @param {import("./sounds.js").Sounds} sounds
   * @param {import("./pwa.js").Program} program
   */
  constructor(till, prefs, sounds, program) {
    this.till = till;
    this.prefs = prefs;
    this.sounds = sounds;
    this.program = program;
    this.audience = new Audience(till, () => this.changed());
  }

  /** Speaks another language from now on, "" for the cashier's or the store's. @param {string} language @returns {void} */
  setLanguage(language) {
    this.prefs.change({ language });
    this.onLanguage();
    this.changed();
  }

  /** What the page does when the language was changed. @type {() => void} */
  onLanguage = () => {};

  /** @returns {import("./format.js").Currency | null} */
  get currency() {
    return this.till.state.store;
  }

  /** @param {() => void} listener @returns {() => void} */
  subscribe(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @returns {void} */
  changed() {
    for (const listener of this.#listeners) listener();
  }

  /** @param {string} entry @returns {void} */
  type(entry) {
    this.entry = entry.slice(0, MOST_TYPED);
    this.changed();
  }

  /** @param {string} name @param {Record<string, any>} [props] @returns {void} */
  open(name, props = {}) {
    this.layer = { name, props };
    this.entry = "";
    this.changed();
  }

  /** @returns {void} */
  close() {
    this.layer = null;
    this.entry = "";
    this.changed();
  }

  /** @param {Message["level"]} level @param {string} text @param {Choice[]} [choices] @returns {void} */
  say(level, text, choices = []) {
    const message = { level, text, choices };
    this.message = message;
    this.changed();
    // Good news is read at a glance and must not stand where the next question comes.
    if (level === "good") setTimeout(() => this.message === message && this.hush(), GOOD_NEWS_MS);
  }

  /** @returns {void} */
  hush() {
    this.message = null;
    this.changed();
  }

  /** @param {Problem} problem @returns {void} */
  refuse(problem) {
    this.sounds.play("refused");
    this.say("fault", words(problem, this.currency, this.till.state), this.#remedies(problem));
    if (problem.code === "shift_old") this.open("oldshift");
  }

  /** @param {Problem} problem @returns {Choice[]} */
  #remedies(problem) {
    if (problem.code === "unknown_code") {
      const find = { label: t("Find"), key: keyOf(this.till.state, "search") || undefined, run: () => this.open("search") };
      return openTiles(this).length ? [find, { label: t("Type the price"), run: () => this.open("unsold") }] : [find];
    }
    return [];
  }

  /**
   * Keeps a code that could not be sold now, in sight, so that a beep is never the only trace of it. What was said
   * before it is over.
   *
   * @param {string} code
   * @param {Problem} problem
   * @returns {void}
   */
  hold(code, problem) {
    this.sounds.play("refused");
    this.held = [...this.held, { code, problem }].slice(-HELD_MOST);
    this.message = null;
    this.changed();
  }

  /** @returns {void} sells the oldest held code, or keeps it when it is still refused */
  sellHeld() {
    const [first, ...rest] = this.held;
    if (!first) return;
    this.held = rest;
    this.sell(first.code);
  }

  /**
   * Sells what a code means, from whatever screen: an open layer closes, and what is refused is heard and seen.
   *
   * @param {string} code
   * @returns {boolean} whether a line was added
   */
  sell(code) {
    this.layer = null;
    this.entry = "";
    this.#scanning = true;
    const result = this.till.scan(code);
    this.#scanning = false;
    if (result.ok) this.hush();
    else this.#refused(code, result.problem);
    return result.ok;
  }

  /** A line came from elsewhere (a scanner on the bridge): whatever lies over the receipt goes. @returns {void} */
  lineAdded() {
    if (this.#scanning) return;
    this.layer = null;
    this.entry = "";
    this.hush();
  }

  /** A scanner on the bridge was refused. @param {string} code @param {Problem} problem @returns {void} */
  refusedElsewhere(code, problem) {
    if (this.#scanning) return;
    if (code) this.#refused(code, problem);
    else this.refuse(problem);
  }

  /** @returns {void} */
  dropHeld() {
    this.held = this.held.slice(1);
    this.changed();
  }

  /** Goods come back; on a return that has counted some, they are exchanged. @returns {void} */
  returnKey() {
    if (this.layer?.name === "return") this.close();
    else if (this.till.state.receipt?.back) this.attempt(() => this.till.exchange());
    else this.open("return");
  }

  /**
   * Sells what a tile or a found name stands for.
   *
   * @param {{product?: string, id?: string}} goods
   * @returns {void}
   */
  sellProduct(goods) {
    const quantity = parseScaled(this.entry, 3);
    this.layer = null;
    this.entry = "";
    this.#scanning = true;
    const result = this.till.addProduct(goods.product ?? goods.id ?? "", quantity ?? undefined);
    this.#scanning = false;
    if (result.ok) this.hush();
    else if (!askPrice(this, result.problem, { quantity })) this.refuse(result.problem);
  }

  /** @param {string} code @param {Problem} problem @returns {void} */
  #refused(code, problem) {
    if (askPrice(this, problem, { code })) return;
    if (problem.code === "unknown_code") return void this.#maybeBadge(code, problem);
    if (LASTING.has(problem.code)) this.refuse(problem);
    else this.hold(code, problem);
    if (problem.code === "shift_old") this.open("oldshift");
  }

  /** A code nobody sells may be the badge of the next cashier. @param {string} code @param {Problem} problem @returns {Promise<void>} */
  async #maybeBadge(code, problem) {
    const found = await this.attempt(() => this.till.changeByBadge(code));
    if (found === "unknown") {
      keepUnsold(this, code);
      this.refuse(problem);
      void cardElsewhere(this, code);
    } else if (found === "changed") this.say("good", t("{name} works here now.", { name: this.till.state.operator?.name ?? "" }));
    else if (found === "same") this.say("info", t("You are signed in already. {key} 1 locks the till.", { key: keyNamed(this.till.state, "menu", t("Menu"), "sale") }));
  }

  /** What stood in the way is gone: the codes it kept back are sold now. @param {string} code of the problem @returns {void} */
  sellHeldBy(code) {
    const waiting = this.held.filter((one) => one.problem.code === code);
    this.held = this.held.filter((one) => one.problem.code !== code);
    for (const one of waiting) this.sell(one.code);
  }

  /**
   * Does what a person asked for. A refusal is said in the slot; where a manager's leave would help, the manager is
   * asked in place and the action is done again with it.
   *
   * @template T
   * @param {(approval?: Approval) => T | Promise<T>} action
   * @param {Approval} [approval]
   * @returns {Promise<T | undefined>} undefined when it was refused
   */
  async attempt(action, approval) {
    try {
      const result = action(approval);
      this.changed();
      return result instanceof Promise ? await result : result;
    } catch (error) {
      this.#failed(error, approval ? null : action);
      return undefined;
    } finally {
      this.changed();
    }
  }

  /** @param {unknown} error @param {((approval?: Approval) => unknown) | null} again @returns {void} */
  #failed(error, again) {
    if (!(error instanceof TillError)) throw error;
    if (again && NEEDS_LEAVE.has(error.code) && error.args.permission) {
      this.sounds.play("attention");
      this.till.saw("approval_asked", { permission: error.args.permission, why: error.code });
      // A drawer that was counted is not counted again because nobody allowed it at once.
      this.open("approve", { problem: error.problem, again, under: this.layer?.props.counted ? this.layer : null });
    } else {
      this.refuse(error.problem);
    }
  }
}
