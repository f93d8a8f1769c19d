/**
 * Finding the receipt that goods come back to: in this till's journal at once, at the server when it answers. What only
 * the server knows is whether other tills took something back meanwhile.
 */

import { Refused, Unanswered } from "../net/socket.js";
import { TillError } from "./errors.js";
import { comebackOf, originOfAnswer, originOfBody } from "./origin.js";

/** @typedef {import("../types.d.ts").Origin} Origin */
/** @typedef {import("../types.d.ts").FoundReceipt} FoundReceipt */
/** @typedef {import("../types.d.ts").JournalRow} JournalRow */
/** @typedef {import("./receipt.js").ReceiptBody} ReceiptBody */
/** @typedef {{code?: string, number?: string, card?: string, product?: string, day?: string, total?: number}} Wanted */

/** Receipts of this till that are looked through when the server is away: two busy weeks. */
const MOST_READ = 5_000;
const SHOWN = 20;
const LABEL = /^(?:(\d{1,9})-)?(\d{1,5})\.(\d{1,9})-(R?)(\d{1,9})$/;

export class Lookup {
  #p;

  /** @param {import("../assembly.js").Parts} parts */
  constructor(parts) {
    this.#p = parts;
  }

  /** @param {string} id @returns {Promise<Origin | null>} a sale of this till's own journal */
  async own(id) {
    const row = await this.#p.ledger.byId(id);
    return row?.type === "receipt" ? this.#ownOf(row) : null;
  }

  /** @param {string} label as printed on a receipt of this till @returns {Promise<Origin | null>} */
  async ownByLabel(label) {
    const { store, till } = this.#p.view.state;
    const match = LABEL.exec(label.trim().toUpperCase());
    if (!match || match[4] === "R" || Number(match[2]) !== till?.number || (match[1] && Number(match[1]) !== store?.number)) return null;
    const found = await this.#search((row, body) => row.inc === Number(match[3]) && body.number === Number(match[5]), 1);
    return found[0] ?? null;
  }

  /** @param {JournalRow} row @returns {Promise<Origin | null>} null when it is no sale */
  async #ownOf(row) {
    const body = bodyOf(row);
    if (body.kind !== "sale") return null;
    return originOfBody(row.id, this.#p.label(body.number, row.inc), body, await this.backTo(row.id));
  }

