/** Steps of the payment that keys and buttons share. */

import { t } from "../i18n.js";
import { payByCard } from "./charging.js";
import { parseScaled } from "./format.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../types.d.ts").CardTender} CardTender */
/** @typedef {import("../types.d.ts").TenderType} TenderType */

/**
 * Cash: the typed sum, else the chosen quick sum, else exactly what is left.
 *
 * @param {Desk} desk
 * @param {string} entry
 * @returns {void}
 */
export function payCash(desk, entry) {
  const { payment } = desk.till.state;
  const typed = entry === "" ? null : parseScaled(entry, desk.currency?.digits ?? 2);
  desk.entry = "";
  if (entry !== "" && typed === null) return desk.refuse({ code: "bad_amount", args: {} });
  const tendered = typed ?? (desk.quick === null ? undefined : payment?.quickCash[desk.quick]);
  desk.quick = null;
  pay(desk, { method: "cash", tendered });
}

/**
 * @param {Desk} desk
 * @param {{method: string, amount?: number, tendered?: number, reference?: string}} tender
 * @returns {void}
 */
export function pay(desk, tender) {
  desk.attempt(async () => {
    if (!desk.till.tender(tender)) return;
    desk.close();
    await desk.till.finish();
    desk.message = null;
  });
}

/** Points: the typed sum, else all that may be. The server is asked beside everything else. @param {Desk} desk @returns {void} */
export function payPoints(desk) {
  const typed = desk.entry === "" ? undefined : parseScaled(desk.entry, desk.currency?.digits ?? 2);
  desk.entry = "";
  desk.quick = null;
  if (typed === null) return desk.refuse({ code: "bad_amount", args: {} });
  desk.attempt(async () => {
    const paid = await desk.till.redeem(typed);
    desk.hush();
    if (!paid) return;
    desk.close();
    await desk.till.finish();
    desk.message = null;
  });
}

/** What the keys of the payment stand for: two single means of payment, and a list of all others. */
export class TenderKeys {
  /** @param {TenderType[]} offered on this receipt */
  constructor(offered) {
    const others = offered.filter(({ kind }) => kind !== "cash");
    const cards = others.filter(({ kind }) => kind === "card");
    this.f5 = others.find(({ key }) => key === "F5") ?? (cards.length === 0 ? plainCard() : undefined);
    this.f6 = others.find(({ key }) => key === "F6");
    this.list = others.filter((type) => type !== this.f5 && type !== this.f6);
    /** The first card, wherever it is. */
    this.card = [this.f5, this.f6, ...cards].find((type) => type?.kind === "card") ?? plainCard();
  }
}

/** A card where the store named no terminal. @returns {TenderType} */
function plainCard() {
  const rules = { needsCustomer: false, needsReference: false, opensDrawer: false, overTender: false, refundable: true, counted: false, terminal: null };
  return { id: "card", kind: "card", name: t("Card"), key: "F5", ...rules };
}

/**
 * A sum typed before goes on it, else all that is left. Cards and what needs a number ask for the slip's or its number.
 *
 * @param {Desk} desk
 * @param {TenderType | undefined} type
 * @returns {void}
 */
export function payWith(desk, type) {
  if (!type) return;
  const typed = parseScaled(desk.entry, desk.currency?.digits ?? 2);
  if (desk.entry !== "" && typed === null) return desk.refuse({ code: "bad_amount", args: {} });
  const amount = typed ?? desk.till.state.payment?.rest ?? 0;
  desk.quick = null;
  if (type.kind === "card") return payByCard(desk, type, amount);
  if (type.needsReference) return desk.open("tender", { type, amount });
  desk.close();
  pay(desk, { method: type.id, amount });
}

/**
 * The terminal has approved, and nobody writes its slips down: the typed sum, else all that is left, in one key. Where the
 * store wants the slip's number it is asked for.
 *
 * @param {Desk} desk
 * @returns {void}
 */
export function cardAtOnce(desk) {
  const { payment } = desk.till.state;
  const { card } = new TenderKeys(payment?.offered ?? []);
  if (card.needsReference || desk.till.cards.terminal(card)) return payWith(desk, card);
  const typed = parseScaled(desk.entry, desk.currency?.digits ?? 2);
  if (desk.entry !== "" && typed === null) return desk.refuse({ code: "bad_amount", args: {} });
  desk.quick = null;
  desk.close();
  pay(desk, { method: card.id, amount: typed ?? payment?.rest });
}

/** All means of payment without a key of their own; the only one is taken at once. @param {Desk} desk @returns {void} */
export function payOther(desk) {
  const { list } = new TenderKeys(desk.till.state.payment?.offered ?? []);
  if (list.length === 1) return payWith(desk, list[0]);
  const typed = parseScaled(desk.entry, desk.currency?.digits ?? 2);
  if (list.length > 1) desk.open("tenders", { typed });
}

/** Takes the last tender back. @param {Desk} desk @returns {void} */
export function takeBack(desk) {
  const { payment } = desk.till.state;
  const last = payment?.tenders.at(-1);
  if (last) desk.attempt(() => desk.till.removeTender(last.i));
}

/** @param {Desk} desk @param {number} step through the quick sums @returns {void} */
export function chooseQuick(desk, step) {
  const count = desk.till.state.payment?.quickCash.length ?? 0;
  if (!count) return;
  desk.entry = "";
  desk.quick = desk.quick === null ? (step > 0 ? 0 : count - 1) : (desk.quick + step + count) % count;
  desk.changed();
}
