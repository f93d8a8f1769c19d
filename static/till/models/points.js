/**
 * Paying with points. The server sets them aside under an id of this till's (a hold) while the receipt is being paid; the receipt
 * itself confirms the hold, and whatever else becomes of it is said in the journal. What was asked for is on disk before it is
 * asked, so that after a crash no hold is forgotten. Where the server is away the store's policy decides.
 */

import { depositsOf, bonusRule, earnedFor, leaseLeft, mostFor } from "./bonus-rule.js";
import { TillError, detailOf } from "./errors.js";
import { sleep } from "./slices.js";
import { paidBy } from "./tenders.js";
import { Refused, Unanswered } from "../net/socket.js";

/** @typedef {import("../types.d.ts").Draft} Draft */
/** @typedef {import("../types.d.ts").DraftCustomer} DraftCustomer */
/** @typedef {import("../types.d.ts").BonusView} BonusView */
/** @typedef {import("./bonus-rule.js").BonusRule} BonusRule */
/** @typedef {import("./bonus-rule.js").Spent} Spent */
/** @typedef {{id: string, receipt: string}} Hold */
/** What is remembered between starts. @typedef {{holds: Hold[], spent: Spent[]}} Kept */
/** @typedef {{result: string, available: number}} Answer */
/** What is being redeemed: on which receipt, whose points, at most how many, and whether a person named the sum. @typedef {{receipt: string, customer: DraftCustomer, rule: BonusRule, amount: number, most: number, typed: boolean}} Wish */

/** The customer stands there: a server that is slower than this is treated as away. */
const PATIENCE_MS = 2_500;
/** What was spent without the server is forgotten when every balance is newer by far. */
const KEEP_MS = 90 * 86_400_000;

/** Nobody answered in time, or the server could not. @type {Answer} */
const AWAY = { result: "away", available: 0 };
const CANNOT = new Set(["unavailable", "internal", "unknown_op"]);

export class Points {
  #p;
  /** @type {Kept} */ #kept = { holds: [], spent: [] };
  /** The balance as the server said it while this receipt is being paid. @type {{receipt: string, customer: string, points: number, at: string} | null} */ #heard = null;
  #asking = false;
  /** Holds that are being freed: the next one is asked for behind them. @type {Promise<unknown>} */ #freeing = Promise.resolve();

  /** @param {import("../assembly.js").Parts} parts */
  constructor(parts) {
    this.#p = parts;
  }

