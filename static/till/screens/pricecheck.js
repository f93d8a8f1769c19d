/** What something costs, without selling it. After one answer the next scan sells again. */

import { TillError } from "../till.js";
import { t } from "../i18n.js";
import { html, useState } from "../ui/html.js";
import { useHandlers } from "../ui/hooks.js";
import { Pad, Panel } from "../ui/parts.js";
import { words } from "../ui/words.js";
import { ItemCard } from "./itemcard.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../types.d.ts").PriceAnswer} PriceAnswer */

/** @param {{desk: Desk, commands: import("../ui/commands.js").Commands}} props @returns {import("../ui/html.js").View} */
export function PriceCheck({ desk, commands }) {
  const [answer, setAnswer] = useState(/** @type {PriceAnswer | null} */ (null));
  const [problem, setProblem] = useState(/** @type {string | null} */ (null));
  const check = (/** @type {string} */ code) => {
    if (answer || code === "") return false;
    desk.type("");
    setProblem(null);
    try {
      setAnswer(desk.till.priceCheck(code));
    } catch (error) {
      if (!(error instanceof TillError)) throw error;
      desk.sounds.play("refused");
      setProblem(words(error.problem, desk.currency, desk.till.state));
    }
    return true;
  };
  useHandlers(desk, { codes: check, enter: (entry) => (entry === "" ? desk.close() : desk.sell(entry)) });
  // Once there is an answer nothing is left to type: the card needs the room more than the pad.
  const done = html`<button type="button" class="pay big" onClick=${() => desk.close()}>${t("Done")} <kbd>Enter</kbd></button>`;
  const foot = answer ? done : html`<${Pad} commands=${commands} go=${t("Check")} />`;
  return html`<${Panel} desk=${desk} title=${t("Price check")} foot=${foot}>
    <div aria-live="polite" class="scroll">
      ${answer ? html`<${ItemCard} answer=${answer} desk=${desk} />` : html`<p class="hint">${t("Scan the item. Nothing is added to the receipt.")}</p>`}
      ${problem ? html`<p class="problem" role="alert">${problem}</p>` : null}
    </div>
  <//>`;
}
