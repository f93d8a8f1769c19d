/**
 * What is printed and scanned: the record of a sale and its signature, spelled with digits and capitals only. Every scanner types
 * those under every keyboard layout, their case does not matter, and a code of them is smaller than one of bytes.
 */

import { unpacked } from "./paper.js";

/** @typedef {import("./paper.js").PaperSale} PaperSale */

/** No goods and no receipt number begin so. */
const PREFIX = "OKASA";
/** Without I, L, O and U, which people mistake for others. */
const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** As long as a bridge prints (devices/document.py): 38 mm wide at the least, on paper whose print is 48 mm wide. */
export const MOST_LETTERS = 700;
const SIGNATURE = 64;

/** @param {string} code as scanned @returns {boolean} whether it is meant to be such a code, whole or not */
export function isPaper(code) {
  return code.trim().toUpperCase().startsWith(PREFIX);
}

/** @param {Uint8Array} record @returns {boolean} whether the paper has room for it */
export function fits(record) {
  return PREFIX.length + Math.ceil(((record.length + SIGNATURE) * 8) / 5) <= MOST_LETTERS;
}

/**
 * What is printed.
 *
 * @param {Uint8Array} record that fits
 * @param {Uint8Array} signature of it
 * @returns {string}
 */
export function spelled(record, signature) {
  return PREFIX + lettersOf([...record, ...signature]);
}

/**
 * @param {string} code as scanned
 * @param {import("./paper.js").FindGoods} find
 * @returns {{record: Uint8Array, signature: Uint8Array<ArrayBuffer>, sale: PaperSale} | null} null when it is not whole, or its goods are not found
 */
export function readPaper(code, find) {
  const text = code.trim().toUpperCase();
  if (!text.startsWith(PREFIX) || text.length > MOST_LETTERS) return null;
  const bytes = bytesOfLetters(text.slice(PREFIX.length));
  if (!bytes || bytes.length <= SIGNATURE) return null;
  const record = bytes.slice(0, -SIGNATURE);
  const sale = unpacked(record, find);
  return sale && { record, signature: bytes.slice(-SIGNATURE), sale };
}

/** Five bits a letter, the highest first. @param {number[]} bytes @returns {string} */
function lettersOf(bytes) {
  let [text, value, bits] = ["", 0, 0];
  for (const byte of bytes) {
    value = (value << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += LETTERS[(value >> (bits - 5)) & 31];
    value &= (1 << bits) - 1;
  }
  return bits === 0 ? text : text + LETTERS[(value << (5 - bits)) & 31];
}

/** @param {string} letters @returns {Uint8Array<ArrayBuffer> | null} null for other letters, or one too few or too many */
function bytesOfLetters(letters) {
  const bytes = [];
  let [value, bits] = [0, 0];
  for (const letter of letters) {
    const five = LETTERS.indexOf(letter);
    if (five < 0) return null;
    value = (value << 5) | five;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((value >> bits) & 255);
      value &= (1 << bits) - 1;
    }
  }
  return bits < 5 && value === 0 ? Uint8Array.from(bytes) : null;
}
