/** The body of an X or Z: the same rows on screen that the printer gets. */

import { t, tn } from "../i18n.js";
import { money, percent } from "../ui/format.js";
import { html } from "../ui/html.js";

/** @typedef {import("../types.d.ts").Report} Report */
/** @typedef {import("../types.d.ts").ShiftTotals} ShiftTotals */
/** @typedef {import("../ui/format.js").Currency | null} Money */
/** @typedef {import("../ui/html.js").View} View */
/** What a means of payment is called, and whether its slips are counted. @typedef {{id: string, name: string, counted?: boolean}} Method */

/** @param {{name: string, value: string, strong?: boolean, testid?: string}} props @returns {View} */
function Fact({ name, value, strong, testid }) {
  return html`<dt class=${strong ? "sum" : ""}>${name}</dt><dd class=${strong ? "sum" : ""} data-testid=${testid}>${value}</dd>`;
}

/** @param {string} method @param {Method[]} cards @returns {string} */
export function methodName(method, cards) {
  if (method === "cash") return t("Cash");
  if (method === "card") return t("Card");
  if (method === "exchange") return t("Exchange");
  if (method === "bonus") return t("Points");
  return cards.find((card) => card.id === method)?.name ?? method;
}

/** @param {{report: Report, currency: Money, cards: Method[]}} props @returns {View} */
export function ReportBody({ report, currency, cards }) {
  const { totals } = report;
  return html`<dl class="facts">
    <${Fact} name=${t("Receipts")} value=${String(totals.receipts)} testid="report-receipts" />
    <${Fact} name=${t("Sales")} value=${money(totals.sales, currency)} strong testid="report-sales" />
    <${Refunds} totals=${totals} currency=${currency} />
    <${Fact} name=${t("Discounts given")} value=${money(totals.discounts, currency)} />
    ${totals.rounding ? html`<${Fact} name=${t("Rounding")} value=${money(totals.rounding, currency)} />` : null}
    <${Fact} name=${t("Voided")} value=${voids(totals)} />
    ${Object.entries(totals.tenders).map(([method, row]) => html`<${Fact} key=${method} name=${methodName(method, cards) + " × " + row.count} value=${money(row.amount, currency)} />`)}
    ${totals.taxes.map((row) => html`<${Tax} key=${row.code} row=${row} currency=${currency} />`)}
  </dl><${Drawer} totals=${totals} currency=${currency} cards=${cards} />`;
}

/** @param {{totals: ShiftTotals, currency: Money}} props @returns {View} */
function Refunds({ totals, currency }) {
  if (!totals.returns) return null;
  return html`<${Fact} name=${tn("1 return", "{n} returns", totals.returns)} value=${money(-totals.refunds, currency)} />`;
}

/** @param {ShiftTotals} totals @returns {string} */
function voids(totals) {
  const lines = tn("1 line", "{n} lines", totals.voided_lines);
  const receipts = tn("1 receipt", "{n} receipts", totals.cancelled_receipts);
  return lines + ", " + receipts;
}

/** @param {{row: import("../types.d.ts").TaxRow, currency: Money}} props @returns {View} */
function Tax({ row, currency }) {
  const name = t("Tax {code} {percent}", { code: row.code, percent: percent(row.percent) });
  return html`<${Fact} name=${name} value=${money(row.tax, currency)} />`;
}

/** Slips that are counted with the cash. @param {string} name @param {number} count @returns {string} */
function slips(name, count) {
  return tn("{name}: 1 slip", "{name}: {n} slips", count, { name });
}

/** @param {{totals: ShiftTotals, currency: Money, cards: Method[]}} props @returns {View} */
function Drawer({ totals, currency, cards }) {
  const moves = /** @type {[string, number][]} */ ([
    [t("Taken out"), -totals.cash_out], [t("Drop to the safe"), -totals.drop], [t("Collection"), -totals.collection], [t("Differences of hand-overs"), totals.correction],
  ]);
  return html`<h3>${t("Cash in the drawer")}</h3><dl class="facts">
    <${Fact} name=${t("Float")} value=${money(totals.float, currency)} />
    <${Fact} name=${t("Cash sales")} value=${money(totals.tenders.cash?.amount ?? 0, currency)} />
    ${totals.cash_in ? html`<${Fact} name=${t("Put in")} value=${money(totals.cash_in, currency)} />` : null}
    ${moves.map(([name, amount]) => (amount ? html`<${Fact} key=${name} name=${name} value=${money(amount, currency)} />` : null))}
    <${Fact} name=${t("Should be there")} value=${money(totals.expected_cash, currency)} strong testid="report-expected" />
    ${cards.filter(({ id, counted }) => counted && id !== "cash" && totals.tenders[id]).map(({ id, name }) => html`<${Fact} key=${id} name=${slips(name, totals.tenders[id].count)} value=${money(totals.tenders[id].amount, currency)} />`)}
  </dl>`;
}
