/** Becoming a till: a key of one's own, the one-time code, and a fresh chain. The only action that needs the server. */

import { commit } from "../db/open.js";
import { FIRST_PREV, makeKey, publicJwk } from "./chain.js";
import { TillError } from "./errors.js";

/** @typedef {import("../types.d.ts").TillInfo} TillInfo */
/** @typedef {import("../types.d.ts").StoreInfo} StoreInfo */

/** Codes of the server's answer that a person can do something about. */
const KNOWN = new Set(["bad_code", "other_kind", "expired_code", "too_many_tries", "too_many_requests", "unsupported_protocol"]);

export class Enrolment {
  #p;
  #origin;

  /** @param {import("../assembly.js").Parts} parts @param {string} origin */
  constructor(parts, origin) {
    this.#p = parts;
    this.#origin = origin;
  }

  /** @param {string} code */
  async enrol(code) {
    if (this.#p.view.state.readonly) throw new TillError("readonly");
    if (!globalThis.isSecureContext) throw new TillError("no_secure_context");
    const keys = await makeKey();
    const answer = await this.#post({ code: code.trim().toUpperCase(), public_key: await publicJwk(keys.publicKey), kind: this.#p.kind });
    await this.#p.settled();
    await this.#store(/** @type {{till: TillInfo, store: StoreInfo}} */ (answer), keys.privateKey);
    await this.#p.enrolled();
  }

  /** @param {Record<string, unknown>} body @returns {Promise<Record<string, any>>} */
  async #post(body) {
    const headers = { "content-type": "application/json", accept: "application/json" };
    const response = await fetch(`${this.#origin}/api/till/enrol`, { method: "POST", credentials: "same-origin", headers, body: JSON.stringify(body) }).catch(unreachable);
    const answer = await response.json().catch(() => ({}));
    if (response.ok) return answer;
    if (response.status >= 500) throw new TillError("server_unreachable");
    const given = answer?.error?.code ?? answer?.code;
    throw new TillError(KNOWN.has(given) ? given : "bad_code", { detail: String(answer?.error?.detail ?? answer?.message ?? "") });
  }

  /** Key, name and an empty chain in one transaction; what an earlier incarnation has not sent stays and will be sent. @param {{till: TillInfo, store: StoreInfo}} answer @param {CryptoKey} key */
  async #store({ till, store }, key) {
    await commit(this.#p.db, ["meta"], (tx) => {
      const meta = tx.objectStore("meta");
      void meta.put({ till, store, key }, "enrolment");
      void meta.put({ till: till.id, inc: till.inc, seq: 0, hash: FIRST_PREV }, "head");
      void meta.put({ sale: 0, return: 0, shift: 0 }, "counters");
      for (const name of ["shift", "last"]) void meta.put(null, name);
    });
  }
}

/** @param {unknown} error @returns {never} */
function unreachable(error) {
  if (error instanceof TypeError) throw new TillError("server_unreachable");
  throw error;
}
