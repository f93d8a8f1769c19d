/** "Press the key": a programmable keyboard may send anything, so the key is learned by pressing it. */

import { isBindable } from "../../till/models/layout-rules.js";
import { nameOf } from "../../till/ui/keys.js";
import { button } from "./dom.js";

/** @typedef {import("./work.js").Work} Work */

/** @param {Work} work @param {string} id @param {(key: string) => void} learned @returns {HTMLElement} */
export function learn(work, id, learned) {
  const start = () => {
    made.textContent = work.say("learning");
    made.setAttribute("aria-live", "assertive");
    const stop = () => {
      window.removeEventListener("keydown", onKey, true);
      window.removeEventListener("blur", stop);
      made.textContent = work.say("learn");
    };
    const onKey = (/** @type {KeyboardEvent} */ event) => {
      if (/^(Shift|Control|Alt|Meta|CapsLock|NumLock)/.test(event.code)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      const key = nameOf(event);
      if (key === "Escape") return stop();
      if (!isBindable(key)) return void (made.textContent = work.sentence({ code: "bad_key", at: "", args: { key } }) + " " + work.say("learning"));
      stop();
      learned(key);
    };
    window.addEventListener("keydown", onKey, true);
    window.addEventListener("blur", stop);
  };
  const made = button(id, work.say("learn"), start);
  return made;
}
