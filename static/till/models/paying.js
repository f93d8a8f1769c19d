/**
 * Payment of the receipt on screen. Tenders are kept with the draft from the first on; the receipt becomes a fact in one
 * strict transaction, and after that nothing leads back.
 */

import { takePrices } from "./basket.js";
import { slipsOf } from "./cards.js";
import { ageLine, standingLines } from "./draft.js";
import { TillError } from "./errors.js";
import { receiptToken } from "./receipt-link.js";
import { receiptBody } from "./receipt.js";
import { mayPay } from "./saleguards.js";
import { taxNumber } from "./tax-number.js";
import { offered, typeFor } from "./tender-types.js";
import { changeOf, holdsMoney, paidBy, quickAmounts, without } from "./tenders.js";
import { writeDocuments } from "./writing.js";

/** @typedef {import("../types.d.ts").Tender} Tender */
/** @typedef {import("../types.d.ts").Draft} Draft */
/** @typedef {import("../types.d.ts").LastReceipt} LastReceipt */

export class Paying {
  #p;
  #open = false;
  /** @type {Promise<LastReceipt> | null} */ #finishing = null;

  /** @param {import("../assembly.js").Parts} parts */
  constructor(parts) {
    this.#p = parts;
  }

  start() {
    const { view, selling } = this.#p;
    if (view.state.readonly) throw new TillError("readonly");
    if (view.state.phase !== "sale") throw new TillError("not_selling");
    this.#p.exchanging.mustBeSale();
    if (standingLines(selling.current).length === 0) throw new TillError("empty_receipt");
    const line = ageLine(selling.current);
    if (line) throw new TillError("age_unconfirmed", { age: line.age, name: line.name });
    mayPay(this.#p, selling.current);
    selling.multiply(null);
    takePrices(this.#p);
    this.#p.pricing.hold();
    selling.told(this.#sums(selling.current).due);
    this.#open = true;
    this.show();
    this.#p.points.ask(selling.current);
  }

  leave() {
    this.mustNotHold();
    const { payment } = this.#p.view.state;
    if (payment) this.#p.trace("payment_left", { receipt: payment.receipt, data: { due: payment.due } });
    this.close();
  }

  /** Back to the sale without asking; only while nothing was taken. */
  close() {
    this.#open = false;
    this.#p.pricing.release();
    if (this.#p.view.state.payment !== null) this.#p.view.set({ payment: null });
  }

  /** @throws {TillError} payment_started, card_running */
  mustNotHold() {
    if (this.#finishing) throw new TillError("payment_started");
    this.#p.cards.mustRest();
    if (holdsMoney(this.#p.selling.current)) throw new TillError("payment_started");
  }

  /** A receipt with tenders on it was found after a start: the money was taken, so the payment goes on. */
  resume() {
    if (this.#p.view.state.phase !== "sale" || this.#p.selling.current.kind !== "sale" || !holdsMoney(this.#p.selling.current)) return;
    this.#p.pricing.hold();
    this.#open = true;
    this.show();
  }

  /** @param {Draft} draft */
  #sums(draft) {
    const { pricing } = this.#p;
    const due = pricing.price(draft).due;
    const paid = paidBy(draft.tenders);
    const rest = due - paid;
    return { due, paid, rest, restCash: rest <= 0 ? 0 : pricing.inCash(rest, pricing.calendar(draft.openedAt).day) };
  }

  show() {
    if (!this.#open) return;
    const draft = this.#p.selling.current;
    const { due, paid, rest, restCash } = this.#sums(draft);
    const settled = draft.tenders.length > 0 && this.#isSettled(draft);
    const notes = this.#p.view.state.quickCash;
    this.#p.view.set({
      payment: {
        receipt: draft.id, due, tenders: draft.tenders, paid, rest: settled ? 0 : rest, restCash: settled ? 0 : restCash, change: changeOf(draft.tenders),
        bonus: this.#p.points.show(draft, rest), offered: offered(this.#p.view.state.tenders, draft), buyerTaxId: draft.buyerTaxId ?? null, paperless: this.#mayChoose ? draft.paperless === true : null,
        quickCash: settled ? [] : quickAmounts(restCash, notes), step: this.#finishing ? "committing" : "collecting",
      },
    });
  }

  /** Paid to the last unit, or in cash to the smallest coin. @param {Draft} draft */
  #isSettled(draft) {
    const { due, paid, rest } = this.#sums(draft);
    const last = draft.tenders[draft.tenders.length - 1];
    if (rest === 0 || last?.method !== "cash") return rest === 0;
    const { pricing } = this.#p;
    const restBefore = due - (paid - last.amount);
    return last.amount === pricing.inCash(restBefore, pricing.calendar(draft.openedAt).day);
  }

  /**
   * @param {{method: string, amount?: number, tendered?: number, reference?: string}} asked
   * @returns {boolean} true when the receipt is paid
   */
  tender(asked) {
    if (!this.#open) this.start();
    this.mustBeOpen();
    this.#p.cards.mustRest();
    const draft = this.#p.selling.current;
    if (draft.tenders.length > 0 && this.#isSettled(draft)) return true;
    const taken = asked.method === "cash" ? this.#cash(asked, draft) : this.#other(asked, draft);
    this.#p.selling.hold([...draft.tenders, { i: draft.tenders.length, ...taken }]);
    this.show();
    return this.#isSettled(this.#p.selling.current);
  }

  /** Nothing is being written. @throws {TillError} payment_started */
  mustBeOpen() {
    if (this.#finishing) throw new TillError("payment_started");
  }

  /** What a terminal is to be asked for, by the same rules. @param {{method: string, amount?: number, reference?: string}} asked @returns {Omit<Tender, "i">} */
  prepare(asked) {
    if (!this.#open) this.start();
    this.mustBeOpen();
    return this.#other(asked, this.#p.selling.current);
  }

  /** Nothing is left to pay. */
  get isPaid() {
    return this.#open && this.#isSettled(this.#p.selling.current);
  }

  /** @param {{amount?: number, tendered?: number}} asked @param {Draft} draft @returns {Omit<Tender, "i">} */
  #cash(asked, draft) {
    const { restCash } = this.#sums(draft);
    const tendered = asked.tendered ?? asked.amount ?? restCash;
    if (!Number.isSafeInteger(tendered) || tendered < 0 || (tendered === 0 && restCash > 0)) throw new TillError("bad_amount");
    const amount = Math.min(tendered, restCash);
    return { method: "cash", kind: "cash", name: "", amount, tendered, change: tendered - amount, reference: null };
  }

  /** Anything but cash, by its own rules. @param {{method: string, amount?: number, reference?: string}} asked @param {Draft} draft @returns {Omit<Tender, "i">} */
  #other(asked, draft) {
    const { tenders } = this.#p.view.state;
    const type = typeFor(tenders, asked.method);
    if (!type) throw new TillError("unknown_method");
    const reference = asked.reference?.trim().slice(0, 60) || null;
    if (!offered([type], draft).length) throw new TillError(type.needsCustomer ? "needs_customer" : "not_refundable", { name: type.name });
    if (type.needsReference && reference === null) throw new TillError("needs_reference", { name: type.name });
    const { rest } = this.#sums(draft);
    const asks = asked.amount ?? rest;
    if (!Number.isSafeInteger(asks) || asks < 0 || (asks === 0 && rest > 0)) throw new TillError("bad_amount");
    if (asks > rest && !type.overTender) throw new TillError("too_much", { rest });
    const amount = Math.min(asks, Math.max(0, rest));
    return { method: type.id, kind: type.kind, name: type.name, amount, tendered: amount, change: 0, reference, ...(asks > amount ? { face: asks } : {}) };
  }

  /** What is left of a receipt when the rest is not paid in cash. @param {Draft} draft @returns {number} */
  rest(draft) {
    return this.#sums(draft).rest;
  }

  /** Points that are set aside for the receipt, or leased. @param {number} amount @param {string | null} hold @returns {boolean} true when the receipt is paid */
  points(amount, hold) {
    const { selling } = this.#p;
    const { tenders } = selling.current;
    selling.hold([...tenders, { i: tenders.length, method: "bonus", kind: "bonus", name: "", amount, tendered: amount, change: 0, reference: null, hold }]);
    this.show();
    return this.#isSettled(selling.current);
  }

  /** @param {number} i */
  removeTender(i) {
    this.mustBeOpen();
    this.#p.cards.mustRest();
    this.tookBack(this.#p.selling.current, i);
  }

  /** The money has gone back. @param {Draft} draft @param {number} i */
  tookBack(draft, i) {
    const { left, gone } = without(draft.tenders, i, draft.tenders.length > 0 && this.#isSettled(draft));
    this.#p.selling.hold(left, null, draft);
    for (const { method, amount, tendered, change, reference } of gone) {
      this.#p.trace("tender_cancel", { receipt: draft.id, data: { method, amount, tendered, change, reference } });
    }
    this.#p.points.free(gone, draft.id);
    this.show();
  }

  /** @param {string} text the firm's number as typed; empty takes it off */
  setBuyer(text) {
    const { selling, view } = this.#p;
    if (this.#finishing) throw new TillError("payment_started");
    selling.amend({ buyerTaxId: taxNumber(view.state.store?.country ?? "", text) });
    this.show();
  }

  /** There is paper, and a code that could take its place. */
  get #mayChoose() {
    return this.#p.printing.canPrint && this.#p.receiptBase !== null && !this.#p.fiscal.on;
  }

  /** @param {boolean} paperless */
  setPaperless(paperless) {
    if (this.#finishing) throw new TillError("payment_started");
    this.#p.selling.amend({ paperless });
    this.show();
  }

  /** @returns {Promise<LastReceipt>} */
  finish() {
    if (this.#finishing) return this.#finishing;
    this.#finishing = this.#p.view.busy(this.#finish()).finally(() => {
      this.#finishing = null;
      this.show();
    });
    this.show();
    return this.#finishing;
  }

  async #finish() {
    const draft = this.#p.selling.current;
    if (this.#p.view.state.readonly) throw new TillError("readonly");
    this.#p.cards.mustRest();
    if (!this.#open || !this.#isSettled(draft)) throw new TillError("unpaid", { rest: this.#open ? this.#sums(draft).rest : 0 });
    const last = await this.#commit(draft);
    this.#p.view.batch(() => {
      this.close();
      this.#p.view.set({ last });
      this.#p.selling.leave(draft.id);
      this.#p.training.counted();
    });
    this.#p.events.emit("committed", { receipt: last.id, number: last.number, customer: draft.customer?.customer ?? null });
    return last;
  }

  /** One strict transaction: item, chain, number, the draft's end, and what is to be printed. @param {Draft} draft @returns {Promise<LastReceipt>} */
  async #commit(draft) {
    const { drafts, printing, training, receiptBase } = this.#p;
    // The tenders must be on disk before the receipt is tried: if it cannot be written, the money is still accounted for.
    await drafts.flush();
    this.#p.selling.tellTrail(draft);
    const slips = slipsOf(draft.tenders);
    return writeDocuments(this.#p, [draft], (numbers, closedAt) => {
      const body = receiptBody(this.#p, draft, { number: numbers.next(training.series(draft)), closedAt });
      const job = printing.receiptJob(draft.id, body, this.#mayChoose && draft.paperless === true, slips);
      const last = lastOf(this.#p, draft, body, job?.kind === "receipt");
      const link = (/** @type {import("../db/journal.js").Item} */ { id, sig }) => (receiptBase === null ? null : `${receiptBase}/r/${receiptToken(id, sig)}`);
      return { facts: [training.fact(draft, body)], jobs: [job, printing.slipJob(slips)], last: ([item]) => ({ ...last, link: link(item) }) };
    });
  }
}

/**
 * @param {import("../assembly.js").Parts} parts
 * @param {Draft} draft
 * @param {import("./receipt.js").ReceiptBody} body
 * @param {boolean} prints
 * @returns {LastReceipt}
 */
function lastOf(parts, draft, body, prints) {
  return {
    id: draft.id, number: body.number, label: parts.training.on ? parts.training.label(body.number) : parts.label(body.number), total: body.total, due: body.due, change: changeOf(draft.tenders),
    earned: body.bonus.earned, closedAt: body.closed_at, fresh: true, link: null, print: prints ? "waiting" : "none",
  };
}
