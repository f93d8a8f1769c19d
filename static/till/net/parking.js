/** Tells the server what was put aside and what its own till went on with, one thing after the other, until it knows all. */

import { TillError } from "../models/errors.js";
import { Refused, Unanswered, waitAfter } from "./socket.js";

/** @typedef {import("../types.d.ts").Offer} Offer */

const LISTED_MOST = 200;
/** The server cannot do it now; anything else it refuses will not change by asking again. */
const LATER = new Set(["unavailable", "internal"]);

export class ParkSync {
  #p;
  #parking;
  #running = false;
  #again = false;
  #failures = 0;
  /** @type {ReturnType<typeof setTimeout> | null} */ #timer = null;

  /** @param {import("../assembly.js").Parts} parts @param {import("../models/parking.js").Parking} parking */
  constructor(parts, parking) {
    this.#p = parts;
    this.#parking = parking;
  }

  poke() {
    this.#again = true;
    if (!this.#running && this.#timer === null) void this.#run();
  }

  stop() {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#failures = 0;
  }

  get #socket() {
    const socket = this.#p.link?.socket;
    if (!socket?.open) throw new Unanswered("not connected");
    return socket;
  }

  async #run() {
    this.#running = true;
    this.#timer = null;
    while (this.#again && this.#p.link?.socket.open && this.#p.mayWrite()) {
      this.#again = false;
      try {
        await this.#round();
        this.#failures = 0;
      } catch (error) {
        if (error instanceof Unanswered) break;
        if (!(error instanceof Refused)) throw error;
        this.#again = true;
        this.#timer = setTimeout(() => void this.#run(), waitAfter(this.#failures));
        this.#failures += 1;
        break;
      }
    }
    this.#running = false;
  }

  async #round() {
    for (const id of this.#parking.taking) await this.take(id).catch(unlessLater);
    for (const offer of this.#parking.offers) await this.#settle(offer);
    const { parked } = await this.#socket.request("park.list");
    if (this.#parking.listed(parked, parked.length < LISTED_MOST)) this.#again = true;
  }

  /** @param {Offer} offer */
  async #settle(offer) {
    if (offer.gone) return offer.sent ? this.#withdraw(offer) : this.#parking.done(offer);
    if (offer.held || offer.refused) return undefined;
    await this.#parking.sending(offer);
    try {
      await this.#put(offer);
      await this.#parking.held(offer);
    } catch (error) {
      if (!(error instanceof Refused) || LATER.has(error.code)) throw error;
      await this.#parking.refused(offer);
    }
    return undefined;
  }

  /** @param {Offer} offer */
  #put({ id, total, lines, cashier, data }) {
    return this.#socket.request("park.put", { receipt: id, total, lines, cashier: cashier || null, data });
  }

  /**
   * Nobody may take it any more. Where the server has never heard of it, an earlier request may still be on its way: it is
   * put first, so that the late one finds it given up.
   *
   * @param {Offer} offer
   */
  async #withdraw(offer) {
    try {
      await this.#drop(offer);
    } catch (error) {
      if (!(error instanceof Refused) || LATER.has(error.code)) throw error;
      if (error.code === "taken") return this.#parking.lost(offer, tillOf(error));
      this.#p.tally.trouble(null, "park", `${error.code}: ${error.detail}`);
    }
    return this.#parking.done(offer);
  }

  /** @param {Offer} offer */
  async #drop(offer) {
    try {
      await this.#socket.request("park.drop", { receipt: offer.id });
    } catch (error) {
      if (!(error instanceof Refused) || error.code !== "not_found") throw error;
      if (offer.refused) return;
      await this.#put(offer);
      await this.#socket.request("park.drop", { receipt: offer.id });
    }
  }

  /** Asks for a receipt; asking again gives the same answer. @param {string} id @throws {TillError} taken, needs_server */
  async take(id) {
    try {
      const answer = await this.#socket.request("park.take", { receipt: id });
      await this.#parking.taken(answer);
    } catch (error) {
      if (error instanceof Unanswered) throw new TillError("needs_server");
      if (!(error instanceof Refused)) throw error;
      if (LATER.has(error.code)) throw new TillError("needs_server");
      await this.#parking.forget(id);
      throw new TillError("taken", { till: tillOf(error) });
    }
  }
}

/** What could not be taken now is asked for again; what somebody else has is theirs. @param {unknown} error */
function unlessLater(error) {
  if (!(error instanceof TillError)) throw error;
  if (error.code === "needs_server") throw new Unanswered("not now");
}

/** Who was first. @param {Refused} error @returns {number} a till's number, 0 when nobody knows */
function tillOf({ answer }) {
  return Number(/** @type {{till?: unknown} | undefined} */ (answer.error)?.till ?? 0) || 0;
}
