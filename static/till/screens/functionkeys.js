/** The row of function keys, in the order of the keyboard. Only what this screen can do is in it. */

import { t } from "../i18n.js";
import { html } from "../ui/html.js";
import { cardTo, takeBack } from "../ui/paying.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/commands.js").Commands} Commands */
/** @typedef {{key: string, name: string, layer?: string, run: () => unknown, off?: boolean}} FunctionKey */

/** @param {Desk} desk @param {Commands} commands @returns {FunctionKey[]} */
function inSale(desk, commands) {
  const none = !desk.till.state.receipt?.count;
  const toggle = (/** @type {string} */ name) => () => (desk.layer?.name === name ? desk.close() : desk.open(name));
  return [
    { key: "F1", name: t("Help"), layer: "keys", run: toggle("keys") },
    { key: "F2", name: t("Find"), layer: "search", run: toggle("search") },
    { key: "F3", name: t("Price?"), layer: "price", run: toggle("price") },
    { key: "F5", name: t("Park / New"), run: () => commands.newReceipt() },
    { key: "F6", name: t("Receipts"), layer: "receipts", run: toggle("receipts") },
    { key: "F7", name: t("Discount"), layer: "discount", run: () => commands.discount(), off: none },
    { key: "F8", name: t("Void"), run: () => commands.voidLine(), off: none },
    { key: "Shift F8", name: t("Void all"), layer: "cancel", run: toggle("cancel"), off: none },
    { key: "F10", name: t("Cash desk"), layer: "desk", run: toggle("desk") },
    { key: "F12", name: t("Menu"), layer: "menu", run: toggle("menu") },
  ];
}

/** @param {Desk} desk @param {Commands} commands @returns {FunctionKey[]} */
function inPayment(desk, commands) {
  const { cardTenders, payment } = desk.till.state;
  const cards = cardTenders.slice(0, 2).map((card, i) => ({ key: i === 0 ? "F5" : "F6", name: card.name, layer: "card", run: () => cardTo(desk, card) }));
  const plain = { key: "F5", name: t("Card"), layer: "card", run: () => cardTo(desk, undefined) };
  return [
    { key: "F1", name: t("Help"), layer: "keys", run: () => desk.open("keys") },
    ...(cards.length ? cards : [plain]),
    { key: "F9", name: t("Take back"), run: () => takeBack(desk), off: !payment?.tenders.length },
    { key: "Esc", name: t("Back to sale"), run: () => commands.action("escape"), off: Boolean(payment?.tenders.length) },
  ];
}

/** @param {{desk: Desk, commands: Commands}} props @returns {import("../ui/html.js").View} */
export function FunctionKeys({ desk, commands }) {
  const keys = desk.till.state.payment ? inPayment(desk, commands) : inSale(desk, commands);
  return html`<footer class="keys" aria-label=${t("Function keys")}>
    ${keys.map((each) => html`<${FunctionButton} key=${each.key} each=${each} on=${Boolean(each.layer) && desk.layer?.name === each.layer} />`)}
  </footer>`;
}

/** @param {{each: FunctionKey, on: boolean}} props @returns {import("../ui/html.js").View} */
function FunctionButton({ each, on }) {
  return html`<button type="button" class=${on ? "on" : ""} aria-pressed=${each.layer ? on : undefined} disabled=${each.off} onClick=${each.run}><kbd>${each.key}</kbd>${each.name}</button>`;
}
