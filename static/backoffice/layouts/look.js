/** The side's pages about the receipt's columns, and about colours and screens. */

import { COLUMNS, LINE_COLUMNS, MODES, ROWS } from "../../till/models/layout-rules.js";
import { button, field, group, h, input, number, select, tick } from "./dom.js";
import { areaFields } from "./zones.js";

/** @typedef {import("./work.js").Work} Work */
/** @typedef {import("../../till/types.d.ts").LayoutSize} LayoutSize */

/** @param {Work} work @returns {HTMLElement[]} */
export function listPage(work) {
  const { columns } = work.layout;
  const others = LINE_COLUMNS.filter((name) => !columns.includes(name)).map((name) => /** @type {[string, string]} */ ([name, work.settings.words.columns[name]]));
  const edit = (/** @type {(all: string[]) => void} */ how) => work.change(() => how(work.layout.columns));
  const lines = columns.map((name, index) => columnLine(work, name, index, edit));
  return [
    group(work.say("columns"), ...lines, field(work.say("add"), select("add-column", [["", "–"], ...others], "", (name) => name && edit((all) => void all.push(name))))),
    tick("compact", work.say("compact"), work.layout.rows === "compact", (on) => work.change(() => void (work.layout.rows = on ? "compact" : "normal"))),
  ];
}

/** @param {Work} work @param {string} name @param {number} index @param {(how: (all: string[]) => void) => void} edit @returns {HTMLElement} */
function columnLine(work, name, index, edit) {
  const said = work.settings.words.columns[name];
  const swap = (/** @type {number} */ other) => () => edit((all) => void ([all[index], all[other]] = [all[other], all[index]]));
  return h("div", { class: "line" }, h("b", {}, said),
    button(`column-up-${name}`, "↑", swap(index - 1), { disabled: index === 0, "aria-label": `${work.say("up")}: ${said}` }),
    button(`column-down-${name}`, "↓", swap(index + 1), { disabled: index === work.layout.columns.length - 1, "aria-label": `${work.say("down")}: ${said}` }),
    button(`column-remove-${name}`, "×", () => edit((all) => void all.splice(index, 1)), { disabled: work.layout.columns.length === 1, "aria-label": `${work.say("remove")}: ${said}` }));
}

/** @param {Work} work @returns {HTMLElement[]} */
export function lookPage(work) {
  const { theme, name, pad } = work.layout;
  const modes = MODES.map((mode) => /** @type {[string, string]} */ ([mode, work.settings.words.modes[mode]]));
  const own = theme.accent !== null;
  const accent = (/** @type {string | null} */ value) => work.change(() => void (work.layout.theme.accent = value));
  return [
    field(work.say("name"), input("name", name, (value) => work.change(() => void (work.layout.name = value.trim())), { maxlength: 60 })),
    field(work.say("mode"), select("mode", modes, theme.mode, (mode) => work.change(() => void (work.layout.theme.mode = mode)))),
    tick("own-accent", work.say("own_accent"), own, (on) => accent(on ? "#0a5fb4" : null)),
    ...(own ? [field(work.say("accent"), input("accent", theme.accent ?? "", accent, { type: "color" }))] : []),
    tick("pad", work.say("pad"), pad, (on) => work.change(() => void (work.layout.pad = on))),
    screenFields(work),
  ];
}

/** @param {Work} work @returns {HTMLElement} */
function screenFields(work) {
  const { screen } = work;
  const edit = (/** @type {Partial<LayoutSize>} */ what) => work.change(() => void Object.assign(work.screen, what));
  const add = () => {
    work.size = work.layout.sizes.length;
    work.change(() => work.layout.sizes.push(structuredClone(screen)));
  };
  const remove = () => {
    const at = work.size;
    work.size = 0;
    work.change(() => void work.layout.sizes.splice(at, 1));
  };
  const toAll = () => work.change(() => {
    for (const size of work.layout.sizes) Object.assign(size, structuredClone({ zones: screen.zones, panel: screen.panel, mirror: screen.mirror }));
  });
  return group(work.say("screen"),
    h("div", { class: "two" },
      field(work.say("width"), number("w", screen.w, (w) => edit({ w }), { min: 320, max: 7680 })), field(work.say("height"), number("h", screen.h, (h) => edit({ h }), { min: 320, max: 4320 })),
      field(work.say("diagonal"), number("diagonal", screen.diagonal, (diagonal) => edit({ diagonal }), { min: 50, max: 1000 })), field(work.say("scale"), number("scale", screen.scale, (scale) => edit({ scale }), { min: 75, max: 200 }))),
    tick("mirror", work.say("mirror"), screen.mirror, (mirror) => edit({ mirror })),
    h("b", {}, work.say("panel")),
    areaFields(work, "panel", screen.panel, ROWS, COLUMNS, (panel) => edit({ panel })),
    button("to-all", work.say("to_all"), toAll, { disabled: work.layout.sizes.length === 1 }),
    button("add-size", work.say("add_size"), add, { disabled: work.layout.sizes.length >= 6 }),
    button("remove-size", work.say("remove_size"), remove, { disabled: work.layout.sizes.length === 1 }));
}
