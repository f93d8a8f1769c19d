/**
 * Customers at the till. Finding and putting one on a receipt asks only this till's own memory; the server is asked beside
 * it and adds what it knows. What is done to a customer is an act: on disk first, then sent, once, whenever the server is
 * there (models/acts.js).
 */

import { ActQueue } from "./acts.js";
import { ageOn, isBirthday } from "./calendar.js";
import { TillError } from "./errors.js";
import { fold } from "./fold.js";
import { isPoints } from "./points.js";
import { sha256 } from "./sha256.js";
import { typeFor } from "./tender-types.js";
import { Refused, Unanswered } from "../net/socket.js";

/** @typedef {import("../types.d.ts").KnownCustomer} KnownCustomer */
/** @typedef {import("../types.d.ts").CustomerData} CustomerData */
/** @typedef {import("../types.d.ts").Approval} Approval */

const SHOWN = 20;
const PATIENCE_MS = 4_000;
const MIN_DIGITS = 3;
const MIN_LETTERS = 2;
/** The shortest code that goods have from their maker (EAN-8). */
const LEAST_CODE = 8;

export class Customers {
  #p;
  #acts;
  /** Who bought here since the start, before the feed says so. @type {Set<string>} */ #bought = new Set();

  /** @param {import("../assembly.js").Parts} parts */
  constructor(parts) {
    this.#p = parts;
    this.#acts = new ActQueue(parts);
    parts.events.on("committed", ({ customer }) => {
      if (customer && !parts.training.on) this.#bought.add(customer);
    });
  }

  /** Reads what was not sent when the till was closed. */
  start() {
    return this.#acts.start();
  }

  /** Sends what waits; returns at once when the server is not there. */
  send() {
    return this.#acts.send();
  }

  // ------------------------------------------------------------ finding

  /** A card's id in the feed: the server hashes the same. @param {string} number @returns {string} */
  key(number) {
    return sha256(`card\n${this.#p.view.state.store?.id ?? ""}\n${number}`).slice(0, 32);
  }

  /** @param {string} number as scanned @returns {KnownCustomer | null} whatever its state */
  byNumber(number) {
    const key = this.key(number);
    const row = this.#acts.row(key) ?? this.#p.goods.card(key);
    return row ? this.#known(key, row, number) : null;
  }

  /**
   * From this till's memory, at once: the last digits of a telephone, or a name. A replaced card finds nobody.
   *
   * @param {string} text
   * @returns {KnownCustomer[]}
   */
  search(text) {
    const digits = text.replace(/[\s()+.-]/g, "");
    if (/^\d+$/.test(digits)) return digits.length < MIN_DIGITS ? [] : this.#where((phone) => phone !== "" && phone.endsWith(digits.slice(-4)));
    const words = fold(text).split(" ").filter(Boolean);
    if (words.join("").length < MIN_LETTERS) return [];
    return this.#where((_phone, name) => words.every((word, i) => (i === 0 ? name.startsWith(word) || name.includes(" " + word) : name.includes(word[0]))));
  }

  /** @param {(phone: string, name: string) => boolean} fits @returns {KnownCustomer[]} */
  #where(fits) {
    const own = this.#acts.rows(fits);
    const others = this.#p.goods.cards(fits, SHOWN).filter(({ id }) => !this.#acts.row(id));
    return once([...own, ...others].map(({ id, data }) => this.#known(id, data, null)));
  }

  /** @param {string} key @param {Record<string, any>} row @param {string | null} number @returns {KnownCustomer} */
  #known(key, row, number) {
    const { customer, card, state, end, name, phone, groups, born, points, at, expiring, expires, bought } = row;
    return {
      customer, key, card: card ?? null, number, end: end ?? "", name: name ?? "", phone: phone ?? "", groups: groups ?? [], state: state ?? "active",
      born: born ?? null, points: points ?? null, at: at ?? null, expiring: expiring ?? null, expires: expires ?? null,
      bought: bought === true || this.#bought.has(customer), pending: this.#acts.waits(key),
    };
  }

  /**
   * Asks the server too: it knows whole telephone numbers and people whose card this till has not heard of.
   *
   * @param {string} text
   * @returns {Promise<KnownCustomer[]>} empty without the server
   */
  async ask(text) {
    const digits = text.replace(/[\s()+.-]/g, "");
    const by = /^\d{3,}$/.test(digits) ? { phone: digits } : { name: text.slice(0, 120) };
    const answer = await this.#request({ ...by, limit: SHOWN });
    return once((answer?.customers ?? []).map((/** @type {Record<string, any>} */ found) => fromServer(found, null)));
  }

