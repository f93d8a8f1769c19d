/**
 * Canonical JSON of the wire: RFC 8785 restricted to integers, strings, booleans, null, arrays and objects with ASCII keys.
 * The server's `core.canonical` gives the same bytes; a hash over them is the identity of a fact.
 */

const MAX_DEPTH = 32;
const ASCII = /^[\x00-\x7f]*$/;
const LONE_SURROGATE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/**
 * @param {unknown} value
 * @returns {string}
 * @throws {RangeError} fraction, unsafe integer, non-ASCII key, unpaired surrogate, text that is not NFC, too deep, or a value JSON has not
 */
export function dumps(value) {
  return write(value, 0);
}

/** @param {unknown} value @param {number} depth @returns {string} */
function write(value, depth) {
  if (depth > MAX_DEPTH) throw new RangeError("too_deep: more than 32 levels");
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") return writeInteger(value);
  if (typeof value === "string") return writeText(value);
  if (Array.isArray(value)) return `[${value.map((one) => write(one, depth + 1)).join(",")}]`;
  if (typeof value === "object") return writeObject(/** @type {Record<string, unknown>} */ (value), depth);
  throw new RangeError(`not_json: ${typeof value}`);
}

/** @param {number} value @returns {string} */
function writeInteger(value) {
  if (!Number.isSafeInteger(value)) throw new RangeError(`unsafe_integer: ${value}`);
  return String(value === 0 ? 0 : value);
}

/** @param {string} text @returns {string} */
function writeText(text) {
  if (!ASCII.test(text)) {
    if (text.search(LONE_SURROGATE) >= 0) throw new RangeError("unpaired_surrogate");
    if (text.normalize("NFC") !== text) throw new RangeError("not_nfc");
  }
  return JSON.stringify(text);
}

/** @param {Record<string, unknown>} object @param {number} depth @returns {string} */
function writeObject(object, depth) {
  const members = Object.keys(object).sort().map((key) => {
    if (!ASCII.test(key)) throw new RangeError("non_ascii_key");
    return `${JSON.stringify(key)}:${write(object[key], depth + 1)}`;
  });
  return `{${members.join(",")}}`;
}

/**
 * A copy whose texts may go on the wire: NFC, unpaired surrogates replaced, undefined members left out. Names come from
 * scanners, keyboards and the catalogue; a receipt must not be refused for the spelling of one of them.
 *
 * @template T
 * @param {T} value
 * @returns {T}
 */
export function clean(value) {
  return /** @type {T} */ (cleanAny(value));
}

/** @param {unknown} value @returns {unknown} */
function cleanAny(value) {
  if (typeof value === "string") return ASCII.test(value) ? value : value.replace(LONE_SURROGATE, "\ufffd").normalize("NFC");
  if (Array.isArray(value)) return value.map(cleanAny);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries.map(([key, one]) => [key, cleanAny(one)]));
}
