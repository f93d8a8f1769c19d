/** The cash desk: opening and closing a shift, cash that comes and goes without a sale, and the reports. */

import { Breakdowns, namesOf } from "./breakdown.js";
import { standingLines } from "./draft.js";
import { TillError } from "./errors.js";
import { shortText } from "./people.js";
import { Totals } from "./reports.js";
import { businessDay } from "./shift-day.js";

/** @typedef {import("../types.d.ts").ShiftView} ShiftView */
/** @typedef {import("../types.d.ts").Report} Report */
/** @typedef {import("../types.d.ts").Approval} Approval */
/** @typedef {{counted: number | null, denominations?: Record<string, number>, reason?: string, checks?: import("../types.d.ts").DeviceCheck[],
 *   forced?: boolean, approval?: Approval}} Closing */

const CASH_KINDS = new Set(["in", "out", "drop", "collection"]);

export class Desk {
  #p;

  /** @param {import("../assembly.js").Parts} parts */
  constructor(parts) {
    this.#p = parts;
  }

  /** @param {number} float @param {Record<string, number>} [pieces] how it was counted */
  async openShift(float, pieces) {
    const { view, clock, ids, journal, pricing } = this.#p;
    if (view.state.readonly) throw new TillError("readonly");
    if (!view.state.operator) throw new TillError("not_signed_in");
    if (view.state.shift) throw new TillError("shift_open");
    checkAmount(float, 0);
    const at = clock.instant();
    const head = { id: ids.uuid7(), day: pricing.calendar(at).day, openedAt: at, cashier: view.state.operator.id, float };
    /** @type {ShiftView | null} */
    let shift = null;
    await this.once("shift_open", () => journal.append((numbers) => {
      shift = { ...head, number: numbers.next("shift") };
      return [{ type: /** @type {const} */ ("shift"), at, body: { ...shiftBody("open", shift, { cashier: head.cashier }), denominations: pieces ?? null } }];
    }, { stores: [], write: (tx) => [tx.objectStore("meta").put(shift, "shift"), tx.objectStore("meta").put(null, "last")] }));
    view.batch(() => {
      view.set({ shift, last: null });
      this.#p.selling.begin();
    });
  }

  #busy = false;

