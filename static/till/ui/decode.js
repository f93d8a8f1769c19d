/**
 * What a key means by its place on the keyboard. A scanner plays a US keyboard; under a Russian or Ukrainian layout
 * `event.key` would turn its letters and signs into others, `event.code` never changes.
 */

/** Keys with two signs: plain, with Shift. @type {Record<string, [string, string]>} */
const SIGNS = {
  Minus: ["-", "_"],
  Equal: ["=", "+"],
  BracketLeft: ["[", "{"],
  BracketRight: ["]", "}"],
  Backslash: ["\\", "|"],
  Semicolon: [";", ":"],
  Quote: ["'", '"'],
  Backquote: ["`", "~"],
  Comma: [",", "<"],
  Period: [".", ">"],
  Slash: ["/", "?"],
  Space: [" ", " "],
};

const SHIFTED_DIGITS = ")!@#$%^&*(";

/** @type {Record<string, string>} */
const NUMPAD = { NumpadDecimal: ".", NumpadComma: ",", NumpadMultiply: "*", NumpadAdd: "+", NumpadSubtract: "-", NumpadDivide: "/" };

/** Group separator of GS1 codes: scanners send it as Ctrl+] where the wedge can. */
const GROUP_SEPARATOR = "\x1d";

/**
 * @param {KeyboardEvent} event
 * @returns {string | null} the character a US keyboard would have typed; null for keys that type nothing
 */
export function decodeKey(event) {
  const { code, shiftKey } = event;
  if (event.ctrlKey) return code === "BracketRight" ? GROUP_SEPARATOR : null;
  if (event.altKey || event.metaKey) return null;
  const digit = /^(?:Digit|Numpad)(\d)$/.exec(code);
  if (digit) return shiftKey && code.startsWith("D") ? SHIFTED_DIGITS[Number(digit[1])] : digit[1];
  const letter = /^Key([A-Z])$/.exec(code);
  if (letter) return shiftKey !== event.getModifierState("CapsLock") ? letter[1] : letter[1].toLowerCase();
  if (code in NUMPAD) return NUMPAD[code];
  return SIGNS[code]?.[shiftKey ? 1 : 0] ?? null;
}
