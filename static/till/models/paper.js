/**
 * A sale packed into few bytes, for the code on its paper. Pure, so that the server's tests run the same bytes; letters are in
 * `paper-letters.js`, and who may be believed is judged in `paper-code.js`.
 *
 * The form is in docs/protocol.md, section 4, "The code on the paper". Reading never throws: what is not whole is null.
 */

import { Reader, Unfit, Writer, hex, uuidBytes, uuidOf } from "./paper-bytes.js";

const VERSION = 1;
const EPOCH = Date.UTC(2020, 0, 1);
const DAY_MS = 86_400_000;
/** Milliseconds since the epoch that still are a date. */
const LAST_MS = 2 ** 42;
const METHODS = ["", "cash", "card", "bonus", "exchange", "voucher"];
const SOURCES = ["promotion", "card", "manual", "bonus", "coupon", "rounding"];
/** What a line says beside goods and price. */
const DEPOSIT = 1;
const NUMBERED = 2;
const QUANTITY = 4;
const REDUCED = 8;
const TAXED = 16;
const LOT = 32;
const MARK = 64;
/** Goods by their short number and the end of their id, where whole ids have no room. */
const BY_CODE = 17;
/** From here on: the goods of an earlier line. */
const SAME = 18;
/** A line takes four bytes at the least, so more never have room on a paper (paper-letters.js). */
const MOST_LINES = 100;
const CODE = /^[1-9]\d{0,14}$/;
const END = 2;

/**
 * @typedef {{source: string, ref: string | null, amount: number}} Reduction
 * @typedef {{n: number, product: string, quantity: number, unit: string, price: number, gross: number, discounts: Reduction[], total: number,
 *   tax: {code: string, percent: number}, tax_amount: number, deposit: boolean, lot: string | null, mark: string | null}} PaperLine
 * @typedef {{method: string, amount: number, terminal: string | null, reference: string | null}} PaperPayment
 * @typedef {{store: number, till: number, inc: number, number: number, id: string, closedAt: string, day: string, included: boolean, due: number,
 *   rounding: number, earned: number, redeemed: number, payments: PaperPayment[], lines: PaperLine[]}} PaperSale
 * @typedef {(code: string, end: string) => string | null} FindGoods by their short number, when their id ends so (4 hex digits)
 */

/** @param {number} price @param {number} quantity @returns {number} */
function grossOf(price, quantity) {
  const product = price * quantity;
  if (!Number.isSafeInteger(product) || quantity < 1) throw new Unfit();
  return Math.floor(product / 1000) + (product % 1000 >= 500 ? 1 : 0);
}

/** What the tax of a line is by itself; its share of the receipt's tax is at most a unit beside it. @param {number} total @param {number} percent @param {boolean} included */
function ownTax(total, percent, included) {
  const divisor = included ? 10_000 + percent : 10_000;
  const share = total * percent;
  return Number.isSafeInteger(share) ? Math.round(share / divisor) : 0;
}

/** @param {PaperLine} line @returns {string} */
function kindOf({ unit, tax }) {
  return JSON.stringify([unit, tax.code, tax.percent]);
}

/** @param {Reduction} reduction @returns {string} */
function reasonOf({ source, ref }) {
  return JSON.stringify([source, ref]);
}

/** @param {number[]} one @param {number[]} two @returns {number} bytes they have in common at the beginning */
function shared(one, two) {
  const end = one.findIndex((byte, i) => byte !== two[i]);
  return end < 0 ? one.length : end;
}

/**
 * A sale as bytes.
 *
 * @param {PaperSale} sale
 * @param {(product: string) => string | null} [codeOf] the short number of goods, to be written in place of their id
 * @returns {Uint8Array | null} null when it is no sale that reads back as the same
 */
export function packed(sale, codeOf = () => null) {
  if (sale.lines.length > MOST_LINES) return null;
  const find = (/** @type {string} */ code) => sale.lines.find(({ product }) => codeOf(product) === code)?.product ?? null;
  try {
    const bytes = Uint8Array.from(written(sale, codeOf));
    return JSON.stringify(unpacked(bytes, find)) === JSON.stringify(sale) ? bytes : null;
  } catch (error) {
    if (error instanceof Unfit) return null;
    throw error;
  }
}

