/**
 * How quick this till was in a shift: counts by duration, from a code's end to its painted line (`scan`) and from any key
 * or touch to the next picture (`action`, what browsers call interaction to next paint), and the tasks that held the page
 * up. Told to the server once, with the end of the shift; a reload loses at most a minute of it.
 */

/** Upper ends in ms, both the budgets of the till and what browsers call good and poor; the last count is for all above. */
export const EDGES = Object.freeze([8, 16, 24, 32, 50, 64, 100, 150, 200, 300, 500, 1000]);
const SAVE_MS = 60_000;

/** @typedef {{from: string, edges: number[], scan: number[], scan_max: number, action: number[], action_max: number, slow: number, slow_ms: number}} Figures */

export class Latency {
  #p;
  /** @type {Figures} */ #sum;
  #dirty = false;
  /** @type {ReturnType<typeof setInterval> | null} */ #saving = null;

  /** @param {import("../assembly.js").Parts} parts @param {Figures | undefined} stored */
  constructor(parts, stored) {
    this.#p = parts;
    const fits = stored && stored.edges.join() === EDGES.join();
    this.#sum = fits ? structuredClone(stored) : nothing(parts.clock.instant());
  }

  /** Begins to keep the figures over reloads. */
  start() {
    this.#saving ??= setInterval(() => void this.save(), SAVE_MS);
  }

  stop() {
    if (this.#saving !== null) clearInterval(this.#saving);
    this.#saving = null;
  }

  /** @param {"scan" | "action"} kind @param {number} ms @param {number} [times] */
  add(kind, ms, times = 1) {
    const whole = Math.max(0, Math.round(ms));
    const at = EDGES.findIndex((edge) => whole <= edge);
    this.#sum[kind][at < 0 ? EDGES.length : at] += times;
    if (kind === "scan") this.#sum.scan_max = Math.max(this.#sum.scan_max, whole);
    else this.#sum.action_max = Math.max(this.#sum.action_max, whole);
    this.#dirty = true;
  }

  /** A task that kept the page from answering. @param {number} ms */
  slow(ms) {
    this.#sum.slow += 1;
    this.#sum.slow_ms += Math.round(ms);
    this.#dirty = true;
  }

  async save() {
    if (!this.#dirty || !this.#p.mayWrite()) return;
    this.#dirty = false;
    await this.#p.meta.put("latency", this.#sum);
  }

  /** The figures since the last time, which begin anew. @returns {Figures} */
  take() {
    const taken = this.#sum;
    this.#sum = nothing(this.#p.clock.instant());
    this.#dirty = true;
    return taken;
  }
}

/** @param {string} from @returns {Figures} */
function nothing(from) {
  const empty = () => new Array(EDGES.length + 1).fill(0);
  return { from, edges: [...EDGES], scan: empty(), scan_max: 0, action: empty(), action_max: 0, slow: 0, slow_ms: 0 };
}
