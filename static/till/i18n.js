/**
 * What the till says, in the language that is set. Sources are English sentences in the code; other languages come as
 * JSON catalogues made from the .po files (pos/pwa_catalogue.py). A sentence without a translation is said in English.
 *
 * Call `t` and `tn` with literal strings only: the extractor reads the code and does not run it.
 */

import { root } from "./ui/root.js";

/** @typedef {Record<string, string | number | boolean | null>} Args */
/** @typedef {{language: string, messages: Record<string, string>, plurals: Record<string, Record<string, string>>}} Catalogue */

export const LANGUAGES = ["en", "pl", "uk", "ru"];

/** The languages' own names: someone who cannot read the present language must find theirs. @type {Record<string, string>} */
export const OWN_NAMES = { en: "English", pl: "Polski", uk: "Українська", ru: "Русский" };

/** One language: its texts and its plural rules. */
export class Translator {
  /** @type {Catalogue} */
  #catalogue;
  /** @type {Intl.PluralRules} */
  #rules;

  /** @param {Catalogue} catalogue */
  constructor(catalogue) {
    this.#catalogue = catalogue;
    this.#rules = new Intl.PluralRules(catalogue.language);
  }

  get language() {
    return this.#catalogue.language;
  }

  /** @param {string} text @param {Args} [args] @returns {string} */
  one(text, args) {
    return fill(this.#catalogue.messages[text] ?? text, args);
  }

  /** @param {string} one @param {string} many @param {number} n @param {Args} [args] @returns {string} */
  many(one, many, n, args) {
    const forms = this.#catalogue.plurals[one];
    const own = forms?.[this.#rules.select(n)] ?? forms?.other ?? forms?.many;
    return fill(own ?? (n === 1 ? one : many), { n, ...args });
  }
}

/** @param {string} text @param {Args} [args] @returns {string} */
function fill(text, args) {
  if (!args) return text;
  return text.replace(/\{(\w+)\}/g, (gap, name) => (name in args ? String(args[name]) : gap));
}

const english = new Translator({ language: "en", messages: {}, plurals: {} });

/** @type {Map<string, Promise<Translator>>} */
const loaded = new Map([["en", Promise.resolve(english)]]);

/** A catalogue that could not be had is asked for again after this long. */
const ASK_AGAIN_MS = 60 * 1000;

let current = english;

/**
 * The translator of a language; with English texts when its catalogue cannot be had now (asked again a minute later).
 *
 * @param {string} language
 * @returns {Promise<Translator>}
 */
export function translator(language) {
  const known = loaded.get(language);
  if (known) return known;
  const coming = fetchCatalogue(language).catch((error) => {
    console.warn("No catalogue for", language, String(error));
    setTimeout(() => loaded.delete(language), ASK_AGAIN_MS);
    // Numbers and dates are still written as that language writes them.
    return LANGUAGES.includes(language) ? new Translator({ language, messages: {}, plurals: {} }) : english;
  });
  loaded.set(language, coming);
  return coming;
}

/** @param {string} language @returns {Promise<Translator>} */
async function fetchCatalogue(language) {
  if (!LANGUAGES.includes(language)) throw new Error("unknown language");
  const answer = await fetch(new URL("i18n/" + language + ".json", root()));
  if (!answer.ok) throw new Error("HTTP " + answer.status);
  return new Translator(await answer.json());
}

/**
 * Speaks another language from now on.
 *
 * @param {string} language
 * @returns {Promise<void>}
 */
export async function setLanguage(language) {
  current = await translator(language);
  document.documentElement.lang = current.language;
}

/** @returns {string} the language that is really spoken now */
export function spokenLanguage() {
  return current.language;
}

/** @param {string} text English source @param {Args} [args] @returns {string} */
export function t(text, args) {
  return current.one(text, args);
}

/**
 * @param {string} one English text for 1
 * @param {string} many English text for any other number, with {n}
 * @param {number} n
 * @param {Args} [args]
 * @returns {string}
 */
export function tn(one, many, n, args) {
  return current.many(one, many, n, args);
}
