/** Dropping a whole receipt, with a reason. */

import { t } from "../i18n.js";
import { money } from "../ui/format.js";
import { html } from "../ui/html.js";
import { Choices, Panel, useDigits } from "../ui/parts.js";

/** @param {{desk: import("../ui/desk.js").Desk}} props @returns {import("../ui/html.js").View} */
export function CancelReceipt({ desk }) {
  const cancel = (/** @type {string} */ reason) => () => {
    desk.close();
    desk.attempt((approval) => desk.till.cancelReceipt({ reason, approval }));
  };
  const names = [t("Customer changed their mind"), t("Customer cannot pay"), t("Cashier's mistake"), t("Other reason")];
  const options = names.map((name, index) => ({ key: String(index + 1), name, run: cancel(name) }));
  useDigits(desk, options);
  const { receipt } = desk.till.state;
  return html`<${Panel} desk=${desk} title=${t("Void the whole receipt")}>
    <p>${t("{sum} on receipt {tab}. Why is it voided?", { sum: money(receipt?.due ?? 0, desk.currency), tab: receipt?.tab ?? "" })}</p>
    <${Choices} desk=${desk} options=${options} />
    <p class="hint">${t("The lines stay in the journal with the reason.")}</p>
  <//>`;
}
