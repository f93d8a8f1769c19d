/** A manager allows one action in place: badge or PIN, the cashier stays signed in. */

import { t } from "../i18n.js";
import { html, useRef } from "../ui/html.js";
import { useFocus, useHandlers, useLeaving } from "../ui/hooks.js";
import { useField } from "../ui/form.js";
import { Panel, PinPad } from "../ui/parts.js";
import { permissionName, words } from "../ui/words.js";
import { isPin } from "./signin.js";

/**
 * @param {{desk: import("../ui/desk.js").Desk, commands: import("../ui/commands.js").Commands, problem: import("../types.d.ts").Problem,
 *   again: (approval?: import("../types.d.ts").Approval) => unknown}} props
 * @returns {import("../ui/html.js").View}
 */
export function Approve({ desk, commands, problem, again }) {
  const permission = String(problem.args.permission);
  const given = useRef(false);
  const field = useField(desk, async (text) => {
    const approval = await desk.till.authorise(permission, isPin(text) ? { pin: text } : { badge: text });
    given.current = true;
    desk.close();
    await desk.attempt(again, approval);
  });
  const focus = useFocus();
  useHandlers(desk, {});
  useLeaving(() => void (given.current || desk.till.saw("approval_refused", { permission, by: null, why: "left" })));
  return html`<${Panel} desk=${desk} title=${t("Manager's approval")}>
    <p>${words(problem, desk.currency)}</p>
    <p class="hint">${permissionName(permission)}</p>
    <form onSubmit=${field.onSubmit} class="scroll">
      <label class="field">${t("Manager's PIN or badge")}
        <input ref=${focus} class="pin" type="password" inputmode="none" data-testid="approve-pin" autocomplete="off" maxlength="64" value=${field.value} onInput=${field.onInput} />
      </label>
      <p class="problem" role="alert">${field.problem ?? ""}</p>
      <${PinPad} commands=${commands} go=${t("Approve")} />
    </form>
  <//>`;
}
