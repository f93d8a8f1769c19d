/**
 * An exchange: goods come back and others are sold, as two receipts that name each other, and only the difference changes
 * hands. Both become facts in one strict transaction, so that neither can be there without the other.
 */

import { TillError } from "./errors.js";
import { receiptBody } from "./receipt.js";
import { tendersOf } from "./refunding.js";
import { returnBody } from "./return-body.js";
import { writeDocuments } from "./writing.js";

/** @typedef {import("../types.d.ts").Draft} Draft */
/** @typedef {import("../types.d.ts").Tender} Tender */
/** @typedef {import("../types.d.ts").RefundPart} RefundPart */
/** @typedef {import("../types.d.ts").ExchangeView} ExchangeView */
/** @typedef {import("../types.d.ts").LastReceipt} LastReceipt */
/** @typedef {import("./receipt.js").ReceiptBody} ReceiptBody */
/** @typedef {{sale: Draft, back: Draft}} Pair */
/** @typedef {import("./receipt.js").Payment} Payment */

/** The means of payment that is no money: what one receipt of the pair owes the other. */
const NET = "exchange";

export class Exchanging {
  #p;
  /** @type {Promise<LastReceipt> | null} */ #finishing = null;
  #checking = false;

  /** @param {import("../assembly.js").Parts} parts */
  constructor(parts) {
    this.#p = parts;
  }

  /** The goods of the return on screen are changed for others: what is scanned from now on is sold. */
  begin() {
    const { returning, selling, training } = this.#p;
    training.mustBeOff();
    const back = returning.must;
    if (returning.rules.exchange !== "net") throw new TillError("no_exchange");
    if (back.lines.length === 0) throw new TillError("nothing_counted");
    if (this.#other(back)) return selling.switchReceipt(String(back.exchange));
    selling.newReceipt();
    const sale = { ...selling.current, exchange: back.id };
    selling.put({ ...back, exchange: sale.id });
    selling.put(sale);
  }

  /** @param {Draft} draft @returns {Draft | null} the receipt it is exchanged with, while both are open */
  #other(draft) {
    const other = this.#p.selling.drafts.find((one) => one.id === draft.exchange);
    return other?.exchange === draft.id ? other : null;
  }

