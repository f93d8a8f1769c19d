/**
 * Problems in a cashier's words: what happened, what to do, what is safe. The codes come from the till's models
 * (README.md lists them); nobody is shown a code first.
 */

import { t, tn } from "../i18n.js";
import { CARD } from "./card-words.js";
import { CUSTOMER } from "./customer-words.js";
import { money, percent } from "./format.js";
import { FISCAL } from "./fiscal-words.js";
import { GOODS } from "./goodswords.js";
import { POINTS } from "./points-words.js";
import { keyNamed } from "./layout.js";

/** Of a code that nobody knows, so much is shown. */
const LONGEST_CODE = 60;

/** @typedef {import("../types.d.ts").Problem} Problem */
/** @typedef {import("./format.js").Currency | null} Money */
/** @typedef {Record<string, any>} Args */
/** The key of the layout in force, by what it does. @typedef {{takeBack: string, menu: string, return: string, customer: string}} Keys */
/** @typedef {(args: Args, currency: Money, keys: Keys) => string} Words */

/** A name at the end of a sentence: its own full stop would stand beside the sentence's. @param {string} name @returns {string} */
export function inSentence(name) {
  return name.replace(/\.$/, "");
}

/** Before a till sells. @type {Record<string, Words>} */
const GATE = {
  bad_code: () => t("This code is not known. Check the letters, or ask the manager for a new code."),
  other_kind: () => t("This code or this device is for the other kind: a till is no price checker. Open the other page, or ask the manager."),
  expired_code: () => t("This code is too old. Ask the manager for a new one."),
  too_many_tries: () => t("This code was tried too often. Ask the manager for a new one."),
  too_many_requests: () => t("Too many tries from this address. Wait a minute, then try again."),
  unsupported_protocol: () => t("This till is too old for the server. Load the page again."),
  server_unreachable: () => t("The store server does not answer. Check the cable or Wi-Fi, then try again."),
  no_secure_context: () => t("This address is not secure, so the till cannot keep its key here. Open the page with https."),
  wrong_pin: (args) => wrongPin(args.left),
  locked_out: (args) => tn("Too many wrong tries. Wait 1 second.", "Too many wrong tries. Wait {n} seconds.", Number(args.seconds)),
  locked: () => t("The manager has locked this till. Ask them to unlock it."),
  revoked: () => t("Another device took over this till's number. Ask the manager."),
};

/** On receipts. @type {Record<string, Words>} */
const SALE = {
  unknown_code: (args) => t("Code {code} is not in the price list. Scan again or find by name.", { code: String(args.code).slice(0, LONGEST_CODE).replace(/[^!-~]/g, " ") }),
  no_price: (args) => t("{name} has no price today. Ask the manager to set one.", { name: args.name ?? args.code }),
  bad_label: (args) => t("The weight label {code} cannot be read. Weigh and print it again.", { code: args.code }),
  not_discountable: () => t("This item may not be discounted."),
  no_line: () => t("Select a line first."),
  empty_receipt: () => t("Nothing is on this receipt yet. Scan an item."),
  receipt_full: () => t("This receipt is full. Finish it and go on with a new one."),
  bad_quantity: () => t("This quantity cannot be sold. Type another."),
  bad_amount: () => t("This amount cannot be used. Type another."),
  payment_started: (_args, _currency, keys) => t("Money was already taken for this receipt. Finish the payment, or take the money back with {key}.", { key: keys.takeBack }),
  age_unconfirmed: (args) => t("Customer must be {age} for: {name}. Check an ID.", { age: args.age, name: inSentence(String(args.name)) }),
  too_much: (args, currency) => t("This pays at most what is left: {rest}.", { rest: money(args.rest, currency) }),
  unknown_method: () => t("This way of paying is not set up on this till."),
  needs_customer: (args) => t("{name} needs a customer on the receipt.", { name: args.name }),
  needs_reference: (args) => t("{name} needs a number or a reason. Type it.", { name: args.name }),
  taken: (args) => (args.till ? t("Till {till} was first: the receipt is there now.", { till: args.till }) : t("This receipt is not parked any more.")),
  needs_server: () => t("The store server does not answer. Receipts of other tills can be taken over when it is back."),
  not_refundable: (args) => t("{name} is not given back. Choose another way.", { name: args.name }),
  bad_tax_number: (args) => t("{number} is no tax number: a digit is wrong or missing. Look again.", { number: args.number }),
  unpaid: (args, currency) => t("{rest} is still to be paid.", { rest: money(args.rest, currency) }),
  forbidden: () => t("Your role does not allow this. A manager can approve it."),
  over_limit: (args, currency) => overLimit(args, currency),
  own_approval: () => t("Nobody approves what they do themselves, also not with another badge. Ask somebody else."),
  pricing_failed: () => t("The price of this receipt could not be worked out. Nothing was changed. Call the manager."),
  catalogue_missing: () => t("This till has no goods yet. Wait until they are loaded."),
};

