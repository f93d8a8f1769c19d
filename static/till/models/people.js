/** Who works at the till and what they may do. Signing in needs no server; wrong tries cost time that a restart does not give back. */

import { TillError } from "./errors.js";
import { whose } from "./secrets.js";

/** @typedef {import("../types.d.ts").Operator} Operator */
/** @typedef {import("../types.d.ts").Approval} Approval */
/** @typedef {{pin?: string, badge?: string}} Secret */
/** @typedef {{fails: number, until: number}} Throttle */

/** Free tries before the first pause; each further one doubles it. */
const FREE_TRIES = 4;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 15 * 60_000;
const MAX_REASON = 200;
/** Codes that are tried as a badge: long enough not to be guessed, and not endlessly. */
const SHORTEST_BADGE = 4;
const MOST_MISSES = 20;
const MISSES_MS = 5 * 60_000;
const SESSION = "kasa-till-operator";

export class People {
  #p;
  /** @type {Throttle} */ #throttle;
  /** @type {WeakSet<Approval>} */ #given = new WeakSet();

  /** @param {import("../assembly.js").Parts} parts @param {Throttle | undefined} throttle as it was stored */
  constructor(parts, throttle) {
    this.#p = parts;
    this.#throttle = throttle ?? { fails: 0, until: 0 };
  }

