/** The till's own storage failed: selling stops, loudly, before a sale could be lost. */

import { t } from "../i18n.js";
import { html } from "../ui/html.js";
import { words } from "../ui/words.js";
import { Gate } from "./gate.js";

/** @param {{desk: import("../ui/desk.js").Desk}} props @returns {import("../ui/html.js").View} */
export function Broken({ desk }) {
  const stopped = desk.till.state.stopped ?? { code: "storage_failed", args: {} };
  const detail = String(stopped.args.detail ?? "");
  return html`<${Gate} desk=${desk} title=${t("The till has stopped")} broad>
    <p role="alert" data-testid="message">${words(stopped, desk.currency, desk.till.state)}</p>
    <ol class="scroll">
      <li>1. ${t("Do not clear the browser's data: unsent receipts are in it.")}</li>
      <li>2. ${t("Make room on the disk, then press Start again.")}</li>
      <li>3. ${t("If it stops again, sell on another till and call support.")}</li>
    </ol>
    <p class="hint">${detail}</p>
    <button class="primary big wide" onClick=${() => location.reload()}>${t("Start again")}</button>
  <//>`;
}
