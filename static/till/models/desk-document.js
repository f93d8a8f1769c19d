/** What the cash desk prints: reports, slips of cash that comes and goes, a hand-over, and receipts that were only practised. */

import { document, headerOf, methodName, moment, money, pair, taxBlocks } from "./document.js";

/** @typedef {import("../types.d.ts").Block} Block */
/** @typedef {import("../types.d.ts").PrintDocument} PrintDocument */
/** @typedef {import("./document.js").Letterhead} Letterhead */
/** @typedef {{counted: number, expected: number, difference: number, reason: string | null, from: string, to: string}} HandOver */

/** @type {Block} */
const RULE = { rule: true };

/** @param {string} text @param {1 | 2} [size] @returns {Block} */
function title(text, size = 1) {
  return { text, align: "center", bold: true, size };
}

/** Somebody's hand under it. @param {string} text @returns {Block[]} */
function signature(text) {
  return [{ feed: 2 }, { text: "______________________" }, { text }];
}

/**
 * @param {Letterhead} head
 * @param {import("../types.d.ts").Report} report
 * @returns {PrintDocument}
 */
export function reportDocument(head, report) {
  const { t, store } = head;
  const blocks = [...reportHead(head, report, report.kind === "X" ? t("X REPORT") : t("Z REPORT")), ...totalsBlocks(head, report.totals), ...countBlocks(head, report)];
  return document(store, blocks, false);
}

/** @param {Letterhead} head @param {import("../types.d.ts").Report} report @param {string} name @returns {Block[]} */
function reportHead({ t, store }, report, name) {
  return [
    ...headerOf(store), RULE, title(name, 2), pair(t("Till {number}", { number: report.till }), moment(store, report.at)),
    pair(t("Shift {number}", { number: report.number }), report.day), pair(t("Cashier"), report.cashier), RULE,
  ];
}

/** @param {Letterhead} head @param {import("../types.d.ts").ShiftTotals} totals @returns {Block[]} */
function totalsBlocks(head, totals) {
  const { t } = head;
  const sums = /** @type {[string, number][]} */ ([
    [t("Sales"), totals.sales], [t("Returns"), totals.refunds], [t("Discounts"), totals.discounts], [t("Rounding"), totals.rounding],
    [t("Float"), totals.float], [t("Cash in"), totals.cash_in], [t("Cash out"), totals.cash_out], [t("Drop to the safe"), totals.drop],
    [t("Collection"), totals.collection], [t("Differences of hand-overs"), totals.correction],
  ]);
  const tenders = Object.entries(totals.tenders).map(([method, { count, amount }]) => pair(`${methodName(head, method, {})} (${count})`, money(head, amount)));
  return [
    pair(t("Receipts"), String(totals.receipts)), pair(t("Voided lines"), String(totals.voided_lines)),
    pair(t("Cancelled receipts"), String(totals.cancelled_receipts)), ...sums.map(([name, amount]) => pair(name, money(head, amount))),
    RULE, ...tenders, ...taxBlocks(head, totals), RULE, pair(t("Cash in the drawer"), money(head, totals.expected_cash), true),
  ];
}

/** @param {Letterhead} head @param {import("../types.d.ts").Report} report @returns {Block[]} of a Z only */
function countBlocks(head, { kind, counted = null, difference = null }) {
  const { t } = head;
  if (kind === "X") return [];
  if (counted === null) return [pair(t("Counted"), t("not counted"))];
  return [pair(t("Counted"), money(head, counted)), pair(t("Difference"), money(head, difference ?? 0), true)];
}

/**
 * @param {Letterhead} head
 * @param {import("../types.d.ts").Report} report
 * @param {{title: string, rows: [string, string][]}} part
 * @returns {PrintDocument}
 */
export function breakdownDocument(head, report, part) {
  return document(head.store, [...reportHead(head, report, part.title), ...part.rows.map(([name, value]) => pair(name, value))], false);
}

/**
 * @param {Letterhead} head
 * @param {{kind: string, amount: number, reason: string, at: string, cashier: string}} move
 * @returns {PrintDocument} opens the drawer: the money goes in or comes out now
 */
export function cashDocument(head, { kind, amount, reason, at, cashier }) {
  const { t, store } = head;
  /** @type {Record<string, string>} */
  const names = { in: t("CASH IN"), out: t("CASH OUT"), drop: t("DROP TO THE SAFE"), collection: t("COLLECTION") };
  const signed = kind === "in" ? [] : signature(t("Received"));
  const blocks = [
    ...headerOf(store), RULE, title(names[kind] ?? kind), pair(t("Till {number}", { number: head.till }), moment(store, at)), pair(t("Cashier"), cashier),
    pair(t("Amount"), money(head, amount), true), ...(reason ? [{ text: reason }] : []), ...signed,
  ];
  return document(store, blocks, true);
}

/** @param {Letterhead} head @param {HandOver & {at: string}} said @returns {PrintDocument} */
export function handOverDocument(head, { counted, expected, difference, reason, from, to, at }) {
  const { t, store } = head;
  const blocks = [
    ...headerOf(store), RULE, title(t("HAND-OVER")), pair(t("Till {number}", { number: head.till }), moment(store, at)),
    pair(t("Should be there"), money(head, expected)), pair(t("Counted"), money(head, counted)), pair(t("Difference"), money(head, difference), true),
    ...(reason ? [{ text: reason }] : []), ...signature(t("Handed over: {name}", { name: from })), ...signature(t("Taken over: {name}", { name: to })),
  ];
  return document(store, blocks, false);
}

/**
 * A practised receipt can be taken for no other: it says so above and below, no scanner reads a code from it, and the drawer
 * stays shut.
 *
 * @param {Letterhead} head
 * @param {PrintDocument} receipt
 * @returns {PrintDocument}
 */
export function practiceDocument({ t }, receipt) {
  const mark = title(t("TRAINING: NOT A RECEIPT"), 2);
  const blocks = receipt.blocks.filter((block) => !("qr" in block) && !("barcode" in block));
  return { ...receipt, blocks: [mark, RULE, ...blocks, RULE, mark], drawer: false };
}
