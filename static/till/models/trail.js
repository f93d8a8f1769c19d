/**
 * How an open receipt came about: one short step for each thing done to it, kept with the draft and journaled once, with
 * the receipt or with its cancelling. So a receipt can be replayed as it happened, and a scan costs the journal nothing.
 *
 * Steps are found by comparing the draft before with the draft after: whatever changes a receipt, also what is built
 * later, leaves its step without having to think of it.
 */

/** @typedef {import("../types.d.ts").Draft} Draft */
/** @typedef {import("../types.d.ts").DraftLine} DraftLine */
/** @typedef {import("../types.d.ts").Tender} Tender */
/** @typedef {{ms: number, do: string, [what: string]: unknown}} Step */
/** @typedef {{do: string, [what: string]: unknown}} Deed */

/** What one event holds at most; the steps after that are only counted. */
export const MOST_STEPS = 2_000;

/**
 * @param {Draft | undefined} before
 * @param {Draft} after
 * @param {number} now ms since 1970
 * @returns {Draft} `after` with the steps that lead to it
 */
export function followed(before, after, now) {
  const deeds = deedsBetween(before, after);
  if (deeds.length === 0) return after;
  return withDeeds(after, deeds, now);
}

/** A step that changes nothing on the receipt, as the total that was told. @param {Draft} draft @param {Deed} deed @param {number} now @returns {Draft} */
export function withDeed(draft, deed, now) {
  return withDeeds(draft, [deed], now);
}

/** @param {Draft} draft @param {Deed[]} deeds @param {number} now @returns {Draft} */
function withDeeds(draft, deeds, now) {
  const trail = draft.trail ?? [];
  const ms = now - Date.parse(draft.openedAt);
  const room = Math.max(0, MOST_STEPS - trail.length);
  const kept = deeds.slice(0, room).map((deed) => ({ ms, ...deed }));
  return { ...draft, trail: [...trail, ...kept], trailCut: (draft.trailCut ?? 0) + deeds.length - kept.length };
}

/** Was the sum told to the customer before? Taking lines off after that is what a manager wants to see. @param {Draft} draft */
export function afterTotal(draft) {
  return draft.trail?.some((step) => step.do === "total") ?? false;
}

/** Once the customer was told a sum, taking away asks for more than a slip of the hand does. @param {Draft} draft @returns {string} */
export function voidRight(draft) {
  return afterTotal(draft) ? "till.void_subtotal" : "till.void";
}

/** As the event `receipt_trail` holds it. @param {Draft} draft @returns {{steps: Step[], left_out: number}} */
export function trailOf(draft) {
  return { steps: draft.trail ?? [], left_out: draft.trailCut ?? 0 };
}

/** @param {Draft | undefined} before @param {Draft} after @returns {Deed[]} */
function deedsBetween(before, after) {
  /** @type {Deed[]} */
  const deeds = [];
  lines(before?.lines ?? [], after.lines, deeds);
  if (!same(before?.discount ?? null, after.discount)) deeds.push({ do: "discount", n: null, ...discountOf(after.discount) });
  // Nobody was asked for the age of who brings goods back.
  if (after.kind === "sale" && (before?.ageConfirmed ?? 0) !== after.ageConfirmed) deeds.push({ do: "age", age: after.ageConfirmed });
  tenders(before?.tenders ?? [], after.tenders, deeds);
  return deeds;
}

/** @param {DraftLine[]} before @param {DraftLine[]} after @param {Deed[]} deeds */
function lines(before, after, deeds) {
  for (let i = 0; i < after.length; i += 1) {
    const line = after[i];
    if (before[i] === line) continue;
    const was = before[i]?.n === line.n ? before[i] : before.find((one) => one.n === line.n);
    if (was) changes(was, line, deeds);
    else added(line, deeds);
  }
  if (before.length > after.length) gone(before, after, deeds);
}

/** @param {DraftLine} line @param {Deed[]} deeds */
function added(line, deeds) {
  const { n, product, quantity, price } = line;
  deeds.push({ do: "line", n, product, quantity, price });
  if (line.manual) deeds.push({ do: "discount", n, ...discountOf(line.manual) });
}

/** @param {DraftLine} was @param {DraftLine} line @param {Deed[]} deeds */
function changes(was, line, deeds) {
  const { n } = line;
  if (was.quantity !== line.quantity) deeds.push({ do: "quantity", n, from: was.quantity, to: line.quantity });
  if (was.price !== line.price) deeds.push({ do: "price", n, from: was.price, to: line.price });
  if (was.voided !== line.voided) deeds.push({ do: line.voided ? "void" : "unvoid", n });
  if (!same(was.manual, line.manual)) deeds.push({ do: "discount", n, ...discountOf(line.manual) });
}

/** @param {DraftLine[]} before @param {DraftLine[]} after @param {Deed[]} deeds */
function gone(before, after, deeds) {
  const left = new Set(after.map((line) => line.n));
  for (const { n, voided } of before) if (!left.has(n) && !voided) deeds.push({ do: "void", n });
}

/** @param {Tender[]} before @param {Tender[]} after @param {Deed[]} deeds */
function tenders(before, after, deeds) {
  let equal = 0;
  while (equal < before.length && equal < after.length && same(before[equal], after[equal])) equal += 1;
  for (const { method, amount } of before.slice(equal).reverse()) deeds.push({ do: "untender", method, amount });
  for (const { method, amount, tendered } of after.slice(equal)) deeds.push({ do: "tender", method, amount, tendered });
}

/** @param {import("../types.d.ts").ManualDiscount | null} discount */
function discountOf(discount) {
  return { percent: discount?.percent ?? null, amount: discount?.amount ?? null };
}

/** @param {unknown} one @param {unknown} other */
function same(one, other) {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
