/** The layout in force as the screen needs it: which key does what, which size fits this window, where each zone lies. */

import { COLUMNS, ROWS, areaOf, isInRow, overlap } from "../models/layout-rules.js";

/** @typedef {import("../types.d.ts").Layout} Layout */
/** @typedef {import("../types.d.ts").LayoutSize} LayoutSize */
/** @typedef {import("../types.d.ts").LayoutZone} LayoutZone */
/** @typedef {import("../types.d.ts").LayoutKey} LayoutKey */
/** @typedef {import("../types.d.ts").LayoutButton} LayoutButton */
/** @typedef {import("../types.d.ts").TillState} TillState */
/** @typedef {import("../models/layout-rules.js").Area} Area */

/** Zones of one row that hold nothing but these are as high as these are, in rem. @type {Record<string, number>} */
const BARS = { status: 2.75, tabs: 3, keys: 4 };

/** Key bindings of a layout, worked out once. @type {WeakMap<Layout, {sale: Map<string, LayoutKey | LayoutButton>, payment: Map<string, LayoutKey | LayoutButton>}>} */
const bindings = new WeakMap();

/** @param {Layout} layout */
function bindingsOf(layout) {
  const known = bindings.get(layout);
  if (known) return known;
  /** @type {{sale: Map<string, LayoutKey | LayoutButton>, payment: Map<string, LayoutKey | LayoutButton>}} */
  const made = { sale: new Map(Object.entries(layout.keys.sale)), payment: new Map(Object.entries(layout.keys.payment)) };
  for (const grid of layout.grids) {
    for (const button of grid.buttons) if (button.key && !made.sale.has(button.key)) made.sale.set(button.key, button);
  }
  bindings.set(layout, made);
  return made;
}

/** @param {TillState} state @param {string} key as `nameOf` writes it @returns {LayoutKey | LayoutButton | null} */
export function boundTo(state, key) {
  return bindingsOf(state.layout.body)[state.payment ? "payment" : "sale"].get(key) ?? null;
}

/**
 * The key that does something, as it is written on the board: hints name the key of the layout in force.
 *
 * @param {TillState} state
 * @param {string} action
 * @param {"sale" | "payment"} [at] the screen it is pressed on; the present one when left out
 * @returns {string} "" where no key does it
 */
export function keyOf(state, action, at = state.payment ? "payment" : "sale") {
  for (const [key, bound] of bindingsOf(state.layout.body)[at]) if ((typeof bound === "string" ? bound : bound.action) === action) return key.replaceAll("+", " ");
  return "";
}

/** As `keyOf`; where no key does it, what the button is called. @param {TillState} state @param {string} action @param {string} name @param {"sale" | "payment"} at @returns {string} */
export function keyNamed(state, action, name, at) {
  return keyOf(state, action, at) || `«${name}»`;
}

/** The keys of the function row in the order of the board: F1 … F24, each followed by itself with Shift. @param {Layout} layout @param {boolean} paying @returns {[string, LayoutKey][]} */
export function functionRow(layout, paying) {
  const found = Object.entries(layout.keys[paying ? "payment" : "sale"]).filter(([key, entry]) => /^(Shift\+)?F\d+$/.test(key) && isInRow(entry));
  return found.sort(([one], [two]) => place(one) - place(two));
}

/** @param {string} key @returns {number} */
function place(key) {
  return Number(/\d+$/.exec(key)) + (key.startsWith("Shift") ? 0.5 : 0);
}

/**
 * The size of the layout that is nearest to this window. A till that was set to show everything larger has that much less room.
 *
 * @param {Layout} layout
 * @param {number} scale the till's own, in percent
 * @returns {LayoutSize}
 */
export function nearest(layout, scale) {
  const width = (window.innerWidth * 100) / scale;
  const height = (window.innerHeight * 100) / scale;
  const away = (/** @type {LayoutSize} */ size) => Math.abs(size.w - width) + Math.abs(size.h - height);
  return layout.sizes.reduce((best, size) => (away(size) < away(best) ? size : best));
}

/** @param {string} text @param {boolean} mirror left and right change places @returns {Area} */
export function placed(text, mirror) {
  const area = areaOf(text) ?? { r1: 1, c1: 1, r2: 2, c2: 2 };
  return mirror ? { ...area, c1: COLUMNS + 2 - area.c2, c2: COLUMNS + 2 - area.c1 } : area;
}

/** @param {Area} area @returns {string} */
export function cssArea({ r1, c1, r2, c2 }) {
  return `${r1} / ${c1} / ${r2} / ${c2}`;
}

/** @param {LayoutZone} zone @param {string[]} widgets @returns {boolean} */
export function holdsOnly(zone, widgets) {
  return zone.widgets.every((each) => widgets.includes(each.widget));
}

/** @param {LayoutSize} size @returns {string} the rows of the grid: bars have their own height, the others share the rest */
export function rowTracks(size) {
  const heights = /** @type {(number | null)[]} */ (Array(ROWS).fill(null));
  for (const zone of size.zones) {
    const area = areaOf(zone.area);
    if (!area || area.r2 !== area.r1 + 1 || !holdsOnly(zone, Object.keys(BARS))) continue;
    const height = zone.widgets.reduce((sum, each) => sum + BARS[each.widget], 0);
    heights[area.r1 - 1] = Math.max(heights[area.r1 - 1] ?? 0, height);
  }
  return heights.map((height) => (height === null ? "minmax(0, 1fr)" : height + "rem")).join(" ");
}

/**
 * What is left of a zone while a panel lies over the screen: all of it, the part beside or above the panel, or nothing.
 *
 * @param {Area} zone
 * @param {Area | null} panel
 * @returns {Area | null}
 */
export function beside(zone, panel) {
  if (!panel || !overlap(zone, panel)) return zone;
  if (zone.c1 < panel.c1) return { ...zone, c2: panel.c1 };
  if (zone.c2 > panel.c2) return { ...zone, c1: panel.c2 };
  if (zone.r1 < panel.r1) return { ...zone, r2: panel.r1 };
  return zone.r2 > panel.r2 ? { ...zone, r1: panel.r2 } : null;
}

/** The rows between the bars at the top and at the bottom, where sheets lie. @param {LayoutSize} size @returns {Area} */
export function middle(size) {
  const area = { r1: 1, c1: 1, r2: ROWS + 1, c2: COLUMNS + 1 };
  for (const zone of size.zones) {
    const found = areaOf(zone.area);
    if (!found || found.c1 !== 1 || found.c2 !== COLUMNS + 1) continue;
    if (holdsOnly(zone, ["status"]) && found.r1 === 1) area.r1 = found.r2;
    if (holdsOnly(zone, ["keys"]) && found.r2 === ROWS + 1) area.r2 = found.r1;
  }
  return area;
}
