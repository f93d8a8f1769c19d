/**
 * Giving money back: how it was paid, as far as it was paid so, and cash for the rest. The return becomes a fact in one
 * strict transaction; only then the drawer opens and the protocol is printed.
 */

import { cardDetails, slipsOf, withoutCard } from "./cards.js";
import { standingLines } from "./draft.js";
import { TillError } from "./errors.js";
import { handedOut, leftOf, paidLeft, pointsBack } from "./origin.js";
import { refundDue, refundParts } from "./refund.js";
import { returnBody } from "./return-body.js";
import { countOf } from "./return-count.js";
import { beyond } from "./return-rules.js";
import { typeOfPayment } from "./tender-types.js";
import { writeDocuments } from "./writing.js";

/** @typedef {import("../types.d.ts").Draft} Draft */
/** @typedef {import("../types.d.ts").Origin} Origin */
/** @typedef {import("../types.d.ts").Approval} Approval */
/** @typedef {import("../types.d.ts").RefundPart} RefundPart */
/** @typedef {import("../types.d.ts").RefundView} RefundView */
/** @typedef {import("../types.d.ts").LastReceipt} LastReceipt */

const OVER = "till.return_over";

export class Refunding {
  #p;
  /** @type {Promise<LastReceipt> | null} */ #finishing = null;
  /** Who allowed the return that a terminal gives money back for. @type {{draft: string, approval: Approval | undefined} | null} */ #leave = null;

  /** @param {import("../assembly.js").Parts} parts */
  constructor(parts) {
    this.#p = parts;
  }

  /**
   * What is handed out for the return on screen.
   *
   * @param {{cash?: boolean}} [asked] cash: all of it, however it was paid
   * @returns {RefundView}
   * @throws {TillError} no_return, empty_receipt
   */
  plan({ cash = false } = {}) {
    const draft = this.#p.returning.must;
    if (standingLines(draft).length === 0) throw new TillError("empty_receipt");
    return this.planFor(draft, { cash, net: 0 });
  }

  /**
   * @param {Draft} draft a return with lines
   * @param {{cash: boolean, net: number}} how net: so much of it pays for goods that it is exchanged for
   * @returns {RefundView & {exact: number}} `exact`: what it is worth when no cash is handed out
   */
  planFor(draft, { cash, net }) {
    const exact = this.#p.pricing.price(draft).due;
    const { calendar, coin, inCash } = this.#coins(draft);
    if (!draft.origin) {
      const due = inCash(Math.max(0, exact - net));
      return { exact, due, parts: [part("cash", due)], changed: false };
    }
    const points = pointsBack(draft.origin, draft.origin.bonus?.redeemed ?? 0, (n) => countOf(draft, n)).reached;
    return this.#byOrigin(draft.origin, { exact, all: isAll(draft), step: coin(calendar), points }, cash, net);
  }

