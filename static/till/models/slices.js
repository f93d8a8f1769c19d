/** Long work in small pieces, so that a scan never waits behind it: no piece is longer than a few milliseconds. */

const SLICE_MS = 6;

/** @type {(() => void)[]} */
const waiting = [];
const channel = new MessageChannel();
channel.port1.onmessage = () => waiting.shift()?.();

/** Gives every waiting key press, paint and timer its turn. @returns {Promise<void>} */
export function turn() {
  return new Promise((resolve) => {
    waiting.push(resolve);
    channel.port2.postMessage(null);
  });
}

/** @param {number} ms @returns {Promise<void>} */
export function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

export class Slices {
  #started = performance.now();
  #budget;

  /** @param {number} [budget] ms of one piece */
  constructor(budget = SLICE_MS) {
    this.#budget = budget;
  }

  /** True when the piece has had its time. @returns {boolean} */
  get over() {
    return performance.now() - this.#started >= this.#budget;
  }

  /** Call often; gives the turn away only when the piece has had its time. @returns {Promise<void>} */
  async rest() {
    if (!this.over) return;
    await turn();
    this.#started = performance.now();
  }
}
