/** The screen's picture of a receipt: the draft with its prices laid beside the lines. Makes no decision of its own. */

import { awaited } from "./capture.js";
import { ageLine, standingLines } from "./draft.js";
import { roundDiv } from "./money.js";
import { returnView } from "./return-view.js";

/** @typedef {import("../types.d.ts").Draft} Draft */
/** @typedef {import("../types.d.ts").DraftLine} DraftLine */
/** @typedef {import("../types.d.ts").Priced} Priced */
/** @typedef {import("../types.d.ts").LineView} LineView */

/**
 * @param {Draft} draft
 * @param {Priced} priced
 * @param {(code: string) => {name: string, decimals: number}} unit
 * @returns {import("../types.d.ts").ReceiptView}
 */
export function receiptView(draft, priced, unit) {
  const results = new Map(priced.lines.map((line) => [line.n, line]));
  const lines = draft.lines.map((line) => lineView(line, results.get(line.n), unit(line.unit)));
  const standing = lines.filter((line) => !line.voided);
  const gross = standing.reduce((sum, line) => sum + line.gross, 0);
  const age = ageLine(draft);
  const wanted = awaited(draft);
  return {
    id: draft.id, tab: draft.tab, kind: draft.kind, openedAt: draft.openedAt, lines, selected: draft.selected, discount: draft.discount,
    taxes: priced.taxes, gross, saved: gross - priced.total, total: priced.total, due: priced.due, count: standing.length, age: age?.age ?? 0,
    ageLine: age?.name ?? null, capture: wanted && { n: wanted.n, name: wanted.name, kind: String(wanted.capture) }, reasons: priced.reasons,
    back: draft.kind === "return" ? returnView(draft, unit) : null, customer: draft.customer ?? null,
    charge: draft.charge ?? null,
  };
}

/**
 * @param {DraftLine} line
 * @param {import("../types.d.ts").PricedLine | undefined} priced undefined for a voided line
 * @param {{name: string, decimals: number}} unit
 * @returns {LineView}
 */
function lineView(line, priced, unit) {
  const { n, product, name, code, barcode, kind, quantity, price, manual, age, deposit, voided } = line;
  return {
    n, product, name, code, barcode, kind, quantity, unit: line.unit, unitName: unit.name, decimals: unit.decimals, price,
    gross: priced?.gross ?? roundDiv(price * quantity, 1000), discounts: priced?.discounts ?? [], total: priced?.total ?? 0,
    tax: priced?.tax ?? { code: line.tax, percent: 0 }, manual, age, deposit, weighed: kind === "weighed", voided,
    lot: line.lot ?? null, mark: line.mark ?? null, capture: line.capture ?? "", priceFrom: line.price_from ?? null, was: line.was ?? null, follows: line.follows ?? null,
  };
}

/**
 * @param {Draft} draft
 * @param {Priced | null} priced null while nothing is on it
 * @param {boolean} current
 * @returns {import("../types.d.ts").ReceiptTab}
 */
export function tabView(draft, priced, current) {
  return {
    id: draft.id, tab: draft.tab, kind: draft.kind, current, lines: standingLines(draft).length, total: priced?.due ?? 0, openedAt: draft.openedAt,
    customer: draft.customer?.name ?? null, parked: Boolean(draft.parked),
  };
}
