/**
 * What a layout must satisfy before it may be published: everything a sale needs is on screen, fingers hit, eyes read, no key
 * means two things. The editor asks while somebody drags and the server before it publishes; a till only asks layout-rules.js.
 *
 * Sizes are estimated from the same numbers the styles use (css/till.css); a letter is taken as 0.55 of its height, which is
 * about the average of the till's font in all four languages.
 */

import { COLUMNS, LANGUAGES, ROWS, areaOf, entryOf, isInRow, overlap } from "./layout-rules.js";

/** @typedef {import("../types.d.ts").Layout} Layout */
/** @typedef {import("../types.d.ts").LayoutSize} LayoutSize */
/** @typedef {import("../types.d.ts").LayoutZone} LayoutZone */
/** @typedef {import("../types.d.ts").LayoutButton} LayoutButton */
/** @typedef {import("./layout-rules.js").Finding} Finding */
/** @typedef {import("./layout-rules.js").ActionShapes} ActionShapes */
/** @typedef {import("./layout-rules.js").Say} Say */
/** @typedef {Record<string, Record<string, string>>} Names what actions are called, by id and language */
/** @typedef {{width: number, height: number}} Box px */

const TARGET_MM = 12;
const CONTRAST = 4.5;
const REM = 16;
const GAP = 6;
const PADDING = 6;
/** Heights of what does not stretch, in rem. @type {Record<string, number>} */
const FIXED = { status: 2.75, tabs: 3, keys: 4, input: 3.5, totals: 4.5, pay: 3.5, text: 2.5 };
const PAD_REM = 4 * 3.5 + 3 * 0.375;
const STRETCHING = ["lines", "quick", "grid"];
const LETTER = 0.55;
const LINE = 1.2;
const BUTTON_FONT_REM = 0.875;
const KEY_FONT_REM = 0.8125;
const MARK_REM = 1.25;

/** Ground and text of the till itself in its themes (css/tokens.css), for colours that stand on them. */
const GROUNDS = { light: { surface: "#ffffff", ink: "#ffffff" }, dark: { surface: "#17202a", ink: "#06223e" } };

// ------------------------------------------------------------ colour

