/**
 * Messages for the cashier and the receipt. Looked for when the till has nothing else to do, after each change; a scan never
 * waits for it. What was seen is journaled once for each receipt.
 */

import { formatMinor } from "./money.js";
import { filled, fitting } from "./message-rules.js";
import { sha256 } from "./sha256.js";
import { standingLines } from "./draft.js";

/** @typedef {import("./message-rules.js").Rule} Rule */
/** @typedef {import("../types.d.ts").Draft} Draft */

/** Letters and digits that nobody takes for one another. */
const ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";
const CODE_LENGTH = 12;
const IDLE_MS = 500;

export class Messages {
  #p;
  #waiting = false;
  /** What was looked at last: the same again gives the same. @type {unknown[]} */ #asked = [];
  /** What went on the paper of receipts that are being finished. @type {Map<string, {rule: string, text: string, code: string | null}[]>} */ #onPaper = new Map();

  /** @param {import("../assembly.js").Parts} parts */
  constructor(parts) {
    this.#p = parts;
    parts.view.subscribe((what) => what === "state" && this.#later());
    parts.events.on("committed", ({ receipt }) => this.#printed(receipt));
  }

  #later() {
    if (this.#waiting) return;
    this.#waiting = true;
    const idle = globalThis.requestIdleCallback ?? ((/** @type {() => void} */ work) => setTimeout(work, 50));
    idle(() => {
      this.#waiting = false;
      this.#look();
    }, { timeout: IDLE_MS });
  }

  #look() {
    const { view } = this.#p;
    const { receipt, phase, language, readonly } = view.state;
    const rules = this.#p.ready ? this.#p.goods.small("message_rule") : null;
    if (same(this.#asked, [receipt, phase, language, rules])) return;
    this.#asked = [receipt, phase, language, rules];
    const found = rules && receipt?.kind === "sale" && phase === "sale" && !readonly ? this.#texts(this.#p.selling.current, "screen", language) : [];
    const shown = found.map(({ rule, text }) => ({ receipt: receipt?.id ?? "", rule, text }));
    if (JSON.stringify(shown) !== JSON.stringify(view.state.messages)) view.set({ messages: shown });
  }

  /** Those that have the shape of a rule: nothing that a server says may keep a receipt from being finished. @returns {Rule[]} */
  #rules() {
    const rows = [...this.#p.goods.small("message_rule")];
    return rows.map(([id, data]) => /** @type {any} */ ({ params: {}, groups: [], texts: {}, position: 0, ...data, id })).filter(isRule);
  }

  /** @param {Draft} draft @param {"screen" | "receipt"} place @param {string} language @returns {{rule: string, text: string, code: string | null}[]} */
  #texts(draft, place, language) {
    const rules = this.#rules().filter((rule) => rule.place === place);
    if (rules.length === 0) return [];
    const byId = new Map(rules.map((rule) => [rule.id, rule]));
    return fitting(rules, this.#situation(draft), place).map(({ rule, gaps, money }) => {
      const { texts, params } = /** @type {Rule} */ (byId.get(rule));
      const code = place === "receipt" && params.code === true ? codeOf(draft.id, rule) : null;
      const sums = Object.fromEntries(Object.entries(money).map(([name, amount]) => [name, formatMinor(amount, this.#p.view.state.store?.digits ?? 2, language)]));
      const words = texts[language] ?? texts.en ?? Object.values(texts)[0] ?? "";
      return { rule, text: filled(words, { ...gaps, ...sums, ...(code ? { code } : {}) }, place), code };
    });
  }

  /** @param {Draft} draft @returns {import("./message-rules.js").Situation} */
  #situation(draft) {
    const lines = standingLines(draft).map(({ product, groups, name, quantity }) => ({ product, groups, name, quantity }));
    const sum = lines.length > 0 ? this.#p.pricing.price(draft).due : 0;
    const offers = [...this.#p.goods.small("promotion")].map(([id, data]) => /** @type {any} */ ({ id, ...data }));
    return { ...this.#p.pricing.calendar(this.#p.clock.instant()), lines, sum, customer: draft.customer ?? null, offers };
  }

  /** What goes on the paper of a receipt that is being finished. @param {Draft} draft @returns {{rule: string, text: string, code: string | null}[]} */
  forReceipt(draft) {
    if (draft.kind !== "sale" || this.#p.training.on) return [];
    const found = this.#texts(draft, "receipt", this.#p.view.state.store?.language ?? "en");
    this.#onPaper.set(draft.id, found);
    return found;
  }

  /** @param {string} receipt */
  #printed(receipt) {
    const found = this.#onPaper.get(receipt) ?? [];
    this.#onPaper.clear();
    for (const { rule, code } of found) this.#p.trace("message_printed", { receipt, data: { rule, code } });
  }
}

/**
 * A code that no other receipt has, which needs no list and no server: 60 bits of a hash of receipt and rule, both of which
 * are made once.
 *
 * @param {string} receipt
 * @param {string} rule
 * @returns {string} as ABCD-EFGH-JKMN
 */
export function codeOf(receipt, rule) {
  let rest = BigInt("0x" + sha256(`code\n${receipt}\n${rule}`));
  let code = "";
  for (let i = 0; i < CODE_LENGTH; i += 1) {
    code += ALPHABET[Number(rest % BigInt(ALPHABET.length))];
    rest /= BigInt(ALPHABET.length);
  }
  return code.replace(/(.{4})(?=.)/g, "$1-");
}

/** @param {Rule} rule @returns {boolean} */
function isRule({ texts, params, groups }) {
  return [texts, params].every((one) => typeof one === "object" && one !== null) && Array.isArray(groups) && Object.values(texts).every((text) => typeof text === "string");
}

/** @param {unknown[]} a @param {unknown[]} b */
function same(a, b) {
  return a.length === b.length && a.every((one, i) => one === b[i]);
}
