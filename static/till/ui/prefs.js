/**
 * What this till's screen was set to by the people who stand before it: language, theme, size, sounds. Losing it harms
 * nobody, so it lies in localStorage and not beside the receipts.
 */

const KEY = "kasa-screen";

/** @typedef {{language: string, theme: "auto" | "light" | "dark", scale: number, sound: number, lineSound: boolean}} Settings */

/** @type {Settings} */
const DEFAULTS = { language: "", theme: "auto", scale: 100, sound: 60, lineSound: false };

/** @returns {Settings} */
function stored() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return { ...DEFAULTS, ...pick(found) };
  } catch (error) {
    console.warn("Screen settings could not be read; the defaults are used.", error);
    return { ...DEFAULTS };
  }
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

export class Prefs {
  #settings = stored();

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

  /** Puts theme and size on the page. @returns {void} */
  apply() {
    const root = document.documentElement;
    const scale = Math.min(200, Math.max(75, this.#settings.scale));
    root.style.setProperty("--scale", String(scale / 100));
    if (this.#settings.theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = this.#settings.theme;
  }
}
