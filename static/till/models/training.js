/**
 * Training: everything can be practised, nothing counts. What is done stands in the journal as events without a shift,
 * never as a receipt, a cash move or a shift, so no server, however old, can take it for goods or money.
 */

import { standingLines } from "./draft.js";
import { TillError } from "./errors.js";

/** @typedef {import("../types.d.ts").Approval} Approval */
/** @typedef {import("../types.d.ts").Draft} Draft */

export class Training {
  #p;

  /** @param {import("../assembly.js").Parts} parts */
  constructor(parts) {
    this.#p = parts;
  }

  get on() {
    return this.#p.view.state.training !== null;
  }

  /** @throws {TillError} in_training */
  mustBeOff() {
    if (this.on) throw new TillError("in_training");
  }

  /** @param {{approval?: Approval}} why */
  async begin({ approval }) {
    const { view, people, selling, parking, meta, clock } = this.#p;
    if (view.state.phase !== "sale" || view.state.readonly) throw new TillError("not_selling");
    this.mustBeOff();
    // A receipt that is on its way from another till is real, too.
    const left = selling.drafts.filter((draft) => standingLines(draft).length > 0).length + parking.taking.length;
    if (left > 0) throw new TillError("open_receipts", { count: left });
    const by = people.must("till.training", approval);
    this.#p.trace("training_begin", { data: { approved_by: by } });
    const training = { since: clock.instant(), receipts: 0 };
    await view.busy(meta.put("training", training));
    this.#switch(training);
  }

  async end() {
    const { view, meta } = this.#p;
    const { training } = view.state;
    if (training === null) return;
    this.#p.paying.mustNotHold();
    this.#p.trace("training_end", { data: { receipts: training.receipts } });
    await view.busy(meta.put("training", null));
    this.#switch(null);
  }

  /** Receipts of one kind are never seen in the other. @param {import("../types.d.ts").TillState["training"]} training */
  #switch(training) {
    const { view, drafts, selling, paying } = this.#p;
    view.batch(() => {
      paying.close();
      for (const draft of selling.drafts) drafts.drop(draft.id);
      view.set({ training, last: null });
      selling.restore([]);
      selling.begin();
    });
  }

  /** What the drafts store held, as far as it belongs to the mode the till is in; practice that is over is dropped. @param {Draft[]} stored @returns {Draft[]} */
  own(stored) {
    if (this.on) return stored.map((draft) => ({ ...draft, training: true }));
    for (const draft of stored) if (draft.training) this.#p.drafts.drop(draft.id);
    return stored.filter((draft) => !draft.training);
  }

  /** The number series of a receipt. @param {Draft} draft @returns {"sale" | "return" | "training"} */
  series(draft) {
    return this.on ? "training" : draft.kind;
  }

  /**
   * The journal's fact of a finished document: the document itself, or an event when it was only practised.
   *
   * @param {Draft} draft
   * @param {import("./receipt.js").ReceiptBody} body
   * @returns {import("../db/journal.js").Fact}
   */
  fact(draft, body) {
    if (!this.on) return { type: "receipt", id: draft.id, at: String(body.closed_at), body };
    const { operator } = this.#p.view.state;
    const data = { training: true, number: body.number, receipt: body };
    return { type: "event", at: String(body.closed_at), body: { name: "training_receipt", shift: null, cashier: operator?.id ?? null, receipt: draft.id, line: null, data } };
  }

  /** As printed: the T keeps it apart from every real number. @param {number} number @returns {string} */
  label(number) {
    return this.#p.label(number).replace(/-(\d+)$/, "-T$1");
  }

  /** One more was practised. */
  counted() {
    const { view, meta } = this.#p;
    if (view.state.training === null) return;
    const training = { ...view.state.training, receipts: view.state.training.receipts + 1 };
    view.set({ training });
    void meta.put("training", training);
  }
}
