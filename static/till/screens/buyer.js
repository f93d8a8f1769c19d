/** The tax number of the firm that buys: typed once, checked at once, printed on the receipt. */

import { t } from "../i18n.js";
import { html, useState } from "../ui/html.js";
import { useFocus, useHandlers } from "../ui/hooks.js";
import { Panel, PinPad } from "../ui/parts.js";

/** What people here call it. @param {string | undefined} country @returns {string} */
export function taxNumberName(country) {
  return { pl: t("Buyer's NIP"), ua: t("Buyer's tax code (EDRPOU, IPN)"), ru: t("Buyer's INN") }[country ?? ""] ?? t("Buyer's tax number");
}

/** @param {{desk: import("../ui/desk.js").Desk, commands: import("../ui/commands.js").Commands}} props @returns {import("../ui/html.js").View} */
export function Buyer({ desk, commands }) {
  const { payment, store } = desk.till.state;
  const [number, setNumber] = useState(payment?.buyerTaxId ?? "");
  const focus = useFocus();
  useHandlers(desk, {});
  const save = (/** @type {string} */ text) =>
    desk.attempt(() => {
      desk.till.setBuyer(text);
      desk.close();
      desk.hush();
    });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    save(number);
  };
  return html`<${Panel} desk=${desk} title=${taxNumberName(store?.country)}>
    <form onSubmit=${submit} class="scroll">
      <label class="field">${t("Number, checked before it is printed")}
        <input ref=${focus} data-testid="buyer" autocomplete="off" maxlength="24" value=${number} onInput=${(/** @type {any} */ event) => setNumber(event.target.value)} />
      </label>
      ${payment?.buyerTaxId ? html`<button type="button" class="big" onClick=${() => save("")}>${t("Take the number off")}</button>` : null}
      <${PinPad} commands=${commands} go=${t("Done")} />
    </form>
  <//>`;
}
