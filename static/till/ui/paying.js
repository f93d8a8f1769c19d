/** Steps of the payment that keys and buttons share. */

import { t } from "../i18n.js";
import { parseScaled } from "./format.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../types.d.ts").CardTender} CardTender */

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

/**
 * Asks for the slip of the stand-alone terminal. A sum typed before goes on the card, else all that is left.
 *
 * @param {Desk} desk
 * @param {CardTender | undefined} card
 * @returns {void}
 */
export function cardTo(desk, card) {
  const typed = parseScaled(desk.entry, desk.currency?.digits ?? 2);
  const tender = card ?? { id: "card", name: t("Card") };
  desk.open("card", { card: tender, amount: typed ?? desk.till.state.payment?.rest ?? 0 });
}

/** Takes the last tender back. @param {Desk} desk @returns {void} */
export function takeBack(desk) {
  const { payment } = desk.till.state;
  const last = payment?.tenders.at(-1);
  if (last) desk.attempt(() => desk.till.removeTender(last.i));
}
