/** The side's page about zones: where each lies and what is in it. */

import { COLUMNS, ROWS, WIDGETS, areaOf } from "../../till/models/layout-rules.js";
import { button, field, group, h, input, number, select } from "./dom.js";
import { removeZone } from "./stage.js";

/** @typedef {import("./work.js").Work} Work */
/** @typedef {import("../../till/types.d.ts").LayoutZone} LayoutZone */
/** @typedef {import("../../till/types.d.ts").LayoutWidget} LayoutWidget */

/**
 * Four numbers for an area, so that no hand has to drag.
 *
 * @param {Work} work @param {string} id @param {string} text @param {number} rows @param {number} columns @param {(area: string) => void} change
 * @returns {HTMLElement}
 */
export function areaFields(work, id, text, rows, columns, change) {
  const area = areaOf(text) ?? { r1: 1, c1: 1, r2: 2, c2: 2 };
  const part = (/** @type {"r1" | "c1" | "r2" | "c2"} */ name, /** @type {string} */ label, /** @type {number} */ most) => {
    const put = (/** @type {number} */ value) => {
      const next = { ...area, [name]: value };
      next.r2 = Math.max(next.r2, next.r1 + 1);
      next.c2 = Math.max(next.c2, next.c1 + 1);
      change(`${next.r1}/${next.c1}/${next.r2}/${next.c2}`);
    };
    return field(work.say(label), number(`${id}-${name}`, area[name], put, { min: name.endsWith("1") ? 1 : 2, max: name.endsWith("1") ? most : most + 1 }));
  };
  return h("div", { class: "four" }, part("r1", "top", rows), part("c1", "left", columns), part("r2", "bottom", rows), part("c2", "right", columns));
}

/** @param {Work} work @returns {HTMLElement[]} */
export function zonesPage(work) {
  const names = work.screen.zones.map((each) => /** @type {[string, string]} */ ([each.id, describe(work, each)]));
  const chosen = work.chosenZone;
  return [
    field(work.say("zone"), select("zone", [["", "–"], ...names], work.zone ?? "", (value) => work.choose({ zone: value || null }))),
    button("add-zone", work.say("add_zone"), () => addZone(work)),
    ...(chosen ? zoneFields(work, chosen) : []),
  ];
}

/** @param {Work} work @param {LayoutZone} zone @returns {string} */
function describe(work, zone) {
  return zone.id + ": " + zone.widgets.map((each) => work.settings.words.widgets[each.widget]).join(", ");
}

/** @param {Work} work */
function addZone(work) {
  const taken = new Set(work.screen.zones.map((each) => each.id));
  let id = "zone-1";
  for (let n = 2; taken.has(id); n += 1) id = "zone-" + n;
  work.zone = id;
  work.change(() => work.screen.zones.push({ id, area: "7/9/11/17", widgets: [{ widget: "quick" }] }));
}

/** @param {Work} work @param {LayoutZone} zone @returns {HTMLElement[]} */
function zoneFields(work, zone) {
  const put = (/** @type {string} */ area) => work.change(() => void Object.assign(work.chosenZone ?? {}, { area }));
  return [
    areaFields(work, "zone", zone.area, ROWS, COLUMNS, put),
    group(work.say("parts"), ...zone.widgets.map((each, index) => partLine(work, zone, each, index)), addPart(work)),
    button("remove-zone", work.say("remove"), () => removeZone(work, zone.id), { class: "btn btn-sm text-danger" }),
  ];
}

/** @param {Work} work @param {(widgets: LayoutWidget[]) => void} edit */
function editParts(work, edit) {
  work.change(() => {
    const zone = work.chosenZone;
    if (zone) edit(zone.widgets);
  });
}

/** @param {Work} work @param {LayoutZone} zone @param {LayoutWidget} part @param {number} index @returns {HTMLElement} */
function partLine(work, zone, part, index) {
  const swap = (/** @type {number} */ other) => () => editParts(work, (all) => void ([all[index], all[other]] = [all[other], all[index]]));
  const name = work.settings.words.widgets[part.widget];
  const line = h("div", { class: "line" }, h("b", {}, name),
    button(`part-up-${index}`, "↑", swap(index - 1), { disabled: index === 0, "aria-label": `${work.say("up")}: ${name}` }),
    button(`part-down-${index}`, "↓", swap(index + 1), { disabled: index === zone.widgets.length - 1, "aria-label": `${work.say("down")}: ${name}` }),
    button(`part-remove-${index}`, "×", () => editParts(work, (all) => void all.splice(index, 1)), { disabled: zone.widgets.length === 1, "aria-label": `${work.say("remove")}: ${name}` }));
  return h("div", {}, line, ...partFields(work, part, index));
}

/** @param {Work} work @param {LayoutWidget} part @param {number} index @returns {HTMLElement[]} */
function partFields(work, part, index) {
  if (part.widget === "grid") {
    const grids = work.layout.grids.map((each) => /** @type {[string, string]} */ ([each.id, each.id]));
    return [field(work.say("grid"), select(`part-grid-${index}`, grids, part.grid ?? "", (grid) => editParts(work, (all) => void (all[index].grid = grid))))];
  }
  if (part.widget === "quick") {
    return [field(work.say("columns"), number(`part-cols-${index}`, part.cols ?? 4, (cols) => editParts(work, (all) => void (all[index].cols = cols)), { min: 2, max: 10 }))];
  }
  if (part.widget !== "text") return [];
  return ["en", "pl", "uk", "ru"].map((code) => {
    const put = (/** @type {string} */ value) => editParts(work, (all) => void (all[index].text = { ...all[index].text, [code]: value }));
    return field(code, input(`part-text-${index}-${code}`, part.text?.[code] ?? "", put, { maxlength: 40 }));
  });
}

/** @param {Work} work @returns {HTMLElement} */
function addPart(work) {
  const free = WIDGETS.filter((name) => name !== "grid" || work.layout.grids.length > 0);
  const options = free.map((name) => /** @type {[string, string]} */ ([name, work.settings.words.widgets[name]]));
  const add = (/** @type {string} */ widget) => {
    if (!widget) return;
    const part = widget === "grid" ? { widget, grid: work.grid ?? work.layout.grids[0].id } : widget === "text" ? { widget, text: { en: "OpenKasa" } } : { widget };
    editParts(work, (all) => void all.push(part));
  };
  return field(work.say("add_part"), select("add-part", [["", "–"], ...options], "", add));
}
