/** The screen's picture of what a return comes back to. Makes no decision of its own. */

import { leftOf } from "./origin.js";
import { countOf } from "./return-count.js";

/** @typedef {import("../types.d.ts").Draft} Draft */
/** @typedef {import("../types.d.ts").ReturnLineView} ReturnLineView */

/**
 * @param {Draft} draft
 * @param {(code: string) => {name: string, decimals: number}} unit
 * @returns {import("../types.d.ts").ReturnView}
 */
export function returnView(draft, unit) {
  const { origin, looking, reason } = draft;
  return {
    label: origin?.label ?? looking ?? null, id: origin?.id ?? null, closedAt: origin?.closedAt ?? null, due: origin?.due ?? 0,
    source: origin?.source ?? "none", verified: origin?.verified ?? true, looking: Boolean(looking), reason: reason ?? null, empties: draft.empties === true,
    lines: (origin?.lines ?? []).map((line) => lineView(draft, line, unit(line.unit))),
  };
}

/** @param {Draft} draft @param {import("../types.d.ts").SoldLine} line @param {{name: string, decimals: number}} unit @returns {ReturnLineView} */
function lineView(draft, { n, product, name, quantity, price, total, deposit }, unit) {
  const left = leftOf(/** @type {import("../types.d.ts").Origin} */ (draft.origin), n);
  return { n, product, name, unitName: unit.name, decimals: unit.decimals, sold: quantity, left, now: countOf(draft, n), price, total, deposit };
}