/** @param {PaperSale} sale @param {(product: string) => string | null} codeOf @returns {number[]} */
function written(sale, codeOf) {
  const to = new Writer();
  const closed = Date.parse(sale.closedAt);
  for (const one of [VERSION, sale.store, sale.till, sale.inc, sale.number]) to.count(one);
  to.uuid(sale.id);
  to.count(closed - EPOCH);
  to.signed(Math.floor(Date.parse(sale.day) / DAY_MS) - Math.floor(closed / DAY_MS));
  to.count(sale.included ? 1 : 0);
  to.count(sale.due);
  to.signed(sale.rounding);
  to.count(sale.earned);
  to.count(sale.redeemed);
  writePayments(to, sale.payments);
  writeLines(to, sale, codeOf);
  return to.bytes;
}

/** @param {Writer} to @param {PaperPayment[]} payments */
function writePayments(to, payments) {
  to.count(payments.length);
  for (const { method, amount, terminal, reference } of payments) {
    const known = Math.max(0, METHODS.indexOf(method));
    to.count(known * 2 + (terminal === null && reference === null ? 0 : 1));
    if (known === 0) to.text(method);
    to.count(amount);
    if (terminal === null && reference === null) continue;
    to.perhaps(terminal);
    to.perhaps(reference);
  }
}

/** Units with their taxes, and reasons of reductions, stand once and are named by their place. @param {Writer} to @param {PaperSale} sale @param {(product: string) => string | null} codeOf */
function writeLines(to, { included, lines }, codeOf) {
  const kinds = [...new Set(lines.map(kindOf))];
  const reasons = [...new Set(lines.flatMap(({ discounts }) => discounts.map(reasonOf)))];
  to.count(kinds.length);
  for (const kind of kinds) {
    const [unit, code, percent] = JSON.parse(kind);
    to.text(unit);
    to.text(code);
    to.count(percent);
  }
  to.count(reasons.length);
  for (const reason of reasons) {
    const [source, ref] = JSON.parse(reason);
    to.signed(ref === null ? -1 - SOURCES.indexOf(source) : SOURCES.indexOf(source));
    if (ref !== null) to.uuid(ref);
  }
  to.count(lines.length);
  lines.forEach((line, i) => writeLine(to, line, { included, kinds, reasons, before: lines.slice(0, i), code: codeOf(line.product) }));
}

/** @param {Writer} to @param {PaperLine} line @param {{included: boolean, kinds: string[], reasons: string[], before: PaperLine[], code: string | null}} given */
function writeLine(to, line, { included, kinds, reasons, before, code }) {
  const next = (before[before.length - 1]?.n ?? 0) + 1;
  const tax = ownTax(line.total, line.tax.percent, included);
  const says = [
    [line.deposit, DEPOSIT], [line.n !== next, NUMBERED], [line.quantity !== 1000, QUANTITY], [line.discounts.length > 0, REDUCED],
    [line.tax_amount !== tax, TAXED], [line.lot !== null, LOT], [line.mark !== null, MARK],
  ];
  to.count(says.reduce((sum, [on, bit]) => sum + (on ? Number(bit) : 0), 0));
  if (line.n !== next) to.signed(line.n - next);
  writeProduct(to, line.product, before, code);
  to.count(kinds.indexOf(kindOf(line)));
  if (line.quantity !== 1000) to.count(line.quantity);
  to.count(line.price);
  if (line.discounts.length > 0) to.count(line.discounts.length);
  for (const one of line.discounts) {
    to.count(reasons.indexOf(reasonOf(one)));
    to.count(one.amount);
  }
  if (line.tax_amount !== tax) to.signed(line.tax_amount - tax);
  if (line.lot !== null) to.text(line.lot);
  if (line.mark !== null) to.text(line.mark);
}

/** Ids that were given one after the other begin alike. @param {Writer} to @param {string} product @param {PaperLine[]} before @param {string | null} code */
function writeProduct(to, product, before, code) {
  const same = before.findIndex((line) => line.product === product);
  if (same >= 0) return to.count(SAME + same);
  const bytes = uuidBytes(product);
  if (code !== null && CODE.test(code)) {
    to.count(BY_CODE);
    to.count(Number(code));
    to.bytes.push(...bytes.slice(-END));
    return;
  }
  const last = before[before.length - 1];
  const alike = last ? shared(bytes, uuidBytes(last.product)) : 0;
  to.count(alike);
  to.bytes.push(...bytes.slice(alike));
}

/** @param {Uint8Array} bytes @param {FindGoods} find @returns {PaperSale | null} null when they are not one whole sale, or its goods are not found */
export function unpacked(bytes, find) {
  try {
    return read(new Reader(bytes), find);
  } catch (error) {
    if (error instanceof Unfit) return null;
    throw error;
  }
}

