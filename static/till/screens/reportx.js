/** The X report: the shift so far on the cashier's monitor, as sums and taken apart; Enter prints what is seen. */

import { t } from "../i18n.js";
import { date, money } from "../ui/format.js";
import { html, useState } from "../ui/html.js";
import { useHandlers } from "../ui/hooks.js";
import { Panel } from "../ui/parts.js";
import { ReportBody, methodName } from "./report.js";

/** @typedef {import("../types.d.ts").Report} Report */
/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/html.js").View} View */
/** @typedef {"sums" | keyof import("../types.d.ts").Breakdown} Part */

/** @type {Part[]} */
const PARTS = ["sums", "hours", "groups", "tenders", "cashiers"];

/** @param {Desk} desk @returns {void} adds up first, and shows it when that was allowed */
export function showX(desk) {
  desk.type("");
  desk.attempt(async (approval) => {
    const report = await desk.till.xReport({ approval });
    desk.open("reportx", { report });
  });
}

/** @param {Part} part @returns {string} */
function nameOf(part) {
  return { sums: t("Sums"), hours: t("By hour"), groups: t("By group"), tenders: t("By tender"), cashiers: t("By cashier") }[part];
}

/** @param {{desk: Desk, report: Report}} props @returns {View} */
export function ReportX({ desk, report }) {
  const [part, setPart] = useState(/** @type {Part} */ ("sums"));
  const printer = desk.till.status.printer.state !== "none";
  const rows = part === "sums" ? [] : rowsOf(desk, report, part);
  const print = () => {
    if (!printer) return;
    desk.attempt(() => (part === "sums" ? desk.till.printReport(report) : desk.till.printBreakdown(report, { title: nameOf(part), rows })));
  };
  const step = (/** @type {number} */ by) => (setPart(PARTS[(PARTS.indexOf(part) + by + PARTS.length) % PARTS.length]), true);
  useHandlers(desk, { enter: print, key: (action) => (action === "down" ? step(1) : action === "up" ? step(-1) : false) });
  const foot = printer ? html`<button class="primary big wide" onClick=${print}>${t("Print")} <kbd>Enter</kbd></button>` : null;
  const title = t("X report {number} · {day}", { number: report.number, day: date(report.day) });
  return html`<${Panel} desk=${desk} title=${title} foot=${foot}>
    <div class="parts" role="group" aria-label=${t("Parts of the report")}>${PARTS.map((one) => html`<button key=${one} type="button" class=${one === part ? "on" : ""} aria-pressed=${one === part}
      data-testid=${"part-" + one} onClick=${() => setPart(one)}>${nameOf(one)}</button>`)}</div>
    ${part === "sums" ? html`<${ReportBody} report=${report} currency=${desk.currency} cards=${desk.till.state.tenders} />` : html`<${Rows} rows=${rows} />`}
  <//>`;
}

/** @param {{rows: [string, string][]}} props @returns {View} */
function Rows({ rows }) {
  if (rows.length === 0) return html`<p class="hint">${t("Nothing was sold in this shift yet.")}</p>`;
  return html`<dl class="facts" data-testid="report-rows">${rows.map(([name, value], i) => html`<dt key=${i}>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

/** @param {Desk} desk @param {Report} report @param {keyof import("../types.d.ts").Breakdown} part @returns {[string, string][]} */
function rowsOf(desk, report, part) {
  const { tenders } = desk.till.state;
  const name = (/** @type {import("../types.d.ts").BreakdownRow} */ row) => {
    const known = part === "tenders" ? methodName(row.id, tenders) : row.name || t("No group");
    const voids = row.voids ? " · " + t("voided: {n}", { n: row.voids }) : "";
    return `${known} (${row.count})${voids}`;
  };
  return report.breakdown[part].map((row) => /** @type {[string, string]} */ ([name(row), money(row.amount, desk.currency)]));
}
