/** First start: this browser becomes a till by a one-time code. */

import { t } from "../i18n.js";
import { html } from "../ui/html.js";
import { useFocus } from "../ui/hooks.js";
import { useField } from "../ui/form.js";
import { Gate, Problem } from "./gate.js";
import { LanguageChoice, ScreenSize } from "./settings.js";

/** @param {{desk: import("../ui/desk.js").Desk}} props @returns {import("../ui/html.js").View} */
export function Enrol({ desk }) {
  const field = useField(desk, (code) => desk.till.enrol(code), { keep: true });
  const focus = useFocus();
  return html`<${Gate} desk=${desk} title=${t("Set up this till")}>
    <p class="hint">${t("A manager makes a code in the back office under Tills. It works once, for 15 minutes.")}</p>
    <form onSubmit=${field.onSubmit} class="scroll">
      <label class="field">${t("Till code")}
        <input ref=${focus} class="code" data-testid="enrol-code" data-first autocomplete="off" autocapitalize="characters"
          spellcheck=${false} maxlength="20" value=${field.value} onInput=${field.onInput} />
      </label>
      <${Problem} text=${field.problem} />
      <button class="primary big wide" type="submit" disabled=${field.busy}>${field.busy ? t("Setting up …") : t("Set up")}</button>
    </form>
    <${LanguageChoice} desk=${desk} />
    <${ScreenSize} desk=${desk} />
  <//>`;
}