/** @param {Reader} from @param {FindGoods} find @returns {PaperSale} */
function read(from, find) {
  if (from.count() !== VERSION) throw new Unfit();
  const [store, till, inc, number] = [from.count(), from.count(), from.count(), from.count()];
  const id = from.uuid();
  const ms = from.count();
  const shift = from.signed();
  if (ms > LAST_MS || Math.abs(shift) > 9) throw new Unfit();
  const closedAt = new Date(EPOCH + ms).toISOString();
  const day = new Date(EPOCH + ms + shift * DAY_MS).toISOString().slice(0, 10);
  const included = from.count() === 1;
  const [due, rounding, earned, redeemed] = [from.count(), from.signed(), from.count(), from.count()];
  const payments = from.list(() => readPayment(from));
  const lines = readLines(from, included, find);
  if (!from.ended || lines.length === 0) throw new Unfit();
  return { store, till, inc, number, id, closedAt, day, included, due, rounding, earned, redeemed, payments, lines };
}

/** @param {Reader} from @returns {PaperPayment} */
function readPayment(from) {
  const how = from.count();
  const known = METHODS[Math.floor(how / 2)];
  if (known === undefined) throw new Unfit();
  const method = known || from.text();
  const amount = from.count();
  const [terminal, reference] = how % 2 === 1 ? [from.perhaps(), from.perhaps()] : [null, null];
  return { method, amount, terminal, reference };
}

/** @param {Reader} from @param {boolean} included @param {FindGoods} find @returns {PaperLine[]} */
function readLines(from, included, find) {
  const kinds = from.list(() => ({ unit: from.text(), tax: { code: from.text(), percent: from.count() } }));
  const reasons = from.list(() => {
    const place = from.signed();
    const source = SOURCES[place < 0 ? -1 - place : place];
    if (source === undefined) throw new Unfit();
    return { source, ref: place < 0 ? null : from.uuid() };
  });
  /** @type {PaperLine[]} */
  const lines = [];
  for (let left = from.count(); left > 0; left -= 1) lines.push(readLine(from, { included, kinds, reasons, before: lines, find }));
  return lines;
}

/**
 * @param {Reader} from
 * @param {{included: boolean, kinds: Pick<PaperLine, "unit" | "tax">[], reasons: Omit<Reduction, "amount">[], before: PaperLine[], find: FindGoods}} given
 * @returns {PaperLine}
 */
function readLine(from, { included, kinds, reasons, before, find }) {
  const says = from.count();
  if (says > 2 * MARK - 1) throw new Unfit();
  const next = (before[before.length - 1]?.n ?? 0) + 1;
  const n = says & NUMBERED ? next + from.signed() : next;
  const product = readProduct(from, before, find);
  const kind = one(kinds, from.count());
  const quantity = says & QUANTITY ? from.count() : 1000;
  const price = from.count();
  const gross = grossOf(price, quantity);
  const discounts = says & REDUCED ? from.list(() => ({ ...one(reasons, from.count()), amount: from.count() })) : [];
  const total = discounts.reduce((rest, { amount }) => rest - amount, gross);
  const tax_amount = ownTax(total, kind.tax.percent, included) + (says & TAXED ? from.signed() : 0);
  if (n < 1 || total < 0 || tax_amount < 0 || before.some((line) => line.n === n)) throw new Unfit();
  const [lot, mark] = [says & LOT ? from.text() : null, says & MARK ? from.text() : null];
  return { n, product, quantity, unit: kind.unit, price, gross, discounts, total, tax: { ...kind.tax }, tax_amount, deposit: (says & DEPOSIT) > 0, lot, mark };
}

/** @template T @param {T[]} table @param {number} place @returns {T} */
function one(table, place) {
  if (place >= table.length) throw new Unfit();
  return table[place];
}

/** @param {Reader} from @param {PaperLine[]} before @param {FindGoods} find @returns {string} */
function readProduct(from, before, find) {
  const how = from.count();
  if (how >= SAME) return one(before, how - SAME).product;
  if (how === BY_CODE) {
    const product = find(String(from.count()), from.some(END).map(hex).join(""));
    if (product === null) throw new Unfit();
    return product;
  }
  const last = before[before.length - 1];
  if (how > 16 || (how > 0 && !last)) throw new Unfit();
  return uuidOf([...(last ? uuidBytes(last.product).slice(0, how) : []), ...from.some(16 - how)]);
}
