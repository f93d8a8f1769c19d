/**
 * Happenings that may come in floods: the first of a kind is told at once, what follows within a while is told once, with
 * how often it came. The sum of `times` is how often it really happened.
 */

/** @typedef {{name: string, data: Record<string, unknown>, times: number, ms: number, timed: boolean, timer: ReturnType<typeof setTimeout>}} Held */

export class Gather {
  #tell;
  #wait;
  /** @type {Map<string, Held>} */ #held = new Map();

  /** @param {(name: string, data: Record<string, unknown>) => void} tell @param {number} [wait] ms */
  constructor(tell, wait = 20_000) {
    this.#tell = tell;
    this.#wait = wait;
  }

  /**
   * @param {string} name of the event
   * @param {Record<string, unknown>} data what makes two of them the same
   * @param {number} [ms] how long it took; summed, and told as `ms` when given
   */
  add(name, data, ms) {
    const key = `${name} ${JSON.stringify(data)}`;
    const held = this.#held.get(key);
    if (held) {
      held.times += 1;
      held.ms += ms ?? 0;
      return;
    }
    this.#tell(name, whole(data, 1, ms));
    const timer = setTimeout(() => this.#end(key), this.#wait);
    this.#held.set(key, { name, data, times: 0, ms: 0, timed: ms !== undefined, timer });
  }

  /** @param {string} key */
  #end(key) {
    const held = this.#held.get(key);
    this.#held.delete(key);
    if (held && held.times > 0) this.#tell(held.name, whole(held.data, held.times, held.timed ? held.ms : undefined));
  }

  /** Tells what is held back now; the page may be going. */
  flush() {
    for (const [key, { timer }] of [...this.#held]) {
      clearTimeout(timer);
      this.#end(key);
    }
  }
}

/** @param {Record<string, unknown>} data @param {number} times @param {number | undefined} ms */
function whole(data, times, ms) {
  return ms === undefined ? { ...data, times } : { ...data, times, ms: Math.round(ms) };
}
