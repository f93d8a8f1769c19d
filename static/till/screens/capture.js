/** The number of one unit in its own field: scanned or typed, whatever it looks like. */

import { t } from "../i18n.js";
import { wantedNumber } from "../ui/goods.js";
import { html } from "../ui/html.js";
import { useHandlers } from "../ui/hooks.js";
import { Pad, Panel } from "../ui/parts.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */

/** @param {{desk: Desk, commands: import("../ui/commands.js").Commands, n: number, name: string, kind: string}} props @returns {import("../ui/html.js").View} */
export function Capture({ desk, commands, n, name, kind }) {
  const take = (/** @type {string} */ text) => {
    if (text === "") desk.close();
    else
      desk.attempt(() => {
        desk.type("");
        desk.till.capture(n, text);
        desk.close();
        desk.hush();
      });
    return true;
  };
  useHandlers(desk, { enter: take, codes: take });
  const foot = html`<${Pad} commands=${commands} go=${t("Keep")} />`;
  return html`<${Panel} desk=${desk} title=${t("Number of this unit")} kind="give" foot=${foot}>
    <p>${wantedNumber(kind, name)}</p>
    <output class="price number" aria-label=${t("Number of this unit")} data-testid="capture"><strong>${desk.entry || " "}</strong></output>
  <//>`;
}
