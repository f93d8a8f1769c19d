/**
 * Search as you type over 200,000 names, answered in the same task: words → the products that have them, and a sorted
 * list of words, so that the start of a word finds all its endings by bisection.
 */

import { fold, otherLayouts, words } from "./fold.js";
import { Shards } from "./shards.js";
import { Slices } from "./slices.js";

/** Products that are looked at in the end; a query that hits more is still being typed. */
const MOST = 2000;
/** Words of a query that count; more would only be a pasted text. */
const MAX_WORDS = 8;

export class SearchIndex {
  /** @type {string[]} product ids; the position is the product's number here */ #ids = [];
  /** @type {string[]} folded names by number */ #names = [];
  /** @type {Shards<number[]>} */ #postings = new Shards();
  /** @type {string[]} all words, sorted */ #words = [];
  /** @type {Map<string, string | null>} changed products: folded name and code, null when gone */ #changed = new Map();
  #marks = new Uint8Array(0);
  ready = false;

  /**
   * @param {{ids: string[], page: import("../types.d.ts").Page}[]} pages of products
   * @param {() => boolean} [wanted] false: another catalogue has come, stop
   */
  async build(pages, wanted = () => true) {
    const slices = new Slices();
    for (const { ids, page } of pages) {
      const names = page.names.split("\n");
      for (let row = 0; row < ids.length; row += 1) {
        if (page.offsets[row + 1] > page.offsets[row]) this.#add(ids[row], names[row]);
        if (row % 50 === 0) await slices.rest();
      }
      if (!wanted()) return;
    }
    await this.#sortWords(slices);
    this.#marks = new Uint8Array(this.#ids.length);
    this.ready = true;
  }

  /** Sorted by first letters apart, since sorting all words at once is one long task. @param {Slices} slices */
  async #sortWords(slices) {
    /** @type {Map<string, string[]>} */
    const parts = new Map();
    let seen = 0;
    for (const word of this.#postings.keys()) {
      const head = word.slice(0, 2);
      const part = parts.get(head);
      if (part) part.push(word);
      else parts.set(head, [word]);
      if ((seen += 1) % 500 === 0) await slices.rest();
    }
    for (const head of [...parts.keys()].sort()) {
      for (const word of /** @type {string[]} */ (parts.get(head)).sort()) this.#words.push(word);
      await slices.rest();
    }
  }

  /** @param {string} id @param {string} name folded */
  #add(id, name) {
    const number = this.#ids.push(id) - 1;
    this.#names.push(name);
    for (const word of words(name)) this.#post(word, number);
  }

  /** @param {string} word @param {number} number */
  #post(word, number) {
    const list = this.#postings.get(word);
    if (!list) this.#postings.set(word, [number]);
    else if (list[list.length - 1] !== number) list.push(number);
  }

  /** A product changed after the index was built. @param {string} id @param {string | null} text of `changedText` */
  change(id, text) {
    this.#changed.set(id, text);
  }

  /**
   * Products whose name has a word starting with each word of the query. When nothing is found, the same keys are read in
   * the other keyboard layouts.
   *
   * @param {string} text
   * @param {number} limit
   * @returns {{ready: boolean, total: number, ids: string[], read: string}}
   */
  search(text, limit) {
    for (const read of [text, ...otherLayouts(text)]) {
      const query = words(fold(read)).slice(0, MAX_WORDS);
      const found = query.length === 0 ? { total: 0, ids: [] } : this.#find(query, limit);
      if (found.total > 0) return { ready: this.ready, read, ...found };
    }
    return { ready: this.ready, total: 0, ids: [], read: text };
  }

  /** @param {string[]} query @param {number} limit @returns {{total: number, ids: string[]}} */
  #find(query, limit) {
    const ids = this.#findChanged(query).slice(0, limit);
    const numbers = this.#candidates(query);
    for (const number of this.#rank(numbers, query.join(" "))) {
      if (ids.length >= limit) break;
      if (!this.#changed.has(this.#ids[number])) ids.push(this.#ids[number]);
    }
    return { total: Math.max(ids.length, numbers.length), ids };
  }

  /** @param {string[]} query @returns {string[]} */
  #findChanged(query) {
    const found = [];
    for (const [id, text] of this.#changed) {
      if (text === null) continue;
      const own = words(text);
      if (query.every((word) => own.some((one) => one.startsWith(word)))) found.push(id);
    }
    return found;
  }

  /** @param {string[]} query @returns {number[]} */
  #candidates(query) {
    if (!this.ready) return [];
    const lists = query.map((word) => this.#wordsFrom(word)).sort((a, b) => size(a) - size(b));
    /** @type {number[]} */
    let found = [];
    lists.forEach((postings, step) => {
      found = [];
      this.#markAll(postings, step, found, step === lists.length - 1 ? MOST : Infinity);
    });
    this.#marks.fill(0);
    return found;
  }

  /** @param {number[][]} postings @param {number} step @param {number[]} found @param {number} most */
  #markAll(postings, step, found, most) {
    for (const list of postings) {
      for (const number of list) this.#mark(number, step, found);
      if (found.length >= most) return;
    }
  }

  /** Counts a product once per word of the query, and only when it had all words before. @param {number} number @param {number} step @param {number[]} found */
  #mark(number, step, found) {
    if (this.#marks[number] !== step) return;
    this.#marks[number] = step + 1;
    found.push(number);
  }

  /** @param {string} start @returns {number[][]} postings of every word with that start */
  #wordsFrom(start) {
    const found = [];
    for (let at = this.#firstFrom(start); at < this.#words.length && this.#words[at].startsWith(start); at += 1) {
      found.push(/** @type {number[]} */ (this.#postings.get(this.#words[at])));
    }
    return found;
  }

  /** @param {string} start @returns {number} */
  #firstFrom(start) {
    let low = 0;
    let high = this.#words.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#words[middle] < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Names that begin like the query first, then shorter names. @param {number[]} numbers @param {string} query @returns {number[]} */
  #rank(numbers, query) {
    /** @param {number} number */
    const score = (number) => (this.#names[number].startsWith(query) ? 0 : 1000) + Math.min(999, this.#names[number].length);
    const scored = numbers.map((number) => ({ number, score: score(number) }));
    return scored.sort((a, b) => a.score - b.score || a.number - b.number).map((one) => one.number);
  }
}

/** @param {number[][]} lists */
function size(lists) {
  return lists.reduce((sum, list) => sum + list.length, 0);
}

/** What a changed product is found by; null when it is gone. @param {Record<string, any> | null} data @returns {string | null} */
export function changedText(data) {
  return data === null ? null : fold(String(data.name ?? ""));
}
