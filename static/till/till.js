/**
 * The till without its screens: one object whose state is drawn and whose methods are called by the screens.
 *
 * Synchronous actions (everything between the first scan and the payment) change the state before they return
 * and never wait for disk, server or device. Asynchronous ones resolve when their fact is on disk. Anticipated
 * refusals are thrown as `TillError` with a `code` and `args`; `scan` returns them instead, since it must never throw.
 * See README.md for the codes and events.
 */

import { assemble } from "./assembly.js";
import { isOldShift } from "./models/shift-day.js";

export { TillError } from "./models/errors.js";

/** @typedef {import("./types.d.ts").TillState} TillState */
/** @typedef {import("./types.d.ts").TillStatus} TillStatus */
/** @typedef {import("./types.d.ts").Approval} Approval */

export class Till {
  /** @type {import("./assembly.js").Parts} */
  #parts;

  /** @param {import("./assembly.js").Parts} parts */
  constructor(parts) {
    this.#parts = parts;
    /** Find, put on the receipt, create, change, block, replace (models/customers.js). */
    this.customers = parts.customers;
    /** What lies on the scale into the selected line: `scale.weigh()` (models/scale.js). */
    this.scale = parts.scale;
    /** What people say to what the fiscal printer did not take (models/fiscal-answers.js). */
    this.fiscal = parts.answers;
    /** Card terminals on the bridge (models/cards.js). */
    this.cards = parts.cards;
    /** Asks the bridge how its devices are, and tries them (models/equipment.js). */
    this.equipment = parts.equipment;
  }