  /** What this till itself took back of a receipt, whoever sold it. @param {string} id @returns {Promise<import("../types.d.ts").Comeback[]>} */
  async backTo(id) {
    const returns = await this.#p.ledger.returnsOf(id);
    return returns.map((one) => comebackOf(one, this.#p.label(bodyOf(one).number, one.inc, "return"), id));
  }

  /**
   * Asks the server.
   *
   * @param {Wanted} wanted
   * @returns {Promise<Origin[] | null>} null when it does not answer
   */
  async ask(wanted) {
    const socket = this.#p.link?.socket;
    if (!socket?.open) return null;
    try {
      const answer = await socket.request("receipt.find", { ...wanted, limit: SHOWN });
      return answer.receipts.filter((/** @type {Record<string, any>} */ one) => one.kind === "sale").map(originOfAnswer);
    } catch (error) {
      if (error instanceof Refused || error instanceof Unanswered) return null;
      throw error;
    }
  }

  /** What a product cost least in so many days. @param {string} product @param {number} days @returns {Promise<number | null>} null when the server does not say */
  async lowest(product, days) {
    const socket = this.#p.link?.socket;
    if (!socket?.open) return null;
    try {
      const { price } = await socket.request("price.lowest", { product, days });
      return Number.isSafeInteger(price) ? price : null;
    } catch (error) {
      if (error instanceof Refused || error instanceof Unanswered) return null;
      throw error;
    }
  }

  /**
   * Receipts that fit, the newest first: this till's own, and the server's when it answers.
   *
   * @param {string} text a number, a card, a code of goods, or a day (21.11, 2026-11-21, 21/11/2026)
   * @returns {Promise<{found: FoundReceipt[], online: boolean}>}
   * @throws {TillError} not_selling
   */
  async find(text) {
    const wanted = this.#meant(text.trim());
    if (wanted.length === 0) throw new TillError("no_such_receipt");
    const [here, answers] = await Promise.all([this.#here(wanted), Promise.all(wanted.map((one) => this.ask(one)))]);
    const there = answers.flatMap((one) => one ?? []);
    const byId = new Map([...there, ...here].map((origin) => [origin.id, origin]));
    const own = new Set(here.map((origin) => origin.id));
    const found = [...byId.values()].sort((a, b) => (a.closedAt < b.closedAt ? 1 : -1)).slice(0, SHOWN);
    return { online: answers.some((one) => one !== null), found: found.map((origin) => rowOf(origin, own.has(origin.id))) };
  }

  /** @param {string} text @returns {Wanted[]} everything it may mean */
  #meant(text) {
    const day = dayOf(text, this.#p.clock.instant().slice(0, 4));
    if (day) return [{ day }];
    if (LABEL.test(text.toUpperCase())) return [{ number: text }];
    const product = this.#p.ready ? this.#p.goods.find(text)?.product.id : undefined;
    if (product && text.length >= 6) return [{ product }];
    const plain = /^\d{1,9}$/.test(text) ? [{ number: text }] : [];
    return [...plain, ...(product ? [{ product }] : []), ...(text.length >= 4 && text.length <= 64 ? [{ card: text }] : [])];
  }

  /** @param {Wanted[]} wanted @returns {Promise<Origin[]>} */
  #here(wanted) {
    return this.#search((row, body) => wanted.some((one) => this.#fits(one, row, body)), SHOWN);
  }

  /** @param {Wanted} wanted @param {JournalRow} row @param {ReceiptBody} body */
  #fits({ number, card, product, day }, row, body) {
    if (day) return body.day === day;
    if (product) return body.lines.some((line) => line.product === product);
    if (card) return body.card === card;
    return number === String(body.number) || this.#p.label(body.number, row.inc).endsWith(String(number));
  }

  /** Sales of this till that fit, the newest first. @param {(row: JournalRow, body: ReceiptBody) => boolean} fits @param {number} most @returns {Promise<Origin[]>} */
  async #search(fits, most) {
    /** @type {JournalRow[]} */
    const rows = [];
    await this.#p.ledger.eachReceipt(MOST_READ, (row) => {
      const body = bodyOf(row);
      if (body.kind === "sale" && fits(row, body)) rows.push(row);
      return rows.length < most;
    });
    const origins = await Promise.all(rows.map((row) => this.#ownOf(row)));
    return origins.flatMap((origin) => origin ?? []);
  }
}

/** @param {JournalRow} row @returns {ReceiptBody} */
function bodyOf(row) {
  return /** @type {ReceiptBody} */ (/** @type {unknown} */ (row.item.body));
}

/** @param {Origin} origin @param {boolean} here @returns {FoundReceipt} */
function rowOf(origin, here) {
  const { id, label, closedAt, due, lines } = origin;
  return { id, label, closedAt, due, lines: lines.length, here, origin };
}

/** A day as people write it; the year may be left out. @param {string} text @param {string} year @returns {string | null} YYYY-MM-DD */
export function dayOf(text, year) {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(text);
  const ours = /^(\d{1,2})[./](\d{1,2})(?:[./](\d{4})?)?$/.exec(text);
  const parts = iso ? [iso[1], iso[2], iso[3]] : ours ? [ours[3] ?? year, ours[2], ours[1]] : null;
  if (!parts) return null;
  const day = `${parts[0]}-${parts[1].padStart(2, "0")}-${parts[2].padStart(2, "0")}`;
  const real = new Date(`${day}T00:00:00Z`);
  return Number.isNaN(real.getTime()) || real.toISOString().slice(0, 10) !== day ? null : day;
}
