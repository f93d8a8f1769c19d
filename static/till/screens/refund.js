/** The money of a return: what goes back which way, the slip's number where a terminal gives it back, Enter. */

import { t } from "../i18n.js";
import { partsByCard, refundByCard } from "../ui/charging.js";
import { money, sum } from "../ui/format.js";
import { html, useState } from "../ui/html.js";
import { useFocus, useHandlers } from "../ui/hooks.js";
import { KeyHint, Pad, Panel, PinPad } from "../ui/parts.js";
import { giveBack } from "../ui/returning.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../types.d.ts").RefundView} RefundView */
/** @typedef {import("../types.d.ts").RefundPart} RefundPart */

/** @param {{desk: Desk, commands: import("../ui/commands.js").Commands}} props @returns {import("../ui/html.js").View} */
export function Refund({ desk, commands }) {
  const [cash, setCash] = useState(false);
  const plan = planOf(desk, cash);
  const done = desk.till.cards.wentBack;
  const byTerminal = plan && !cash ? partsByCard(desk) : [];
  const card = plan?.parts.findIndex((part, i) => part.method === "card" && !done.has(i)) ?? -1;
  const waits = byTerminal.length > 0 || card < 0;
  const enter = () => plan && waits && (byTerminal.length > 0 ? refundByCard(desk) : giveBack(desk, { cash }));
  const other = () => setCash(!cash);
  const approved = (/** @type {string | null} */ reference) => giveBack(desk, { references: plan?.parts.map((_, i) => (i === card ? reference : null)) });
  const mixed = done.size === 0 && (cash || plan?.parts.some((part) => part.method !== "cash"));
  useHandlers(desk, { enter, key: (action) => action === "void" && Boolean(mixed) && (other(), true) });
  if (!plan) return null;
  const foot = waits ? html`<${Pad} commands=${commands} go=${byTerminal.length > 0 ? t("Give back on the terminal") : t("Give back")} />` : null;
  return html`<${Panel} desk=${desk} title=${t("Give back")} kind="give" foot=${foot}>
    <dl class="due"><dt>${t("To give back")}</dt><dd class="left minus" data-testid="refund-due">${money(-plan.due, desk.currency)}</dd></dl>
    <ul class="tenders">${plan.parts.map((part, i) => html`<li key=${i} data-testid="refund-part"><span>${partName(part)}${done.has(i) ? html`<small>${t("has gone back")}</small>` : null}</span><b>${sum(part.amount, desk.currency)}</b></li>`)}</ul>
    ${mixed ? html`<button type="button" class="big" data-testid="refund-cash" aria-pressed=${cash} onClick=${other}>${cash ? t("As it was paid") : t("All in cash")} <${KeyHint} desk=${desk} action="void" /></button>` : null}
    ${byTerminal.length > 0 ? html`<p class="hint">${t("Enter gives the money back through the terminal.")}</p>` : card < 0 ? html`<p class="hint">${t("Enter opens the drawer and prints the return.")}</p>` : html`<${Slip} commands=${commands} out=${true} onReference=${approved} />`}
  <//>`;
}

/** @param {Desk} desk @param {boolean} cash @returns {RefundView | null} null once the return is gone from the screen */
function planOf(desk, cash) {
  return desk.till.state.receipt?.back && desk.till.state.receipt.count > 0 ? desk.till.refund({ cash }) : null;
}

/** @param {RefundPart} part @returns {string} */
export function partName({ method, name }) {
  if (method === "bonus") return t("Points");
  return method === "cash" ? t("Cash") : name || t("Card");
}

/**
 * The number of a terminal's slip.
 *
 * @param {{commands: import("../ui/commands.js").Commands, out: boolean, onReference: (reference: string | null) => void}} props out: money goes to the customer
 * @returns {import("../ui/html.js").View}
 */
export function Slip({ commands, out, onReference }) {
  const [reference, setReference] = useState("");
  const [openedAt] = useState(() => performance.now());
  const focus = useFocus();
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    // The Enter that opened this panel may be a scanner's, and its second line end must not give money away.
    if (performance.now() - openedAt >= 300) onReference(reference.trim() || null);
  };
  const sentence = out
    ? t("Give this sum back on the terminal. When it says approved, type the slip's number and press Enter.")
    : t("Type this sum into the terminal. When it says approved, type the slip's number and press Enter.");
  return html`<p>${sentence}</p>
    <form onSubmit=${submit} class="scroll">
      <label class="field">${t("Slip number")}
        <input ref=${focus} inputmode="none" data-testid="refund-reference" autocomplete="off" maxlength="40" value=${reference} onInput=${(/** @type {any} */ event) => setReference(event.target.value)} />
      </label>
      <${PinPad} commands=${commands} go=${t("Approved")} />
    </form>`;
}
