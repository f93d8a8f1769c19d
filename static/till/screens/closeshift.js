/**
 * Z: count the drawer without seeing what should be in it, then close the shift. The count comes first, since a number
 * one has seen is a number one counts to.
 */

import { t, tn } from "../i18n.js";
import { money, parseScaled, sum } from "../ui/format.js";
import { html, useState } from "../ui/html.js";
import { useFocus, useHandlers } from "../ui/hooks.js";
import { Sheet } from "../ui/parts.js";
import { ReportBody } from "./report.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/html.js").View} View */

/** Notes and coins in minor units. A currency that is not here is counted as one sum. @type {Record<string, number[]>} */
const DENOMINATIONS = {
  PLN: [50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1],
  EUR: [50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1],
  UAH: [100000, 50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 10],
  RUB: [500000, 200000, 100000, 50000, 20000, 10000, 5000, 1000, 500, 200, 100, 50, 10],
};

/** @param {Record<string, string>} counts @returns {{total: number, pieces: Record<string, number>}} */
function added(counts) {
  /** @type {Record<string, number>} */
  const pieces = {};
  let total = 0;
  for (const [value, text] of Object.entries(counts)) {
    const count = parseScaled(text, 0) ?? 0;
    if (count > 0) pieces[value] = count;
    total += count * Number(value);
  }
  return { total, pieces };
}

/** @param {{desk: Desk}} props @returns {View} */
export function CloseShift({ desk }) {
  const open = desk.till.state.receipts.filter((tab) => tab.lines > 0);
  if (open.length > 0) return html`<${StillOpen} desk=${desk} open=${open} />`;
  return html`<${Count} desk=${desk} />`;
}

/** @param {{desk: Desk, open: import("../types.d.ts").ReceiptTab[]}} props @returns {View} */
function StillOpen({ desk, open }) {
  useHandlers(desk, {});
  const show = () => {
    desk.close();
    desk.attempt(() => desk.till.switchReceipt(open[0].id));
  };
  const sums = open.map((tab) => money(tab.total, desk.currency)).join(", ");
  const words = tn("1 open receipt remains: {sums}. Finish or void it to close the shift.", "{n} open receipts remain: {sums}. Finish or void them to close the shift.", open.length, { sums });
  return html`<${Sheet} desk=${desk} title=${t("Z: close the shift")}>
    <p role="alert" data-testid="message">${words}</p>
    <button class="primary big" onClick=${show}>${t("Show")}</button>
  <//>`;
}

/** @param {{desk: Desk}} props @returns {View} */
function Count({ desk }) {
  const [counts, setCounts] = useState(/** @type {Record<string, string>} */ ({}));
  const [whole, setWhole] = useState("");
  const [busy, setBusy] = useState(false);
  const kinds = DENOMINATIONS[desk.currency?.currency ?? ""] ?? [];
  const { total, pieces } = added(counts);
  const typed = parseScaled(whole, desk.currency?.digits ?? 2);
  const counted = Object.keys(pieces).length ? total : typed;
  useHandlers(desk, {});
  const close = async (/** @type {Event} */ event) => {
    event.preventDefault();
    if (busy || counted === null) return;
    setBusy(true);
    await finish(desk, counted, pieces);
    setBusy(false);
  };
  return html`<${Sheet} desk=${desk} title=${t("Z: count the drawer")}>
    <form onSubmit=${close} class="scroll">
      <p class="hint">${unsentHint(desk.till.status.unsent)}</p>
      <${WholeSum} desk=${desk} value=${whole} off=${Object.keys(pieces).length > 0} onInput=${setWhole} />
      <div class="count">${kinds.map((value) => html`<${Kind} key=${value} desk=${desk} value=${value} text=${counts[value] ?? ""} onInput=${(/** @type {string} */ text) => setCounts({ ...counts, [value]: text })} />`)}</div>
      <div class="row"><output class="price" aria-label=${t("Counted")}><strong data-testid="counted">${money(counted ?? 0, desk.currency)}</strong></output>
        <button class="primary big" type="submit" disabled=${busy || counted === null} data-testid="close-shift">${t("Close the shift and make the Z")}</button></div>
    </form>
  <//>`;
}

/** @param {number} unsent @returns {string} */
function unsentHint(unsent) {
  if (unsent === 0) return t("Everything is on the server.");
  return t("The server still waits for {n} entries. They will be sent later by themselves.", { n: unsent });
}

/** @param {{desk: Desk, value: string, off: boolean, onInput: (text: string) => void}} props @returns {View} */
function WholeSum({ desk, value, off, onInput }) {
  const focus = useFocus();
  return html`<label class="field">${t("All cash in the drawer as one sum, or count by notes and coins below")}
    <input ref=${focus} class="amount" inputmode="decimal" autocomplete="off" maxlength="14" data-testid="count-total" disabled=${off} value=${value}
      placeholder=${sum(0, desk.currency)} onInput=${(/** @type {any} */ event) => onInput(event.target.value)} />
  </label>`;
}

/** @param {{desk: Desk, value: number, text: string, onInput: (text: string) => void}} props @returns {View} */
function Kind({ desk, value, text, onInput }) {
  const count = parseScaled(text, 0) ?? 0;
  return html`<label><span>${sum(value, desk.currency)}</span>
    <input inputmode="numeric" autocomplete="off" maxlength="5" value=${text} onInput=${(/** @type {any} */ event) => onInput(event.target.value)} />
    <span>${count ? sum(value * count, desk.currency) : ""}</span></label>`;
}

/** @param {Desk} desk @param {number} counted @param {Record<string, number>} pieces @returns {Promise<void>} */
async function finish(desk, counted, pieces) {
  const denominations = Object.keys(pieces).length ? pieces : undefined;
  const currency = desk.currency;
  const cards = desk.till.state.tenders;
  await desk.attempt(async (approval) => {
    const closed = await desk.till.closeShift({ counted, denominations, approval });
    desk.open("closed", { closed, currency, cards });
  });
}

/**
 * What the count came to, beside what should have been there. Stays until it is dismissed, over whatever screen follows.
 *
 * @param {{desk: Desk, closed: import("../types.d.ts").ClosedShift, currency: import("../ui/format.js").Currency | null, cards: import("./report.js").Method[]}} props
 * @returns {View}
 */
export function ShiftClosed({ desk, closed, currency, cards }) {
  useHandlers(desk, {});
  const { report, counted, difference } = closed;
  const focus = useFocus();
  const print = () => desk.attempt(() => desk.till.printReport(report));
  const printer = desk.till.status.printer.state !== "none";
  const foot = html`<div class="row">
    ${printer ? html`<button class="big" onClick=${print}>${t("Print again")}</button>` : null}
    <button ref=${focus} class="primary big" onClick=${() => desk.close()}>${t("Done")}</button>
  </div>`;
  return html`<${Sheet} desk=${desk} title=${t("Z of shift {number}", { number: report.number })} foot=${foot}>
    <dl class="facts"><dt>${t("Counted")}</dt><dd>${money(counted ?? 0, currency)}</dd>
      <dt class="sum">${t("Difference")}</dt><dd class="sum" data-testid="difference">${money(difference ?? 0, currency)}</dd></dl>
    <${ReportBody} report=${report} currency=${currency} cards=${cards} />
  <//>`;
}
