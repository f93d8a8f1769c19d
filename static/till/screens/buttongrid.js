/** A grid of buttons that a layout describes: what each one does, how it looks, who sees it and when. */

import { spokenLanguage } from "../i18n.js";
import { areaOf, entryOf } from "../models/layout-rules.js";
import { html } from "../ui/html.js";
import { Icon } from "../ui/icons.js";
import { cssArea } from "../ui/layout.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/commands.js").Commands} Commands */
/** @typedef {import("../ui/html.js").View} View */
/** @typedef {import("../types.d.ts").LayoutButton} LayoutButton */
/** @typedef {import("../types.d.ts").TillState} TillState */

/** What `showIf` may ask (models/layout-rules.js CONDITIONS). @type {Record<string, (desk: Desk) => boolean>} */
const CONDITIONS = {
  lines: ({ till }) => Boolean(till.state.receipt?.count),
  empty: ({ till }) => !till.state.receipt?.count,
  online: ({ till }) => till.status.server.state === "online",
  offline: ({ till }) => till.status.server.state !== "online",
  payment: ({ till }) => till.state.payment !== null,
};

/** @param {LayoutButton} button @param {Desk} desk @returns {boolean} */
function isShown(button, desk) {
  const role = desk.till.state.operator?.roleCode ?? "";
  if (button.roles?.length && !button.roles.includes(role)) return false;
  return (button.showIf ?? []).every((name) => CONDITIONS[name](desk));
}

/** @param {{desk: Desk, commands: Commands, widget: import("../types.d.ts").LayoutWidget}} props @returns {View} */
export function ButtonGrid({ desk, commands, widget }) {
  const grid = desk.till.state.layout.body.grids.find((each) => each.id === widget.grid);
  if (!grid) return null;
  const tracks = { gridTemplateColumns: `repeat(${grid.cols}, minmax(0, 1fr))`, gridTemplateRows: `repeat(${grid.rows}, minmax(0, 1fr))` };
  return html`<div class="buttons" role="group" style=${tracks} data-grid=${grid.id}>
    ${grid.buttons.map((button, index) => (isShown(button, desk) ? html`<${GridButton} key=${index} button=${button} index=${index} desk=${desk} commands=${commands} />` : null))}
  </div>`;
}

/** The text a button or a key says: its own words, else the action's name. @param {LayoutButton | import("../types.d.ts").LayoutKey} button @param {Commands} commands @returns {string} */
export function labelOf(button, commands) {
  const { action: id, params, label } = entryOf(button);
  const action = commands.actions[id];
  return label?.[spokenLanguage()] || label?.en || (action ? (action.label ?? action.name)(commands.on(params)) : id);
}

/** @param {{button: LayoutButton, index: number, desk: Desk, commands: Commands}} props @returns {View} */
function GridButton({ button, index, desk, commands }) {
  const action = commands.actions[button.action];
  const off = !action || !commands.means(action) || action.off?.(commands.on(entryOf(button).params));
  const locked = Boolean(button.approval) && !desk.till.state.operator?.permissions.includes(String(button.approval));
  const on = Boolean(action?.layer) && desk.layer?.name === action.layer;
  const area = areaOf(button.at);
  const style = { gridArea: area ? cssArea(area) : undefined, background: off ? undefined : (button.colour ?? undefined), color: off ? undefined : (button.ink ?? undefined) };
  return html`<button type="button" class=${"tone-" + (button.tone ?? "plain") + (on ? " on" : "")} style=${style} disabled=${off} data-button=${index}
    aria-pressed=${action?.layer ? on : undefined} onClick=${() => commands.press(button)}>
    ${button.icon || locked ? html`<${Icon} name=${locked ? "lock" : button.icon} />` : null}<span>${labelOf(button, commands)}</span>${button.key ? html`<kbd>${button.key.replaceAll("+", " ")}</kbd>` : null}
  </button>`;
}
