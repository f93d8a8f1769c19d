/**
 * What a layout may be. One judge for all: the till asks it before it draws, the editor while somebody drags, the server
 * (in QuickJS) before anything is kept. It imports nothing, has no clock and no DOM.
 *
 * `faults` says what makes a layout impossible to draw; `advice` of the checks a manager must satisfy before publishing is in
 * layout-checks.js. Every finding is `{code, at, args}`: the sentence is the reader's business.
 */

/** @typedef {{code: string, at: string, args: Record<string, string | number>}} Finding */
/** @typedef {{r1: number, c1: number, r2: number, c2: number}} Area grid lines, as in CSS grid-area */
/** @typedef {{right?: string, at: string, params?: Record<string, string>}} ActionShape */
/** @typedef {Record<string, ActionShape>} ActionShapes */
/** @typedef {(value: any, path: string, say: Say) => void} Check */
/** @typedef {(code: string, at: string, args?: Record<string, string | number>) => void} Say */

export const COLUMNS = 24;
export const ROWS = 16;
export const LIMITS = { zones: 40, widgets: 6, grids: 12, buttons: 96, keys: 120, sizes: 6, label: 40, name: 60, roles: 12, cells: 12 };
export const WIDGETS = ["status", "tabs", "lines", "input", "totals", "quick", "pad", "pay", "keys", "grid", "text"];
export const LINE_COLUMNS = ["n", "name", "code", "barcode", "quantity", "unit", "price", "each", "discount", "tax", "total"];
export const TONES = ["plain", "primary", "pay", "danger", "warn", "quiet"];
export const CONDITIONS = ["lines", "empty", "online", "offline", "payment"];
export const LANGUAGES = ["en", "pl", "uk", "ru"];
export const ICONS = ["", "barcode", "check", "cross", "erase", "lock", "plus", "printer", "sun", "times", "warn"];
export const MODES = ["", "light", "dark", "contrast"];

const ID = /^[a-z][a-z0-9-]{0,29}$/;
const COLOUR = /^#[0-9a-f]{6}$/;
const RIGHT = /^till\.[a-z_]{1,30}$/;
/**
 * Keys a layout may use: function keys, the block of Insert and Delete, the media and launch keys that programmable boards
 * send, and letters only with Ctrl+Alt or Alt. Whatever a scanner types, what moves and clears, and what belongs to the
 * browser or to this program (F11, Shift+F12, Ctrl+N, Ctrl+T, Ctrl+W, Alt+digit) is not among them.
 */
const KEY = /^(?:(?:Ctrl\+)?(?:Alt\+)?(?:Shift\+)?F(?:[1-9]|1[0-9]|2[0-4])|Insert|Delete|Pause|ScrollLock|ContextMenu|(?:Media|Launch|Browser|Audio)[A-Za-z0-9]{1,30}|Ctrl\+(?:Numpad)?Enter|(?:Ctrl\+)?Alt\+Key[A-Z])$/;
const TAKEN = /F11$|^Shift\+F12$|^Alt\+F4$|^Ctrl\+F4$/;

/** @param {string} text "r1/c1/r2/c2" @returns {Area | null} */
export function areaOf(text) {
  const found = /^(\d{1,2})\/(\d{1,2})\/(\d{1,2})\/(\d{1,2})$/.exec(String(text));
  if (!found) return null;
  const [r1, c1, r2, c2] = found.slice(1).map(Number);
  return r1 >= 1 && c1 >= 1 && r2 > r1 && c2 > c1 ? { r1, c1, r2, c2 } : null;
}

/** @param {Area} one @param {Area} two @returns {boolean} */
export function overlap(one, two) {
  return one.r1 < two.r2 && two.r1 < one.r2 && one.c1 < two.c2 && two.c1 < one.c2;
}

/** @param {string} key as `event.code` with its modifiers @returns {boolean} whether a layout may give it a meaning */
export function isBindable(key) {
  return KEY.test(key) && !TAKEN.test(key);
}

/** @param {any} entry of a key @returns {boolean} whether it stands in the row of function keys, if it is one */
export function isInRow(entry) {
  return typeof entry === "string" || entry.row !== false;
}

/** A key's entry, short (`"void"`) or long, as an object. @param {any} entry @returns {{action: string, params: Record<string, any>, label: Record<string, string> | null}} */
export function entryOf(entry) {
  if (typeof entry === "string") return { action: entry, params: {}, label: null };
  return { action: entry.action, params: entry.params ?? {}, label: entry.label ?? null };
}

// ------------------------------------------------------------ small checks

