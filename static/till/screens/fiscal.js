/** A document that the fiscal printer did not register: what happened, and what is to become of it. The sale is saved in any case. */

import { t, tn } from "../i18n.js";
import { fiscalName, fiscalWords } from "../ui/fiscal-words.js";
import { money } from "../ui/format.js";
import { html, useState } from "../ui/html.js";
import { useFocus, useHandlers } from "../ui/hooks.js";
import { Choices, Panel, useDigits } from "../ui/parts.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/desk.js").Message} Message */
/** @typedef {import("../ui/html.js").View} View */
/** @typedef {import("../ui/parts.js").Option} Option */
/** @typedef {NonNullable<import("../types.d.ts").FiscalStatus["problem"]>} Trouble */
/** @typedef {"defer" | "skip" | "mark"} Step */

/** For the message slot: it stands until somebody answers, and keeps nobody from selling. @param {Desk} desk @returns {Message | null} */
export function fiscalTrouble(desk) {
  const { problem } = desk.till.status.fiscal;
  if (!problem || desk.layer?.name === "fiscal") return null;
  const retry = { label: t("Retry"), run: () => void desk.attempt(() => desk.till.fiscal.retry()) };
  const more = { label: t("More"), run: () => desk.open("fiscal") };
  const text = t("{name} is not registered. {why}", { name: fiscalName(problem), why: fiscalWords(problem.code) });
  return { level: "fault", text, choices: problem.code === "ask_person" ? [more] : [retry, more] };
}

/** Nothing waits yet, and the next receipt will. @param {Desk} desk @returns {Message | null} */
export function fiscalAway(desk) {
  const { away, problem } = desk.till.status.fiscal;
  if (away === null || problem) return null;
  return { level: "advice", text: [fiscalWords(away), t("Receipts are registered later.")].join(" "), choices: [] };
}

/** @param {{desk: Desk, commands: import("../ui/commands.js").Commands, id?: string, step?: Step | null}} props @returns {View} */
export function FiscalPanel({ desk, id, step = null }) {
  const { problem } = desk.till.status.fiscal;
  if (!problem || (id && problem.id !== id)) return html`<${Waiting} desk=${desk} />`;
  if (step === "mark") return html`<${Mark} desk=${desk} problem=${problem} />`;
  if (step) return html`<${Why} desk=${desk} problem=${problem} step=${step} />`;
  return html`<${Answers} desk=${desk} problem=${problem} />`;
}

/** Nothing to answer: what was put off, and the key that sends it. @param {{desk: Desk}} props @returns {View} */
function Waiting({ desk }) {
  const { waiting, deferred, away } = desk.till.status.fiscal;
  const count = waiting + deferred;
  const options = [{ key: "1", name: t("Register what waits"), off: count === 0, testid: "fiscal-all", run: () => retry(desk) }];
  useDigits(desk, options);
  return html`<${Panel} desk=${desk} title=${t("Fiscal printer")}>
    <p data-testid="fiscal-waiting">${count ? tn("1 document waits for the fiscal printer.", "{n} documents wait for the fiscal printer.", count) : t("Everything is registered.")}</p>
    ${away === null ? null : html`<p>${fiscalWords(away)}</p>`}
    <${Choices} desk=${desk} options=${options} />
  <//>`;
}

/** @param {Desk} desk */
function retry(desk) {
  desk.close();
  void desk.attempt(() => desk.till.fiscal.retry());
}

