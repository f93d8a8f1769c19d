/** What the codes of a fiscal printer (docs/devices.md, "Fiscal codes") mean for those who wait behind them. Pure. */

/** @typedef {import("../types.d.ts").FiscalJob} FiscalJob */

/** It is the device that cannot now, not this document that it will not have: whatever comes next would fail as well. */
const PASSING = new Set([
  "offline", "no_answer", "bad_answer", "busy", "memory_fault", "memory_full", "read_only", "not_fiscal", "no_paper", "cover_open", "mechanism", "head_hot", "cutter",
  "clock", "wrong_mode", "blocked", "unsent", "z_needed", "unsettled", "interrupted", "device_error", "not_able", "unknown_device", "not_paired",
]);
const USABLE = new Set(["ready", "busy", "paper_low"]);

/** @param {string | null} code @returns {boolean} */
export function isPassing(code) {
  return code !== null && PASSING.has(code);
}

/** @param {string | undefined} state of a device, as the bridge pushes it @returns {boolean} */
export function isUsable(state) {
  return state !== undefined && USABLE.has(state);
}

/**
 * The document whose turn it is: what was sent is asked for before anything else is tried, what was put off comes last, and
 * one that the printer will not have keeps nobody waiting.
 *
 * @param {FiscalJob[]} jobs in the order they were made
 * @param {boolean} usable
 * @returns {FiscalJob | undefined}
 */
export function nextJob(jobs, usable) {
  const may = (/** @type {FiscalJob} */ job) => job.state === "waiting" || (job.state === "failed" && isPassing(job.code));
  const ready = usable ? jobs.filter(may) : [];
  return jobs.find((job) => job.state === "sent") ?? ready.find((job) => !job.deferred) ?? ready[0];
}

/**
 * What a person is to be told about: the first document that nobody has put off and that does not go on by itself.
 *
 * @param {FiscalJob[]} jobs
 * @param {string | null} away why the device takes nothing now; null: it does
 * @returns {{job: FiscalJob, code: string} | null}
 */
export function trouble(jobs, away) {
  for (const job of jobs) {
    if (job.deferred) continue;
    if (job.state === "unknown") return { job, code: "ask_person" };
    if (job.code !== null) return { job, code: job.code };
    if (job.state === "waiting" && away !== null) return { job, code: away };
  }
  return null;
}
