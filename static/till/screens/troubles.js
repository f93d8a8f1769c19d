/** What the server kept but set aside, in a cashier's words; the manager settles it in the back office. */

import { t } from "../i18n.js";
import { clock } from "../ui/format.js";
import { html } from "../ui/html.js";
import { useHandlers } from "../ui/hooks.js";
import { Sheet } from "../ui/parts.js";

/** @param {{desk: import("../ui/desk.js").Desk}} props @returns {import("../ui/html.js").View} */
export function Troubles({ desk }) {
  useHandlers(desk, {});
  const rows = [...desk.till.status.troubles].reverse();
  return html`<${Sheet} desk=${desk} title=${t("What the server set aside")}>
    <p>${t("These are kept whole on the server. The manager looks at them in the back office; you can go on selling.")}</p>
    <ul class="devices">${rows.map((row) => html`<${Row} key=${row.id} row=${row} zone=${desk.till.state.store?.time_zone} />`)}</ul>
  <//>`;
}

/** @param {{row: import("../types.d.ts").TillStatus["troubles"][number], zone: string | undefined}} props @returns {import("../ui/html.js").View} */
function Row({ row, zone }) {
  const status = row.status === "conflict" ? t("held twice with different content") : t("set aside");
  return html`<li><span>${row.type} ${row.seq}<small>${clock(row.at, zone)} · ${row.detail}</small></span><b>${status}</b></li>`;
}
