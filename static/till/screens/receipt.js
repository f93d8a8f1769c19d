/** The parts of the receipt on screen: its lines (after a sale, the change), the entry with the message beside it, the total. */

import { spokenLanguage, t, tn } from "../i18n.js";
import { money, percent, quantity, sum } from "../ui/format.js";
import { Component, html, useLayoutEffect, useRef } from "../ui/html.js";
import { Icon } from "../ui/icons.js";
import { Cells, columnTracks, columnsThatFit } from "./linecells.js";
import { QrCode } from "../ui/qr.js";
import { MessageSlot } from "./messageslot.js";
import { UnsoldChip } from "./unsold.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/html.js").View} View */
/** @typedef {import("../types.d.ts").LineView} LineView */
/** @typedef {import("../types.d.ts").ReceiptView} ReceiptView */
/** @typedef {import("../ui/format.js").Currency | null} Money */

/** @param {{desk: Desk}} props @returns {View} */
export function LinesOrChange({ desk }) {
  const { receipt, last } = desk.till.state;
  const showChange = Boolean(last?.fresh) && !receipt?.lines.length;
  return showChange ? html`<${Change} desk=${desk} />` : html`<${Lines} desk=${desk} receipt=${receipt} />`;
}

/** @param {{desk: Desk, commands: import("../ui/commands.js").Commands}} props @returns {View} */
export function EntryAndMessage({ desk, commands }) {
  return html`<div class="entry"><${Entry} desk=${desk} /><${UnsoldChip} desk=${desk} /><${MessageSlot} desk=${desk} commands=${commands} /></div>`;
}

/** @param {{desk: Desk, receipt: ReceiptView | null}} props @returns {View} */
function Lines({ desk, receipt }) {
  const lines = receipt?.lines ?? [];
  const selected = receipt?.selected ?? null;
  const list = useRef(/** @type {HTMLElement | null} */ (null));
  useLayoutEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [selected, lines.length]);
  if (lines.length === 0) return html`<${Empty} />`;
  const lastLine = lines[lines.length - 1].n;
  const lang = spokenLanguage();
  const { columns: all, rows } = desk.till.state.layout.body;
  const columns = columnsThatFit(all, desk.layer !== null || desk.till.state.payment !== null);
  return html`<div class=${"lines " + rows} style=${{ "--columns": columnTracks(columns) }} ref=${list} role="listbox" tabindex="-1" aria-label=${t("Lines of the receipt")}>
    ${lines.map((line) => html`<${Line} key=${line.n} line=${line} on=${line.n === selected} last=${line.n === lastLine} lang=${lang} desk=${desk} columns=${columns} />`)}
  </div>`;
}

/** @returns {View} */
function Empty() {
  return html`<div class="lines"><div class="empty"><${Icon} name="barcode" /><p>${t("Scan an item, or type its code and press Enter.")}</p></div></div>`;
}

/** A line is drawn again only when something on it changed: long receipts must not slow a scan. */
class Line extends Component {
  /** @param {any} next @returns {boolean} */
  shouldComponentUpdate(next) {
    const { line, on, last, lang, columns } = /** @type {any} */ (this.props);
    return next.on !== on || next.last !== last || next.lang !== lang || next.columns !== columns || face(next.line) !== face(line);
  }

  /** @param {any} props @returns {any} */
  render({ line, on, last, desk, columns }) {
    const kind = "line" + (on ? " on" : "") + (last ? " last" : "") + (line.voided ? " void" : "");
    const note = notes(line, desk.currency);
    return html`<div class=${kind} role="option" aria-selected=${on} data-testid="line" data-n=${line.n} onClick=${() => desk.attempt(() => desk.till.selectLine(line.n))}>
      <${Cells} line=${line} note=${note} columns=${columns} currency=${desk.currency} />
    </div>`;
  }
}

/** Everything of a line that is to be seen, as one text. @param {LineView} line @returns {string} */
function face(line) {
  const discounts = line.discounts.map((each) => each.name + each.amount).join();
  return [line.n, line.name, line.quantity, line.price, line.total, line.voided, line.age, line.weighed, line.unitName, discounts, goodsNotes(line, null)].join("|");
}

/** The small print of a line: why it costs what it costs. @param {LineView} line @param {Money} currency @returns {string} */
function notes(line, currency) {
  const found = line.voided ? [t("voided")] : line.discounts.map((each) => discountNote(each, currency));
  if (line.weighed) found.unshift(t("weighed"));
  if (line.age) found.push(line.age + "+");
  found.push(...goodsNotes(line, currency));
  return found.join(" · ");
}

