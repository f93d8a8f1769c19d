/** The reasons a cashier chooses from: the store's own, else those every shop knows. */

import { t } from "../i18n.js";

/** @typedef {keyof import("../types.d.ts").DeskRules["reasons"]} ReasonKind */

/** @type {Record<ReasonKind, () => string[]>} */
const USUAL = {
  in: () => [t("Change money"), t("Correction"), t("Other")],
  out: () => [t("Purchase"), t("Payment to supplier"), t("Correction"), t("Other")],
  drop: () => [t("Too much cash"), t("End of shift")],
  collection: () => [t("Collected for the bank"), t("Collected for the office")],
  drawer: () => [t("Change money"), t("Check the drawer"), t("Other")],
  cancel: () => [t("Customer changed their mind"), t("Customer cannot pay"), t("Cashier's mistake"), t("Other reason")],
  difference: () => [t("Wrong change given"), t("Coins missing"), t("Cause not known")],
};

/** @param {import("./desk.js").Desk} desk @param {ReasonKind} kind @returns {string[]} */
export function reasonsOf(desk, kind) {
  return desk.till.state.rules.reasons[kind] ?? USUAL[kind]();
}

/**
 * The reasons as choices with a digit each.
 *
 * @param {import("./desk.js").Desk} desk
 * @param {ReasonKind} kind
 * @param {(reason: string) => void} chosen
 * @returns {import("./parts.js").Option[]}
 */
export function reasonChoices(desk, kind, chosen) {
  return reasonsOf(desk, kind).map((name, index) => ({ key: String(index + 1), name, run: () => chosen(name) }));
}
