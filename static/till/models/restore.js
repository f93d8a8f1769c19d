/**
 * The bridge's copy against the till's own journal, at every connection: what only the bridge has comes back, what only
 * the till has goes over, what the server holds is dropped there.
 */

import { hashOf } from "./chain.js";

/** @typedef {import("../types.d.ts").Item} Item */
/** @typedef {import("../assembly.js").Parts} Parts */

/** Items of the till's own chain that are given to a bridge that was away; older ones the server has long had asked for. */
const MOST_UNSENT = 5_000;

/** @param {Parts} parts @param {import("../net/bridge.js").Bridge} bridge */
export async function restoreFromBridge(parts, bridge) {
  const kept = await bridge.list();
  const { missing, held } = await compare(parts, kept);
  await bridge.acked(held);
  const { inc } = parts.journal.head;
  await parts.fiscal.restored(missing);
  await adopt(parts, missing.filter((item) => item.inc < inc), missing.filter((item) => item.inc === inc));
  for (const item of missing.filter((one) => one.inc > inc)) parts.tally.trouble(item, "later_incarnation", "");
  const known = new Set(kept.map((item) => item.id));
  const unsent = await parts.ledger.batch(MOST_UNSENT, Number.MAX_SAFE_INTEGER);
  await bridge.keep(unsent.filter((item) => !known.has(item.id)));
}

/**
 * @param {Parts} parts
 * @param {Item[]} kept
 * @returns {Promise<{missing: Item[], held: Item[]}>} not in the journal · acknowledged by the server
 */
async function compare(parts, kept) {
  /** @type {Item[]} */
  const missing = [];
  /** @type {Item[]} */
  const held = [];
  for (const item of kept) {
    const row = await parts.ledger.bySeq(item.inc, item.seq);
    if (!row) (isForgotten(parts, item) ? held : missing).push(item);
    else if (row.item.hash !== item.hash) parts.tally.trouble(item, "fork", `bridge ${item.hash.slice(0, 8)}, till ${row.item.hash.slice(0, 8)}`);
    else if (!row.unsent) held.push(item);
  }
  return { missing, held };
}

/** Of our own chain, and older than its end: acknowledged and pruned long ago. @param {Parts} parts @param {Item} item */
function isForgotten(parts, item) {
  const { head } = parts.journal;
  return item.inc === head.inc && item.seq <= head.seq;
}

/** @param {Parts} parts @param {Item[]} earlier of incarnations before @param {Item[]} own of the present one, beyond its end */
async function adopt(parts, earlier, own) {
  if (earlier.length + own.length === 0) return;
  const taken = await parts.journal.between(async () => {
    const tail = tailOf(parts, own);
    await parts.ledger.adopt([...earlier, ...tail.items], tail.moved);
    if (tail.moved) parts.journal.moved(tail.moved.head, tail.moved.counters);
    return earlier.length + tail.items.length;
  });
  if (taken === 0) return;
  await parts.tally.recount();
  parts.tally.trouble(null, "restored", String(taken));
  parts.link?.upload.poke();
}

/**
 * The items that continue our own chain without a gap. Own storage that went back in time is the only way to them.
 *
 * @param {Parts} parts
 * @param {Item[]} items in chain order
 */
function tailOf(parts, items) {
  let head = parts.journal.head;
  const counters = { ...parts.journal.counters };
  const tail = [];
  for (const item of items) {
    if (item.seq !== head.seq + 1 || (head.seq > 0 && item.prev !== head.hash) || hashOf(item) !== item.hash) break;
    tail.push(item);
    head = { ...head, seq: item.seq, hash: item.hash };
    count(counters, item);
  }
  return { items: tail, moved: tail.length > 0 ? { head, counters } : null };
}

/** @param {import("../db/journal.js").Counters} counters @param {Item} item */
function count(counters, { type, body }) {
  const number = Number(body.number);
  if (type === "receipt") counters[body.kind === "return" ? "return" : "sale"] = number;
  else if (type === "event" && body.name === "training_receipt") counters.training = Number(/** @type {any} */ (body.data)?.number);
  else if (type === "shift" && body.action === "open") counters.shift = number;
}
