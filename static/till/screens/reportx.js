/** The X report: the shift so far, on screen at once; Enter prints it. */

import { t } from "../i18n.js";
import { date } from "../ui/format.js";
import { html } from "../ui/html.js";
import { useHandlers } from "../ui/hooks.js";
import { Panel } from "../ui/parts.js";
import { ReportBody } from "./report.js";

/** @typedef {import("../types.d.ts").Report} Report */

/** @param {import("../ui/desk.js").Desk} desk @returns {void} adds up first, and shows it when that was allowed */
export function showX(desk) {
  desk.type("");
  desk.attempt(async (approval) => {
    const report = await desk.till.xReport({ approval });
    desk.open("reportx", { report });
  });
}

/** @param {{desk: import("../ui/desk.js").Desk, report: Report}} props @returns {import("../ui/html.js").View} */
export function ReportX({ desk, report }) {
  const printer = desk.till.status.printer.state !== "none";
  const print = () => {
    if (printer) desk.attempt(() => desk.till.printReport(report));
  };
  useHandlers(desk, { enter: print });
  const foot = printer ? html`<button class="primary big wide" onClick=${print}>${t("Print")} <kbd>Enter</kbd></button>` : null;
  const title = t("X report {number} · {day}", { number: report.number, day: date(report.day) });
  return html`<${Panel} desk=${desk} title=${title} foot=${foot}>
    <${ReportBody} report=${report} currency=${desk.currency} cards=${desk.till.state.tenders} />
  <//>`;
}
