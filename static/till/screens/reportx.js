/** The X report: the shift so far, on screen at once; Enter prints it. */

import { t } from "../i18n.js";
import { date } from "../ui/format.js";
import { html, useEffect, useState } from "../ui/html.js";
import { useHandlers } from "../ui/hooks.js";
import { Panel } from "../ui/parts.js";
import { ReportBody } from "./report.js";

/** @typedef {import("../types.d.ts").Report} Report */

/** @param {{desk: import("../ui/desk.js").Desk}} props @returns {import("../ui/html.js").View} */
export function ReportX({ desk }) {
  const [report, setReport] = useState(/** @type {Report | null} */ (null));
  useEffect(() => {
    desk.attempt(() => desk.till.xReport()).then((found) => (found ? setReport(found) : undefined));
  }, []);
  const printer = desk.till.status.printer.state !== "none";
  const print = () => {
    if (report && printer) desk.attempt(() => desk.till.printReport(report));
  };
  useHandlers(desk, { enter: print });
  const foot = printer ? html`<button class="primary big wide" onClick=${print}>${t("Print")} <kbd>Enter</kbd></button>` : null;
  const title = report ? t("X report {number} · {day}", { number: report.number, day: date(report.day) }) : t("X report");
  return html`<${Panel} desk=${desk} title=${title} foot=${foot}>
    ${report ? html`<${ReportBody} report=${report} currency=${desk.currency} cards=${desk.till.state.cardTenders} />` : html`<p role="status">${t("Adding up …")}</p>`}
  <//>`;
}
