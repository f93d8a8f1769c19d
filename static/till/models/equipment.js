/** What stands beside the till: how it is now, and whether a printer prints what it should. */

import { Refused, Unanswered } from "../net/socket.js";
import { moment } from "./document.js";
import { TillError } from "./errors.js";
import { testPage } from "./testpage.js";

export class Equipment {
  #p;

  /** @param {import("../assembly.js").Parts} parts */
  constructor(parts) {
    this.#p = parts;
  }

  /** Asks the bridge for its devices; what it said before stays when it does not answer. @returns {Promise<void>} */
  async look() {
    const { bridge } = this.#p.printing;
    if (!bridge) return;
    try {
      await bridge.look();
      this.#p.view.setStatus({ bridge: { state: "ready", url: bridge.url, devices: bridge.devices } });
    } catch (error) {
      if (!(error instanceof Refused) && !(error instanceof Unanswered)) throw error;
    }
  }

  /**
   * Prints the test page on one device, at once and past what waits for it.
   *
   * @param {string} device
   * @returns {Promise<void>} throws bridge_away, test_failed {device, detail}
   */
  async testPage(device) {
    const { printing, ids, clock } = this.#p;
    const { bridge } = printing;
    if (!bridge) throw new TillError("bridge_away");
    const columns = bridge.devices.find((one) => one.id === device)?.columns ?? 0;
    const head = this.#p.letterhead();
    const page = testPage(head, device, moment(head.store, clock.instant()), columns);
    const outcome = await bridge.act(device, ids.uuid7(), page);
    if (outcome.state !== "done") throw new TillError("test_failed", { device, detail: outcome.detail });
  }
}
