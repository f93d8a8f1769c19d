/** What the editor works on: the layout with its past, what is selected, what the judge says, and whether it is saved. */

import { actions } from "../../till/ui/actions.js";
import { checks } from "../../till/models/layout-checks.js";
import { faults } from "../../till/models/layout-rules.js";

/** @typedef {import("../../till/types.d.ts").Layout} Layout */
/** @typedef {import("../../till/types.d.ts").LayoutSize} LayoutSize */
/** @typedef {import("../../till/types.d.ts").LayoutZone} LayoutZone */
/** @typedef {import("../../till/types.d.ts").LayoutGrid} LayoutGrid */
/** @typedef {import("../../till/types.d.ts").LayoutButton} LayoutButton */
/** @typedef {import("../../till/models/layout-rules.js").Finding} Finding */
/** @typedef {Record<string, Record<string, string>>} Words */
/**
 * What the page hands over.
 * @typedef {{words: Words, layout: Layout, revision: number, names: Record<string, Record<string, string>>, roles: {code: string, name: string}[],
 *   rights: Record<string, string>, language: string}} Settings
 */
/** @typedef {"zones" | "buttons" | "keys" | "list" | "look"} Tab */

/** Steps that can be taken back. */
const STEPS = 100;

export class Work {
  /** @type {Layout[]} */ #past = [];
  /** @type {Layout[]} */ #future = [];
  /** @type {Set<() => void>} */ #listeners = new Set();
  #saving = false;
  #saved;
  /** The screen that is shown. */ size = 0;
  /** @type {Tab} */ tab = "zones";
  /** @type {string | null} */ zone = null;
  /** @type {string | null} */ grid = null;
  /** @type {number | null} */ button = null;
  paying = false;
  /** Why the last saving failed. */ problem = "";
  /** @type {Finding[]} */ findings = [];

  /** @param {Settings} settings @param {string} address where the draft is saved @param {string} token against forged requests */
  constructor(settings, address, token) {
    this.settings = settings;
    this.layout = settings.layout;
    this.revision = settings.revision;
    this.address = address;
    this.token = token;
    this.known = actions((text) => text);
    this.grid = this.layout.grids[0]?.id ?? null;
    this.#saved = this.layout;
    this.#judge();
  }

  /** @param {string} name @param {Record<string, string | number>} [args] @returns {string} */
  say(name, args = {}) {
    return fill(this.settings.words.say[name] ?? name, args);
  }

  /** @param {Finding} finding @returns {string} */
  sentence({ code, args }) {
    return fill(this.settings.words.findings[code] ?? code, args);
  }

  /** @param {string} id of an action @returns {string} */
  name(id) {
    const names = this.settings.names[id];
    return (names?.[this.settings.language] ?? names?.en ?? id).replaceAll("\u00ad", "");
  }

  /** @returns {LayoutSize} */
  get screen() {
    return this.layout.sizes[Math.min(this.size, this.layout.sizes.length - 1)];
  }

  /** @returns {LayoutZone | undefined} */
  get chosenZone() {
    return this.screen.zones.find((each) => each.id === this.zone);
  }

  /** @returns {LayoutGrid | undefined} */
  get chosenGrid() {
    return this.layout.grids.find((each) => each.id === this.grid);
  }

  /** @returns {LayoutButton | undefined} */
  get chosenButton() {
    return this.button === null ? undefined : this.chosenGrid?.buttons[this.button];
  }

  get isSaved() {
    return this.layout === this.#saved;
  }

  get canUndo() {
    return this.#past.length > 0;
  }

  get canRedo() {
    return this.#future.length > 0;
  }

  /** @param {() => void} listener */
  subscribe(listener) {
    this.#listeners.add(listener);
  }

  /** @returns {void} */
  tell() {
    for (const listener of this.#listeners) listener();
  }

  /** One step of work: what `work` does to a copy becomes the layout. @param {() => void} work @returns {void} */
  change(work) {
    const before = this.layout;
    this.layout = structuredClone(before);
    work();
    if (JSON.stringify(before) === JSON.stringify(this.layout)) {
      this.layout = before;
      return this.tell();
    }
    this.#past = [...this.#past, before].slice(-STEPS);
    this.#future = [];
    this.#judge();
    this.tell();
  }

  /** @param {Partial<Pick<Work, "size" | "tab" | "zone" | "grid" | "button" | "paying">>} what @returns {void} */
  choose(what) {
    Object.assign(this, what);
    this.tell();
  }

  /** @returns {void} */
  undo() {
    const before = this.#past.pop();
    if (before) this.#go(before, this.#future);
  }

  /** @returns {void} */
  redo() {
    const after = this.#future.pop();
    if (after) this.#go(after, this.#past);
  }

  /** @param {Layout} layout @param {Layout[]} other */
  #go(layout, other) {
    other.push(this.layout);
    this.layout = layout;
    this.size = Math.min(this.size, layout.sizes.length - 1);
    this.#judge();
    this.tell();
  }

  #judge() {
    const broken = faults(this.layout, this.known);
    this.findings = broken.length ? broken : checks(this.layout, this.known, this.settings.names);
  }

  /** Nothing that a till could not draw: such a draft is neither shown nor kept. @returns {boolean} */
  get isWhole() {
    return faults(this.layout, this.known).length === 0;
  }

  /** @returns {Promise<boolean>} whether the server has it */
  async save() {
    if (this.#saving) return false;
    this.#saving = true;
    const sent = this.layout;
    try {
      const answer = await fetch(this.address, {
        method: "POST", credentials: "same-origin", headers: { "content-type": "application/json", "x-csrftoken": this.token },
        body: JSON.stringify({ revision: this.revision, layout: sent }),
      });
      const told = await answer.json();
      this.problem = answer.ok ? "" : String(told.message);
      if (answer.ok) {
        this.revision = told.revision;
        this.#saved = sent;
      }
    } catch (error) {
      console.warn("The draft was not saved.", error);
      this.problem = this.say("no_answer");
    }
    this.#saving = false;
    this.tell();
    return this.problem === "";
  }
}

/** @param {string} text @param {Record<string, string | number>} args @returns {string} */
function fill(text, args) {
  return text.replace(/\{(\w+)\}/g, (gap, name) => String(args[name] ?? gap));
}