/** On returns. @type {Record<string, Words>} */
const BACK = {
  no_such_receipt: (args) => t("There is no receipt {label} in this shop. Look at the paper again.", { label: args.label ?? "" }),
  receipt_elsewhere: () => t("This receipt was not made on this till, and the server does not answer. Scan the large code at its end, or ask a manager."),
  receipt_away: () => t("This receipt was not made on this till, and the server does not answer. Try again later, or ask a manager."),
  paper_damaged: () => t("The code could not be read whole. Smooth the paper and scan it again."),
  paper_goods: () => t("Not all goods of this receipt are known here. Scan its small code when the server is back, or ask a manager."),
  paper_elsewhere: (args) => t("This receipt is of store {store}. Its goods go back there.", { store: args.store }),
  paper_false: () => t("This code is not genuine: no till of this shop has signed what it says. Nothing was opened; call the manager."),
  paper_unknown: () => t("This till does not know the till that printed the receipt, and the server does not answer. Try again later, or ask a manager."),
  no_deposit: (args) => t("There is no deposit on {name}. Nothing is paid out for it.", { name: args.name }),
  not_on_receipt: (args) => t("{name} is not on this receipt.", { name: args.name }),
  nothing_left: (args) => t("No more of this may come back. Left: {left}.", { left: args.left }),
  taken_back_elsewhere: () => t("Some of these goods came back on another till already. They were taken off."),
  nothing_counted: () => t("Count the goods that come back first."),
  no_exchange: () => t("This shop does not exchange goods in one go."),
  on_an_exchange: () => t("This is an exchange: press Enter, only the difference is paid."),
  on_a_return: () => t("This is not possible on a return."),
  no_return: (_args, _currency, keys) => t("No return is open. Press {key}.", { key: keys.return }),
  reason_wanted: () => t("Say why there is no receipt."),
  return_limit: (args, currency) => t("A return like this may come to {most}. A manager can approve more.", { most: money(args.most, currency) }),
  return_old: (args) => t("The receipt is older than {days} days. A manager can approve it.", { days: args.days }),
};

/** @param {Args} args @param {Money} currency @returns {string} */
function overLimit({ name, limit }, currency) {
  if (name === "cash_amount") return t("This sum is above your limit of {limit}. A manager can approve it.", { limit: money(limit, currency) });
  if (name === "return_amount") return t("A return like this may come to {most}. A manager can approve more.", { most: money(limit, currency) });
  if (name === "difference_amount") return t("The difference is above your limit of {limit}. Count again, or ask a manager to approve it.", { limit: money(limit, currency) });
  return t("This discount is above your limit of {limit}. A manager can approve it.", { limit: percent(limit) });
}

