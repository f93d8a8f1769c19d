/** Ways of paying besides cash and cards: the list of them, and the number or the reason that one of them needs. */

import { t } from "../i18n.js";
import { money } from "../ui/format.js";
import { html } from "../ui/html.js";
import { Choices, Panel, PinPad, useDigits } from "../ui/parts.js";
import { TenderKeys, pay, payWith } from "../ui/paying.js";
import { useReference } from "./slip.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../types.d.ts").TenderType} TenderType */

/** @param {{desk: Desk, typed: number | null}} props @returns {import("../ui/html.js").View} a sum typed before goes on the one that is chosen */
export function OtherTenders({ desk, typed }) {
  const { payment } = desk.till.state;
  const { list } = new TenderKeys(payment?.offered ?? []);
  const choose = (/** @type {TenderType} */ type) => () => {
    const amount = typed ?? payment?.rest ?? 0;
    if (type.needsReference) return desk.open("tender", { type, amount });
    if (type.kind === "card") return payWith(desk, type);
    desk.close();
    pay(desk, { method: type.id, amount });
  };
  const options = list.map((type, i) => ({ key: i < 9 ? String(i + 1) : undefined, name: type.name, run: choose(type) }));
  useDigits(desk, options);
  return html`<${Panel} desk=${desk} title=${t("Other ways to pay")}>
    <dl class="due"><dt>${t("To pay with it")}</dt><dd class="left">${money(typed ?? payment?.rest ?? 0, desk.currency)}</dd></dl>
    <${Choices} desk=${desk} options=${options} />
  <//>`;
}

/**
 * @param {{desk: Desk, commands: import("../ui/commands.js").Commands, type: TenderType, amount: number}} props
 * @returns {import("../ui/html.js").View}
 */
export function TenderSlip({ desk, commands, type, amount }) {
  const { field, onSubmit } = useReference(desk, (reference) => {
    if (reference === "") return desk.refuse({ code: "needs_reference", args: { name: type.name } });
    desk.close();
    pay(desk, { method: type.id, amount, reference });
  });
  const label = type.kind === "internal" ? t("Reason, or who takes it") : t("Number");
  return html`<${Panel} desk=${desk} title=${type.name}>
    <dl class="due"><dt>${t("To pay with it")}</dt><dd class="left" data-testid="tender-amount">${money(amount, desk.currency)}</dd></dl>
    <form onSubmit=${onSubmit} class="scroll">
      <label class="field">${label}
        <input ...${field} data-testid="tender-reference" data-scan autocomplete="off" maxlength="60" />
      </label>
      <${PinPad} commands=${commands} go=${t("Take it")} />
    </form>
  <//>`;
}
