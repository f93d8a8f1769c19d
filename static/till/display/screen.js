/** What is drawn on the customer's screen, by what the till is doing. Large, few words, no keys. */

import { t, tn } from "../i18n.js";
import { money, quantity, sum } from "../ui/format.js";
import { html } from "../ui/html.js";
import { QrCode } from "../ui/qr.js";
import { Adverts } from "./adverts.js";

/** @typedef {import("../models/display.js").DisplayView} DisplayView */
/** @typedef {import("../models/display.js").DisplayLine} DisplayLine */
/** @typedef {import("../ui/html.js").View} View */

/** Nothing happened for so long: the shop's pictures take over. */
const REST_MS = { idle: 4_000, change: 25_000, closed: 0, sale: Infinity, paying: Infinity };

/** @param {{view: DisplayView | null, away: boolean, restedMs: number}} props @returns {View} */
export function Screen({ view, away, restedMs }) {
  if (!view) return html`<main class="quiet" data-mode="away"><p>${t("This screen shows the receipt of the till on this computer. Open the till.")}</p></main>`;
  const mode = away ? "closed" : view.mode;
  if (view.adverts.pictures.length && restedMs >= REST_MS[mode]) return html`<${Adverts} adverts=${view.adverts} />`;
  if (mode === "change") return html`<${Change} view=${view} />`;
  if (mode === "sale" || mode === "paying") return html`<${Receipt} view=${view} />`;
  return html`<main class="quiet" data-mode=${mode}><h1>${view.store}</h1><p>${mode === "closed" ? t("This till is closed.") : view.adverts.greeting || t("Welcome")}</p></main>`;
}

/** @param {{view: DisplayView}} props @returns {View} */
function Receipt({ view }) {
  const hidden = view.count - view.lines.length;
  return html`<main class="bill" data-mode=${view.mode}>
    <header><b>${view.store}</b></header>
    <ol aria-label=${t("Lines of the receipt")}>
      ${hidden > 0 ? html`<li class="more">${tn("and 1 more above", "and {n} more above", hidden)}</li>` : null}
      ${view.lines.map((line, i) => html`<${Line} key=${line.n} line=${line} view=${view} last=${i === view.lines.length - 1} />`)}
    </ol>
    <${Sums} view=${view} />
  </main>`;
}

/** @param {{line: DisplayLine, view: DisplayView, last: boolean}} props @returns {View} */
function Line({ line, view, last }) {
  const less = line.gross - line.total;
  const each = quantity(line.quantity, line.decimals) + " " + line.unitName + " × " + sum(line.price, view.currency);
  return html`<li class=${last ? "last" : ""} data-testid="display-line"><span>${line.name}<small>${each}${less > 0 ? html` · <b>${t("you save {sum}", { sum: sum(less, view.currency) })}</b>` : null}</small></span>
    <span class="a">${sum(line.total, view.currency)}</span></li>`;
}

/** @param {{view: DisplayView}} props @returns {View} */
function Sums({ view }) {
  const paying = view.mode === "paying";
  const name = view.kind === "return" ? t("To be paid back") : paying ? t("To pay") : t("Total");
  const amount = paying ? view.rest : view.total;
  const rounded = paying && view.restCash !== view.rest;
  return html`<footer role="status">
    <p>${view.saved > 0 ? html`<span class="saved" data-testid="display-saved">${t("You save {sum}", { sum: money(view.saved, view.currency) })}</span>` : null}
      ${paying && view.paid ? html`<span>${t("Paid {sum}", { sum: money(view.paid, view.currency) })}</span>` : null}
      ${rounded ? html`<span>${t("In cash {sum}", { sum: money(view.restCash, view.currency) })}</span>` : null}</p>
    <p class="total"><span>${name}</span><strong data-testid="display-total">${money(amount, view.currency)}</strong></p>
  </footer>`;
}

/** @param {{view: DisplayView}} props @returns {View} */
function Change({ view }) {
  return html`<main class="quiet" data-mode="change" role="status">
    ${view.change > 0 ? html`<p>${t("Change")}</p><strong data-testid="display-change">${money(view.change, view.currency)}</strong>` : html`<p>${t("Paid {sum}", { sum: money(view.total, view.currency) })}</p>`}
    <h1>${t("Thank you!")}</h1>
    ${view.link ? html`<${QrCode} text=${view.link} label=${t("Code of the receipt's page")} testid="display-qr" /><p class="small">${t("Your telephone opens the receipt from this code.")}</p>` : null}
  </main>`;
}
