/**
 * What keys and buttons do. Buttons call the same functions as the keys, so there is one meaning for both.
 *
 * Enter is a scanner's suffix: it ends a code, and with nothing typed it goes on to the payment, but never within
 * 400 ms of a code and never in the first 300 ms of the payment screen, where it may belong to the scanner. A second
 * line end follows the first at once and is dropped; a quick hand's Enter waits for its time and is then carried out,
 * unless something else happened meanwhile.
 */

import { t } from "../i18n.js";
import { entryOf } from "../models/layout-rules.js";
import { actions } from "./actions.js";
import { findCustomer } from "./customers.js";
import { parseScaled } from "./format.js";
import { askNumber } from "./goods.js";
import { press } from "./keys.js";
import { boundTo } from "./layout.js";
import { TenderKeys, cardAtOnce, chooseQuick, pay, payCash, payOther, payPoints, payWith, takeBack } from "./paying.js";
import { backOf, returnAll, toExchange, toRefund } from "./returning.js";

/** @typedef {import("./desk.js").Desk} Desk */

const AFTER_CODE_MS = 400;
const AFTER_OPENING_MS = 300;
/** CR and LF of one scan arrive within two polls of the keyboard; no finger is that quick. */
const SECOND_LINE_END_MS = 40;
const PAGE = 8;

/** A number this long without a decimal mark is a scanned code wherever it is typed; so is anything with letters. @param {string} entry */
export function looksScanned(entry) {
  return /^\d{8,}$/.test(entry) || /[^\d.,]/.test(entry);
}

export class Commands {
  /** @type {Desk} */
  #desk;
  /** The Enter that waits. @type {ReturnType<typeof setTimeout> | undefined} */
  #waiting;

  /** Everything that can be done, by the id that layouts name. */
  actions = actions(t);

  /** @param {Desk} desk */
  constructor(desk) {
    this.#desk = desk;
  }