  /** @returns {Pair | null} when the receipt on screen sells what goods are exchanged for */
  #pair() {
    const { drafts, currentId } = this.#p.selling;
    const sale = drafts.find((one) => one.id === currentId);
    const back = sale?.kind === "sale" ? this.#other(sale) : null;
    return sale && back && back.lines.length > 0 ? { sale, back } : null;
  }

  /** The difference as it stands; null when the receipt on screen is no exchange. @returns {ExchangeView | null} */
  plan() {
    const pair = this.#pair();
    if (!pair) return null;
    const { pricing } = this.#p;
    const due = pair.sale.lines.some((line) => !line.voided) ? pricing.price(pair.sale).due : 0;
    const whole = this.#p.refunding.planFor(pair.back, { net: 0, cash: false });
    const worth = whole.exact;
    const pay = Math.max(0, due - worth);
    const day = pricing.calendar(pair.sale.openedAt).day;
    const parts = worth > due ? this.#p.refunding.planFor(pair.back, { net: due, cash: false }).parts : [];
    return { back: worth, due, pay, payCash: pricing.inCash(pay, day), parts: parts.filter((part) => part.amount > 0) };
  }

  /**
   * Writes both receipts.
   *
   * @param {{method?: string, tendered?: number, references?: (string | null)[], approval?: import("../types.d.ts").Approval}} [how] method `cash` or
   *   a card terminal for what is to be paid; `references`: slip numbers, of the card or of each part that is given back
   * @returns {Promise<LastReceipt>} throws empty_receipt, bad_amount, age_unconfirmed, return_limit, return_old, forbidden
   */
  finish(how = {}) {
    if (this.#finishing) return this.#finishing;
    const pair = this.#pair();
    const plan = this.plan();
    if (!pair || !plan) throw new TillError("no_return");
    this.#mayBePaid();
    const by = this.#p.refunding.allowed(pair.back, { due: plan.back, changed: false }, how.approval);
    const tenders = this.#tenders(plan, how);
    this.#finishing = this.#p.view.busy(this.#finish(pair, plan, { tenders, references: how.references ?? [], by })).finally(() => (this.#finishing = null));
    return this.#finishing;
  }

  /** Whatever keeps a receipt from being paid keeps it from being exchanged. */
  #mayBePaid() {
    this.#checking = true;
    try {
      this.#p.paying.start();
      this.#p.paying.close();
    } finally {
      this.#checking = false;
    }
  }

  /** What is on screen is paid like any sale. @throws {TillError} on_a_return, on_an_exchange */
  mustBeSale() {
    if (this.#p.returning.draft) throw new TillError("on_a_return");
    if (!this.#checking && this.#pair()) throw new TillError("on_an_exchange");
  }

  /** @param {ExchangeView} plan @param {{method?: string, tendered?: number, references?: (string | null)[]}} how @returns {Tender[]} of the sale, the goods first */
  #tenders({ back, due, pay, payCash }, { method = "cash", tendered, references }) {
    const goods = { i: 0, method: NET, name: "", amount: Math.min(back, due), tendered: Math.min(back, due), change: 0, reference: null };
    if (pay === 0) return [goods];
    const cash = method === "cash";
    const amount = cash ? payCash : pay;
    const given = cash ? (tendered ?? amount) : amount;
    if (!Number.isSafeInteger(given) || given < amount) throw new TillError("bad_amount");
    const name = this.#p.view.state.cardTenders.find((one) => one.id === method)?.name ?? "";
    return [goods, { i: 1, method, name, amount, tendered: given, change: given - amount, reference: references?.[0]?.trim().slice(0, 60) || null }];
  }

  /** @param {Pair} pair @param {ExchangeView} plan @param {{tenders: Tender[], references: (string | null)[], by: string | null}} given @returns {Promise<LastReceipt>} */
  async #finish(pair, plan, given) {
    const { drafts, view, selling, events } = this.#p;
    if (view.state.readonly) throw new TillError("readonly");
    await drafts.flush();
    if (given.by) this.#p.trace("return_over", { receipt: pair.back.id, data: { approved_by: given.by } });
    this.#p.trace("exchange", { receipt: pair.sale.id, data: { return: pair.back.id, due: plan.due, back: plan.back } });
    const goods = { method: NET, name: "", amount: Math.min(plan.back, plan.due), reference: null };
    selling.tellTrail(pair.back, tendersOf([goods, ...plan.parts]));
    selling.tellTrail(pair.sale, given.tenders);
    const last = await this.#commit(pair, plan, given);
    view.batch(() => {
      view.set({ last });
      selling.leave(pair.back.id);
      selling.leave(pair.sale.id);
    });
    events.emit("committed", { receipt: last.id, number: last.number });
    return last;
  }

  /** @param {Pair} pair @param {ExchangeView} plan @param {{tenders: Tender[], references: (string | null)[]}} given @returns {Promise<LastReceipt>} */
  async #commit({ sale, back }, plan, { tenders, references }) {
    const { printing, training } = this.#p;
    return writeDocuments(this.#p, [sale, back], (numbers, closedAt) => {
      const goods = { method: NET, name: "", amount: Math.min(plan.back, plan.due), reference: null, details: { receipt: sale.id } };
      const parts = [goods, ...plan.parts.map((one, i) => ({ ...one, reference: references[i] ?? null }))];
      const returned = { ...returnBody(this.#p, back, { number: numbers.next("return"), closedAt, parts }), pair: sale.id };
      const body = receiptBody(this.#p, { ...sale, tenders }, { number: numbers.next("sale"), closedAt });
      const sold = { ...body, pair: back.id, payments: tenders.map((one) => paymentOf(one, back.id)) };
      const jobs = [printing.receiptJob(back.id, returned), printing.receiptJob(sale.id, sold)];
      const last = this.#last(sold, sale, plan, tenders, jobs.some((job) => job !== null));
      return { facts: [training.fact(back, returned), training.fact(sale, sold)], jobs, last: () => last };
    });
  }

  /** @param {ReceiptBody} body @param {Draft} sale @param {ExchangeView} plan @param {Tender[]} tenders @param {boolean} prints @returns {LastReceipt} */
  #last(body, sale, plan, tenders, prints) {
    const out = plan.parts.filter((part) => part.method === "cash").reduce((sum, part) => sum + part.amount, 0);
    const change = tenders.reduce((sum, one) => sum + one.change, 0);
    return {
      id: sale.id, kind: plan.parts.length > 0 ? "return" : "sale", number: body.number, label: this.#p.label(body.number), total: body.total,
      due: plan.parts.length > 0 ? plan.back - plan.due : plan.pay, change: out + change, closedAt: body.closed_at, fresh: true, link: null, print: prints ? "waiting" : "none",
    };
  }
}

/** @param {Tender} tender @param {string} other the return it is exchanged with @returns {Payment} */
function paymentOf({ method, name, amount, tendered, change, reference }, other) {
  if (method === NET) return { method, amount, tendered, change, details: { receipt: other } };
  if (method === "cash") return { method, amount, tendered, change, details: {} };
  return { method: "card", amount, tendered, change, details: { terminal: method === "card" ? null : method, name: name || null, reference } };
}
