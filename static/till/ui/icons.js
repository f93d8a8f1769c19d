/** The till's own drawings: the font has neither arrows nor ticks, and an icon must not come from the network. */

import { html } from "./html.js";

/** Strokes in a square of 24. @type {Record<string, string>} */
const PATHS = {
  check: "M4 12.5l5.5 5.5L20 6.5",
  warn: "M12 5v9M12 18.2v.3",
  cross: "M6 6l12 12M18 6L6 18",
  dots: "M6 12h.01M12 12h.01M18 12h.01",
  erase: "M9 5h11v14H9l-6-7zM12.5 9.5l5 5M17.5 9.5l-5 5",
  times: "M6 6l12 12M18 6L6 18",
  plus: "M12 5v14M5 12h14",
  barcode: "M3 5v14M6.5 5v14M9 5v14M13 5v14M15.5 5v14M19 5v14M21 5v14",
  lock: "M6 11h12v9H6zM8.5 11V8a3.5 3.5 0 017 0v3",
  sun: "M12 8a4 4 0 100 8 4 4 0 000-8M12 2v2.5M12 19.5V22M2 12h2.5M19.5 12H22",
  user: "M12 4a4 4 0 100 8 4 4 0 000-8M5 20c0-4 3-6 7-6s7 2 7 6",
  printer: "M7 9V3h10v6M7 17H4V9h16v8h-3M7 14h10v7H7z",
};

/** @param {{name: string}} props @returns {import("./html.js").View} */
export function Icon({ name }) {
  return html`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false" fill="none" stroke="currentColor"
    stroke-width=${name === "dots" ? 3.5 : 2.2} stroke-linecap="round" stroke-linejoin="round"><path d=${PATHS[name]} /></svg>`;
}
