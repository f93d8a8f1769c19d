/**
 * A scanner works on every page: the code it types opens the goods card (or the receipt), or lands in the field that
 * asks for one. Letters come from `event.code`, so a Russian or Ukrainian keyboard layout does not garble them.
 */

/** A scanner's keys come faster than a person's; the longest mean gap in milliseconds still taken for a scan. */
const MEAN_GAP = 35;
const SHORTEST = 4;

const SYMBOLS = {
  Minus: "-", Equal: "=", BracketLeft: "[", BracketRight: "]", Semicolon: ";", Quote: "'", Comma: ",", Period: ".",
  Slash: "/", Backslash: "\\", Space: " ", NumpadSubtract: "-", NumpadAdd: "+", NumpadDivide: "/", NumpadMultiply: "*",
  NumpadDecimal: ".",
};
const SHIFTED = { "-": "_", "=": "+", "[": "{", "]": "}", ";": ":", "'": '"', ",": "<", ".": ">", "/": "?", "\\": "|" };
const SHIFTED_DIGITS = ")!@#$%^&*(";

/**
 * The character a US keyboard would have made, whatever layout is set; "" for keys that make none.
 * @param {string} code @param {boolean} shift @returns {string}
 */
export function character(code, shift) {
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code)?.[1];
  if (digit) return shift && code.startsWith("Digit") ? SHIFTED_DIGITS[Number(digit)] : digit;
  const letter = /^Key([A-Z])$/.exec(code)?.[1];
  if (letter) return shift ? letter : letter.toLowerCase();
  const symbol = /** @type {Record<string, string>} */ (SYMBOLS)[code] ?? "";
  return shift ? (/** @type {Record<string, string>} */ (SHIFTED)[symbol] ?? symbol) : symbol;
}

/** Gathers keys and says when they were a scan. */
export class Scan {
  #text = "";
  #began = 0;
  #last = 0;

  /** @param {string} char @param {number} at milliseconds @returns {boolean} whether a new code began */
  add(char, at) {
    const fresh = !this.#text || at - this.#last > MEAN_GAP * 6;
    if (fresh) {
      this.#text = "";
      this.#began = at;
    }
    this.#text += char;
    this.#last = at;
    return fresh;
  }

  /**
   * Ends the code; "" when it was none. A busy machine stretches a scan, so speed is only asked about where people
   * type, that is in a field.
   * @param {number} at @param {boolean} inField @returns {string}
   */
  end(at, inField) {
    const text = this.#text;
    this.#text = "";
    const quick = at - this.#began <= MEAN_GAP * (text.length + 1);
    return text.length >= SHORTEST && (quick || !inField) ? text : "";
  }
}

const scan = new Scan();
/** @type {{field: HTMLInputElement | HTMLTextAreaElement, value: string} | null} */
let before = null;

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.code === "Enter" || event.code === "NumpadEnter" || event.code === "Tab") {
    const code = scan.end(event.timeStamp, isField(event.target));
    if (code) take(code, event);
    return;
  }
  const char = character(event.code, event.shiftKey);
  if (char && scan.add(char, event.timeStamp)) remember(event.target);
}

/** Keeps what a field held before the scanner typed into it. @param {EventTarget | null} target */
function remember(target) {
  before = isField(target) ? { field: target, value: target.value } : null;
}

/** @param {EventTarget | null} target @returns {target is HTMLInputElement | HTMLTextAreaElement} */
function isField(target) {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

/** @param {string} code @param {KeyboardEvent} event */
function take(code, event) {
  const field = before?.field;
  if (field?.type === "password") return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (field && before && "scan" in field.dataset) {
    field.value = code;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    if (field.dataset.scan === "send") field.form?.requestSubmit();
    return;
  }
  if (field && before) field.value = before.value;
  const address = document.body.dataset.scan;
  if (address) window.location.assign(`${address}?code=${encodeURIComponent(code)}`);
}

window.addEventListener("keydown", onKey, { capture: true });
