/** UUIDv7 made where a thing is born: sortable by time, and strictly rising within one till even when its clock is set back. */

const COUNTER_MAX = 0xfff;

export class Ids {
  #now;
  #last = 0;
  #counter = 0;

  /** @param {() => number} now milliseconds since 1970 */
  constructor(now) {
    this.#now = now;
  }

  /** @returns {string} */
  uuid7() {
    this.#advance(Math.floor(this.#now()));
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    const view = new DataView(bytes.buffer);
    view.setUint16(0, Math.floor(this.#last / 2 ** 32));
    view.setUint32(2, this.#last % 2 ** 32);
    view.setUint16(6, 0x7000 | this.#counter);
    bytes[8] = 0x80 | (bytes[8] & 0x3f);
    return spell(bytes);
  }

  /** The 12 bits after the version are a counter, so ids of one millisecond keep their order. @param {number} now */
  #advance(now) {
    if (now > this.#last) {
      this.#last = now;
      this.#counter = crypto.getRandomValues(new Uint16Array(1))[0] & 0x7ff;
      return;
    }
    this.#counter += 1;
    if (this.#counter > COUNTER_MAX) {
      this.#last += 1;
      this.#counter = 0;
    }
  }
}

/** @param {Uint8Array} bytes @returns {string} */
function spell(bytes) {
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
