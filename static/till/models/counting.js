/** Counting the drawer: the count first, then what should have been there, and whose word a difference needs. */

import { checkAmount } from "./desk.js";
import { shortText } from "./people.js";

/** @typedef {import("../types.d.ts").Approval} Approval */
/** @typedef {import("../types.d.ts").DrawerCount} DrawerCount */
/** @typedef {Counted & {to: {pin?: string, badge?: string}}} HandOver */
/** @typedef {{counted: number, denominations?: Record<string, number>, reason?: string, approval?: Approval}} Counted */

export class Counting {
  #p;

  /** @param {import("../assembly.js").Parts} parts */
  constructor(parts) {
    this.#p = parts;
  }

  /**
   * A blind count: what should be there is told only for a number that was given, and every number stays in the journal.
   *
   * @param {Counted} count
   * @returns {Promise<DrawerCount>}
   */
  async count({ counted, denominations }) {
    const { shift } = this.#p.desk.must();
    this.#p.training.mustBeOff();
    checkAmount(counted, 0);
    const { totals, breakdown } = await this.#p.desk.report("X", shift);
    const difference = counted - totals.expected_cash;
    this.#p.trace("drawer_count", { data: { counted, expected: totals.expected_cash, difference, denominations: denominations ?? null } });
    return { counted, expected: totals.expected_cash, difference, tenders: breakdown.tenders };
  }

  /**
   * Whether a difference may stand.
   *
   * @param {number} difference
   * @param {Approval | undefined} approval
   * @returns {string | null} who allowed it when it was not the operator
   * @throws {TillError} over_limit, forbidden
   */
  allow(difference, approval) {
    const { operator } = this.#p.view.state;
    if (difference === 0) return null;
    const { difference_amount: limit = null } = operator?.limits ?? {};
    // Handing the drawer over needs no right to the Z; a difference within one's limit is one's own to answer for.
    if (approval === undefined && limit !== null && Math.abs(difference) <= limit) return null;
    return this.#p.people.within("difference_amount", Math.abs(difference), "till.z", approval);
  }

  /**
   * The drawer goes to the next cashier: the count, who takes it, and the difference booked to who leaves. The shift goes on.
   *
   * @param {HandOver} handover
   * @returns {Promise<DrawerCount>}
   */
  async handOver({ counted, denominations, reason, to, approval }) {
    const { desk, people, journal, paying, printing, view } = this.#p;
    const { shift, operator } = desk.must();
    this.#p.training.mustBeOff();
    checkAmount(counted, 0);
    paying.mustNotHold();
    const next = await people.successor(to);
    return desk.once("shift_open", async () => {
      const { totals, breakdown } = await desk.report("X", shift);
      const difference = counted - totals.expected_cash;
      const by = this.allow(difference, approval);
      const said = { counted, expected: totals.expected_cash, difference, denominations: denominations ?? null, to: next.id, reason: shortText(reason), approved_by: by };
      const event = { name: "handover", shift: shift.id, cashier: operator.id, receipt: null, line: null, data: said };
      const booked = { kind: "correction", shift: shift.id, cashier: operator.id, amount: difference, reason: shortText(reason) ?? "", approved_by: by };
      await journal.append(() => [
        { type: /** @type {const} */ ("event"), body: event }, ...(difference === 0 ? [] : [{ type: /** @type {const} */ ("cash"), body: booked }]),
      ]);
      await printing.handOverSlip({ ...said, from: operator.name, to: next.name });
      view.batch(() => people.become(next, { by: "handover", from: operator.id }));
      return { counted, expected: totals.expected_cash, difference, tenders: breakdown.tenders };
    });
  }
}
