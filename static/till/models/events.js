/** Happenings that the screens turn into sounds and messages. A listener that fails is reported and hinders nobody. */

/** @typedef {import("../types.d.ts").TillEvents} TillEvents */

export class Events {
  /** @type {Map<string, Set<(detail: any) => void>>} */
  #listeners = new Map();

  /**
   * @template {keyof TillEvents} K
   * @param {K} name
   * @param {(detail: TillEvents[K]) => void} listener
   * @returns {() => void}
   */
  on(name, listener) {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /**
   * @template {keyof TillEvents} K
   * @param {K} name
   * @param {TillEvents[K]} detail
   */
  emit(name, detail) {
    for (const listener of this.#listeners.get(name) ?? []) guarded(() => listener(detail));
  }
}

/** @param {() => void} call */
export function guarded(call) {
  try {
    call();
  } catch (error) {
    reportError(error);
  }
}
