/** A shift taken apart, from the till's own journal: by hour, by group of goods, by means of payment and by cashier. */

/** @typedef {import("../types.d.ts").BreakdownRow} BreakdownRow */
/** @typedef {import("../types.d.ts").Breakdown} Breakdown */
/** @typedef {import("./receipt.js").ReceiptBody} ReceiptBody */

/**
 * What the sums need to know about the shop.
 *
 * @typedef {object} Names
 * @property {(instant: string) => number} hour of the store's day
 * @property {(product: string) => {id: string, name: string}} group
 * @property {(cashier: string) => string} cashier
 */

export class Breakdowns {
  #names;
  /** @type {Record<"hours" | "groups" | "tenders" | "cashiers", Map<string, BreakdownRow>>} */
  #rows = { hours: new Map(), groups: new Map(), tenders: new Map(), cashiers: new Map() };

  /** @param {Names} names */
  constructor(names) {
    this.#names = names;
  }

  /** @param {import("../types.d.ts").Item} item of the shift */
  add(item) {
    const body = /** @type {any} */ (item.body);
    if (item.type === "receipt") this.#receipt(body);
    else if (item.type === "event" && body.name === "line_void" && body.cashier) this.#row("cashiers", body.cashier, this.#names.cashier(body.cashier)).voids += 1;
  }

  /** @param {ReceiptBody} body */
  #receipt(body) {
    const sign = body.kind === "return" ? -1 : 1;
    const hour = String(this.#names.hour(body.closed_at)).padStart(2, "0");
    this.#count(this.#row("hours", hour, `${hour}:00`), sign * body.due);
    const cashier = String(body.cashier);
    this.#count(this.#row("cashiers", cashier, this.#names.cashier(cashier)), sign * body.due);
    for (const { method, amount, details } of body.payments) {
      // Two terminals are two drawers of cards: each has a slip of its own to compare with.
      const id = method === "card" && typeof details?.terminal === "string" ? details.terminal : method;
      this.#count(this.#row("tenders", id, id), sign * amount);
    }
    for (const line of body.lines) {
      const { id, name } = this.#names.group(line.product);
      this.#count(this.#row("groups", id, name), sign * line.total);
    }
  }

  /** @param {"hours" | "groups" | "tenders" | "cashiers"} part @param {string} id @param {string} name @returns {BreakdownRow} */
  #row(part, id, name) {
    const row = this.#rows[part].get(id) ?? { id, name, count: 0, amount: 0, voids: 0 };
    this.#rows[part].set(id, row);
    return row;
  }

  /** @param {BreakdownRow} row @param {number} amount */
  #count(row, amount) {
    row.count += 1;
    row.amount += amount;
  }

  /** Hours in their order, everything else by amount. @returns {Breakdown} */
  get result() {
    const byAmount = (/** @type {BreakdownRow} */ a, /** @type {BreakdownRow} */ b) => b.amount - a.amount || (a.id < b.id ? -1 : 1);
    const { hours, groups, tenders, cashiers } = this.#rows;
    return {
      hours: [...hours.values()].sort((a, b) => (a.id < b.id ? -1 : 1)), groups: [...groups.values()].sort(byAmount),
      tenders: [...tenders.values()].sort(byAmount), cashiers: [...cashiers.values()].sort(byAmount),
    };
  }
}

/** @param {import("../assembly.js").Parts} parts @returns {Names} */
export function namesOf({ goods, pricing }) {
  const people = goods.small("employee");
  const groups = goods.small("group");
  return {
    hour: (instant) => Math.floor(pricing.calendar(instant).minute / 60),
    group: (product) => {
      const id = goods.product(product)?.group ?? "";
      return { id, name: String(groups.get(id)?.name ?? "") };
    },
    cashier: (id) => String(people.get(id)?.name ?? ""),
  };
}
