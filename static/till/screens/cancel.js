/** Dropping a whole receipt, with a reason. */

import { t } from "../i18n.js";
import { money } from "../ui/format.js";
import { html } from "../ui/html.js";
import { Choices, Panel, useDigits } from "../ui/parts.js";
import { reasonChoices } from "../ui/reasons.js";

/** @param {{desk: import("../ui/desk.js").Desk}} props @returns {import("../ui/html.js").View} */
export function CancelReceipt({ desk }) {
  const options = reasonChoices(desk, "cancel", (reason) => {
    desk.close();
    desk.attempt((approval) => desk.till.cancelReceipt({ reason, approval }));
  });
  useDigits(desk, options);
  const { receipt } = desk.till.state;
  return html`<${Panel} desk=${desk} title=${t("Void the whole receipt")}>
    <p>${t("{sum} on receipt {tab}. Why is it voided?", { sum: money(receipt?.due ?? 0, desk.currency), tab: receipt?.tab ?? "" })}</p>
    <${Choices} desk=${desk} options=${options} />
    <p class="hint">${t("The lines stay in the journal with the reason.")}</p>
  <//>`;
}
