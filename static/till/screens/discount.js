/** A discount by hand: on the selected line or on the whole receipt, in percent or as a sum. */

import { t } from "../i18n.js";
import { parseScaled, percent, sum } from "../ui/format.js";
import { html, useState } from "../ui/html.js";
import { useHandlers } from "../ui/hooks.js";
import { keyOf } from "../ui/layout.js";
import { Choices, Pad, Panel } from "../ui/parts.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */

/** @returns {string[]} */
function reasons() {
  return [t("Damaged"), t("Short date"), t("Agreed price"), t("Staff")];
}

/** @param {{desk: Desk, commands: import("../ui/commands.js").Commands}} props @returns {import("../ui/html.js").View} */
export function Discount({ desk, commands }) {
  const { receipt } = desk.till.state;
  const line = receipt?.lines.find((each) => each.n === receipt.selected && !each.voided);
  const [whole, setWhole] = useState(!line);
  const [asSum, setAsSum] = useState(false);
  const [reason, setReason] = useState(/** @type {string | null} */ (null));
  const apply = (/** @type {string} */ entry) => {
    const value = parseScaled(entry, asSum ? (desk.currency?.digits ?? 2) : 2);
    if (value === null) return;
    give(desk, whole || !line ? null : line.n, { ...(asSum ? { amount: value } : { percent: value }), reason: reason ?? undefined });
  };
  useHandlers(desk, {
    enter: apply,
    text: (char) => char === "*" && (setAsSum(!asSum), true),
    key: (action) => action === "discount" && (setWhole(!whole), true),
  });
  const key = keyOf(desk.till.state, "discount");
  const current = whole ? receipt?.discount : line?.manual;
  const foot = html`<${Pad} commands=${commands} go=${t("Apply")} times />`;
  return html`<${Panel} desk=${desk} title=${t("Discount")} kind="give" foot=${foot}>
    <${Choices} desk=${desk} two options=${[
      { name: t("Selected line"), hint: line?.name, key, on: !whole, off: !line, run: () => setWhole(false) },
      { name: t("Whole receipt"), key, on: whole, run: () => setWhole(true) },
      { name: t("Percent"), key: "×", on: !asSum, run: () => setAsSum(false) },
      { name: t("Sum"), key: "×", on: asSum, run: () => setAsSum(true) },
    ]} />
    <output class="price" aria-label=${t("Discount")}><strong>${desk.entry || "0"} ${asSum ? (desk.currency?.currency ?? "") : "%"}</strong></output>
    <${Choices} desk=${desk} two options=${reasons().map((name) => ({ name, on: reason === name, run: () => setReason(reason === name ? null : name) }))} />
    ${current ? html`<${TakeOff} desk=${desk} n=${whole || !line ? null : line.n} current=${current} />` : null}
  <//>`;
}

/** @param {Desk} desk @param {number | null} n null: the whole receipt @param {{percent?: number, amount?: number, reason?: string} | null} value @returns {void} */
function give(desk, n, value) {
  desk.close();
  desk.attempt((approval) => {
    const discount = value && { ...value, approval };
    if (n === null) desk.till.discountReceipt(discount);
    else desk.till.discountLine(n, discount);
  });
}

/** @param {{desk: Desk, n: number | null, current: import("../types.d.ts").ManualDiscount}} props @returns {import("../ui/html.js").View} */
function TakeOff({ desk, n, current }) {
  const value = current.percent === undefined ? sum(current.amount ?? 0, desk.currency) : percent(current.percent);
  return html`<button class="big danger" onClick=${() => give(desk, n, null)}>${t("Take off the discount of {value}", { value })}</button>`;
}
