/** An open receipt as a value: every function gives a new one, so a change that cannot be priced is simply not taken over. */

import { roundDiv } from "../../pricing/engine.js";
import { ageOn } from "./calendar.js";
import { TillError } from "./errors.js";

/** @typedef {import("../types.d.ts").Draft} Draft */
/** @typedef {import("../types.d.ts").DraftLine} DraftLine */

/** A quantity above it is a code typed into the wrong field. */
export const MAX_QUANTITY = 9_999_999;

/** What one receipt holds at most; the second copy and the wire have their limits, and so has a customer's patience. */
export const MAX_LINES = 500;

/**
 * @param {{id: string, tab: number, openedAt: string, cashier: string, shift: string, training?: boolean}} head
 * @returns {Draft}
 */
export function emptyDraft(head) {
  return { ...head, kind: "sale", lines: [], discount: null, selected: null, ageConfirmed: 0, nextN: 1, tenders: [], customer: null };
}

/** @param {Draft} draft @param {Omit<DraftLine, "n" | "manual" | "voided">} line @returns {Draft} with the new line selected @throws {TillError} receipt_full */
export function withLine(draft, line) {
  if (draft.lines.length >= MAX_LINES) throw new TillError("receipt_full", { most: MAX_LINES });
  const added = { ...line, n: draft.nextN, manual: null, voided: false };
  return { ...draft, lines: [...draft.lines, added], nextN: draft.nextN + 1, selected: added.n };
}

/**
 * @param {Draft} draft
 * @param {number} n
 * @param {Partial<DraftLine>} patch
 * @returns {Draft}
 */
export function withChange(draft, n, patch) {
  return { ...draft, lines: draft.lines.map((line) => (line.n === n ? { ...line, ...patch } : line)), selected: n };
}

/**
 * The line an action is about: the one named, else the selected, else the last that stands.
 *
 * @param {Draft} draft
 * @param {number | null} n
 * @returns {DraftLine}
 * @throws {TillError} no_line
 */
export function lineOf(draft, n) {
  const standing = standingLines(draft);
  const wanted = n ?? draft.selected;
  const line = standing.find((one) => one.n === wanted) ?? (n === null ? standing[standing.length - 1] : undefined);
  if (!line) throw new TillError("no_line");
  return line;
}

/** @param {Draft} draft @returns {DraftLine[]} */
export function standingLines(draft) {
  return draft.lines.filter((line) => !line.voided);
}

/** What a line comes to before any discount. @param {DraftLine} line @returns {number} */
export function grossOf({ price, quantity }) {
  return roundDiv(price * quantity, 1000);
}

/** The age that nobody needs to ask for: the operator's answer, or what the customer's birth date proves. @param {Draft} draft @returns {number} */
export function provenAge(draft) {
  return Math.max(draft.ageConfirmed, ageByBirth(draft));
}

/** The line that asks for the highest age nobody has confirmed yet. @param {Draft} draft @returns {DraftLine | null} */
export function ageLine(draft) {
  /** @type {DraftLine | null} */
  let oldest = null;
  const proven = provenAge(draft);
  for (const line of standingLines(draft)) if (line.age > proven && line.age > (oldest?.age ?? 0)) oldest = line;
  return oldest;
}

/** Half a day back, so that nowhere on earth a birthday is counted before it has begun. */
const BIRTHDAY_SLACK_MS = 12 * 3_600_000;

/** What the birth date of a known customer proves. @param {Draft} draft @returns {number} whole years, 0 when it is not known */
export function ageByBirth({ customer, openedAt }) {
  const day = new Date(Date.parse(openedAt) - BIRTHDAY_SLACK_MS).toISOString().slice(0, 10);
  return ageOn(customer?.born ?? null, day) ?? 0;
}

/**
 * @param {unknown} quantity thousandths
 * @param {number} decimals the unit is sold with
 * @returns {number}
 * @throws {TillError} bad_quantity
 */
export function checkQuantity(quantity, decimals) {
  const step = 10 ** (3 - Math.min(3, Math.max(0, decimals)));
  const whole = Number.isSafeInteger(quantity) && Number(quantity) > 0 && Number(quantity) <= MAX_QUANTITY;
  if (!whole || Number(quantity) % step !== 0) throw new TillError("bad_quantity");
  return Number(quantity);
}
