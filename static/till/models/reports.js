/** X and Z: totals of a shift, summed from the items of the journal. Nothing is kept running, so nothing can drift. */

/** @typedef {import("../types.d.ts").ShiftTotals} ShiftTotals */
/** @typedef {import("../types.d.ts").TaxRow} TaxRow */

/** Which way a cash move goes, and under which name it is summed. @type {Record<string, {key: "cash_in" | "cash_out" | "drop" | "collection" | "correction", sign: number}>} */
const MOVES = {
  float: { key: "cash_in", sign: 1 }, in: { key: "cash_in", sign: 1 }, out: { key: "cash_out", sign: -1 }, drop: { key: "drop", sign: -1 },
  collection: { key: "collection", sign: -1 }, correction: { key: "correction", sign: 1 },
};

export class Totals {
  /** @type {ShiftTotals} */
  #sum;
  /** @type {Map<string, TaxRow>} */ #taxes = new Map();

  /** @param {number} float */
  constructor(float) {
    this.#sum = {
      receipts: 0, returns: 0, sales: 0, refunds: 0, discounts: 0, rounding: 0, tenders: {}, taxes: [], voided_lines: 0, cancelled_receipts: 0, float,
      cash_in: 0, cash_out: 0, drop: 0, collection: 0, correction: 0, expected_cash: float, first_number: null, last_number: null,
    };
  }

  /** @param {import("../types.d.ts").Item} item of the shift */
  add(item) {
    const body = /** @type {any} */ (item.body);
    if (item.type === "receipt") this.#receipt(body);
    else if (item.type === "cash") this.#cash(body);
    else if (item.type === "event" && body.name === "line_void") this.#sum.voided_lines += 1;
    else if (item.type === "event" && body.name === "receipt_cancel") this.#sum.cancelled_receipts += 1;
  }

  /** @param {import("./receipt.js").ReceiptBody} body */
  #receipt(body) {
    const sum = this.#sum;
    const sign = body.kind === "return" ? -1 : 1;
    if (sign > 0) this.#count(body);
    else sum.returns += 1;
    if (sign > 0) sum.sales += body.due;
    else sum.refunds += body.due;
    sum.rounding += sign * body.rounding;
    for (const line of body.lines) for (const discount of line.discounts) sum.discounts += sign * discount.amount;
    for (const row of body.taxes) this.#tax(row, sign);
    for (const { method, amount } of body.payments) this.#tender(method, sign * amount);
  }

  /** @param {import("./receipt.js").ReceiptBody} body */
  #count({ number }) {
    this.#sum.receipts += 1;
    this.#sum.first_number ??= number;
    this.#sum.last_number = number;
  }

  /** @param {TaxRow} row @param {number} sign */
  #tax({ code, percent, net, tax, gross }, sign) {
    const key = `${code}:${percent}`;
    const row = this.#taxes.get(key) ?? { code, percent, net: 0, tax: 0, gross: 0 };
    this.#taxes.set(key, { ...row, net: row.net + sign * net, tax: row.tax + sign * tax, gross: row.gross + sign * gross });
  }

  /** @param {string} method @param {number} amount */
  #tender(method, amount) {
    const known = this.#sum.tenders[method] ?? { count: 0, amount: 0 };
    this.#sum.tenders[method] = { count: known.count + 1, amount: known.amount + amount };
    if (method === "cash") this.#sum.expected_cash += amount;
  }

  /** @param {{kind: string, amount: number}} body */
  #cash({ kind, amount }) {
    const { key, sign } = MOVES[kind];
    this.#sum[key] += amount;
    this.#sum.expected_cash += sign * amount;
  }

  /** @returns {ShiftTotals} */
  get result() {
    const taxes = [...this.#taxes.values()].sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : a.percent - b.percent));
    return { ...this.#sum, taxes };
  }
}
