/**
 * Whether a scanner is set up as it should be: what it made of codes whose content is known. A keyboard scanner types for a
 * keyboard of its own country, may leave out the separator of GS1 codes, and may end codes with nothing. Pure.
 */

/** Letters of both cases and the signs that keyboard layouts move. */
export const LETTERS_AND_SIGNS = "Kasa-9;[zQ]/Yx";
const SEPARATOR = "\u001d";
/** Goods, a lot of any length, and a serial number behind it: without the separator nobody knows where the lot ends. */
export const SEPARATED = `010590123412345710AB-12${SEPARATOR}21XZ9`;

/** @typedef {"read" | "letters" | "separator" | "twice"} Check */
/** @typedef {{check: Check, fault: "case" | "keyboard" | "separator" | "glued" | null}} Finding */

/** In the order in which they are shown. @type {Check[]} */
export const CHECKS = ["read", "letters", "separator", "twice"];

/**
 * @param {string} code as it came
 * @param {string | null} before the code that came before it
 * @returns {Finding[]} what this code shows
 */
export function judge(code, before) {
  const half = code.slice(0, code.length / 2);
  if (code.length >= 2 * LETTERS_AND_SIGNS.length && half + half === code) return [{ check: "twice", fault: "glued" }];
  /** @type {Finding[]} */
  const found = [{ check: "read", fault: null }];
  if (code === before) found.push({ check: "twice", fault: null });
  const fault = faultOf(code);
  if (fault !== undefined) found.push({ check: bare(code) === bare(SEPARATED) ? "separator" : "letters", fault });
  return found;
}

/** @param {string} code @returns {Finding["fault"] | undefined} undefined for a code of goods */
function faultOf(code) {
  if (code === LETTERS_AND_SIGNS || code === SEPARATED) return null;
  if (bare(code) === bare(SEPARATED)) return "separator";
  if (swapped(code) === LETTERS_AND_SIGNS || code.toLowerCase() === LETTERS_AND_SIGNS.toLowerCase()) return "case";
  return code.length === LETTERS_AND_SIGNS.length && /\D/.test(code) ? "keyboard" : undefined;
}

/** @param {string} code @returns {string} without whatever stands for the separator */
function bare(code) {
  return code.replace(/[^0-9A-Za-z-]/g, "");
}

/** @param {string} code @returns {string} */
function swapped(code) {
  return [...code].map((char) => (char === char.toLowerCase() ? char.toUpperCase() : char.toLowerCase())).join("");
}
