/**
 * The code that carries a sale on its paper (docs/decisions/0117): what a till prints, and what another till believes of it
 * while the server is away. It is believed when a device of this store has signed it whose key the server has told.
 */

import { hasSigned, signBytes } from "./chain.js";
import { TillError } from "./errors.js";
import { packed } from "./paper.js";
import { fits, readPaper, spelled } from "./paper-letters.js";
import { returnRules } from "./return-rules.js";
import { typeOfPayment } from "./tender-types.js";

/** @typedef {import("../types.d.ts").Origin} Origin */
/** @typedef {import("../types.d.ts").Item} Item */
/** @typedef {import("../types.d.ts").PrintDocument} PrintDocument */
/** @typedef {import("./paper.js").PaperSale} PaperSale */
/** @typedef {import("./paper.js").PaperLine} PaperLine */
/** @typedef {import("./receipt.js").ReceiptBody} ReceiptBody */
/** `origin` is null when it is not to be believed: then `problem` says why. @typedef {{id: string, label: string, origin: Origin | null, problem: string}} Paper */

/** Parts the signature from that of anything else a till signs. */
const PURPOSE = new TextEncoder().encode("kasa-paper:");

export class PaperCode {
  #p;

  /** @param {import("../assembly.js").Parts} parts */
  constructor(parts) {
    this.#p = parts;
  }

  get #rules() {
    return returnRules(this.#p.goods.setting("returns"));
  }

  /**
   * The paper of a sale, with its code below. It stays as it is when the store does not take such codes, when the paper has no
   * room for it, and when another device sold.
   *
   * @param {PrintDocument} document
   * @param {{id: string, body: ReceiptBody, inc: number}} sale
   * @param {CryptoKey} key of this device
   * @returns {Promise<PrintDocument>}
   */
  async printed(document, { id, body, inc }, key) {
    const { store, till } = this.#p.view.state;
    if (!store || !till || body.kind !== "sale" || inc !== till.inc || this.#rules.paper !== "on") return document;
    const sale = saleOf(id, body, { store: store.number, till: till.number, inc });
    const code = (await this.#spelled(packed(sale), key)) ?? (await this.#spelled(packed(sale, (product) => this.#codeOf(product)), key));
    if (!code) return document;
    const { t } = this.#p.letterhead();
    const words = { text: t("Keep this code: goods can be returned with it"), align: /** @type {const} */ ("center") };
    return { ...document, blocks: [...document.blocks, { feed: 1 }, { qr: code }, words] };
  }

  /** @param {Uint8Array | null} record @param {CryptoKey} key @returns {Promise<string | null>} */
  async #spelled(record, key) {
    return record && fits(record) ? spelled(record, await signBytes(meant(record), key)) : null;
  }

  /** The short number of goods, when it leads back to them. @param {string} product @returns {string | null} */
  #codeOf(product) {
    const code = this.#p.goods.product(product)?.code ?? "";
    return this.#find(code, product.slice(-4)) === product ? code : null;
  }

