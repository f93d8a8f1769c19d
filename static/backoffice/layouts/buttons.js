/** The side's page about button grids: what each button does, how it looks, who sees it and when. */

import { inkOn } from "../../till/models/layout-checks.js";
import { CONDITIONS, ICONS, LIMITS, TONES } from "../../till/models/layout-rules.js";
import { button, field, group, h, input, number, select, tick } from "./dom.js";
import { learn } from "./learn.js";
import { removeButton } from "./stage.js";
import { areaFields } from "./zones.js";

/** @typedef {import("./work.js").Work} Work */
/** @typedef {import("../../till/types.d.ts").LayoutButton} LayoutButton */
/** @typedef {import("../../till/types.d.ts").LayoutGrid} LayoutGrid */

/** What an action is given until somebody writes something else. @type {Record<string, any>} */
const BEGIN = { code: "1", quantity: 2000, percent: 1000, amount: 1000, tab: 1 };

/** @param {Work} work @returns {HTMLElement[]} */
export function buttonsPage(work) {
  const grids = work.layout.grids.map((each) => /** @type {[string, string]} */ ([each.id, each.id]));
  const grid = work.chosenGrid;
  return [
    field(work.say("grid"), select("grid", [["", "–"], ...grids], work.grid ?? "", (value) => work.choose({ grid: value || null, button: null }))),
    button("add-grid", work.say("add_grid"), () => addGrid(work)),
    ...(grid ? gridFields(work, grid) : []),
  ];
}

/** @param {Work} work */
function addGrid(work) {
  const taken = new Set(work.layout.grids.map((each) => each.id));
  let id = "grid-1";
  for (let n = 2; taken.has(id); n += 1) id = "grid-" + n;
  Object.assign(work, { grid: id, button: null });
  work.change(() => work.layout.grids.push({ id, cols: 3, rows: 3, buttons: [] }));
}

/** @param {Work} work @param {LayoutGrid} grid @returns {HTMLElement[]} */
function gridFields(work, grid) {
  const put = (/** @type {"cols" | "rows"} */ name) => (/** @type {number} */ value) => work.change(() => void Object.assign(work.chosenGrid ?? {}, { [name]: value }));
  const names = grid.buttons.map((each, index) => /** @type {[string, string]} */ ([String(index), `${each.at}: ${each.label?.[work.settings.language] || each.label?.en || work.name(each.action)}`]));
  const chosen = work.chosenButton;
  return [
    h("div", { class: "two" }, field(work.say("columns"), number("cols", grid.cols, put("cols"), { min: 1, max: LIMITS.cells })), field(work.say("rows"), number("rows", grid.rows, put("rows"), { min: 1, max: LIMITS.cells }))),
    field(work.say("button"), select("button", [["", "–"], ...names], String(work.button ?? ""), (value) => work.choose({ button: value === "" ? null : Number(value) }))),
    button("add-button", work.say("add_button"), () => addButton(work, grid)),
    ...(chosen ? buttonFields(work, grid, chosen) : []),
  ];
}

/** Into the first cell where nothing is. @param {Work} work @param {LayoutGrid} grid */
function addButton(work, grid) {
  const taken = new Set(grid.buttons.flatMap(({ at }) => cells(at)));
  const free = Array.from({ length: grid.rows * grid.cols }, (_, n) => [Math.floor(n / grid.cols) + 1, (n % grid.cols) + 1]).find(([r, c]) => !taken.has(`${r}/${c}`)) ?? [1, 1];
  work.button = grid.buttons.length;
  work.change(() => work.chosenGrid?.buttons.push({ at: `${free[0]}/${free[1]}/${free[0] + 1}/${free[1] + 1}`, action: "search", tone: "plain" }));
}

/** @param {string} at @returns {string[]} */
function cells(at) {
  const [r1, c1, r2, c2] = at.split("/").map(Number);
  /** @type {string[]} */
  const found = [];
  for (let r = r1; r < r2; r += 1) for (let c = c1; c < c2; c += 1) found.push(`${r}/${c}`);
  return found;
}

/** @param {Work} work @param {Partial<LayoutButton>} what */
function put(work, what) {
  work.change(() => void Object.assign(work.chosenButton ?? {}, what));
}

/** @param {Work} work @param {"sale" | "payment" | null} place null: everything @returns {[string, string][]} actions by their names */
export function actionOptions(work, place) {
  const fitting = Object.entries(work.known).filter(([, one]) => place === null || one.at === "any" || one.at === place);
  return fitting.map(([id]) => /** @type {[string, string]} */ ([id, work.name(id)])).sort(([, one], [, two]) => one.localeCompare(two, work.settings.language));
}

/** What a newly chosen action needs before it can be anything. @param {Work} work @param {string} id @returns {Record<string, any>} */
export function firstParams(work, id) {
  const needed = Object.entries(work.known[id]?.params ?? {}).filter(([name]) => !name.endsWith("?"));
  return Object.fromEntries(needed.map(([name, kind]) => [name, BEGIN[kind]]));
}

