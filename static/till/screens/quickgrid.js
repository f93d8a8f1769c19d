/** Tiles for goods without a barcode. */

import { t } from "../i18n.js";
import { sum } from "../ui/format.js";
import { html } from "../ui/html.js";
import { keyNamed } from "../ui/layout.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/html.js").View} View */

/** @param {{desk: Desk, widget?: import("../types.d.ts").LayoutWidget}} props @returns {View} */
export function QuickGrid({ desk, widget }) {
  const { grid } = desk.till.state;
  if (grid.length === 0) return html`<div class="quick"><span></span><div class="empty"><p>${t("No quick keys are set up. Press {key} to find goods by name.", { key: keyNamed(desk.till.state, "search", t("Find"), "sale") })}</p></div></div>`;
  const shown = grid[desk.gridTab] ?? grid[0];
  return html`<div class="quick">
    <div class="heads" role="group" aria-label=${t("Groups of quick keys")}>
      ${grid.map((tab, index) => html`<${Head} key=${index} tab=${tab} index=${index} on=${tab === shown} desk=${desk} />`)}
    </div>
    <div class="tiles" style=${{ "--tiles": String(widget?.cols ?? 4) }} role="group" aria-label=${shown.label}>
      ${shown.tiles.map((tile) => html`<${Tile} key=${tile.product} tile=${tile} desk=${desk} />`)}
    </div>
  </div>`;
}

/** @param {{tab: import("../types.d.ts").QuickTab, index: number, on: boolean, desk: Desk}} props @returns {View} */
function Head({ tab, index, on, desk }) {
  const choose = () => {
    desk.gridTab = index;
    desk.changed();
  };
  return html`<button type="button" class=${on ? "on" : ""} aria-pressed=${on} onClick=${choose}>${tab.label}</button>`;
}

/** @param {{tile: import("../types.d.ts").QuickTile, desk: Desk}} props @returns {View} */
function Tile({ tile, desk }) {
  const price = tile.open ? t("price is typed") : tile.price === null ? t("no price") : sum(tile.price, desk.currency) + (tile.weighed ? "/" + tile.unitName : "");
  const edge = tile.colour && /^#[0-9a-f]{3,8}$/i.test(tile.colour) ? { "--edge": tile.colour } : undefined;
  return html`<button type="button" class=${tile.open ? "open" : ""} style=${edge} disabled=${tile.price === null && !tile.open} onClick=${() => desk.sellProduct(tile)}>
    <span class="name">${tile.name}</span><small>${price}</small>
  </button>`;
}
