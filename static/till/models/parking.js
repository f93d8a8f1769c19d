/**
 * Receipts put aside. A parked receipt stays in its own till's tabs, and is offered to all other tills through the server;
 * exactly one takes it. Nothing here is waited for: its own till goes on with it at once, with or without the server, and
 * takes the offer back by the way. What the server has not been told yet is on disk and is told when it answers.
 *
 * When another till took a receipt that its own till has gone on with meanwhile (they could not hear each other), the
 * lines that went over leave this till, those added since stay. Where money was taken already, both receipts are facts,
 * and the journal says so to the manager.
 */

import { TillError, detailOf } from "./errors.js";
import { ParkSync } from "../net/parking.js";

/** @typedef {import("../types.d.ts").Draft} Draft */
/** @typedef {import("../types.d.ts").Offer} Offer */
/** @typedef {import("../types.d.ts").ParkedElsewhere} ParkedElsewhere */

const FORMAT = 1;
/** Of how the receipt came about, so many steps go over with it. */
const MOST_STEPS = 500;

export class Parking {
  #p;
  /** @type {Offer[]} */ #offers = [];
  /** @type {Set<string>} parked receipts this till has asked for and heard nothing of yet */ #taking = new Set();
  /** @type {Promise<void>} */ #saved = Promise.resolve();
  #sync;

  /** @param {import("../assembly.js").Parts} parts */
  constructor(parts) {
    this.#p = parts;
    this.#sync = new ParkSync(parts, this);
  }

  get offers() {
    return this.#offers;
  }