/** @param {{desk: Desk, problem: Trouble}} props @returns {View} */
function Answers({ desk, problem }) {
  const go = (/** @type {Step} */ step) => () => desk.open("fiscal", { id: problem.id, step });
  const looks = problem.code === "ask_person";
  const notPrinted = () => {
    desk.close();
    void desk.attempt(() => desk.till.fiscal.notPrinted(problem.id));
  };
  /** @type {Option[]} */
  const options = looks
    ? [
      { key: "1", name: t("It printed"), hint: t("type its number"), testid: "fiscal-mark", run: go("mark") },
      { key: "2", name: t("It did not"), hint: t("it is registered now"), testid: "fiscal-not", run: notPrinted },
    ]
    : [
      { key: "1", name: t("Retry"), testid: "fiscal-retry", run: () => retry(desk) },
      { key: "2", name: t("Register later"), hint: t("by itself, when the printer is back"), testid: "fiscal-defer", run: go("defer") },
      { key: "3", name: t("Leave it out"), hint: t("it is never registered"), testid: "fiscal-skip", run: go("skip") },
      { key: "4", name: t("It is on paper"), hint: t("type its number"), testid: "fiscal-mark", run: go("mark") },
    ];
  useDigits(desk, options);
  return html`<${Panel} desk=${desk} title=${fiscalName(problem)}>
    <p role="alert" data-testid="fiscal-why">${fiscalWords(problem.code)}</p>
    ${problem.detail ? html`<p class="hint">${problem.detail}</p>` : null}
    <${Choices} desk=${desk} options=${options} />
    <p class="hint">${t("The sale is saved. You can go on selling.")}</p>
  <//>`;
}

/** @returns {string[]} */
function reasons() {
  return [t("The printer is broken"), t("There is no paper"), t("The service is called"), t("Other reason")];
}

/** @param {{desk: Desk, problem: Trouble, step: Step}} props @returns {View} */
function Why({ desk, problem, step }) {
  const say = (/** @type {string} */ reason) => {
    desk.close();
    void desk.attempt((approval) => (step === "defer" ? desk.till.fiscal.defer(problem.id, { reason, approval }) : desk.till.fiscal.skip(problem.id, { reason, approval })));
  };
  const options = reasons().map((name, i) => ({ key: String(i + 1), name, testid: "fiscal-reason", run: () => say(name) }));
  useDigits(desk, options);
  return html`<${Panel} desk=${desk} title=${step === "defer" ? t("Register later") : t("Leave it out")}>
    <p>${step === "defer" ? t("{name}: why is it put off?", { name: fiscalName(problem) }) : t("{name}: why is it left out?", { name: fiscalName(problem) })}</p>
    <${Choices} desk=${desk} options=${options} />
  <//>`;
}

/** @param {{desk: Desk, problem: Trouble}} props @returns {View} */
function Mark({ desk, problem }) {
  const [number, setNumber] = useState("");
  const focus = useFocus();
  useHandlers(desk, {});
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    if (number.trim() === "") return;
    desk.close();
    void desk.attempt((approval) => desk.till.fiscal.registered(problem.id, { number, reason: t("Read off the paper"), approval }));
  };
  return html`<${Panel} desk=${desk} title=${t("It is on paper")}>
    <form onSubmit=${submit} class="scroll">
      <label class="field">${t("Number of the fiscal receipt, as it stands on the paper")}
        <input ref=${focus} data-testid="fiscal-number" autocomplete="off" maxlength="60" value=${number} onInput=${(/** @type {any} */ event) => setNumber(event.target.value)} />
      </label>
      <button class="primary big" type="submit">${t("Done")}</button>
    </form>
  <//>`;
}

/** What the fiscal Z came to, beside the till's own. @param {{desk: Desk, shift: number}} props @returns {View} */
export function FiscalZ({ desk, shift }) {
  const { report } = desk.till.status.fiscal;
  if (!report || report.shift !== shift) return null;
  const { number, differences } = report;
  if (differences === null) return html`<p class="hint" data-testid="fiscal-z">${t("The fiscal daily report is being printed. This may take two minutes; you need not wait.")}</p>`;
  return html`<dl class="facts" data-testid="fiscal-z"><dt>${t("Fiscal daily report")}</dt><dd>${number ?? "–"}</dd>
    ${differences.length === 0 ? html`<dt>${t("Its totals")}</dt><dd>${t("agrees")}</dd>` : null}
    ${differences.map(({ code, till, printer }) => html`<dt>${t("Tax {code}", { code })}</dt>
      <dd>${t("{till} here, {told} there", { till: money(till, desk.currency), told: money(printer, desk.currency) })}</dd>`)}</dl>`;
}
