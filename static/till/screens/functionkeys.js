/** The row of function keys, in the order of the keyboard, as the layout in force has them. Only what this screen can do is in it. */

import { spokenLanguage, t } from "../i18n.js";
import { entryOf } from "../models/layout-rules.js";
import { html } from "../ui/html.js";
import { functionRow } from "../ui/layout.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/commands.js").Commands} Commands */
/** @typedef {{key: string, name: string, layer?: string, run: () => unknown, off?: boolean}} FunctionKey */

/** @param {Desk} desk @param {Commands} commands @returns {FunctionKey[]} */
function keysOf(desk, commands) {
  const { state } = desk.till;
  return functionRow(state.layout.body, state.payment !== null).flatMap(([key, bound]) => {
    const { action: id, params, label } = entryOf(bound);
    const action = commands.actions[id];
    const on = commands.on(params);
    if (!action || !commands.means(action) || action.gone?.(on)) return [];
    const name = label?.[spokenLanguage()] || label?.en || (action.label ?? action.name)(on);
    return [{ key: key.replace("+", " "), name, layer: action.layer, run: () => commands.press(bound), off: action.off?.(on) }];
  });
}

/** @param {Desk} desk @param {Commands} commands @returns {FunctionKey[]} the way back is not the layout's to move */
function backOf(desk, commands) {
  const { payment } = desk.till.state;
  return payment ? [{ key: "Esc", name: t("Back to sale"), run: () => commands.action("escape"), off: payment.tenders.length > 0 }] : [];
}

/** @param {{desk: Desk, commands: Commands}} props @returns {import("../ui/html.js").View} */
export function FunctionKeys({ desk, commands }) {
  const keys = [...keysOf(desk, commands), ...backOf(desk, commands)];
  return html`<footer class="keys" aria-label=${t("Function keys")}>
    ${keys.map((each) => html`<${FunctionButton} key=${each.key} each=${each} on=${Boolean(each.layer) && desk.layer?.name === each.layer} />`)}
  </footer>`;
}

/** @param {{each: FunctionKey, on: boolean}} props @returns {import("../ui/html.js").View} */
function FunctionButton({ each, on }) {
  return html`<button type="button" class=${on ? "on" : ""} aria-pressed=${each.layer ? on : undefined} disabled=${each.off} onClick=${each.run}><kbd>${each.key}</kbd>${each.name}</button>`;
}
