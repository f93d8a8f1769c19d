/** Steps of a return that keys and buttons share. */

import { t } from "../i18n.js";

/** @typedef {import("./desk.js").Desk} Desk */

/** The return on screen. @param {Desk} desk @returns {import("../types.d.ts").ReturnView | null} */
export function backOf(desk) {
  return desk.till.state.receipt?.back ?? null;
}

/** A receipt was scanned, typed or chosen. @param {Desk} desk @param {string} code @param {import("../types.d.ts").Origin} [origin] @returns {void} */
export function openReturn(desk, code, origin) {
  desk.close();
  desk.attempt((approval) => desk.till.openReturn(code, { approval, origin }));
}

/** All of the receipt comes back. @param {Desk} desk @returns {void} */
export function returnAll(desk) {
  desk.attempt(() => desk.till.returnAll());
}

/** To the money. @param {Desk} desk @param {number} at event time @returns {void} */
export function toRefund(desk, at) {
  if (backOf(desk)?.looking) return desk.say("info", t("The receipt is still being looked for."));
  desk.attempt(() => {
    desk.till.refund();
    desk.open("refund");
    desk.paymentAt = at;
  });
}

/**
 * Hands out the money and writes the return.
 *
 * @param {Desk} desk
 * @param {{cash?: boolean, references?: (string | null)[]}} how
 * @returns {void}
 */
export function giveBack(desk, how) {
  desk.close();
  desk.attempt(async (approval) => {
    await desk.till.finishReturn({ ...how, approval });
    desk.message = null;
  });
}

/** To the difference of an exchange. @param {Desk} desk @param {number} at event time @returns {void} */
export function toExchange(desk, at) {
  desk.open("exchange");
  desk.paymentAt = at;
}

/** @param {Desk} desk @param {{method?: string, tendered?: number, references?: (string | null)[]}} how @returns {void} */
export function exchange(desk, how) {
  desk.close();
  desk.attempt(async (approval) => {
    await desk.till.finishExchange({ ...how, approval });
    desk.message = null;
  });
}
