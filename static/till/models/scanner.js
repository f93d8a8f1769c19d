/**
 * From key presses to characters. Keys are read by their place (`event.code`) under the US table that scanners type with, so
 * a Russian or Ukrainian layout changes nothing. Codes are put together and ended in `ui/keys.js` and `ui/commands.js`.
 */

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
