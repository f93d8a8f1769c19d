/** This till's look: language, theme, size of everything, movement, sounds. Each change shows at once. */

import { LANGUAGES, OWN_NAMES, t } from "../i18n.js";
import { html, useState } from "../ui/html.js";
import { useHandlers } from "../ui/hooks.js";
import { Choices, Sheet } from "../ui/parts.js";
import { DIAGONALS } from "../ui/screensize.js";
import { LEAST_REFUSED } from "../ui/sounds.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/html.js").View} View */
/** @typedef {import("../ui/prefs.js").Settings} Settings */
/** @typedef {(what: Partial<Settings>) => void} Change */

/** The ruler: as wide as the smallest thing to touch (2.75 rem is 44 pixels at 100 %). */
const TARGET_REM = 2.75;

/** @param {{desk: Desk}} props @returns {View} */
export function LanguageChoice({ desk }) {
  const chosen = desk.prefs.settings.language;
  const options = LANGUAGES.map((code) => ({ name: OWN_NAMES[code], on: chosen === code, run: () => desk.setLanguage(code) }));
  return html`<${Choices} desk=${desk} options=${options} />`;
}

/** Asked on the first screen of a new till, and here: from it follows how large everything must be. @param {{desk: Desk}} props @returns {View} */
export function ScreenSize({ desk }) {
  const { diagonal } = desk.prefs.settings;
  const options = DIAGONALS.map((tenths) => ({ value: tenths, name: inches(tenths) }));
  const choose = (/** @type {any} */ event) => {
    if (Number(event.target.value) > 0) desk.prefs.measure(Number(event.target.value));
    desk.changed();
  };
  return html`<label class="field">${t("Size of the screen (diagonal)")}
      <select data-testid="diagonal" value=${diagonal} onChange=${choose}>
        <option value="0">${t("not told yet")}</option>
        ${options.map(({ value, name }) => html`<option key=${value} value=${value} selected=${value === diagonal}>${name}</option>`)}
      </select>
    </label>`;
}

/** @param {number} tenths @returns {string} */
function inches(tenths) {
  return (tenths % 10 === 0 ? String(tenths / 10) : (tenths / 10).toFixed(1)) + "\u2033";
}

/** @param {{desk: Desk}} props @returns {View} */
export function Settings({ desk }) {
  useHandlers(desk, {});
  const { settings } = desk.prefs;
  const [, setSeen] = useState(0);
  const change = (/** @type {Partial<Settings>} */ what) => {
    desk.prefs.change(what);
    setSeen(Date.now());
    desk.changed();
  };
  const own = { name: t("As the cashier or store"), on: settings.language === "", run: () => desk.setLanguage("") };
  return html`<${Sheet} desk=${desk} title=${t("Language, look, sounds")}>
    <h3>${t("Language")}</h3>
    <${LanguageChoice} desk=${desk} />
    <${Choices} desk=${desk} options=${[own]} />
    <${Look} desk=${desk} settings=${settings} change=${change} />
    <${Volumes} desk=${desk} settings=${settings} change=${change} />
  <//>`;
}

/** @returns {Record<Settings["theme"], string>} */
function themeNames() {
  return { light: t("Light"), dark: t("Dark"), contrast: t("High contrast"), hours: t("Dark by the hour"), auto: t("As the machine") };
}

/** @param {{desk: Desk, settings: Settings, change: Change}} props @returns {View} */
function Look({ desk, settings, change }) {
  const names = themeNames();
  const themes = /** @type {Settings["theme"][]} */ (Object.keys(names)).map((theme) => ({ name: names[theme], on: settings.theme === theme, run: () => change({ theme }) }));
  const motions = [
    { name: t("Movement as the machine"), on: settings.motion === "auto", run: () => change({ motion: "auto" }) },
    { name: t("No movement"), on: settings.motion === "less", run: () => change({ motion: "less" }) },
  ];
  return html`<h3>${t("Look")}</h3>
    <${Choices} desk=${desk} options=${themes} />
    ${settings.theme === "hours" ? html`<${Hours} settings=${settings} change=${change} />` : null}
    <${ScreenSize} desk=${desk} />
    <${Scale} value=${settings.scale} onChange=${(/** @type {number} */ scale) => change({ scale })} />
    <${Choices} desk=${desk} options=${motions} />`;
}

/** @param {{settings: Settings, change: Change}} props @returns {View} when it gets dark, and when it is day again */
function Hours({ settings, change }) {
  const field = (/** @type {string} */ name, /** @type {"darkFrom" | "darkTo"} */ key) => html`<label class="field">${name}
      <select value=${settings[key]} data-testid=${key} onChange=${(/** @type {any} */ event) => change({ [key]: Number(event.target.value) })}>
        ${Array.from({ length: 24 }, (_, hour) => html`<option key=${hour} value=${hour} selected=${hour === settings[key]}>${hour}:00</option>`)}
      </select>
    </label>`;
  return html`<div class="row">${field(t("Dark from"), "darkFrom")}${field(t("until"), "darkTo")}</div>`;
}

/** @param {{value: number, onChange: (scale: number) => void}} props @returns {View} */
function Scale({ value, onChange }) {
  return html`<label class="field">${t("Size of everything: {percent} %", { percent: value })}
      <input type="range" min="75" max="200" step="5" value=${value} data-testid="scale" onChange=${(/** @type {any} */ event) => onChange(Number(event.target.value))} />
    </label>
    <p class="hint">${t("Hold a ruler to the square: it should be at least 12 mm wide.")}</p>
    <div class="ruler" style=${{ width: TARGET_REM + "rem", height: TARGET_REM + "rem" }}></div>`;
}

/** @param {{desk: Desk, settings: Settings, change: Change}} props @returns {View} */
function Volumes({ desk, settings, change }) {
  /** @type {{name: string, key: "saleVolume" | "refusedVolume" | "attentionVolume" | "faultVolume", tone: import("../ui/sounds.js").Tone, least: number}[]} */
  const groups = [
    { name: t("Each item and each payment"), key: "saleVolume", tone: "line", least: 0 },
    { name: t("Refused scan"), key: "refusedVolume", tone: "refused", least: LEAST_REFUSED },
    { name: t("A question or a message"), key: "attentionVolume", tone: "attention", least: 0 },
    { name: t("Fault, or the server is away"), key: "faultVolume", tone: "fault", least: 0 },
  ];
  const set = (/** @type {typeof groups[number]} */ group) => (/** @type {any} */ event) => {
    change({ [group.key]: Number(event.target.value) });
    desk.sounds.play(group.tone);
  };
  return html`<h3>${t("Sounds")}</h3>
    ${groups.map((group) => html`<label class="field" key=${group.key}>${t("{name}: {percent} %", { name: group.name, percent: settings[group.key] })}
      <input type="range" min=${group.least} max="100" step="10" value=${settings[group.key]} data-testid=${group.key} onChange=${set(group)} />
    </label>`)}
    <p class="hint">${t("A refused scan is always heard.")}</p>`;
}
