/** The drawer's cash as somebody counts it: one sum, or notes and coins. It never shows what should be there. */

import { t } from "../i18n.js";
import { denominationsOf, sumOfPieces } from "../models/denominations.js";
import { money, parseScaled, sum } from "../ui/format.js";
import { html, useState } from "../ui/html.js";
import { useFocus, useHandlers } from "../ui/hooks.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/html.js").View} View */
/** @typedef {{counted: number | null, denominations: Record<string, number> | undefined, texts: Record<string, string>, whole: string,
 *   setText: (value: number, text: string) => void, setWhole: (text: string) => void}} Count */
/** A count that was booked. @typedef {{result: import("../types.d.ts").DrawerCount, denominations: Record<string, number> | undefined}} Counted */

/** @param {Desk} desk @returns {Count} */
export function useCount(desk) {
  const [texts, setTexts] = useState(/** @type {Record<string, string>} */ ({}));
  const [whole, setWhole] = useState("");
  const pieces = piecesOf(texts);
  const byPiece = Object.keys(pieces).length > 0;
  return {
    counted: byPiece ? sumOfPieces(pieces) : parseScaled(whole, desk.currency?.digits ?? 2), denominations: byPiece ? pieces : undefined, texts, whole,
    setText: (value, text) => setTexts({ ...texts, [value]: text }), setWhole,
  };
}

/**
 * The end of a count: it is booked, and only then it is told what should have been there.
 *
 * @param {Desk} desk
 * @param {Count} count
 * @param {(counted: Counted) => void} onCounted
 * @returns {{busy: boolean, onSubmit: (event: Event) => Promise<void>}}
 */
export function useCounting(desk, count, onCounted) {
  const [busy, setBusy] = useState(false);
  useHandlers(desk, {});
  const onSubmit = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (busy || count.counted === null) return;
    setBusy(true);
    const { counted, denominations } = count;
    const result = await desk.attempt(() => desk.till.countDrawer({ counted, denominations }));
    setBusy(false);
    if (result) onCounted({ result, denominations });
  };
  return { busy, onSubmit };
}

/** @param {Record<string, string>} texts @returns {Record<string, number>} */
function piecesOf(texts) {
  const counts = Object.entries(texts).map(([value, text]) => /** @type {[string, number]} */ ([value, parseScaled(text, 0) ?? 0]));
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** @param {{desk: Desk, count: Count, label: string, testid?: string}} props @returns {View} */
export function CountFields({ desk, count, label, testid }) {
  const kinds = denominationsOf(desk.till.state.store);
  const focus = useFocus();
  return html`<label class="field">${label}
      <input ref=${focus} class="amount" inputmode="decimal" autocomplete="off" maxlength="14" data-testid=${testid ?? "count-total"} disabled=${count.denominations !== undefined}
        value=${count.whole} placeholder=${sum(0, desk.currency)} onInput=${(/** @type {any} */ event) => count.setWhole(event.target.value)} />
    </label>
    <div class="count" role="group" aria-label=${t("Notes and coins")}>${kinds.map((value) => html`<${Kind} key=${value} desk=${desk} value=${value} count=${count} />`)}</div>`;
}

/** @param {{desk: Desk, value: number, count: Count}} props @returns {View} */
function Kind({ desk, value, count }) {
  const text = count.texts[value] ?? "";
  const pieces = parseScaled(text, 0) ?? 0;
  return html`<label><span>${sum(value, desk.currency)}</span>
    <input inputmode="numeric" autocomplete="off" maxlength="5" data-testid=${"pieces-" + value} value=${text} onInput=${(/** @type {any} */ event) => count.setText(value, event.target.value)} />
    <span>${pieces ? sum(value * pieces, desk.currency) : ""}</span></label>`;
}

/** @param {{desk: Desk, count: Count, go: string, busy: boolean, testid: string}} props @returns {View} the sum so far and the button that ends the count */
export function CountFoot({ desk, count, go, busy, testid }) {
  return html`<div class="row"><output class="price" aria-label=${t("Counted")}><strong data-testid="counted">${money(count.counted ?? 0, desk.currency)}</strong></output>
    <button class="primary big" type="submit" disabled=${busy || count.counted === null} data-testid=${testid}>${go} <kbd>Enter</kbd></button></div>`;
}

/** What a count came to. @param {{desk: Desk, result: import("../types.d.ts").DrawerCount}} props @returns {View} */
export function CountResult({ desk, result }) {
  const { counted, expected, difference } = result;
  return html`<dl class="facts">
    <dt>${t("Counted")}</dt><dd>${money(counted, desk.currency)}</dd><dt>${t("Should be there")}</dt><dd>${money(expected, desk.currency)}</dd>
    <dt class="sum">${t("Difference")}</dt><dd class="sum" data-testid="difference">${money(difference, desk.currency)}</dd></dl>
    <p class="hint">${differenceWords(difference)}</p>`;
}

/** @param {number} difference @returns {string} */
function differenceWords(difference) {
  if (difference === 0) return t("The drawer is right.");
  return difference < 0 ? t("Cash is missing. Count again, or say why.") : t("There is too much cash. Count again, or say why.");
}
