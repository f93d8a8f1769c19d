/** The price of goods that have none of their own, typed by somebody who may. */

import { t } from "../i18n.js";
import { money, parseScaled } from "../ui/format.js";
import { sellAtPrice } from "../ui/goods.js";
import { html } from "../ui/html.js";
import { useHandlers } from "../ui/hooks.js";
import { Pad, Panel } from "../ui/parts.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {{product: string, name: string, least: number | null, most: number | null, usual: number | null, code: string | null, quantity: number | null}} Asked */

/** @param {{desk: Desk, commands: import("../ui/commands.js").Commands} & Asked} props @returns {import("../ui/html.js").View} */
export function OpenPrice({ desk, commands, product, name, least, most, usual, code, quantity }) {
  const { currency } = desk;
  const take = (/** @type {string} */ entry) => {
    const typed = entry === "" ? usual : parseScaled(entry, currency?.digits ?? 2);
    if (typed === null) return desk.say("info", t("Type a price, then Enter."));
    desk.type("");
    sellAtPrice(desk, product, { price: typed, quantity: quantity ?? undefined, barcode: code });
  };
  useHandlers(desk, { enter: take });
  const limits = [least === null ? "" : t("at least {sum}", { sum: money(least, currency) }), most === null ? "" : t("at most {sum}", { sum: money(most, currency) })];
  const foot = html`<${Pad} commands=${commands} go=${t("Sell")} />`;
  return html`<${Panel} desk=${desk} title=${t("Type the price")} kind="give" foot=${foot}>
    <div class="price">
      <b>${name}</b>
      <output aria-label=${t("Price")} data-testid="open-price"><strong>${desk.entry || (usual === null ? "0" : money(usual, currency))}</strong></output>
      <span class="hint">${limits.filter(Boolean).join(", ")}</span>
      ${code ? html`<span class="hint">${t("Code {code} is kept for the office.", { code })}</span>` : null}
    </div>
  <//>`;
}
