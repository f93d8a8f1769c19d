/**
 * Goods that come back. A return is a receipt like any other on the screen: it has a tab, its lines count up as goods are
 * scanned, and nothing on it waits for the server. What it comes back to is looked for in this till's journal first; the
 * server is asked too, and what it knows of other tills' returns is laid over when it answers.
 */

import { CodeReader } from "./codes.js";
import { withLine } from "./draft.js";
import { TillError } from "./errors.js";
import { quantityForAmount } from "./labels.js";
import { Lookup } from "./lookup.js";
import { withReturns } from "./origin.js";
import { shortText } from "./people.js";
import { allCounted, clipped, countable, counted, withCount } from "./return-count.js";
import { readsAs, returnRules } from "./return-rules.js";
import { holdsMoney } from "./tenders.js";

/** @typedef {import("../types.d.ts").Draft} Draft */
/** @typedef {import("../types.d.ts").Origin} Origin */
/** @typedef {import("../types.d.ts").Approval} Approval */
/** @typedef {import("../types.d.ts").ScanResult} ScanResult */
/** @typedef {import("./codes.js").FreshLine} FreshLine */
/** @typedef {{id: string} | {label: string}} Asked */
/** What is looked for; `origin`: what its paper says, `problem`: what is said when only the server could know. @typedef {{code: string, read: Asked, origin?: Origin | null, problem?: string}} Wanted */

/** Not a code: everything was asked to come back before the receipt was there. */
const ALL = "";

/** Nobody asks for an age when goods come back. */
const ANY_AGE = 999;

export class Returning {
  #p;
  #codes;
  /** Codes scanned while the receipt was still being looked for. @type {{draft: string, code: string}[]} */ #waiting = [];

  /** @param {import("../assembly.js").Parts} parts */
  constructor(parts) {
    this.#p = parts;
    this.#codes = new CodeReader(parts);
    this.lookup = new Lookup(parts);
    parts.events.on("online", () => this.#verifyAll());
  }

  get rules() {
    return returnRules(this.#p.goods.setting("returns"));
  }

  /** The return on screen. @returns {Draft | null} */
  get draft() {
    const { drafts, currentId } = this.#p.selling;
    const draft = drafts.find((one) => one.id === currentId);
    return draft?.kind === "return" ? draft : null;
  }

  /** @returns {Draft} @throws {TillError} no_return */
  get must() {
    if (!this.draft) throw new TillError("no_return");
    return this.draft;
  }

  /** Whether a code belongs here and not on a sale. @param {string} code */
  takes(code) {
    return readsAs(code) !== null || this.draft !== null;
  }

  /** As long as no money has gone back for it. @returns {Draft} @throws {TillError} no_return, payment_started */
  get #free() {
    const draft = this.must;
    this.#p.paying.mustNotHold();
    return draft;
  }

  // ------------------------------------------------------------ beginning

  /**
   * Opens the receipt that goods come back to.
   *
   * @param {string} code from its paper, or its number
   * @param {{approval?: Approval, origin?: Origin}} [given] `origin`: it was found already
   * @returns {Promise<void>} when it was found or missed; the return is on screen before that
   */
  async open(code, { approval, origin } = {}) {
    const by = this.#p.people.must("till.return", approval);
    const read = readsAs(code);
    if (!read) throw new TillError("no_such_receipt");
    const paper = "paper" in read ? await this.#p.paper.read(code) : null;
    const wanted = paper ? { ...paper, code: paper.label, read: { id: paper.id } } : { code, read: /** @type {Asked} */ (read) };
    const same = this.#p.selling.drafts.find((one) => one.kind === "return" && (one.looking === wanted.code || (origin && one.origin?.id === origin.id) || names(one.origin, wanted.read)));
    if (same) return this.#p.selling.switchReceipt(same.id);
    const draft = this.#begin({ looking: wanted.code, allowed: by ? ["till.return"] : [] });
    this.#p.trace("return_open", { receipt: draft.id, data: { code: wanted.code, approved_by: by } });
    if (origin) this.#found(draft.id, origin);
    await this.#look(draft.id, wanted, origin ?? null);
  }

  /** Goods without a receipt, or empty bottles: whoever sold them, their deposit is paid out. @param {{reason: string, approval?: Approval, empties?: boolean}} why */
  openBlind({ reason, approval, empties = false }) {
    const right = empties ? "till.empties" : "till.return_blind";
    const by = this.#p.people.must(right, approval);
    const why = shortText(reason);
    if (!why) throw new TillError("reason_wanted");
    const draft = this.#begin({ reason: why, allowed: by ? [right] : [], ...(empties ? { empties } : {}) });
    this.#p.trace(empties ? "return_empties" : "return_blind", { receipt: draft.id, data: { reason: why, approved_by: by } });
  }

  /** @param {Partial<Draft>} more @returns {Draft} */
  #begin(more) {
    this.#p.desk.staleLast();
    this.#p.selling.turn((draft) => ({ ...draft, kind: "return", ageConfirmed: ANY_AGE, origin: null, ...more }));
    return this.must;
  }

