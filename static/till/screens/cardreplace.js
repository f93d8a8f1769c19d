/** Blocking a card, or giving a new one for it: a reason, and for a new one its number. Works without the server. */

import { t } from "../i18n.js";
import { html, useState } from "../ui/html.js";
import { useFocus, useHandlers } from "../ui/hooks.js";
import { Choices, Panel, useDigits } from "../ui/parts.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../types.d.ts").DraftCustomer} DraftCustomer */

/** @param {{desk: Desk, customer: DraftCustomer, block?: boolean}} props @returns {import("../ui/html.js").View} */
export function CardReplace({ desk, customer, block = false }) {
  const [reason, setReason] = useState(/** @type {string | null} */ (null));
  const chosen = (/** @type {string} */ text) => {
    if (!block) return setReason(text);
    desk.close();
    void desk.attempt(async (approval) => {
      await desk.till.customers.block(customer, { reason: text, approval });
      desk.say("good", t("The card of {name} is blocked.", { name: customer.name }) + " " + sent(desk));
    });
  };
  if (reason !== null) return html`<${NewNumber} desk=${desk} customer=${customer} reason=${reason} />`;
  return html`<${Why} desk=${desk} title=${block ? t("Block the card") : t("Replace the card")} chosen=${chosen} />`;
}

/** @param {{desk: Desk, title: string, chosen: (reason: string) => void}} props @returns {import("../ui/html.js").View} */
function Why({ desk, title, chosen }) {
  const names = [t("Lost"), t("Stolen"), t("Damaged"), t("The customer wishes it")];
  const options = names.map((name, index) => ({ key: String(index + 1), name, run: () => chosen(name) }));
  useDigits(desk, options);
  return html`<${Panel} desk=${desk} title=${title}>
    <p>${t("Why?")}</p>
    <${Choices} desk=${desk} options=${options} />
  <//>`;
}

/** @param {{desk: Desk, customer: DraftCustomer, reason: string}} props @returns {import("../ui/html.js").View} */
function NewNumber({ desk, customer, reason }) {
  const [number, setNumber] = useState("");
  const focus = useFocus();
  const replace = (/** @type {string} */ typed) => {
    void desk.attempt(async (approval) => {
      const fresh = await desk.till.customers.replace(customer, typed, { reason, approval });
      desk.close();
      desk.till.customers.attach(fresh, "card");
      desk.say("good", t("{name} has a new card.", { name: customer.name }) + " " + sent(desk));
    });
  };
  const isGoods = (/** @type {string} */ code) => desk.till.customers.isGoods(code);
  useHandlers(desk, { codes: (code) => !isGoods(code) && (replace(code), true) });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    const typed = number.trim();
    if (isGoods(typed)) desk.sell(typed);
    else if (typed) replace(typed);
  };
  return html`<${Panel} desk=${desk} title=${t("Replace the card")}>
    <form onSubmit=${submit} class="scroll">
      <label class="field">${t("Scan the new card")}
        <input ref=${focus} type="text" autocomplete="off" spellcheck=${false} maxlength="64" data-testid="new-card" value=${number}
          onInput=${(/** @type {any} */ event) => setNumber(event.target.value)} /></label>
      <button type="submit" class="primary big">${t("Give this card")}</button>
    </form>
  <//>`;
}

/** @param {Desk} desk @returns {string} what becomes of it */
function sent(desk) {
  return desk.till.status.server.state === "online" ? "" : t("It will be sent.");
}
