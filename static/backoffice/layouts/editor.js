/** Starts the layout editor: the bar above, the till's screen in the middle, the side, and what is still to be put right. */

import { button, h, refill, select } from "./dom.js";
import { buttonsPage } from "./buttons.js";
import { keysPage } from "./keys.js";
import { listPage, lookPage } from "./look.js";
import { Stage } from "./stage.js";
import { Work } from "./work.js";
import { zonesPage } from "./zones.js";

/** @typedef {import("./work.js").Tab} Tab */

const PAGES = { zones: zonesPage, buttons: buttonsPage, keys: keysPage, list: listPage, look: lookPage };

/** @param {string} id @returns {HTMLElement} */
function at(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}

/** @param {Work} work @returns {HTMLElement[]} */
function bar(work) {
  const screens = work.layout.sizes.map(({ w, h: height }, index) => /** @type {[string, string]} */ ([String(index), `${w}×${height}`]));
  const places = /** @type {[string, string][]} */ ([["", work.say("sale")], ["1", work.say("payment")]]);
  const said = work.problem ? work.say("not_saved", { why: work.problem }) : work.say(work.isSaved ? "saved" : "unsaved");
  return [
    ...Object.keys(PAGES).map((tab) => button("tab-" + tab, work.say(tab), () => work.choose({ tab: /** @type {Tab} */ (tab) }), { "aria-pressed": String(work.tab === tab), class: "btn btn-sm" + (work.tab === tab ? " btn-primary" : "") })),
    select("screen", screens, String(work.size), (value) => work.choose({ size: Number(value), zone: null }), { "aria-label": work.say("screen") }),
    select("place", places, work.paying ? "1" : "", (value) => work.choose({ paying: value !== "" }), { "aria-label": work.say("on_sale") }),
    button("undo", work.say("undo"), () => work.undo(), { disabled: !work.canUndo, title: "Ctrl+Z" }),
    button("redo", work.say("redo"), () => work.redo(), { disabled: !work.canRedo, title: "Ctrl+Y" }),
    h("span", { class: "said" + (work.problem ? " text-danger" : ""), role: "status", id: "saved" }, said),
    button("save", work.say("save"), () => void work.save(), { disabled: work.isSaved || !work.isWhole, title: "Ctrl+S" }),
  ];
}

/** @param {Work} work @returns {HTMLElement[]} */
function findings(work) {
  if (work.findings.length === 0) return [h("p", { class: "good" }, work.say("good"))];
  return [h("ul", {}, work.findings.map((each) => h("li", { "data-code": each.code }, work.sentence(each), " ", h("small", {}, each.at))))];
}

/** @param {Work} work @param {KeyboardEvent} event */
function shortcuts(work, event) {
  if (!event.ctrlKey || event.altKey || event.metaKey) return;
  const typing = event.target instanceof HTMLInputElement && event.target.type === "text";
  if (event.code === "KeyS") void work.save();
  else if (typing) return;
  else if (event.code === "KeyY" || (event.code === "KeyZ" && event.shiftKey)) work.redo();
  else if (event.code === "KeyZ") work.undo();
  else return;
  event.preventDefault();
}

/** The draft is saved before it is published. @param {Work} work @param {SubmitEvent} event */
function publish(work, event) {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.id !== "publish" || work.isSaved) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (work.isWhole) void work.save().then((done) => done && form.requestSubmit());
}

/** @returns {void} */
function start() {
  const place = at("editor");
  const token = document.querySelector("input[name=csrfmiddlewaretoken]");
  const work = new Work(JSON.parse(place.dataset.settings ?? "{}"), place.dataset.save ?? "", token instanceof HTMLInputElement ? token.value : "");
  const stage = new Stage(work, at("stage"), /** @type {HTMLIFrameElement} */ (at("preview")), at("boxes"));
  const draw = () => {
    refill(at("bar"), bar(work));
    refill(at("side"), PAGES[work.tab](work));
    refill(at("findings"), findings(work));
    stage.show();
  };
  // A field says that it changed before the focus has moved on; drawn at once, the focus would be pulled back to it.
  let waiting = false;
  work.subscribe(() => {
    if (waiting) return;
    waiting = true;
    setTimeout(() => {
      waiting = false;
      draw();
    });
  });
  document.addEventListener("keydown", (event) => shortcuts(work, event));
  document.addEventListener("submit", (event) => publish(work, event), { capture: true });
  window.addEventListener("beforeunload", (event) => {
    if (!work.isSaved) event.preventDefault();
  });
  draw();
}

start();