  /** @param {string} id @param {Wanted} wanted @param {Origin | null} known */
  async #look(id, { code, read, origin, problem }, known) {
    const own = known ?? (await this.#own(read)) ?? (origin && (await this.#onPaper(id, origin)));
    if (own && !known) this.#found(id, own);
    if (own?.verified) return;
    const answers = await this.lookup.ask("id" in read ? { code: read.id } : { number: read.label });
    const told = answers?.find((one) => names(one, read)) ?? null;
    if (own) this.#answered(id, answers);
    else if (told) this.#found(id, told);
    else this.#missed(id, code, answers === null ? problem || this.#away : "no_such_receipt");
  }

  /** What is said of a receipt that only the server could know. */
  get #away() {
    return this.rules.paper === "on" ? "receipt_elsewhere" : "receipt_away";
  }

  /** @param {Asked} read */
  #own(read) {
    return "id" in read ? this.lookup.own(read.id) : this.lookup.ownByLabel(read.label);
  }

  /** A sale that is known from its paper only, with what this till took back of it. @param {string} id @param {Origin} origin @returns {Promise<Origin>} */
  async #onPaper(id, origin) {
    const returns = await this.lookup.backTo(origin.id);
    this.#p.trace("return_paper", { receipt: id, data: { code: origin.label } });
    return { ...origin, returns };
  }

  /** @param {string} id @returns {Draft | undefined} still open */
  #open(id) {
    return this.#p.selling.drafts.find((draft) => draft.id === id && draft.kind === "return");
  }

  /** @param {string} id @param {Origin} origin */
  #found(id, origin) {
    const draft = this.#open(id);
    if (!draft) return;
    this.#p.view.batch(() => this.#p.selling.put({ ...draft, looking: null, origin }));
    for (const { code } of this.#taken(id)) if (this.draft?.id === id) code === ALL ? this.all() : this.#p.selling.scan(code);
  }

  /** @param {string} id @returns {{code: string}[]} */
  #taken(id) {
    const mine = this.#waiting.filter((one) => one.draft === id);
    this.#waiting = this.#waiting.filter((one) => one.draft !== id);
    return mine;
  }

  /**
   * The server has said what came back. Where only the paper was there, what the server holds takes its place; a sale that it
   * does not hold yet stays as its paper says, and not verified.
   *
   * @param {string} id @param {Origin[] | null} answers null: it did not answer
   */
  #answered(id, answers) {
    const draft = this.#open(id);
    const told = answers?.find((one) => one.id === draft?.origin?.id);
    const paper = draft?.origin?.source === "paper";
    if (!draft?.origin || answers === null || (paper && !told) || holdsMoney(draft)) return;
    const origin = told && paper ? withReturns(told, draft.origin.returns) : withReturns(draft.origin, told?.returns ?? []);
    const next = clipped({ ...draft, origin: { ...origin, verified: true } });
    this.#p.view.batch(() => this.#p.selling.put(next));
    if (next.lines.length < draft.lines.length || next.lines.some((line, i) => line.quantity !== draft.lines[i]?.quantity)) {
      this.#p.events.emit("refused", { code: "taken_back_elsewhere", args: {} });
    }
  }

  /** @param {string} id @param {string} code @param {string} problem */
  #missed(id, code, problem) {
    const draft = this.#open(id);
    const codes = this.#taken(id);
    if (!draft) return;
    this.#p.view.batch(() => this.#p.selling.drop(id));
    this.#p.events.emit("refused", { code: problem, args: { label: code.slice(0, 40) } });
    for (const one of codes.filter(({ code: text }) => text !== ALL)) this.#p.events.emit("refused", { code: "no_such_receipt", args: { code: one.code, label: code.slice(0, 40) } });
  }

  /** The server is back: what could not be verified is asked for again. */
  #verifyAll() {
    for (const { id, origin } of this.#p.selling.drafts) {
      if (origin && !origin.verified) void this.lookup.ask({ code: origin.id }).then((found) => this.#answered(id, found));
    }
  }

  // ------------------------------------------------------------ counting

  /** @param {string} code @returns {ScanResult} */
  scan(code) {
    if (readsAs(code)) {
      this.#p.events.emit("receipt_code", { code });
      return done(0, "");
    }
    const draft = this.must;
    if (draft.looking) {
      this.#waiting.push({ draft: draft.id, code });
      return done(0, "");
    }
    if (draft.empties) return this.#empty(this.#p.goods.find(code), code);
    if (!draft.origin) return this.#blind(this.#codes.read(code).line);
    return this.#count(draft, this.#meant(draft.origin, code));
  }

  /** @param {string} id of a product @param {number} [quantity] @returns {ScanResult} */
  add(id, quantity) {
    const draft = this.must;
    if (draft.looking) throw new TillError("not_selling");
    const product = draft.empties ? this.#p.goods.product(id) : null;
    if (product) return this.#empty({ product, quantity: quantity ?? 1000 }, product.code);
    if (!draft.origin) return this.#blind(this.#codes.product(id, quantity).line);
    return this.#count(draft, { product: id, name: this.#p.goods.product(id)?.name ?? "", quantity: quantity ?? 1000 });
  }

  /** What a code stands for on this receipt; goods that are not sold any more are known by the code they were sold with. @param {Origin} origin @param {string} code */
  #meant(origin, code) {
    const found = this.#p.ready ? this.#p.goods.find(code) : null;
    const line = origin.lines.find((one) => (found ? one.product === found.product.id : one.barcode === code));
    if (!found && !line) throw new TillError("unknown_code", { code });
    if (!line) throw new TillError("not_on_receipt", { name: found?.product.name ?? code });
    const whole = this.#p.unit(line.unit).decimals > 0 && (!found || (found.amount === null && found.barcode === null));
    const byPrice = found?.amount != null ? quantityForAmount(found.amount, line.price) : (found?.quantity ?? 1000);
    return { product: line.product, name: line.name, quantity: whole ? Math.max(1, countable(/** @type {Draft} */ (this.draft), line.product)) : byPrice };
  }

  /** @param {Draft} draft @param {{product: string, name: string, quantity: number}} what @returns {ScanResult} */
  #count(draft, { product, name, quantity }) {
    if (!draft.origin?.lines.some((line) => line.product === product)) throw new TillError("not_on_receipt", { name });
    return this.#put(counted(draft, product, this.#times(quantity)), name);
  }

  /** @param {FreshLine} line @returns {ScanResult} */
  #blind(line) {
    const result = this.#add(line);
    this.#lower(this.must.id, line.product);
    return result;
  }

  /**
   * A bottle stands for its deposit, which nobody's price history makes cheaper, and a crate for all in it. Bottles of one
   * deposit are counted on one line.
   *
   * @param {{product: import("../types.d.ts").Product, quantity: number} | null} found
   * @param {string} code
   * @returns {ScanResult}
   */
  #empty(found, code) {
    if (!found) throw new TillError("unknown_code", { code });
    const { product, quantity } = found;
    const deposit = product.kind === "deposit" ? product.id : product.deposit;
    if (!deposit) throw new TillError("no_deposit", { code, name: product.name });
    const line = { ...this.#codes.deposit(deposit), quantity: Math.ceil(quantity / 1000) * 1000 };
    const there = this.must.lines.find((one) => one.product === deposit);
    if (!there) return this.#add(line);
    this.setQuantity(there.n, there.quantity + this.#times(line.quantity));
    return done(there.n, line.name);
  }

  /** @param {FreshLine} line @returns {ScanResult} */
  #add(line) {
    return this.#put(withLine(this.must, { ...line, quantity: this.#times(line.quantity), age: 0, sold: null }), line.name);
  }

  /** As often as was typed before the scan. @param {number} quantity @returns {number} */
  #times(quantity) {
    const { operand } = this.#p.view.state;
    this.#p.selling.multiply(null);
    return operand === null ? quantity : Math.round((operand * quantity) / 1000);
  }

  /** Goods without a receipt are worth what they were worth least; the server knows. @param {string} id @param {string} product */
  #lower(id, product) {
    void this.lookup.lowest(product, this.rules.blind_days).then((price) => {
      const draft = this.#open(id);
      if (price === null || !draft?.lines.some((line) => line.product === product && line.price > price)) return;
      const lines = draft.lines.map((line) => (line.product === product && line.price > price ? { ...line, price } : line));
      this.#p.view.batch(() => this.#p.selling.put({ ...draft, lines }));
    });
  }

  /** @param {Draft} next @param {string} name @returns {ScanResult} */
  #put(next, name) {
    this.#p.desk.staleLast();
    this.#p.selling.put(next);
    this.#p.events.emit("line", { n: next.selected ?? 0, name });
    return done(next.selected ?? 0, name);
  }

  /** Sets how much of a line comes back; 0 takes it off. @param {number | null} n of the return's own line, null: the selected @param {number} quantity */
  setQuantity(n, quantity) {
    const draft = this.#free;
    const line = draft.lines.find((one) => one.n === (n ?? draft.selected));
    if (!line) throw new TillError("no_line");
    if (!Number.isSafeInteger(quantity) || quantity < 0 || quantity % 10 ** (3 - this.#p.unit(line.unit).decimals) !== 0) throw new TillError("bad_quantity");
    if (draft.origin && line.sold) return this.#p.selling.put(withCount(draft, line.sold, quantity));
    const lines = quantity > 0 ? draft.lines.map((one) => (one === line ? { ...one, quantity } : one)) : draft.lines.filter((one) => one !== line);
    this.#p.selling.put({ ...draft, lines, selected: lines[lines.length - 1]?.n ?? null });
  }

  /** One more, or as many more as were typed, of a line of the receipt. @param {number} n of the sold line */
  more(n) {
    const draft = this.#free;
    const line = draft.origin?.lines.find((one) => one.n === n);
    if (!line) throw new TillError("no_line");
    const weighed = this.#p.unit(line.unit).decimals > 0;
    const now = draft.lines.find((one) => one.sold === n)?.quantity ?? 0;
    const { operand } = this.#p.view.state;
    const step = operand ?? (weighed ? line.quantity : 1000);
    const most = weighed && operand === null ? countable(draft, line.product) + now : now + step;
    this.#p.selling.multiply(null);
    this.#put(withCount(draft, n, most), line.name);
  }

  /** All that is left comes back. */
  all() {
    const draft = this.#free;
    if (draft.looking) return void this.#waiting.push({ draft: draft.id, code: ALL });
    if (!draft.origin || draft.origin.lines.length === 0) throw new TillError("no_return");
    this.#p.selling.put(allCounted(draft));
  }

  /** Leaves the return without a trace but the journal's. */
  drop() {
    const draft = this.#free;
    this.#p.trace("return_cancel", { receipt: draft.id, data: { origin: draft.origin?.id ?? null, lines: draft.lines.length } });
    this.#p.selling.tellTrail(draft);
    this.#p.selling.drop(draft.id);
  }
}

/** @param {Origin | null | undefined} origin @param {Asked} read */
function names(origin, read) {
  return Boolean(origin) && ("id" in read ? origin?.id === read.id : origin?.label === read.label);
}

/** @param {number} line @param {string} name @returns {ScanResult} */
function done(line, name) {
  return { ok: true, line, product: "", name, weighed: false, age: 0 };
}
