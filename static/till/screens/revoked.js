/** The server gave this till's number to another device: nothing may be sold here until it is set up anew. */

import { t } from "../i18n.js";
import { html } from "../ui/html.js";
import { useFocus } from "../ui/hooks.js";
import { useField } from "../ui/form.js";
import { Gate, Problem } from "./gate.js";

/** A stopped till does not start in place: it begins anew with its new number. @param {import("../ui/desk.js").Desk} desk @param {string} code */
async function again(desk, code) {
  await desk.till.enrol(code);
  location.reload();
}

/** @param {{desk: import("../ui/desk.js").Desk}} props @returns {import("../ui/html.js").View} */
export function Revoked({ desk }) {
  const field = useField(desk, (code) => again(desk, code), { keep: true });
  const focus = useFocus();
  return html`<${Gate} desk=${desk} title=${t("This till was switched off")}>
    <p role="alert">${t("Another device took over this till's number. Sales made here before are kept and can still be sent.")}</p>
    <p>${t("Not sent yet:")} <b data-testid="unsent-kept">${desk.till.status.unsent}</b></p>
    <form onSubmit=${field.onSubmit} class="scroll">
      <label class="field">${t("New till code from the manager")}
        <input ref=${focus} class="code" data-testid="enrol-code" data-first autocomplete="off" spellcheck=${false} maxlength="20"
          value=${field.value} onInput=${field.onInput} />
      </label>
      <${Problem} text=${field.problem} />
      <button class="primary big wide" type="submit" disabled=${field.busy}>${t("Set up again")}</button>
    </form>
  <//>`;
}
