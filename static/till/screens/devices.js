/** Everything the till is connected to, with its state in words, and the pairing with the device bridge. */

import { t, tn } from "../i18n.js";
import { clock, date } from "../ui/format.js";
import { html, useEffect, useState } from "../ui/html.js";
import { useHandlers } from "../ui/hooks.js";
import { keyNamed } from "../ui/layout.js";
import { Sheet } from "../ui/parts.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/html.js").View} View */
/** @typedef {import("../types.d.ts").TillStatus} TillStatus */
/** @typedef {import("../types.d.ts").BridgeDevice} BridgeDevice */

const BRIDGE_URL = "ws://127.0.0.1:8787/";

/** @param {{desk: Desk}} props @returns {View} */
export function Devices({ desk }) {
  useHandlers(desk, {});
  useEffect(() => void desk.till.equipment.look(), []);
  const { status } = desk.till;
  const foot = html`<div class="row">
    <button class="big" onClick=${() => desk.attempt(() => desk.till.retryPrint())}>${t("Print what is waiting")}</button>
    <button class="big" onClick=${() => desk.program.look()}>${t("Look for a new version")}</button>
  </div>`;
  return html`<${Sheet} desk=${desk} title=${t("Devices and state")} foot=${foot}>
    <ul class="devices">
      <${Row} name=${t("Store server")} state=${serverState(status)} detail=${tn("1 entry to send", "{n} entries to send", status.unsent)} />
      <${Row} name=${t("Prices and goods")} state=${catalogueState(desk)} detail=${tn("1 product", "{n} products", status.catalogue.products)} />
      <${Row} name=${t("Device bridge")} state=${bridgeState(status)} detail=${status.bridge.url ?? ""} />
      ${status.bridge.devices.map((device) => html`<${Machine} key=${device.id} desk=${desk} device=${device} />`)}
      <${Row} name=${t("Scanner")} state="" detail=${t("as a keyboard, or on the bridge")} button=${{ name: t("Check the scanner"), testid: "scan-check", run: () => desk.open("scancheck") }} />
      <${Row} name=${t("Customer screen")} state=${desk.audience.present ? t("is open") : t("not open")} detail=${t("{key} 8 opens it", { key: keyNamed(desk.till.state, "menu", t("Menu"), "sale") })} />
      <${Row} name=${t("Storage of this device")} state=${status.storage.persisted ? t("kept for good") : t("the browser may clear it")} detail=${storageDetail(status)} />
      <${Row} name=${t("Clock")} state=${status.clock.warn ? t("differs from the server's") : t("on time")} detail=${status.clock.known ? Math.round(status.clock.offset / 1000) + " s" : ""} />
    </ul>
    <${Pairing} desk=${desk} />
  <//>`;
}

/** What a row offers. @typedef {{name: string, testid: string, run: () => void}} Button */

/** @param {{name: string, state: string, detail: string, code?: string, button?: Button | null}} props `code`: the state as the bridge says it @returns {View} */
function Row({ name, state, detail, code, button = null }) {
  const tried = button ? html`<button class="big" data-testid=${button.testid} onClick=${button.run}>${button.name}</button>` : null;
  return html`<li data-state=${code}><span>${name}<small role="status">${detail}</small></span><span class="row">${state ? html`<b>${state}</b>` : null}${tried}</span></li>`;
}

/** One device on the bridge. @param {{desk: Desk, device: BridgeDevice}} props @returns {View} */
function Machine({ desk, device }) {
  const { id, kind, driver, state, detail, abilities } = device;
  const weight = kind === "scale" ? weightOf(desk.till.status) : "";
  const [tested, setTested] = useState("");
  const about = [deviceKind(kind), driver, weight, detail, ...healthOf(desk, device), tested];
  const print = () => desk.attempt(async () => {
    setTested(t("prints the test page…"));
    await desk.till.equipment.testPage(id).finally(() => setTested(""));
    setTested(t("printed: look at the letters and codes"));
  });
  const button = kind === "printer" && abilities?.includes("print") ? { name: t("Test page"), testid: `test-${id}`, run: () => void print() } : null;
  return html`<${Row} name=${id} code=${state} state=${deviceState(state)} detail=${about.filter(Boolean).join(" · ")} button=${button} />`;
}

/** @param {TillStatus} status @returns {string} what lies on the scale now */
function weightOf({ scale: { grams, stable } }) {
  if (grams === null) return "";
  return stable ? t("{n} g", { n: grams }) : t("{n} g, not settled", { n: grams });
}

