/** The status bar: always true, always words beside the mark, a touch opens the details. */

import { t, tn } from "../i18n.js";
import { clock, minutesSince, quantity } from "../ui/format.js";
import { html } from "../ui/html.js";
import { useNow } from "../ui/hooks.js";
import { Icon } from "../ui/icons.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/html.js").View} View */
/** @typedef {"ok" | "warn" | "fault" | "off"} Level */

/** @type {Record<Level, string>} */
const MARKS = { ok: "check", warn: "warn", fault: "cross", off: "dots" };

/** @param {{level: Level, name: string, onClick?: () => void, title?: string, testid?: string, state?: string, children?: View}} props @returns {View} */
function Pill({ level, name, onClick, title, testid, state, children }) {
  return html`<button type="button" class=${"pill " + level} title=${title} data-testid=${testid} data-state=${state} onClick=${onClick} disabled=${!onClick}>
    <span class="mark"><${Icon} name=${MARKS[level]} /></span><span>${name}</span>${children}
  </button>`;
}

/** @param {number | null} minutes @returns {string} */
function age(minutes) {
  if (minutes === null || minutes < 1) return t("Offline");
  if (minutes < 60) return t("Offline {n} min", { n: minutes });
  if (minutes < 2880) return t("Offline {n} h", { n: Math.floor(minutes / 60) });
  return tn("Offline 1 day", "Offline {n} days", Math.floor(minutes / 1440));
}

/** @param {import("../types.d.ts").TillStatus["server"]} server @param {number} now @returns {{level: Level, name: string}} */
function serverWords(server, now) {
  if (server.state === "online") return { level: "ok", name: t("Online") };
  if (server.state === "connecting") return { level: "off", name: t("Connecting") };
  if (server.state === "revoked") return { level: "fault", name: t("Switched off") };
  if (server.state === "never") return { level: "off", name: t("Not set up") };
  return { level: "warn", name: age(minutesSince(server.since, now)) };
}

/** @type {Record<string, {level: Level, text: () => string}>} */
const PRINTER = {
  none: { level: "off", text: () => t("No printer") },
  ready: { level: "ok", text: () => t("Printer") },
  busy: { level: "ok", text: () => t("Printing") },
  offline: { level: "warn", text: () => t("Printer away") },
  fault: { level: "fault", text: () => t("Printer fault") },
};

/** @type {Record<string, {level: Level, text: () => string}>} */
const FISCAL = {
  ready: { level: "ok", text: () => t("Fiscal printer") },
  busy: { level: "ok", text: () => t("Registering") },
  away: { level: "warn", text: () => t("Fiscal printer away") },
  fault: { level: "fault", text: () => t("Fiscal printer fault") },
};

/** The fiscal printer, and how much waits for it; nothing where there is none. @param {{desk: Desk}} props @returns {View} */
function FiscalPill({ desk }) {
  const { state, waiting, deferred } = desk.till.status.fiscal;
  const shown = FISCAL[state];
  if (!shown) return null;
  const count = waiting + deferred;
  return html`<${Pill} level=${shown.level} name=${shown.text()} testid="fiscal-state" state=${state} title=${t("Documents that wait: {n}", { n: count })} onClick=${() => desk.open("fiscal")}>
    ${count > 0 ? html` <b data-testid="fiscal-count">${count}</b>` : null}<//>`;
}

/** What lies on the scale, as it says so; nothing where there is none. @param {{desk: Desk}} props @returns {View} */
function ScalePill({ desk }) {
  const { state, grams, stable } = desk.till.status.scale;
  if (state === "none") return null;
  const open = () => desk.open("devices");
  if (state === "offline") return html`<${Pill} level="warn" name=${t("Scale away")} testid="scale-state" state=${state} onClick=${open} />`;
  if (grams === null) return html`<${Pill} level=${state === "fault" ? "fault" : "off"} name=${t("Scale")} testid="scale-state" state=${state} onClick=${open} />`;
  return html`<${Pill} level=${stable ? "ok" : "off"} name=${t("{kg} kg", { kg: quantity(grams, 3) })} testid="scale-state" state=${state} onClick=${open} />`;
}

/** @param {{desk: Desk}} props @returns {View} */
export function StatusBar({ desk }) {
  const now = useNow();
  const { state } = desk.till;
  return html`<header class="status" aria-label=${t("Status")}>
    <b>${state.till ? t("Till {number}", { number: String(state.till.number).padStart(2, "0") }) : "OpenKasa"}</b>
    <span class="who">${state.operator?.name ?? ""}</span>
    <span>${state.shift ? t("Shift {number}", { number: state.shift.number }) : ""}</span>
    ${state.training ? html`<strong class="practice" data-testid="training">${t("TRAINING")}</strong>` : null}
    <span class="space"></span>
    <${Pills} desk=${desk} now=${now} />
    <b>${clock(new Date(now).toISOString(), state.store?.time_zone)}</b>
  </header>`;
}

/** @param {{desk: Desk, now: number}} props @returns {View} */
function Pills({ desk, now }) {
  const { status } = desk.till;
  const server = serverWords(status.server, now);
  const printer = PRINTER[status.printer.state] ?? PRINTER.none;
  const open = () => desk.open("devices");
  const waiting = status.unsent > 0 && server.level === "warn";
  // One device that does both is shown once.
  const alone = status.fiscal.id !== null && status.fiscal.id === status.printer.id;
  return html`
    <${Pill} level=${server.level} name=${server.name} testid="server-state" state=${status.server.state} onClick=${open} />
    <span class=${"pill" + (waiting ? " warn" : "")} title=${t("Facts not yet on the server")}>${t("To send:")} <b data-testid="unsent">${status.unsent}</b></span>
    <${Stale} desk=${desk} />
    <${Troubles} desk=${desk} />
    <${StandIn} desk=${desk} />
    <${ScalePill} desk=${desk} />
    <${FiscalPill} desk=${desk} />
    ${alone ? null : html`<${Pill} level=${printer.level} name=${printer.text()} testid="printer-state" state=${status.printer.state} title=${status.printer.detail ?? undefined} onClick=${open} />`}
  `;
}

/** Prices that are too old to be trusted blindly. @param {{desk: Desk}} props @returns {View} */
function Stale({ desk }) {
  const { catalogue } = desk.till.status;
  if (!catalogue.stale) return null;
  return html`<${Pill} level="warn" name=${t("Prices {time}", { time: clock(catalogue.checkedAt, desk.till.state.store?.time_zone) })} onClick=${() => desk.open("devices")} />`;
}

/** The layout that was published is not the one on screen. @param {{desk: Desk}} props @returns {View} */
function StandIn({ desk }) {
  const { fault, forced, name } = desk.till.state.layout;
  if (!fault && !forced) return null;
  const why = forced
    ? t("The factory layout is shown. Shift+F12 brings back the shop's.")
    : t("The layout {name} cannot be shown. The factory layout is used; tell the manager.", { name });
  return html`<${Pill} level="warn" name=${t("Factory layout")} testid="layout-state" title=${fault ?? undefined} onClick=${() => desk.say("advice", why)} />`;
}

/** @param {{desk: Desk}} props @returns {View} */
function Troubles({ desk }) {
  const count = desk.till.status.troubles.length;
  if (count === 0) return null;
  return html`<${Pill} level="warn" name=${tn("1 set aside", "{n} set aside", count)} onClick=${() => desk.open("troubles")} />`;
}
