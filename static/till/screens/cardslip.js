/** Card on a stand-alone terminal: the sum goes there by hand, the slip's number comes back by hand. */

import { t } from "../i18n.js";
import { money } from "../ui/format.js";
import { html, useState } from "../ui/html.js";
import { useFocus, useHandlers } from "../ui/hooks.js";
import { pay } from "../ui/paying.js";
import { Panel, PinPad } from "../ui/parts.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */

/**
 * @param {{desk: Desk, commands: import("../ui/commands.js").Commands, card: import("../types.d.ts").TenderType, amount: number}} props
 * @returns {import("../ui/html.js").View}
 */
export function CardSlip({ desk, commands, card, amount }) {
  const [reference, setReference] = useState("");
  const [openedAt] = useState(() => performance.now());
  const focus = useFocus();
  useHandlers(desk, {});
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    // The Enter that opened this panel may be a scanner's, and its second line end must not take money.
    if (performance.now() - openedAt < 300) return;
    if (isGoods(desk, reference)) return void desk.sell(reference);
    desk.close();
    pay(desk, { method: card.id, amount, reference: reference.trim() || undefined });
  };
  return html`<${Panel} desk=${desk} title=${card.name}>
    <dl class="due"><dt>${t("On the card")}</dt><dd class="left" data-testid="card-amount">${money(amount, desk.currency)}</dd></dl>
    <p>${t("Type this sum into the terminal. When it says approved, type the slip's number and press Enter.")}</p>
    <form onSubmit=${submit} class="scroll">
      <label class="field">${t("Slip number")}
        <input ref=${focus} inputmode="none" data-testid="card-reference" autocomplete="off" maxlength="40" value=${reference} onInput=${(/** @type {any} */ event) => setReference(event.target.value)} />
      </label>
      <${PinPad} commands=${commands} go=${t("Approved")} />
    </form>
  <//>`;
}

/** Somebody scanned goods into the field. @param {Desk} desk @param {string} text @returns {boolean} */
export function isGoods(desk, text) {
  return /^\d{8,14}$/.test(text) && desk.till.search(text, 1).total > 0;
}
