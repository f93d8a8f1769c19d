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

  /** Puts theme and size on the page. @returns {void} */
  apply() {
    const root = document.documentElement;
    const scale = Math.min(200, Math.max(75, (this.#settings.scale * this.#worn.scale) / 100));
    root.style.setProperty("--scale", String(scale / 100));
    const theme = this.#settings.theme === "auto" ? this.#worn.mode : this.#settings.theme;
    if (theme === "") delete root.dataset.theme;
    else root.dataset.theme = theme;
    if (this.#worn.accent) root.style.setProperty("--primary", this.#worn.accent);
    else root.style.removeProperty("--primary");
  }
}
