/** Card on a stand-alone terminal: the sum goes there by hand, the slip's number comes back by hand. */

import { t } from "../i18n.js";
import { money } from "../ui/format.js";
import { html } from "../ui/html.js";
import { pay } from "../ui/paying.js";
import { Panel, PinPad } from "../ui/parts.js";
import { useReference } from "./slip.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */

/**
 * @param {{desk: Desk, commands: import("../ui/commands.js").Commands, card: import("../types.d.ts").TenderType, amount: number}} props
 * @returns {import("../ui/html.js").View}
 */
export function CardSlip({ desk, commands, card, amount }) {
  const { field, onSubmit } = useReference(desk, (reference) => {
    desk.close();
    pay(desk, { method: card.id, amount, reference: reference || undefined });
  });
  return html`<${Panel} desk=${desk} title=${card.name}>
    <dl class="due"><dt>${t("On the card")}</dt><dd class="left" data-testid="card-amount">${money(amount, desk.currency)}</dd></dl>
    <p>${t("Type this sum into the terminal. When it says approved, type the slip's number and press Enter.")}</p>
    <form onSubmit=${onSubmit} class="scroll">
      <label class="field">${t("Slip number")}
        <input ...${field} inputmode="none" data-testid="card-reference" autocomplete="off" maxlength="40" />
      </label>
      <${PinPad} commands=${commands} go=${t("Approved")} />
    </form>
  <//>`;
}
