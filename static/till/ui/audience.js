/**
 * The till's side of the customer's screen: another window of this browser hears what the receipt says. Nothing is sent
 * while nobody listens, and what is sent goes after the screen has been drawn, so a scan never waits for it.
 */

import { t } from "../i18n.js";
import { advertsOf, displayView } from "../models/display.js";
import { openSecondScreen } from "./secondscreen.js";

export const CHANNEL = "kasa-display";

/** A screen says every few seconds that it is there; one that was silent for so long is gone. */
const GONE_MS = 30_000;

export class Audience {
  #till;
  #heardAt = -1e9;
  #waiting = false;
  /** @type {BroadcastChannel | null} */
  #channel = null;
  #changed;

  /** @param {import("../till.js").Till} till @param {() => void} changed called when a screen came or went */
  constructor(till, changed) {
    this.#till = till;
    this.#changed = changed;
  }

  /** @returns {boolean} whether a customer's screen is open */
  get present() {
    return performance.now() - this.#heardAt < GONE_MS;
  }

  /** @returns {void} */
  start() {
    this.#channel = new BroadcastChannel(CHANNEL);
    this.#channel.onmessage = (event) => this.#heard(event.data?.kasa);
    this.#till.subscribe((what) => what === "state" && this.#soon());
  }

  /** Opens the screen, for a key, a button or the menu. @param {import("./desk.js").Desk} desk @returns {Promise<void>} */
  async open(desk) {
    desk.close();
    if (!(await openSecondScreen())) desk.say("fault", t("The browser kept the customer screen from opening. Allow windows for this page, then try again."));
  }

  /** @param {unknown} word @returns {void} */
  #heard(word) {
    // A window that only looks on has no receipt of its own to show.
    if (this.#till.state.readonly) return;
    const before = this.present;
    if (word === "here") {
      this.#heardAt = performance.now();
      this.#soon();
    } else if (word === "gone") this.#heardAt = -1e9;
    if (before !== this.present) this.#changed();
  }

  /** @returns {void} */
  #soon() {
    if (this.#waiting || !this.present) return;
    this.#waiting = true;
    // After the frame: the cashier's own line is painted first.
    setTimeout(() => {
      this.#waiting = false;
      this.#channel?.postMessage({ kasa: "view", view: displayView(this.#till.state, this.#till.setting("second_screen")) });
    });
  }
}

/**
 * The pictures that are shown between receipts lie on this device, so that they are there without the server too.
 *
 * @param {{till: import("../till.js").Till, program: import("./pwa.js").Program}} desk
 * @returns {void}
 */
export function keepPictures({ till, program }) {
  let kept = "";
  const keep = () => {
    const { pictures } = advertsOf(till.setting("second_screen"));
    if (pictures.join() === kept) return;
    kept = pictures.join();
    program.keepPictures(pictures);
  };
  till.on("prices", keep);
  keep();
}
