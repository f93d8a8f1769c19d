/** Items of the till's journal: each names its forerunner's hash and is signed by the device key, so none can be changed or lost unseen. */

import { clean, dumps } from "./canonical.js";
import { sha256 } from "./sha256.js";

/** @typedef {import("../types.d.ts").Item} Item */

/** @typedef {{inc: number, seq: number, hash: string}} Head the last item written; seq 0 before the first */

export const FIRST_PREV = "0".repeat(64);
const CURVE = { name: "ECDSA", namedCurve: "P-256" };
const SIGNATURE = { name: "ECDSA", hash: "SHA-256" };

/** The key pair of a device; the private half cannot be exported. @returns {Promise<CryptoKeyPair>} */
export function makeKey() {
  return crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
}

/** @param {CryptoKey} publicKey @returns {Promise<{kty: string, crv: string, x: string, y: string}>} what enrolment sends */
export async function publicJwk(publicKey) {
  const jwk = await crypto.subtle.exportKey("jwk", publicKey);
  return { kty: "EC", crv: "P-256", x: String(jwk.x), y: String(jwk.y) };
}

/**
 * The next item after `head`, hashed but not yet signed.
 *
 * @param {Head} head
 * @param {{type: import("../types.d.ts").ItemType, id: string, at: string, body: Record<string, unknown>}} fact
 * @returns {Item} with an empty `sig`
 */
export function link(head, fact) {
  const core = {
    type: fact.type, id: fact.id, inc: head.inc, seq: head.seq + 1, prev: head.seq === 0 ? FIRST_PREV : head.hash, at: fact.at,
    body: clean(fact.body),
  };
  return { ...core, hash: hashOf(core), sig: "" };
}

/** @param {Omit<Item, "hash" | "sig">} item @returns {string} */
export function hashOf({ type, id, inc, seq, prev, at, body }) {
  return sha256(dumps({ type, id, inc, seq, prev, at, body }));
}

/** @param {Item} item @param {CryptoKey} privateKey @returns {Promise<Item>} */
export async function sign(item, privateKey) {
  return { ...item, sig: toBase64(await signBytes(new TextEncoder().encode(item.hash), privateKey)) };
}

/** @param {BufferSource} bytes @param {CryptoKey} privateKey @returns {Promise<Uint8Array>} the 64 bytes r and s */
export async function signBytes(bytes, privateKey) {
  return new Uint8Array(await crypto.subtle.sign(SIGNATURE, privateKey, bytes));
}

/** @param {{x: string, y: string}} point of a public key, as enrolment sent it @param {BufferSource} bytes @param {BufferSource} signature @returns {Promise<boolean>} false also for what is no key */
export async function hasSigned({ x, y }, bytes, signature) {
  try {
    const key = await crypto.subtle.importKey("jwk", { kty: "EC", crv: "P-256", x, y }, CURVE, false, ["verify"]);
    return await crypto.subtle.verify(SIGNATURE, key, signature, bytes);
  } catch (error) {
    if (error instanceof DOMException) return false;
    throw error;
  }
}

/** @param {Uint8Array} bytes @returns {string} */
export function toBase64(bytes) {
  return btoa(String.fromCharCode(...bytes));
}
