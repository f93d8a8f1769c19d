/**
 * The address of a receipt's own page on the store's server. The till makes it by itself, also while the server is away:
 * the receipt's id, and a proof out of the device's signature, which nobody else can know (docs/protocol.md, section 6).
 */

import { sha256 } from "./sha256.js";

const PROOF_DIGITS = 32;

/** @param {string} id of the receipt @param {string} sig of its journal item @returns {string} 43 characters of base64url */
export function receiptToken(id, sig) {
  const hex = id.replaceAll("-", "") + sha256(`kasa-receipt:${sig}`).slice(0, PROOF_DIGITS);
  const bytes = hex.match(/../g)?.map((pair) => String.fromCharCode(Number.parseInt(pair, 16))) ?? [];
  return btoa(bytes.join("")).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

/**
 * Where customers reach this store's server: as the manager wrote it, else where this till does. An address that only this
 * machine knows is no use on a telephone.
 *
 * @param {unknown} setting `receipt_url`
 * @param {string} origin of the till's page
 * @returns {string | null}
 */
export function receiptBase(setting, origin) {
  if (typeof setting === "string" && /^https?:\/\/\S+$/.test(setting)) return setting.replace(/\/+$/, "");
  const host = /^https?:\/\/(\[[^\]]*\]|[^:/]*)/.exec(origin)?.[1] ?? "";
  return host === "" || host === "localhost" || host === "[::1]" || host.startsWith("127.") ? null : origin;
}
