/**
 * How a receipt, a return or an exchange becomes a fact: one strict transaction with the items, their numbers and their
 * chain, the end of the drafts, what the screen says afterwards, and what is to be printed.
 */

import { withLink } from "./fiscal-document.js";

/** @typedef {import("../types.d.ts").Draft} Draft */
/** @typedef {import("../types.d.ts").LastReceipt} LastReceipt */
/** @typedef {import("../types.d.ts").PrintJob} PrintJob */
/** @typedef {import("../db/journal.js").Numbers} Numbers */
/** @typedef {import("../db/journal.js").Fact} Fact */
/** @typedef {import("../db/journal.js").Item} Item */
/** @typedef {import("./receipt.js").ReceiptBody} ReceiptBody */
/** @typedef {import("../types.d.ts").FiscalJob} FiscalJob */
/** `last` is asked when the items have their signatures. @typedef {{facts: Fact[], jobs: (PrintJob | null)[], last: (items: Item[]) => LastReceipt}} Made */
/** @typedef {{made: Made, last: LastReceipt | null, registers: FiscalJob[]}} Written */

/**
 * @param {import("../assembly.js").Parts} parts
 * @param {Draft[]} drafts that end with it
 * @param {(numbers: Numbers, closedAt: string) => Made} make called once, when it is this document's turn
 * @returns {Promise<LastReceipt>} when it is on disk
 * @throws {import("./errors.js").TillError} storage_failed; the till has been stopped
 */
export async function writeDocuments({ journal, printing, fiscal, clock, drafts: open, paper }, drafts, make) {
  const closedAt = clock.instant();
  const { inc } = journal.head;
  /** @type {Written | null} */
  let written = null;
  const build = (/** @type {Numbers} */ numbers) => {
    const made = make(numbers, closedAt);
    written = { made, last: null, registers: fiscal.jobsOf(made.facts) };
    return made.facts;
  };
  for (const { id } of drafts) open.forget(id);
  await journal.append(build, {
    stores: ["drafts", "prints", "fiscal"],
    sign: async (key) => {
      const { facts, jobs } = /** @type {Written} */ (/** @type {unknown} */ (written)).made;
      for (const { id = "", type, body } of facts) {
        const job = type === "receipt" && jobs.find((one) => one?.receipt === id);
        if (job && job.document) job.document = await paper.printed(job.document, { id, body: /** @type {ReceiptBody} */ (body), inc }, key);
      }
    },
    write: (tx, items) => {
      const { made, registers } = /** @type {Written} */ (/** @type {unknown} */ (written));
      const told = made.last(items);
      /** @type {LastReceipt} */
      const last = registers.length > 0 ? { ...told, print: fiscal.away === null ? "waiting" : "later" } : told;
      written = { made, last, registers };
      for (const { id } of drafts) void tx.objectStore("drafts").delete(id);
      void tx.objectStore("meta").put(last, "last");
      for (const job of made.jobs) if (job) void tx.objectStore("prints").put(job);
      for (const job of registers) {
        if (job.receipt === last.id) job.document = withLink(job.document, last.link);
        void tx.objectStore("fiscal").put(job);
      }
    },
  });
  await printing.copied();
  const { made, last, registers } = /** @type {Written & {last: LastReceipt}} */ (/** @type {unknown} */ (written));
  for (const job of made.jobs) if (job) printing.added(job);
  fiscal.added(registers);
  return last;
}
