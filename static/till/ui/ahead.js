/**
 * What is typed while an answer is awaited (a PIN is checked, a float is written) comes after it instead of being lost:
 * whoever signs in and scans at once has sold. A refusal drops it, because it was meant for a screen that did not come.
 */

/** More than this before an answer is a book on the keyboard; the code of a whole receipt is not (models/paper-letters.js). */
const MOST = 1000;

/** A character, or "enter" for the end of a code. @typedef {string} Key */

export class Ahead {
  /** @type {Key[]} */ #keys = [];
  /** Answers that are awaited. */
  #awaited = 0;
  #playing = false;

  /** What becomes of a key that was kept. @type {(key: Key) => void} */
  onKey = () => {};

  /** Whether keys are to be kept now. @returns {boolean} */
  get waiting() {
    return this.#awaited > 0 || this.#keys.length > 0;
  }

  /** An end of nothing is the second line end of a scanner. @param {Key} key @returns {void} */
  keep(key) {
    const ends = key === "enter" && (this.#keys.at(-1) ?? "enter") === "enter";
    if (!ends && this.#keys.length < MOST) this.#keys.push(key);
  }

  /** Keeps keys until the answer is there. @param {Promise<unknown>} answer @returns {void} */
  hold(answer) {
    this.#awaited++;
    answer.then(
      () => this.#answered(),
      () => {
        this.#keys = [];
        this.#answered();
      },
    );
  }

  /** Keys that did not come from a keyboard, one after the other. @param {Key[]} keys @returns {void} */
  play(keys) {
    for (const key of keys) this.keep(key);
    if (!this.#playing) void this.#drain();
  }

  #answered() {
    this.#awaited--;
    if (!this.#playing) void this.#drain();
  }

  /** One key a task, as from a keyboard, so that each finds the screen that the one before it made. */
  async #drain() {
    this.#playing = true;
    while (this.#awaited === 0 && this.#keys.length > 0) {
      await new Promise((resolve) => setTimeout(resolve));
      const key = this.#keys.shift();
      if (key !== undefined) this.onKey(key);
    }
    this.#playing = false;
  }
}
