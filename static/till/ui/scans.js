/**
 * A scan into a form. Elsewhere a code ends with its terminator and is never told by its timing; in a field that people type
 * into there is more to tell apart. What ends with Enter or Tab and is a code of goods, or came faster than fingers, is taken
 * out of the field again and handed over. Nothing is lost when a busy machine makes an unknown code look like typing: it
 * stays in the field, in sight.
 */

import { characterOf } from "../models/scanner.js";
import { isField } from "./keys.js";
import { useRef } from "./html.js";

/** No finger holds this pace for so many keys. */
const GAP_MS = 45;
const LEAST = 6;
/** What people type before it can be part of no code of goods. */
const LONGEST = 64;
/** The code of a whole receipt is longer than any (models/paper-letters.js). */
const KEPT = 800;

/** One key: what it typed, what the field held before it, and when. @typedef {{char: string, before: string, at: number}} Typed */

/**
 * @param {(code: string) => boolean} isGoods
 * @param {(code: string) => unknown} onCode
 * @returns {(event: KeyboardEvent) => void} for the form's `onKeyDown`
 */
export function useScans(isGoods, onCode) {
  const { current: run } = useRef({ field: /** @type {HTMLInputElement | null} */ (null), typed: /** @type {Typed[]} */ ([]) });
  return (event) => {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (!isField(field)) return;
    if (field !== run.field) Object.assign(run, { field, typed: [] });
    if (event.code === "Enter" || event.code === "NumpadEnter" || event.code === "Tab") {
      const scan = scanIn(run.typed, event.timeStamp, isGoods);
      run.typed = [];
      return scan ? handOver(event, field, scan, onCode) : undefined;
    }
    const char = event.ctrlKey || event.altKey ? null : characterOf(event.code, event.shiftKey);
    if (char !== null) run.typed = [...run.typed, { char, before: field.value, at: event.timeStamp }].slice(-KEPT);
    // Shift is part of a scan; any other key is somebody at work in the field.
    else if (!event.code.startsWith("Shift")) run.typed = [];
  };
}

/** The longest code of goods at the end of what was typed, else what came in one burst. @param {Typed[]} typed @param {number} end @param {(code: string) => boolean} isGoods @returns {{code: string, before: string} | null} */
function scanIn(typed, end, isGoods) {
  for (let from = Math.max(0, typed.length - LONGEST); from + LEAST <= typed.length; from += 1) {
    const code = textFrom(typed, from);
    if (isGoods(code)) return { code, before: typed[from].before };
  }
  let from = typed.length;
  for (let next = end; from > 0 && next - typed[from - 1].at <= GAP_MS; from -= 1) next = typed[from - 1].at;
  return typed.length - from >= LEAST ? { code: textFrom(typed, from), before: typed[from].before } : null;
}

/** @param {Typed[]} typed @param {number} from @returns {string} */
function textFrom(typed, from) {
  return typed.slice(from).map(({ char }) => char).join("");
}

/** @param {KeyboardEvent} event @param {HTMLInputElement} field @param {{code: string, before: string}} scan @param {(code: string) => unknown} onCode */
function handOver(event, field, { code, before }, onCode) {
  event.preventDefault();
  field.value = before;
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  onCode(code);
}
