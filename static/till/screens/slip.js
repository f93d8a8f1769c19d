/** The number that comes back by hand from what was paid with: a terminal's slip, a voucher, a reason. */

import { useState } from "../ui/html.js";
import { useFocus, useHandlers } from "../ui/hooks.js";

/** The Enter that opened the panel may be a scanner's, and its second line end must not take money. */
const AFTER_OPENING_MS = 300;

/**
 * @param {import("../ui/desk.js").Desk} desk
 * @param {(reference: string) => void} take the number as it was typed, without spaces around it
 * @returns {{field: {ref: any, value: string, onInput: (event: any) => void}, onSubmit: (event: Event) => void}}
 */
export function useReference(desk, take) {
  const [reference, setReference] = useState("");
  const [openedAt] = useState(() => performance.now());
  const ref = useFocus();
  useHandlers(desk, {});
  return {
    field: { ref, value: reference, onInput: (event) => setReference(event.target.value) },
    onSubmit: (event) => {
      event.preventDefault();
      if (performance.now() - openedAt < AFTER_OPENING_MS) return;
      if (isGoods(desk, reference)) return void desk.sell(reference);
      take(reference.trim());
    },
  };
}

/** Somebody scanned goods into the field. @param {import("../ui/desk.js").Desk} desk @param {string} text @returns {boolean} */
function isGoods(desk, text) {
  return /^\d{8,14}$/.test(text) && desk.till.search(text, 1).total > 0;
}
