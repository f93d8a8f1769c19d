/** The customer's points on the payment screen, in one line: what there is and since when, what the rule allows, what came of it. */

import { t } from "../i18n.js";
import { balance } from "../ui/customers.js";
import { money, percent } from "../ui/format.js";
import { html } from "../ui/html.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../types.d.ts").BonusView} BonusView */

/** @param {{desk: Desk, payment: import("../types.d.ts").PaymentView}} props @returns {import("../ui/html.js").View} */
export function BonusLine({ desk, payment }) {
  const { bonus } = payment;
  const customer = desk.till.state.receipt?.customer;
  if (!bonus || !customer) return null;
  const parts = [balance(desk, { ...customer, points: bonus.balance, at: bonus.at }), result(desk, bonus)];
  if (bonus.earns > 0) parts.push(t("earns {sum}", { sum: money(bonus.earns, desk.currency) }));
  return html`<p class="hint" role="status" data-testid="bonus-line">${parts.join(" · ")}</p>`;
}

/** @param {Desk} desk @param {BonusView} bonus @returns {string} */
function result(desk, { most, share, taken, asking }) {
  if (asking) return t("the server is being asked");
  if (taken) return t("paid with points");
  return t("up to {percent}: {sum}", { percent: percent(share), sum: money(most, desk.currency) });
}
