/**
 * Downloads a snapshot and reads it, away from the page. Asked once, it answers with pages until there are no more, and
 * waits for each batch to be on disk; the page ends it afterwards. No import map reaches a worker, so nothing here or below
 * imports by a bare name.
 */

import { BadSnapshot, readSnapshot } from "./snapshot.js";

/** The page this worker belongs to. @type {{postMessage: (message: Said, transfer?: Transferable[]) => void, onmessage: ((event: MessageEvent) => void) | null}} */
const page = /** @type {any} */ (globalThis);

/** @typedef {{cursor: string, counts: Record<string, number>}} Head */
/** @typedef {{pages: import("../types.d.ts").Page[]} | {done: number, total: number} | {head: Head} | {refused: string} | {failed: string}} Said */

/** @type {(() => void) | null} */
let goOn = null;

page.onmessage = ({ data }) => {
  if (data.url) void read(data.url, data.set);
  else goOn?.();
};

/** @param {string} url @param {number} set */
async function read(url, set) {
  try {
    const response = await fetch(url, { credentials: "same-origin", headers: { accept: "application/x-ndjson" } });
    if (!response.ok || !response.body) throw new BadSnapshot(`http_${response.status}`);
    page.postMessage({ head: await readSnapshot(unpacked(response), put, set, (done, total) => page.postMessage({ done, total })) });
  } catch (error) {
    // Told to the page, which decides; a network that failed is no fault of the file.
    page.postMessage(error instanceof BadSnapshot ? { refused: error.code } : { failed: String(error) });
  }
}

/** @param {import("../types.d.ts").Page[]} pages @returns {Promise<void>} when they are on disk */
function put(pages) {
  const buffers = pages.flatMap(({ data, offsets }) => /** @type {Transferable[]} */ ([data.buffer, offsets.buffer]));
  return new Promise((resolve) => {
    goOn = resolve;
    page.postMessage({ pages }, buffers);
  });
}

/** The browser unpacks what is sent with Content-Encoding; a file served as it lies on disk is unpacked here. @param {Response} response @returns {ReadableStream<Uint8Array>} */
function unpacked(response) {
  const body = /** @type {ReadableStream<Uint8Array>} */ (response.body);
  const packed = /gzip/.test(response.headers.get("content-type") ?? "") && !response.headers.get("content-encoding");
  return packed ? body.pipeThrough(/** @type {any} */ (new DecompressionStream("gzip"))) : body;
}
