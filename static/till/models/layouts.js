/**
 * Which layout is in force. Published layouts come with the catalogue; the one assigned nearest to this cashier and till
 * is taken over when no receipt is open, so that no button moves under a finger. What cannot be drawn is never used:
 * the factory layout stands in and the screen says so.
 */

import { actions } from "../ui/actions.js";
import { FACTORY } from "./factory.js";
import { faults } from "./layout-rules.js";

/** @typedef {import("../types.d.ts").LayoutInForce} LayoutInForce */
/** @typedef {import("../assembly.js").Parts} Parts */

/** What this till can do, for the judge of layouts. */
const KNOWN = actions((text) => text);

/** @type {LayoutInForce} */
export const FACTORY_IN_FORCE = { id: null, name: FACTORY.name, version: 0, body: FACTORY, fault: null, forced: false };

/** The nearest assignment counts. @type {((given: any, who: {till: string, cashier: string}) => boolean)[]} */
const LEVELS = [
  (given, who) => listOf(given.cashiers).includes(who.cashier),
  (given, who) => listOf(given.tills).includes(who.till),
  (given, who) => listOf(given.groups).some((tills) => listOf(tills).includes(who.till)),
  (given) => given.store === true,
  (given) => given.chain === true,
];

/** @param {unknown} value @returns {any[]} */
function listOf(value) {
  return Array.isArray(value) ? value : [];
}

/**
 * @param {Map<string, Record<string, any>>} rows of the feed
 * @param {{till: string, cashier: string}} who
 * @returns {[string, Record<string, any>] | null} among equals the lowest id, so that every till decides alike
 */
export function assigned(rows, who) {
  const sorted = [...rows].sort(([one], [two]) => (one < two ? -1 : 1));
  for (const fits of LEVELS) {
    const found = sorted.find(([, row]) => fits(row.assigned ?? {}, who));
    if (found) return found;
  }
  return null;
}

/** @param {string} id @param {Record<string, any>} row @returns {LayoutInForce} */
function checked(id, row) {
  const [fault] = faults(row.layout, KNOWN);
  const name = String(row.name ?? "").slice(0, 60);
  const version = Number(row.version) || 0;
  if (!fault) return { id, name, version, body: row.layout, fault: null, forced: false };
  console.warn("layout", id, "version", version, "cannot be used:", JSON.stringify(fault));
  return { id, name, version, body: FACTORY, fault: `${fault.code} ${fault.at}`.trim(), forced: false };
}

export class Layouts {
  #p;
  /** What should be in force as soon as it may. @type {LayoutInForce} */ #wanted = FACTORY_IN_FORCE;
  /** The row that `#wanted` was made of. @type {Record<string, any> | null} */ #row = null;
  #begun = false;

  /** @param {Parts} parts */
  constructor(parts) {
    this.#p = parts;
    // Every end of a receipt passes here; nothing is looked up unless something waits.
    parts.view.subscribe(() => this.#wanted !== parts.view.state.layout && this.#take());
  }

  /** What was in force when the page was left: a reload must not move buttons in the middle of a receipt. @param {LayoutInForce | undefined} stored */
  resume(stored) {
    if (stored) this.#p.view.set({ layout: checkedAgain(stored) });
    if (!stored?.forced) this.#wanted = this.#p.view.state.layout;
  }

  /** The catalogue or the cashier changed. */
  refresh() {
    const { till, operator } = this.#p.view.state;
    const found = till ? assigned(this.#p.goods.small("layout"), { till: till.id, cashier: operator?.id ?? "" }) : null;
    const { layout } = this.#p.view.state;
    const row = found?.[1] ?? null;
    if (row === this.#row && this.#begun) return;
    this.#begun = true;
    this.#row = row;
    const next = found ? checked(...found) : FACTORY_IN_FORCE;
    const same = next.id === layout.id && next.version === layout.version && next.fault === layout.fault && !layout.forced;
    this.#wanted = same ? layout : next;
    this.#take();
  }

  #take() {
    const { view } = this.#p;
    if (this.#wanted === view.state.layout || view.state.layout.forced || !view.idle()) return;
    this.#use(this.#wanted);
    if (this.#wanted.fault) this.#p.events.emit("layout_fault", { name: this.#wanted.name });
  }

  /** @param {LayoutInForce} layout */
  #use(layout) {
    this.#p.view.set({ layout });
    if (this.#p.mayWrite()) void this.#p.meta.put("layout", layout);
  }

  /** Shift+F12: the factory layout at once, whatever is open; again: what the manager published. */
  factory() {
    this.#use(this.#p.view.state.layout.forced ? this.#wanted : { ...FACTORY_IN_FORCE, forced: true });
  }
}

/** What lies in the browser's database may be of another version of the program. @param {LayoutInForce} stored @returns {LayoutInForce} */
function checkedAgain(stored) {
  const broken = faults(stored.body, KNOWN).length > 0;
  return broken ? FACTORY_IN_FORCE : stored;
}
