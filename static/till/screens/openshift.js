/** The float: what lies in the drawer before the first sale. */

import { TillError } from "../till.js";
import { t } from "../i18n.js";
import { parseScaled } from "../ui/format.js";
import { html } from "../ui/html.js";
import { useFocus } from "../ui/hooks.js";
import { useField } from "../ui/form.js";
import { PinPad } from "../ui/parts.js";
import { Gate, Problem } from "./gate.js";

/** @param {{desk: import("../ui/desk.js").Desk, commands: import("../ui/commands.js").Commands}} props @returns {import("../ui/html.js").View} */
export function OpenShift({ desk, commands }) {
  const { till } = desk;
  const { operator, store } = till.state;
  const field = useField(desk, (text) => open(desk, text), { keep: true, leads: true });
  const focus = useFocus();
  return html`<${Gate} desk=${desk} title=${t("Open the shift")}>
    <p class="hint">${t("Count the cash in the drawer and type the sum.")}</p>
    <form onSubmit=${field.onSubmit} class="scroll">
      <label class="field">${t("Cash in the drawer, {currency}", { currency: store?.currency ?? "" })}
        <input ref=${focus} class="amount" inputmode="none" data-testid="float" data-first autocomplete="off" maxlength="14"
          value=${field.value} onInput=${field.onInput} />
      </label>
      <${Problem} text=${field.problem} />
      <${PinPad} commands=${commands} go=${t("Open")} />
    </form>
    <button type="button" class="big wide" onClick=${() => desk.attempt(() => till.signOut())}>${t("Not {name}? Sign out", { name: operator?.name ?? "" })}</button>
  <//>`;
}

/** @param {import("../ui/desk.js").Desk} desk @param {string} text @returns {Promise<void>} */
async function open(desk, text) {
  const float = parseScaled(text, desk.currency?.digits ?? 2);
  if (float === null) throw new TillError("bad_amount");
  await desk.till.openShift(float);
}
