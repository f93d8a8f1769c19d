/** Cash that comes or goes without a sale, and the drawer opened without one: a sum, a reason, a trace. */

import { t } from "../i18n.js";
import { money, parseScaled } from "../ui/format.js";
import { html, useState } from "../ui/html.js";
import { useHandlers } from "../ui/hooks.js";
import { Choices, Pad, Panel, useDigits } from "../ui/parts.js";
import { reasonChoices } from "../ui/reasons.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {"in" | "out" | "drop" | "collection"} Kind */

/** @param {Kind} kind @returns {{title: string, done: string}} */
function wordsOf(kind) {
  if (kind === "in") return { title: t("Cash in"), done: t("Cash in is booked.") };
  if (kind === "out") return { title: t("Cash out"), done: t("Cash out is booked.") };
  if (kind === "collection") return { title: t("Collection"), done: t("The collection is booked.") };
  return { title: t("Drop to the safe"), done: t("The drop is booked.") };
}

/** @param {{desk: Desk, commands: import("../ui/commands.js").Commands, kind: Kind}} props @returns {import("../ui/html.js").View} */
export function CashMove({ desk, commands, kind }) {
  const [amount, setAmount] = useState(/** @type {number | null} */ (null));
  const { title } = wordsOf(kind);
  const typed = (/** @type {string} */ entry) => {
    const value = parseScaled(entry, desk.currency?.digits ?? 2);
    if (value) setAmount(value);
    desk.type("");
  };
  if (amount !== null) return html`<${Why} desk=${desk} kind=${kind} amount=${amount} />`;
  return html`<${Sum} desk=${desk} commands=${commands} title=${title} onEnter=${typed} />`;
}

/** @param {{desk: Desk, commands: import("../ui/commands.js").Commands, title: string, onEnter: (entry: string) => void}} props @returns {import("../ui/html.js").View} */
function Sum({ desk, commands, title, onEnter }) {
  useHandlers(desk, { enter: onEnter });
  const foot = html`<${Pad} commands=${commands} go=${t("Next")} off=${desk.entry === ""} />`;
  return html`<${Panel} desk=${desk} title=${title} foot=${foot}>
    <p class="hint">${t("Type the sum, then Enter.")}</p>
    <output class="price" aria-label=${t("Sum")} data-testid="cash-amount"><strong>${desk.entry || "0"} ${desk.currency?.currency ?? ""}</strong></output>
  <//>`;
}

/** @param {{desk: Desk, kind: Kind, amount: number}} props @returns {import("../ui/html.js").View} */
function Why({ desk, kind, amount }) {
  const { title, done } = wordsOf(kind);
  const options = reasonChoices(desk, kind, (reason) => {
    desk.close();
    desk.attempt(async (approval) => {
      await desk.till.cash(kind, { amount, reason, approval });
      desk.say("good", done);
    });
  });
  useDigits(desk, options);
  return html`<${Panel} desk=${desk} title=${title}>
    <output class="price"><strong>${money(amount, desk.currency)}</strong></output>
    <p>${t("What is it for?")}</p>
    <${Choices} desk=${desk} options=${options} />
  <//>`;
}

/** @param {{desk: Desk}} props @returns {import("../ui/html.js").View} */
export function OpenDrawer({ desk }) {
  const options = reasonChoices(desk, "drawer", (reason) => {
    desk.close();
    desk.attempt((approval) => desk.till.openDrawer({ reason, approval }));
  });
  useDigits(desk, options);
  return html`<${Panel} desk=${desk} title=${t("Open the drawer")}>
    <p>${t("What is it for?")}</p>
    <${Choices} desk=${desk} options=${options} />
  <//>`;
}
