/**
 * The factory layout: the screen every till has until a manager publishes another, and that Shift+F12 brings back. Data
 * only, and without imports: the server reads the same file. docs/layouts.md explains every member.
 */

/** The right-hand side, where panels and the payment lie, starts at this column (of 24). @param {number} column */
function areas(column) {
  return {
    panel: `3/${column}/16/25`,
    zones: [
      { id: "status", area: "1/1/2/25", widgets: [{ widget: "status" }] },
      { id: "tabs", area: "2/1/3/25", widgets: [{ widget: "tabs" }] },
      { id: "receipt", area: `3/1/16/${column}`, widgets: [{ widget: "lines" }, { widget: "input" }, { widget: "totals" }] },
      { id: "side", area: `3/${column}/16/25`, widgets: [{ widget: "quick" }, { widget: "pad" }] },
      { id: "keys", area: "16/1/17/25", widgets: [{ widget: "keys" }] },
    ],
  };
}

/** What the keys do, by the key's place on the board (`event.code`). `row: false` keeps one out of the row at the bottom, which holds about twelve. */
export const KEYS = {
  sale: {
    F1: "help", F2: "search", F3: "price", F4: "customer", F5: "park", F6: "receipts", F7: "discount", "Shift+F7": { action: "empties", row: false }, F8: "void", "Shift+F8": "cancel", F9: "return", "Shift+F9": { action: "blindReturn", row: false }, F10: "desk", F12: "menu",
    Insert: "age", Delete: "remove", "Ctrl+Enter": "cardAll", "Ctrl+NumpadEnter": "cardAll",
  },
  payment: {
    F1: "help", F2: "paperless", F5: "card1", "Shift+F5": "cardAtOnce", F6: "card2", F7: "bonus", F8: "otherTenders", F9: "takeBack", F10: "buyer", "Ctrl+Enter": "cardRest",
    "Ctrl+NumpadEnter": "cardRest",
  },
};

export const FACTORY = {
  format: 1,
  name: "Factory",
  sizes: [
    { w: 1024, h: 768, diagonal: 150, scale: 100, mirror: false, ...areas(15) },
    { w: 1366, h: 768, diagonal: 156, scale: 100, mirror: false, ...areas(15) },
    // A wide screen that was not scaled gives its room to the names and the tiles, not to empty ground.
    { w: 1920, h: 1080, diagonal: 215, scale: 100, mirror: false, ...areas(16) },
  ],
  grids: [],
  keys: KEYS,
  columns: ["n", "name", "each", "total"],
  rows: "normal",
  pad: true,
  theme: { mode: "", accent: null },
};
