/** Numbers, texts and ids as few bytes, and back. Pure, without an import: the server's tests run the same bytes. */

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** What cannot be packed, or is not whole. */
export class Unfit extends Error {}

export class Writer {
  /** @type {number[]} */ bytes = [];

  /** @param {number} value a whole number from 0, seven bits a byte, the lowest first */
  count(value) {
    if (!Number.isSafeInteger(value) || value < 0) throw new Unfit();
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.bytes.push((rest % 128) + 128);
    this.bytes.push(rest);
  }

  /** @param {number} value */
  signed(value) {
    this.count(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** @param {string} value */
  text(value) {
    const spelled = bytesOf(value);
    this.count(spelled.length);
    this.bytes.push(...spelled);
  }

  /** @param {string | null} value an empty text is none */
  perhaps(value) {
    this.text(value ?? "");
  }

  /** @param {string} value */
  uuid(value) {
    this.bytes.push(...uuidBytes(value));
  }
}

export class Reader {
  #bytes;
  #at = 0;

  /** @param {Uint8Array} bytes */
  constructor(bytes) {
    this.#bytes = bytes;
  }

  get ended() {
    return this.#at === this.#bytes.length;
  }

  byte() {
    if (this.ended) throw new Unfit();
    this.#at += 1;
    return this.#bytes[this.#at - 1];
  }

  count() {
    let [value, scale] = [0, 1];
    for (;;) {
      const byte = this.byte();
      value += (byte % 128) * scale;
      if (!Number.isSafeInteger(value) || (byte === 0 && scale > 1)) throw new Unfit();
      if (byte < 128) return value;
      scale *= 128;
    }
  }

  signed() {
    const value = this.count();
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2;
  }

  /** @param {number} length @returns {number[]} */
  some(length) {
    if (length > this.#bytes.length - this.#at) throw new Unfit();
    this.#at += length;
    return [...this.#bytes.subarray(this.#at - length, this.#at)];
  }

  text() {
    return textOf(this.some(this.count()));
  }

  perhaps() {
    return this.text() || null;
  }

  uuid() {
    return uuidOf(this.some(16));
  }

  /** @template T @param {() => T} one @returns {T[]} */
  list(one) {
    const rows = [];
    for (let left = this.count(); left > 0; left -= 1) rows.push(one());
    return rows;
  }
}

/** @param {string} text @returns {number[]} UTF-8 */
function bytesOf(text) {
  try {
    const spelled = encodeURIComponent(text).match(/%..|[^%]/g) ?? [];
    return spelled.map((one) => (one.length === 3 ? Number.parseInt(one.slice(1), 16) : one.charCodeAt(0)));
  } catch {
    throw new Unfit();
  }
}

/** @param {number[]} bytes @returns {string} */
function textOf(bytes) {
  try {
    return decodeURIComponent(bytes.map((byte) => `%${hex(byte)}`).join(""));
  } catch {
    throw new Unfit();
  }
}

/** @param {number} byte @returns {string} */
export function hex(byte) {
  return byte.toString(16).padStart(2, "0");
}

/** @param {string} text @returns {number[]} */
export function uuidBytes(text) {
  if (!UUID.test(text)) throw new Unfit();
  return (text.replaceAll("-", "").match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
}

/** @param {number[]} bytes @returns {string} */
export function uuidOf(bytes) {
  const text = bytes.map(hex).join("");
  return [text.slice(0, 8), text.slice(8, 12), text.slice(12, 16), text.slice(16, 20), text.slice(20)].join("-");
}