/** The cash desk, the devices, the till itself. @type {Record<string, Words>} */
const DESK = {
  shift_open: () => t("A shift is open already."),
  no_shift: () => t("No shift is open. Open one first."),
  not_signed_in: () => t("Sign in first."),
  not_selling: () => t("The till is not selling now."),
  open_receipts: (args) => tn("1 open receipt remains. Finish or cancel it to close the shift.", "{n} open receipts remain. Finish or cancel them to close the shift.", Number(args.count)),
  shift_old: (args) => t("Shift {number} of an earlier day is still open. Say first what becomes of it.", { number: args.number }),
  in_training: (_args, _currency, keys) => t("This is not done while practising. End the training first ({key} 7).", { key: keys.menu }),
  same_cashier: () => t("The drawer goes to somebody else. The next cashier shows a badge or a PIN."),
  no_printer: () => t("No printer is set up on this till."),
  no_receipt: () => t("There is no receipt to print yet."),
  bridge_away: () => t("The device bridge does not answer. Look whether its program runs on this machine."),
  test_failed: (args) => t("{device} did not print the test page. {detail}", { device: args.device, detail: args.detail }),
  bridge_refused: () => t("The device bridge did not accept this pairing code. Read it again from the bridge."),
  bad_url: () => t("This is not the address of a device bridge."),
  readonly: () => t("This till is open in another window. Sell there."),
  storage_failed: () => t("This device could not save. Selling has stopped so that nothing is lost. Call the manager."),
};

const WORDS = { ...GATE, ...SALE, ...BACK, ...GOODS, ...CUSTOMER, ...POINTS, ...FISCAL, ...CARD, ...DESK };

/** @param {number | null | undefined} left @returns {string} */
function wrongPin(left) {
  if (typeof left !== "number") return t("Nobody has this PIN or badge. Try again.");
  return tn("Nobody has this PIN or badge. 1 try is left.", "Nobody has this PIN or badge. {n} tries are left.", left);
}

/** @param {import("../types.d.ts").TillState} state @returns {Keys} */
function keysOf(state) {
  return {
    takeBack: keyNamed(state, "takeBack", t("Take back"), "payment"), menu: keyNamed(state, "menu", t("Menu"), "sale"), return: keyNamed(state, "return", t("Return"), "sale"),
    customer: keyNamed(state, "customer", t("Customer"), "sale"),
  };
}

/** @param {Problem} problem @param {Money} currency @param {import("../types.d.ts").TillState} state whose layout says which key does what @returns {string} */
export function words(problem, currency, state) {
  const known = WORDS[problem.code];
  return known ? known(problem.args ?? {}, currency, keysOf(state)) : t("Something went wrong ({code}). Call the manager.", { code: problem.code });
}

/** Codes that have words, for the test that compares them with the models' list. */
export const CODES = Object.keys(WORDS);

/** Names of permissions, for "who may allow this". @param {string} permission @returns {string} */
export function permissionName(permission) {
  /** @type {Record<string, () => string>} */
  const names = {
    "till.discount": () => t("Give a discount"),
    "till.price": () => t("Change a price"),
    "till.void": () => t("Void a line or a receipt"),
    "till.void_subtotal": () => t("Void after the sum was told"),
    "till.return": () => t("Take goods back"),
    "till.return_blind": () => t("Take goods back without a receipt"),
    "till.empties": () => t("Take empty bottles back"),
    "till.return_over": () => t("Take goods back beyond the store's limits"),
    "till.training": () => t("Practise in training mode"),
    "till.cash": () => t("Put cash in or take it out"),
    "till.drawer": () => t("Open the drawer"),
    "till.reprint": () => t("Print a copy"),
    "till.fiscal_defer": () => t("Put fiscal registration off"),
    "till.fiscal_skip": () => t("Leave fiscal registration out, or type its number by hand"),
    "till.card_slip": () => t("Say what became of a card payment that the terminal cannot tell"),
    "till.x": () => t("See the X report"),
    "till.z": () => t("Close the shift"),
    "till.settings": () => t("Change the till's settings"),
    "till.sell": () => t("Sell"),
    "till.customer": () => t("Find and change customers"),
    "till.customer_card": () => t("Block or replace a customer's card"),
  };
  return names[permission]?.() ?? permission;
}
