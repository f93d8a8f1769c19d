/** The cells of a receipt line, in the order the layout gives. */

import { percent, quantity, sum } from "../ui/format.js";
import { html } from "../ui/html.js";

/** @typedef {import("../types.d.ts").LineView} LineView */
/** @typedef {import("../ui/html.js").View} View */
/** @typedef {{line: LineView, note: string, currency: import("../ui/format.js").Currency | null}} Cell */

/** Widths of the columns (models/layout-rules.js LINE_COLUMNS). @type {Record<string, string>} */
const WIDTHS = { n: "1.875rem", name: "minmax(0, 1fr)", each: "auto", total: "6.5rem", code: "5rem", barcode: "8rem", quantity: "4.5rem", unit: "2.5rem", price: "5rem", discount: "5rem", tax: "3.5rem" };

/** @param {string[]} columns @returns {string} for grid-template-columns */
export function columnTracks(columns) {
  return columns.map((name) => WIDTHS[name] ?? "auto").join(" ");
}

/** Beside a panel there is room for these only: a name must stay readable. */
const SHORT = ["n", "name", "quantity", "each", "total"];

/** @type {WeakMap<string[], string[]>} one list for each, so that lines see that nothing changed */
const shortened = new WeakMap();

/** @param {string[]} columns @param {boolean} covered a panel lies over the screen @returns {string[]} */
export function columnsThatFit(columns, covered) {
  if (!covered || columns.length <= 4) return columns;
  const known = shortened.get(columns) ?? columns.filter((name) => SHORT.includes(name));
  shortened.set(columns, known);
  return known;
}

/** @type {Record<string, (cell: Cell) => View>} */
const CELLS = {
  n: ({ line }) => html`<span class="n">${line.n}</span>`,
  name: ({ line, note }) => html`<span class="name"><b>${line.name}</b>${note ? html`<small>${note}</small>` : null}</span>`,
  each: ({ line, currency }) => html`<span class="q">${quantity(line.quantity, line.decimals)} ${line.unitName} × ${sum(line.price, currency)}</span>`,
  total: ({ line, currency }) => html`<span class="a" data-testid="line-total">${sum(line.voided ? line.gross : line.total, currency)}</span>`,
  code: ({ line }) => html`<span class="n">${line.code}</span>`,
  barcode: ({ line }) => html`<span class="n">${line.barcode ?? ""}</span>`,
  quantity: ({ line }) => html`<span class="q">${quantity(line.quantity, line.decimals)}</span>`,
  unit: ({ line }) => html`<span class="unit">${line.unitName}</span>`,
  price: ({ line, currency }) => html`<span class="q">${sum(line.price, currency)}</span>`,
  discount: ({ line, currency }) => html`<span class="q">${discount(line) ? sum(-discount(line), currency) : ""}</span>`,
  tax: ({ line }) => html`<span class="q">${percent(line.tax.percent)}</span>`,
};

/** @param {LineView} line @returns {number} */
function discount(line) {
  return line.discounts.reduce((all, each) => all + each.amount, 0);
}

/** @param {Cell & {columns: string[]}} props @returns {View} */
export function Cells({ columns, ...cell }) {
  return html`${columns.map((name) => CELLS[name]?.(cell) ?? null)}`;
}
