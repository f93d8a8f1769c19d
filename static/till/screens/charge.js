/** A card terminal on the bridge is being asked: what it says, how it ended, and what a person answers where it cannot tell. */

import { t } from "../i18n.js";
import { cardWords, stepWords } from "../ui/card-words.js";
import { chargeAgain, chargeByHand, follow, wentOn } from "../ui/charging.js";
import { money } from "../ui/format.js";
import { html, useLayoutEffect, useState } from "../ui/html.js";
import { Choices, Panel, PinPad, useDigits } from "../ui/parts.js";
import { useReference } from "./slip.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/commands.js").Commands} Commands */
/** @typedef {import("../ui/html.js").View} View */
/** @typedef {import("../ui/parts.js").Option} Option */
/** @typedef {import("../types.d.ts").Charge} Charge */

/** As long as a terminal is asked its panel is on top, whatever was scanned, and also after the page was loaded anew. @param {Desk} desk */
export function useCharge(desk) {
  const charge = desk.till.state.receipt?.charge ?? null;
  useLayoutEffect(() => {
    const there = desk.layer?.name === "charge";
    if (charge && !there && desk.layer?.name !== "approve") desk.open("charge");
    if (!charge && there) desk.close();
  });
}

/** @param {{desk: Desk, commands: Commands}} props @returns {View} */
export function ChargePanel({ desk, commands }) {
  const [step, setStep] = useState(/** @type {"slip" | "not" | null} */ (null));
  const charge = desk.till.state.receipt?.charge ?? null;
  if (!charge) return null;
  const props = { desk, commands, charge, setStep };
  if (desk.till.cards.asking) return html`<${Running} ...${props} />`;
  if (step === "slip") return html`<${BySlip} ...${props} />`;
  if (step === "not") return html`<${NotCharged} ...${props} />`;
  return charge.state === "failed" ? html`<${Failed} ...${props} />` : html`<${Doubt} ...${props} />`;
}

/** @typedef {{desk: Desk, commands: Commands, charge: Charge, setStep: (step: "slip" | "not" | null) => void}} Props */

/** @param {Charge} charge @returns {string} */
function title({ kind, tender }) {
  if (kind === "void") return t("{name}: take back", { name: tender.name });
  return kind === "refund" ? t("{name}: give back", { name: tender.name }) : tender.name;
}

/** @param {{desk: Desk, charge: Charge}} props @returns {View} */
function Sum({ desk, charge }) {
  const { kind, tender } = charge;
  return html`<dl class="due"><dt>${kind === "purchase" ? t("On the card") : t("Back to the card")}</dt>
    <dd class=${kind === "purchase" ? "left" : "left minus"} data-testid="card-amount">${money(kind === "purchase" ? tender.amount : -tender.amount, desk.currency)}</dd></dl>`;
}

/** @param {Props} props @returns {View} */
function Running({ desk, charge }) {
  const { cards } = desk.till;
  const stop = () => void desk.attempt(() => cards.abort());
  const options = [{ key: "1", name: t("Stop"), hint: t("the terminal is asked to give up"), off: cards.stopping, testid: "card-stop", run: stop }];
  useDigits(desk, options, { key: (action) => action === "escape" && (stop(), true) });
  return html`<${Panel} desk=${desk} title=${title(charge)} onClose=${stop}>
    <${Sum} desk=${desk} charge=${charge} />
    <p role="status" data-testid="card-step">${cards.stopping ? t("Stopping. The terminal may have to finish first.") : stepWords(cards.step)}</p>
    <${Choices} desk=${desk} options=${options} />
    <p class="hint">${t("Wait for the terminal. The payment is kept whatever happens to this page.")}</p>
  <//>`;
}