  /** @param {string} code @param {string} end of the id @returns {string | null} */
  #find(code, end) {
    const found = this.#p.ready ? this.#p.goods.byPlu(code) : null;
    return found && found.code === code && found.id.endsWith(end) ? found.id : null;
  }

  /**
   * What a scanned code says.
   *
   * @param {string} code
   * @returns {Promise<Paper>}
   * @throws {TillError} paper_damaged, paper_goods, paper_elsewhere {store}, paper_false
   */
  async read(code) {
    const { store } = this.#p.view.state;
    let missing = false;
    const find = (/** @type {string} */ number, /** @type {string} */ end) => {
      const product = this.#find(number, end);
      missing ||= product === null;
      return product;
    };
    const paper = readPaper(code, find);
    if (!paper || !store) throw new TillError(missing ? "paper_goods" : "paper_damaged");
    const { sale } = paper;
    if (sale.store !== store.number) throw new TillError("paper_elsewhere", { store: sale.store });
    const label = `${sale.store}-${sale.till}.${sale.inc}-${sale.number}`;
    const key = this.#keyOf(sale);
    if (!key) return { id: sale.id, label, origin: null, problem: "paper_unknown" };
    if (!(await hasSigned(key, meant(paper.record), paper.signature))) throw new TillError("paper_false");
    if (this.#rules.paper !== "on") return { id: sale.id, label, origin: null, problem: "receipt_away" };
    return { id: sale.id, label, origin: this.#originOf(sale, label), problem: "" };
  }

  /** A device that was replaced vouches for what it sold until then. @param {PaperSale} sale @returns {{x: string, y: string} | null} */
  #keyOf({ till, inc, closedAt }) {
    const row = this.#p.goods.small("till_key").get(`${till}.${inc}`);
    if (typeof row?.x !== "string" || typeof row.y !== "string") return null;
    return typeof row.until === "string" && closedAt > row.until ? null : { x: row.x, y: row.y };
  }

  /** Names are those of this till's own catalogue: they would not fit on the paper. @param {PaperSale} sale @param {string} label @returns {Origin} */
  #originOf(sale, label) {
    const { id, closedAt, day, due, rounding, included, earned, redeemed } = sale;
    const payments = sale.payments.map(({ method, amount, terminal, reference }) => {
      const details = method === "card" ? { terminal, reference } : { reference };
      const name = typeOfPayment(this.#p.view.state.tenders, { method, details })?.name || null;
      return { method, amount, details: { ...details, name } };
    });
    return {
      id, label, closedAt, day, due, rounding, card: null, customer: null, included, source: "paper", verified: false,
      lines: sale.lines.map((line) => this.#lineOf(line)), payments, returns: [], bonus: { earned, redeemed },
    };
  }

  /** @param {PaperLine} line @returns {import("../types.d.ts").SoldLine} */
  #lineOf(line) {
    const { goods } = this.#p;
    const name = goods.product(line.product)?.name ?? this.#p.letterhead().t("Goods that are not sold any more");
    const discounts = line.discounts.map((one) => ({ ...one, name: this.#offer(one.ref), approved_by: null, reason: null }));
    return { ...line, name, barcode: null, discounts };
  }

  /** @param {string | null} ref @returns {string} */
  #offer(ref) {
    const rule = ref && this.#p.pricing.book.rulebook.rules.find(({ id }) => id === ref);
    return rule ? String(rule.name ?? "") : "";
  }
}

/** @param {Uint8Array} record @returns {Uint8Array<ArrayBuffer>} what is signed */
function meant(record) {
  return Uint8Array.from([...PURPOSE, ...record]);
}

/** Without the customer, the card and people's names: a paper gets lost. @param {string} id @param {ReceiptBody} body @param {{store: number, till: number, inc: number}} where @returns {PaperSale} */
function saleOf(id, body, where) {
  const { number, closed_at, day, due, rounding, bonus } = body;
  return {
    ...where, number, id, closedAt: closed_at, day, included: body.prices_include_tax === true, due, rounding,
    earned: bonus?.earned ?? 0, redeemed: bonus?.redeemed ?? 0, payments: body.payments.map(paymentOf), lines: body.lines.map(lineOf),
  };
}

/** A slip's number is of no use to the next one. @param {import("./receipt.js").Payment} payment @returns {import("./paper.js").PaperPayment} */
function paymentOf({ method, amount, details }) {
  const text = (/** @type {unknown} */ value) => (typeof value === "string" && value !== "" ? value : null);
  return { method, amount, terminal: text(details.terminal), reference: method === "card" ? null : text(details.reference) };
}

/** @param {import("./receipt.js").BodyLine} line @returns {PaperLine} */
function lineOf({ n, product, quantity, unit, price, gross, discounts, total, tax, tax_amount, deposit, lot, mark }) {
  const reductions = discounts.map(({ source, ref, amount }) => ({ source, ref, amount }));
  return {
    n, product, quantity, unit, price, gross, discounts: reductions, total, tax: { code: tax.code, percent: tax.percent }, tax_amount, deposit,
    lot: lot || null, mark: mark || null,
  };
}
