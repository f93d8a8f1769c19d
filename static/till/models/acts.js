/**
 * The queue of acts: durable before the screen says done, sent in order, and each one repeatable, so that a lost answer
 * costs a second sending and nothing else. What the server refuses for good stays in sight until somebody decides.
 */

import { Rows } from "../db/rows.js";
import { keysOf } from "./rows.js";
import { detailOf } from "./errors.js";
import { Refused, Unanswered, waitAfter } from "../net/socket.js";

/** @typedef {import("../types.d.ts").CustomerAct} CustomerAct */

/** The server will be able to later; everything else it says will not change by asking again. */
const LATER = new Set(["unavailable", "internal", "revoked"]);

export class ActQueue {
  #p;
  /** The journal's chain holds no personal data, so these are kept apart and can be forgotten. @type {Rows<CustomerAct>} */ #db;
  /** @type {CustomerAct[]} */ #all = [];
  /** Rows this till knows better than its feed, until the feed has them. @type {Map<string, {data: Record<string, any>, over: unknown}>} */ #rows = new Map();
  #sending = false;
  #failures = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;

  /** @param {import("../assembly.js").Parts} parts */
  constructor(parts) {
    this.#p = parts;
    this.#db = new Rows(parts.db, "acts");
  }

  async start() {
    this.#all = await this.#db.all();
    for (const act of this.#all) if (act.state === "waiting") this.#lay(act);
    this.#tell();
  }

  /** @param {CustomerAct} act */
  #lay(act) {
    for (const [key, data] of Object.entries(act.rows)) this.#rows.set(key, { data, over: this.#p.goods.card(key) });
  }

  /** A card as this till's own act left it; null once the feed has said anything newer. @param {string} key @returns {Record<string, any> | null} */
  row(key) {
    const own = this.#rows.get(key);
    if (!own) return null;
    if (this.waits(key) || same(own.over, this.#p.goods.card(key))) return own.data;
    this.#rows.delete(key);
    return null;
  }

  /** @param {string} key @returns {boolean} whether the server still has to hear something about this card */
  waits(key) {
    return this.#all.some((act) => act.state === "waiting" && key in act.rows);
  }

  /** @param {(phone: string, name: string) => boolean} fits @returns {{id: string, data: Record<string, any>}[]} */
  rows(fits) {
    return [...this.#rows.keys()].flatMap((id) => {
      const data = this.row(id);
      const keys = data && keysOf("card", data);
      return keys && fits(keys.by, keys.name) ? [{ id, data }] : [];
    });
  }

  /** What was typed about a customer here and waits. @param {string} customer @returns {import("../types.d.ts").CustomerData | null} */
  data(customer) {
    const mine = this.#all.filter((act) => act.state === "waiting" && act.fields.customer === customer);
    if (mine.length === 0) return null;
    return mine.reduce((all, { fields }) => ({ ...all, ...plain(fields), form: { ...all.form, ...fields.form } }), /** @type {any} */ ({}));
  }

  /** @param {CustomerAct["op"]} op @param {Record<string, any>} fields @param {CustomerAct["rows"]} rows @param {string} name */
  async add(op, fields, rows, name) {
    const id = this.#p.ids.uuid7();
    /** @type {CustomerAct} */
    const act = { id, op, fields: { request: id, at: this.#p.clock.instant(), ...fields }, rows, name, state: "waiting", code: null };
    await this.#db.put(act).catch((error) => {
      this.#p.stop({ code: "storage_failed", args: { detail: detailOf(error) } });
      throw error;
    });
    this.#all = [...this.#all, act];
    this.#lay(act);
    this.#tell();
    void this.send();
  }

  /** One after the other, in the order they were done; what gets no answer is tried again after a while. */
  async send() {
    const socket = this.#p.link?.socket;
    if (this.#sending || !socket?.open || !this.#p.mayWrite()) return;
    clearTimeout(this.#timer);
    this.#sending = true;
    let answered = true;
    try {
      for (let act = this.#next(); act && answered && socket.open; act = this.#next()) answered = await this.#one(socket, act);
    } finally {
      this.#sending = false;
    }
    if (!answered) this.#timer = setTimeout(() => void this.send(), waitAfter(this.#failures));
    this.#failures = answered ? 0 : this.#failures + 1;
  }

  #next() {
    return this.#all.find((act) => act.state === "waiting");
  }

  /** @param {import("../net/socket.js").Socket} socket @param {CustomerAct} act @returns {Promise<boolean>} whether to go on */
  async #one(socket, act) {
    try {
      const answer = await socket.request(act.op, act.fields);
      await this.#gone(act);
      if (answer.refused) this.#without(act, String(answer.refused));
    } catch (error) {
      if (error instanceof Unanswered) return false;
      if (!(error instanceof Refused)) throw error;
      if (LATER.has(error.code)) return false;
      await this.#refused(act, error.code);
    }
    return true;
  }

  /** @param {CustomerAct} act */
  async #gone(act) {
    await this.#db.drop(act.id);
    this.#all = this.#all.filter((one) => one.id !== act.id);
    this.#tell();
  }

  /** The customer is kept, the card is not theirs. @param {CustomerAct} act @param {string} code */
  #without(act, code) {
    for (const key of Object.keys(act.rows)) this.#rows.delete(key);
    this.#p.events.emit("refused", { code, args: { name: act.name, end: String(act.fields.card?.number ?? "").slice(-4) } });
  }

  /** @param {CustomerAct} act @param {string} code */
  async #refused(act, code) {
    const refused = { ...act, state: /** @type {const} */ ("refused"), code };
    await this.#db.put(refused);
    this.#all = this.#all.map((one) => (one.id === act.id ? refused : one));
    for (const key of Object.keys(act.rows)) this.#rows.delete(key);
    this.#tell();
    this.#p.events.emit("refused", { code: "customer_refused", args: { name: act.name, code } });
  }

  /** @param {string} id @param {boolean} again */
  async settle(id, again) {
    const act = this.#all.find((one) => one.id === id && one.state === "refused");
    if (!act) return;
    if (!again) return this.#gone(act);
    const waiting = { ...act, state: /** @type {const} */ ("waiting"), code: null };
    await this.#db.put(waiting);
    this.#all = this.#all.map((one) => (one.id === id ? waiting : one));
    this.#lay(waiting);
    this.#tell();
    return this.send();
  }

  #tell() {
    const refused = this.#all.filter((act) => act.state === "refused").map(({ id, op, name, code }) => ({ id, op, name, code: code ?? "" }));
    this.#p.view.set({ acts: { waiting: this.#all.length - refused.length, refused } });
  }
}

/** The form's part of an act. @param {Record<string, any>} fields @returns {Record<string, any>} */
function plain(fields) {
  const { request: _request, at: _at, cashier: _cashier, customer: _customer, card: _card, form: _form, ...data } = fields;
  return data;
}

/** @param {unknown} a @param {unknown} b */
function same(a, b) {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
