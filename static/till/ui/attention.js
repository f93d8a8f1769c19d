/**
 * How long somebody was elsewhere than at the till: another window, another tab. Journaled when the till is looked at again;
 * what comes often is gathered by the till.
 */

/** Shorter than this is a window manager's blink. */
const SHORTEST_MS = 500;

/** @param {import("../till.js").Till} till @returns {void} */
export function watchFocus(till) {
  /** @type {number | null} */
  let left = null;
  const leave = () => {
    left ??= performance.now();
  };
  const come = () => {
    const ms = left === null ? 0 : performance.now() - left;
    left = null;
    if (ms >= SHORTEST_MS) till.saw("focus_lost", {}, ms);
  };
  window.addEventListener("blur", leave);
  window.addEventListener("focus", come);
  document.addEventListener("visibilitychange", () => (document.hidden ? leave() : come()));
}
