/**
 * PINs and badges are known to a till only as verifiers, `pbkdf2_sha256$iterations$salt$base64`, all under the store's
 * salt: one derivation is compared with everybody. It slows a thief with the disk down; it does not stop him.
 */

import { toBase64 } from "./chain.js";

const FORM = /^pbkdf2_sha256\$(\d{1,8})\$([^$]+)\$([A-Za-z0-9+/=]+)$/;

/** @param {string} secret @param {string} salt UTF-8 text @param {number} iterations @returns {Promise<string>} base64 of 32 bytes */
export async function derive(secret, salt, iterations) {
  const bytes = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", bytes.encode(secret), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes.encode(salt), iterations };
  return toBase64(new Uint8Array(await crypto.subtle.deriveBits(how, key, 256)));
}

/**
 * The first person whose verifier the secret fits.
 *
 * @param {string} secret
 * @param {{id: string, verifier: unknown}[]} people
 * @returns {Promise<string | null>}
 */
export async function whose(secret, people) {
  /** @type {Map<string, Promise<string>>} */
  const derived = new Map();
  for (const { id, verifier } of people) {
    const match = typeof verifier === "string" ? FORM.exec(verifier) : null;
    if (!match) continue;
    const [, iterations, salt, hash] = match;
    const key = `${iterations}$${salt}`;
    if (!derived.has(key)) derived.set(key, derive(secret, salt, Number(iterations)));
    if ((await derived.get(key)) === hash) return id;
  }
  return null;
}