/** @param {Work} work @param {string} id for the focus @param {string} action @param {Record<string, any>} params @param {(params: Record<string, any>) => void} change @returns {HTMLElement[]} */
export function paramFields(work, id, action, params, change) {
  return Object.entries(work.known[action]?.params ?? {}).map(([name, kind]) => {
    const plain = name.replace("?", "");
    const write = (/** @type {string} */ text) => {
      const next = { ...params };
      if (text === "" && name.endsWith("?")) delete next[plain];
      else next[plain] = kind === "code" ? text.trim() : Math.round(Number(text)) || BEGIN[kind];
      change(next);
    };
    return field(work.settings.words.params[kind] ?? kind, input(`${id}-${plain}`, params[plain] ?? "", write, kind === "code" ? { maxlength: 100 } : { inputmode: "numeric" }));
  });
}

/** @param {Work} work @param {LayoutGrid} grid @param {LayoutButton} chosen @returns {HTMLElement[]} */
function buttonFields(work, grid, chosen) {
  const right = work.known[chosen.action]?.right;
  const choose = (/** @type {string} */ action) => put(work, { action, params: firstParams(work, action) });
  return [
    field(work.say("action"), select("action", actionOptions(work, null), chosen.action, choose), right ? work.say("needs_right", { right: work.settings.rights[right] ?? right }) : ""),
    ...paramFields(work, "param", chosen.action, chosen.params ?? {}, (params) => put(work, { params })),
    areaFields(work, "button", chosen.at, grid.rows, grid.cols, (at) => put(work, { at })),
    labels(work, chosen),
    looks(work, chosen),
    keyOf(work, chosen),
    whoAndWhen(work, chosen),
    button("remove-button", work.say("remove"), () => removeButton(work, work.button ?? 0), { class: "btn btn-sm text-danger" }),
  ];
}

/** @param {Work} work @param {LayoutButton} chosen @returns {HTMLElement} */
function labels(work, chosen) {
  const write = (/** @type {string} */ code) => (/** @type {string} */ text) => put(work, { label: { ...chosen.label, [code]: text } });
  return group(work.say("label"), h("small", {}, work.say("own_label")),
    h("div", { class: "two" }, ["en", "pl", "uk", "ru"].map((code) => field(code, input("label-" + code, chosen.label?.[code] ?? "", write(code), { maxlength: LIMITS.label })))));
}

/** @param {Work} work @param {LayoutButton} chosen @returns {HTMLElement} */
function looks(work, chosen) {
  const tones = TONES.map((name) => /** @type {[string, string]} */ ([name, work.settings.words.tones[name]]));
  const icons = ICONS.map((name) => /** @type {[string, string]} */ ([name, name || work.say("none")]));
  const own = Boolean(chosen.colour);
  const colour = (/** @type {string} */ value) => put(work, { colour: value, ink: inkOn(value) });
  return group(work.say("tone"),
    h("div", { class: "two" }, field(work.say("tone"), select("tone", tones, chosen.tone ?? "plain", (tone) => put(work, { tone }))), field(work.say("icon"), select("icon", icons, chosen.icon ?? "", (icon) => put(work, { icon })))),
    tick("own-colour", work.say("own_colour"), own, (on) => (on ? colour("#0a5fb4") : put(work, { colour: null, ink: null }))),
    own ? h("div", { class: "two" }, field(work.say("colour"), input("colour", chosen.colour ?? "", colour, { type: "color" })), field(work.say("ink"), input("ink", chosen.ink ?? "", (ink) => put(work, { ink }), { type: "color" }))) : null);
}

/** @param {Work} work @param {LayoutButton} chosen @returns {HTMLElement} */
function keyOf(work, chosen) {
  const clear = button("key-clear", work.say("remove"), () => put(work, { key: null }), { disabled: !chosen.key });
  return group(work.say("key"), h("div", { class: "line" }, h("b", {}, chosen.key?.replaceAll("+", " + ") || "–"), learn(work, "key-learn", (key) => put(work, { key })), clear));
}

/** @param {string[]} list @param {string} name @param {boolean} on @returns {string[]} */
function withOrWithout(list, name, on) {
  return on ? [...list.filter((each) => each !== name), name] : list.filter((each) => each !== name);
}

/** @param {Work} work @param {LayoutButton} chosen @returns {HTMLElement} */
function whoAndWhen(work, chosen) {
  const roles = chosen.roles ?? [];
  const when = chosen.showIf ?? [];
  const rights = Object.entries(work.settings.rights).map(([name, label]) => /** @type {[string, string]} */ ([name, label]));
  return h("div", {},
    group(work.say("roles"), h("small", {}, work.say("everybody")), ...work.settings.roles.map(({ code, name }) => tick("role-" + code, name, roles.includes(code), (on) => put(work, { roles: withOrWithout(roles, code, on) })))),
    field(work.say("approval"), select("approval", [["", "–"], ...rights], chosen.approval ?? "", (value) => put(work, { approval: value || null }))),
    group(work.say("show_if"), ...CONDITIONS.map((name) => tick("when-" + name, work.settings.words.conditions[name], when.includes(name), (on) => put(work, { showIf: withOrWithout(when, name, on) })))));
}