  /** @returns {BonusRule | null} */
  get rule() {
    return bonusRule(this.#p.goods.setting("bonus"));
  }

  /** After a start: a hold that belongs to no receipt is given up. @param {Kept | undefined} stored */
  async start(stored) {
    this.#kept = stored ?? { holds: [], spent: [] };
    const open = new Set(this.#p.selling.drafts.filter((draft) => draft.tenders.some(isPoints)).map(({ id }) => id));
    const held = new Set(this.#p.selling.drafts.flatMap((draft) => draft.tenders.map((tender) => tender.hold)));
    const spent = [];
    for (const one of this.#kept.spent) if (open.has(one.receipt) || (await this.#written(one.receipt))) spent.push(one);
    /** @type {Hold[]} */ const lost = [];
    for (const hold of this.#kept.holds) if (!held.has(hold.id) && !(await this.#written(hold.receipt))) lost.push(hold);
    const holds = this.#kept.holds.filter((hold) => held.has(hold.id) || lost.includes(hold));
    await this.#keep({ holds, spent });
    for (const hold of lost) this.#giveUp(hold.id, false);
  }

  /** @param {string} receipt */
  async #written(receipt) {
    return (await this.#p.ledger.byId(receipt)) !== undefined;
  }

  /** @param {Kept} kept */
  async #keep(kept) {
    const since = new Date(this.#p.clock.now() - KEEP_MS).toISOString();
    this.#kept = { ...kept, spent: kept.spent.filter(({ at }) => at > since) };
    try {
      await this.#p.meta.put("bonus", this.#kept);
    } catch (error) {
      this.#p.stop({ code: "storage_failed", args: { detail: detailOf(error) } });
      throw new TillError("storage_failed", { detail: detailOf(error) });
    }
  }

  // ------------------------------------------------------------ what is shown

  /** What a receipt earns. @param {Draft} draft @param {import("../types.d.ts").Priced} priced @param {{due: number, points: number}} paid `points`: of it with points @returns {number} */
  earned(draft, priced, { due, points }) {
    const { rule } = this;
    return rule && draft.customer ? earnedFor(rule, due - depositsOf(draft, priced, this.#included) - points) : 0;
  }

  get #included() {
    return this.#p.view.state.store?.prices_include_tax !== false;
  }

  /** @param {Draft} draft @param {number} rest that is left to pay @returns {BonusView | null} */
  show(draft, rest) {
    const { rule } = this;
    const { customer } = draft;
    if (!rule || !customer || draft.kind !== "sale") return null;
    const { points, at } = this.#known(draft.id, customer);
    const taken = draft.tenders.some(isPoints);
    const priced = this.#p.pricing.price(draft);
    const most = taken ? 0 : Math.max(0, Math.min(this.#byRule(draft, priced, rule, rest), points ?? 0));
    const earns = this.earned(draft, priced, { due: priced.due, points: paidBy(draft.tenders.filter(isPoints)) });
    return { balance: points, at, most, share: rule.most, earns, taken, asking: this.#asking };
  }

  /** The best that is known of a balance. @param {string} receipt @param {DraftCustomer} customer @returns {{points: number | null, at: string | null}} */
  #known(receipt, { customer, points, at }) {
    const heard = this.#heard;
    return heard && heard.receipt === receipt && heard.customer === customer ? heard : { points, at };
  }

  /** @param {Draft} draft @param {import("../types.d.ts").Priced} priced @param {BonusRule} rule @param {number} rest */
  #byRule(draft, priced, rule, rest) {
    return Math.min(rest, mostFor(rule, priced.due - depositsOf(draft, priced, this.#included)));
  }

  /** The payment has begun: the balance is asked for beside it, and shown when it comes. @param {Draft} draft */
  ask({ id, customer }) {
    if (!this.rule || !customer || this.#p.training.on || !this.#p.link?.socket.open) return;
    const heard = this.#p.link.socket.request("bonus.balance", { account: customer.customer });
    heard.then(({ available, at }) => {
      this.#heard = { receipt: id, customer: customer.customer, points: available, at };
      this.#p.paying.show();
    }).catch(quiet);
  }

  // ------------------------------------------------------------ redeeming

  /**
   * Pays with points: all that may be, or a sum.
   *
   * @param {number} [amount]
   * @returns {Promise<boolean>} true when nothing is left to pay; false also when the payment was left meanwhile
   * @throws {TillError} points_off, points_no_customer, points_taken, points_none, points_most, points_short, points_blocked, points_offline, points_lease
   */
  async redeem(amount) {
    const wish = this.#wish(amount);
    if (this.#p.training.on) return this.#place(wish, wish.amount, null);
    this.#asking = true;
    this.#p.paying.show();
    try {
      const answer = await this.#reserve(wish, wish.amount);
      return answer === null ? await this.#lease(wish) : await this.#settle(wish, answer);
    } finally {
      this.#asking = false;
      this.#p.paying.show();
    }
  }

  /** @param {number | undefined} typed @returns {Wish} */
  #wish(typed) {
    const { rule } = this;
    const draft = this.#p.selling.current;
    const { customer } = draft;
    if (!rule) throw new TillError("points_off");
    if (!customer) throw new TillError("points_no_customer");
    if (this.#asking || draft.tenders.some(isPoints)) throw new TillError("points_taken");
    const most = this.#byRule(draft, this.#p.pricing.price(draft), rule, this.#p.paying.rest(draft));
    const points = this.#known(draft.id, customer).points ?? 0;
    // What is known here may be old: a server that is there is asked for all that the rule allows, and says what there is.
    const asks = points <= 0 && this.#p.link?.socket.open && !this.#p.training.on ? most : points;
    const amount = typed ?? Math.min(most, asks);
    if (!Number.isSafeInteger(amount) || (typed !== undefined && typed <= 0)) throw new TillError("bad_amount");
    if (most <= 0 || amount > most) throw new TillError("points_most", { most: Math.max(0, most) });
    if (amount <= 0) throw new TillError("points_none");
    return { receipt: draft.id, customer, rule, amount, most, typed: typed !== undefined };
  }

  /** Asks for a hold. @param {Wish} wish @param {number} amount @returns {Promise<(Answer & {hold: string}) | null>} null: the server is away, and nothing is held */
  async #reserve({ receipt, customer }, amount) {
    const socket = this.#p.link?.socket;
    if (!socket?.open) return null;
    await Promise.race([this.#freeing, sleep(PATIENCE_MS)]);
    const hold = { id: this.#p.ids.uuid7(), receipt };
    await this.#keep({ ...this.#kept, holds: [...this.#kept.holds, hold] });
    const asked = socket.request("bonus.reserve", { request: hold.id, account: customer.customer, amount, receipt });
    const answer = await Promise.race([asked.then(told, refusal), sleep(PATIENCE_MS).then(() => AWAY)]);
    if (answer.result === "held" || answer.result === "exists") return { ...answer, result: "held", hold: hold.id };
    if (answer !== AWAY) {
      // A clear no holds nothing.
      await this.#forget(hold.id);
      return { ...answer, hold: hold.id };
    }
    this.#free(hold.id);
    return null;
  }

  /** @param {Wish} wish @param {Answer & {hold: string}} answer @returns {Promise<boolean>} */
  async #settle(wish, { result, available, hold }) {
    if (result === "held") return this.#place(wish, wish.amount, hold);
    if (result === "insufficient" && !wish.typed && available > 0) {
      const amount = Math.min(available, wish.most);
      const again = await this.#reserve(wish, amount);
      if (again === null) return this.#lease(wish);
      if (again.result === "held") return this.#place(wish, amount, again.hold);
    }
    if (result === "blocked") throw new TillError("points_blocked");
    if (result === "not_available") throw new TillError("points_off");
    throw available > 0 ? new TillError("points_short", { available }) : new TillError("points_none");
  }

  /** The server is away: the store's policy decides. @param {Wish} wish @returns {Promise<boolean>} */
  async #lease(wish) {
    const { receipt, customer, rule } = wish;
    if (rule.policy !== "lease") throw new TillError("points_offline");
    const day = this.#p.customers.today;
    const { points, at } = this.#known(receipt, customer);
    const left = leaseLeft(rule, { customer: customer.customer, points, at }, this.#kept.spent, day);
    const amount = wish.typed ? wish.amount : Math.min(wish.most, left);
    if (amount > left || amount <= 0) throw new TillError("points_lease", { most: left });
    const spent = { customer: customer.customer, amount, day, at: this.#p.clock.instant(), receipt };
    await this.#keep({ ...this.#kept, spent: [...this.#kept.spent, spent] });
    return this.#place(wish, amount, null);
  }

  /** Onto the receipt, when it is still there to be paid. @param {Wish} wish @param {number} amount @param {string | null} hold @returns {boolean} */
  #place({ receipt, customer }, amount, hold) {
    const { paying, selling, view } = this.#p;
    const draft = selling.currentId === receipt ? selling.current : null;
    const there = view.state.payment?.receipt === receipt && view.state.payment.step === "collecting" && draft?.customer?.customer === customer.customer;
    if (draft && there && paying.rest(draft) >= amount) return paying.points(amount, hold);
    this.free([{ hold }], receipt);
    return false;
  }

  // ------------------------------------------------------------ giving up

  /** Points that were on a receipt are not paid with after all. @param {{hold?: string | null}[]} tenders @param {string} receipt */
  free(tenders, receipt) {
    for (const { hold } of tenders) if (hold) this.#free(hold);
    if (this.#kept.spent.some((one) => one.receipt === receipt)) void this.#keep({ ...this.#kept, spent: this.#kept.spent.filter((one) => one.receipt !== receipt) }).catch(quiet);
  }

  /** Said in the journal, which is heard for certain, and to the server at once, which is quicker. @param {string} hold */
  #free(hold) {
    this.#giveUp(hold, true);
    const socket = this.#p.link?.socket;
    if (!socket?.open) return;
    this.#freeing = socket.request("bonus.cancel", { request: this.#p.ids.uuid7(), hold, why: "tender taken back" }).catch(quiet);
  }

  /** @param {string} hold @param {boolean} byPerson */
  #giveUp(hold, byPerson) {
    this.#p.journal.note({ type: "hold", body: { action: "cancel", hold, receipt: null, redeemed: 0 } }, byPerson);
  }

  /** Items are on disk: what they settle is remembered no longer. @param {import("../types.d.ts").Item[]} items */
  appended(items) {
    const gone = new Set(items.flatMap(({ type, body }) => (type === "hold" ? [body.hold] : type === "receipt" ? [/** @type {any} */ (body).bonus?.hold] : [])));
    if (!this.#kept.holds.some(({ id }) => gone.has(id))) return;
    void this.#keep({ ...this.#kept, holds: this.#kept.holds.filter(({ id }) => !gone.has(id)) }).catch(quiet);
  }

  /** @param {string} hold */
  #forget(hold) {
    return this.#keep({ ...this.#kept, holds: this.#kept.holds.filter(({ id }) => id !== hold) });
  }
}

/** @param {{method: string}} tender @returns {boolean} */
export function isPoints({ method }) {
  return method === "bonus";
}

/** @param {Record<string, any>} answer @returns {Answer} */
function told({ result, available }) {
  return { result: String(result), available: Number(available) };
}

/** A server that cannot is away; one that will not says why. @param {unknown} error @returns {Answer} */
function refusal(error) {
  if (error instanceof Unanswered) return AWAY;
  if (!(error instanceof Refused)) throw error;
  return CANNOT.has(error.code) ? AWAY : { result: error.code, available: 0 };
}

/** Without an answer nothing is known better, and a failed write has stopped the till, which says so. @param {unknown} error */
function quiet(error) {
  if (!(error instanceof Refused) && !(error instanceof Unanswered) && !(error instanceof TillError)) throw error;
}