  get #till() {
    return this.#desk.till;
  }

  get #selling() {
    return this.#till.state.phase === "sale" && !this.#till.state.readonly;
  }

  /** A character from the keyboard, when no field has the focus. @param {string} char @returns {void} */
  typed(char) {
    const desk = this.#desk;
    if (!this.#selling && !desk.layer) return this.#toField(char);
    if (desk.handlers?.text?.(char)) return;
    if (!desk.layer && !this.#till.state.payment && this.#operator(char)) return;
    desk.type(desk.entry + char);
  }

  /** @param {string} char @returns {void} the screens before selling have one field that is meant */
  #toField(char) {
    const field = document.querySelector("[data-first]");
    if (!(field instanceof HTMLInputElement)) return;
    field.focus();
    press(char, this);
  }

  /** Signs that act instead of being typed. @param {string} char @returns {boolean} */
  #operator(char) {
    const { entry } = this.#desk;
    if (char === "*" && entry === "" && backOf(this.#desk)) return this.#does(() => returnAll(this.#desk));
    if (char === "*" && /^[\d.,]*$/.test(entry)) return this.#multiply(entry);
    if (entry !== "") return false;
    if (char === "+" || char === "-") return this.step(char === "+" ? 1000 : -1000);
    return char === "/" && this.weigh();
  }

  /** @param {string} entry @returns {true} */
  #multiply(entry) {
    const desk = this.#desk;
    const quantity = parseScaled(entry, 3);
    desk.entry = "";
    if (quantity === null) desk.say("info", t("Type a number before ×."));
    else desk.attempt(() => this.#till.multiply(quantity));
    return true;
  }

  /** What lies on the scale becomes the quantity of the selected line. @returns {true} */
  weigh() {
    return this.#does(() => this.#desk.attempt((approval) => this.#till.scale.weigh({ approval })));
  }

  /** @param {number} by thousandths @returns {true} */
  step(by) {
    const desk = this.#desk;
    const { receipt } = this.#till.state;
    const line = receipt?.lines.find((each) => each.n === receipt.selected && !each.voided);
    if (!line) desk.refuse({ code: "no_line", args: {} });
    else if (line.quantity + by <= 0) desk.attempt((approval) => this.#till.voidLine(line.n, { approval }));
    else desk.attempt((approval) => this.#till.setQuantity(line.n, line.quantity + by, { approval }));
    return true;
  }

  /** A code or number was ended. @param {number} at event time in ms @param {boolean} [touched] by the screen's own key @returns {void} */
  entered(at, touched = false) {
    const desk = this.#desk;
    const { entry } = desk;
    if (!this.#selling && !desk.layer) return this.#submitField();
    // A quantity that was typed since the code says that this Enter is a person's.
    const early = entry === "" && this.#till.state.operand === null ? this.#tooSoon(at, touched) : 0;
    if (early > 0) return this.#wait(at, early);
    clearTimeout(this.#waiting);
    if (entry !== "") desk.codeAt = at;
    if (desk.layer || this.#till.state.payment) this.#enteredAbove(entry);
    else if (entry !== "") desk.sell(entry);
    else this.#enteredNothing(at);
  }

  /**
   * A scanner on the bridge. Its code is whole, so nothing has to be told by timing; what a layer asks for is the layer's, as
   * from a keyboard.
   *
   * @param {string} code
   * @returns {void}
   */
  scanned(code) {
    const desk = this.#desk;
    if (desk.ahead.waiting || (!this.#selling && !desk.layer)) desk.ahead.play([...code, "enter"]);
    else if (!desk.handlers?.codes?.(code) && !this.#intoField(code)) desk.sell(code);
  }

  /** A badge or a voucher's number, where a field waits for one; goods are sold from every screen. @param {string} code @returns {boolean} */
  #intoField(code) {
    const field = document.querySelector("[data-scan]");
    if (!(field instanceof HTMLInputElement) || this.#till.customers.isGoods(code)) return false;
    field.focus();
    press("clear", this);
    press(code, this);
    // The form knows what was typed only after it has been drawn again.
    setTimeout(() => field.form?.requestSubmit());
    return true;
  }

  /** @returns {void} */
  #submitField() {
    const field = document.querySelector("[data-first]");
    if (field instanceof HTMLInputElement) field.form?.requestSubmit();
  }

  /**
   * No finger follows a scanner's line end; but a finger does tap twice.
   * @param {number} at @param {boolean} touched @returns {number} ms until Enter means something; 0 or less: now
   */
  #tooSoon(at, touched) {
    const { codeAt, paymentAt } = this.#desk;
    return Math.max(touched ? 0 : codeAt + AFTER_CODE_MS - at, paymentAt + AFTER_OPENING_MS - at);
  }

  /** @param {number} at @param {number} early ms @returns {void} */
  #wait(at, early) {
    const desk = this.#desk;
    const { codeAt, paymentAt } = desk;
    if (at - Math.max(codeAt, paymentAt) < SECOND_LINE_END_MS) return;
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => {
      const untouched = desk.entry === "" && !desk.layer && desk.codeAt === codeAt && desk.paymentAt === paymentAt;
      if (untouched) this.entered(performance.now());
    }, early);
  }

  /** With a layer or the payment on screen. @param {string} entry @returns {void} */
  #enteredAbove(entry) {
    const desk = this.#desk;
    if (entry !== "" && desk.handlers?.codes?.(entry)) return;
    if (looksScanned(entry)) {
      desk.sell(entry);
    } else if (desk.layer) {
      desk.handlers?.enter?.(entry);
    } else {
      // A sum is no code: the Enter after it is meant.
      desk.codeAt = -1e9;
      payCash(desk, entry);
    }
  }

  /** @param {number} at @returns {void} */
  #enteredNothing(at) {
    const { operand } = this.#till.state;
    if (operand !== null) {
      this.#desk.attempt((approval) => {
        this.#till.setQuantity(null, operand, { approval });
        this.#till.multiply(null);
      });
    } else if (this.#till.state.receipt?.count || this.#till.exchanged) {
      this.pay(at);
    } else {
      this.#desk.say("info", t("Scan an item to begin."));
    }
  }

  /** To the payment. @param {number} [at] event time @returns {void} */
  pay(at = performance.now()) {
    const desk = this.#desk;
    if (desk.entry !== "" && !desk.sell(desk.entry)) return;
    desk.close();
    if (backOf(desk)) return toRefund(desk, at);
    if (this.#till.exchanged) return toExchange(desk, at);
    desk.attempt(() => {
      this.#till.startPayment();
      desk.quick = null;
      desk.paymentAt = at;
      desk.message = null;
    });
  }

  /** A key that the layout in force may have given a meaning. @param {string} name @param {boolean} repeated @returns {boolean} */
  key(name, repeated) {
    const bound = boundTo(this.#desk.till.state, name);
    if (bound && !repeated) this.press(bound);
    return bound !== null;
  }

  /**
   * Does what a key or a button of the layout says. With `approval` somebody with that right is asked first, unless this
   * cashier has it.
   *
   * @param {import("../types.d.ts").LayoutKey | import("../types.d.ts").LayoutButton} what
   * @returns {void}
   */
  press(what) {
    const { action, params } = entryOf(what);
    const permission = typeof what === "object" && "approval" in what ? what.approval : null;
    const mine = this.#till.state.operator?.permissions ?? [];
    if (!permission || mine.includes(permission)) return void this.act(action, params);
    this.#desk.sounds.play("attention");
    this.#desk.open("approve", { problem: { code: "forbidden", args: { permission } }, again: () => void this.act(action, params) });
  }

  /** @param {string} id of an action @param {Record<string, any>} [params] @returns {boolean} whether it means anything here */
  act(id, params = {}) {
    const desk = this.#desk;
    if (desk.handlers?.key?.(id)) return true;
    const action = this.actions[id];
    if (!action || !this.means(action)) return false;
    const on = this.on(params);
    // What is greyed out on a button is still answered on its key: the refusal says why.
    if (action.gone?.(on)) return false;
    if (action.run) action.run(on);
    else this.#toggle(String(action.layer));
    return true;
  }

  /** @param {import("./actions.js").Action} action @returns {boolean} whether it means anything on this screen */
  means(action) {
    if (action.at === "any") return true;
    return this.#selling && (action.at === "payment") === (this.#till.state.payment !== null);
  }

  /** What actions are given. @param {Record<string, any>} [params] @returns {import("./actions.js").On} */
  on(params = {}) {
    return { desk: this.#desk, commands: this, till: this.#till, params };
  }

  /** @param {string} layer */
  #toggle(layer) {
    if (this.#desk.layer?.name === layer) this.#desk.close();
    else this.#desk.open(layer);
  }

  /** @param {string} name a movement that no layout changes @returns {boolean} whether it means anything here */
  action(name) {
    const desk = this.#desk;
    if (name === "factory") return this.#does(() => this.#factory());
    if (desk.handlers?.key?.(name)) return true;
    if (name === "escape") return this.#does(() => this.#escape());
    if (name === "erase") return this.#does(() => desk.type(desk.entry.slice(0, -1)));
    if (name === "clear") return this.#does(() => desk.type(""));
    if (!this.#selling) return false;
    if (this.#till.state.payment) return this.#inPayment(name);
    const tab = /^tab([1-9])$/.exec(name);
    return tab ? this.#does(() => this.switchTo(Number(tab[1]))) : this.#move(name);
  }

  /** @returns {void} */
  #factory() {
    const desk = this.#desk;
    desk.attempt(() => this.#till.factoryLayout());
    const { forced } = this.#till.state.layout;
    desk.say("info", forced ? t("The factory layout is shown. Shift+F12 brings back the shop's.") : t("The shop's layout is shown."));
  }

  /** @param {() => unknown} what @returns {true} */
  #does(what) {
    what();
    return true;
  }

  /** @returns {void} */
  #escape() {
    const desk = this.#desk;
    const { state } = this.#till;
    if (desk.entry) desk.type("");
    else if (desk.layer) desk.close();
    else if (state.payment) desk.attempt(() => this.#till.leavePayment());
    else if (state.operand !== null) desk.attempt(() => this.#till.multiply(null));
    else if (backOf(desk) && !state.receipt?.count) desk.attempt(() => this.#till.dropReturn());
    else desk.hush();
  }

  /** @param {string} name @returns {boolean} */
  #inPayment(name) {
    if (name === "up" || name === "down") return this.#does(() => chooseQuick(this.#desk, name === "down" ? 1 : -1));
    return false;
  }

  /** Puts the present receipt aside, if anything is on it, and begins another. @returns {void} */
  newReceipt() {
    const desk = this.#desk;
    desk.close();
    desk.attempt(() => this.#till.park());
  }

  /** @param {number} tab @returns {void} */
  switchTo(tab) {
    const desk = this.#desk;
    const found = this.#till.state.receipts.find((each) => each.tab === tab);
    if (!found) return;
    desk.close();
    desk.attempt(() => this.#till.switchReceipt(found.id));
  }

  /** `10` F7 discounts the selected line at once, and so does a button that names its percent; F7 alone asks. @param {number} [percent] @returns {void} */
  discount(percent) {
    const desk = this.#desk;
    const value = percent ?? parseScaled(desk.entry, 2);
    if (value === null) return this.#toggle("discount");
    desk.type("");
    desk.attempt((approval) => this.#till.discountLine(null, { percent: value, approval }));
  }

  /** Digits typed before it find at once. @returns {void} */
  customer() {
    findCustomer(this.#desk);
  }

  /** @returns {void} */
  voidLine() {
    const desk = this.#desk;
    desk.close();
    desk.attempt((approval) => this.#till.voidLine(null, { approval }));
  }

  /** @returns {void} */
  confirmAge() {
    if (this.#till.state.receipt?.age) this.#desk.attempt(() => this.#till.confirmAge());
    else askNumber(this.#desk);
  }

  /** Del: takes away the goods in question (age, missing number), else voids the selected line. @returns {void} */
  removeOrVoid() {
    const { receipt } = this.#till.state;
    const asked = (/** @type {import("../types.d.ts").LineView} */ line) => (receipt?.age ? line.age === receipt.age : line.n === receipt?.capture?.n);
    const aged = receipt?.lines.filter((line) => !line.voided && asked(line)) ?? [];
    if (aged.length === 0) return this.voidLine();
    this.#desk.attempt((approval) => {
      for (const line of aged) this.#till.voidLine(line.n, { approval });
    });
  }

  /** Ctrl+Enter: the whole sum on the first terminal. @returns {void} */
  cardAll() {
    this.pay();
    if (this.#till.state.payment) this.tender("card");
  }

  /** One key for the commonest payment. @returns {void} */
  cashExact() {
    this.pay();
    if (this.#till.state.payment) pay(this.#desk, { method: "cash" });
  }

  /** @param {"f5" | "f6" | "card"} place of the payment screen, or the first card wherever it is @returns {void} */
  tender(place) {
    payWith(this.#desk, new TenderKeys(this.#till.state.payment?.offered ?? [])[place]);
  }

  /** Whatever has no key of its own. @returns {void} */
  otherTenders() {
    payOther(this.#desk);
  }

  /** Cash on the payment screen: this sum, or what was typed, or exactly. @param {number} [amount] minor units @returns {void} */
  cash(amount) {
    if (amount === undefined) payCash(this.#desk, this.#desk.entry);
    else pay(this.#desk, { method: "cash", tendered: amount });
  }

  /** @returns {void} */
  cardAtOnce() {
    cardAtOnce(this.#desk);
  }

  /** @returns {void} */
  points() {
    payPoints(this.#desk);
  }

  /** @returns {void} */
  takeBack() {
    takeBack(this.#desk);
  }

  /** Adds up first, and shows it when that was allowed. @returns {void} */
  xReport() {
    const desk = this.#desk;
    desk.type("");
    desk.attempt(async (approval) => desk.open("reportx", { report: await this.#till.xReport({ approval }) }));
  }

  /** Open receipts stay. @returns {void} */
  lock() {
    this.#desk.close();
    this.#desk.attempt(() => this.#till.signOut());
  }

  /** @param {string} name @returns {boolean} */
  #move(name) {
    const { receipt } = this.#till.state;
    const lines = receipt?.lines ?? [];
    if (!["up", "down", "pageup", "pagedown", "home", "end"].includes(name)) return false;
    if (lines.length === 0) return true;
    const at = lines.findIndex((line) => line.n === receipt?.selected);
    const last = lines.length - 1;
    const from = at < 0 ? last : at;
    const to = { up: from - 1, down: from + 1, pageup: from - PAGE, pagedown: from + PAGE, home: 0, end: last }[name] ?? from;
    return this.#does(() => this.#desk.attempt(() => this.#till.selectLine(lines[Math.min(last, Math.max(0, to))].n)));
  }
}
