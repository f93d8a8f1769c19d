/**
 * The receipts that are open and the one on screen. Everything here is one task: look-up, new draft, prices, new state;
 * the disk is told afterwards. A change the engine refuses is not taken over.
 */

import { takePrices } from "./basket.js";
import { answerOf, markOf, mustBeFresh, unitsOf } from "./capture.js";
import { CodeReader } from "./codes.js";
import { mustStandAlone, withDeposits } from "./deposits.js";
import { ageLine, checkQuantity, emptyDraft, grossOf, lineOf, provenAge, standingLines, withChange, withLine } from "./draft.js";
import { TillError } from "./errors.js";
import { ItemCard } from "./itemcard.js";
import { shortText } from "./people.js";
import { receiptView, tabView } from "./receipt-view.js";
import { mayAdd } from "./saleguards.js";
import { mustBeToday } from "./shift-day.js";
import { holdsMoney } from "./tenders.js";
import { afterTotal, followed, trailOf, voidRight, withDeed } from "./trail.js";

/** @typedef {import("../types.d.ts").Draft} Draft */
/** @typedef {import("../types.d.ts").ScanResult} ScanResult */
/** @typedef {import("../types.d.ts").Approval} Approval */
/** @typedef {import("../assembly.js").Parts} Parts */
/** @typedef {{percent?: number, amount?: number, reason?: string, approval?: Approval}} Discount */

export class Selling {
  #p;
  /** @type {Map<string, Draft>} */ #open = new Map();
  #current = "";
  /** @type {number | null} */ #operand = null;
  #codes;
  card;

  /** @param {Parts} parts */
  constructor(parts) {
    this.#p = parts;
    this.#codes = new CodeReader(parts);
    this.card = new ItemCard(parts);
  }

  /** @returns {Draft} @throws {TillError} not_selling */
  get current() {
    const draft = this.#open.get(this.#current);
    if (!draft) throw new TillError("not_selling");
    return draft;
  }

