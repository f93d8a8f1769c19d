/**
 * From key presses to codes. Keys are read by their place (`event.code`) under the US table scanners type with, so a
 * Russian or Ukrainian layout changes nothing; a code ends at its terminator and never by timing.
 */

/** @typedef {{code: string, shiftKey?: boolean, ctrlKey?: boolean, altKey?: boolean, metaKey?: boolean, repeat?: boolean, timeStamp: number}} Press */
/**
 * What a press meant:
 * char: one more character, `text` is what is typed so far · code: a whole code · empty: the terminator alone · multiply:
 * `*` after digits, `text` is the operand · erase: Backspace · ignored: a repeat, a second terminator, a lone modifier ·
 * other: not ours (function keys, arrows, shortcuts).
 *
 * @typedef {{kind: "char" | "code" | "empty" | "multiply" | "erase" | "ignored" | "other", text: string}} Heard
 */

const GS = "\u001d";
/** A terminator this soon after a code is the scanner's second one (CR LF). */
const DOUBLE_MS = 400;
const MAX_LENGTH = 512;

/** Keys without letters and digits: plain and with Shift. @type {Record<string, [string, string]>} */
const SYMBOLS = {
  Space: [" ", " "], Minus: ["-", "_"], Equal: ["=", "+"], BracketLeft: ["[", "{"], BracketRight: ["]", "}"], Backslash: ["\\", "|"],
  Semicolon: [";", ":"], Quote: ["'", '"'], Backquote: ["`", "~"], Comma: [",", "<"], Period: [".", ">"], Slash: ["/", "?"],
};
const SHIFTED_DIGITS = ")!@#$%^&*(";
/** @type {Record<string, string>} */
const NUMPAD = { NumpadDecimal: ".", NumpadAdd: "+", NumpadSubtract: "-", NumpadDivide: "/", NumpadMultiply: "*", NumpadComma: "," };

/** The character of a key under the US table; null for keys that have none. @param {string} code @param {boolean} shift @returns {string | null} */
export function characterOf(code, shift) {
  if (/^Key[A-Z]$/.test(code)) return shift ? code[3] : code[3].toLowerCase();
  if (/^Digit\d$/.test(code)) return shift ? SHIFTED_DIGITS[Number(code[5])] : code[5];
  if (/^Numpad\d$/.test(code)) return code[6];
  if (code in NUMPAD) return NUMPAD[code];
  return code in SYMBOLS ? SYMBOLS[code][shift ? 1 : 0] : null;
}

export class Scanner {
  #text = "";
  #endedAt = -Infinity;
  #terminators;

  /** @param {{terminators?: string[]}} [settings] key codes that end a code */
  constructor({ terminators = ["Enter", "NumpadEnter", "Tab"] } = {}) {
    this.#terminators = new Set(terminators);
  }

  /** What is typed so far. @returns {string} */
  get text() {
    return this.#text;
  }

  clear() {
    this.#text = "";
  }

  /** @param {Press} press @returns {Heard} */
  feed(press) {
    if (press.repeat) return this.#heard("ignored");
    if (this.#terminators.has(press.code)) return this.#end(press.timeStamp);
    if (press.code === "Backspace") return this.#erase();
    if (press.ctrlKey && press.code === "BracketRight") return this.#add(GS);
    if (press.ctrlKey || press.altKey || press.metaKey) return this.#heard(isModifier(press.code) ? "ignored" : "other");
    if (isModifier(press.code)) return this.#heard("ignored");
    const character = characterOf(press.code, press.shiftKey === true);
    if (character === null) return this.#heard("other");
    if (character === "*" && /^\d+([.,]\d{0,3})?$/.test(this.#text)) return this.#take("multiply");
    return this.#add(character);
  }

  /** @param {string} character @returns {Heard} */
  #add(character) {
    if (this.#text.length < MAX_LENGTH) this.#text += character;
    return this.#heard("char");
  }

  /** @returns {Heard} */
  #erase() {
    if (this.#text === "") return this.#heard("other");
    this.#text = this.#text.slice(0, -1);
    return this.#heard("erase");
  }

  /** @param {number} at @returns {Heard} */
  #end(at) {
    if (this.#text === "") {
      // Measured from the code, not from the last Enter: an impatient cashier's second press must not be swallowed for ever.
      return this.#heard(at - this.#endedAt < DOUBLE_MS ? "ignored" : "empty");
    }
    this.#endedAt = at;
    return this.#take("code");
  }

  /** @param {Heard["kind"]} kind @returns {Heard} */
  #take(kind) {
    const text = this.#text;
    this.#text = "";
    return { kind, text };
  }

  /** @param {Heard["kind"]} kind @returns {Heard} */
  #heard(kind) {
    return { kind, text: this.#text };
  }
}

/** @param {string} code */
function isModifier(code) {
  return /^(Shift|Control|Alt|Meta)(Left|Right)$/.test(code) || code === "CapsLock" || code === "NumLock";
}
