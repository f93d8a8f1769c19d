/**
 * How a receipt, a return or an exchange becomes a fact: one strict transaction with the items, their numbers and their
 * chain, the end of the drafts, what the screen says afterwards, and what is to be printed.
 */

/** @typedef {import("../types.d.ts").Draft} Draft */
/** @typedef {import("../types.d.ts").LastReceipt} LastReceipt */
/** @typedef {import("../types.d.ts").PrintJob} PrintJob */
/** @typedef {import("../db/journal.js").Numbers} Numbers */
/** @typedef {import("../db/journal.js").Fact} Fact */
/** @typedef {import("../db/journal.js").Item} Item */
/** @typedef {import("./receipt.js").ReceiptBody} ReceiptBody */
/** `last` is asked when the items have their signatures. @typedef {{facts: Fact[], jobs: (PrintJob | null)[], last: (items: Item[]) => LastReceipt}} Made */

/**
 * @param {import("../assembly.js").Parts} parts
 * @param {Draft[]} drafts that end with it
 * @param {(numbers: Numbers, closedAt: string) => Made} make called once, when it is this document's turn
 * @returns {Promise<LastReceipt>} when it is on disk
 * @throws {import("./errors.js").TillError} storage_failed; the till has been stopped
 */
export async function writeDocuments({ journal, printing, clock, drafts: open, paper }, drafts, make) {
  const closedAt = clock.instant();
  const { inc } = journal.head;
  /** @type {{made: Made, last: LastReceipt | null} | null} */
  let written = null;
  const build = (/** @type {Numbers} */ numbers) => {
    const made = make(numbers, closedAt);
    written = { made, last: null };
    return made.facts;
  };
  for (const { id } of drafts) open.forget(id);
  await journal.append(build, {
    stores: ["drafts", "prints"],
    sign: async (key) => {
      const { facts, jobs } = /** @type {{made: Made}} */ (/** @type {unknown} */ (written)).made;
      for (const { id = "", type, body } of facts) {
        const job = type === "receipt" && jobs.find((one) => one?.receipt === id);
        if (job && job.document) job.document = await paper.printed(job.document, { id, body: /** @type {ReceiptBody} */ (body), inc }, key);
      }
    },
    write: (tx, items) => {
      const { made } = /** @type {{made: Made}} */ (/** @type {unknown} */ (written));
      const last = made.last(items);
      written = { made, last };
      for (const { id } of drafts) void tx.objectStore("drafts").delete(id);
      void tx.objectStore("meta").put(last, "last");
      for (const job of made.jobs) if (job) void tx.objectStore("prints").put(job);
    },
  });
  await printing.copied();
  const { made, last } = /** @type {{made: Made, last: LastReceipt}} */ (/** @type {unknown} */ (written));
  for (const job of made.jobs) if (job) printing.added(job);
  return last;
}
