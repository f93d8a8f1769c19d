/** Payment, in the place of tiles and pad: what is left, what was taken, quick sums, cash and cards. */

import { t } from "../i18n.js";
import { money, sum } from "../ui/format.js";
import { html } from "../ui/html.js";
import { Icon } from "../ui/icons.js";
import { keyOf } from "../ui/layout.js";
import { KeyHint, Pad } from "../ui/parts.js";
import { TenderKeys, pay, payOther, payPoints, payWith } from "../ui/paying.js";
import { BonusLine } from "./bonusline.js";
import { taxNumberName } from "./buyer.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/html.js").View} View */
/** @typedef {import("../types.d.ts").PaymentView} PaymentView */

/** @param {{desk: Desk, commands: import("../ui/commands.js").Commands, payment: PaymentView}} props @returns {View} */
export function Payment({ desk, commands, payment }) {
  const busy = payment.step === "committing";
  return html`<section class="panel" aria-label=${t("Payment")} aria-busy=${busy}>
    <${Due} desk=${desk} payment=${payment} />
    <div class="scroll"><${BonusLine} desk=${desk} payment=${payment} /><${Tenders} desk=${desk} payment=${payment} /></div>
    <${QuickCash} desk=${desk} payment=${payment} />
    <${Cards} desk=${desk} payment=${payment} busy=${busy} />
    <${Pad} commands=${commands} go=${desk.entry || desk.quick !== null ? t("Cash") : t("Cash, exact")} off=${busy} />
  </section>`;
}

/** @param {{desk: Desk, payment: PaymentView}} props @returns {View} */
function Due({ desk, payment }) {
  const { currency } = desk;
  const rounded = payment.restCash !== payment.rest;
  return html`<dl class="due">
    <dt>${t("To pay")}</dt><dd class="left" data-testid="to-pay">${money(payment.rest, currency)}</dd>
    ${rounded ? html`<dt>${t("in cash")}</dt><dd data-testid="to-pay-cash">${money(payment.restCash, currency)}</dd>` : null}
    ${payment.buyerTaxId ? html`<dt>${taxNumberName(desk.till.state.store?.country)}</dt><dd data-testid="buyer-number">${payment.buyerTaxId}</dd>` : null}
    ${payment.paperless ? html`<dt>${t("Receipt")}</dt><dd data-testid="paperless">${t("code on the screen")}</dd>` : null}
    ${payment.paid ? html`<dt>${t("paid")}</dt><dd>${money(payment.paid, currency)}</dd>` : null}
  </dl>`;
}

/** @param {{desk: Desk, payment: PaymentView}} props @returns {View} */
function Tenders({ desk, payment }) {
  if (payment.tenders.length === 0) {
    return html`<p class="hint">${t("Enter takes exactly this sum in cash. Or type what the customer gives, then Enter.")}</p>
      ${payment.bonus ? null : html`<p class="hint">${t("Esc or a scan goes back to the sale.")}</p>`}`;
  }
  return html`<ul class="tenders">${payment.tenders.map((tender) => html`<${TenderRow} key=${tender.i} desk=${desk} tender=${tender} />`)}</ul>`;
}

/** @param {{desk: Desk, tender: import("../types.d.ts").Tender}} props @returns {View} */
function TenderRow({ desk, tender }) {
  const name = tender.method === "cash" ? t("Cash") : tender.method === "bonus" ? t("Points") : tender.name || t("Card");
  const label = t("Take back {name}", { name });
  return html`<li data-testid="tender"><span>${name} ${tender.reference ?? ""}${tender.face ? html`<small>${t("worth {sum}, the rest is not paid out", { sum: money(tender.face, desk.currency) })}</small>` : null}</span><b>${sum(tender.amount, desk.currency)}</b>
    <button type="button" aria-label=${label} title=${keyOf(desk.till.state, "takeBack") || undefined} onClick=${() => desk.attempt(() => desk.till.removeTender(tender.i))}><${Icon} name="cross" /></button></li>`;
}

/** @param {{desk: Desk, payment: PaymentView}} props @returns {View} */
function QuickCash({ desk, payment }) {
  const exact = (/** @type {number} */ amount) => amount === payment.restCash;
  return html`<div class="quick-cash" role="group" aria-label=${t("Sums a customer may give")}>
    ${payment.quickCash.slice(0, 8).map((amount, index) => html`<${Note} key=${amount} desk=${desk} amount=${amount} exact=${exact(amount)} on=${desk.quick === index} />`)}
  </div>`;
}

/** @param {{desk: Desk, amount: number, exact: boolean, on: boolean}} props @returns {View} */
function Note({ desk, amount, exact, on }) {
  const take = () => {
    desk.quick = null;
    desk.entry = "";
    pay(desk, { method: "cash", tendered: exact ? undefined : amount });
  };
  return html`<button type="button" class=${on ? "on" : ""} data-testid="quick-cash" onClick=${take}>${sum(amount, desk.currency)}</button>`;
}

/** @param {{desk: Desk, payment: PaymentView, busy: boolean}} props @returns {View} */
function Cards({ desk, payment, busy }) {
  const { f5, f6, list } = new TenderKeys(payment.offered);
  const button = (/** @type {string} */ name, /** @type {string} */ place, /** @type {string} */ action, /** @type {() => void} */ run) =>
    html`<button type="button" key=${place} class="big primary" disabled=${busy} data-testid=${"pay-" + place} onClick=${run}>${name} <${KeyHint} desk=${desk} action=${action} /></button>`;
  return html`<div class="row">
    ${f5 ? button(f5.name, "F5", "card1", () => payWith(desk, f5)) : null}
    ${f6 ? button(f6.name, "F6", "card2", () => payWith(desk, f6)) : null}
    ${payment.bonus && !payment.bonus.taken ? button(t("Points"), "F7", "bonus", () => payPoints(desk)) : null}
    ${list.length ? button(list.length === 1 ? list[0].name : t("Other"), "F8", "otherTenders", () => payOther(desk)) : null}
  </div>`;
}