  /** Enter pressed twice must not open two shifts. @template T @param {string} code @param {() => Promise<T>} work @returns {Promise<T>} */
  async once(code, work) {
    if (this.#busy) throw new TillError(code);
    this.#busy = true;
    try {
      return await this.#p.view.busy(work());
    } finally {
      this.#busy = false;
    }
  }

  /** @returns {{shift: ShiftView, operator: import("../types.d.ts").Operator}} */
  must() {
    const { shift, operator, readonly } = this.#p.view.state;
    if (readonly) throw new TillError("readonly");
    if (!operator) throw new TillError("not_signed_in");
    if (!shift) throw new TillError("no_shift");
    return { shift, operator };
  }

  /** @param {string} kind @param {{amount: number, reason: string, approval?: Approval}} move */
  async cash(kind, { amount, reason, approval }) {
    const { shift, operator } = this.must();
    this.#p.training.mustBeOff();
    if (!CASH_KINDS.has(kind)) throw new TillError("unknown_method");
    checkAmount(amount, 1);
    const by = this.#p.people.within("cash_amount", amount, "till.cash", approval);
    const body = { kind, shift: shift.id, cashier: operator.id, amount, reason: shortText(reason) ?? "", approved_by: by };
    await this.once("shift_open", () => this.#p.journal.append(() => [{ type: /** @type {const} */ ("cash"), body }]));
    await this.#p.printing.cashSlip(body);
    await this.#p.fiscal.cash(body);
  }

  /** @param {{approval?: Approval}} why @returns {Promise<Report>} */
  async xReport({ approval }) {
    const { shift } = this.must();
    this.#p.people.must("till.x", approval);
    this.#p.trace("x_report", { data: {} });
    return this.report("X", shift);
  }

  /** @param {"X" | "Z"} kind @param {ShiftView} shift @returns {Promise<Report>} */
  async report(kind, shift) {
    const { journal, ledger, view, clock } = this.#p;
    await journal.settled();
    const totals = new Totals(shift.float);
    const parts = new Breakdowns(namesOf(this.#p));
    await ledger.eachOfShift(shift.id, (item) => {
      totals.add(item);
      parts.add(item);
    });
    const { till, operator } = view.state;
    return {
      kind, shift: shift.id, number: shift.number, day: shift.day, openedAt: shift.openedAt, at: clock.instant(), till: till?.number ?? 0,
      inc: till?.inc ?? 0, cashier: operator?.name ?? "", totals: totals.result, breakdown: parts.result,
    };
  }

  /**
   * @param {Closing} closing
   * @returns {Promise<import("../types.d.ts").ClosedShift>}
   */
  async closeShift({ counted, denominations, reason, checks, forced = false, approval }) {
    const { shift, operator } = this.must();
    this.#p.training.mustBeOff();
    const allowed = this.#p.people.must("till.z", approval);
    if (counted !== null) checkAmount(counted, 0);
    else if (!forced || !shortText(reason)) throw new TillError("bad_amount");
    this.#mustBeEmpty();
    return this.once("no_shift", async () => {
      const report = await this.report("Z", shift);
      const difference = counted === null ? null : counted - report.totals.expected_cash;
      const by = this.#p.counting.allow(difference ?? 0, approval) ?? allowed;
      const said = { counted, denominations: denominations ?? null, totals: report.totals, approved_by: by, reason: shortText(reason), forced, checks: checks?.length ? checks : null };
      await this.#close(shift, { ...shiftBody("close", shift, { cashier: operator.id }), ...said }, report);
      await this.#p.fiscal.report(report);
      await this.#p.printing.closing({ ...report, counted, difference });
      return { report, counted, difference };
    });
  }

  /** @param {ShiftView} shift @param {Record<string, unknown>} body @param {Report} report */
  async #close(shift, body, report) {
    const empties = this.#p.selling.drafts.map((draft) => draft.id);
    for (const id of empties) this.#p.drafts.forget(id);
    await this.#p.journal.append(() => [{ type: /** @type {const} */ ("shift"), at: report.at, body }], {
      stores: ["drafts"],
      write: (tx) => [tx.objectStore("meta").put(null, "shift"), ...empties.map((id) => tx.objectStore("drafts").delete(id))],
    });
    this.#p.view.batch(() => {
      this.#p.view.set({ shift: null, last: null });
      this.#p.selling.restore([]);
    });
  }

  /** Yesterday's shift goes on today, and somebody said so. @param {{reason: string}} why */
  async continueShift({ reason }) {
    const { shift, operator } = this.must();
    const today = businessDay(this.#p);
    const next = { ...shift, continuedOn: today };
    const said = { day: shift.day, today, reason: shortText(reason) ?? "" };
    const body = { name: "shift_continue", shift: shift.id, cashier: operator.id, receipt: null, line: null, data: said };
    await this.once("shift_open", () => this.#p.journal.append(() => [{ type: /** @type {const} */ ("event"), body }], {
      stores: [], write: (tx) => tx.objectStore("meta").put(next, "shift"),
    }));
    this.#p.view.set({ shift: next });
  }

  #mustBeEmpty() {
    const left = this.#p.selling.drafts.filter((draft) => standingLines(draft).length > 0);
    if (left.length > 0) throw new TillError("open_receipts", { count: left.length });
  }

  /** The change of the last receipt is old news once a new line is on the screen. */
  staleLast() {
    const { last } = this.#p.view.state;
    if (last?.fresh) this.#p.view.set({ last: { ...last, fresh: false } });
  }

  /** @param {number} limit @returns {Promise<import("../types.d.ts").PastReceipt[]>} */
  async pastReceipts(limit) {
    const rows = await this.#p.ledger.receipts(limit);
    return rows.map(({ item, unsent, inc }) => {
      const body = /** @type {import("./receipt.js").ReceiptBody} */ (/** @type {unknown} */ (item.body));
      const { number, kind, closed_at, due, lines } = body;
      return { id: item.id, number, label: this.#p.label(number, inc, kind), kind, closedAt: closed_at, due, lines: lines.length, sent: !unsent };
    });
  }
}

/** @param {"open" | "close"} action @param {ShiftView} shift @param {{cashier: string}} who @returns {Record<string, unknown>} */
function shiftBody(action, shift, { cashier }) {
  const { id, number, day, float } = shift;
  return { action, shift: id, number, day, cashier, float, counted: null, denominations: null, totals: null };
}

/** @param {unknown} amount @param {number} least */
export function checkAmount(amount, least) {
  if (!Number.isSafeInteger(amount) || Number(amount) < least) throw new TillError("bad_amount");
}
