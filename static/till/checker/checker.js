/** What the price checker knows: what was typed, the last answer, and when to forget both. */

import { TillError } from "../till.js";
import { words } from "../ui/words.js";

/** @typedef {import("../types.d.ts").PriceAnswer} PriceAnswer */

/** A customer reads an answer in a few seconds; the next one must not find it. */
const ANSWER_MS = 20_000;
const MOST_TYPED = 200;

export class Checker {
  entry = "";
  /** @type {PriceAnswer | null} */
  answer = null;
  /** @type {string | null} */
  problem = null;
  /** What the page does when something changed. @type {() => void} */
  onChange = () => {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {import("../till.js").Till} till @param {import("../ui/sounds.js").Sounds} sounds */
  constructor(till, sounds) {
    this.till = till;
    this.sounds = sounds;
    till.on("scan", ({ data }) => this.check(data));
  }

  /** @returns {boolean} nobody stands before it, as far as can be seen */
  get quiet() {
    return this.entry === "" && this.answer === null && this.problem === null;
  }

  /** @returns {import("../ui/format.js").Currency | null} */
  get currency() {
    const { store } = this.till.state;
    return store ? { currency: store.currency, digits: store.digits } : null;
  }

  /** @returns {boolean} enrolled, with goods: it can answer */
  get works() {
    return this.till.state.till !== null && this.till.status.catalogue.state !== "none" && this.till.state.stopped === null;
  }

  /** @param {string} char @returns {void} a character of a code, from a scanner or the pad */
  typed(char) {
    this.entry = (this.entry + char).slice(0, MOST_TYPED);
    this.#changed();
  }

  /** @returns {void} */
  entered() {
    const code = this.entry;
    this.entry = "";
    if (code !== "") this.check(code);
  }

  /** @param {string} name @returns {boolean} */
  action(name) {
    if (name === "erase") this.entry = this.entry.slice(0, -1);
    else if (name === "clear" || name === "escape") this.forget();
    else return false;
    this.#changed();
    return true;
  }

  /** @returns {boolean} function keys mean nothing here */
  key() {
    return false;
  }

  /** Says what a code costs. @param {string} code @returns {void} */
  check(code) {
    if (!this.works) return;
    this.forget();
    try {
      this.answer = this.till.priceCheck(code);
      this.sounds.play("line");
    } catch (error) {
      if (!(error instanceof TillError)) throw error;
      this.problem = words(error.problem, this.currency, this.till.state);
      this.sounds.play("refused");
    }
    this.#changed();
  }

  /** @returns {void} */
  forget() {
    this.entry = "";
    this.answer = null;
    this.problem = null;
    this.#changed();
  }

  /** Each touch and each character begin the wait anew. @returns {void} */
  #changed() {
    clearTimeout(this.#timer);
    if (!this.quiet) this.#timer = setTimeout(() => this.forget(), ANSWER_MS);
    this.onChange();
  }
}
