/** What the store's rules say about the receipt: one at a time in the message slot, and how many wait behind it. It asks for nothing. */

import { tn } from "../i18n.js";
import { useEffect } from "./html.js";

/** @typedef {import("./desk.js").Desk} Desk */

/** Which message of which receipt is in the slot, and what stood there already. @type {WeakMap<Desk, {receipt: string, at: number, seen: Set<string>}>} */
const places = new WeakMap();

/** @param {Desk} desk */
function placeOf(desk) {
  const receipt = desk.till.state.receipt?.id ?? "";
  const known = places.get(desk);
  if (known?.receipt === receipt) return known;
  const fresh = { receipt, at: 0, seen: new Set() };
  places.set(desk, fresh);
  return fresh;
}

/** @param {Desk} desk @returns {import("./desk.js").Message | null} */
export function advice(desk) {
  const { messages: all, payment, receipt } = desk.till.state;
  const messages = all.filter((one) => one.receipt === receipt?.id);
  if (messages.length === 0 || payment) return null;
  const place = placeOf(desk);
  const at = place.at % messages.length;
  const next = () => {
    place.at = at + 1;
    desk.changed();
  };
  const more = messages.length - 1;
  const choices = more ? [{ label: "+" + more, hint: tn("1 more message", "{n} more messages", more), run: next }] : [];
  return { level: "advice", text: messages[at].text, rule: messages[at].rule, choices };
}

/** Journals once for each receipt that a message stood before the cashier. @param {Desk} desk @param {import("./desk.js").Message | null} message @returns {void} */
export function useSeen(desk, message) {
  const rule = message?.rule ?? "";
  useEffect(() => {
    const { seen } = placeOf(desk);
    if (rule === "" || seen.has(rule)) return;
    seen.add(rule);
    desk.till.saw("message_seen", { rule });
  }, [rule, desk.till.state.receipt?.id]);
}
