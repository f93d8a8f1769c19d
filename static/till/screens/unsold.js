/** Codes that sold nothing: a chip beside the entry, and a panel in which each one can be applied again. */

import { t, tn } from "../i18n.js";
import { dropUnsold, openTiles, sellUnknownAs, tryAgain } from "../ui/goods.js";
import { html } from "../ui/html.js";
import { Icon } from "../ui/icons.js";
import { useHandlers } from "../ui/hooks.js";
import { Panel } from "../ui/parts.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/html.js").View} View */

/** Digits of a code that people compare. */
const TAIL = 4;

/** @param {{desk: Desk}} props @returns {View} */
export function UnsoldChip({ desk }) {
  const { unsold } = desk;
  if (unsold.length === 0) return null;
  const name = tn("1 code was not sold", "{n} codes were not sold", unsold.length);
  return html`<button type="button" class="chip" data-testid="unsold" aria-label=${name} onClick=${() => desk.open("unsold")}>
    <${Icon} name="warn" />${unsold.length > 1 ? unsold.length + " ×" : "…" + shown(unsold[0]).slice(-TAIL)}
  </button>`;
}

/** A code without the signs that cannot be seen. @param {string} code @returns {string} */
function shown(code) {
  return code.replace(/[^!-~]/g, " ");
}

/** @param {{desk: Desk}} props @returns {View} */
export function Unsold({ desk }) {
  useHandlers(desk, {});
  return html`<${Panel} desk=${desk} title=${t("Not sold")}>
    <p class="hint">${t("Nothing was sold for these codes. The office sees them, too.")}</p>
    <ul class="unsold">${desk.unsold.map((code) => html`<${Code} key=${code} desk=${desk} code=${code} />`)}</ul>
  <//>`;
}

/** @param {{desk: Desk, code: string}} props @returns {View} */
function Code({ desk, code }) {
  const as = (/** @type {import("../types.d.ts").QuickTile} */ tile) => html`<button type="button" key=${tile.product} class="big" onClick=${() => sellUnknownAs(desk, tile, code)}>${t("Sell as {name}", { name: tile.name })}</button>`;
  return html`<li data-testid="unsold-code"><b>${shown(code)}</b>
    <div class="row">
      <button type="button" class="big primary" onClick=${() => tryAgain(desk, code)}>${t("Try again")}</button>
      <button type="button" class="big" onClick=${() => dropUnsold(desk, code)}>${t("Discard")}</button>
    </div>
    <div class="row">${openTiles(desk).slice(0, 3).map(as)}</div>
  </li>`;
}
