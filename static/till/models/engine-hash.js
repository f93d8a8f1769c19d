/** SHA-256 of the price engine's file, the same bytes the browser runs; the service worker has them, so it works without a server. */

import { sha256 } from "./sha256.js";
import { detailOf } from "./errors.js";

/** @returns {Promise<string | null>} null when the file could not be read: a receipt then names no engine */
export async function engineHash() {
  try {
    const response = await fetch(new URL("../../pricing/engine.js", import.meta.url));
    return response.ok ? sha256(await response.text()) : null;
  } catch (error) {
    console.warn("engine hash:", detailOf(error));
    return null;
  }
}
