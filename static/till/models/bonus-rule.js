/** The store's bonus rule (setting `bonus`), as plain sums. A point is worth one minor unit of money; deposits count for nothing. */

/** @typedef {{percent: number, most: number, policy: "online_only" | "lease", lease_card: number, lease_day: number}} BonusRule percents in hundredths */
/** @typedef {{customer: string, amount: number, day: string, at: string, receipt: string}} Spent without the server */

const WHOLE = 10_000;

/** @param {any} setting @returns {BonusRule | null} null while the store gives no points */
export function bonusRule(setting) {
  return setting?.on === true ? setting : null;
}

/** What the goods of a receipt cost, deposits left out. @param {import("../types.d.ts").Draft} draft @param {import("../types.d.ts").Priced} priced @param {boolean} included @returns {number} */
export function depositsOf(draft, priced, included) {
  const deposits = new Set(draft.lines.filter((line) => line.deposit).map(({ n }) => n));
  return priced.lines.filter(({ n }) => deposits.has(n)).reduce((sum, { total, tax_amount }) => sum + total + (included ? 0 : tax_amount), 0);
}

/** Points for what is paid otherwise than by points, rounded down once. @param {BonusRule} rule @param {number} paid @returns {number} */
export function earnedFor(rule, paid) {
  const exact = (BigInt(Math.max(0, paid)) * BigInt(rule.percent)) / BigInt(WHOLE);
  return Number(exact);
}

/** The most of a receipt's goods that may be paid with points. @param {BonusRule} rule @param {number} goods @returns {number} */
export function mostFor(rule, goods) {
  const exact = (BigInt(Math.max(0, goods)) * BigInt(rule.most)) / BigInt(WHOLE);
  return Number(exact);
}

/**
 * What may be spent while the server is away: the balance last known less what was spent here since, within both caps. Each till
 * counts for itself.
 *
 * @param {BonusRule} rule
 * @param {{customer: string, points: number | null, at: string | null}} known
 * @param {Spent[]} spent on this till
 * @param {string} day of business
 * @returns {number}
 */
export function leaseLeft(rule, { customer, points, at }, spent, day) {
  if (rule.policy !== "lease" || points === null) return 0;
  const sum = (/** @type {(one: Spent) => boolean} */ of) => spent.filter(of).reduce((all, { amount }) => all + amount, 0);
  const mine = (/** @type {Spent} */ one) => one.customer === customer;
  const left = points - sum((one) => mine(one) && (at === null || one.at > at));
  return Math.max(0, Math.min(left, rule.lease_card - sum((one) => mine(one) && one.day === day), rule.lease_day - sum((one) => one.day === day)));
}
