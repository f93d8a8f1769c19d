/**
 * Card terminals on the bridge. What a terminal is asked stands with the receipt on disk before it is sent, under one action
 * that is never given to a second payment: a till that was killed asks the bridge what became of it, and what nobody knows
 * holds the receipt until somebody does. A means of payment without a terminal on the bridge stays as it is: by hand.
 */

import { TillError } from "./errors.js";
import { shortText } from "./people.js";
import { typeFor } from "./tender-types.js";

/** @typedef {import("../types.d.ts").Approval} Approval */
/** @typedef {import("../types.d.ts").CardTaken} CardTaken */
/** @typedef {import("../types.d.ts").Charge} Charge */
/** @typedef {import("../types.d.ts").Draft} Draft */
/** @typedef {import("../types.d.ts").Tender} Tender */
/** @typedef {import("../types.d.ts").TenderType} TenderType */
/** @typedef {import("../net/bridge.js").Outcome} Outcome */
/** @typedef {{reason: string, approval?: Approval}} Why */

const SLIP = "till.card_slip";
/** What the bridge takes for a reference; anything else was typed off some slip. */
const REFERENCE = /^[0-9A-Za-z][0-9A-Za-z._-]{0,59}$/;
/** @type {Outcome} */
const LOST = { state: "sent", detail: "", code: "unanswered", result: null };

export class Cards {
  #p;
  /** What the terminal is doing, as the bridge told last. */
  step = "";
  /** Somebody asked the terminal to give up. */
  stopping = false;
  /** The bridge has been asked, and has not answered yet. */
  asking = false;

  /** @param {import("../assembly.js").Parts} parts */
  constructor(parts) {
    this.#p = parts;
  }

  /** The terminal that a means of payment charges through; null where it is done by hand. @param {TenderType | null} type @returns {string | null} */
  terminal(type) {
    if (!type?.terminal || type.kind !== "card" || this.#p.training.on) return null;
    const found = this.#p.printing.bridge?.devices.find(({ id, kind }) => kind === "terminal" && id === type.terminal);
    return found?.id ?? null;
  }

  /** Of the receipt on screen. @returns {Charge | null} */
  get #charge() {
    const { drafts, currentId } = this.#p.selling;
    return drafts.find(({ id }) => id === currentId)?.charge ?? null;
  }

  // ------------------------------------------------------------ beginning

