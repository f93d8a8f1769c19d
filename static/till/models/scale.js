/**
 * The scale on the bridge. A weight enters a line only when it is stable, fresh and not the one that a line took already:
 * what lay there a moment ago, or still lies there from the customer before, is nobody's goods. Nothing here is ever guessed:
 * where there is a scale, loose goods come with its weight or with a typed one.
 */

import { lineOf } from "./draft.js";
import { TillError } from "./errors.js";

/** @typedef {import("../types.d.ts").Approval} Approval */
/** @typedef {import("../types.d.ts").ScanResult} ScanResult */
/** @typedef {{grams: number | null, stable: boolean, why: string, at: number}} Heard why: of the bridge, when there is no weight */

/** The bridge repeats a weight twice a second; an older one says nothing of what lies there now. */
const FRESH_MS = 2_000;
/** Some scales tell no number here; either way the goods of the last line are gone. */
const LIFTED = ["empty", "under"];
/** No counter scale carries more; a greater number is a fault. */
const MOST_GRAMS = 500_000;

export class Scale {
  #p;
  /** @type {Heard | null} */ #heard = null;
  /** The weight that entered a line, until the scale has shown another one. @type {{grams: number, receipt: string, line: number} | null} */ #used = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #stale;

  /** @param {import("../assembly.js").Parts} parts */
  constructor(parts) {
    this.#p = parts;
  }

  get #device() {
    return this.#p.view.status.bridge.devices.find((one) => one.kind === "scale") ?? null;
  }

  /** @param {Record<string, any>} event of the bridge: `device`, `grams` (null: no weight is known), `stable`, `why` */
  heard({ device, grams, stable, why }) {
    if (device !== this.#device?.id || typeof stable !== "boolean") return;
    if (grams !== null && !(Number.isSafeInteger(grams) && Math.abs(grams) <= MOST_GRAMS)) return;
    if (grams === null ? LIFTED.includes(why) : grams !== this.#used?.grams) this.#used = null;
    this.#heard = { grams, stable: stable && grams !== null, why: String(why ?? ""), at: this.#p.clock.device() };
    clearTimeout(this.#stale);
    this.#stale = setTimeout(() => this.show(), FRESH_MS + 1);
    this.show();
  }

  stop() {
    clearTimeout(this.#stale);
  }

  /** @returns {Heard | null} what the scale said last, unless that is too long ago */
  get #fresh() {
    if (this.#heard === null || this.#p.view.status.bridge.state !== "ready") return null;
    const age = this.#p.clock.device() - this.#heard.at;
    return age >= 0 && age <= FRESH_MS ? this.#heard : null;
  }

  /** @returns {import("../types.d.ts").TillStatus["scale"]["state"]} */
  get #state() {
    const device = this.#device;
    if (device === null) return "none";
    // A weight proves more than the device's state, which the bridge tells a moment later.
    if ((this.#fresh?.grams ?? null) !== null) return "ready";
    if (this.#p.view.status.bridge.state !== "ready" || device.state === "offline") return "offline";
    return device.state === "ready" ? "ready" : "fault";
  }

  /** The status bar's words; nothing is told while nothing changed. */
  show() {
    const { scale: before } = this.#p.view.status;
    const fresh = this.#fresh;
    const now = { state: this.#state, grams: fresh?.grams ?? null, stable: fresh?.stable ?? false };
    if (now.state !== before.state || now.grams !== before.grams || now.stable !== before.stable) this.#p.view.setStatus({ scale: now });
  }

  /** What may enter a line now. @returns {number} grams @throws {TillError} no_scale, scale_away, weight_moves, no_weight, weight_used */
  #grams() {
    if (this.#state === "none") throw new TillError("no_scale");
    const fresh = this.#fresh;
    if (fresh === null) throw new TillError("scale_away");
    if (fresh.why === "motion") throw new TillError("weight_moves");
    // The scale itself gives a weight only once.
    if (fresh.why === "stale") throw new TillError("weight_used");
    if (fresh.grams === null || fresh.grams <= 0) throw new TillError("no_weight");
    if (!fresh.stable) throw new TillError("weight_moves");
    if (this.#isTaken()) throw new TillError("weight_used");
    return fresh.grams;
  }

  /** A line that was struck off gives its weight back: a wrong tile is put right without lifting the goods. */
  #isTaken() {
    if (this.#used === null) return false;
    const { receipt, line } = this.#used;
    const draft = this.#p.selling.drafts.find((one) => one.id === receipt);
    return !draft || draft.lines.some((one) => one.n === line && !one.voided);
  }

  /**
   * Sells goods from a tile or a list: loose goods with what lies on the scale, where there is one and nobody typed how much.
   *
   * @param {string} id of the product
   * @param {{quantity?: number, operand: number | null}} typed thousandths
   * @param {(quantity: number | undefined) => ScanResult} sell
   * @returns {ScanResult}
   * @throws {TillError} as #grams, not_by_weight
   */
  fill(id, { quantity, operand }, sell) {
    const product = this.#p.goods.product(id);
    const wanted = quantity === undefined && operand === null && product?.kind === "weighed" && !product.openPrice;
    if (!wanted || this.#state === "none") return sell(quantity);
    const grams = this.#grams();
    const result = sell(quantityOf(grams, product));
    if (result.ok && "line" in result) this.#used = { grams, receipt: this.#p.selling.current.id, line: result.line };
    return result;
  }

  /** The selected line gets the weight on the scale. @param {{approval?: Approval}} [why] @throws {TillError} as fill, no_line, forbidden when a weighed line becomes less */
  weigh({ approval } = {}) {
    const { selling, view, returning } = this.#p;
    if (returning.draft) throw new TillError("on_a_return");
    const line = lineOf(selling.current, null);
    if (line.kind !== "weighed") throw new TillError("not_by_weight", { name: line.name });
    const grams = this.#grams();
    view.batch(() => selling.setQuantity(line.n, quantityOf(grams, line), { approval, scale: true }));
    this.#used = { grams, receipt: selling.current.id, line: line.n };
  }
}

/** @param {number} grams @param {{unit: string, name: string}} goods @returns {number} thousandths of the unit @throws {TillError} not_by_weight */
function quantityOf(grams, { unit, name }) {
  if (unit !== "kg" && unit !== "g") throw new TillError("not_by_weight", { name });
  return unit === "kg" ? grams : grams * 1000;
}
