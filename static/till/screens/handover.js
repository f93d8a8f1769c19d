/** The drawer goes to the next cashier: a blind count, the difference, then whoever takes it shows a badge or a PIN. */

import { t } from "../i18n.js";
import { html, useState } from "../ui/html.js";
import { useField } from "../ui/form.js";
import { useFocus, useHandlers } from "../ui/hooks.js";
import { Choices, PinPad, Sheet, useDigits } from "../ui/parts.js";
import { reasonChoices } from "../ui/reasons.js";
import { CountFields, CountFoot, CountResult, useCount, useCounting } from "./count.js";
import { isPin } from "./signin.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/commands.js").Commands} Commands */
/** @typedef {import("../ui/html.js").View} View */
/** @typedef {import("./count.js").Counted} Counted */

/** @param {{desk: Desk, commands: Commands, counted?: Counted | null, reason?: string | null}} props count and reason are the layer's, so that they outlive a question to the manager @returns {View} */
export function HandOver({ desk, commands, counted = null, reason = null }) {
  const setCounted = (/** @type {Counted | null} */ next) => desk.open("handover", { counted: next });
  const setReason = (/** @type {string} */ why) => desk.open("handover", { counted, reason: why });
  if (!counted) return html`<${Count} desk=${desk} onCounted=${setCounted} />`;
  if (reason === null && counted.result.difference !== 0) return html`<${Why} desk=${desk} counted=${counted} onReason=${setReason} again=${() => setCounted(null)} />`;
  return html`<${Next} desk=${desk} commands=${commands} counted=${counted} reason=${reason ?? ""} />`;
}

/** @param {{desk: Desk, onCounted: (counted: Counted) => void}} props @returns {View} */
function Count({ desk, onCounted }) {
  const count = useCount(desk);
  const { busy, onSubmit } = useCounting(desk, count, onCounted);
  return html`<${Sheet} desk=${desk} title=${t("Hand over: count the drawer")}>
    <form onSubmit=${onSubmit} class="scroll">
      <${CountFields} desk=${desk} count=${count} label=${t("All cash in the drawer as one sum, or count by notes and coins below")} />
      <${CountFoot} desk=${desk} count=${count} go=${t("Counted")} busy=${busy} testid="handover-counted" />
    </form>
  <//>`;
}

/** @param {{desk: Desk, counted: Counted, onReason: (reason: string) => void, again: () => void}} props @returns {View} */
function Why({ desk, counted, onReason, again }) {
  const options = [...reasonChoices(desk, "difference", onReason), { key: "0", name: t("Count again"), run: again }];
  useDigits(desk, options);
  return html`<${Sheet} desk=${desk} title=${t("Hand over: the difference")}>
    <${CountResult} desk=${desk} result=${counted.result} />
    <p>${t("The difference is booked to who hands over. Why is there one?")}</p>
    <${Choices} desk=${desk} options=${options} />
  <//>`;
}

/** @param {{desk: Desk, commands: Commands, counted: Counted, reason: string}} props @returns {View} */
function Next({ desk, commands, counted, reason }) {
  const field = useField(desk, async (text) => {
    const to = isPin(text) ? { pin: text } : { badge: text };
    const said = { counted: counted.result.counted, denominations: counted.denominations, reason, to };
    await desk.attempt(async (approval) => {
      await desk.till.handOver({ ...said, approval });
      desk.close();
      desk.say("good", t("{name} has the drawer now.", { name: desk.till.state.operator?.name ?? "" }));
    });
  });
  const focus = useFocus();
  useHandlers(desk, {});
  return html`<${Sheet} desk=${desk} title=${t("Hand over: who takes the drawer?")}>
    <form onSubmit=${field.onSubmit} class="scroll">
      <label class="field">${t("PIN or badge of the next cashier")}
        <input ref=${focus} class="pin" type="password" inputmode="none" data-testid="next-pin" autocomplete="off" maxlength="64" value=${field.value} onInput=${field.onInput} />
      </label>
      <p class="problem" role="alert">${field.problem ?? ""}</p>
      <${PinPad} commands=${commands} go=${t("Take over")} />
    </form>
  <//>`;
}