  /**
   * A card this till has not heard of: issued a moment ago, or another store's that the server can ask about.
   *
   * @param {string} number
   * @returns {Promise<KnownCustomer | null>} null when the server does not know it either, or is away
   */
  async askCard(number) {
    const found = (await this.#request({ card: number, limit: 1 }))?.customers?.[0];
    return found ? fromServer(found, number) : null;
  }

  /** @param {Record<string, unknown>} fields @returns {Promise<Record<string, any> | null>} null when there is no answer @throws {TillError} forbidden */
  async #request(fields) {
    try {
      return (await this.#p.link?.socket.request("customer.find", fields, PATIENCE_MS)) ?? null;
    } catch (error) {
      if (error instanceof Refused && error.code === "forbidden") throw new TillError("forbidden", { permission: "till.customer" });
      if (error instanceof Unanswered || error instanceof Refused) return null;
      throw error;
    }
  }

  /**
   * The whole form of somebody, for changing it. What was typed here and not sent yet is laid over what the server has.
   *
   * @param {string} customer
   * @param {Approval} [approval]
   * @returns {Promise<CustomerData | null>} null without the server: what is typed then is written over what is there
   */
  async form(customer, approval) {
    const cashier = this.#must("till.customer", approval);
    const own = this.#acts.data(customer);
    const answer = await this.#request({ customer, cashier });
    const found = answer?.customers?.[0];
    if (!found && own?.name === undefined) return null;
    return { ...found, ...own, form: { ...found?.form, ...own?.form }, consents: own?.consents ?? found?.consents ?? [] };
  }

  /** What the chain asks for. @returns {import("../types.d.ts").CustomerForm} */
  get asked() {
    const value = this.#p.goods.setting("customers");
    return { fields: value?.fields ?? [], consents: value?.consents ?? [] };
  }

  /** @param {string[]} ids @returns {string[]} names of the groups that tills know */
  groupNames(ids) {
    const groups = this.#p.goods.small("customer_group");
    return ids.flatMap((id) => groups.get(id)?.name ?? []);
  }

  /** The business day, which birth dates are held against. @returns {import("../types.d.ts").Day} */
  get today() {
    return this.#p.pricing.calendar(this.#p.clock.instant()).day;
  }

  // ------------------------------------------------------------ on the receipt

  /** A short code that goods have may as well be the end of a telephone. @param {string} code @returns {boolean} */
  isGoods(code) {
    return code.length >= LEAST_CODE && this.#p.goods.find(code) !== null;
  }

  /**
   * Is the code somebody's card? Goods come first: what sells by this code is sold.
   *
   * @param {string} code
   * @returns {import("../types.d.ts").ScanResult | null} null when no card has it
   */
  scanned(code) {
    const known = this.byNumber(code);
    if (!known || this.#p.goods.find(code)) return null;
    if (known.state !== "active") {
      const problem = { code: known.state === "blocked" ? "card_blocked" : "card_replaced", args: { name: known.name, end: code.slice(-4) } };
      this.#p.trace("customer_card_refused", { receipt: this.#p.view.state.receipt?.id ?? null, data: { customer: known.customer, state: known.state } });
      this.#p.events.emit("refused", problem);
      return { ok: false, problem };
    }
    try {
      this.attach(known, "card");
    } catch (error) {
      if (!(error instanceof TillError)) throw error;
      const problem = { code: error.code, args: { code, ...error.args } };
      this.#p.events.emit("refused", problem);
      return { ok: false, problem };
    }
    return { ok: true, customer: known.customer, name: known.name };
  }

  /**
   * Makes the receipt on screen this customer's.
   *
   * @param {KnownCustomer} known
   * @param {"card" | "phone" | "name" | "new"} by
   * @returns {void} throws not_selling, on_a_return, payment_started, card_blocked
   */
  attach(known, by) {
    if (known.state !== "active") throw new TillError(known.state === "blocked" ? "card_blocked" : "card_replaced", { name: known.name, end: known.end });
    this.#p.view.batch(() => {
      this.#put(known);
      this.#p.trace("customer_add", { receipt: this.#p.view.state.receipt?.id ?? null, data: { customer: known.customer, by } });
    });
  }

