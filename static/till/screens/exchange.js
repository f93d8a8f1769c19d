/** The difference of an exchange: to be paid in cash or by card, or to be given back as it was paid. */

import { t } from "../i18n.js";
import { money, parseScaled, sum } from "../ui/format.js";
import { html, useState } from "../ui/html.js";
import { useHandlers } from "../ui/hooks.js";
import { KeyHint, Pad, Panel } from "../ui/parts.js";
import { exchange } from "../ui/returning.js";
import { partName, Slip } from "./refund.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/commands.js").Commands} Commands */

/** @param {{desk: Desk, commands: Commands}} props @returns {import("../ui/html.js").View} */
export function Exchange({ desk, commands }) {
  const [byCard, setByCard] = useState(false);
  const plan = desk.till.exchanged;
  const slip = plan ? (byCard ? 0 : plan.parts.findIndex((part) => part.method === "card")) : -1;
  const card = desk.till.state.cardTenders[0];
  const enter = (/** @type {string} */ entry) => {
    const tendered = entry === "" ? undefined : parseScaled(entry, desk.currency?.digits ?? 2);
    if (tendered === null) return desk.refuse({ code: "bad_amount", args: {} });
    if (slip < 0) exchange(desk, { tendered });
  };
  const toCard = () => setByCard(!byCard);
  useHandlers(desk, { enter, key: (action) => action === "park" && Boolean(plan?.pay) && (toCard(), true) });
  if (!plan) return null;
  const approved = (/** @type {string | null} */ reference) => exchange(desk, { method: byCard ? (card?.id ?? "card") : undefined, references: references(plan, slip, reference) });
  const foot = slip < 0 ? html`<${Pad} commands=${commands} go=${go(desk, plan)} />` : null;
  return html`<${Panel} desk=${desk} title=${t("Exchange")} kind="give" foot=${foot}>
    <${Sums} desk=${desk} plan=${plan} />
    ${plan.pay ? html`<button type="button" class="big" aria-pressed=${byCard} data-testid="exchange-card" onClick=${toCard}>${card?.name ?? t("Card")} <${KeyHint} desk=${desk} action="park" /></button>` : null}
    ${slip >= 0 ? html`<${Slip} commands=${commands} out=${!byCard} onReference=${approved} />` : null}
  <//>`;
}

/** @param {Desk} desk @param {import("../types.d.ts").ExchangeView} plan @returns {string} */
function go(desk, plan) {
  if (plan.parts.length > 0) return t("Give back");
  return desk.entry === "" ? t("Cash, exact") : t("Cash");
}

/** @param {import("../types.d.ts").ExchangeView} plan @param {number} at @param {string | null} reference @returns {(string | null)[]} */
function references(plan, at, reference) {
  return plan.parts.length === 0 ? [reference] : plan.parts.map((_, i) => (i === at ? reference : null));
}

/** @param {{desk: Desk, plan: import("../types.d.ts").ExchangeView}} props @returns {import("../ui/html.js").View} */
function Sums({ desk, plan }) {
  const { currency } = desk;
  const out = plan.parts.reduce((all, part) => all + part.amount, 0);
  return html`<dl class="due">
      ${plan.parts.length > 0
        ? html`<dt>${t("To give back")}</dt><dd class="left minus" data-testid="exchange-out">${money(-out, currency)}</dd>`
        : html`<dt>${t("To pay")}</dt><dd class="left" data-testid="exchange-pay">${money(plan.payCash, currency)}</dd>`}
      <dt>${t("New goods")}</dt><dd>${sum(plan.due, currency)}</dd>
      <dt>${t("Comes back")}</dt><dd>${sum(-plan.back, currency)}</dd>
    </dl>
    <ul class="tenders">${plan.parts.map((part, i) => html`<li key=${i} data-testid="refund-part"><span>${partName(part)}</span><b>${sum(part.amount, currency)}</b></li>`)}</ul>`;
}
