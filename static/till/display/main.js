/** The customer's screen: hears the till of the same browser and shows line, total, savings, change, or the shop's pictures. */

import { setLanguage, spokenLanguage, t } from "../i18n.js";
import { CHANNEL } from "../ui/audience.js";
import { html, render } from "../ui/html.js";
import { Prefs } from "../ui/prefs.js";
import { Program } from "../ui/pwa.js";
import { Screen } from "./screen.js";

/** @typedef {import("../models/display.js").DisplayView} DisplayView */

const HERE_EVERY_MS = 5_000;
/** A till that was silent for so long is closed, or its page is. */
const SILENT_MS = 15_000;

class Display {
  /** @type {DisplayView | null} */
  #view = null;
  #heardAt = -1e9;
  /** When the receipt was last touched: after a while of rest, pictures are shown. */
  #touchedAt = performance.now();
  #place;
  #channel = new BroadcastChannel(CHANNEL);

  /** @param {HTMLElement} place */
  constructor(place) {
    this.#place = place;
  }

  /** @returns {void} */
  start() {
    this.#channel.onmessage = (event) => event.data?.kasa === "view" && void this.#show(event.data.view);
    const here = () => this.#channel.postMessage({ kasa: "here" });
    here();
    setInterval(here, HERE_EVERY_MS);
    setInterval(() => this.#draw(), 1000);
    window.addEventListener("pagehide", () => this.#channel.postMessage({ kasa: "gone" }));
    this.#draw();
  }

  /** @param {DisplayView} view @returns {Promise<void>} */
  async #show(view) {
    this.#heardAt = performance.now();
    if (this.#view === null || faceOf(view) !== faceOf(this.#view)) this.#touchedAt = this.#heardAt;
    this.#view = view;
    if (view.language !== spokenLanguage()) await setLanguage(view.language);
    this.#draw();
  }

  /** @returns {void} */
  #draw() {
    const now = performance.now();
    const away = now - this.#heardAt > SILENT_MS;
    render(html`<${Screen} view=${this.#view} away=${away} restedMs=${now - this.#touchedAt} />`, this.#place);
  }
}

/** @param {DisplayView} view @returns {string} what a customer would notice */
function faceOf(view) {
  return JSON.stringify([view.mode, view.lines, view.total, view.paid, view.label]);
}

/** The browser's own full screen asks for a touch; anybody's will do. @returns {void} */
function fillOnTouch() {
  document.addEventListener("click", () => {
    if (document.fullscreenElement) return;
    document.documentElement.requestFullscreen().catch((error) => console.info("The window stays as it is.", String(error)));
  });
  document.addEventListener("contextmenu", (event) => event.preventDefault());
}

/** @returns {Promise<void>} */
async function start() {
  const prefs = new Prefs();
  prefs.apply();
  prefs.follow();
  await setLanguage(navigator.language.slice(0, 2));
  const place = /** @type {HTMLElement} */ (document.getElementById("app"));
  place.replaceChildren();
  place.className = "display";
  document.title = t("Customer screen") + " · OpenKasa";
  fillOnTouch();
  new Display(place).start();
  await new Program().start();
}

start().catch((error) => {
  const place = document.getElementById("app");
  if (place) place.textContent = "OpenKasa did not start: " + String(error);
  throw error;
});