/** @param {Desk} desk @param {BridgeDevice} device @returns {string[]} what went wrong last, and what waits */
function healthOf(desk, { state, health }) {
  if (!health) return [];
  const { fault, waiting, seen } = health;
  const zone = desk.till.state.store?.time_zone;
  const away = state === "offline" && seen ? t("answered last at {time}", { time: clock(seen, zone) }) : "";
  const last = fault && state === "ready" ? t("last fault at {time}: {what}", { time: clock(fault.at, zone), what: deviceState(fault.code) }) : "";
  return [away, last, waiting ? tn("1 job waits", "{n} jobs wait", waiting) : ""];
}

/** @param {TillStatus} status @returns {string} */
function serverState(status) {
  const { state, since } = status.server;
  if (state === "online") return t("connected");
  if (state === "connecting") return t("connecting");
  if (state === "revoked") return t("switched off");
  return since ? t("not reached since {time}", { time: clock(since) }) : t("not reached yet");
}

/** @param {Desk} desk @returns {string} */
function catalogueState(desk) {
  const { catalogue } = desk.till.status;
  if (!catalogue.checkedAt) return t("not loaded yet");
  const zone = desk.till.state.store?.time_zone;
  return t("as of {day} {time}", { day: date(catalogue.checkedAt.slice(0, 10)), time: clock(catalogue.checkedAt, zone) });
}

/** @param {TillStatus} status @returns {string} */
function bridgeState(status) {
  /** @type {Record<TillStatus["bridge"]["state"], string>} */
  const names = { none: t("not paired"), connecting: t("connecting"), ready: t("connected"), offline: t("does not answer"), refused: t("refused the pairing code") };
  return names[status.bridge.state];
}

/** @param {string} state as the bridge says it @returns {string} */
function deviceState(state) {
  /** @type {Record<string, string>} */
  const names = { ready: t("ready"), offline: t("does not answer"), no_paper: t("no paper"), paper_low: t("little paper"), cover_open: t("cover open"), error: t("fault"), busy: t("busy") };
  return names[state] ?? state;
}

/** @param {string} kind as the bridge says it @returns {string} */
function deviceKind(kind) {
  /** @type {Record<string, string>} */
  const names = { printer: t("Printer"), fiscal: t("Fiscal printer"), scanner: t("Scanner"), scale: t("Scale"), display: t("Customer display"), terminal: t("Card terminal") };
  return names[kind] ?? kind;
}

/** @param {TillStatus} status @returns {string} */
function storageDetail(status) {
  const { usage, quota } = status.storage;
  if (usage === null || quota === null) return "";
  return t("{used} of {all} MB used", { used: Math.round(usage / 1048576), all: Math.round(quota / 1048576) });
}

/** @param {{desk: Desk}} props @returns {View} */
function Pairing({ desk }) {
  const [url, setUrl] = useState(desk.till.status.bridge.url ?? BRIDGE_URL);
  const [token, setToken] = useState("");
  const paired = desk.till.status.bridge.state !== "none";
  const pair = (/** @type {Event} */ event) => {
    event.preventDefault();
    desk.attempt(async () => {
      await desk.till.pairBridge({ url: url.trim(), token: token.trim() });
      setToken("");
      desk.say("good", t("The device bridge is connected."));
    });
  };
  const problem = desk.message?.level === "fault" ? desk.message.text : "";
  return html`<form onSubmit=${pair} class="facts pairing">
    <h3>${t("Pair with the device bridge")}</h3>
    <label class="field">${t("Address")}<input value=${url} maxlength="200" spellcheck=${false} onInput=${(/** @type {any} */ event) => setUrl(event.target.value)} /></label>
    <label class="field">${t("Pairing code")}<input value=${token} maxlength="200" autocomplete="off" spellcheck=${false} data-testid="bridge-token" onInput=${(/** @type {any} */ event) => setToken(event.target.value)} /></label>
    <p class="problem" role="alert">${problem}</p>
    <div class="row"><button class="primary big" type="submit" disabled=${token.trim() === ""}>${t("Pair")}</button>
      ${paired ? html`<button class="big" type="button" data-testid="bridge-forget" onClick=${() => desk.attempt(() => desk.till.pairBridge(null))}>${t("Forget the bridge")}</button>` : null}</div>
  </form>`;
}
