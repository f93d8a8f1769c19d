/**
 * Deposits that follow their goods: a bottle brings its deposit, three bottles three, and a voided bottle takes it away.
 * The deposit is a line of its own, right on the wire and outside every discount; nobody changes it by hand.
 */

import { withLine } from "./draft.js";
import { TillError } from "./errors.js";

/** @typedef {import("../types.d.ts").Draft} Draft */
/** @typedef {import("../types.d.ts").DraftLine} DraftLine */

/** @param {DraftLine} goods @returns {number} whole units, since each one has its own bottle */
function units(goods) {
  return Math.ceil(goods.quantity / 1000) * 1000;
}

/**
 * The draft with each deposit as its goods are now.
 *
 * @param {Draft} draft
 * @param {(product: string) => Omit<DraftLine, "n" | "manual" | "voided">} lineOf a fresh line of a deposit
 * @returns {Draft} the same object when nothing had to follow
 * @throws {import("./errors.js").TillError} what `lineOf` throws: a deposit without a price
 */
export function withDeposits(draft, lineOf) {
  let next = draft;
  for (const goods of draft.lines) {
    if (!goods.deposit_product) continue;
    const follower = draft.lines.find((line) => line.follows === goods.n);
    if (!follower) {
      if (!goods.voided) next = { ...withLine(next, { ...lineOf(goods.deposit_product), quantity: units(goods), follows: goods.n }), selected: next.selected };
    } else if (follower.voided !== goods.voided || follower.quantity !== units(goods)) {
      const put = { ...follower, voided: goods.voided, quantity: units(goods) };
      next = { ...next, lines: next.lines.map((line) => (line.n === follower.n ? put : line)) };
    }
  }
  return next;
}

/** @param {DraftLine} line @throws {TillError} follows_goods for a deposit that came with its goods */
export function mustStandAlone(line) {
  if (line.follows) throw new TillError("follows_goods", { name: line.name });
}
