/** The map of all keys, over any screen. */

import { t } from "../i18n.js";
import { KEYS } from "../models/factory.js";
import { html } from "../ui/html.js";
import { useHandlers } from "../ui/hooks.js";
import { Sheet } from "../ui/parts.js";
import { labelOf } from "./buttongrid.js";

/** @typedef {[string, string][]} Rows */

/** @returns {{name: string, rows: Rows}[]} */
export function keyGroups() {
  return [
    { name: t("Selling"), rows: selling() },
    { name: t("Payment"), rows: payment() },
    { name: t("Receipts"), rows: receipts() },
    { name: t("Cash desk and till"), rows: desk() },
  ];
}

/** @returns {Rows} */
function selling() {
  return [
    ["0–9 Enter", t("sell a code")],
    ["3 × 590…", t("quantity before the code")],
    ["3 × Enter", t("quantity of the selected line")],
    ["+  −", t("one more, one less")],
    ["/", t("the weight on the scale into the line")],
    ["F2", t("find by name")],
    ["F3", t("price check")],
    ["F4, 1234 F4", t("customer; by the end of the telephone")],
    ["F7, 10 F7", t("discount; 10 % at once")],
    ["F8", t("void the selected line")],
    ["Ins  Del", t("age checked; remove")],
    ["↑ ↓ Home End", t("select a line")],
    ["Esc", t("clear, close, back")],
  ];
}

/** @returns {Rows} */
function receipts() {
  return [
    ["F5", t("park and start a new one")],
    ["Alt+1 … 9", t("go to receipt 1 … 9")],
    ["F6", t("open and finished receipts")],
    ["F9", t("return: scan the receipt, then the goods; × is everything")],
    ["F9 F9", t("exchange for other goods")],
    ["Shift+F9", t("return without a receipt")],
    ["Shift+F8", t("void the whole receipt")],
  ];
}

/** @returns {Rows} */
function payment() {
  return [
    ["Enter", t("with nothing typed: to the payment")],
    ["Enter", t("on the payment: exactly, in cash")],
    ["50 Enter", t("50 in cash, the change is shown")],
    ["↑ ↓ Enter", t("choose a quick sum")],
    ["F5  F6", t("card, first and second terminal")],
    ["20 F5", t("20 on the card, the rest otherwise")],
    ["F8", t("voucher, internal use and others")],
    ["F2", t("the code on the screen instead of paper")],
    ["F9", t("take the last money back")],
    ["F10", t("the buyer's tax number")],
    ["Shift+F5", t("card at once, without its slip's number")],
    ["Ctrl+Enter", t("everything by card")],
  ];
}

/** @returns {Rows} */
function desk() {
  return [
    ["F10 1", t("X report on screen, Enter prints")],
    ["F10 2", t("hand over to another cashier")],
    ["F10 3 … 6", t("cash in, out, drop, collection")],
    ["F10 7", t("copy of the last receipt")],
    ["F10 0", t("open the drawer")],
    ["F10 9", t("Z: count and close the shift")],
    ["F12 1", t("lock or change cashier")],
    ["F12 2  3  7", t("settings, devices, training")],
    ["F12 8", t("customer screen")],
    ["F1", t("this map")],
  ];
}

/**
 * Where a layout has moved the keys, the map says what they do now; what no layout moves stays as it is.
 *
 * @param {import("../ui/desk.js").Desk} desk
 * @param {import("../ui/commands.js").Commands} commands
 * @returns {{name: string, rows: Rows}[]}
 */
function groupsOf(desk, commands) {
  const { body } = desk.till.state.layout;
  if (JSON.stringify(body.keys) === JSON.stringify(KEYS) && !body.grids.some((grid) => grid.buttons.some((button) => button.key))) return keyGroups();
  const named = (/** @type {[string, any][]} */ entries) => entries.map(([key, bound]) => /** @type {[string, string]} */ ([key.replaceAll("+", " "), labelOf(bound, commands)]));
  const buttons = body.grids.flatMap((grid) => grid.buttons.flatMap((button) => (button.key ? [/** @type {[string, any]} */ ([button.key, button])] : [])));
  const fixed = (/** @type {Rows} */ rows) => rows.filter(([key]) => !/F\d|Ins|Ctrl/.test(key));
  return [
    { name: t("Selling"), rows: [...named([...Object.entries(body.keys.sale), ...buttons]), ...fixed(selling())] },
    { name: t("Receipts"), rows: fixed(receipts()) },
    { name: t("Payment"), rows: [...named(Object.entries(body.keys.payment)), ...fixed(payment())] },
    { name: t("Cash desk and till"), rows: [["Shift F12", t("the factory layout, and back")]] },
  ];
}

/** @param {{desk: import("../ui/desk.js").Desk, commands: import("../ui/commands.js").Commands}} props @returns {import("../ui/html.js").View} */
export function KeyMap({ desk, commands }) {
  useHandlers(desk, { key: (action) => action === "help" && (desk.close(), true) });
  return html`<${Sheet} desk=${desk} title=${t("Keys")}>
    <div class="map">${groupsOf(desk, commands).map((group) => html`<${Group} key=${group.name} group=${group} />`)}</div>
  <//>`;
}

/** @param {{group: {name: string, rows: Rows}}} props @returns {import("../ui/html.js").View} */
function Group({ group }) {
  return html`<section><h3>${group.name}</h3><dl>${group.rows.map(([key, what]) => html`<dt key=${key + what}>${key}</dt><dd>${what}</dd>`)}</dl></section>`;
}
