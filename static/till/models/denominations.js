/** Notes and coins that are in use, by country: what a drawer is counted in. Minor units, the largest first. */

const EURO = [50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1];

/** Poland mints down to 1 grosz; Ukraine withdrew 1, 2, 5 and 25 kopiyok; Russian tills give nothing below 10 kopecks. @type {Record<string, number[]>} */
const BY_COUNTRY = {
  pl: [50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1],
  ua: [100000, 50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 10],
  ru: [500000, 200000, 100000, 50000, 20000, 10000, 5000, 1000, 500, 200, 100, 50, 10],
};

/** A shop that takes another country's money counts that. @type {Record<string, string>} */
const CURRENCIES = { pl: "PLN", ua: "UAH", ru: "RUB" };

/**
 * @param {{country?: string, currency?: string} | null} store
 * @returns {number[]} empty when the money is not known: it is counted as one sum
 */
export function denominationsOf(store) {
  const country = String(store?.country ?? "").toLowerCase();
  if (CURRENCIES[country] === store?.currency) return BY_COUNTRY[country];
  const other = Object.keys(CURRENCIES).find((key) => CURRENCIES[key] === store?.currency);
  if (other) return BY_COUNTRY[other];
  return store?.currency === "EUR" ? EURO : [];
}

/**
 * @param {Record<string, number>} pieces how many of each face value
 * @returns {number}
 */
export function sumOfPieces(pieces) {
  return Object.entries(pieces).reduce((sum, [value, count]) => sum + Number(value) * count, 0);
}
