/** The sale, drawn from the layout in force: its zones on a grid of 24 by 16, a panel or the payment over them, or a sheet. */

import { html } from "../ui/html.js";
import { beside, cssArea, holdsOnly, middle, nearest, placed, rowTracks } from "../ui/layout.js";
import { useCharge } from "./charge.js";
import { Layer, isSheet } from "./layers.js";
import { Payment } from "./payment.js";
import { ReturnSide } from "./returnside.js";
import { WIDGETS } from "./widgets.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/commands.js").Commands} Commands */
/** @typedef {import("../ui/html.js").View} View */
/** @typedef {import("../types.d.ts").LayoutSize} LayoutSize */
/** @typedef {import("../types.d.ts").LayoutZone} LayoutZone */

/** Zoomed far in, the zones stand below each other instead of beside. @returns {boolean} */
function isNarrow() {
  const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
  return window.innerWidth / rem < 50 || window.innerHeight / rem < 34;
}

/** Whether something lies where the tiles and the pad are. @param {Desk} desk @returns {boolean} */
function isCovered({ layer, till }) {
  return layer !== null || till.state.payment !== null || Boolean(till.state.receipt?.back);
}

/** @param {{desk: Desk, commands: Commands}} props @returns {View} */
export function Sale({ desk, commands }) {
  useCharge(desk);
  const size = nearest(desk.till.state.layout.body, desk.prefs.settings.scale);
  const over = isSheet(desk.layer) ? Middle : isCovered(desk) ? Panel : null;
  return html`<div class=${desk.till.state.training ? "till training" : "till"} data-width=${isNarrow() ? "narrow" : "normal"} style=${{ "--rows": rowTracks(size) }}>
    ${size.zones.map((zone) => html`<${Zone} key=${zone.id} zone=${zone} size=${size} desk=${desk} commands=${commands} />`)}
    ${over ? html`<${over} size=${size} desk=${desk} commands=${commands} />` : null}
  </div>`;
}

/** @param {{zone: LayoutZone, size: LayoutSize, desk: Desk, commands: Commands}} props @returns {View} */
function Zone({ zone, size, desk, commands }) {
  const covered = isCovered(desk);
  if (isSheet(desk.layer) && !holdsOnly(zone, ["status", "keys"])) return null;
  const panel = covered && !isSheet(desk.layer) ? placed(size.panel, size.mirror) : null;
  const area = beside(placed(zone.area, size.mirror), panel);
  if (!area) return null;
  const kind = kindOf(zone);
  const tag = kind === "receipt" ? "main" : "div";
  return html`<${tag} class=${"zone " + kind} style=${{ gridArea: cssArea(area) }} data-zone=${zone.id}>
    ${zone.widgets.map((each, index) => html`<${WIDGETS[each.widget]} key=${index} widget=${each} desk=${desk} commands=${commands} />`)}
  <//>`;
}

/** @param {LayoutZone} zone @returns {string} "bar" for strips of their own height, "receipt" where the lines are, else "side" */
function kindOf(zone) {
  if (zone.widgets.some((each) => each.widget === "lines")) return "receipt";
  if (holdsOnly(zone, ["status", "tabs", "keys"])) return "bar";
  return holdsOnly(zone, ["input", "totals"]) ? "strip" : "side";
}

/** @param {{size: LayoutSize, desk: Desk, commands: Commands}} props @returns {View} what takes the side's place */
function Panel({ size, desk, commands }) {
  return html`<aside class="zone side over" style=${{ gridArea: cssArea(placed(size.panel, size.mirror)) }}><${Over} desk=${desk} commands=${commands} /></aside>`;
}

/** @param {{desk: Desk, commands: Commands}} props @returns {View} */
function Over({ desk, commands }) {
  const { payment, receipt } = desk.till.state;
  if (desk.layer) return html`<${Layer} key=${desk.layer.name} desk=${desk} commands=${commands} />`;
  if (payment) return html`<${Payment} desk=${desk} commands=${commands} payment=${payment} />`;
  return html`<${ReturnSide} desk=${desk} commands=${commands} back=${receipt?.back} />`;
}

/** @param {{size: LayoutSize, desk: Desk, commands: Commands}} props @returns {View} */
function Middle({ size, desk, commands }) {
  return html`<div class="zone" style=${{ gridArea: cssArea(middle(size)) }}><${Layer} desk=${desk} commands=${commands} /></div>`;
}
