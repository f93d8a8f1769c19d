/** A snapshot, downloaded and read by a worker while the till sells. The page only puts finished pages on its disk. */

import { BadSnapshot } from "./snapshot.js";

/** @typedef {import("./snapshot-worker.js").Head} Head */

/**
 * @param {string} url
 * @param {number} set a number no stored set has
 * @param {import("./snapshot.js").Put} put
 * @param {(done: number, total: number) => void} progress rows
 * @returns {Promise<Head>}
 * @throws {BadSnapshot} torn, bad_checksum, bad_counts, bad_line, http_*
 * @throws {TypeError} the network failed, or the worker could not be started
 */
export async function downloadSnapshot(url, set, put, progress) {
  const worker = new Worker(new URL("./snapshot-worker.js", import.meta.url), { type: "module" });
  try {
    return await new Promise((resolve, reject) => {
      worker.onerror = ({ message }) => reject(new TypeError(message || "the worker could not be started"));
      worker.onmessageerror = () => reject(new TypeError("the worker said what cannot be read"));
      worker.onmessage = ({ data }) => {
        if (data.pages) put(data.pages).then(() => worker.postMessage({ more: true }), reject);
        else if (data.head) resolve(data.head);
        else if (data.refused) reject(new BadSnapshot(data.refused));
        else if (data.failed) reject(new TypeError(data.failed));
        else progress(data.done, data.total);
      };
      worker.postMessage({ url, set });
    });
  } finally {
    worker.terminate();
  }
}
