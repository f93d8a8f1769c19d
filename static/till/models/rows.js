/** What of a feed row a page keeps outside its JSON, so that the maps and the search index are built without parsing it. */

import { fold } from "./fold.js";

/**
 * @param {string} kind
 * @param {Record<string, any>} data
 * @returns {{by: string, name: string}} second key (a product's code, a price's product, a card's end of telephone) and, for products and cards, the folded name
 */
export function keysOf(kind, data) {
  if (kind === "product") return { by: oneLine(data.code), name: fold(oneLine(data.name)) };
  if (kind === "price") return { by: oneLine(data.product), name: "" };
  if (kind === "card") return { by: oneLine(data.phone), name: fold(oneLine(data.name)) };
  return { by: "", name: "" };
}

/** Newlines part the rows of a page. @param {unknown} value @returns {string} */
function oneLine(value) {
  return String(value ?? "").replace(/\n/g, " ");
}