  /**
   * Charges a card, and takes what was approved as a tender.
   *
   * @param {string} method
   * @param {number} [amount] the whole rest when left out
   * @returns {Promise<boolean>} true when nothing is left to pay; throws as `tender`, card_running, card_away
   */
  async charge(method, amount) {
    const type = typeFor(this.#p.view.state.tenders, method);
    const device = this.#must(type);
    const tender = this.#p.paying.prepare({ method, amount, reference: "card" });
    if (tender.amount === 0) throw new TillError("bad_amount");
    const document = { kind: "purchase", amount: tender.amount, currency: this.#currency };
    return this.#begin({ kind: "purchase", device, document, tender: { ...tender, i: this.#p.selling.current.tenders.length, reference: null } });
  }

  /** Gives an approved tender back before the receipt is paid. @param {number} i @returns {Promise<boolean>} throws card_running, card_away */
  async takeBack(i) {
    this.#p.paying.mustBeOpen();
    const tender = /** @type {Tender & {card: CardTaken}} */ (this.#p.selling.current.tenders.find((one) => one.i === i));
    const { device, invoice, rrn } = tender.card;
    const document = { kind: "void", amount: tender.amount, currency: this.#currency, invoice: invoice ?? "", rrn: known(rrn) };
    return this.#begin({ kind: "void", device, document, tender });
  }

  /** Whether this tender was charged through a terminal. @param {number} i @returns {boolean} */
  holds(i) {
    return Boolean(this.#p.selling.current.tenders.find((one) => one.i === i)?.card);
  }

  /**
   * Gives money back on the card, for one part of a return's plan.
   *
   * @param {number} i of the part
   * @param {import("../types.d.ts").RefundPart} part
   * @param {TenderType} type
   * @param {Approval} [approval] where the return needs leave: before any money moves
   * @returns {Promise<boolean>} throws card_running, card_away, return_limit, return_old, forbidden
   */
  async refund(i, part, type, approval) {
    const device = this.#must(type);
    this.#p.refunding.mayGive(approval);
    const rrn = known(part.details?.reference);
    const document = { kind: "refund", amount: part.amount, currency: this.#currency, rrn };
    const tender = { i, method: type.id, kind: type.kind, name: type.name, amount: part.amount, tendered: part.amount, change: 0, reference: null };
    return this.#begin({ kind: "refund", device, document, tender });
  }

  /** The parts of a return's plan that went back already. @returns {Set<number>} */
  get wentBack() {
    const draft = this.#p.returning.draft;
    return new Set(draft ? draft.tenders.map(({ i }) => i) : []);
  }

  /** @param {TenderType | null} type @returns {string} */
  #must(type) {
    const device = this.terminal(type);
    if (!type) throw new TillError("unknown_method");
    if (device === null) throw new TillError("card_away", { name: type.name });
    return device;
  }

  get #currency() {
    return this.#p.view.state.store?.currency ?? "";
  }

  /** On disk first, then in the journal, then to the terminal. @param {Pick<Charge, "kind" | "device" | "document" | "tender">} asked @returns {Promise<boolean>} */
  async #begin(asked) {
    this.mustRest();
    const { selling, drafts, ids } = this.#p;
    const { id, tenders } = selling.current;
    /** @type {Charge} */
    const charge = { ...asked, action: ids.uuid7(), state: "running", code: null, detail: null };
    this.#again();
    this.asking = true;
    selling.hold(tenders, charge);
    this.#show();
    await drafts.flush();
    // A till that could not write has stopped, and asks nobody for money.
    if (!this.#p.mayWrite()) return (this.asking = false);
    this.#p.trace("card_intent", { receipt: id, data: { action: charge.action, terminal: charge.device, kind: charge.kind, amount: charge.tender.amount } });
    return this.#send(charge);
  }

  #again() {
    this.step = "";
    this.stopping = false;
  }

  /** Nothing is being asked of a terminal for this receipt. @throws {TillError} card_running */
  mustRest() {
    const charge = this.#charge;
    if (charge && charge.state !== "failed") throw new TillError("card_running");
  }

  // ------------------------------------------------------------ while it runs

  /** The bridge says what a terminal is doing. @param {Record<string, any>} event */
  heard({ action, step }) {
    if (this.#charge?.action !== action) return;
    this.step = String(step);
    this.#show();
  }

  /** Asks the terminal to give up; what becomes of the payment is its own word. */
  async abort() {
    const charge = this.#charge;
    if (!charge || !this.asking) return;
    this.stopping = true;
    this.#show();
    await this.#p.printing.bridge?.abort(charge.action);
  }

  /** The bridge is there, or somebody wants to know: what became of what was asked. @returns {Promise<boolean>} true when nothing is left to pay */
  async check() {
    const charge = this.#charge;
    if (!charge || charge.state === "failed" || this.asking || !this.#p.mayWrite()) return false;
    this.asking = true;
    this.#show();
    try {
      const known = (await this.#p.printing.bridge?.ask(charge.action)) ?? LOST;
      // The bridge has heard of it: asking under the same action waits for its end, and begins nothing.
      if (known.code !== "unanswered" && (known.state === "accepted" || known.state === "sent")) return await this.#tell(charge);
      return this.#settle(charge, known);
    } finally {
      this.asking = false;
    }
  }

  /** @param {Charge} charge @returns {Promise<boolean>} */
  async #send(charge) {
    this.asking = true;
    try {
      return await this.#tell(charge);
    } finally {
      this.asking = false;
    }
  }

  /** @param {Charge} charge */
  async #tell(charge) {
    const { bridge } = this.#p.printing;
    return this.#settle(charge, bridge ? await bridge.charge(charge.device, charge.action, charge.document) : LOST);
  }

  // ------------------------------------------------------------ its end

  /** @param {Charge} charge @param {Outcome} outcome @returns {boolean} true when nothing is left to pay */
  #settle(charge, { state, code, detail, result }) {
    const draft = this.#of(charge);
    if (!draft) return false;
    if (state === "done") return this.#done(charge, draft, result ?? {});
    if (state === "failed" || state === "unheard") {
      const why = state === "unheard" ? "not_sent" : code;
      this.#tellJournal(charge, draft, { state: "failed", code: why, amount: charge.tender.amount });
      return this.#keep(draft, { ...charge, state: "failed", code: why, detail });
    }
    if (state === "unknown") return this.#keep(draft, { ...charge, state: "unknown", code, detail });
    return this.#keep(draft, { ...charge, state: "unknown", code: "bridge_away", detail: null });
  }

  /** The receipt that still waits for it. @param {Charge} charge @returns {Draft | undefined} */
  #of({ action }) {
    return this.#p.selling.drafts.find((draft) => draft.charge?.action === action && draft.charge.state !== "failed");
  }

  /** @param {Draft} draft @param {Charge | null} charge @returns {false} */
  #keep(draft, charge) {
    this.#p.selling.hold(draft.tenders, charge, draft);
    this.#show();
    return false;
  }

  /** @param {Charge} charge @param {Draft} draft @param {Record<string, any>} result as the bridge kept it @returns {boolean} */
  #done(charge, draft, result) {
    const { selling, paying } = this.#p;
    const amount = Number.isSafeInteger(result.amount) && result.amount > 0 ? Math.min(result.amount, charge.tender.amount) : charge.tender.amount;
    this.#tellJournal(charge, draft, { state: "approved", code: null, amount });
    if (charge.kind === "void") {
      paying.tookBack(draft, charge.tender.i);
    } else {
      const card = takenOf(charge, result);
      const tender = { ...charge.tender, amount, tendered: amount, reference: card.rrn ?? card.invoice, card };
      selling.hold([...draft.tenders, tender], null, draft);
    }
    this.#show();
    return charge.kind === "purchase" && paying.isPaid;
  }

