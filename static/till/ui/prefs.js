/**
 * What this till's screen was set to by the people who stand before it: language, theme, size, sounds. Losing it harms
 * nobody, so it lies in localStorage and not beside the receipts.
 */

import { isDarkHour, scaleFor } from "./screensize.js";

const KEY = "kasa-screen";

/**
 * `theme` "hours" is dark from `darkFrom` to `darkTo` (hours of the device's clock). `diagonal` in tenths of an inch, 0 when
 * nobody has said it. `motion` "less" forbids all movement, whatever the machine says. Volumes are percents.
 *
 * @typedef {{language: string, theme: "auto" | "light" | "dark" | "contrast" | "hours", darkFrom: number, darkTo: number, scale: number,
 *   diagonal: number, motion: "auto" | "less", saleVolume: number, refusedVolume: number, attentionVolume: number, faultVolume: number}} Settings
 */

/** @type {Settings} */
const DEFAULTS = {
  language: "", theme: "auto", darkFrom: 20, darkTo: 6, scale: 100, diagonal: 0, motion: "auto",
  saleVolume: 0, refusedVolume: 60, attentionVolume: 60, faultVolume: 60,
};

/** @returns {Settings} */
function stored() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return { ...DEFAULTS, ...before(found), ...pick(found) };
  } catch (error) {
    console.warn("Screen settings could not be read; the defaults are used.", error);
    return { ...DEFAULTS };
  }
}

/** Version 0.1 had one loudness for all, and a switch for the sounds of sales. @param {any} found @returns {Partial<Settings>} */
function before(found) {
  const loud = found?.sound;
  if (typeof loud !== "number") return {};
  return { refusedVolume: loud, attentionVolume: loud, faultVolume: loud, saleVolume: found.lineSound === true ? loud : 0 };
}

/** @param {any} found @returns {Partial<Settings>} only what has the right shape */
function pick(found) {
  /** @type {Record<string, unknown>} */
  const good = {};
  for (const [name, value] of Object.entries(DEFAULTS)) {
    if (found && typeof found[name] === typeof value) good[name] = found[name];
  }
  return good;
}

/** How often the hour is looked at. */
const LOOK_MS = 30_000;

export class Prefs {
  #settings = stored();
  /** What the layout in force asks for where the till itself was not set. */
  #worn = { mode: "", accent: /** @type {string | null} */ (null), scale: 100 };

  get settings() {
    return this.#settings;
  }

  /** @param {Partial<Settings>} change @returns {void} */
  change(change) {
    this.#settings = { ...this.#settings, ...change };
    this.apply();
    try {
      localStorage.setItem(KEY, JSON.stringify(this.#settings));
    } catch (error) {
      console.warn("Screen settings are kept until the page closes only.", error);
    }
  }

  /** The layout's look: its theme counts where this till follows the machine. @param {{mode: string, accent: string | null}} theme @param {number} scale percent @returns {void} */
  wear({ mode, accent }, scale) {
    if (this.#worn.mode === mode && this.#worn.accent === accent && this.#worn.scale === scale) return;
    this.#worn = { mode, accent, scale };
    this.apply();
  }

  /** The screen's size was told: everything becomes as large as fingers need. @param {number} diagonal tenths of an inch @returns {void} */
  measure(diagonal) {
    this.change({ diagonal, scale: scaleFor(diagonal, screen) });
  }

  /** Follows what other windows of this till set, and the hour. @returns {void} */
  follow() {
    window.addEventListener("storage", (event) => {
      if (event.key !== KEY) return;
      this.#settings = stored();
      this.apply();
    });
    setInterval(() => this.settings.theme === "hours" && this.apply(), LOOK_MS);
  }

  /** Puts theme and size on the page. @returns {void} */
  apply() {
    const root = document.documentElement;
    const scale = Math.min(200, Math.max(75, (this.#settings.scale * this.#worn.scale) / 100));
    root.style.setProperty("--scale", String(scale / 100));
    const theme = this.#theme();
    if (theme === "") delete root.dataset.theme;
    else root.dataset.theme = theme;
    root.dataset.motion = this.#settings.motion;
    if (this.#worn.accent) root.style.setProperty("--primary", this.#worn.accent);
    else root.style.removeProperty("--primary");
  }

  /** @returns {string} empty: as the machine */
  #theme() {
    const { theme, darkFrom, darkTo } = this.#settings;
    if (theme === "auto") return this.#worn.mode;
    if (theme !== "hours") return theme;
    return isDarkHour(new Date().getHours(), darkFrom, darkTo) ? "dark" : "light";
  }
}
