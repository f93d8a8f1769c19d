/** What the store allows when goods come back, and what needs somebody's leave. Values only. */

import { TillError } from "./errors.js";
import { handedOut } from "./origin.js";
import { isPaper } from "./paper-letters.js";

/** @typedef {import("../types.d.ts").Draft} Draft */
/** @typedef {import("../types.d.ts").ReturnRules} ReturnRules */

/** @type {ReturnRules} */
const USUAL = { days: 30, blind_limit: 10_000, blind_days: 30, exchange: "net", paper: "on", paper_limit: 20_000 };

const DAY_MS = 24 * 3_600_000;
const OVER = "till.return_over";

/** @param {unknown} setting the value of `returns` @returns {ReturnRules} */
export function returnRules(setting) {
  return { ...USUAL, .../** @type {Partial<ReturnRules> | null} */ (setting) };
}

/** The first thing about a return that the store's limits do not allow. @param {Draft} draft @param {number} due @param {ReturnRules} rules @param {number} now ms @returns {TillError | null} */
export function beyond(draft, due, rules, now) {
  const { origin, allowed = [] } = draft;
  if (allowed.includes(OVER)) return null;
  if (!origin) return due > rules.blind_limit ? limit(rules.blind_limit) : null;
  // What this till gave back of it before counts too, or a limit would be no more than a number of small returns.
  const onPaper = origin.source === "paper" && !origin.verified && handedOut(origin).due + due > rules.paper_limit;
  if (onPaper) return limit(rules.paper_limit);
  if (now - Date.parse(origin.closedAt) > rules.days * DAY_MS) return new TillError("return_old", { days: rules.days, permission: OVER });
  return null;
}

/** @param {number} most @returns {TillError} */
function limit(most) {
  return new TillError("return_limit", { most, permission: OVER });
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const LABEL = /^\d{1,9}-\d{1,5}\.\d{1,9}-\d{1,9}$/;

/**
 * What a code says of a receipt: its id, its number as printed, or all of it. Goods never look like any of them.
 *
 * @param {string} code
 * @returns {{id: string} | {label: string} | {paper: string} | null}
 */
export function readsAs(code) {
  if (isPaper(code)) return { paper: code };
  const text = code.trim();
  if (UUID.test(text)) return { id: text.toLowerCase() };
  return LABEL.test(text) ? { label: text } : null;
}
