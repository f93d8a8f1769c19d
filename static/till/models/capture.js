/**
 * Numbers of single units: serial numbers, marks (Data Matrix of the state's register) and excise stamps. Goods that ask for
 * one are one unit a line; the payment waits for the number, the scanning does not.
 */

import { standingLines } from "./draft.js";
import { TillError } from "./errors.js";
import { byGtin } from "./gs1-goods.js";
import { elementString, parseGs1 } from "./gs1.js";

/** @typedef {import("../types.d.ts").Draft} Draft */
/** @typedef {import("../types.d.ts").DraftLine} DraftLine */
/** @typedef {import("../assembly.js").Parts} Parts */
/** @typedef {{line: DraftLine, mark: string}} Answer */

/** What a number of each kind looks like: enough to tell it from a slip of the hand. @type {Record<string, RegExp>} */
const SHAPES = { serial: /^[!-~]{4,60}$/, excise: /^[0-9A-Za-z]{8,200}$/, mark: /^[!-~\u001d]{16,300}$/ };

/** Units of captured goods that one scan may bring. */
const MOST_UNITS = 50;

/** @param {Draft} draft @returns {DraftLine | null} the line whose number is wanted: the selected one, else the first */
export function awaited(draft) {
  if (draft.kind === "return") return null;
  const waiting = standingLines(draft).filter((line) => line.capture && !line.mark);
  return waiting.find((line) => line.n === draft.selected) ?? waiting[0] ?? null;
}

/**
 * The quantities of the lines that so many units become.
 *
 * @param {Pick<DraftLine, "capture">} line
 * @param {number} quantity thousandths
 * @returns {number[]}
 * @throws {TillError} bad_quantity
 */
export function unitsOf({ capture }, quantity) {
  if (!capture) return [quantity];
  const count = quantity / 1000;
  if (!Number.isSafeInteger(count) || count > MOST_UNITS) throw new TillError("bad_quantity");
  return Array.from({ length: count }, () => 1000);
}

/**
 * The line that a scanned code is the number of. Goods of the catalogue are sold, not taken for a number, unless the code
 * carries a serial number of goods that wait for theirs.
 *
 * @param {Parts} parts
 * @param {string} code
 * @returns {Answer | null} null: the code is no answer
 */
export function answerOf(parts, code) {
  if (parts.view.state.phase !== "sale") return null;
  const draft = parts.selling.current;
  const waiting = standingLines(draft).filter((line) => line.capture && !line.mark);
  if (waiting.length === 0 || draft.kind === "return") return null;
  const gs1 = parseGs1(code);
  if (gs1 !== null && gs1 !== "broken" && gs1.data.has("01")) {
    const product = byGtin(parts, String(gs1.data.get("01")))?.product.id;
    const line = waiting.find((one) => one.product === product);
    const mark = line?.capture === "serial" ? gs1.data.get("21") : elementString(gs1);
    return line && mark && gs1.data.has("21") ? { line, mark } : null;
  }
  if (parts.goods.find(code)) return null;
  const line = /** @type {DraftLine} */ (awaited(draft));
  return SHAPES[String(line.capture)]?.test(code.trim()) ? { line, mark: code.trim() } : null;
}

/**
 * A number that somebody typed or scanned into the field for it.
 *
 * @param {string} text
 * @param {DraftLine} line
 * @returns {string}
 * @throws {TillError} bad_mark
 */
export function markOf(text, line) {
  const gs1 = parseGs1(text);
  const known = gs1 !== null && gs1 !== "broken" && gs1.data.has("21") ? gs1 : null;
  const mark = !known ? text.trim() : line.capture === "serial" ? String(known.data.get("21")) : elementString(known);
  if (!SHAPES[String(line.capture)]?.test(mark)) throw new TillError("bad_mark", { name: line.name, capture: line.capture ?? "" });
  return mark;
}

/**
 * A number is one unit's: not on any open receipt already, and not sold by this till.
 *
 * @param {Parts} parts
 * @param {string} mark
 * @throws {TillError} mark_twice, mark_sold
 */
export function mustBeFresh(parts, mark) {
  for (const draft of parts.selling.drafts) {
    const other = standingLines(draft).find((line) => line.mark === mark);
    if (other) throw new TillError("mark_twice", { name: other.name, tab: draft.tab });
  }
  const number = parts.once.soldBy(mark);
  if (number !== null) throw new TillError("mark_sold", { label: parts.label(number) });
}
