/** Who sells: PIN from the keyboard or the pad, or a badge under the scanner. Works without the server. */

import { t } from "../i18n.js";
import { html } from "../ui/html.js";
import { useFocus } from "../ui/hooks.js";
import { useField } from "../ui/form.js";
import { PinPad } from "../ui/parts.js";
import { Gate, Problem } from "./gate.js";

/** PINs are digits and short; whatever else is entered came from a badge. @param {string} text @returns {boolean} */
export function isPin(text) {
  return /^\d{3,8}$/.test(text);
}

/** @param {{desk: import("../ui/desk.js").Desk, commands: import("../ui/commands.js").Commands}} props @returns {import("../ui/html.js").View} */
export function SignIn({ desk, commands }) {
  const { till } = desk;
  const field = useField(desk, (text) => (isPin(text) ? till.signIn(text) : till.signInBadge(text)), { leads: true });
  const focus = useFocus();
  const store = till.state.store;
  return html`<${Gate} desk=${desk} title=${t("Sign in")}>
    <p class="hint">${store ? store.name : ""}</p>
    ${till.state.locked ? html`<p class="problem" role="status">${t("The manager has locked this till. Ask them to unlock it.")}</p>` : null}
    <form onSubmit=${field.onSubmit} class="scroll">
      <label class="field">${t("PIN or badge")}
        <input ref=${focus} class="pin" type="password" inputmode="none" data-testid="pin" data-first autocomplete="off" maxlength="64"
          value=${field.value} onInput=${field.onInput} />
      </label>
      <${Problem} text=${field.problem} />
      <${PinPad} commands=${commands} go=${t("Sign in")} />
    </form>
  <//>`;
}
