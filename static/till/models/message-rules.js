/**
 * Which of the store's messages fit a receipt. Pure: no clock, no page, no disk; the till asks it after each change and the
 * back office's try-it cart runs this very file. A rule that is not understood says nothing.
 *
 * @typedef {{from?: string | null, to?: string | null, weekdays?: number[] | null, hours?: [number, number][] | null}} When
 * @typedef {{id: string, event: string, params: Record<string, any>, place: "screen" | "receipt", texts: Record<string, string>, when: When, groups: string[], position: number}} Rule
 * @typedef {{product: string, groups: string[], name: string, quantity: number}} Line quantity in thousandths
 * @typedef {{name: string, groups: string[], born: string | null, bought: boolean, points: number | null, expiring: number | null, expires: string | null}} Person
 * @typedef {{id: string, name: string, kind: string, take?: number, nth?: number, target: {all?: boolean, products?: string[], groups?: string[]}, when: When}} Offer
 * @typedef {{day: string, weekday: number, minute: number, lines: Line[], sum: number, customer: Person | null, offers: Offer[]}} Situation
 * @typedef {{rule: string, gaps: Record<string, string | number>, money: Record<string, number>}} Fitting texts and sums to be put into the words
 */

import { daysToBirthday } from "./calendar.js";

/** @param {When | undefined} when @param {Situation} now @returns {boolean} */
function inTime(when, { day, weekday, minute }) {
  if (!when) return true;
  if ((when.from && day < when.from) || (when.to && day > when.to)) return false;
  if (when.weekdays && !when.weekdays.includes(weekday)) return false;
  return !when.hours || when.hours.some(([from, to]) => from <= minute && minute < to);
}

/** @param {{all?: boolean, products?: string[], groups?: string[]}} target @param {Line} line @returns {boolean} */
function reaches(target, line) {
  return target.all === true || (target.products ?? []).includes(line.product) || line.groups.some((group) => (target.groups ?? []).includes(group));
}

/** One more piece and the offer counts. @param {Offer} offer @param {Situation} now @returns {boolean} */
function oneShort(offer, now) {
  const size = offer.kind === "nth_cheaper" ? offer.nth : offer.take;
  if (!["n_for_m", "n_for_price", "nth_cheaper"].includes(offer.kind) || !size || size < 2 || !inTime(offer.when, now)) return false;
  const pieces = now.lines.filter((line) => reaches(offer.target, line)).reduce((all, line) => all + Math.floor(line.quantity / 1000), 0);
  return pieces > 0 && pieces % size === size - 1;
}

/** What each event asks, and what its words may name. @type {Record<string, (params: Record<string, any>, now: Situation) => {gaps?: Record<string, string | number>, money?: Record<string, number>} | null>} */
const EVENTS = {
  birthday({ before = 0, after = 0 }, { customer, day }) {
    const days = daysToBirthday(customer?.born ?? null, day);
    return days !== null && days <= before && -days <= after ? {} : null;
  },
  goods(params, { lines }) {
    const line = lines.find((one) => reaches({ products: params.products, groups: params.groups }, one));
    return line ? { gaps: { goods: line.name } } : null;
  },
  lines({ more }, { lines }) {
    return lines.length > more ? { gaps: { n: lines.length } } : null;
  },
  sum({ from }, { sum }) {
    return sum >= from ? { money: { sum } } : null;
  },
  nearly({ promotion = null }, now) {
    const offer = now.offers.find((one) => (promotion === null || one.id === promotion) && oneShort(one, now));
    return offer ? { gaps: { offer: offer.name } } : null;
  },
  first_purchase(_params, { customer, lines }) {
    return customer && !customer.bought && lines.length > 0 ? {} : null;
  },
  expiring({ days }, { customer, day }) {
    if (!customer?.expires || !customer.expiring || customer.expires < day) return null;
    const left = Math.round((Date.parse(`${customer.expires}T00:00:00Z`) - Date.parse(`${day}T00:00:00Z`)) / 86_400_000);
    return left <= days ? { gaps: { days: left, day: customer.expires }, money: { points: customer.expiring } } : null;
  },
};

/**
 * The rules that fit, the most important first.
 *
 * @param {Rule[]} rules
 * @param {Situation} now
 * @param {"screen" | "receipt"} place
 * @returns {Fitting[]}
 */
export function fitting(rules, now, place) {
  if (now.lines.length === 0 && now.customer === null) return [];
  const found = [];
  for (const rule of [...rules].sort((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1))) {
    const event = Object.hasOwn(EVENTS, rule.event) ? EVENTS[rule.event] : null;
    if (!event || rule.place !== place || !inTime(rule.when, now)) continue;
    if (rule.groups.length > 0 && !rule.groups.some((group) => now.customer?.groups.includes(group))) continue;
    const fits = event(rule.params, now);
    if (fits) found.push({ rule: rule.id, gaps: { name: now.customer?.name ?? "", ...fits.gaps }, money: fits.money ?? {} });
  }
  return found;
}

/** Letters that a line of the slot holds; paper has more lines. */
const MOST = { screen: 90, receipt: 240 };

/** Words with their gaps filled, cut to what the place holds. @param {string} text @param {Record<string, string | number>} gaps @param {"screen" | "receipt"} place @returns {string} */
export function filled(text, gaps, place) {
  const whole = text.replace(/\{(\w+)\}/g, (gap, name) => (Object.hasOwn(gaps, name) ? String(gaps[name]) : gap)).trim();
  const letters = Array.from(whole);
  return letters.length <= MOST[place] ? whole : letters.slice(0, MOST[place] - 1).join("") + "…";
}
