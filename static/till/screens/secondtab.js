/** Another window of this browser is the till: here one may only look things up. */

import { t } from "../i18n.js";
import { money } from "../ui/format.js";
import { html, useState } from "../ui/html.js";
import { useFocus } from "../ui/hooks.js";
import { Gate } from "./gate.js";

/** @param {{desk: import("../ui/desk.js").Desk}} props @returns {import("../ui/html.js").View} */
export function SecondTab({ desk }) {
  const [text, setText] = useState("");
  const focus = useFocus();
  const items = text.trim().length >= 2 ? desk.till.search(text, 12).items : [];
  return html`<${Gate} desk=${desk} title=${t("This till is open in another window")} broad>
    <p role="status" data-testid="message">${t("Sell in the other window. This one takes over by itself when that is closed; until then you can look up prices here.")}</p>
    <input ref=${focus} data-first aria-label=${t("Name or code")} placeholder=${t("Name or code")} maxlength="100" value=${text} onInput=${(/** @type {any} */ event) => setText(event.target.value)} />
    <ul class="devices">${items.map((item) => html`<${Row} key=${item.id} item=${item} desk=${desk} />`)}</ul>
  <//>`;
}

/** @param {{item: import("../types.d.ts").FoundProduct, desk: import("../ui/desk.js").Desk}} props @returns {import("../ui/html.js").View} */
function Row({ item, desk }) {
  return html`<li><span>${item.name}<small>${item.code}</small></span><b>${item.price === null ? t("no price") : money(item.price, desk.currency)}</b></li>`;
}