/** @param {string} colour #rrggbb @returns {number} relative luminance (WCAG 2.2) */
function luminance(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255).map((one) => (one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** @param {string} one @param {string} two @returns {number} from 1 to 21 */
export function contrast(one, two) {
  const [light, dark] = [luminance(one), luminance(two)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** @param {string} ground @returns {string} black or white, whichever is read better on it */
export function inkOn(ground) {
  return contrast(ground, "#ffffff") >= contrast(ground, "#14202b") ? "#ffffff" : "#14202b";
}

/** @param {Layout} layout @param {Say} say */
function colours(layout, say) {
  const tenths = (/** @type {number} */ ratio) => Math.floor(ratio * 10) / 10;
  layout.grids.forEach((grid, index) => {
    grid.buttons.forEach((button, place) => {
      if (!button.colour && !button.ink) return;
      const at = `grids[${index}].buttons[${place}]`;
      if (!button.colour || !button.ink) return say("half_coloured", at);
      const ratio = contrast(button.colour, button.ink);
      if (ratio < CONTRAST) say("contrast", at, { ratio: String(tenths(ratio)) });
    });
  });
  const { mode, accent } = layout.theme;
  if (accent === null) return;
  const { surface, ink } = mode === "dark" || mode === "contrast" ? GROUNDS.dark : GROUNDS.light;
  const ratio = Math.min(contrast(accent, surface), contrast(accent, ink));
  if (ratio < CONTRAST) say("contrast", "theme.accent", { ratio: String(tenths(ratio)) });
  if (mode === "") say("accent_needs_mode", "theme");
}

// ------------------------------------------------------------ keys

/** @param {Layout} layout @param {ActionShapes} actions @param {Say} say */
function keys(layout, actions, say) {
  /** @type {Map<string, string>} */
  const taken = new Map(Object.keys(layout.keys.sale).map((key) => [key, "keys.sale"]));
  layout.grids.forEach((grid, index) => {
    grid.buttons.forEach((button, place) => {
      if (!button.key) return;
      const at = `grids[${index}].buttons[${place}].key`;
      const other = taken.get(button.key);
      if (other) say("repeated_key", at, { key: button.key, other });
      if (actions[button.action]?.at === "payment") say("wrong_place", at, { action: button.action });
      taken.set(button.key, at);
    });
  });
}

// ------------------------------------------------------------ what must be there

/** @param {LayoutSize} size @param {Layout} layout @param {string} at @param {Say} say */
function needed(size, layout, at, say) {
  const widgets = size.zones.flatMap((zone) => zone.widgets);
  const names = widgets.map((each) => each.widget);
  for (const name of ["lines", "input", "totals"]) {
    const count = names.filter((each) => each === name).length;
    if (count === 0) say("needs_widget", at, { widget: name });
    if (count > 1) say("repeated_widget", at, { widget: name });
  }
  const grids = widgets.flatMap((each) => layout.grids.filter((grid) => grid.id === each.grid));
  const paid = names.includes("pad") || names.includes("pay") || grids.some((grid) => grid.buttons.some((button) => button.action === "pay" && !button.roles?.length && !button.showIf?.length));
  if (!paid) say("needs_pay", at);
}

/** @param {LayoutSize} size @param {string} at @param {Say} say */
function apart(size, at, say) {
  size.zones.forEach((zone, index) => {
    for (const other of size.zones.slice(index + 1)) {
      const [one, two] = [areaOf(zone.area), areaOf(other.area)];
      if (one && two && overlap(one, two)) say("zones_overlap", at, { one: zone.id, two: other.id });
    }
  });
  const panel = areaOf(size.panel);
  if (panel && (panel.c2 - panel.c1 < 9 || panel.r2 - panel.r1 < 10)) say("panel_small", at);
}

// ------------------------------------------------------------ sizes

/** @param {LayoutSize} size @returns {number[]} height of each row in px */
function rowHeights(size) {
  const rem = (REM * size.scale) / 100;
  const bars = /** @type {(number | null)[]} */ (Array(ROWS).fill(null));
  for (const zone of size.zones) {
    const area = areaOf(zone.area);
    if (!area || area.r2 !== area.r1 + 1 || !zone.widgets.every((each) => ["status", "tabs", "keys"].includes(each.widget))) continue;
    bars[area.r1 - 1] = Math.max(bars[area.r1 - 1] ?? 0, zone.widgets.reduce((sum, each) => sum + FIXED[each.widget], 0) * rem);
  }
  const left = size.h - bars.reduce((/** @type {number} */ sum, each) => sum + (each ?? 0), 0);
  const share = Math.max(0, left) / Math.max(1, bars.filter((each) => each === null).length);
  return bars.map((each) => each ?? share);
}

/** @param {LayoutSize} size @param {LayoutZone} zone @returns {{zone: Box, stretch: number}} the zone, and the height each stretching widget of it gets */
function roomOf(size, zone) {
  const rem = (REM * size.scale) / 100;
  const area = areaOf(zone.area) ?? { r1: 1, c1: 1, r2: 1, c2: 1 };
  const height = rowHeights(size).slice(area.r1 - 1, area.r2 - 1).reduce((sum, each) => sum + each, 0);
  const width = (size.w * (area.c2 - area.c1)) / COLUMNS;
  const fixed = zone.widgets.reduce((sum, each) => sum + (each.widget === "pad" ? PAD_REM : (FIXED[each.widget] ?? 0)) * rem, 0);
  const stretching = zone.widgets.filter((each) => STRETCHING.includes(each.widget)).length;
  const room = height - 2 * PADDING - GAP * (zone.widgets.length - 1) - fixed;
  return { zone: { width: width - 2 * PADDING, height }, stretch: stretching ? room / stretching : room };
}

/** @param {LayoutSize} size @returns {number} millimetres of a px */
export function millimetres(size) {
  return (size.diagonal * 2.54) / Math.hypot(size.w, size.h);
}

/** @param {Box} box @param {LayoutSize} size @param {string} at @param {Say} say @param {Record<string, string>} what */
function target(box, size, at, say, what) {
  const mm = Math.floor(Math.min(box.width, box.height) * millimetres(size) * 10) / 10;
  if (mm < TARGET_MM) say("target_small", at, { ...what, mm: String(mm), screen: `${size.w}×${size.h}` });
}

/** @param {LayoutButton} button @param {Box} cell @param {number} gap @returns {Box} */
function boxOf(button, cell, gap) {
  const area = areaOf(button.at) ?? { r1: 1, c1: 1, r2: 2, c2: 2 };
  const across = area.c2 - area.c1;
  const down = area.r2 - area.r1;
  return { width: cell.width * across + gap * (across - 1), height: cell.height * down + gap * (down - 1) };
}

/**
 * Whether words fit a box, broken between words and, where one word is too long, inside it never.
 *
 * @param {string} words
 * @param {number} width px
 * @param {number} lines
 * @param {number} font px
 * @returns {boolean}
 */
export function fits(words, width, lines, font) {
  const most = Math.floor(width / (LETTER * font));
  let used = 1;
  let column = 0;
  for (const word of words.split(/[\s/\u00ad]+/).filter(Boolean)) {
    if (word.length > most) return false;
    const next = column === 0 ? word.length : column + 1 + word.length;
    if (next > most) used += 1;
    column = next > most ? word.length : next;
  }
  return used <= lines;
}

/** @param {{action: string, label?: any}} what @param {Names} names @returns {string[]} the words in every language that gives some */
function wordsOf({ action, label }, names) {
  return LANGUAGES.map((code) => String(label?.[code] || label?.en || names[action]?.[code] || names[action]?.en || ""));
}

/** @param {Layout} layout @param {LayoutSize} size @param {string} name of a grid @param {Box} room @param {Names} names @param {Say} say */
function gridButtons(layout, size, name, room, names, say) {
  const index = layout.grids.findIndex((each) => each.id === name);
  const grid = layout.grids[index];
  const cell = { width: (room.width - GAP * (grid.cols - 1)) / grid.cols, height: (room.height - GAP * (grid.rows - 1)) / grid.rows };
  const rem = (REM * size.scale) / 100;
  grid.buttons.forEach((button, place) => {
    const at = `grids[${index}].buttons[${place}]`;
    const box = boxOf(button, cell, GAP);
    target(box, size, at, say, { what: grid.id });
    const above = (button.icon ? MARK_REM * rem : 0) + (button.key ? rem * 0.9 : 0);
    const lines = Math.max(1, Math.floor((box.height - 8 - above) / (BUTTON_FONT_REM * rem * LINE)));
    const long = wordsOf(button, names).find((words) => !fits(words, box.width - 14, lines, BUTTON_FONT_REM * rem));
    if (long) say("label_long", at, { words: long, screen: `${size.w}×${size.h}` });
    layout.grids[index].buttons.slice(place + 1).forEach((other) => {
      const [one, two] = [areaOf(button.at), areaOf(other.at)];
      const together = JSON.stringify(button.showIf ?? []) === JSON.stringify(other.showIf ?? []) && JSON.stringify(button.roles ?? []) === JSON.stringify(other.roles ?? []);
      if (one && two && together && overlap(one, two)) say("buttons_overlap", at, { grid: grid.id });
    });
  });
}

/** @param {Layout} layout @param {LayoutSize} size @param {LayoutZone} zone @param {string} at @param {Names} names @param {Say} say */
function zoneTargets(layout, size, zone, at, names, say) {
  const rem = (REM * size.scale) / 100;
  const { zone: box, stretch } = roomOf(size, zone);
  if (zone.widgets.some((each) => STRETCHING.includes(each.widget)) && stretch < 3 * rem) say("zone_low", at, { zone: zone.id, screen: `${size.w}×${size.h}` });
  for (const { widget, grid, cols = 4 } of zone.widgets) {
    if (widget === "grid" && grid) gridButtons(layout, size, grid, { width: box.width, height: stretch }, names, say);
    if (widget === "pad") target({ width: (box.width - 3 * GAP) / 4, height: 3.5 * rem }, size, at, say, { what: "pad" });
    if (widget === "quick") target({ width: (box.width - (cols - 1) * GAP) / cols, height: 5.25 * rem }, size, at, say, { what: "quick" });
    if (widget === "pay") target({ width: box.width, height: 3.5 * rem }, size, at, say, { what: "pay" });
    if (widget === "keys") functionKeys(layout, size, box.width, at, names, say);
  }
}

/** @param {Layout} layout @param {LayoutSize} size @param {number} width @param {string} at @param {Names} names @param {Say} say */
function functionKeys(layout, size, width, at, names, say) {
  const rem = (REM * size.scale) / 100;
  const row = Object.entries(layout.keys.sale).filter(([key, entry]) => /^(Shift\+)?F\d+$/.test(key) && isInRow(entry));
  if (row.length === 0) return;
  const each = (width - 4 * (row.length - 1)) / row.length;
  target({ width: each, height: 3.5 * rem }, size, at, say, { what: "keys" });
  for (const [key, entry] of row) {
    const long = wordsOf(entryOf(entry), names).find((words) => !fits(words, each - 8, 2, KEY_FONT_REM * rem));
    if (long) say("label_long", `keys.sale.${key}`, { words: long, screen: `${size.w}×${size.h}` });
  }
}

/**
 * Everything that keeps a whole layout (see `faults`) from being published.
 *
 * @param {Layout} layout
 * @param {ActionShapes} actions
 * @param {Names} names
 * @returns {Finding[]} at most 50
 */
export function checks(layout, actions, names) {
  /** @type {Finding[]} */
  const found = [];
  /** @type {Say} */
  const say = (code, at, args = {}) => {
    const same = found.some((each) => each.code === code && each.at === at);
    if (found.length < 50 && !same) found.push({ code, at, args });
  };
  if (!layout.name.trim()) say("no_name", "name");
  for (const name of ["name", "total"]) if (!layout.columns.includes(name)) say("needs_column", "columns", { column: name });
  if (new Set(layout.columns).size !== layout.columns.length) say("repeated_column", "columns");
  if (!layout.columns.includes("each") && !layout.columns.includes("quantity")) say("needs_column", "columns", { column: "quantity" });
  colours(layout, say);
  keys(layout, actions, say);
  layout.sizes.forEach((size, index) => {
    const at = `sizes[${index}]`;
    needed(size, layout, at, say);
    apart(size, at, say);
    size.zones.forEach((zone, place) => zoneTargets(layout, size, zone, `${at}.zones[${place}]`, names, say));
  });
  return found;
}
