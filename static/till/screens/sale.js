/** The sale: status, tabs, the receipt on the left, tiles and pad or a panel on the right, the function keys. */

import { t, tn } from "../i18n.js";
import { clock, sum } from "../ui/format.js";
import { html } from "../ui/html.js";
import { Icon } from "../ui/icons.js";
import { Pad } from "../ui/parts.js";
import { FunctionKeys } from "./functionkeys.js";
import { Layer, isSheet } from "./layers.js";
import { Payment } from "./payment.js";
import { QuickGrid } from "./quickgrid.js";
import { Receipt } from "./receipt.js";
import { StatusBar } from "./status.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/commands.js").Commands} Commands */
/** @typedef {import("../ui/html.js").View} View */

/** Width in rem at the till's own scale: zoomed far in, the zones stand below each other instead of beside. @returns {string} */
function widthClass() {
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  const width = window.innerWidth / rem;
  const height = window.innerHeight / rem;
  if (width < 50 || height < 34) return "narrow";
  return width > 95 ? "wide" : "normal";
}

/** @param {{desk: Desk, commands: Commands}} props @returns {View} */
export function Sale({ desk, commands }) {
  const sheet = isSheet(desk.layer);
  return html`<div class="till" data-width=${widthClass()}>
    <${StatusBar} desk=${desk} />
    ${sheet ? null : html`<${Tabs} desk=${desk} commands=${commands} />`}
    ${sheet ? html`<${Layer} desk=${desk} commands=${commands} />` : null}
    ${sheet ? null : html`<${Receipt} desk=${desk} commands=${commands} />`}
    ${sheet ? null : html`<${Side} desk=${desk} commands=${commands} />`}
    <${FunctionKeys} desk=${desk} commands=${commands} />
  </div>`;
}

/** @param {{desk: Desk, commands: Commands}} props @returns {View} */
function Side({ desk, commands }) {
  const { state } = desk.till;
  if (desk.layer) return html`<aside class="side"><${Layer} key=${desk.layer.name} desk=${desk} commands=${commands} /></aside>`;
  if (state.payment) return html`<aside class="side"><${Payment} desk=${desk} commands=${commands} payment=${state.payment} /></aside>`;
  const empty = !state.receipt?.count && desk.entry === "";
  return html`<aside class="side">
    <${QuickGrid} desk=${desk} />
    <${Pad} commands=${commands} go=${desk.entry === "" ? t("Pay") : t("Sell")} off=${empty} times />
  </aside>`;
}

/** @param {{desk: Desk, commands: Commands}} props @returns {View} */
function Tabs({ desk, commands }) {
  const { receipts } = desk.till.state;
  return html`<nav class="tabs" aria-label=${t("Open receipts")}>
    ${receipts.map((tab) => html`<${Tab} key=${tab.id} desk=${desk} tab=${tab} commands=${commands} />`)}
    <button class="new" aria-label=${t("New receipt")} title="F5" onClick=${() => commands.newReceipt()}><${Icon} name="plus" /></button>
  </nav>`;
}

/** @param {{desk: Desk, tab: import("../types.d.ts").ReceiptTab, commands: Commands}} props @returns {View} */
function Tab({ desk, tab, commands }) {
  const lines = tn("1 line", "{n} lines", tab.lines);
  const since = tab.current ? t("now") : clock(tab.openedAt, desk.till.state.store?.time_zone);
  return html`<button class=${tab.current ? "on" : ""} data-testid="receipt-tab" aria-pressed=${tab.current} title=${"Alt+" + tab.tab} onClick=${() => commands.switchTo(tab.tab)}>
    ${tab.tab} · ${sum(tab.total, desk.currency)}<small>${lines} · ${since}</small>
  </button>`;
}