  /** @param {Draft} draft */
  #coins(draft) {
    const { pricing } = this.#p;
    const calendar = pricing.calendar(draft.openedAt).day;
    return { calendar, coin: (/** @type {string} */ day) => pricing.coin(day), inCash: (/** @type {number} */ sum) => pricing.inCash(sum, calendar) };
  }

  /**
   * Points go back to the account they came from, as many as were paid for these goods, also where all else is handed out in cash.
   *
   * @param {Origin} origin @param {{exact: number, all: boolean, step: number, points: number}} what @param {boolean} cash @param {number} net
   * @returns {RefundView & {exact: number}}
   */
  #byOrigin(origin, { exact, all, step, points }, cash, net) {
    const before = handedOut(origin);
    const sums = { due: origin.due, exact, backExact: before.exact, backDue: before.due, all };
    const rows = paidLeft(origin);
    const reached = (/** @type {{left: number}} */ { left }) => Math.min(left, Math.max(0, points - ((origin.bonus?.redeemed ?? 0) - left)));
    const usual = rows.map((row) => ({ method: this.#mayGoBack(row) ? row.method : "cash", left: row.method === "bonus" ? reached(row) : row.left }));
    const paid = cash ? usual.map((row) => (row.method === "bonus" ? row : { ...row, left: 0 })) : usual;
    const { other, cash: handed } = refundParts(paid, (given) => refundDue({ ...sums, other: given.other + net, step: given.cash ? step : 1 }) - net);
    const parts = rows.flatMap((row, i) => (other[i] > 0 ? [{ ...part(row.method, other[i]), name: nameOf(row.details), details: row.details }] : []));
    if (handed > 0 || parts.length === 0) parts.push({ ...part("cash", handed), details: {} });
    const due = parts.reduce((sum, one) => sum + one.amount, 0);
    return { exact: refundDue(sums), due, parts, changed: cash && usual.some((row) => row.method !== "cash" && row.method !== "bonus" && row.left > 0) };
  }

  /** Some means of payment take nothing back, and what one receipt owed another is no money: then it is cash. @param {{method: string, details: Record<string, unknown>}} row */
  #mayGoBack(row) {
    return row.method !== "exchange" && typeOfPayment(this.#p.view.state.tenders, row)?.refundable !== false;
  }

  /**
   * Writes the return. A second call while the first is under way gives the same promise.
   *
   * @param {{cash?: boolean, references?: (string | null)[], approval?: Approval}} [how] references: of each part of the plan
   * @returns {Promise<LastReceipt>} throws return_limit, return_old, forbidden; storage_failed stops the till
   */
  finish(how = {}) {
    if (this.#finishing) return this.#finishing;
    const draft = this.#p.returning.must;
    const plan = this.plan(how);
    const by = this.allowed(draft, plan, how.approval ?? (this.#leave?.draft === draft.id ? this.#leave.approval : undefined));
    const parts = plan.parts.map((one, i) => ({ ...one, reference: how.references?.[i]?.trim().slice(0, 60) || null, ...wentBack(draft, one, i) }));
    this.#p.cards.mustRest();
    this.#finishing = this.#p.view.busy(this.#finish(draft, parts, by)).finally(() => (this.#finishing = null));
    return this.#finishing;
  }

  /** Before a terminal gives money back: what needs leave gets it now. @param {Approval} [approval] @throws {TillError} return_limit, return_old, forbidden */
  mayGive(approval) {
    const draft = this.#p.returning.must;
    this.allowed(draft, this.plan(), approval);
    this.#leave = { draft: draft.id, approval };
  }

  /** @param {Draft} draft @param {{due: number, changed: boolean}} plan @param {Approval | undefined} approval @returns {string | null} who allowed what the limits do not */
  allowed(draft, plan, approval) {
    const { returning, clock, people } = this.#p;
    const problem = beyond(draft, plan.due, returning.rules, clock.now()) ?? overOwn(people.limit("return_amount"), plan.due);
    if (!problem && !plan.changed) return null;
    try {
      return people.must(OVER, approval);
    } catch (error) {
      // Who may not is told which limit it is, and whom to ask.
      throw problem ?? error;
    }
  }

  /** @param {Draft} draft @param {RefundPart[]} parts @param {string | null} by @returns {Promise<LastReceipt>} */
  async #finish(draft, parts, by) {
    const { drafts, view, selling, events } = this.#p;
    if (view.state.readonly) throw new TillError("readonly");
    await drafts.flush();
    if (by) this.#p.trace("return_over", { receipt: draft.id, data: { approved_by: by } });
    selling.tellTrail(draft, tendersOf(parts));
    const last = await this.#commit(draft, parts);
    view.batch(() => {
      view.set({ last });
      selling.leave(draft.id);
      this.#p.training.counted();
    });
    events.emit("committed", { receipt: last.id, number: last.number });
    return last;
  }

  /** One strict transaction: item, chain, number, the draft's end, and what is to be printed. @param {Draft} draft @param {RefundPart[]} parts @returns {Promise<LastReceipt>} */
  async #commit(draft, parts) {
    const { printing, training } = this.#p;
    const slips = slipsOf(draft.tenders);
    return writeDocuments(this.#p, [draft], (numbers, closedAt) => {
      const body = returnBody(this.#p, draft, { number: numbers.next(training.series(draft)), closedAt, parts });
      const job = printing.receiptJob(draft.id, body, false, slips);
      const last = this.#last(draft, body, job !== null);
      return { facts: [training.fact(draft, body)], jobs: [job, printing.slipJob(slips)], last: () => last };
    });
  }

  /** @param {Draft} draft @param {import("./receipt.js").ReceiptBody} body @param {boolean} prints @returns {LastReceipt} */
  #last(draft, body, prints) {
    const cash = body.payments.filter((one) => one.method === "cash").reduce((sum, one) => sum + one.amount, 0);
    return {
      id: draft.id, kind: "return", number: body.number, label: this.#p.training.on ? this.#p.training.label(body.number) : this.#p.label(body.number, undefined, "return"), total: body.total, due: body.due,
      change: cash, closedAt: body.closed_at, fresh: true, link: null, print: prints ? "waiting" : "none",
    };
  }
}

/** Money that is handed out, as a trail tells it. @param {Pick<RefundPart, "method" | "name" | "amount" | "reference">[]} parts @returns {import("../types.d.ts").Tender[]} */
export function tendersOf(parts) {
  return parts.map(({ method, name, amount, reference }, i) => ({ i, method, name, amount, tendered: amount, change: 0, reference }));
}

/** @param {number | null} limit of the cashier's role @param {number} amount @returns {TillError | null} */
function overOwn(limit, amount) {
  return limit === null || amount <= limit ? null : new TillError("over_limit", { name: "return_amount", limit, amount, permission: OVER });
}

/** @param {Draft} draft @returns {boolean} nothing is left of the receipt after it */
function isAll(draft) {
  const origin = /** @type {Origin} */ (draft.origin);
  return origin.lines.every(({ n }) => leftOf(origin, n) === countOf(draft, n));
}

/** What a terminal gave back already; what the sale's charge was is no part of the return's. @param {Draft} draft @param {RefundPart} one @param {number} i @returns {Partial<RefundPart>} */
function wentBack(draft, { details }, i) {
  const done = draft.tenders.find((tender) => tender.i === i);
  return { details: { ...withoutCard(details), ...cardDetails(done?.card) }, ...(done ? { reference: done.reference } : {}) };
}

/** @param {string} method @param {number} amount @returns {RefundPart} */
function part(method, amount) {
  return { method, name: "", amount, reference: null, details: null };
}

/** @param {Record<string, unknown>} details @returns {string} */
function nameOf({ name }) {
  return typeof name === "string" ? name : "";
}
