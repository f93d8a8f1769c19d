/** What the customer key and the screens about customers share. */

import { spokenLanguage, t } from "../i18n.js";
import { clock, money } from "./format.js";
import { dropUnsold } from "./goods.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../types.d.ts").KnownCustomer} KnownCustomer */

/** F4: digits typed before it are the end of a telephone and find at once when they fit one person. @param {Desk} desk @returns {void} */
export function findCustomer(desk) {
  if (desk.layer?.name === "customer") return desk.close();
  const text = /^\d{3,}$/.test(desk.entry) ? desk.entry : "";
  const found = text ? desk.till.customers.search(text) : [];
  if (found.length === 1) {
    desk.type("");
    put(desk, found[0], "phone");
  } else desk.open("customer", { text });
}

/** Puts somebody on the receipt and says who it is. @param {Desk} desk @param {KnownCustomer} known @param {"phone" | "name" | "new"} by @returns {void} */
export function put(desk, known, by) {
  desk.close();
  desk.attempt(() => desk.till.customers.attach(known, by));
}

/**
 * A code that sold nothing may be a card this till has not heard of. The server is asked beside everything else; when it
 * knows the card, the customer comes onto the receipt that was on screen, and the code is no longer one that nobody knows.
 *
 * @param {Desk} desk
 * @param {string} code
 * @returns {Promise<void>}
 */
export async function cardElsewhere(desk, code) {
  const { message } = desk;
  const receipt = desk.till.state.receipt?.id;
  const known = await desk.till.customers.askCard(code);
  if (!known || receipt === undefined || desk.till.state.receipt?.id !== receipt) return;
  dropUnsold(desk, code);
  if (desk.message === message) desk.hush();
  desk.attempt(() => desk.till.customers.attach(known, "card"));
}

/** A text the chain wrote in several languages. @param {Record<string, string>} texts @returns {string} */
export function own(texts) {
  return texts[spokenLanguage()] ?? texts.en ?? Object.values(texts)[0] ?? "";
}

/** Points as money, always with the time they were known; nothing when nobody ever said. @param {Desk} desk @param {KnownCustomer} known @returns {string} */
export function balance(desk, known) {
  if (known.points === null || known.at === null) return t("points not known here");
  const today = new Date().toDateString() === new Date(known.at).toDateString();
  const time = today ? clock(known.at, desk.till.state.store?.time_zone) : known.at.slice(0, 10);
  return t("points {sum} as of {time}", { sum: money(known.points, desk.currency), time });
}

/** Enough to tell two people of one name apart. @param {KnownCustomer} known @returns {string} */
export function marks(known) {
  return [known.phone ? t("tel. …{end}", { end: known.phone }) : "", known.end ? t("card …{end}", { end: known.end }) : t("no card")].filter(Boolean).join(" · ");
}
