/**
 * A Map in 256 parts. One Map of 200,000 keys stops everything for tens of milliseconds each time it grows; its parts grow
 * one by one, a fraction of a millisecond each. Keys are spread by their last two characters (hex digits, digits, letters).
 *
 * @template V
 */
export class Shards {
  /** @type {Map<string, V>[]} */
  #parts = Array.from({ length: 256 }, () => new Map());

  /** @returns {number} */
  get size() {
    return this.#parts.reduce((sum, part) => sum + part.size, 0);
  }

  /** @param {string} key @returns {Map<string, V>} */
  #part(key) {
    const end = key.length - 1;
    return this.#parts[(key.charCodeAt(end) * 17 + (end > 0 ? key.charCodeAt(end - 1) : 0)) & 255];
  }

  /** @param {string} key @returns {V | undefined} */
  get(key) {
    return this.#part(key).get(key);
  }

  /** @param {string} key @param {V} value */
  set(key, value) {
    this.#part(key).set(key, value);
  }

  /** @returns {Generator<string>} */
  *keys() {
    for (const part of this.#parts) yield* part.keys();
  }
}
