/** Beginning a return: which receipt, or why there is none. */

import { t, tn } from "../i18n.js";
import { isPaper } from "../models/paper-letters.js";
import { clock, date, money } from "../ui/format.js";
import { html, useState } from "../ui/html.js";
import { useHandlers } from "../ui/hooks.js";
import { Choices, KeyHint, Pad, Panel, useDigits } from "../ui/parts.js";
import { openReturn } from "../ui/returning.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/commands.js").Commands} Commands */
/** @typedef {import("../types.d.ts").FoundReceipt} FoundReceipt */
/** @typedef {{found: FoundReceipt[], online: boolean, text: string}} Found */

/** @param {{desk: Desk, commands: Commands}} props @returns {import("../ui/html.js").View} */
export function FindReceipt({ desk, commands }) {
  const [found, setFound] = useState(/** @type {Found | null} */ (null));
  const [busy, setBusy] = useState(false);
  const [chosen, choose] = useState(-1);
  const items = found?.found ?? [];
  const look = async (/** @type {string} */ text) => {
    desk.type("");
    setBusy(true);
    const answer = await desk.attempt(() => desk.till.findReceipts(text));
    setBusy(false);
    choose(-1);
    if (answer?.found.length === 1) pick(desk, answer.found[0]);
    else setFound(answer ? { ...answer, text } : null);
  };
  const enter = (/** @type {string} */ entry) => {
    if (entry !== "") void look(entry);
    else if (items[chosen]) pick(desk, items[chosen]);
  };
  useHandlers(desk, {
    enter,
    codes: (code) => (isReceipt(code) ? openReturn(desk, code) : void look(code), true),
    key: (action) => moved(action, items.length, chosen, choose) || (action === "return" && (desk.open("blind"), true)),
    text: () => false,
  });
  const foot = html`<${Pad} commands=${commands} go=${items[chosen] ? t("Open") : t("Find")} off=${desk.entry === "" && chosen < 0} />`;
  return html`<${Panel} desk=${desk} title=${t("Return")} kind="give" foot=${foot}>
    <p>${t("Scan the code on the receipt. Or type its number, a card, a code of the goods or a day, then Enter.")}</p>
    <output class="typed" aria-label=${t("Typed")} data-testid="return-entry">${desk.entry}</output>
    <p role="status" class="hint">${busy ? t("Looking …") : summary(found)}</p>
    <ul class="found" role="listbox" aria-label=${t("Found receipts")}>
      ${items.map((one, i) => html`<${Row} key=${one.id} desk=${desk} one=${one} on=${i === chosen} />`)}
    </ul>
    <${WithoutReceipt} desk=${desk} listed=${items.length > 0} />
  <//>`;
}

/** @param {string} action @param {number} count @param {number} chosen @param {(at: number) => void} choose @returns {boolean} */
function moved(action, count, chosen, choose) {
  if ((action !== "up" && action !== "down") || count === 0) return false;
  choose(Math.min(count - 1, Math.max(0, chosen + (action === "down" ? 1 : -1))));
  return true;
}

/** @param {string} code @returns {boolean} what a receipt's own code looks like; the model decides for good */
function isReceipt(code) {
  return isPaper(code) || /^[0-9a-f-]{36}$/i.test(code) || /^\d+-\d+\.\d+-\d+$/.test(code);
}

/** @param {Desk} desk @param {FoundReceipt} one @returns {void} */
function pick(desk, one) {
  openReturn(desk, one.id, one.origin);
}

/** @param {Found | null} found @returns {string} */
function summary(found) {
  if (!found) return "";
  const away = found.online ? "" : t("The server does not answer: only receipts of this till are shown.");
  if (found.found.length === 0) return [t("No receipt fits {text}.", { text: found.text }), away].join(" ").trim();
  return [tn("1 receipt", "{n} receipts", found.found.length), away].join(" ").trim();
}

/** @param {{desk: Desk, one: FoundReceipt, on: boolean}} props @returns {import("../ui/html.js").View} */
function Row({ desk, one, on }) {
  const zone = desk.till.state.store?.time_zone;
  const when = date(one.origin.day) + " " + clock(one.closedAt, zone);
  return html`<li role="option" aria-selected=${on} class=${on ? "on" : ""} data-testid="found-receipt" onClick=${() => pick(desk, one)}>
    <span>${one.label}<small>${when} · ${tn("1 line", "{n} lines", one.lines)}</small></span><span class="a">${money(one.due, desk.currency)}</span>
  </li>`;
}

/** A finger finds the reasons here at once; found receipts take their room. @param {{desk: Desk, listed: boolean}} props @returns {import("../ui/html.js").View} */
function WithoutReceipt({ desk, listed }) {
  const words = html`${t("Without a receipt")} <${KeyHint} desk=${desk} action="return" />`;
  if (listed) return html`<button type="button" class="big" data-testid="blind" onClick=${() => desk.open("blind")}>${words}</button>`;
  return html`<h3>${words}</h3><${Choices} desk=${desk} options=${reasons(desk)} two />`;
}

/** @param {Desk} desk @returns {{name: string, run: () => void}[]} why there is no receipt */
function reasons(desk) {
  const begin = (/** @type {string} */ reason) => () => {
    desk.close();
    desk.attempt((approval) => desk.till.openBlindReturn({ reason, approval }));
  };
  return [t("Receipt lost"), t("Bought as a gift"), t("Faulty goods"), t("Other reason")].map((name) => ({ name, run: begin(name) }));
}

/** @param {{desk: Desk}} props @returns {import("../ui/html.js").View} */
export function BlindReturn({ desk }) {
  const options = reasons(desk).map((reason, index) => ({ ...reason, key: String(index + 1) }));
  useDigits(desk, options);
  return html`<${Panel} desk=${desk} title=${t("Return without a receipt")}>
    <p>${t("Why is there no receipt?")}</p>
    <${Choices} desk=${desk} options=${options} />
    <p class="hint">${t("The goods are worth the lowest price of the last weeks.")}</p>
  <//>`;
}