  /** @param {KnownCustomer} known */
  #put(known) {
    const { today } = this;
    this.#set({ ...known, age: ageOn(known.born, today), birthday: isBirthday(known.born, today) });
  }

  /** What comes back is its own customer's. @param {import("../types.d.ts").DraftCustomer | null} customer */
  #set(customer) {
    if (this.#p.selling.current.kind === "return") throw new TillError("on_a_return");
    if (this.#p.view.state.payment?.step === "committing" || this.#owes()) throw new TillError("payment_started");
    this.#p.selling.amend({ customer });
    void this.#p.drafts.flush();
    this.#p.selling.show();
    this.#p.paying.show();
  }

  /** What was taken so far is in this customer's name. */
  #owes() {
    const { tenders } = this.#p.view.state;
    return this.#p.selling.current.tenders.some((tender) => isPoints(tender) || typeFor(tenders, tender.method)?.needsCustomer);
  }

  /** Nobody's receipt any more. @returns {void} */
  detach() {
    const { receipt } = this.#p.view.state;
    if (!receipt?.customer) return;
    this.#p.view.batch(() => {
      this.#set(null);
      this.#p.trace("customer_remove", { receipt: receipt.id, data: { customer: receipt.customer?.customer } });
    });
  }

  // ------------------------------------------------------------ acts

  /**
   * A new customer, with a card when a number is given. Resolves when it is on disk; the server learns of it later.
   *
   * @param {CustomerData & {name: string}} data
   * @param {{number?: string, approval?: Approval}} [more]
   * @returns {Promise<KnownCustomer>} throws forbidden, card_taken, card_is_goods, bad_card
   */
  async create(data, { number = "", approval } = {}) {
    const cashier = this.#must("till.customer", approval);
    const typed = number.trim();
    if (typed) this.#freeNumber(typed);
    const customer = this.#p.ids.uuid7();
    const card = typed ? { id: this.#p.ids.uuid7(), number: typed } : null;
    /** @type {Record<string, any>} */
    const row = { customer, name: "", phone: "", born: null, groups: [], points: null, at: null, ...shownOf(data), card: card?.id ?? null, end: typed.slice(-4), state: "active", bought: false };
    // Without a card the till finds the customer by a key of its own until the server gives an answer.
    const key = card ? this.key(card.number) : `new:${customer}`;
    await this.#acts.add("customer.create", { cashier, customer, ...data, card }, { [key]: row }, String(row.name));
    this.#note("customer_create", { customer, card: card?.id ?? null });
    return this.#known(key, row, card?.number ?? null);
  }

  /**
   * Other data of somebody. What this till shows of them is new at once: a birth date answers the age check.
   *
   * @param {KnownCustomer} known
   * @param {CustomerData} changes only what is new
   * @param {{approval?: Approval}} [why]
   * @returns {Promise<void>} throws forbidden
   */
  async update(known, changes, { approval } = {}) {
    const cashier = this.#must("till.customer", approval);
    const { customer } = known;
    const key = this.#keyOf(known);
    const shown = shownOf(changes);
    await this.#acts.add("customer.update", { cashier, customer, ...changes }, key ? { [key]: { ...this.#row(key, known), ...shown } } : {}, known.name);
    this.#note("customer_update", { customer, fields: Object.keys(changes) });
    const open = this.#p.view.state.receipt?.customer;
    if (open?.customer === customer) this.#p.view.batch(() => this.#put({ ...open, ...shown, pending: true }));
  }

  /** @param {KnownCustomer} known @param {{reason: string, approval?: Approval}} why @returns {Promise<void>} throws forbidden, no_card */
  async block(known, { reason, approval }) {
    const cashier = this.#must("till.customer_card", approval);
    const { card } = known;
    if (!card) throw new TillError("no_card");
    const key = this.#keyOf(known);
    await this.#acts.add("customer.card_block", { cashier, card, reason }, key ? { [key]: { ...this.#row(key, known), state: "blocked" } } : {}, known.name);
    this.#note("customer_card_block", { customer: known.customer, card, reason });
    if (this.#p.view.state.receipt?.customer?.customer === known.customer) this.detach();
  }

  /** @param {KnownCustomer} known @param {string} number of the new card @param {{reason: string, approval?: Approval}} why @returns {Promise<KnownCustomer>} throws forbidden, no_card, card_taken */
  async replace(known, number, { reason, approval }) {
    const cashier = this.#must("till.customer_card", approval);
    const typed = number.trim();
    this.#freeNumber(typed);
    const { card } = known;
    if (!card) throw new TillError("no_card");
    const key = this.#keyOf(known);
    const row = this.#row(key, known);
    const fresh = this.#p.ids.uuid7();
    const next = { ...row, card: fresh, end: typed.slice(-4), state: "active" };
    const rows = { [this.key(typed)]: next, ...(key ? { [key]: { ...row, state: "replaced" } } : {}) };
    await this.#acts.add("customer.card_replace", { cashier, card, new: fresh, number: typed, reason }, rows, known.name);
    this.#note("customer_card_replace", { customer: known.customer, card, new: fresh, reason });
    return this.#known(this.key(typed), next, typed);
  }

  /** Where this till keeps the row of somebody's card; the server, which found them, does not tell. @param {KnownCustomer} known @returns {string | null} */
  #keyOf({ key, card, phone, name }) {
    if (key !== null) return key;
    const folded = fold(name);
    const fits = (/** @type {string} */ end, /** @type {string} */ other) => end === phone && other === folded;
    return [...this.#acts.rows(fits), ...this.#p.goods.cards(fits, Infinity)].find(({ data }) => data.card === card)?.id ?? null;
  }

  /** What this till shows of a card now. @param {string | null} key @param {KnownCustomer} known @returns {Record<string, any>} */
  #row(key, known) {
    const { customer, card, state, end, name, phone, groups, born, points, at, expiring, expires, bought } = known;
    const held = key === null ? null : (this.#acts.row(key) ?? this.#p.goods.card(key));
    return held ?? { customer, card, state, end, name, phone, groups, born, points, at, expiring, expires, bought };
  }

  /** @param {string} number @throws {TillError} bad_card, card_taken, card_is_goods */
  #freeNumber(number) {
    if (number.length < 3 || number.length > 64 || /\s/.test(number)) throw new TillError("bad_card");
    if (this.byNumber(number)) throw new TillError("card_taken", { end: number.slice(-4) });
    if (this.#p.goods.find(number)) throw new TillError("card_is_goods", { end: number.slice(-4) });
  }

  /** Could this code be a new card's number? @param {string} code @returns {boolean} */
  isFree(code) {
    return code.length >= 3 && code.length <= 64 && !/\s/.test(code) && !this.byNumber(code) && !this.#p.goods.find(code);
  }

  /** What the server did not take: sent again, or given up. @param {string} id @param {boolean} again @returns {Promise<void>} */
  settle(id, again) {
    return this.#acts.settle(id, again);
  }

  /** People are real while everything else is practice. @param {string} permission @param {Approval | undefined} approval @returns {string} who stands for it */
  #must(permission, approval) {
    const { readonly, operator } = this.#p.view.state;
    if (readonly) throw new TillError("readonly");
    this.#p.training.mustBeOff();
    return this.#p.people.must(permission, approval) ?? operator?.id ?? "";
  }

  /** @param {string} name @param {Record<string, unknown>} data ids only: the journal is kept for ever, a person may be forgotten */
  #note(name, data) {
    this.#p.trace(name, { receipt: this.#p.view.state.receipt?.id ?? null, data });
  }
}

