/** How much of the journal the server holds, and what it did not like: the numbers and warnings of the status bar. */

/** @typedef {import("../types.d.ts").Item} Item */
/** @typedef {import("../types.d.ts").Ack} Ack */

const MOST_TROUBLES = 50;
const BAD = new Set(["conflict", "quarantined"]);

export class Tally {
  #p;
  #changes = 0;

  /** @param {import("../assembly.js").Parts} parts @param {import("../types.d.ts").TillStatus["troubles"]} troubles as they were stored */
  constructor(parts, troubles) {
    this.#p = parts;
    parts.view.setStatus({ troubles });
  }

  /** Counts anew what is unsent; once more when something was written or acknowledged during the count. */
  async recount() {
    for (;;) {
      const before = this.#changes;
      const { items, receipts } = await this.#p.ledger.unsent();
      if (before === this.#changes) return this.#p.view.setStatus({ unsent: items, unsentReceipts: receipts });
    }
  }

  /** @param {number} items @param {number} receipts among them; both less than zero when they were sent */
  #add(items, receipts) {
    const { unsent, unsentReceipts } = this.#p.view.status;
    this.#changes += 1;
    this.#p.view.setStatus({ unsent: Math.max(0, unsent + items), unsentReceipts: Math.max(0, unsentReceipts + receipts) });
  }

  /** @param {Item[]} items just written */
  appended(items) {
    this.#add(items.length, items.filter((item) => item.type === "receipt").length);
  }

  /** The server asks for them again. @param {{items: number, receipts: number}} found */
  wanted({ items, receipts }) {
    if (items > 0) this.#add(items, receipts);
  }

  /** @param {Item[]} settled @param {number} receipts among them @param {Ack[]} acks */
  acknowledged(settled, receipts, acks) {
    this.#add(-settled.length, -receipts);
    const byId = new Map(settled.map((item) => [item.id, item]));
    for (const ack of acks) if (BAD.has(ack.status)) this.trouble(byId.get(ack.id) ?? null, ack.status, ack.detail ?? "");
    void this.#p.printing.dropCopies(settled);
  }

  /** Something a manager should look at; kept over a restart. @param {Item | null} item @param {string} status @param {string} detail */
  trouble(item, status, detail) {
    const { troubles } = this.#p.view.status;
    const one = { id: item?.id ?? "", seq: item?.seq ?? 0, type: item?.type ?? "", status, detail, at: this.#p.clock.instant() };
    const last = troubles[troubles.length - 1];
    if (last && last.id === one.id && last.status === status && last.detail === detail) return;
    const all = [...troubles, one].slice(-MOST_TROUBLES);
    this.#p.view.setStatus({ troubles: all });
    this.#p.events.emit("trouble", { id: one.id, status, detail });
    void this.#p.meta.put("troubles", all);
  }
}
