/** Beside a return: the receipt that goods come back to, what may still come back of each line, and the pad. */

import { t } from "../i18n.js";
import { clock, date, money, quantity, sum } from "../ui/format.js";
import { html } from "../ui/html.js";
import { Icon } from "../ui/icons.js";
import { Pad } from "../ui/parts.js";
import { returnAll } from "../ui/returning.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../types.d.ts").ReturnView} ReturnView */
/** @typedef {import("../types.d.ts").ReturnLineView} ReturnLineView */
/** @typedef {import("../ui/html.js").View} View */

/** @param {{desk: Desk, commands: import("../ui/commands.js").Commands, back: ReturnView}} props @returns {View} */
export function ReturnSide({ desk, commands, back }) {
  const none = !desk.till.state.receipt?.count;
  return html`<section class="panel give" aria-label=${t("Return")} data-testid="return-side">
    <header><h2>${title(back)}</h2><button type="button" onClick=${() => desk.attempt(() => desk.till.dropReturn())}>${t("Leave")}${none ? html` <kbd>Esc</kbd>` : null}</button></header>
    <div class="scroll">${back.looking ? html`<p role="status">${t("Looking for the receipt …")}</p>` : html`<${About} desk=${desk} back=${back} />`}</div>
    <${Pad} commands=${commands} go=${desk.entry === "" ? t("Give back") : t("Count")} off=${none && desk.entry === ""} times />
  </section>`;
}

/** @param {ReturnView} back @returns {string} */
function title(back) {
  if (back.empties) return t("Empty bottles");
  return back.source === "none" && !back.looking ? t("Without a receipt") : t("Receipt {label}", { label: back.label ?? "" });
}

/** @param {{desk: Desk, back: ReturnView}} props @returns {View} */
function About({ desk, back }) {
  if (back.empties) return html`<p>${t("Scan each bottle, or type how many, × and scan one. Then Enter pays the deposit out.")}</p><p class="hint">${t("It does not matter which shop sold them.")}</p>`;
  if (back.source === "none") {
    return html`<p>${back.reason}</p><p class="hint">${t("Scan the goods. Then Enter.")}</p>`;
  }
  const zone = desk.till.state.store?.time_zone;
  const when = back.closedAt ? date(back.closedAt.slice(0, 10)) + " " + clock(back.closedAt, zone) : "";
  return html`<p class="hint">${when} · ${money(back.due, desk.currency)}</p>
    ${back.verified ? null : html`<p class="unverified" data-testid="unverified" data-source=${back.source}><${Icon} name="warn" /> ${unverified(back)}</p>`}
    <p class="hint">${t("Scan the goods that come back, or touch them here.")}</p>
    <ul class="found back">${back.lines.map((line) => html`<${Row} key=${line.n} desk=${desk} line=${line} />`)}</ul>
    <button type="button" class="big" data-testid="return-all" onClick=${() => returnAll(desk)}>${t("Everything comes back")} <kbd>×</kbd></button>`;
}

/** @param {ReturnView} back @returns {string} */
function unverified({ source }) {
  if (source === "paper") return t("Not verified yet: read from the paper, without the server.");
  return t("Not verified yet: the server has not said what came back on other tills.");
}

/** @param {{desk: Desk, line: ReturnLineView}} props @returns {View} */
function Row({ desk, line }) {
  const show = (/** @type {number} */ milli) => quantity(milli, line.decimals);
  const of = t("{now} of {left} {unit}", { now: show(line.now), left: show(line.left), unit: line.unitName });
  return html`<li><button type="button" data-testid="return-line" disabled=${line.left === 0 || line.now >= line.left} onClick=${() => desk.attempt(() => desk.till.returnMore(line.n))}>
    <span>${line.name}<small>${line.left === 0 ? t("has come back") : of}</small></span><span class="a">${sum(line.total, desk.currency)}</span>
  </button></li>`;
}
