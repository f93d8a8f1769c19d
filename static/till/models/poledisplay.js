/**
 * What a customer reads on displays of two lines, which the bridge drives: the last line and the total while goods are
 * sold, what is to be paid, the change, a greeting in between. It follows what the customer's screen shows, in the
 * store's language. Nothing waits for a display: the newest lines win, and one that is away is a state, no trouble.
 */

import { Refused, Unanswered } from "../net/socket.js";
import { displayView } from "./display.js";
import { formatMinor } from "./money.js";

/** @typedef {import("./display.js").DisplayView} DisplayView */
/** @typedef {[string, string]} Line what stands left and right; the driver never cuts the right side */
/** @typedef {[Line, Line]} Lines */
/** @typedef {(text: string, args?: import("../types.d.ts").Args) => string} Translate */

const COLUMNS = 20;

export class PoleDisplay {
  #p;
  /** What each display was last sent, since the bridge is there. @type {Map<string, string>} */ #sent = new Map();
  #waiting = false;

  /** @param {import("../assembly.js").Parts} parts */
  constructor(parts) {
    this.#p = parts;
    parts.view.subscribe(() => this.#soon());
  }

  /** @returns {import("../types.d.ts").BridgeDevice[]} */
  get #displays() {
    return this.#p.view.status.bridge.devices.filter((one) => one.kind === "display");
  }

  #soon() {
    const { readonly, store } = this.#p.view.state;
    // A bridge that comes back may have been started anew: it is told again.
    if (this.#p.view.status.bridge.state !== "ready") return this.#sent.clear();
    if (this.#waiting || readonly || !store || !this.#displays.length) return;
    this.#waiting = true;
    // After the frame: the cashier's own line is painted first.
    setTimeout(() => {
      this.#waiting = false;
      this.#show();
    });
  }

  #show() {
    const { printing, view, goods } = this.#p;
    const { bridge } = printing;
    if (!bridge || !view.state.store) return;
    const { t } = this.#p.letterhead();
    const lines = poleLines(displayView(view.state, goods.setting("second_screen")), t);
    for (const { id } of this.#displays) void this.#send(bridge, id, lines);
  }

  /** @param {import("../net/bridge.js").Bridge} bridge @param {string} device @param {Lines} lines */
  async #send(bridge, device, lines) {
    const text = JSON.stringify(lines);
    if (this.#sent.get(device) === text) return;
    this.#sent.set(device, text);
    try {
      await bridge.display(device, lines);
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof Unanswered)) throw error;
      // It was not shown: the next change, or the bridge's return, tries again.
      if (this.#sent.get(device) === text) this.#sent.delete(device);
    }
  }
}

/** @param {DisplayView} view @param {Translate} t in the store's language @returns {Lines} */
export function poleLines(view, t) {
  const sum = (/** @type {number} */ minor) => formatMinor(minor, view.currency?.digits ?? 2, view.language);
  if (view.mode === "sale") return [lastLine(view, sum), [view.kind === "return" ? t("To be paid back") : t("Total"), sum(view.total)]];
  if (view.mode === "paying") return paying(view, t, sum);
  if (view.mode === "change") return [view.change > 0 ? [t("Change"), sum(view.change)] : [t("Total"), sum(view.total)], [t("Thank you!"), ""]];
  if (view.mode === "closed") return wrapped(t("This till is closed."));
  return wrapped(view.adverts.greeting || t("Welcome"));
}

/** @param {DisplayView} view @param {(minor: number) => string} sum @returns {Line} */
function lastLine({ lines }, sum) {
  const last = lines[lines.length - 1];
  return last ? [last.name, sum(last.total)] : ["", ""];
}

/** @param {DisplayView} view @param {Translate} t @param {(minor: number) => string} sum @returns {Lines} */
function paying({ kind, rest, restCash, paid }, t, sum) {
  const due = /** @type {Line} */ ([kind === "return" ? t("To be paid back") : t("To pay"), sum(rest)]);
  if (restCash !== rest) return [due, [t("In cash {sum}", { sum: sum(restCash) }), ""]];
  return [due, [paid > 0 ? t("Paid {sum}", { sum: sum(paid) }) : "", ""]];
}

/** A text over both lines, broken between words where that is possible. @param {string} text @returns {Lines} */
export function wrapped(text) {
  const all = text.trim();
  if (all.length <= COLUMNS) return [[all, ""], ["", ""]];
  const space = all.lastIndexOf(" ", COLUMNS);
  const cut = space > 0 ? space : COLUMNS;
  return [[all.slice(0, cut).trimEnd(), ""], [all.slice(cut).trimStart().slice(0, COLUMNS), ""]];
}