  get taking() {
    return [...this.#taking];
  }

  /** What was stored, set right by the receipts that are there: they are the truth. @param {import("../db/state.js").MetaValues["parking"]} stored @param {Draft[]} drafts */
  start(stored, drafts) {
    const parked = new Map(drafts.map((draft) => [draft.parked?.id, draft]));
    const known = (stored?.offers ?? []).map((offer) => ({ ...offer, gone: offer.gone || !parked.has(offer.id) }));
    const ids = new Set(known.map(({ id }) => id));
    const forgotten = drafts.filter(({ parked: here }) => here && !ids.has(here.id)).map((draft) => this.#offerOf(draft));
    this.#offers = [...known, ...forgotten];
    this.#taking = new Set(stored?.taking ?? []);
    if (forgotten.length > 0) void this.save();
  }

  /** The connection is there, or the server says that something changed. */
  poke() {
    this.#sync.poke();
  }

  /** No server: the other tills' receipts are theirs. */
  away() {
    this.#sync.stop();
    if (this.#p.view.state.parked.length > 0) this.#p.view.set({ parked: [] });
  }

  /**
   * Puts a receipt aside and offers it.
   *
   * @param {Draft} draft with lines
   * @returns {Draft} as it is now to be kept
   */
  put(draft) {
    const kept = { ...draft, parked: { id: this.#p.ids.uuid7(), at: this.#p.clock.instant() } };
    const offer = this.#offerOf(kept);
    this.#offers = [...this.#offers, offer];
    void this.save().then(() => this.poke());
    this.#p.trace("park", { receipt: draft.id, data: { parked: offer.id, lines: offer.lines, total: offer.total } });
    return kept;
  }

  /** Its own till goes on with it. @param {Draft} draft @returns {Draft} */
  resume(draft) {
    if (!draft.parked) return draft;
    const { id } = draft.parked;
    this.#change(id, { gone: true });
    this.#p.trace("park_resume", { receipt: draft.id, data: { parked: id } });
    this.poke();
    return { ...draft, parked: null };
  }

  /** @param {Draft} draft @returns {Offer} */
  #offerOf(draft) {
    const { total, lines } = this.#p.selling.summary(draft);
    const { operator } = this.#p.view.state;
    const { id = "", at = "" } = draft.parked ?? {};
    const trail = draft.trail?.slice(0, MOST_STEPS);
    const trailCut = (draft.trailCut ?? 0) + (draft.trail?.length ?? 0) - (trail?.length ?? 0);
    const data = { format: FORMAT, draft: { ...draft, parked: null, tenders: [], ...(trail ? { trail, trailCut } : {}) } };
    return { id, receipt: draft.id, at, total, lines, cashier: operator?.id ?? draft.cashier, data, sent: false, held: false, gone: false, refused: false };
  }

  /** @param {string} id @param {Partial<Offer>} patch @returns {Promise<void>} when it is on disk */
  #change(id, patch) {
    this.#offers = this.#offers.map((offer) => (offer.id === id ? { ...offer, ...patch } : offer));
    return this.save();
  }

  /** Told before it is asked: an answer may be lost, and what may be on the server must be known here. @param {Offer} offer */
  sending(offer) {
    return this.#change(offer.id, { sent: true });
  }

  /** @param {Offer} offer */
  held(offer) {
    return this.#change(offer.id, { held: true });
  }

  /** The server will not hold it (too large): it stays this till's own. @param {Offer} offer */
  refused(offer) {
    return this.#change(offer.id, { refused: true });
  }

  /** Nobody can take it any more. @param {Offer} offer */
  done(offer) {
    this.#offers = this.#offers.filter(({ id }) => id !== offer.id);
    return this.save();
  }

  /** Writes down what the server still has to be told. @returns {Promise<void>} */
  save() {
    const value = { offers: this.#offers, taking: this.taking };
    this.#saved = this.#saved.then(() => this.#p.meta.put("parking", value)).catch((error) => this.#p.stop({ code: "storage_failed", args: { detail: detailOf(error) } }));
    return this.#saved;
  }

  // ------------------------------------------------------------ what the server says

  /** What waits on the server. @param {Record<string, any>[]} rows @param {boolean} whole nothing was left out @returns {boolean} own ones are missing */
  listed(rows, whole) {
    const own = new Set(this.#offers.map(({ id }) => id));
    const parked = rows.filter(({ receipt }) => !own.has(receipt)).map(elsewhere);
    const there = new Set(rows.map(({ receipt }) => receipt));
    const lost = whole ? this.#offers.filter(({ id, held, gone }) => held && !gone && !there.has(id)) : [];
    for (const { id } of lost) void this.#change(id, { gone: true });
    this.#p.view.set({ parked });
    return lost.length > 0;
  }

  /** Another till was first. @param {Offer} offer @param {number} till its number */
  async lost(offer, till) {
    const { selling, events, ledger, view } = this.#p;
    const before = Number(/** @type {any} */ (offer.data).draft?.nextN ?? 1);
    const outcome = view.batch(() => selling.giveUp(offer.receipt, before));
    const sold = outcome === "absent" && (await ledger.byId(offer.receipt))?.type === "receipt";
    const both = sold || outcome === "paying";
    this.#p.trace(both ? "park_both" : "park_taken", { receipt: offer.receipt, data: { parked: offer.id, till, total: offer.total } });
    events.emit("parked_taken", { till, total: offer.total, both });
    await this.done(offer);
  }

  // ------------------------------------------------------------ taking over

  /**
   * Takes a receipt over from another till. This is the one thing that needs the server's answer, and nothing waits meanwhile.
   *
   * @param {string} id
   * @returns {Promise<void>} throws taken {till}, needs_server
   */
  async take(id) {
    this.#p.training.mustBeOff();
    this.#p.paying.mustNotHold();
    if (!this.#p.link?.socket.open) throw new TillError("needs_server");
    this.#taking.add(id);
    await this.save();
    await this.#sync.take(id);
  }

  /** It is this till's now. @param {Record<string, any>} answer of park.take */
  async taken(answer) {
    const { data, receipt: id, till } = answer;
    const { ids, view, selling } = this.#p;
    // An answer may come twice: it was asked again after the first was thought lost.
    const here = selling.drafts.some((draft) => draft.takenAs === id);
    if (!here && data?.format === FORMAT && Array.isArray(data.draft?.lines)) {
      const draft = view.batch(() => selling.adopt({ ...data.draft, id: ids.uuid7(), takenAs: id }));
      this.#p.trace("park_take", { receipt: draft.id, data: { parked: id, till, from: data.draft.id ?? null, total: answer.total, lines: answer.lines } });
      await this.#p.drafts.flush();
    }
    await this.forget(id);
  }

  /** Asked for, and answered. @param {string} id */
  async forget(id) {
    this.#taking.delete(id);
    this.#p.view.set({ parked: this.#p.view.state.parked.filter((row) => row.id !== id) });
    await this.save();
  }
}

/** @param {Record<string, any>} row of park.list @returns {ParkedElsewhere} */
function elsewhere({ receipt, label, total, lines, till, at }) {
  return { id: String(receipt), label: String(label ?? ""), total: Number(total ?? 0), lines: Number(lines ?? 0), till: Number(till ?? 0), at: String(at) };
}
