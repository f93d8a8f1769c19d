/** The open receipts, one button each. */

import { t, tn } from "../i18n.js";
import { clock, sum } from "../ui/format.js";
import { html } from "../ui/html.js";
import { Icon } from "../ui/icons.js";
import { keyOf } from "../ui/layout.js";
import { CustomerChip } from "./customerchip.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/commands.js").Commands} Commands */
/** @typedef {import("../ui/html.js").View} View */

/** @param {{desk: Desk, commands: Commands}} props @returns {View} */
export function Tabs({ desk, commands }) {
  const { receipts } = desk.till.state;
  return html`<nav class="tabs" aria-label=${t("Open receipts")}>
    ${receipts.map((tab) => html`<${Tab} key=${tab.id} desk=${desk} tab=${tab} commands=${commands} />`)}
    <button class="new" aria-label=${t("New receipt")} title=${keyOf(desk.till.state, "park") || undefined} onClick=${() => commands.newReceipt()}><${Icon} name="plus" /></button>
    <${CustomerChip} desk=${desk} />
  </nav>`;
}

/** @param {{desk: Desk, tab: import("../types.d.ts").ReceiptTab, commands: Commands}} props @returns {View} */
function Tab({ desk, tab, commands }) {
  const lines = tn("1 line", "{n} lines", tab.lines);
  const since = tab.current ? t("now") : clock(tab.openedAt, desk.till.state.store?.time_zone);
  const back = tab.kind === "return";
  return html`<button class=${tab.current ? "on" : tab.parked ? "parked" : ""} data-testid="receipt-tab" aria-pressed=${tab.current} title=${"Alt+" + tab.tab} onClick=${() => commands.switchTo(tab.tab)}>
    ${tab.tab} · ${sum(back ? -tab.total : tab.total, desk.currency)}<small>${back ? t("return") : lines} · ${tab.parked ? t("parked {time}", { time: since }) : since}</small>
  </button>`;
}
