/** What the store says about its cash desk: reasons to choose from, when a till locks itself, when a day begins. */

/** @typedef {import("../types.d.ts").DeskRules} DeskRules */

/** What reasons are asked for. @type {(keyof DeskRules["reasons"])[]} */
export const REASON_KINDS = ["in", "out", "drop", "collection", "drawer", "cancel", "difference"];
const MOST_REASONS = 9;

/** @param {import("./catalogue.js").Catalogue} goods @returns {DeskRules} */
export function deskRules(goods) {
  const set = goods.setting("cash_reasons");
  /** @type {DeskRules["reasons"]} */
  const reasons = {};
  for (const kind of REASON_KINDS) {
    const own = Array.isArray(set?.[kind]) ? set[kind].filter((/** @type {unknown} */ one) => typeof one === "string" && one !== "").slice(0, MOST_REASONS) : [];
    if (own.length > 0) reasons[kind] = own;
  }
  const minutes = Number(goods.setting("lock_minutes") ?? 0);
  return { reasons, lockMinutes: Number.isFinite(minutes) && minutes > 0 ? minutes : 0 };
}
