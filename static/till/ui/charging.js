/** Card payments through a terminal on the bridge, as keys and buttons begin them. */

import { typeFor, typeOfPayment } from "../models/tender-types.js";
import { giveBack } from "./returning.js";

/** @typedef {import("./desk.js").Desk} Desk */
/** @typedef {import("../types.d.ts").TenderType} TenderType */

/** The terminal is asked at once; without one the sum goes there by hand. @param {Desk} desk @param {TenderType} type @param {number} amount @returns {void} */
export function payByCard(desk, type, amount) {
  if (desk.till.cards.terminal(type) === null) return desk.open("card", { card: type, amount });
  desk.close();
  follow(desk, () => desk.till.cards.charge(type.id, amount));
}

/**
 * Does what may end with a receipt that is paid to the last unit, and then writes it.
 *
 * @param {Desk} desk
 * @param {(approval?: import("../types.d.ts").Approval) => Promise<boolean>} ask
 * @returns {void}
 */
export function follow(desk, ask) {
  void desk.attempt(async (approval) => {
    if (!(await ask(approval))) return;
    desk.close();
    await desk.till.finish();
    desk.message = null;
  });
}

/** Once more what failed. @param {Desk} desk @returns {void} */
export function chargeAgain(desk) {
  const charge = desk.till.state.receipt?.charge;
  if (!charge) return;
  const { kind, tender } = charge;
  desk.till.cards.dismiss();
  if (kind === "purchase") follow(desk, () => desk.till.cards.charge(tender.method, tender.amount));
  else if (kind === "void") follow(desk, () => desk.till.cards.takeBack(tender.i));
  else refundByCard(desk);
}

/** A payment that failed is taken by hand instead. @param {Desk} desk @returns {void} */
export function chargeByHand(desk) {
  const charge = desk.till.state.receipt?.charge;
  if (!charge) return;
  desk.till.cards.dismiss();
  desk.open("card", { card: typeFor(desk.till.state.tenders, charge.tender.method), amount: charge.tender.amount });
}

/** The parts of a return that terminals on the bridge can give back, and that have not gone back yet. @param {Desk} desk */
export function partsByCard(desk) {
  const { till } = desk;
  const done = till.cards.wentBack;
  return till.refund().parts.map((part, i) => ({ i, part, type: typeOfPayment(till.state.tenders, part) })).filter(({ i, type }) => !done.has(i) && till.cards.terminal(type) !== null);
}

/** Gives back on the cards, one after the other, and writes the return when that was all. @param {Desk} desk @returns {void} */
export function refundByCard(desk) {
  const [next] = partsByCard(desk);
  if (!next?.type) return;
  const { i, part, type } = next;
  void desk.attempt(async (approval) => {
    await desk.till.cards.refund(i, part, type, approval);
    if (desk.till.cards.wentBack.has(i)) wentOn(desk);
  });
}

/** What comes after a part that went back. @param {Desk} desk @returns {void} */
export function wentOn(desk) {
  const { parts } = desk.till.refund();
  const done = desk.till.cards.wentBack;
  if (partsByCard(desk).length > 0) return refundByCard(desk);
  if (parts.every(({ method }, i) => method !== "card" || done.has(i))) return giveBack(desk, {});
  desk.open("refund");
}
