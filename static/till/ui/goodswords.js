/** Refusals about goods in a cashier's words; `words.js` says the others. */

import { t } from "../i18n.js";
import { date, money } from "./format.js";
import { wantedNumber } from "./goods.js";

/** @typedef {import("./format.js").Currency | null} Money */
/** @typedef {Record<string, any>} Args */

/** @param {unknown} name @returns {string} a name that ends a sentence */
function last(name) {
  return String(name ?? "").replace(/\.$/, "");
}

/** @param {Args} args @param {Money} currency @returns {string} */
function priceLimits({ least, most }, currency) {
  if (least === null) return t("The price is above {most}. Type a lower one.", { most: money(most, currency) });
  if (most === null) return t("The price is below {least}. Type a higher one.", { least: money(least, currency) });
  return t("The price must be from {least} to {most}. Type it again.", { least: money(least, currency), most: money(most, currency) });
}

/** @type {Record<string, (args: Args, currency: Money) => string>} */
export const GOODS = {
  price_needed: (args) => t("Type the price of: {name}.", { name: last(args.name) }),
  price_limits: priceLimits,
  not_open_price: (args) => t("The price of {name} is fixed. It cannot be typed.", { name: args.name }),
  bad_gs1: () => t("This code was not read whole. Scan it again, or scan the plain bar code beside it."),
  other_currency: (args) => t("The price on this label is in another currency than {currency}. Type the code of the goods.", { currency: args.currency }),
  expired: (args) => t("{name} was good until {day}. It must not be sold. Put it aside.", { name: args.name, day: date(String(args.day)) }),
  sale_ban: (args) => t("{name} may not be sold now: {ban}. Take it off the receipt.", { name: args.name, ban: last(args.ban) }),
  capture_missing: (args) => wantedNumber(String(args.capture), String(args.name)),
  bad_mark: (args) => t("This is not the number of {name}. Scan it again.", { name: args.name }),
  mark_twice: () => t("This number is on an open receipt already. Every unit has its own: scan the other one."),
  mark_sold: (args) => t("This number was sold already, with receipt {label}. Put the goods aside and call the manager.", { label: args.label }),
  sticker_used: () => t("This sticker was used already. Sell the goods by their own bar code."),
  follows_goods: (args) => t("{name} belongs to its goods. Change the goods instead.", { name: args.name }),
  no_scale: () => t("No scale is connected to this till. Type the weight."),
  scale_away: () => t("The scale does not answer. Type the weight, then touch the goods."),
  no_weight: () => t("The scale shows no weight, or too much. Look at it, then try again."),
  weight_moves: () => t("The scale has not settled yet. Wait a moment, then try again."),
  weight_used: () => t("This weight is on the receipt already. Take the goods off the scale and weigh the next ones."),
  not_by_weight: (args) => t("{name} is not sold by weight.", { name: args.name }),
  one_each: (args) => t("{name}: every unit has its own line. Scan each one.", { name: args.name }),
};