  /** @param {Charge} charge @param {Draft} draft @param {{state: string, code: string | null, amount: number}} end */
  #tellJournal({ action, kind, device }, draft, end) {
    this.#p.trace("card_result", { receipt: draft.id, data: { action, terminal: device, kind, ...end } });
  }

  // ------------------------------------------------------------ what people say

  /**
   * The terminal cannot tell, and its slip says that it was done; or it was done by hand.
   *
   * @param {Why & {reference: string}} said
   * @returns {Promise<boolean>} true when nothing is left to pay; throws forbidden, card_settled, fiscal_reason, needs_reference
   */
  async bySlip({ reference, ...why }) {
    const number = reference.trim().slice(0, 60);
    const charge = this.#asked();
    if (!number) throw new TillError("needs_reference", { name: charge.tender.name });
    return this.#said(charge, true, why, { rrn: number, invoice: number });
  }

  /** The terminal cannot tell, and its slip or its screen says that nothing was done. @param {Why} why @returns {Promise<boolean>} throws forbidden, card_settled, fiscal_reason */
  async notCharged(why) {
    return this.#said(this.#asked(), false, why, {});
  }

  /** Somebody has read why it failed. */
  dismiss() {
    const { selling } = this.#p;
    if (this.#charge?.state === "failed") this.#keep(selling.current, null);
  }

  /** What a person may answer for: a doubt, and what has to be given back by hand. @returns {Charge} */
  #asked() {
    const charge = this.#charge;
    if (!charge || this.asking || (charge.state === "failed" && charge.kind === "purchase")) throw new TillError("card_settled");
    return charge;
  }

  /** @param {Charge} charge @param {boolean} happened @param {Why} why @param {Record<string, any>} result @returns {Promise<boolean>} */
  async #said(charge, happened, { reason, approval }, result) {
    // Money that goes back by hand is nobody's doubt, and needs no more leave than the return itself.
    const plain = charge.state === "failed" && charge.kind === "refund";
    const by = plain ? null : this.#p.people.must(SLIP, approval);
    const said = shortText(reason);
    if (!said) throw new TillError("reason_wanted");
    const draft = this.#p.selling.current;
    if (charge.state !== "failed") {
      const answer = await this.#p.printing.bridge?.resolve(charge.action, happened);
      // It was settled meanwhile: the terminal's own word counts for more.
      if (answer?.code === "not_unknown") return this.check();
    }
    if (this.#charge?.action !== charge.action) throw new TillError("card_settled");
    this.#p.trace("card_slip", { receipt: draft.id, data: { action: charge.action, kind: charge.kind, happened, reference: result.rrn ?? null, reason: said, approved_by: by } });
    return happened ? this.#done(charge, draft, result) : this.#keep(draft, null);
  }

  #show() {
    this.#p.view.batch(() => {
      this.#p.selling.show();
      this.#p.paying.show();
    });
  }
}

/** What is kept of a payment; the bridge has left out all else. @param {Charge} charge @param {Record<string, any>} result @returns {CardTaken} */
function takenOf({ action, device }, result) {
  const text = (/** @type {string} */ key) => (typeof result[key] === "string" ? result[key].slice(0, 60) : null);
  const slip = Array.isArray(result.slip) ? result.slip.map(String) : [];
  return { action, device, rrn: text("rrn"), approval_code: text("approval_code"), pan: text("pan"), terminal_id: text("terminal_id"), invoice: text("invoice"), slip };
}

/** As it goes into a receipt's payment: everything but the slip. @param {CardTaken | undefined} card @returns {Record<string, unknown>} */
export function cardDetails(card) {
  if (!card) return {};
  const { action, approval_code, pan, terminal_id, invoice } = card;
  return { action, approval_code, pan, terminal_id, invoice };
}

/** What was paid with, without the charge itself. @param {Record<string, unknown> | null} details @returns {Record<string, unknown>} */
export function withoutCard(details) {
  const charge = new Set(["action", "approval_code", "pan", "terminal_id", "invoice"]);
  return Object.fromEntries(Object.entries(details ?? {}).filter(([key]) => !charge.has(key)));
}

/** What terminals want printed for these. @param {Tender[]} tenders @returns {string[][]} */
export function slipsOf(tenders) {
  return tenders.flatMap(({ card }) => (card && card.slip.length > 0 ? [card.slip] : []));
}

/** @param {unknown} reference @returns {string | null} */
function known(reference) {
  return typeof reference === "string" && REFERENCE.test(reference) ? reference : null;
}
