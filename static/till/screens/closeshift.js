/**
 * Z: what is still open, the blind count, the difference, the Z. The count comes before every figure, since a number one has
 * seen is a number one counts to.
 */

import { t, tn } from "../i18n.js";
import { money, parseScaled } from "../ui/format.js";
import { html, useState } from "../ui/html.js";
import { useFocus, useHandlers } from "../ui/hooks.js";
import { Choices, Sheet, useDigits } from "../ui/parts.js";
import { reasonChoices } from "../ui/reasons.js";
import { CountFields, CountFoot, CountResult, useCount, useCounting } from "./count.js";
import { FiscalZ } from "./fiscal.js";
import { ReportBody } from "./report.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/html.js").View} View */
/** @typedef {import("../types.d.ts").DrawerCount} DrawerCount */
/** @typedef {import("../types.d.ts").DeviceCheck} DeviceCheck */
/** @typedef {{result: DrawerCount, denominations: Record<string, number> | undefined, checks: DeviceCheck[]}} Counted */

/** @param {{desk: Desk, counted?: Counted | null}} props the count is the layer's, so that it outlives a question to the manager @returns {View} */
export function CloseShift({ desk, counted = null }) {
  const setCounted = (/** @type {Counted | null} */ next) => desk.open("closeshift", { counted: next });
  const open = desk.till.state.receipts.filter((tab) => tab.lines > 0);
  if (open.length > 0) return html`<${StillOpen} desk=${desk} open=${open} />`;
  if (counted) return html`<${Result} desk=${desk} counted=${counted} again=${() => setCounted(null)} />`;
  return html`<${Count} desk=${desk} onCounted=${setCounted} />`;
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

/** @param {{desk: Desk, onCounted: (counted: Counted) => void}} props @returns {View} */
function Count({ desk, onCounted }) {
  const count = useCount(desk);
  const [told, setTold] = useState(/** @type {Record<string, string>} */ ({}));
  const { busy, onSubmit } = useCounting(desk, count, (counted) => onCounted({ ...counted, checks: checksOf(desk, counted.result, told) }));
  return html`<${Sheet} desk=${desk} title=${t("Z: count the drawer")}>
    <form onSubmit=${onSubmit} class="scroll">
      <${Waiting} desk=${desk} />
      <${CountFields} desk=${desk} count=${count} label=${t("All cash in the drawer as one sum, or count by notes and coins below")} />
      <${Terminals} desk=${desk} told=${told} onTold=${setTold} />
      <${CountFoot} desk=${desk} count=${count} go=${t("Counted")} busy=${busy} testid="close-shift" />
    </form>
  <//>`;
}

/** What is not done yet: none of it keeps the shift from being closed. @param {{desk: Desk}} props @returns {View} */
function Waiting({ desk }) {
  const { unsent, printer, fiscal, troubles } = desk.till.status;
  const found = [unsentHint(unsent)];
  if (printer.waiting) found.push(tn("1 print waits for the printer.", "{n} prints wait for the printer.", printer.waiting));
  const unregistered = fiscal.waiting + fiscal.deferred;
  if (unregistered) found.push(tn("1 document waits for the fiscal printer.", "{n} documents wait for the fiscal printer.", unregistered));
  if (troubles.length) found.push(tn("1 entry was set aside by the server: tell the manager.", "{n} entries were set aside by the server: tell the manager.", troubles.length));
  return html`<p class="hint" data-testid="waiting">${found.join(" ")}</p>`;
}

/** @param {number} unsent @returns {string} */
function unsentHint(unsent) {
  if (unsent === 0) return t("Everything is on the server.");
  return t("The server still waits for {n} entries. They will be sent later by themselves.", { n: unsent });
}

/** What each card terminal counted itself, as its own slip says. @param {{desk: Desk, told: Record<string, string>, onTold: (told: Record<string, string>) => void}} props @returns {View} */
function Terminals({ desk, told, onTold }) {
  const { cardTenders } = desk.till.state;
  if (cardTenders.length === 0) return null;
  return html`<div class="count terminals" role="group" aria-label=${t("Sums of the card terminals")}>
    ${cardTenders.map(({ id, name }) => html`<label key=${id}><span>${t("{name}: sum on its slip", { name })}</span>
      <input inputmode="decimal" autocomplete="off" maxlength="14" data-testid=${"told-" + id} value=${told[id] ?? ""}
        onInput=${(/** @type {any} */ event) => onTold({ ...told, [id]: event.target.value })} /></label>`)}
  </div>`;
}

/** @param {Desk} desk @param {DrawerCount} result @param {Record<string, string>} told @returns {DeviceCheck[]} */
function checksOf(desk, result, told) {
  return desk.till.state.cardTenders.flatMap(({ id }) => {
    const sum = parseScaled(told[id] ?? "", desk.currency?.digits ?? 2);
    return sum === null ? [] : [{ device: id, figure: "amount", till: result.tenders.find((row) => row.id === id)?.amount ?? 0, told: sum }];
  });
}

/** The difference is known now: it is closed with a reason, or counted again. @param {{desk: Desk, counted: Counted, again: () => void}} props @returns {View} */
function Result({ desk, counted, again }) {
  const { result, checks } = counted;
  const right = result.difference === 0 && checks.every((check) => check.till === check.told);
  const close = (/** @type {string | undefined} */ reason) => finish(desk, counted, reason);
  const reasons = right ? [{ key: "Enter", name: t("Close the shift and make the Z"), run: () => close(undefined) }] : reasonChoices(desk, "difference", close);
  const options = [...reasons, { key: "0", name: t("Count again"), run: again }];
  useDigits(desk, options, { enter: (/** @type {string} */ entry) => entry === "" && right && close(undefined) });
  return html`<${Sheet} desk=${desk} title=${t("Z: the difference")}>
    <${CountResult} desk=${desk} result=${result} />
    <${Checks} desk=${desk} checks=${checks} />
    ${right ? null : html`<p>${t("Why? Choosing a reason closes the shift.")}</p>`}
    <${Choices} desk=${desk} options=${options} />
  <//>`;
}

/** @param {{desk: Desk, checks: DeviceCheck[]}} props @returns {View} */
function Checks({ desk, checks }) {
  if (checks.length === 0) return null;
  const nameOf = (/** @type {string} */ id) => desk.till.state.cardTenders.find((card) => card.id === id)?.name ?? id;
  const words = (/** @type {DeviceCheck} */ { till, told }) => t("{till} here, {told} there", { till: money(till, desk.currency), told: money(told, desk.currency) });
  return html`<dl class="facts">${checks.map((check) => html`<dt>${nameOf(check.device)}</dt>
    <dd data-testid=${"check-" + check.device}>${check.till === check.told ? t("agrees") : words(check)}</dd>`)}</dl>`;
}

/** @param {Desk} desk @param {Counted} counted @param {string | undefined} reason @returns {Promise<unknown>} */
function finish(desk, { result, denominations, checks }, reason) {
  return closeWith(desk, { counted: result.counted, denominations, reason, checks });
}

/** Closes the shift and shows its Z. @param {Desk} desk @param {import("../models/desk.js").Closing} closing @returns {Promise<unknown>} */
export function closeWith(desk, closing) {
  const currency = desk.currency;
  const cards = desk.till.state.tenders;
  return desk.attempt(async (approval) => {
    const closed = await desk.till.closeShift({ ...closing, approval });
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
  const print = () => desk.attempt(() => desk.till.printReport({ ...report, counted, difference }));
  const printer = desk.till.status.printer.state !== "none";
  const foot = html`<div class="row">
    ${printer ? html`<button class="big" onClick=${print}>${t("Print again")}</button>` : null}
    <button ref=${focus} class="primary big" onClick=${() => desk.close()}>${t("Done")}</button>
  </div>`;
  return html`<${Sheet} desk=${desk} title=${t("Z of shift {number}", { number: report.number })} foot=${foot}>
    <dl class="facts"><dt>${t("Counted")}</dt><dd>${counted === null ? t("not counted") : money(counted, currency)}</dd>
      <dt class="sum">${t("Difference")}</dt><dd class="sum" data-testid="difference">${difference === null ? "–" : money(difference, currency)}</dd></dl>
    ${difference === null ? html`<p class="hint">${t("The manager sees that nobody counted.")}</p>` : null}
    <${FiscalZ} desk=${desk} shift=${report.number} />
    <${ReportBody} report=${report} currency=${currency} cards=${cards} />
  <//>`;
}
