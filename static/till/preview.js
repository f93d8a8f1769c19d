/**
 * The sale screen without a till behind it, for the layout editor: the till's own renderer over a made-up sale. The editor
 * sends `{kasaLayout, language, paying}` from the same origin and is told `{kasaDrawn}` when it is on screen. Nothing here has a
 * database, a socket or a right, and no key or button does anything.
 */

import { setLanguage } from "./i18n.js";
import { View } from "./models/view.js";
import { Sale } from "./screens/sale.js";
import { Commands } from "./ui/commands.js";
import { Desk } from "./ui/desk.js";
import { html, render } from "./ui/html.js";
import { nearest } from "./ui/layout.js";
import { Prefs } from "./ui/prefs.js";
import { demoState, demoStatus } from "./models/demo.js";

/** @typedef {import("./types.d.ts").Layout} Layout */

const view = new View("en");
view.set(demoState());
view.setStatus(demoStatus());
view.start();

/** Whatever the screens call does nothing here. @type {any} */
const till = new Proxy({}, {
  get(_target, name) {
    if (name === "state") return view.state;
    if (name === "status") return view.status;
    return () => undefined;
  },
});

const prefs = new Prefs();
Object.assign(prefs.settings, { language: "", theme: "auto", scale: 100, sound: 0, lineSound: false });
/** @type {any} */
const silent = { play() {} };
/** @type {any} */
const program = { build: "", ready: null, subscribe: () => () => {} };
const desk = new Desk(till, prefs, silent, program);
const commands = new Commands(desk);

/** @returns {void} */
function draw() {
  const { body } = view.state.layout;
  prefs.wear(body.theme, nearest(body, 100).scale);
  const root = /** @type {HTMLElement} */ (document.getElementById("app"));
  root.classList.remove("boot");
  render(html`<${Sale} key=${document.documentElement.lang} desk=${desk} commands=${commands} />`, root);
  requestAnimationFrame(() => window.parent.postMessage({ kasaDrawn: true }, location.origin));
}

/** @param {{kasaLayout: Layout, language: string, paying: boolean}} wanted @returns {Promise<void>} */
async function show({ kasaLayout, language, paying }) {
  if (document.documentElement.lang !== language) await setLanguage(language);
  const { payment } = demoState(paying);
  view.set({ layout: { id: null, name: kasaLayout.name, version: 0, body: kasaLayout, fault: null, forced: false }, payment });
  draw();
}

window.addEventListener("message", (event) => {
  if (event.origin === location.origin && event.source === window.parent && event.data?.kasaLayout) void show(event.data);
});
window.addEventListener("resize", draw);
document.addEventListener("contextmenu", (event) => event.preventDefault());
document.addEventListener("keydown", (event) => event.preventDefault());
document.getElementById("app")?.replaceChildren();
draw();