  /** One action, one call of the listeners. @template T @param {(parts: import("./assembly.js").Parts) => T} action @returns {T} */
  #do(action) {
    return this.#parts.view.batch(() => action(this.#parts));
  }

  /** As #do; what is refused at once is refused as a promise, too. @template T @param {(parts: import("./assembly.js").Parts) => Promise<T>} action @returns {Promise<T>} */
  #later = async (action) => this.#do(action);

  /**
   * Opens the till's database and takes the `till` lock. Resolves as soon as a screen can be drawn; the catalogue,
   * the server and the bridge follow by themselves and show in `state.load` and `status`.
   *
   * @param {import("./types.d.ts").BootOptions} [options]
   * @returns {Promise<Till>}
   */
  static async boot(options = {}) {
    return new Till(await assemble(options));
  }

  /** What the screens draw; a new object after every change. @returns {TillState} */
  get state() {
    return this.#parts.view.state;
  }

  /** The always-true status bar; a new object after every change. @returns {TillStatus} */
  get status() {
    return this.#parts.view.status;
  }

  /**
   * Calls `listener` after every change, in the same task as the change, once per action.
   *
   * @param {(what: "state" | "status") => void} listener
   * @returns {() => void} stops the calls
   */
  subscribe(listener) {
    return this.#parts.view.subscribe(listener);
  }

  /**
   * Hears one of the happenings of `TillEvents` (sounds, messages); state is already changed when it is called.
   *
   * @template {keyof import("./types.d.ts").TillEvents} K
   * @param {K} name
   * @param {(detail: import("./types.d.ts").TillEvents[K]) => void} listener
   * @returns {() => void} stops the calls
   */
  on(name, listener) {
    return this.#parts.events.on(name, listener);
  }

  // ------------------------------------------------------------ the device and its people

  /**
   * Makes the device key, spends the one-time code and becomes that till. Needs the server.
   *
   * @param {string} code eight characters, hyphen and case do not matter
   * @returns {Promise<void>} throws bad_code, expired_code, too_many_tries, server_unreachable, no_secure_context
   */
  enrol(code) {
    return this.#parts.enrolment.enrol(code);
  }

  /** @param {string} pin @returns {Promise<void>} throws wrong_pin {left}, locked_out {seconds}, forbidden */
  signIn(pin) { return this.#parts.people.signIn({ pin }); }

  /** @param {string} badge what the reader sent @returns {Promise<void>} throws as signIn */
  signInBadge(badge) {
    return this.#parts.people.signIn({ badge });
  }

  /** Open receipts and the shift stay. @returns {Promise<void>} */
  signOut() {
    return this.#parts.people.signOut();
  }

  /**
   * A second person's leave for one action of the signed-in operator.
   *
   * @param {string} permission for example `till.discount`
   * @param {{pin?: string, badge?: string}} who
   * @returns {Promise<Approval>} throws wrong_pin, locked_out, forbidden
   */
  authorise(permission, who) {
    return this.#parts.people.authorise(permission, who);
  }

  // ------------------------------------------------------------ receipts and lines

  /** Opens one more receipt and shows it; an empty one is reused. @returns {import("./types.d.ts").Uuid} */
  newReceipt() {
    return this.#do((parts) => parts.selling.newReceipt());
  }

  /** Puts the receipt on screen aside, for this till and all others, and shows another one. @returns {import("./types.d.ts").Uuid} */
  park() {
    return this.#do((parts) => parts.selling.park());
  }

  /** Takes over a receipt that another till put aside (`state.parked`). @param {import("./types.d.ts").Uuid} id @returns {Promise<void>} throws taken {till}, needs_server, payment_started */
  takeParked(id) {
    return this.#parts.parking.take(id);
  }

  /** @param {import("./types.d.ts").Uuid} id @returns {void} throws payment_started */
  switchReceipt(id) {
    this.#do((parts) => parts.selling.switchReceipt(id));
  }

  /**
   * Sells what the code means: barcode, weighed label or PLU. One task: look-up, line, prices, listeners.
   * On the payment screen before the first tender it goes back to the sale.
   *
   * @param {string} code
   * @returns {import("./types.d.ts").ScanResult} problem: unknown_code, no_price, bad_label, payment_started, not_selling, catalogue_missing
   */
  scan(code) {
    return this.#do((parts) => parts.selling.scan(code));
  }

  /** @param {import("./types.d.ts").Uuid} id @param {number} [quantity] thousandths @returns {import("./types.d.ts").ScanResult} */
  addProduct(id, quantity) {
    return this.#do((parts) => parts.selling.addProduct(id, quantity));
  }

  /** Quantity for the next line (`3 *` before a code); null clears it. @param {number | null} quantity thousandths @returns {void} throws bad_quantity */
  multiply(quantity) {
    this.#do((parts) => parts.selling.multiply(quantity));
  }

  /** Quantity of a line already there. @param {number | null} n null: the selected line @param {number} quantity thousandths @param {{approval?: Approval}} [why] @returns {void} throws bad_quantity, no_line, forbidden when it becomes less */
  setQuantity(n, quantity, why = {}) {
    this.#do((parts) => parts.selling.setQuantity(n, quantity, why));
  }

  /** @param {number | null} n @returns {void} */
  selectLine(n) { this.#do((parts) => parts.selling.selectLine(n)); }

  /**
   * Strikes a line through; it stays in sight and leaves an event in the journal.
   *
   * @param {number | null} n null: the selected line, else the last
   * @param {{reason?: string, approval?: Approval}} [why]
   * @returns {void} throws forbidden {permission}, no_line, payment_started
   */
  voidLine(n, why = {}) {
    this.#do((parts) => parts.selling.voidLine(n, why));
  }

  /**
   * @param {number | null} n null: the selected line
   * @param {{percent?: number, amount?: number, reason?: string, approval?: Approval} | null} discount null takes it off
   * @returns {void} throws over_limit {limit}, forbidden, not_discountable, no_line
   */
  discountLine(n, discount) {
    this.#do((parts) => parts.selling.discountLine(n, discount));
  }

  /**
   * @param {{percent?: number, amount?: number, reason?: string, approval?: Approval} | null} discount null takes it off
   * @returns {void} throws over_limit {limit}, forbidden, empty_receipt
   */
  discountReceipt(discount) {
    this.#do((parts) => parts.selling.discountReceipt(discount));
  }

  /** The operator has checked the customer's age; asked once per receipt at the highest age. @returns {void} */
  confirmAge() { this.#do((parts) => parts.selling.confirmAge()); }

  /** Drops the receipt on screen, with an event that keeps its lines. @param {{reason?: string, approval?: Approval}} [why] @returns {void} throws forbidden, payment_started */
  cancelReceipt(why = {}) {
    this.#do((parts) => parts.selling.cancelReceipt(why));
  }

  /** As you type; synchronous. @param {string} text @param {number} [limit] @returns {import("./types.d.ts").SearchResult} */
  search(text, limit = 30) { return this.#parts.catalogue.search(text, limit); }
  /** Whether a code means goods; nothing is sold and nothing journaled. @param {string} code @returns {boolean} */
  knows(code) { return this.#parts.ready && this.#parts.goods.find(code) !== null; }

  /**
   * Sells goods whose price is typed at the till.
   *
   * @param {import("./types.d.ts").Uuid} id
   * @param {{price: number, quantity?: number, barcode?: string | null, approval?: Approval}} typed `barcode`: an unknown code they came with
   * @returns {import("./types.d.ts").ScanResult} throws forbidden, price_limits, not_open_price, bad_amount, sale_ban
   */
  sellAtPrice(id, typed) {
    return this.#do((parts) => parts.selling.sellAtPrice(id, typed));
  }

  /** Serial number, mark or stamp of one unit, typed by hand. @param {number | null} n null: the selected line @param {string} text @returns {void} throws bad_mark, mark_twice, mark_sold */
  capture(n, text) {
    this.#do((parts) => parts.selling.capture(n, text));
  }

  /** Stock of goods here and in other stores; never awaited while selling. @param {import("./types.d.ts").Uuid} id @returns {Promise<import("./types.d.ts").StockAnswer | null>} */
  stockOf(id) {
    return this.#parts.selling.card.stock(id);
  }

  /** What a code costs, without selling it. @param {string} code @returns {import("./types.d.ts").PriceAnswer} throws unknown_code, no_price */
  priceCheck(code) {
    return this.#parts.selling.priceCheck(code);
  }

  /** A setting as the feed brought it. @param {string} name @returns {any} undefined when nobody set it */
  setting(name) {
    return this.#parts.goods.setting(name);
  }

  // ------------------------------------------------------------ payment

  /** @returns {void} throws empty_receipt, age_unconfirmed {age}, readonly */
  startPayment() { this.#do((parts) => parts.paying.start()); }

  /** Back to the sale. @returns {void} throws payment_started when a tender has been taken */
  leavePayment() { this.#do((parts) => parts.paying.leave()); }

  /**
   * Takes one means of payment. When it returns true nothing is left to pay: call `finish()`.
   *
   * @param {{method: string, amount?: number, tendered?: number, reference?: string}} tender method `card` or the id of one
   *   of `state.tenders`; without sums the whole rest (cash: exact)
   * @returns {boolean} throws too_much {rest}, bad_amount, unknown_method, needs_customer, needs_reference, not_refundable
   */
  tender(tender) {
    return this.#do((parts) => parts.paying.tender(tender));
  }

  /** Pays with the customer's points: a sum, or all that may be. The server is asked beside everything else. @param {number} [amount] @returns {Promise<boolean>} true when nothing is left to pay; throws points_… */
  redeem(amount) {
    return this.#later((parts) => parts.points.redeem(amount));
  }

  /** Takes a tender back, a charged card by its terminal; where nothing was left to pay, the cash too, because it was worked out for what was left then. @param {number} i @returns {void | Promise<unknown>} */
  removeTender(i) { return this.#do((parts) => (parts.cards.holds(i) ? parts.cards.takeBack(i) : parts.paying.removeTender(i))); }

  /** The buying firm's tax number, checked by the country's rule; an empty text takes it off. @param {string} text @returns {void} throws bad_tax_number */
  setBuyer(text) {
    this.#do((parts) => parts.paying.setBuyer(text));
  }

  /** The customer takes the code on the screen instead of paper. @param {boolean} paperless @returns {void} */
  setPaperless(paperless) {
    this.#do((parts) => parts.paying.setPaperless(paperless));
  }

  /**
   * Writes the receipt. Resolves when it is durably on disk (only then is it paid, and `state.last` shows the change);
   * printing and sending follow by themselves. A second call while the first is under way gives the same promise.
   *
   * @returns {Promise<import("./types.d.ts").LastReceipt>} throws unpaid {rest}; storage_failed stops the till
   */
  finish() {
    return this.#parts.paying.finish();
  }

  // ------------------------------------------------------------ returns

  /** Opens the receipt that goods come back to; scans count up from then on. @param {string} code of its paper, or its printed number @param {{approval?: Approval, origin?: import("./types.d.ts").Origin}} [given] origin: of a receipt that was found already @returns {Promise<void>} when it was found or missed (event `refused`: no_such_receipt, receipt_elsewhere); throws forbidden */
  openReturn(code, given = {}) {
    return this.#later((parts) => parts.returning.open(code, given));
  }

  /** Goods without a receipt; empties: bottles, of which only the deposit counts. @param {{reason: string, approval?: Approval, empties?: boolean}} why @returns {void} throws forbidden, reason_wanted */
  openBlindReturn(why) {
    this.#do((parts) => parts.returning.openBlind(why));
  }

  /** Receipts that goods may come back to, by number, card, code of goods or day. @param {string} text @returns {Promise<{found: import("./types.d.ts").FoundReceipt[], online: boolean}>} throws no_such_receipt */
  findReceipts(text) {
    return this.#parts.returning.lookup.find(text);
  }

  /** One more of a line of the receipt comes back. @param {number} n of the sold line @returns {void} throws nothing_left {left} */
  returnMore(n) {
    this.#do((parts) => parts.returning.more(n));
  }

  /** All that is left of the receipt comes back. @returns {void} throws no_return */
  returnAll() {
    this.#do((parts) => parts.returning.all());
  }

  /** Gives the return on screen up. @returns {void} throws no_return */
  dropReturn() {
    this.#do((parts) => parts.returning.drop());
  }

  /** What is handed out for the return on screen. @param {{cash?: boolean}} [how] cash: all of it, however it was paid @returns {import("./types.d.ts").RefundView} throws no_return, empty_receipt */
  refund(how = {}) {
    return this.#parts.refunding.plan(how);
  }

  /** Writes the return. @param {{cash?: boolean, references?: (string | null)[], approval?: Approval}} [how] references: slip numbers, one for each part @returns {Promise<import("./types.d.ts").LastReceipt>} on disk; throws return_limit {most}, return_old {days}, forbidden */
  finishReturn(how = {}) {
    return this.#later((parts) => parts.refunding.finish(how));
  }

  /** The goods of the return on screen are changed for others: what is scanned now is sold on a receipt beside it. @returns {void} throws no_exchange, nothing_counted */
  exchange() {
    this.#do((parts) => parts.exchanging.begin());
  }

  /** The difference of the exchange on screen, null when it is none. @returns {import("./types.d.ts").ExchangeView | null} */
  get exchanged() { return this.#parts.exchanging.plan(); }

  /** Writes both receipts of the exchange on screen. @param {{method?: string, tendered?: number, references?: (string | null)[], approval?: Approval}} [how] @returns {Promise<import("./types.d.ts").LastReceipt>} throws bad_amount, empty_receipt, age_unconfirmed, return_limit, return_old, forbidden */
  finishExchange(how = {}) {
    return this.#later((parts) => parts.exchanging.finish(how));
  }

  // ------------------------------------------------------------ cash desk

  /** @param {number} float minor units in the drawer @param {Record<string, number>} [pieces] how it was counted @returns {Promise<void>} throws bad_amount, shift_open */
  openShift(float, pieces) {
    return this.#parts.desk.openShift(float, pieces);
  }

  /** Whether the open shift is of an earlier business day and nobody said yet that it goes on. @returns {boolean} */
  get shiftIsOld() {
    return isOldShift(this.#parts);
  }

  /** Says that the shift of an earlier day goes on today. @param {{reason: string}} why @returns {Promise<void>} throws no_shift */
  continueShift(why) {
    return this.#parts.desk.continueShift(why);
  }

  /** A blind count: says what should be there for a number that was given. @param {{counted: number, denominations?: Record<string, number>}} count @returns {Promise<import("./types.d.ts").DrawerCount>} throws bad_amount, no_shift, in_training */
  countDrawer(count) {
    return this.#parts.counting.count(count);
  }

  /** Gives the drawer to the next cashier, who is signed in afterwards. @param {import("./models/counting.js").HandOver} handover @returns {Promise<import("./types.d.ts").DrawerCount>} throws same_cashier, wrong_pin, locked_out, forbidden, over_limit, payment_started, in_training */
  handOver(handover) {
    return this.#parts.counting.handOver(handover);
  }

  /** A code nobody sells may be a badge. @param {string} code @returns {Promise<"changed" | "same" | "unknown">} throws forbidden, payment_started */
  changeByBadge(code) {
    return this.#parts.people.changeByBadge(code);
  }

  /** From here on everything is practice. @param {{approval?: Approval}} [why] @returns {Promise<void>} throws forbidden, open_receipts, in_training */
  beginTraining(why = {}) {
    return this.#parts.training.begin(why);
  }

  /** What was practised is dropped. @returns {Promise<void>} throws payment_started */
  endTraining() {
    return this.#parts.training.end();
  }

  /** @param {"in" | "out" | "drop" | "collection"} kind @param {{amount: number, reason: string, approval?: Approval}} move @returns {Promise<void>} throws bad_amount, forbidden, over_limit, no_shift, in_training */
  cash(kind, move) {
    return this.#parts.desk.cash(kind, move);
  }

  /** Totals of the open shift from the local journal. @param {{approval?: Approval}} [why] @returns {Promise<import("./types.d.ts").Report>} throws forbidden, no_shift */
  xReport(why = {}) {
    return this.#parts.desk.xReport(why);
  }

  /**
   * Z: closes the shift and prints the report.
   * @param {import("./models/desk.js").Closing} count `counted` null only when forced, with a reason
   * @returns {Promise<import("./types.d.ts").ClosedShift>} throws open_receipts {count, totals}, forbidden, over_limit, no_shift, in_training
   */
  closeShift(count) {
    return this.#parts.desk.closeShift(count);
  }

  /** Prints an X or Z again or for the first time. @param {import("./types.d.ts").Report} report @returns {Promise<void>} throws no_printer */
  printReport(report) {
    return this.#parts.printing.report(report);
  }

  /** Prints one part of a report. @param {import("./types.d.ts").Report} report @param {{title: string, rows: [string, string][]}} part @returns {Promise<void>} throws no_printer */
  printBreakdown(report, part) {
    return this.#parts.printing.breakdown(report, part);
  }

  /** Receipts of this till, newest first. @param {number} [limit] @returns {Promise<import("./types.d.ts").PastReceipt[]>} */
  pastReceipts(limit = 50) {
    return this.#parts.desk.pastReceipts(limit);
  }

  /** Prints a copy, marked so; the last receipt when none is named. @param {import("./types.d.ts").Uuid} [id] @param {{approval?: Approval}} [why] @returns {Promise<void>} throws no_printer, no_receipt, forbidden */
  reprint(id, why = {}) {
    return this.#parts.printing.reprint(id, why);
  }

  /** Opens the drawer without a sale. @param {{reason: string, approval?: Approval}} why @returns {Promise<void>} throws forbidden, no_printer */
  openDrawer(why) {
    return this.#parts.printing.openDrawer(why);
  }

  // ------------------------------------------------------------ what screens see and measure

  /** Only a screen can see it, for the journal. @param {string} name of `models/happenings.js` @param {Record<string, unknown>} data @param {number} [ms] of what comes in floods and is gathered */
  saw(name, data, ms) {
    this.#parts.witness.saw(name, data, ms);
  }

  /** @param {"scan" | "action"} kind @param {number} ms until it was on the screen @param {number} [times] */
  measured(kind, ms, times = 1) {
    this.#parts.latency.add(kind, ms, times);
  }

  /** A task held the page up. @param {number} ms */
  heldUp(ms) {
    this.#parts.latency.slow(ms);
  }

  // ------------------------------------------------------------ devices and upkeep

  /** The factory layout at once, or back to the published one. @returns {void} */
  factoryLayout() {
    this.#do((parts) => parts.layouts.factory());
  }

  /**
   * Remembers the bridge of this machine and connects to it.
   *
   * @param {{url?: string, token: string} | null} pairing null forgets it
   * @returns {Promise<void>} throws bad_url, bridge_refused
   */
  pairBridge(pairing) {
    return this.#parts.printing.pair(pairing);
  }

  /** Codes from a scanner on the bridge go to the screens, as those from a keyboard do. @param {(code: string) => void} take */
  takeScans(take) {
    this.#parts.onScan = take;
  }

  /** Prints again what failed or waited. @returns {Promise<void>} */
  retryPrint() {
    return this.#parts.printing.retry();
  }

  /** Answer to "did it print?" when the device itself cannot tell. @param {boolean} printed @returns {Promise<void>} */
  resolvePrint(printed) {
    return this.#parts.printing.resolve(printed);
  }

  /** True when new program files may be taken over: nothing is on any receipt and nothing is being written. @returns {boolean} */
  get mayReload() {
    return this.#parts.view.idle();
  }

  /** Writes open receipts and what is noted to disk now (before the page is hidden). @returns {Promise<void>} */
  async flush() {
    this.#parts.witness.flush();
    await Promise.all([this.#parts.latency.save(), this.#parts.settled()]);
  }

  /** Lets go of sockets, lock and database. @returns {Promise<void>} */
  close() {
    return this.#parts.close();
  }
}
