/** Opening the database, fetching the first catalogue, reading it from disk. */

import { t } from "../i18n.js";
import { html } from "../ui/html.js";
import { Gate } from "./gate.js";

/** @param {{desk: import("../ui/desk.js").Desk}} props @returns {import("../ui/html.js").View} */
export function Loading({ desk }) {
  const { load } = desk.till.state;
  const title = load?.step === "download" ? t("Loading goods from the server") : t("Starting");
  return html`<${Gate} desk=${desk} title=${title}>
    <${Progress} load=${load} />
    <p class="hint">${t("The till opens by itself when it is ready.")}</p>
  <//>`;
}

/** @param {{load: import("../types.d.ts").TillState["load"]}} props @returns {import("../ui/html.js").View} */
function Progress({ load }) {
  if (!load || !load.total) return html`<progress aria-label=${t("Progress")}></progress>`;
  return html`<progress aria-label=${t("Progress")} max=${load.total} value=${load.done}></progress>
    <p>${t("{done} of {total}", { done: load.done, total: load.total })}</p>`;
}
