/** What a zone of a layout may hold (models/layout-rules.js WIDGETS). Each is given the desk, the commands and its own settings. */

import { spokenLanguage, t } from "../i18n.js";
import { html } from "../ui/html.js";
import { Pad } from "../ui/parts.js";
import { ButtonGrid } from "./buttongrid.js";
import { FunctionKeys } from "./functionkeys.js";
import { QuickGrid } from "./quickgrid.js";
import { EntryAndMessage, LinesOrChange, Totals } from "./receipt.js";
import { StatusBar } from "./status.js";
import { Tabs } from "./tabs.js";

/** @typedef {{desk: import("../ui/desk.js").Desk, commands: import("../ui/commands.js").Commands, widget: import("../types.d.ts").LayoutWidget}} Given */
/** @typedef {import("../ui/html.js").View} View */

/** @param {import("../ui/desk.js").Desk} desk @returns {{go: string, off: boolean}} what the green key does now */
function goes(desk) {
  const { receipt } = desk.till.state;
  return { go: desk.entry === "" ? t("Pay") : t("Sell"), off: !receipt?.count && desk.entry === "" };
}

/** @param {Given} props @returns {View} */
function NumberPad({ desk, commands }) {
  return html`<${Pad} commands=${commands} ...${goes(desk)} times whole />`;
}

/** The green key alone, for a screen without the number pad. @param {Given} props @returns {View} */
function PayKey({ desk, commands }) {
  const { go, off } = goes(desk);
  return html`<div class="pad single"><button type="button" class="pay go" disabled=${off} onClick=${() => commands.entered(performance.now(), true)}>${go}<kbd>Enter</kbd></button></div>`;
}

/** @param {Given} props @returns {View} */
function Words({ widget }) {
  return html`<p class="words">${widget.text?.[spokenLanguage()] || widget.text?.en || ""}</p>`;
}

/** @type {Record<string, any>} */
export const WIDGETS = {
  status: StatusBar, tabs: Tabs, lines: LinesOrChange, input: EntryAndMessage, totals: Totals, quick: QuickGrid, pad: NumberPad, pay: PayKey,
  keys: FunctionKeys, grid: ButtonGrid, text: Words,
};
