/**
 * When a shift is of another day. A business day begins at the hour the store says (`day_starts`), so that a night shift is
 * not asked at midnight; what was opened before it is yesterday's, and nothing is sold into it without saying so.
 */

import { TillError } from "./errors.js";

/** @typedef {import("../types.d.ts").ShiftView} ShiftView */

const HOUR_MS = 3_600_000;
const DAY_STARTS = 4;

/** @param {import("../assembly.js").Parts} parts @returns {string} the business day of now */
export function businessDay({ clock, goods, pricing }) {
  const hours = Number(goods.setting("day_starts") ?? DAY_STARTS);
  return pricing.calendar(new Date(clock.now() - hours * HOUR_MS).toISOString()).day;
}

/** @param {import("../assembly.js").Parts} parts @returns {boolean} whether the open shift is of an earlier day and nobody said that it goes on today */
export function isOldShift(parts) {
  const { shift } = parts.view.state;
  if (!shift) return false;
  const today = businessDay(parts);
  return today > shift.day && shift.continuedOn !== today;
}

/** @param {import("../assembly.js").Parts} parts @throws {TillError} shift_old {day, number} */
export function mustBeToday(parts) {
  const { shift, training } = parts.view.state;
  if (shift && !training && isOldShift(parts)) throw new TillError("shift_old", { day: shift.day, number: shift.number });
}
