/** A shift of an earlier day is still open: it is closed now, with a count or without, or somebody says that it goes on. */

import { t } from "../i18n.js";
import { date } from "../ui/format.js";
import { html } from "../ui/html.js";
import { Choices, Sheet, useDigits } from "../ui/parts.js";
import { closeWith } from "./closeshift.js";

/** @param {{desk: import("../ui/desk.js").Desk}} props @returns {import("../ui/html.js").View} */
export function OldShift({ desk }) {
  const { shift } = desk.till.state;
  const goOn = (/** @type {string} */ reason) => () => {
    desk.close();
    desk.attempt(async () => {
      await desk.till.continueShift({ reason });
      desk.sellHeldBy("shift_old");
    });
  };
  const options = [
    { key: "1", name: t("Count and close it"), hint: t("then open today's shift"), run: () => desk.open("closeshift") },
    { key: "2", name: t("Close it without a count"), hint: t("the money was taken out already"), run: () => closeWith(desk, { counted: null, forced: true, reason: t("Closed on another day, not counted") }) },
    { key: "3", name: t("Go on selling in it"), hint: t("the night shift goes on"), run: goOn(t("The shift goes on")) },
  ];
  useDigits(desk, options);
  const words = { number: shift?.number ?? "", day: shift ? date(shift.day) : "" };
  return html`<${Sheet} desk=${desk} title=${t("The shift of an earlier day is open")}>
    <p role="alert" data-testid="old-shift">${t("Shift {number} of {day} was not closed. Nothing is sold into it before you say what to do.", words)}</p>
    <${Choices} desk=${desk} options=${options} />
  <//>`;
}
