/** Layouts that come with the program, to begin with: a manager copies one and changes it. Data only; the server reads the same file. */

import { FACTORY, KEYS } from "./factory.js";

/** The three screens a till has most often; the wide one is small for its dots, so everything on it is larger. */
const SCREENS = [
  { w: 1024, h: 768, diagonal: 150, scale: 100 },
  { w: 1366, h: 768, diagonal: 156, scale: 100 },
  { w: 1920, h: 1080, diagonal: 156, scale: 125 },
];

const BARS = [
  { id: "status", area: "1/1/2/25", widgets: [{ widget: "status" }] },
  { id: "tabs", area: "2/1/3/25", widgets: [{ widget: "tabs" }] },
  { id: "keys", area: "16/1/17/25", widgets: [{ widget: "keys" }] },
];

/** @param {string} panel @param {any[]} zones */
function sizes(panel, zones) {
  return SCREENS.map((screen) => ({ ...screen, mirror: false, panel, zones: [...BARS, ...zones] }));
}

/** @param {string} at @param {string} action @param {string} [tone] @param {string} [icon] */
function button(at, action, tone = "plain", icon = "") {
  return { at, action, tone, icon };
}

const COMMON = { format: 1, keys: KEYS, pad: true, theme: { mode: "", accent: null } };

/** Scanner first: a long list, and beside the number pad what a cashier with a scanner reaches for. */
const SUPERMARKET = {
  ...COMMON,
  name: "Supermarket",
  sizes: sizes("3/16/16/25", [
    { id: "receipt", area: "3/1/16/16", widgets: [{ widget: "lines" }, { widget: "input" }, { widget: "totals" }] },
    { id: "side", area: "3/16/16/25", widgets: [{ widget: "grid", grid: "main" }, { widget: "pad" }] },
  ]),
  grids: [
    {
      id: "main", cols: 3, rows: 4,
      buttons: [
        button("1/1/2/3", "cashExact", "pay"), button("1/3/2/4", "cardAll", "primary"),
        button("2/1/3/2", "search"), button("2/2/3/3", "price", "plain", "barcode"), button("2/3/3/4", "receipts"),
        button("3/1/4/2", "less"), button("3/2/4/3", "more"), button("3/3/4/4", "discount"),
        button("4/1/5/2", "void", "danger"), button("4/2/5/3", "park"), button("4/3/5/4", "lock", "quiet", "lock"),
      ],
    },
  ],
  columns: ["n", "name", "each", "total"],
  rows: "normal",
};

/** Grid first: most of the screen is tiles for goods without a barcode. */
const SMALL_SHOP = {
  ...COMMON,
  name: "Small shop",
  sizes: sizes("3/11/16/25", [
    { id: "receipt", area: "3/1/16/11", widgets: [{ widget: "lines" }, { widget: "input" }, { widget: "totals" }] },
    { id: "side", area: "3/11/16/25", widgets: [{ widget: "quick", cols: 6 }, { widget: "pad" }] },
  ]),
  grids: [],
  columns: ["name", "each", "total"],
  rows: "normal",
};

/** For hands that never leave the keys: no number pad, sixteen lines at 1024×768. */
const KEYBOARD = {
  ...COMMON,
  name: "Keyboard only",
  sizes: sizes("3/14/16/25", [
    { id: "receipt", area: "3/1/14/25", widgets: [{ widget: "lines" }, { widget: "input" }] },
    { id: "sum", area: "14/1/16/19", widgets: [{ widget: "totals" }] },
    { id: "pay", area: "14/19/16/25", widgets: [{ widget: "pay" }] },
  ]),
  grids: [],
  columns: ["n", "code", "name", "quantity", "unit", "price", "discount", "total"],
  rows: "compact",
  pad: false,
};

/** By the name the server and the editor call them. */
export const PRESETS = { factory: FACTORY, supermarket: SUPERMARKET, small_shop: SMALL_SHOP, keyboard: KEYBOARD };
