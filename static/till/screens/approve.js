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
 *   again: (approval?: import("../types.d.ts").Approval) => unknown, under?: import("../ui/desk.js").Layer | null}} props `under`: the layer that leaving leads back to
 * @returns {import("../ui/html.js").View}
 */
export function Approve({ desk, commands, problem, again, under }) {
  const permission = String(problem.args.permission);
  const back = () => (under ? desk.open(under.name, under.props) : desk.close());
  const given = useRef(false);
  const field = useField(desk, async (text) => {
    const approval = await desk.till.authorise(permission, isPin(text) ? { pin: text } : { badge: text });
    given.current = true;
    back();
    await desk.attempt(again, approval);
  });
  const focus = useFocus();
  useHandlers(desk, { key: (action) => action === "escape" && (back(), true) });
  useLeaving(() => void (given.current || desk.till.saw("approval_refused", { permission, by: null, why: "left" })));
  return html`<${Panel} desk=${desk} title=${t("Manager's approval")} onClose=${back}>
    <p>${words(problem, desk.currency, desk.till.state)}</p>
    <p class="hint">${permissionName(permission)}</p>
    <form onSubmit=${field.onSubmit} class="scroll">
      <label class="field">${t("Manager's PIN or badge")}
        <input ref=${focus} class="pin" type="password" inputmode="none" data-testid="approve-pin" data-scan autocomplete="off" maxlength="64" value=${field.value} onInput=${field.onInput} />
      </label>
      <p class="problem" role="alert">${field.problem ?? ""}</p>
      <${PinPad} commands=${commands} go=${t("Approve")} />
    </form>
  <//>`;
}