/** @param {any} value */
const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

/** @param {number} low @param {number} high @returns {Check} */
const whole = (low, high) => (value, at, say) => {
  if (!Number.isSafeInteger(value) || value < low || value > high) say("bad_number", at, { low, high });
};

/** @param {number} most @returns {Check} */
const text = (most) => (value, at, say) => {
  if (typeof value !== "string" || value.length > most || /[\u0000-\u001f\u007f]/.test(value)) say("bad_text", at, { most });
};

/** @param {RegExp} pattern @returns {Check} */
const like = (pattern) => (value, at, say) => {
  if (typeof value !== "string" || !pattern.test(value)) say("bad_value", at);
};

/** @param {readonly string[]} choices @returns {Check} */
const oneOf = (choices) => (value, at, say) => {
  if (!choices.includes(value)) say("bad_choice", at, { value: String(value).slice(0, 40) });
};

/** @type {Check} */
const yesNo = (value, at, say) => {
  if (typeof value !== "boolean") say("bad_value", at);
};

/** @param {Check} check @returns {Check} */
const orNull = (check) => (value, at, say) => {
  if (value !== null) check(value, at, say);
};

/** @param {Check} check @param {number} least @param {number} most @returns {Check} */
const list = (check, least, most) => (value, at, say) => {
  if (!Array.isArray(value)) return say("bad_value", at);
  if (value.length < least || value.length > most) return say("bad_count", at, { least, most });
  value.forEach((each, index) => check(each, `${at}[${index}]`, say));
};

/** Members by name; "name?" may be absent, and nothing else may be there. @param {Record<string, Check>} members @returns {Check} */
const shape = (members) => (value, at, say) => {
  if (!isObject(value)) return say("bad_value", at);
  const known = Object.keys(members).map((name) => name.replace("?", ""));
  for (const name of Object.keys(value)) if (!known.includes(name)) say("unknown_member", `${at}.${name}`.slice(0, 120));
  for (const [name, check] of Object.entries(members)) {
    const plain = name.replace("?", "");
    if (Object.hasOwn(value, plain)) check(value[plain], at ? `${at}.${plain}` : plain, say);
    else if (plain === name) say("missing_member", at ? `${at}.${plain}` : plain);
  }
};

/** @param {number} rows @param {number} cols @returns {Check} */
const area = (rows, cols) => (value, at, say) => {
  const found = areaOf(value);
  if (!found || found.r2 > rows + 1 || found.c2 > cols + 1) say("bad_area", at);
};

// ------------------------------------------------------------ the parts of a layout

const label = shape(Object.fromEntries(LANGUAGES.map((code) => [code + "?", text(LIMITS.label)])));

/** Kinds of parameters that actions take (see ui/actions.js). @type {Record<string, Check>} */
const PARAMS = {
  code: like(/^[\x21-\x7e]{1,100}$/),
  percent: whole(1, 10_000),
  quantity: whole(1, 1_000_000_000),
  amount: whole(1, 10_000_000_000_000),
  tab: whole(1, 9),
  text: text(200),
};

/** @param {any} value a button or a key's entry @param {ActionShapes} actions @param {string} at @param {Say} say */
function checkAction(value, actions, at, say) {
  const known = typeof value.action === "string" && Object.hasOwn(actions, value.action) ? actions[value.action] : null;
  if (!known) return say("unknown_action", at, { action: String(value.action).slice(0, 40) });
  /** @type {Record<string, Check>} */
  const members = {};
  for (const [name, kind] of Object.entries(known.params ?? {})) members[name] = PARAMS[kind] ?? text(200);
  shape(members)(value.params ?? {}, at + ".params", say);
}

/** @param {ActionShapes} actions @param {string} place "sale" or "payment" @returns {Check} */
const keysOf = (actions, place) => (value, at, say) => {
  if (!isObject(value)) return say("bad_value", at);
  const entries = Object.entries(value);
  if (entries.length > LIMITS.keys) return say("bad_count", at, { least: 0, most: LIMITS.keys });
  for (const [key, entry] of entries) {
    const here = `${at}.${key}`.slice(0, 120);
    if (!isBindable(key)) say("bad_key", here, { key: key.slice(0, 40) });
    if (typeof entry !== "string") {
      shape({ action: text(40), "params?": () => {}, "label?": label, "row?": yesNo })(entry, here, say);
      if (!isObject(entry)) continue;
    }
    const full = entryOf(entry);
    checkAction(full, actions, here, say);
    const where = Object.hasOwn(actions, full.action) ? actions[full.action].at : "any";
    if (where !== "any" && where !== place) say("wrong_place", here, { action: String(full.action).slice(0, 40) });
  }
};

