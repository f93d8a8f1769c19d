/** The side's page about keys: what each key does on the sale and on the payment. */

import { entryOf, isInRow } from "../../till/models/layout-rules.js";
import { actionOptions, firstParams, paramFields } from "./buttons.js";
import { button, group, h, select, tick } from "./dom.js";
import { learn } from "./learn.js";

/** @typedef {import("./work.js").Work} Work */
/** @typedef {"sale" | "payment"} Place */

/** @param {Work} work @returns {HTMLElement[]} */
export function keysPage(work) {
  return [part(work, "sale", work.say("on_sale")), part(work, "payment", work.say("on_payment"))];
}

/** @param {Work} work @param {Place} place @param {string} title @returns {HTMLElement} */
function part(work, place, title) {
  const keys = Object.keys(work.layout.keys[place]);
  const add = (/** @type {string} */ key) => put(work, place, key, "search" in work.known && place === "sale" ? "search" : "help");
  return group(title, ...keys.map((key) => keyLine(work, place, key)), h("div", { class: "line" }, h("span", {}, work.say("add_key")), learn(work, "learn-" + place, add)));
}

/** @param {Work} work @param {Place} place @param {string} key @param {string} action @param {Record<string, any>} [params] */
function put(work, place, key, action, params = firstParams(work, action)) {
  const before = work.layout.keys[place][key] ?? action;
  const { label } = entryOf(before);
  write(work, place, key, { action, params, ...(label ? { label } : {}), ...(isInRow(before) ? {} : { row: false }) });
}

/** As short as it can be said. @param {Work} work @param {Place} place @param {string} key @param {Exclude<import("../../till/types.d.ts").LayoutKey, string>} entry */
function write(work, place, key, entry) {
  const plain = Object.keys(entry.params ?? {}).length === 0 && !entry.label && entry.row !== false;
  work.change(() => void (work.layout.keys[place][key] = plain ? entry.action : entry));
}

/** @param {Work} work @param {Place} place @param {string} key @returns {HTMLElement} */
function keyLine(work, place, key) {
  const entry = work.layout.keys[place][key];
  const { action, params } = entryOf(entry);
  const full = typeof entry === "string" ? { action } : entry;
  const id = `${place}-${key}`;
  const name = key.replaceAll("+", " + ");
  const remove = () => work.change(() => void delete work.layout.keys[place][key]);
  return h("div", {},
    h("div", { class: "line" }, h("b", {}, name), select(id, actionOptions(work, place), action, (next) => put(work, place, key, next), { "aria-label": name }),
      button(id + "-remove", "×", remove, { "aria-label": `${work.say("remove")}: ${name}` })),
    /^(Shift\+)?F\d+$/.test(key) ? tick(id + "-row", work.say("in_row"), isInRow(entry), (row) => write(work, place, key, { ...full, row })) : "",
    ...paramFields(work, id, action, params, (next) => put(work, place, key, action, next)));
}
