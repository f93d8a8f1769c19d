/**
 * What a changed price means for receipts that are open already (setting `open_receipts`): `keep`, the line stays at the
 * price it was scanned at, or `better`, it takes the new price when that is lower. No rule ever makes a line dearer.
 */

import { TillError } from "./errors.js";
import { holdsMoney } from "./tenders.js";

/** @typedef {import("../types.d.ts").Draft} Draft */
/** @typedef {import("../types.d.ts").DraftLine} DraftLine */
/** @typedef {import("../assembly.js").Parts} Parts */

/**
 * Looks at all open receipts: when prices came, when one is taken up again, and before its sum is told. From then on the
 * sum stays what was told. Receipts that were put aside for all tills follow when somebody takes them up.
 *
 * @param {Parts} parts
 * @returns {void}
 */
export function takePrices(parts) {
  const { goods, selling, view } = parts;
  if (goods.setting("open_receipts") !== "better" || view.state.phase !== "sale" || view.state.payment !== null) return;
  for (const draft of selling.drafts) {
    const next = draft.kind === "sale" && !draft.parked && !holdsMoney(draft) ? withNewPrices(parts, draft) : draft;
    if (next !== draft) put(parts, next);
  }
}

/** @param {Parts} parts @param {Draft} draft @returns {Draft} the same object when no price is lower */
function withNewPrices({ goods, clock }, draft) {
  const now = clock.instant();
  const lines = draft.lines.map((line) => {
    const price = follows(line) ? goods.priceAt(line.product, now)?.price : undefined;
    return price !== undefined && price < line.price ? { ...line, price } : line;
  });
  return lines.every((line, at) => line === draft.lines[at]) ? draft : { ...draft, lines };
}

/** A typed price, a sticker's, a label's and a deposit are not the catalogue's to change. @param {DraftLine} line */
function follows({ voided, price_from, deposit }) {
  return !voided && !price_from && !deposit;
}

/** @param {Parts} parts @param {Draft} draft */
function put({ selling }, draft) {
  try {
    selling.put(draft);
  } catch (error) {
    // A rulebook the engine refuses: the receipt stays as it is until prices are right again.
    if (!(error instanceof TillError)) throw error;
  }
}