/** @type {Check} */
const widget = (value, at, say) => {
  shape({ widget: oneOf(WIDGETS), "grid?": like(ID), "text?": label, "cols?": whole(2, 10) })(value, at, say);
  if (!isObject(value)) return;
  if ((value.widget === "grid") !== Object.hasOwn(value, "grid")) say("grid_name", at);
  if (value.widget !== "quick" && Object.hasOwn(value, "cols")) say("unknown_member", at + ".cols");
  if ((value.widget === "text") !== Object.hasOwn(value, "text")) say("text_missing", at);
};

const zones = list(shape({ id: like(ID), area: area(ROWS, COLUMNS), widgets: list(widget, 1, LIMITS.widgets) }), 1, LIMITS.zones);

const size = shape({
  w: whole(320, 7680), h: whole(320, 4320), diagonal: whole(50, 1000), scale: whole(75, 200), mirror: yesNo, panel: area(ROWS, COLUMNS), zones,
});

/** @param {ActionShapes} actions @returns {Check} */
const button = (actions) => (value, at, say) => {
  shape({
    at: area(LIMITS.cells, LIMITS.cells), action: text(40), "params?": () => {}, "label?": orNull(label), "icon?": oneOf(ICONS), "tone?": oneOf(TONES),
    "colour?": orNull(like(COLOUR)), "ink?": orNull(like(COLOUR)), "key?": orNull(text(40)), "roles?": list(like(/^[-a-zA-Z0-9_]{1,40}$/), 0, LIMITS.roles),
    "approval?": orNull(like(RIGHT)), "showIf?": list(oneOf(CONDITIONS), 0, CONDITIONS.length),
  })(value, at, say);
  if (!isObject(value)) return;
  checkAction(value, actions, at, say);
  if (typeof value.key === "string" && !isBindable(value.key)) say("bad_key", at + ".key", { key: value.key.slice(0, 40) });
};

/** @param {ActionShapes} actions @returns {Check} */
const grid = (actions) => shape({ id: like(ID), cols: whole(1, LIMITS.cells), rows: whole(1, LIMITS.cells), buttons: list(button(actions), 0, LIMITS.buttons) });

/** @param {ActionShapes} actions @returns {Check} */
const layout = (actions) => shape({
  format: whole(1, 1), name: text(LIMITS.name), sizes: list(size, 1, LIMITS.sizes), grids: list(grid(actions), 0, LIMITS.grids),
  keys: shape({ sale: keysOf(actions, "sale"), payment: keysOf(actions, "payment") }),
  columns: list(oneOf(LINE_COLUMNS), 1, LINE_COLUMNS.length), rows: oneOf(["normal", "compact"]), pad: yesNo,
  theme: shape({ mode: oneOf(MODES), accent: orNull(like(COLOUR)) }),
});

/** What refers to each other fits. @param {any} value @param {Say} say */
function whatFits(value, say) {
  const ids = value.grids.map((/** @type {any} */ each) => each.id);
  if (new Set(ids).size !== ids.length) say("repeated_id", "grids");
  value.sizes.forEach((/** @type {any} */ each, /** @type {number} */ index) => {
    const at = `sizes[${index}].zones`;
    const names = each.zones.map((/** @type {any} */ zone) => zone.id);
    if (new Set(names).size !== names.length) say("repeated_id", at);
    for (const zone of each.zones) for (const one of zone.widgets) if (one.widget === "grid" && !ids.includes(one.grid)) say("unknown_grid", at, { grid: one.grid });
  });
  value.grids.forEach((/** @type {any} */ each, /** @type {number} */ index) => {
    each.buttons.forEach((/** @type {any} */ one, /** @type {number} */ place) => {
      const found = areaOf(one.at);
      if (found && (found.r2 > each.rows + 1 || found.c2 > each.cols + 1)) say("bad_area", `grids[${index}].buttons[${place}]`);
    });
  });
}

/**
 * What makes a layout impossible to draw or to trust; nothing when it is whole.
 *
 * @param {any} value
 * @param {ActionShapes} actions what this till can do
 * @returns {Finding[]} at most 50
 */
export function faults(value, actions) {
  /** @type {Finding[]} */
  const found = [];
  const say = (/** @type {string} */ code, /** @type {string} */ at, args = {}) => {
    if (found.length < 50) found.push({ code, at, args });
  };
  layout(actions)(value, "", say);
  if (found.length === 0) whatFits(value, say);
  return found;
}
