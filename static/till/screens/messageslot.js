/**
 * The one place for messages. A question about age comes first, since the payment waits for it; then the printer's
 * question, codes that were not sold and why, then whatever was said last. Nothing here ever takes the keyboard away.
 */

import { t, tn } from "../i18n.js";
import { advice, useSeen } from "../ui/advice.js";
import { numberQuestion } from "../ui/goods.js";
import { html } from "../ui/html.js";
import { inSentence, words } from "../ui/words.js";
import { fiscalAway, fiscalTrouble } from "./fiscal.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/desk.js").Message} Message */

/** @param {Desk} desk @param {import("../ui/commands.js").Commands} commands @returns {Message | null} */
function ageQuestion(desk, commands) {
  const { receipt } = desk.till.state;
  if (!receipt?.age) return null;
  return {
    level: "advice",
    text: t("Customer must be {age} for: {name}. Check an ID.", { age: receipt.age, name: inSentence(receipt.ageLine ?? "") }),
    choices: [
      { label: t("Checked"), key: "Ins", run: () => commands.confirmAge() },
      { label: t("Remove"), key: "Del", run: () => commands.removeOrVoid() },
    ],
  };
}

/** @param {Desk} desk @returns {Message | null} */
function printerQuestion(desk) {
  const { last } = desk.till.state;
  if (last?.print !== "unknown") return null;
  return {
    level: "fault",
    text: t("The printer did not answer. Did receipt {label} come out?", { label: last.label }),
    choices: [
      { label: t("It printed"), run: () => void desk.attempt(() => desk.till.resolvePrint(true)) },
      { label: t("It did not"), run: () => void desk.attempt(() => desk.till.resolvePrint(false)) },
    ],
  };
}

/** @param {Desk} desk @returns {Message | null} */
function printerFault(desk) {
  const { last } = desk.till.state;
  if (last?.print !== "failed") return null;
  return {
    level: "fault",
    text: t("The receipt did not print. Check paper and cover, then press Retry. The sale is saved."),
    choices: [{ label: t("Retry"), run: () => void desk.attempt(() => desk.till.retryPrint()) }],
  };
}

/** @param {Desk} desk @returns {import("../ui/desk.js").Choice[]} */
function sellOrDiscard(desk) {
  return [
    { label: t("Sell it"), run: () => desk.sellHeld() },
    { label: t("Discard"), run: () => desk.dropHeld() },
  ];
}

/** Codes that were not sold; a fault that came later is read before them. @param {Desk} desk @returns {Message | null} */
function notSold(desk) {
  const [first] = desk.held;
  const later = desk.message?.level === "fault" ? desk.message : null;
  if (!first) return later;
  const more = desk.held.length - 1;
  const rest = more ? tn("1 more waits.", "{n} more wait.", more) : "";
  const over = later || (first.problem.code === "payment_started" && !desk.till.state.payment);
  const why = over ? "" : words(first.problem, desk.currency, desk.till.state);
  return {
    level: "fault",
    text: [later?.text, t("Not sold: {code}.", { code: first.code }), why, rest].filter(Boolean).join(" "),
    choices: later?.choices.length ? later.choices : sellOrDiscard(desk),
  };
}

/** @param {Desk} desk @param {import("../ui/commands.js").Commands} commands @returns {Message | null} */
function current(desk, commands) {
  return ageQuestion(desk, commands) ?? numberQuestion(desk, commands) ?? printerQuestion(desk) ?? notSold(desk) ?? desk.message ?? fiscalTrouble(desk) ?? printerFault(desk) ?? advice(desk) ?? fiscalAway(desk);
}

/** @param {{desk: Desk, commands: import("../ui/commands.js").Commands}} props @returns {import("../ui/html.js").View} */
export function MessageSlot({ desk, commands }) {
  const message = current(desk, commands);
  useSeen(desk, message);
  const urgent = message?.level === "fault" || (message?.level === "advice" && !message.rule);
  return html`<div class=${"slot" + (message ? "" : " quiet")} aria-live=${urgent ? "assertive" : "polite"} aria-atomic="true">
    <div class=${"message " + (message?.level ?? "none")}><span class="say" data-testid="message">${message?.text ?? ""}</span>
    ${(message?.choices ?? []).map((choice) => html`<${ChoiceKey} key=${choice.label} choice=${choice} />`)}</div>
  </div>`;
}

/** @param {{choice: import("../ui/desk.js").Choice}} props @returns {import("../ui/html.js").View} */
function ChoiceKey({ choice }) {
  return html`<button type="button" aria-label=${choice.hint} onClick=${choice.run}>${choice.label}${choice.key ? html` <kbd>${choice.key}</kbd>` : null}</button>`;
}