/** Of what was typed, what a till shows of somebody, as the feed's row will say it. @param {CustomerData} data @returns {{name?: string, phone?: string, born?: string | null}} */
function shownOf({ name, phone, born }) {
  return { ...(name === undefined ? {} : { name: shortName(name) }), ...(phone === undefined ? {} : { phone: phone.replace(/\D/g, "").slice(-4) }), ...(born === undefined ? {} : { born }) };
}

/** Enough to greet somebody by, as the server shortens it. @param {string} name @returns {string} */
function shortName(name) {
  const words = name.trim().split(/\s+/);
  return words.length < 2 ? words[0] : `${words[0]} ${Array.from(words[words.length - 1])[0]}.`;
}

/**
 * @param {Record<string, any>} found
 * @param {string | null} number of the card that was shown
 * @returns {KnownCustomer} by that card, else by the best one, else without one
 */
function fromServer(found, number) {
  const cards = /** @type {{card: string, end: string, state: "active" | "blocked" | "replaced"}[]} */ (found.cards ?? []);
  const best = ["active", "blocked"].flatMap((state) => cards.filter((one) => one.state === state));
  // Two cards may end alike: when one of them no longer counts, the one that was shown is taken for it.
  const shown = number === null ? [] : cards.filter((one) => one.end === number.slice(-4)).sort((a, b) => Number(a.state === "active") - Number(b.state === "active"));
  const card = number === null ? best[0] : shown[0];
  return {
    customer: found.customer, key: null, card: card?.card ?? null, number, end: card?.end ?? "", name: found.name, phone: found.phone, groups: found.groups,
    state: card?.state ?? "active", born: found.born, points: found.points, at: found.at, expiring: found.expiring, expires: found.expires,
    bought: found.bought, pending: false,
  };
}

/** Each customer once, with a card that may be used before one that may not. @param {KnownCustomer[]} found @returns {KnownCustomer[]} */
export function once(found) {
  /** @type {Map<string, KnownCustomer>} */
  const people = new Map();
  for (const one of found) {
    const known = people.get(one.customer);
    if (one.state !== "replaced" && (!known || (known.state !== "active" && one.state === "active"))) people.set(one.customer, one);
  }
  return [...people.values()].sort((a, b) => a.name.localeCompare(b.name)).slice(0, SHOWN);
}
