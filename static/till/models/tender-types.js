/**
 * Means of payment, as the store's rows of the feed describe them. A server that publishes none still has its card
 * terminals in a setting, and cash needs no row at all.
 */

/** @typedef {import("../types.d.ts").TenderType} TenderType */
/** @typedef {import("../types.d.ts").Draft} Draft */
/** @typedef {import("./catalogue.js").Catalogue} Catalogue */

/** @type {TenderType} */
const PLAIN = {
  id: "card", kind: "card", name: "", key: "F8", needsCustomer: false, needsReference: false, opensDrawer: false, overTender: false, refundable: true,
  counted: false, terminal: null,
};
/** @type {TenderType} */
const CASH = { ...PLAIN, id: "cash", kind: "cash", key: "", opensDrawer: true, overTender: true, counted: true };
/** A till that is newer than its server, or older, leaves alone what it cannot take. */
const KINDS = new Set(["cash", "card", "voucher", "internal", "account"]);
const KEYS = ["F5", "F6"];

/**
 * @param {Catalogue} goods
 * @param {string} language
 * @returns {TenderType[]} cash first, then in the order the manager chose
 */
export function tenderTypes(goods, language) {
  const rows = [...goods.small("tender")].filter(([id, row]) => KINDS.has(row.kind) && (row.kind !== "cash" || id === "cash"));
  if (rows.length === 0) return [CASH, ...cardsOf(goods.setting("card_tenders"))];
  const sorted = rows.sort(([, a], [, b]) => Number(b.kind === "cash") - Number(a.kind === "cash") || a.position - b.position);
  const types = sorted.map(([id, row]) => typeOf(id, row, language));
  return types.some(({ kind }) => kind === "cash") ? types : [CASH, ...types];
}

/** @param {unknown} setting @returns {TenderType[]} */
function cardsOf(setting) {
  const cards = Array.isArray(setting) ? setting : [];
  return cards.map(({ id, name }, i) => ({ ...PLAIN, id: String(id), name: String(name), key: /** @type {TenderType["key"]} */ (KEYS[i] ?? "F8") }));
}

/** @param {string} id @param {Record<string, any>} row @param {string} language @returns {TenderType} */
function typeOf(id, row, language) {
  return {
    id, kind: row.kind, name: nameIn(row.name, language) ?? id, key: row.kind === "cash" ? "" : KEYS.includes(row.key) ? row.key : "F8",
    needsCustomer: row.needs_customer === true, needsReference: row.needs_reference === true, opensDrawer: row.opens_drawer === true,
    overTender: row.over_tender === true, refundable: row.refundable !== false, counted: row.counted === true, terminal: typeof row.terminal === "string" && row.terminal ? row.terminal : null,
  };
}

/** @param {unknown} names @param {string} language @returns {string | null} */
function nameIn(names, language) {
  const known = /** @type {Record<string, string>} */ (typeof names === "object" && names !== null ? names : {});
  return known[language] || known.en || null;
}

/**
 * The means of payment a tender was taken with; a plain card when the store has no terminals of its own.
 *
 * @param {TenderType[]} types
 * @param {string} method
 * @returns {TenderType | null}
 */
export function typeFor(types, method) {
  const found = types.find(({ id }) => id === method);
  if (found) return found;
  return method === "card" ? PLAIN : null;
}

/**
 * The one a row of a receipt's payments names: cards are written `card`, with the terminal beside it.
 *
 * @param {TenderType[]} types
 * @param {{method: string, details: Record<string, unknown> | null}} payment
 * @returns {TenderType | null}
 */
export function typeOfPayment(types, { method, details }) {
  const terminal = method === "card" ? details?.terminal : null;
  return typeFor(types, typeof terminal === "string" ? terminal : method);
}

/** What can be taken for this receipt: without a customer on it, nothing that needs one. @param {TenderType[]} types @param {Draft} draft @returns {TenderType[]} */
export function offered(types, draft) {
  return types.filter(({ needsCustomer, refundable }) => (!needsCustomer || Boolean(draft.customer)) && (draft.kind === "sale" || refundable));
}
