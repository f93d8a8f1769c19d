/** One field, one Enter: what the screens before selling have in common. */

import { TillError } from "../till.js";
import { t } from "../i18n.js";
import { useState } from "./html.js";
import { words } from "./words.js";

/**
 * @param {Pick<import("./desk.js").Desk, "till" | "sounds" | "currency"> & {ahead?: import("./ahead.js").Ahead}} desk
 * @param {(text: string) => Promise<unknown>} action what Enter does with the field's text
 * @param {{keep?: boolean, leads?: boolean}} [options] keep: the text after a refusal · leads: another screen follows, and what is
 *   typed before it comes belongs to it (never where the answer may have to come from the server)
 * @returns {{value: string, busy: boolean, problem: string | null, onInput: (event: any) => void, onSubmit: (event: Event) => void}}
 */
export function useField(desk, action, options = {}) {
  const [value, setValue] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  const refused = (/** @type {unknown} */ error) => {
    if (!(error instanceof TillError)) throw error;
    desk.sounds.play("refused");
    setProblem(words(error.problem, desk.currency, desk.till.state));
    if (!options.keep) setValue("");
  };
  return {
    value,
    busy,
    problem,
    onInput: (event) => {
      setValue(event.target.value);
      if (event.target.value) setProblem(null);
    },
    onSubmit: (event) => {
      event.preventDefault();
      if (busy) return;
      if (value.trim() === "") return setProblem(t("Type it first, then press Enter."));
      setBusy(true);
      const answer = Promise.resolve().then(() => action(value.trim()));
      if (options.leads) desk.ahead?.hold(answer);
      answer.catch(refused).finally(() => setBusy(false));
    },
  };
}
