/** The cash desk's menu: reports, cash in and out, copies, the drawer. F10 and a digit. */

import { t } from "../i18n.js";
import { html } from "../ui/html.js";
import { Choices, Panel, useDigits } from "../ui/parts.js";
import { showX } from "./reportx.js";

/** @param {{desk: import("../ui/desk.js").Desk}} props @returns {import("../ui/html.js").View} */
export function CashDesk({ desk }) {
  const printer = desk.till.status.printer.state !== "none";
  const needsPrinter = printer ? undefined : t("needs a printer");
  const move = (/** @type {string} */ kind) => () => desk.open("move", { kind });
  const reprint = () => {
    desk.close();
    desk.attempt(async (approval) => {
      await desk.till.reprint(undefined, { approval });
      desk.say("good", t("A copy of the last receipt is being printed."));
    });
  };
  const options = [
    { key: "1", name: t("X report"), hint: t("sums, hours, groups, tenders, cashiers"), run: () => showX(desk) },
    { key: "2", name: t("Hand over to another cashier"), hint: t("count the drawer, the shift goes on"), run: () => desk.open("handover") },
    { key: "3", name: t("Cash in"), run: move("in") },
    { key: "4", name: t("Cash out"), run: move("out") },
    { key: "5", name: t("Drop to the safe"), run: move("drop") },
    { key: "6", name: t("Collection"), hint: t("cash is taken to the bank or the office"), run: move("collection") },
    { key: "7", name: t("Print a copy of the last receipt"), hint: needsPrinter, off: !printer, run: reprint },
    { key: "0", name: t("Open the drawer"), hint: needsPrinter, off: !printer, run: () => desk.open("drawer") },
    { key: "9", name: t("Z: count and close the shift"), run: () => desk.open("closeshift") },
  ];
  useDigits(desk, options);
  return html`<${Panel} desk=${desk} title=${t("Cash desk")}><${Choices} desk=${desk} options=${options} /><//>`;
}
