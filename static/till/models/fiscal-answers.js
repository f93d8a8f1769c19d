/** What people say about a document that the fiscal printer did not register: again, later, not at all, or it is on paper. */

import { TillError } from "./errors.js";
import { isPassing } from "./fiscal-rules.js";
import { shortText } from "./people.js";

/** @typedef {import("../types.d.ts").Approval} Approval */
/** @typedef {import("../types.d.ts").FiscalJob} FiscalJob */
/** @typedef {{reason: string, approval?: Approval}} Why */

const LONGEST_NUMBER = 60;

export class FiscalAnswers {
  #p;

  /** @param {import("../assembly.js").Parts} parts */
  constructor(parts) {
    this.#p = parts;
  }

  /** Everything that failed or was put off is tried at once, one after the other. */
  async retry() {
    const { fiscal } = this.#p;
    const again = fiscal.jobs.list.filter((job) => job.state === "failed");
    this.#p.trace("fiscal_retried", { data: { jobs: fiscal.jobs.list.length } });
    for (const job of again) await fiscal.jobs.mark(job, { state: "waiting", code: null, detail: null });
    await fiscal.hurry();
  }

  /**
   * Nobody waits for it: it is registered when the printer takes it. While the printer takes nothing this is said of all that
   * wait, otherwise of the one that failed.
   *
   * @param {string} id
   * @param {Why} why
   * @returns {Promise<void>} throws forbidden, fiscal_busy, fiscal_done, fiscal_reason
   */
  async defer(id, why) {
    const { fiscal } = this.#p;
    const [job, reason, by] = this.#asked(id, why, "till.fiscal_defer");
    const alone = job.code !== null && !isPassing(job.code);
    const meant = fiscal.jobs.list.filter((one) => one === job || (!alone && !one.deferred && one.state === "waiting"));
    const items = meant.filter(({ receipt }) => receipt !== null).map((one) => fiscal.item(one, "deferred", { reason }));
    const event = fiscal.event("fiscal_defer", job, { reason, documents: meant.length, approved_by: by });
    await fiscal.answer(meant, () => fiscal.write([event, ...items], meant.map((one) => Object.assign(one, { deferred: true }))));
    await fiscal.jobs.run();
  }

  /** It is never registered. @param {string} id @param {Why} why @returns {Promise<void>} throws forbidden, fiscal_busy, fiscal_done, fiscal_reason */
  async skip(id, why) {
    const { fiscal } = this.#p;
    const [job, reason, by] = this.#asked(id, why, "till.fiscal_skip");
    const items = job.receipt ? [fiscal.item(job, "skipped", { reason })] : [];
    const event = fiscal.event("fiscal_skip", job, { reason, kind: job.kind, approved_by: by });
    await fiscal.answer([job], () => fiscal.write([event, ...items], [], [job]));
    fiscal.ended(job, "none");
    await fiscal.jobs.run();
  }

  /**
   * It is on paper: the printer did it, or somebody else did. Where the printer was asked and cannot tell, whoever stands
   * before it may say so.
   *
   * @param {string} id
   * @param {Why & {number: string}} said the number that was read off the paper
   * @returns {Promise<void>} throws forbidden, fiscal_busy, fiscal_done, fiscal_reason, fiscal_number
   */
  async registered(id, { number, ...why }) {
    const { fiscal, printing } = this.#p;
    const asked = fiscal.free(id).state === "unknown";
    const [job, reason, by] = asked ? [fiscal.free(id), shortText(why.reason), null] : this.#asked(id, why, "till.fiscal_skip");
    const read = number.trim().slice(0, LONGEST_NUMBER) || null;
    if (read === null) throw new TillError("fiscal_number");
    const items = job.receipt ? [fiscal.item(job, "registered", { number: read, reason })] : [];
    const event = fiscal.event("fiscal_mark", job, { number: read, reason, approved_by: by });
    await fiscal.answer([job], async () => {
      if (asked) await printing.bridge?.resolve(job.action, true);
      await fiscal.write([event, ...items], [], [job]);
    });
    fiscal.ended(job, "printed");
    await fiscal.jobs.run();
  }

  /** The printer was asked and cannot tell, and there is no paper: it is registered now. @param {string} id @returns {Promise<void>} throws fiscal_done, fiscal_busy */
  async notPrinted(id) {
    const { fiscal, printing } = this.#p;
    const job = fiscal.free(id);
    if (job.state !== "unknown") throw new TillError("fiscal_done");
    this.#p.trace("print_answered", { receipt: job.receipt, data: { printed: false } });
    await fiscal.answer([job], async () => {
      await printing.bridge?.resolve(job.action, false);
      await fiscal.jobs.mark(job, { state: "waiting", code: null, detail: null });
    });
    await fiscal.hurry();
  }

  /** @param {string} id @param {Why} why @param {string} permission @returns {[FiscalJob, string, string | null]} */
  #asked(id, { reason, approval }, permission) {
    const job = this.#p.fiscal.free(id);
    const by = this.#p.people.must(permission, approval);
    const said = shortText(reason);
    if (!said) throw new TillError("fiscal_reason");
    return [job, said, by];
  }
}