  /** @returns {Draft[]} */
  get drafts() { return [...this.#open.values()]; }

  /** Takes over what the drafts store held, after a start. @param {Draft[]} drafts */
  restore(drafts) {
    this.#open = new Map(drafts.map((draft) => [draft.id, draft]));
    const paying = drafts.find(holdsMoney);
    this.#current = (paying ?? this.#unparked())?.id ?? "";
    this.show();
  }

  /** The screen's picture of all receipts; called whenever prices, language or receipts changed. */
  show() {
    const draft = this.#open.get(this.#current);
    const { view, pricing } = this.#p;
    if (!draft || !this.#p.ready) return view.set({ receipts: [], receipt: null, operand: this.#operand });
    try {
      view.set({
        receipts: this.drafts.map((one) => tabView(one, this.#pricedOrNull(one), one.id === this.#current)),
        receipt: receiptView(draft, pricing.price(draft), (code) => this.#p.unit(code)),
        operand: this.#operand,
      });
    } catch (error) {
      if (!(error instanceof TillError)) throw error;
      // A rulebook the engine refuses: the receipt stays on disk and is shown again once prices are right.
      view.set({ receipt: null, operand: this.#operand });
      this.#p.events.emit("refused", error.problem);
    }
  }

  /** @param {Draft} draft */
  #pricedOrNull(draft) { return standingLines(draft).length === 0 ? null : this.#p.pricing.price(draft); }

  /** The receipt opened last among those that were not put aside. @returns {Draft | undefined} */
  #unparked() {
    return this.drafts.filter((draft) => !draft.parked).at(-1);
  }

  /** Puts the receipt on screen aside, for this till and for all others, and shows another one. @returns {string} */
  park() {
    this.#mustSell();
    this.#p.paying.mustNotHold();
    const { current } = this;
    if (!this.#p.training.on && current.kind === "sale" && standingLines(current).length > 0) this.#keep(this.#p.parking.put(current));
    return this.newReceipt();
  }

  /** @param {Draft} draft */
  #keep(draft) {
    this.#open.set(draft.id, draft);
    this.#p.drafts.save(draft);
  }

  /** What a list says of it. @param {Draft} draft @returns {{total: number, lines: number}} */
  summary(draft) {
    return { total: this.#p.ready ? (this.#pricedOrNull(draft)?.due ?? 0) : 0, lines: standingLines(draft).length };
  }

  /** A receipt of another till becomes this one's. @param {Draft} foreign @returns {Draft} */
  adopt(foreign) {
    const { operator, shift } = this.#p.view.state;
    const draft = { ...foreign, tab: this.#freeTab(), cashier: operator?.id ?? "", shift: shift?.id ?? "", parked: null, tenders: [], charge: null };
    this.#keep(draft);
    if (!holdsMoney(this.current)) {
      this.#p.paying.close();
      this.#current = draft.id;
    }
    this.show();
    return draft;
  }

  /**
   * Another till has taken it over: the lines that went over leave, those added since stay.
   *
   * @param {string} id
   * @param {number} before lines below this number went over
   * @returns {"gone" | "paying" | "absent"} paying: money for it lies here; absent: it was paid or cancelled here
   */
  giveUp(id, before) {
    const draft = this.#open.get(id);
    if (!draft) return "absent";
    if (holdsMoney(draft)) return "paying";
    const lines = draft.lines.filter(({ n }) => n >= before);
    if (lines.some(({ voided }) => !voided)) {
      this.#keep({ ...draft, lines, selected: null, discount: null });
      this.show();
      return "gone";
    }
    this.#p.drafts.drop(id);
    if (id === this.#current) {
      this.#p.paying.close();
      this.leave(id);
    } else {
      this.#open.delete(id);
      this.show();
    }
    return "gone";
  }

  /** @returns {string} */
  newReceipt() {
    this.#mustSell();
    this.#p.paying.mustNotHold();
    this.#left();
    this.#current = (this.drafts.find(isFree) ?? this.#openDraft()).id;
    this.#p.paying.close();
    this.show();
    return this.#current;
  }

  /** @returns {Draft} */
  #openDraft() {
    const { clock, ids, view } = this.#p;
    const { operator, shift } = view.state;
    const draft = emptyDraft({ id: ids.uuid7(), tab: this.#freeTab(), openedAt: clock.instant(), cashier: operator?.id ?? "", shift: shift?.id ?? "", training: this.#p.training.on });
    this.#open.set(draft.id, draft);
    return draft;
  }

  /** @returns {number} */
  #freeTab() {
    const tabs = this.drafts.map((draft) => draft.tab);
    return [...tabs.map((_tab, i) => i + 1), tabs.length + 1].find((tab) => !tabs.includes(tab)) ?? 1;
  }

  /** @param {string} id */
  switchReceipt(id) {
    const draft = this.#open.get(id);
    if (!draft) throw new TillError("no_receipt");
    this.#p.paying.mustNotHold();
    if (id !== this.#current) this.#left();
    if (draft.parked) this.#keep(this.#p.parking.resume(draft));
    this.#p.paying.close();
    this.#current = id;
    this.#operand = null;
    takePrices(this.#p);
    this.show();
  }

  /** The receipt on screen is gone (paid or cancelled): shows another one. @param {string} id */
  leave(id) {
    this.#open.delete(id);
    this.#operand = null;
    this.#current = (this.drafts.find(isFree) ?? this.#unparked() ?? this.#openDraft()).id;
    this.show();
  }

  get currentId() { return this.#current; }
  /** A return begins: in place of an empty receipt, else beside the others. @param {(draft: Draft) => Draft} into */
  turn(into) {
    mustBeToday(this.#p);
    this.newReceipt();
    this.#take(into(this.current));
  }

  /** A return changed; one that has been left is not brought back. @param {Draft} draft */
  put(draft) {
    if (this.#open.has(draft.id)) this.#take(draft);
  }

  /** @param {string} id of a receipt that nothing is on, or a return that is given up */
  drop(id) {
    this.#drop(id);
    this.leave(id);
  }

  /** A shift is open and somebody is signed in: there is a receipt to scan into. */
  begin() {
    if (!this.#open.has(this.#current)) this.#current = (this.#unparked() ?? this.#openDraft()).id;
    takePrices(this.#p);
    this.show();
  }

  // ------------------------------------------------------------ lines

  /** @param {string} code @returns {ScanResult} */
  scan(code) {
    if (this.#p.returning.takes(code)) return this.#result(code, () => this.#back(() => this.#p.returning.scan(code)));
    return this.#result(code, () => this.#number(answerOf(this.#p, code)) ?? this.#p.customers.scanned(code) ?? this.#sell(this.#codes.read(code)));
  }

  /** The number of one unit was read. @param {import("./capture.js").Answer | null} answer @returns {ScanResult | null} null: it was none */
  #number(answer) {
    if (!answer) return null;
    const { line, mark } = answer;
    this.#changeable(line.n);
    if (mark !== line.mark) mustBeFresh(this.#p, mark);
    this.#p.paying.close();
    this.#take(withChange(this.current, line.n, { mark }));
    this.#note("mark_read", line.n, { product: line.product, capture: line.capture ?? "" });
    this.#p.events.emit("line", { n: line.n, name: line.name });
    return { ok: true, line: line.n, product: line.product, name: line.name, weighed: false, age: line.age };
  }

  /** @param {number | null} n @param {string} text */
  capture(n, text) {
    const line = this.#changeable(n);
    this.#number({ line, mark: markOf(text, line) });
  }

  /** @param {string} id @param {{price: number, quantity?: number, barcode?: string | null, approval?: Approval}} typed @returns {ScanResult} */
  sellAtPrice(id, { approval, ...typed }) {
    const by = this.#p.people.must("till.price", approval);
    const result = this.#sell(this.#codes.typed(id, typed));
    if (result.ok && "line" in result) this.#note("open_price", result.line, { product: id, price: typed.price, barcode: typed.barcode ?? null, approved_by: by });
    return result;
  }

  /** @param {string} id @param {number} [quantity] @returns {ScanResult} */
  addProduct(id, quantity) {
    if (this.#p.returning.draft) return this.#result(id, () => this.#back(() => this.#p.returning.add(id, quantity)));
    return this.#result(id, () => this.#p.scale.fill(id, { quantity, operand: this.#operand }, (much) => this.#sell(this.#codes.product(id, much))));
  }

  /** Goods that come back are counted; what forbids selling forbids that too. @param {() => ScanResult} count */
  #back(count) {
    this.#mustSell();
    this.#p.paying.mustNotHold();
    this.#p.paying.close();
    return count();
  }

  /** @param {string} code @param {() => ScanResult} sell @returns {ScanResult} */
  #result(code, sell) {
    try {
      return sell();
    } catch (error) {
      if (!(error instanceof TillError)) throw error;
      // Whatever the reason, the code is told: the screen keeps it in sight as "not sold".
      const problem = { code: error.code, args: { code, ...error.args } };
      if (problem.code === "unknown_code") this.#p.events.emit("unknown", { code });
      else this.#p.events.emit("refused", problem);
      return { ok: false, problem };
    }
  }

  /** @param {import("./codes.js").Read} read @returns {ScanResult} */
  #sell({ line, decimals, weighed }) {
    this.#mustSell();
    this.#p.paying.mustNotHold();
    mayAdd(this.#p, line);
    const units = unitsOf(line, this.#multiplied(line.quantity, decimals));
    const first = this.current.lines.length === 0;
    if (first) mustBeToday(this.#p);
    const { operator, shift } = this.#p.view.state;
    const head = first ? { ...this.current, openedAt: this.#p.clock.instant(), cashier: operator?.id ?? "", shift: shift?.id ?? "" } : this.current;
    let next = head;
    // Units that each have a number of their own are lines of their own; a number that was read is the first one's.
    for (const [at, quantity] of units.entries()) next = withLine(next, { ...line, quantity, mark: at === 0 ? line.mark : null });
    this.#operand = null;
    this.#p.paying.close();
    this.#p.desk.staleLast();
    this.#take(next);
    const n = next.nextN - 1;
    this.#p.events.emit("line", { n, name: line.name });
    if (line.age > provenAge(this.current)) this.#p.events.emit("age", { age: line.age, name: line.name });
    return { ok: true, line: n, product: line.product, name: line.name, weighed, age: line.age };
  }

  /** `3 *` before a code: so many of what the code stands for. @param {number} quantity @param {number} decimals */
  #multiplied(quantity, decimals) {
    if (this.#operand === null) return checkQuantity(quantity, 3);
    const product = (this.#operand * quantity) / 1000;
    return checkQuantity(product, quantity % 1000 === 0 ? decimals : 3);
  }

  /** Prices the new draft first: when the engine refuses, nothing has changed. @param {Draft} next @param {{limit?: number | null}} [asked] */
  #take(next, asked) {
    const draft = followed(this.#open.get(next.id), this.#whole(next), this.#p.clock.now());
    this.#p.pricing.price(draft, asked);
    this.#open.set(draft.id, draft);
    this.#p.drafts.save(draft);
    this.show();
  }

  /** With every deposit as its goods are. What comes back keeps what was sold with it. @param {Draft} next @returns {Draft} */
  #whole(next) {
    return next.kind === "sale" ? withDeposits(next, (id) => this.#codes.deposit(id)) : next;
  }

  /** @param {number | null} quantity */
  multiply(quantity) {
    this.#operand = quantity === null ? null : checkQuantity(quantity, 3);
    this.#p.view.set({ operand: this.#operand });
  }

  /** @param {number | null} n @param {number} quantity @param {{approval?: Approval, scale?: boolean}} [why] scale: it was weighed, to the gram */
  setQuantity(n, quantity, { approval, scale = false } = {}) {
    if (this.#p.returning.draft) return this.#p.returning.setQuantity(n, quantity);
    const line = this.#changeable(n);
    mustStandAlone(line);
    const next = checkQuantity(quantity, scale ? 3 : this.#p.unit(line.unit).decimals);
    if ((line.capture || line.sticker) && next !== 1000) throw new TillError("one_each", { name: line.name });
    // One whole unit is what goods come with that nobody has weighed yet.
    const less = next < line.quantity && !(scale && line.quantity === 1000);
    const by = less ? this.#p.people.must(voidRight(this.current), approval) : null;
    this.#take(withChange(this.current, line.n, { quantity: next }));
    this.#note("quantity_change", line.n, { product: line.product, from: line.quantity, to: next, price: line.price, scale, after_total: afterTotal(this.current), approved_by: by });
  }

  /** @param {number | null} n */
  selectLine(n) {
    const draft = { ...this.current, selected: n };
    this.#open.set(draft.id, draft);
    this.show();
  }

  /** @param {number | null} n @param {{reason?: string, approval?: Approval}} why */
  voidLine(n, { reason, approval }) {
    if (this.#p.returning.draft) return this.#p.returning.setQuantity(n, 0);
    const line = this.#changeable(n);
    mustStandAlone(line);
    const by = this.#p.people.must(voidRight(this.current), approval);
    const standing = standingLines(this.current).filter((one) => !one.follows);
    const quick = standing[standing.length - 1].n === line.n;
    const draft = this.#whole(withChange(this.current, line.n, { voided: true }));
    const left = standingLines(draft);
    this.#take({ ...draft, selected: left.length > 0 ? left[left.length - 1].n : null, discount: left.length > 0 ? draft.discount : null });
    this.#note("line_void", line.n, {
      product: line.product, quantity: line.quantity, price: line.price, amount: grossOf(line), reason: shortText(reason), approved_by: by, quick,
      after_total: afterTotal(draft),
    });
  }

  /** The draft goes in the transaction that writes its cancelling, so that no power cut takes one without the other. @param {string} id */
  #drop(id) {
    this.#p.drafts.forget(id);
    const gone = { stores: ["drafts"], write: (/** @type {import("../db/open.js").WriteTx} */ tx) => tx.objectStore("drafts").delete(id) };
    // A refused write has stopped the till, which says so.
    this.#p.journal.append(() => [], gone).catch(() => {});
  }

  /** @param {number | null} n @param {Discount | null} discount */
  discountLine(n, discount) {
    const line = this.#changeable(n);
    if (this.current.kind === "return") throw new TillError("on_a_return");
    if (discount && (!line.discountable || line.deposit)) throw new TillError("not_discountable");
    const { manual, limit } = this.#p.people.discount(discount);
    this.#take(withChange(this.current, line.n, { manual }), { limit });
    this.#note("discount", line.n, { product: line.product, discount: manual, after_total: afterTotal(this.current) });
  }

  /** @param {Discount | null} discount */
  discountReceipt(discount) {
    this.#changeableReceipt();
    const { manual, limit } = this.#p.people.discount(discount);
    this.#take({ ...this.current, discount: manual }, { limit });
    this.#note("discount", null, { product: null, discount: manual, after_total: afterTotal(this.current) });
  }

  confirmAge() {
    const line = ageLine(this.current);
    if (!line) return;
    this.#take({ ...this.current, ageConfirmed: line.age });
    this.#note("age_confirmed", line.n, { age: line.age });
  }

  /** @param {{reason?: string, approval?: Approval}} why */
  cancelReceipt({ reason, approval }) {
    if (this.#p.returning.draft) return this.#p.returning.drop();
    this.#changeableReceipt();
    const by = this.#p.people.must(voidRight(this.current), approval);
    const draft = this.current;
    const lines = draft.lines.map(({ n, product, quantity, price, voided }) => ({ n, product, quantity, price, voided }));
    const { total } = this.#p.pricing.price(draft);
    this.#note("receipt_cancel", null, { lines, total, reason: shortText(reason), approved_by: by, after_total: afterTotal(draft) });
    this.tellTrail(draft);
    this.#drop(draft.id);
    this.#p.paying.close();
    this.leave(draft.id);
  }

  /** @param {string} code @returns {import("../types.d.ts").PriceAnswer} */
  priceCheck(code) {
    return this.card.check(this.#codes, code);
  }

  // ------------------------------------------------------------ guards and traces

  #mustSell() {
    const { phase, readonly } = this.#p.view.state;
    if (readonly) throw new TillError("readonly");
    if (phase !== "sale") throw new TillError("not_selling");
    if (!this.#p.ready) throw new TillError("catalogue_missing");
    this.#p.people.must("till.sell", undefined);
  }

  /** @param {number | null} n */
  #changeable(n) {
    this.#mustSell();
    this.#p.paying.mustNotHold();
    return lineOf(this.current, n);
  }

  #changeableReceipt() {
    this.#mustSell();
    this.#p.paying.mustNotHold();
    if (this.current.lines.length === 0) throw new TillError("empty_receipt");
    if (this.current.kind === "return") throw new TillError("on_a_return");
  }

  /** @param {string} name @param {number | null} n @param {Record<string, unknown>} data */
  #note(name, n, data) {
    this.#p.trace(name, { receipt: this.current.id, line: n, data });
  }

  /** A receipt with lines is left for another one. */
  #left() {
    const draft = this.#open.get(this.#current);
    const lines = draft ? standingLines(draft).length : 0;
    if (draft && lines > 0) this.#note("receipt_left", null, { lines, total: this.#p.pricing.price(draft).total });
  }

  /** The sum was told to the customer. @param {number} due */
  told(due) {
    const draft = withDeed(this.current, { do: "total", due }, this.#p.clock.now());
    this.#open.set(draft.id, draft);
    this.#p.drafts.save(draft);
  }

  /** How the receipt came about, for the journal; on its way out. @param {Draft} draft @param {import("../types.d.ts").Tender[]} [tenders] those that it ends with */
  tellTrail(draft, tenders = draft.tenders) {
    const whole = followed(draft, { ...draft, tenders }, this.#p.clock.now());
    this.#p.trace("receipt_trail", { receipt: draft.id, data: trailOf(whole) });
  }

  /** A tender was taken or given back, or a terminal is asked: kept with the receipt, on disk at once. @param {import("../types.d.ts").Tender[]} tenders @param {import("../types.d.ts").Charge | null} [charge] @param {Draft} [of] */
  hold(tenders, charge = null, of = this.current) {
    const draft = followed(of, { ...of, tenders, charge }, this.#p.clock.now());
    this.#open.set(draft.id, draft);
    this.#p.drafts.save(draft);
    void this.#p.drafts.flush();
  }

  /** What is said about the receipt as a whole, not about its lines. @param {Partial<Draft>} patch */
  amend(patch) {
    this.#mustSell();
    const draft = { ...this.current, ...patch };
    this.#open.set(draft.id, draft);
    this.#p.drafts.save(draft);
  }

  /** Prices again after the catalogue changed; a receipt that is being paid keeps what the customer was told. */
  reprice() {
    if (this.#p.view.state.payment === null) this.show();
  }
}

/** A receipt that nothing is on yet, and that is not a return waiting for its goods. @param {Draft} draft */
function isFree(draft) {
  return draft.kind === "sale" && draft.lines.length === 0 && !draft.exchange;
}
