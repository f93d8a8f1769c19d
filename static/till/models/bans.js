/**
 * When goods may not be sold: hours and days on which alcohol or tobacco is forbidden, licences that ended (setting
 * `sale_bans`). A ban follows the goods' licence or group, so whatever key brings them in, it holds.
 */

/**
 * One ban. `licence` or `group` says what; `weekdays` (1 Monday … 7 Sunday), `hours` in minutes of the day (`to` before
 * `from`: past midnight, counted to the day it began on), `days`, `from` and `to` say when, each null for always.
 *
 * @typedef {object} Ban
 * @property {"alcohol" | "tobacco" | null} licence
 * @property {string | null} group
 * @property {number[] | null} weekdays
 * @property {{from: number, to: number} | null} hours
 * @property {string[] | null} days
 * @property {string | null} from
 * @property {string | null} to
 * @property {string} name what the cashier reads
 */

/** @typedef {{day: string, weekday: number, minute: number}} Moment in the store's time */

/** @param {Ban} ban @param {string} day @param {number} weekday @returns {boolean} */
function onDay(ban, day, weekday) {
  if (ban.from && day < ban.from) return false;
  if (ban.to && day > ban.to) return false;
  if (ban.days?.length && !ban.days.includes(day)) return false;
  return !ban.weekdays?.length || ban.weekdays.includes(weekday);
}

/** @param {string} day @returns {string} the day before */
function before(day) {
  return new Date(Date.parse(`${day}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);
}

/** @param {Ban} ban @param {Moment} now @returns {boolean} */
export function holds(ban, { day, weekday, minute }) {
  const { hours } = ban;
  if (!hours) return onDay(ban, day, weekday);
  if (hours.from < hours.to) return onDay(ban, day, weekday) && minute >= hours.from && minute < hours.to;
  if (minute >= hours.from) return onDay(ban, day, weekday);
  return minute < hours.to && onDay(ban, before(day), weekday === 1 ? 7 : weekday - 1);
}

/**
 * @param {unknown} bans value of the setting
 * @param {{licence?: string, groups: string[]}} goods
 * @param {Moment} now
 * @returns {Ban | null} the first that forbids these goods now
 */
export function banOf(bans, goods, now) {
  if (!Array.isArray(bans)) return null;
  const about = (/** @type {Ban} */ ban) => (ban.licence ? ban.licence === goods.licence : Boolean(ban.group) && goods.groups.includes(String(ban.group)));
  return bans.find((ban) => about(ban) && holds(ban, now)) ?? null;
}
