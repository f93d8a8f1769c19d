/** Receipts: those still open, and those of this till that are finished, with a copy of each on request. */

import { t, tn } from "../i18n.js";
import { clock, money } from "../ui/format.js";
import { html, useEffect, useState } from "../ui/html.js";
import { Choices, Panel, useDigits } from "../ui/parts.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../types.d.ts").PastReceipt} PastReceipt */

const SHOWN = 50;

/** @param {{desk: Desk}} props @returns {import("../ui/html.js").View} */
export function Receipts({ desk }) {
  const [past, setPast] = useState(/** @type {PastReceipt[] | null} */ (null));
  useEffect(() => {
    desk.attempt(() => desk.till.pastReceipts(SHOWN)).then((found) => setPast(found ?? []));
  }, []);
  const zone = desk.till.state.store?.time_zone;
  const options = desk.till.state.receipts.map((tab) => ({
    key: String(tab.tab),
    name: money(tab.total, desk.currency),
    hint: [tn("1 line", "{n} lines", tab.lines), clock(tab.openedAt, zone), tab.parked ? t("parked") : ""].filter(Boolean).join(" · "),
    on: tab.current,
    run: () => {
      desk.close();
      desk.attempt(() => desk.till.switchReceipt(tab.id));
    },
  }));
  const others = parkedElsewhere(desk, options);
  useDigits(desk, [...options, ...others]);
  return html`<${Panel} desk=${desk} title=${t("Receipts")}>
    <h3>${t("Open receipts")}</h3>
    <${Choices} desk=${desk} two options=${options} />
    <${Parked} desk=${desk} options=${others} />
    <h3>${t("Finished")}</h3>
    ${past === null ? html`<p role="status">${t("Looking …")}</p>` : html`<${Past} desk=${desk} past=${past} />`}
  <//>`;
}

/**
 * Receipts that other tills have put aside, under the digits that this till's own leave free.
 *
 * @param {Desk} desk
 * @param {import("../ui/parts.js").Option[]} own
 * @returns {import("../ui/parts.js").Option[]}
 */
function parkedElsewhere(desk, own) {
  const used = new Set(own.map(({ key }) => key));
  const free = "123456789".split("").filter((key) => !used.has(key));
  const zone = desk.till.state.store?.time_zone;
  return desk.till.state.parked.map((row, i) => ({
    key: free[i],
    name: money(row.total, desk.currency),
    hint: [t("till {number}", { number: row.till }), tn("1 line", "{n} lines", row.lines), clock(row.at, zone)].join(" · "),
    testid: "parked-elsewhere",
    run: () => {
      desk.close();
      desk.attempt(() => desk.till.takeParked(row.id));
    },
  }));
}

/** @param {{desk: Desk, options: import("../ui/parts.js").Option[]}} props @returns {import("../ui/html.js").View} */
function Parked({ desk, options }) {
  const away = desk.till.status.server.state !== "online";
  if (away) return html`<p class="hint">${t("The server is away: receipts parked on other tills can be taken over when it is back.")}</p>`;
  if (options.length === 0) return null;
  return html`<h3>${t("Parked on other tills")}</h3><${Choices} desk=${desk} two options=${options} />`;
}

/** @param {{desk: Desk, past: PastReceipt[]}} props @returns {import("../ui/html.js").View} */
function Past({ desk, past }) {
  if (past.length === 0) return html`<p class="hint">${t("No receipt was finished on this till yet.")}</p>`;
  return html`<ul class="devices">${past.map((receipt) => html`<${PastRow} key=${receipt.id} desk=${desk} receipt=${receipt} />`)}</ul>`;
}

/** @param {{desk: Desk, receipt: PastReceipt}} props @returns {import("../ui/html.js").View} */
function PastRow({ desk, receipt }) {
  const printer = desk.till.status.printer.state !== "none";
  const when = clock(receipt.closedAt, desk.till.state.store?.time_zone);
  const sent = receipt.sent ? t("on the server") : t("waits to be sent");
  const copy = () => {
    desk.close();
    desk.attempt(async (approval) => {
      await desk.till.reprint(receipt.id, { approval });
      desk.say("good", t("A copy of receipt {label} is being printed.", { label: receipt.label }));
    });
  };
  return html`<li data-testid="past-receipt"><span><b>${receipt.label}</b> · ${money(receipt.due, desk.currency)}<small>${when} · ${sent}</small></span>
    ${printer ? html`<button class="big" onClick=${copy}>${t("Copy")}</button>` : null}</li>`;
}