/** What is known of this very unit. @param {LineView} line @param {Money} currency @returns {string[]} */
function goodsNotes({ lot, mark, capture, priceFrom, was }, currency) {
  const found = lot ? [t("lot {lot}", { lot })] : [];
  if (capture) found.push(mark ? t("number read") : t("number missing"));
  if (priceFrom === "typed") found.push(t("price typed"));
  if (priceFrom === "sticker" && was !== null) found.push(t("reduced, was {price}", { price: sum(was, currency) }));
  if (priceFrom === "label") found.push(t("price of the label"));
  return found;
}

/** @param {import("../types.d.ts").LineDiscount} discount @param {Money} currency @returns {string} */
function discountNote(discount, currency) {
  const name = discount.source === "manual" ? t("discount") : discount.source === "rounding" ? t("rounding") : discount.name;
  return name + " " + sum(-discount.amount, currency);
}

/** @param {{desk: Desk}} props @returns {View} what is being typed, with the quantity that waits for a code */
function Entry({ desk }) {
  const { operand } = desk.till.state;
  const waiting = operand === null ? "" : quantity(operand, 0) + " × ";
  return html`<output aria-label=${t("Typed")} data-testid="entry">${waiting}${desk.entry}</output>`;
}

/** @param {{desk: Desk}} props @returns {View} */
export function Totals({ desk }) {
  const { receipt } = desk.till.state;
  const { exchanged } = desk.till;
  const back = receipt?.kind === "return";
  const due = (receipt?.due ?? 0) * (back ? -1 : 1);
  return html`<div class=${"totals" + (back ? " minus" : "")}>
    <div>${back ? html`<b class="mode" data-testid="mode">${t("RETURN")}</b> ` : null}${exchanged ? html`<b data-testid="exchange">${t("Exchange: {sum} comes back", { sum: money(exchanged.back, desk.currency) })}</b> ` : null}${receipt?.count ? html`<${Counts} receipt=${receipt} currency=${desk.currency} />` : back ? null : t("Total")}</div>
    <strong data-testid="total" aria-label=${t("Total {sum}", { sum: money(due, desk.currency) })}>${money(due, desk.currency)}</strong>
  </div>`;
}

/** @param {{receipt: ReceiptView, currency: Money}} props @returns {View} */
function Counts({ receipt, currency }) {
  const lines = tn("1 line", "{n} lines", receipt.count);
  return html`<div>${lines} · ${pieces(receipt)}<br />${savings(receipt, currency)}</div>`;
}

/** @param {ReceiptView} receipt @returns {string} weighed goods count as one piece each */
function pieces(receipt) {
  const standing = receipt.lines.filter((line) => !line.voided);
  const count = standing.reduce((all, line) => all + (line.decimals > 0 ? 1 : Math.ceil(line.quantity / 1000)), 0);
  return tn("1 piece", "{n} pieces", count);
}

/** @param {ReceiptView} receipt @param {Money} currency @returns {string} */
function savings(receipt, currency) {
  const manual = receipt.discount?.percent ? t("receipt discount {percent}", { percent: percent(receipt.discount.percent) }) : "";
  const saved = receipt.saved > 0 ? t("saved {sum}", { sum: money(receipt.saved, currency) }) : "";
  return [saved, manual].filter(Boolean).join(" · ");
}

/** What to hand back, until the next item is scanned. @param {{desk: Desk}} props @returns {View} */
function Change({ desk }) {
  const last = desk.till.state.last;
  if (!last) return null;
  const back = last.kind === "return";
  const sentence = back ? t("Return {label}, given back {sum}", { label: last.label, sum: money(last.due, desk.currency) }) : t("Receipt {label}, paid {sum}", { label: last.label, sum: money(last.due, desk.currency) });
  return html`<div class="lines"><div class=${"done" + (back ? " minus" : "")} role="status">
    <h2>${back ? t("Give back in cash") : t("Change")}</h2>
    <strong data-testid="change">${money(last.change, desk.currency)}</strong>
    <p>${sentence}</p>
    ${last.earned ? html`<p data-testid="earned">${t("Points earned: {sum}", { sum: money(last.earned, desk.currency) })}</p>` : null}
    <p class="hint">${printWords(last.print)}</p>
    ${last.link ? html`<${QrCode} text=${last.link} label=${t("Code of the receipt's page")} testid="receipt-qr" /><p class="hint">${t("The customer's telephone opens the receipt from this code.")}</p>` : null}
  </div></div>`;
}

/** @param {string} print @returns {string} */
function printWords(print) {
  if (print === "printed") return t("The receipt is printed. Scan the next item.");
  if (print === "waiting") return t("The receipt is being printed. Scan the next item.");
  if (print === "later") return t("The receipt is saved and is registered later.");
  if (print === "failed") return t("The receipt is saved, but not printed yet.");
  if (print === "unknown") return t("The receipt is saved. Look whether it was printed.");
  return t("The receipt is saved. Scan the next item.");
}
