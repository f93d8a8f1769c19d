/** Letters as a hurried cashier types them: no case, no diacritics, ł = l, ё = е, ґ = г; and words typed in the wrong keyboard layout. */

const MARKS = /[\u0300-\u036f]/g;
/** Letters that Unicode does not take apart. @type {Record<string, string>} */
const SINGLE = { ł: "l", đ: "d", ø: "o", ß: "ss", æ: "ae", œ: "oe", "’": "'", ʼ: "'", "`": "'" };
/** Everything but ASCII and the letters that are typed as they are; й and ї are letters of their own, ё is typed as е. */
const OTHERS = /[^\x00-\x7fа-яіїєґ]/g;
/** @type {Map<string, string>} */
const folded = new Map();

/** @param {string} text @returns {string} */
export function fold(text) {
  const lower = text.normalize("NFC").toLowerCase();
  return lower.replace(OTHERS, foldLetter).replace(/ґ/g, "г").replace(/[^\p{L}\p{N}%'.,]+/gu, " ").trim();
}

/** @param {string} letter @returns {string} */
function foldLetter(letter) {
  let plain = folded.get(letter);
  if (plain === undefined) {
    plain = SINGLE[letter] ?? letter.normalize("NFD").replace(MARKS, "");
    if (folded.size < 5000) folded.set(letter, plain);
  }
  return plain;
}

/** Words for the index: a comma or a point inside a number stays (3,2% and 3.2% are the same word). @param {string} folded @returns {string[]} */
export function words(folded) {
  return folded.split(" ").map((word) => word.replace(/(\d),(\d)/g, "$1.$2").replace(/^[.,']+|[.,']+$/g, "")).filter((word) => word !== "");
}

const LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`";
const RUSSIAN = "йцукенгшщзхъфывапролджэячсмитьбюё";
const UKRAINIAN = "йцукенгшщзхїфівапролджєячсмитьбю'";

/** The same keys with Shift, which has no effect on what is looked for. @type {Record<string, string>} */
const SHIFTED = { "{": "[", "}": "]", ":": ";", '"': "'", "<": ",", ">": ".", "~": "`" };

/**
 * The same keys in the other layouts; the text itself is not among them.
 *
 * @param {string} text as typed
 * @returns {string[]}
 */
export function otherLayouts(text) {
  const lower = text.toLowerCase().replace(/[{}:"<>~]/g, (sign) => SHIFTED[sign]);
  const layouts = [LATIN, UKRAINIAN, RUSSIAN];
  const variants = layouts.flatMap((from) => layouts.filter((to) => to !== from).map((to) => swap(lower, from, to)));
  return [...new Set(variants)].filter((variant) => variant !== lower);
}

/** @param {string} text @param {string} from @param {string} to @returns {string} */
function swap(text, from, to) {
  return Array.from(text, (letter) => {
    const at = from.indexOf(letter);
    return at < 0 ? letter : to[at];
  }).join("");
}