  /** @param {Secret} secret */
  async signIn(secret) {
    if (this.#p.view.state.readonly) throw new TillError("readonly");
    if (this.#p.view.state.locked) throw new TillError("locked");
    const operator = await this.#identify(secret);
    if (!operator.permissions.includes("till.sell")) this.#p.trace("login_failed", { data: { fails: 0, by: wayOf(secret), why: "forbidden" } });
    if (!operator.permissions.includes("till.sell")) throw new TillError("forbidden", { permission: "till.sell" });
    this.become(operator, { by: wayOf(secret), from: null });
  }

  /** Somebody is at the till from now on. @param {Operator} operator @param {Record<string, unknown>} how for the journal */
  become(operator, how) {
    this.#p.view.batch(() => this.#enter(operator));
    this.#p.trace("login", { data: how });
  }

  /**
   * Who takes the drawer over from the one who is signed in.
   *
   * @param {Secret} secret
   * @returns {Promise<Operator>}
   * @throws {TillError} same_cashier, forbidden, wrong_pin, locked_out
   */
  async successor(secret) {
    const next = await this.#identify(secret);
    const { operator } = this.#p.view.state;
    if (operator && this.#human(next.id) === this.#human(operator.id)) throw new TillError("same_cashier");
    if (!next.permissions.includes("till.sell")) throw new TillError("forbidden", { permission: "till.sell" });
    return next;
  }

  /** When badges were tried that nobody has: a code that is typed again and again must find no badge. @type {number[]} */
  #misses = [];

  /**
   * A code nobody sells may be a badge: then that person works here from now on. Open receipts stay.
   *
   * @param {string} code
   * @returns {Promise<"changed" | "same" | "unknown">}
   * @throws {TillError} forbidden, payment_started
   */
  async changeByBadge(code) {
    const { operator, readonly, locked } = this.#p.view.state;
    const now = this.#p.clock.device();
    this.#misses = this.#misses.filter((at) => now - at < MISSES_MS);
    if (!operator || readonly || locked || code.length < SHORTEST_BADGE || this.#misses.length >= MOST_MISSES) return "unknown";
    const next = await this.#owner("badge", code);
    if (!next) {
      this.#misses.push(now);
      return "unknown";
    }
    if (next.id === operator.id) return "same";
    if (!next.permissions.includes("till.sell")) throw new TillError("forbidden", { permission: "till.sell" });
    this.#p.paying.mustNotHold();
    this.become(next, { by: "badge", from: operator.id });
    return "changed";
  }

  /** @param {Operator} operator */
  #enter(operator) {
    this.#p.view.set({ operator, language: operator.language || this.#p.view.state.store?.language || this.#p.view.state.language });
    sessionStorage.setItem(SESSION, operator.id);
    this.#p.refresh();
  }

  /** A reload of the page is not a sign-out; a new browser is. */
  resume() {
    const id = sessionStorage.getItem(SESSION);
    const operator = id ? this.#operator(id) : null;
    const { readonly, locked } = this.#p.view.state;
    if (operator && !readonly && !locked) this.#enter(operator);
  }

  async signOut() {
    if (this.#p.view.state.operator === null) return;
    this.#p.trace("logout", { data: {} });
    sessionStorage.removeItem(SESSION);
    this.#p.view.set({ operator: null, operand: null });
    await this.#p.drafts.flush();
  }

  /** Rights may have changed with the catalogue; a person who is gone is signed out. */
  refresh() {
    const { operator } = this.#p.view.state;
    if (!operator) return;
    const now = this.#operator(operator.id);
    if (now) this.#p.view.set({ operator: now });
    else void this.signOut();
  }

  /** @param {string} permission @param {Secret} secret @returns {Promise<Approval>} */
  async authorise(permission, secret) {
    const person = await this.#identify(secret);
    const { operator } = this.#p.view.state;
    // Whatever secret or account was shown: nobody allows what they do themselves.
    const own = operator !== null && this.#human(person.id) === this.#human(operator.id);
    if (own || !person.permissions.includes(permission)) {
      this.#p.trace("approval_refused", { data: { permission, by: person.id, why: own ? "own" : "forbidden" } });
      throw new TillError(own ? "own_approval" : "forbidden", { permission });
    }
    const approval = Object.freeze({ id: person.id, name: person.name, permission });
    this.#given.add(approval);
    this.#p.trace("approval", { data: { permission, by: person.id } });
    return approval;
  }

  /**
   * @param {string} permission
   * @param {Approval | undefined} approval
   * @returns {string | null} who allowed it when it was not the operator's own right
   * @throws {TillError} forbidden, not_signed_in
   */
  must(permission, approval) {
    const { operator } = this.#p.view.state;
    if (!operator) throw new TillError("not_signed_in");
    if (this.#holds(approval, permission)) return /** @type {Approval} */ (approval).id;
    if (operator.permissions.includes(permission)) return null;
    throw new TillError("forbidden", { permission });
  }

  /** One id for all accounts of somebody. @param {string} id @returns {string} */
  #human(id) {
    return String(this.#p.goods.small("employee").get(id)?.person ?? id);
  }

  /**
   * Holds an amount to the limit of who does it, or of who allows it.
   *
   * @param {string} name of the limit, as `Role.limits` has it
   * @param {number} amount not negative
   * @param {string} permission whose limit it is
   * @param {Approval | undefined} approval
   * @returns {string | null} who allowed it when it was not the operator's own right
   * @throws {TillError} over_limit, forbidden, not_signed_in
   */
  within(name, amount, permission, approval) {
    const by = this.must(permission, approval);
    const { operator } = this.#p.view.state;
    const limit = by === null ? (operator?.limits[name] ?? null) : (this.#operator(by)?.limits[name] ?? null);
    if (limit !== null && amount > limit) throw new TillError("over_limit", { name, limit, amount, permission });
    return by;
  }

  /** How far the operator's own right goes. @param {string} name @returns {number | null} null: no bounds */
  limit(name) {
    return this.#p.view.state.operator?.limits[name] ?? null;
  }

  /** @param {Approval | undefined} approval @param {string} permission */
  #holds(approval, permission) {
    return approval !== undefined && this.#given.has(approval) && approval.permission === permission;
  }

  /**
   * A discount by hand as the draft keeps it, and the limit to hold it to. Who has no limit stands for it by name.
   *
   * @param {import("./selling.js").Discount | null} discount
   * @returns {{manual: import("../types.d.ts").ManualDiscount | null, limit: number | null}}
   */
  discount(discount) {
    if (discount === null) return { manual: null, limit: null };
    const by = this.must("till.discount", discount.approval);
    const { operator } = this.#p.view.state;
    const limit = by === null ? (operator?.limits.discount_percent ?? null) : this.#limitOf(by);
    const approved = by ?? (limit === null ? (operator?.id ?? null) : null);
    const { percent, amount, reason } = discount;
    const size = percent !== undefined ? { percent: wholeOf(percent, 10_000) } : { amount: wholeOf(amount, Number.MAX_SAFE_INTEGER) };
    if (by !== null && limit !== null && percent !== undefined && percent > limit) throw new TillError("over_limit", { limit, permission: "till.discount" });
    return { manual: { ...size, approved_by: approved, reason: shortText(reason) }, limit: by === null ? limit : null };
  }

  /** @param {string} id @returns {number | null} */
  #limitOf(id) {
    return this.#operator(id)?.limits.discount_percent ?? null;
  }

  /** @param {Secret} secret @returns {Promise<Operator>} @throws {TillError} wrong_pin, locked_out */
  async #identify({ pin, badge }) {
    this.#checkPause(wayOf({ badge }));
    const operator = await this.#owner(badge === undefined ? "pin" : "badge", String(badge ?? pin ?? ""));
    if (!operator) throw await this.#wrong(wayOf({ badge }));
    if (this.#throttle.fails > 0) await this.#remember({ fails: 0, until: 0 });
    return operator;
  }

  /** @param {"pin" | "badge"} field @param {string} secret @returns {Promise<Operator | null>} */
  async #owner(field, secret) {
    const people = [...this.#p.goods.small("employee")].filter(([, one]) => one.active !== false).map(([id, one]) => ({ id, verifier: one[field] }));
    const id = await whose(secret, people);
    return id === null ? null : this.#operator(id);
  }

  /** @param {string} by */
  #checkPause(by) {
    const left = this.#throttle.until - this.#p.clock.device();
    // A device clock set back would make the pause endless; set forward it ends it, which costs a thief nothing more than time.
    if (left > 0) this.#p.trace("login_failed", { data: { fails: this.#throttle.fails, by, why: "locked_out" } });
    if (left > 0) throw new TillError("locked_out", { seconds: Math.ceil(Math.min(left, LONGEST_PAUSE_MS) / 1000) });
  }

  /** @param {string} by */
  async #wrong(by) {
    const fails = this.#throttle.fails + 1;
    const over = fails - FREE_TRIES;
    const pause = over < 0 ? 0 : Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** over);
    await this.#remember({ fails, until: pause === 0 ? 0 : this.#p.clock.device() + pause });
    this.#p.trace("login_failed", { data: { fails, by, why: "wrong_pin" } });
    return pause === 0 ? new TillError("wrong_pin", { left: -over }) : new TillError("locked_out", { seconds: Math.ceil(pause / 1000) });
  }

  /** On disk before the answer is shown, so that pulling the plug buys no tries. @param {Throttle} throttle */
  async #remember(throttle) {
    this.#throttle = throttle;
    await this.#p.meta.put("throttle", throttle);
  }

  /** @param {string} id @returns {Operator | null} */
  #operator(id) {
    const one = this.#p.goods.small("employee").get(id);
    if (!one || one.active === false) return null;
    const role = this.#p.goods.small("role").get(one.role);
    return {
      id, name: String(one.name), role: String(one.role), roleName: String(role?.name ?? ""), roleCode: String(role?.code ?? ""), language: one.language || null,
      permissions: role?.permissions ?? [], limits: role?.limits ?? {},
    };
  }
}

/** @param {Secret} secret @returns {"badge" | "pin"} */
function wayOf({ badge }) {
  return badge === undefined ? "pin" : "badge";
}

/** A reason as the wire takes it. @param {string | undefined} text @returns {string | null} */
export function shortText(text) {
  return text?.trim().slice(0, MAX_REASON) || null;
}

/** @param {unknown} value @param {number} most @returns {number} */
function wholeOf(value, most) {
  if (!Number.isSafeInteger(value) || Number(value) <= 0 || Number(value) > most) throw new TillError("bad_amount");
  return Number(value);
}