/** No money has moved. @param {Props} props @returns {View} */
function Failed({ desk, charge, setStep }) {
  const { cards } = desk.till;
  const again = () => chargeAgain(desk);
  const leave = () => void desk.attempt(() => cards.dismiss());
  /** @type {Option[]} */
  const options = [
    { key: "1", name: t("Try again"), testid: "card-again", run: again },
    charge.kind === "purchase"
      ? { key: "2", name: t("By hand"), hint: t("type the sum into a terminal and its slip's number here"), testid: "card-by-hand", run: () => chargeByHand(desk) }
      : { key: "2", name: t("It was given back by hand"), hint: t("type the slip's number"), testid: "card-by-hand", run: () => setStep("slip") },
    { key: "3", name: charge.kind === "purchase" ? t("Pay another way") : t("Leave it"), testid: "card-leave", run: leave },
  ];
  useDigits(desk, options, { key: (action) => action === "escape" && (leave(), true) });
  return html`<${Panel} desk=${desk} title=${title(charge)} onClose=${leave}>
    <${Sum} desk=${desk} charge=${charge} />
    <p role="alert" data-testid="card-why">${cardWords(charge.code)}</p>
    ${charge.detail ? html`<p class="hint">${charge.detail}</p>` : null}
    <${Choices} desk=${desk} options=${options} />
  <//>`;
}

/** Nobody knows, and the receipt waits until somebody does. @param {Props} props @returns {View} */
function Doubt({ desk, charge, setStep }) {
  /** @type {Option[]} */
  const options = [
    { key: "1", name: t("Check again"), hint: t("the terminal is asked what became of it"), testid: "card-check", run: () => follow(desk, () => desk.till.cards.check()) },
    { key: "2", name: t("The slip says approved"), hint: t("type its number"), testid: "card-approved", run: () => setStep("slip") },
    { key: "3", name: t("It was not approved"), hint: t("no money has moved"), testid: "card-not", run: () => setStep("not") },
  ];
  useDigits(desk, options, { key: (action) => action === "escape" });
  return html`<${Panel} desk=${desk} title=${title(charge)} onClose=${() => desk.say("info", t("Say first what became of the payment."))}>
    <${Sum} desk=${desk} charge=${charge} />
    <p role="alert" data-testid="card-why">${cardWords(charge.state === "running" ? "bridge_away" : charge.code)}</p>
    <${Choices} desk=${desk} options=${options} />
    <p class="hint">${t("Never charge the card a second time before this is known.")}</p>
  <//>`;
}

/** @param {Props} props @returns {View} */
function BySlip({ desk, commands, charge, setStep }) {
  const { field, onSubmit } = useReference(desk, (reference) => {
    setStep(null);
    const said = { reference, reason: t("Read off the slip") };
    const after = charge.kind === "refund" ? () => desk.till.cards.wentBack.has(charge.tender.i) && wentOn(desk) : () => false;
    follow(desk, async (approval) => (await desk.till.cards.bySlip({ ...said, approval })) || (after(), false));
  });
  return html`<${Panel} desk=${desk} title=${t("The slip says approved")} onClose=${() => setStep(null)}>
    <${Sum} desk=${desk} charge=${charge} />
    <form onSubmit=${onSubmit} class="scroll">
      <label class="field">${t("Slip number")}<input ...${field} inputmode="none" data-testid="card-slip-number" autocomplete="off" maxlength="60" /></label>
      <${PinPad} commands=${commands} go=${t("Approved")} />
    </form>
  <//>`;
}

/** @returns {string[]} */
function reasons() {
  return [t("The terminal says declined"), t("There is no slip"), t("The customer has left"), t("Other reason")];
}

/** @param {Props} props @returns {View} */
function NotCharged({ desk, charge, setStep }) {
  const say = (/** @type {string} */ reason) => {
    setStep(null);
    follow(desk, (approval) => desk.till.cards.notCharged({ reason, approval }));
  };
  const options = reasons().map((name, i) => ({ key: String(i + 1), name, testid: "card-reason", run: () => say(name) }));
  useDigits(desk, options, { key: (action) => action === "escape" && (setStep(null), true) });
  return html`<${Panel} desk=${desk} title=${t("It was not approved")} onClose=${() => setStep(null)}>
    <${Sum} desk=${desk} charge=${charge} />
    <p>${t("How do you know?")}</p>
    <${Choices} desk=${desk} options=${options} />
  <//>`;
}
