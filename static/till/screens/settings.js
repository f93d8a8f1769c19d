/** This till's look: language, theme, size of everything, sounds. Each change shows at once. */

import { LANGUAGES, OWN_NAMES, t } from "../i18n.js";
import { html, useState } from "../ui/html.js";
import { useHandlers } from "../ui/hooks.js";
import { Choices, Sheet } from "../ui/parts.js";

/** @typedef {import("../ui/desk.js").Desk} Desk */
/** @typedef {import("../ui/html.js").View} View */

/** A CSS pixel in millimetres on a 96 dpi screen; real screens differ, which is what the ruler below is for. */
const TARGET_REM = 3.5;

/** @param {{desk: Desk}} props @returns {View} */
export function LanguageChoice({ desk }) {
  const chosen = desk.prefs.settings.language;
  const options = LANGUAGES.map((code) => ({ name: OWN_NAMES[code], on: chosen === code, run: () => desk.setLanguage(code) }));
  return html`<${Choices} desk=${desk} options=${options} />`;
}

/** @param {{desk: Desk}} props @returns {View} */
export function Settings({ desk }) {
  useHandlers(desk, {});
  const { settings } = desk.prefs;
  const [, setSeen] = useState(0);
  const change = (/** @type {Partial<import("../ui/prefs.js").Settings>} */ what) => {
    desk.prefs.change(what);
    setSeen(Date.now());
    desk.changed();
  };
  const own = { name: t("As the cashier or store"), on: settings.language === "", run: () => desk.setLanguage("") };
  const themes = [
    { name: t("Light"), on: settings.theme === "light", run: () => change({ theme: "light" }) },
    { name: t("Dark"), on: settings.theme === "dark", run: () => change({ theme: "dark" }) },
    { name: t("As the machine"), on: settings.theme === "auto", run: () => change({ theme: "auto" }) },
  ];
  return html`<${Sheet} desk=${desk} title=${t("Language, look, sounds")}>
    <h3>${t("Language")}</h3>
    <${LanguageChoice} desk=${desk} />
    <${Choices} desk=${desk} options=${[own]} />
    <h3>${t("Look")}</h3>
    <${Choices} desk=${desk} options=${themes} />
    <${Scale} value=${settings.scale} onChange=${(/** @type {number} */ scale) => change({ scale })} />
    <h3>${t("Sounds")}</h3>
    <${Volume} desk=${desk} settings=${settings} change=${change} />
  <//>`;
}

/** @param {{value: number, onChange: (scale: number) => void}} props @returns {View} */
function Scale({ value, onChange }) {
  return html`<label class="field">${t("Size of everything: {percent} %", { percent: value })}
      <input type="range" min="75" max="200" step="5" value=${value} data-testid="scale" onChange=${(/** @type {any} */ event) => onChange(Number(event.target.value))} />
    </label>
    <p class="hint">${t("Hold a ruler to the square: it should be at least 12 mm wide.")}</p>
    <div class="ruler" style=${{ width: TARGET_REM + "rem", height: TARGET_REM + "rem" }}></div>`;
}

/** @param {{desk: Desk, settings: import("../ui/prefs.js").Settings, change: (what: Partial<import("../ui/prefs.js").Settings>) => void}} props @returns {View} */
function Volume({ desk, settings, change }) {
  const set = (/** @type {any} */ event) => {
    change({ sound: Number(event.target.value) });
    desk.sounds.play("attention");
  };
  return html`<label class="field">${t("Loudness: {percent} %", { percent: settings.sound })}
      <input type="range" min="0" max="100" step="10" value=${settings.sound} onChange=${set} />
    </label>
    <label class="field check"><input type="checkbox" checked=${settings.lineSound} onChange=${(/** @type {any} */ event) => change({ lineSound: event.target.checked })} />
      ${t("Sound for each item and each payment")}</label>
    <p class="hint">${t("A refused scan is always heard.")}</p>`;
}
